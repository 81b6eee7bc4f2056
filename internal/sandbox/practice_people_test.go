package sandbox

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPracticeHasBothSides holds the practice organization to its purpose:
// for what is checked about people, groups and tokens there is something that
// is wrong and something that is right.
func TestPracticeHasBothSides(t *testing.T) {
	now := time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)
	s := Practice().State
	s.settle(now)
	o := s.Organizations[0]
	ago := func(w When, days int) bool { return w.Before(now.AddDate(0, 0, -days)) }
	sides := map[string]map[bool]int{}
	see := func(check string, wrong bool) {
		if sides[check] == nil {
			sides[check] = map[bool]int{}
		}
		sides[check][wrong]++
	}
	var supers []string
	for _, u := range o.Users {
		personal := s.tokensOf(u.ID, PersonalToken)
		direct := o.granted(func(g *Grant) bool { return g.User == u.ID })
		if u.SuperAdmin {
			supers = append(supers, u.Email)
			see("super-admin-daily-use", !ago(u.LastActivity, 30))
			see("super-admin-2fa", slices.ContainsFunc(u.Logins, func(l *Login) bool { return l.Type == "internal" && !l.TwoFactor }))
			see("super-admin-tokens", len(personal) > 0)
			see("super-admin-tokens of managed users", u.Managed && len(personal) > 0)
		}
		if u.State == "active" {
			see("inactive-users", u.LastActivity.Never() || ago(u.LastActivity, 90))
			see("inactive-users who are managed", u.Managed && !u.ManagedBySCIM && ago(u.LastActivity, 90))
		} else {
			see("deactivated-with-access", o.holdsAnything(u.ID))
		}
		see("direct-user-grants", direct)
		for _, x := range personal {
			unused := x.LastUsed.Never() && ago(x.CreateTime, 30) || !x.LastUsed.Never() && ago(x.LastUsed, 90)
			see("personal-token-unused", unused)
			see("personal-token-unused, revocable", u.Managed && unused)
			see("personal-token-unused, never used", x.LastUsed.Never())
			see("personal-token-ip", len(x.IPAllowlist) == 0)
		}
	}
	wide := []string{"organization:users:write", "organization:app_users:write", "service:secrets:read"}
	broad := []string{"admin", "operator", "developer", "project:services:write", "service:secrets:read", "service:users:write"}
	hasAny := func(held, of []string) bool {
		return slices.ContainsFunc(held, func(p string) bool { return slices.Contains(of, p) })
	}
	for _, g := range o.Grants {
		see("broad-org-grants", hasAny(g.Permissions, broad))
		if g.User != "" {
			see("wide-custom-permissions", hasAny(g.Permissions, wide))
		}
	}
	for _, i := range o.Invitations {
		see("stale-invitations", i.ExpiryTime.Before(now))
	}
	reaches := func(check string, addresses []string) { see(check, hasAny(addresses, supers)) }
	for _, b := range o.BillingGroups {
		reaches("notification-email-not-super-admin of billing groups", slices.Concat(b.Emails, b.ContactEmails))
	}
	for _, p := range o.Projects {
		reaches("notification-email-not-super-admin of projects", p.TechEmails)
		see("project-contacts-set", len(p.TechEmails) == 0)
		admins := 0
		for _, g := range p.Grants {
			switch {
			case !slices.Contains(g.Permissions, "admin") && !slices.Contains(g.Permissions, "role:project:admin"):
			case g.Group != "":
				admins += len(o.group(g.Group).Members)
			default:
				admins++
			}
		}
		see("project-admin-count", admins > 3)
		for _, v := range p.Services {
			if len(v.TechEmails) > 0 {
				reaches("notification-email-not-super-admin of services", v.TechEmails)
			}
			if _, has := serviceUserTypes[v.Type]; has {
				see("avnadmin-only", len(v.Users) == 1)
			}
			for _, x := range v.Pools {
				see("avnadmin-in-pool", x.User == "avnadmin")
			}
		}
	}
	for _, g := range o.Groups {
		granted := o.granted(func(x *Grant) bool { return x.Group == g.ID })
		see("group-description", g.Description == "")
		see("empty-privileged-group", granted && len(g.Members) == 0)
	}
	for _, m := range o.AuthenticationMethods {
		if m.AutoJoinGroup != "" {
			see("auto-join-group-minimal", o.granted(func(x *Grant) bool { return x.Group == m.AutoJoinGroup }))
		}
	}
	for _, u := range o.ApplicationUsers {
		tokens := s.tokensOf(u.ID)
		see("org-admin-app-user", slices.Contains(o.heldOn(o.Grants, u.ID), organizationAdmin))
		see("app-user-dedicated", len(tokens) > 3)
		see("app-user-described", slices.Contains([]string{"test", "app", "user", "ci"}, u.Name))
		see("app-user-no-grants", !o.holdsAnything(u.ID))
		see("app-user-unused", !slices.ContainsFunc(tokens, func(x *Token) bool { return !ago(x.LastUsed, 90) }))
		for _, x := range tokens {
			open := slices.ContainsFunc(x.IPAllowlist, func(n string) bool { return strings.HasSuffix(n, "/0") })
			see("token-ip-allowlist", len(x.IPAllowlist) == 0 || open)
			see("token-expiry", x.MaxAgeSeconds == 0 || x.MaxAgeSeconds > 90*24*3600 || x.ExtendWhenUsed)
			see("token-rotation", ago(x.CreateTime, 90))
			see("token-unused", ago(x.LastUsed, 90))
			see("token-scopes", len(x.Scopes) == 0)
		}
	}
	for check, seen := range sides {
		if seen[true] == 0 || seen[false] == 0 {
			t.Errorf("%s: %d wrong, %d right", check, seen[true], seen[false])
		}
	}
	if len(supers) <= 3 {
		t.Errorf("super-admin-count: %d", len(supers))
	}
	admins := map[string]bool{}
	for _, u := range slices.Concat(o.Users, o.ApplicationUsers) {
		if slices.Contains(o.heldOn(o.Grants, u.ID), organizationAdmin) {
			admins[u.ID] = true
		}
	}
	if len(admins) <= 5 {
		t.Errorf("org-admin-count: %d", len(admins))
	}
}
