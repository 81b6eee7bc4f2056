package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// link fills in what a seed may leave out, turns names into ids, and refuses
// what does not fit together.
func (s *State) link(d *decoder) error {
	if s.Clouds == nil {
		s.Clouds = defaultClouds()
	}
	if s.ServiceVersions == nil {
		s.ServiceVersions = defaultVersions()
	}
	if len(s.Organizations) == 0 {
		return d.at(1, 1, "want at least one organization under the key organizations")
	}
	for _, o := range s.Organizations {
		o.identify()
	}
	for _, o := range s.Organizations {
		if err := o.link(d); err != nil {
			return err
		}
	}
	for _, t := range s.Tokens {
		if err := s.linkToken(t, d); err != nil {
			return err
		}
	}
	return s.unique(d)
}

// madeID is an id that follows from what it names.
func madeID(prefix string, size int, of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	return prefix + hex.EncodeToString(sum[:])[:size]
}

func madeUUID(of ...string) string {
	x := madeID("", 32, of...)
	return x[:8] + "-" + x[8:12] + "-4" + x[13:16] + "-a" + x[17:20] + "-" + x[20:]
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// identify gives ids and plain defaults to everything in the organization.
func (o *Organization) identify() {
	fill(&o.ID, madeID("org", 11, "organization", o.Name))
	fill(&o.AccountID, madeID("a", 11, "account", o.ID))
	fill(&o.Name, o.ID)
	fill(&o.Tier, "business")
	then(&o.CreateTime, In(-4*offsetUnits["y"]))
	then(&o.UpdateTime, o.CreateTime)
	for _, u := range o.Users {
		u.identify("u")
	}
	for _, u := range o.ApplicationUsers {
		fill(&u.Email, strings.ToLower(strings.ReplaceAll(u.Name, " ", "-"))+"."+o.ID+"@app-user.aiven.io")
		u.Managed = true
		u.identify("u")
	}
	for _, g := range o.Groups {
		fill(&g.ID, madeID("ug", 12, o.ID, g.Name))
		then(&g.CreateTime, o.CreateTime)
		then(&g.UpdateTime, g.CreateTime)
	}
	for _, u := range o.Units {
		fill(&u.ID, madeID("a", 11, o.ID, "unit", u.Name))
		then(&u.CreateTime, o.CreateTime)
		then(&u.UpdateTime, u.CreateTime)
	}
	for _, b := range o.BillingGroups {
		fill(&b.ID, madeUUID(o.ID, "billing", b.Name))
		then(&b.CreateTime, o.CreateTime)
	}
	for _, m := range o.AuthenticationMethods {
		m.identify(o)
	}
	for _, x := range o.Domains {
		fill(&x.ID, madeID("dm", 11, o.ID, "domain", x.Name))
		fill(&x.State, "unverified")
		fill(&x.VerificationType, "dns")
		fill(&x.ChallengeToken, "token="+madeID("", 32, o.ID, "challenge", x.Name)+",expiry=never")
		then(&x.CreateTime, o.CreateTime)
	}
	for _, v := range o.VPCs {
		v.identify(o.ID, o.CreateTime)
	}
	for _, x := range o.CustomClouds {
		x.identify(o)
	}
	for _, x := range o.Discovered {
		fill(&x.ID, madeID("org", 11, "discovered", x.Name))
		then(&x.CreateTime, o.CreateTime)
		for _, u := range x.Users {
			fill(&u.ID, madeID("u", 12, u.Email))
			then(&u.CreateTime, x.CreateTime)
		}
	}
	for _, p := range o.Projects {
		p.identify(o)
	}
}

func then(field *When, value When) {
	if field.Never() {
		*field = value
	}
}

func (u *User) identify(prefix string) {
	fill(&u.ID, madeID(prefix, 12, "user", u.Email))
	fill(&u.State, "active")
	fill(&u.Name, u.Email)
	then(&u.CreateTime, In(-2*offsetUnits["y"]))
	then(&u.JoinTime, u.CreateTime)
	for _, l := range u.Logins {
		fill(&l.Type, "internal")
	}
}

func (m *AuthenticationMethod) identify(o *Organization) {
	fill(&m.ID, madeID("am", 11, o.ID, "method", m.Name))
	fill(&m.Type, "saml")
	fill(&m.State, "active")
	then(&m.CreateTime, o.CreateTime)
	then(&m.UpdateTime, m.CreateTime)
}

// link resolves the organization's references.
func (o *Organization) link(d *decoder) error {
	if !slices.Contains([]string{"business", "personal"}, o.Tier) {
		return d.failText(&o.Tier, "tier %q: want business or personal", o.Tier)
	}
	for _, n := range o.IPAllowlist.Networks {
		if _, err := parseNetwork(n); err != nil {
			return d.at(1, 1, "ip_allowlist of %s: %q is not a network", o.Name, n)
		}
	}
	for _, g := range o.Groups {
		for i := range g.Members {
			if err := d.resolve(&g.Members[i], "user", o.userNames()); err != nil {
				return err
			}
		}
	}
	for _, m := range o.AuthenticationMethods {
		if err := d.resolve(&m.AutoJoinGroup, "group", o.groupNames()); err != nil {
			return err
		}
	}
	for _, x := range o.Domains {
		for i := range x.LinkedMethods {
			if err := d.resolve(&x.LinkedMethods[i], "authentication method", o.methodNames()); err != nil {
				return err
			}
		}
	}
	for _, u := range slices.Concat(o.Users, o.ApplicationUsers) {
		for _, l := range u.Logins {
			if err := d.resolve(&l.Method, "authentication method", o.methodNames()); err != nil {
				return err
			}
		}
	}
	if err := o.linkGrants(o.Grants, d); err != nil {
		return err
	}
	for _, u := range o.Units {
		if err := d.resolve(&u.BillingGroupID, "billing group", o.billingNames()); err != nil {
			return err
		}
		if err := o.linkGrants(u.Grants, d); err != nil {
			return err
		}
	}
	for _, i := range o.Invitations {
		then(&i.CreateTime, In(-1*offsetUnits["d"]))
		then(&i.ExpiryTime, In(13*offsetUnits["d"]))
	}
	for _, p := range o.Projects {
		if err := o.linkProject(p, d); err != nil {
			return err
		}
	}
	return nil
}

func (o *Organization) linkGrants(grants []*Grant, d *decoder) error {
	for _, g := range grants {
		if (g.User == "") == (g.Group == "") {
			at := &g.User
			if g.User == "" && len(g.Permissions) > 0 {
				at = &g.Permissions[0]
			}
			return d.failText(at, "a grant names either a user or a group")
		}
		if err := d.resolve(&g.User, "user", o.userNames()); err != nil {
			return err
		}
		if err := d.resolve(&g.Group, "group", o.groupNames()); err != nil {
			return err
		}
		then(&g.CreateTime, o.CreateTime)
		then(&g.UpdateTime, g.CreateTime)
	}
	return nil
}

func (s *State) linkToken(t *Token, d *decoder) error {
	known := names{}
	for _, o := range s.Organizations {
		for id, name := range o.userNames() {
			known[id] = name
		}
	}
	if t.User == "" {
		return d.failText(&t.Name, "a token without a user")
	}
	if err := d.resolve(&t.User, "user", known); err != nil {
		return err
	}
	u, o := s.user(t.User)
	isApp := u != nil && o.applicationUser(u.ID) != nil
	if isApp {
		fill(&t.Kind, ApplicationToken)
	}
	fill(&t.Kind, SessionToken)
	if !slices.Contains([]string{SessionToken, PersonalToken, ApplicationToken}, t.Kind) {
		return d.failText(&t.Kind, "kind %q: want session, personal or application", t.Kind)
	}
	if !isApp {
		fill(&t.CreatedBy, "password")
		if !slices.Contains([]string{"password", "saml", "oauth"}, t.CreatedBy) {
			return d.failText(&t.CreatedBy, "created_by %q: want password, saml or oauth", t.CreatedBy)
		}
	}
	if err := d.resolve(&t.Method, "authentication method", o.methodNames()); err != nil {
		return err
	}
	then(&t.CreateTime, In(-1*offsetUnits["h"]))
	return nil
}
