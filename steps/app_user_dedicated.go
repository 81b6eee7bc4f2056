package steps

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aiven/go-client-codegen/handler/applicationuser"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// Signs that several applications share one application user.
const (
	sharedTokens   = 3  // more live tokens than
	sharedNetworks = 2  // more different networks than
	sharedDays     = 30 // seen within
)

// checkAppUserDedicated asks that each application has a user of its own.
//
// step: application-users
// order: 10
func checkAppUserDedicated() Check {
	return Check{
		ID: "app-user-dedicated", Title: "Each application has an application user of its own", Severity: Medium,
		Why:  "Shared by several, it holds what all of them need, and nobody can tell which one did what, or dares to revoke it.",
		How:  "Make one for each application with the same grants, put its token in place, and narrow each from there.",
		Docs: docsAppUsers, Needs: []organization.Part{
			organization.PartUsers, organization.PartAppUsers, organization.PartAppTokens, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions,
		},
		Attest: "This application user belongs to one application only, which runs in several places.",
		Fixes: []Fix{{
			ID: "split-app-user", Title: "Make another for one application", Risk: remediate.Reversible, Undoable: true, Partial: true, Order: 560,
			Questions: splitQuestions, Build: splitAppUser,
		}},
		Eval: func(in Input) Result {
			var r Result
			unread := 0
			for _, u := range in.Org.AppUsers {
				if !u.TokensRead {
					unread++
					continue
				}
				ev := sharedSigns(in, u)
				if len(ev) == 0 {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{Resource: appUserTarget(u), Title: fmt.Sprintf("%s looks shared by several applications", u.Name), Evidence: ev})
			}
			if unread > 0 {
				r.Unknown = fmt.Sprintf("The tokens of %s could not be read.", count(unread, "application user", "application users"))
			}
			return r
		},
	}
}

func sharedSigns(in Input, u organization.AppUser) []Evidence {
	var agents, networks []string
	live := 0
	for _, t := range u.Tokens {
		if ended(t, in.Now) {
			continue
		}
		if isReplacement(in, u, t) {
			continue // the same application's, for the time of a rotation
		}
		live++
		if f := family(t.LastUserAgent); f != "" && !slices.Contains(agents, f) {
			agents = append(agents, f)
		}
		if a, err := netip.ParseAddr(t.LastIP.Raw()); err == nil && within(t.LastUsed, in.Now, sharedDays) {
			bits := 16
			if !a.Unmap().Is4() {
				bits = 48
			}
			if p, err := a.Unmap().Prefix(bits); err == nil && !slices.Contains(networks, p.String()) {
				networks = append(networks, p.String())
			}
		}
	}
	var ev []Evidence
	if len(agents) > 1 {
		ev = append(ev, Evidence{"last_user_agent", shownList(agents), "one program"})
	}
	if len(networks) > sharedNetworks {
		ev = append(ev, Evidence{"last_ip", shownList(networks), fmt.Sprintf("at most %d networks", sharedNetworks)})
	}
	if live > sharedTokens {
		ev = append(ev, Evidence{"live tokens", fmt.Sprint(live), fmt.Sprintf("at most %d", sharedTokens)})
	}
	return ev
}

// splitQuestions ask for the application that gets a user of its own, and
// which of the shared user's tokens was its.
func splitQuestions(in Input, fs []Finding) []Question {
	var opts []Option
	networks := []string{}
	for _, u := range in.Org.AppUsers {
		if u.ID != fs[0].Resource.ID {
			continue
		}
		for _, t := range u.Tokens {
			opts = append(opts, Option{t.Prefix.Raw(), tokenName(t) + ", " + used(t, in)})
			if len(networks) == 0 {
				networks = proposedNetworks(in, u, t)
			}
		}
	}
	out := []Question{
		{Key: "name", Kind: AskText, Title: "Name of the application", Help: "It gets an application user of this name, with the same grants.", Validate: validAppUserName(in)},
	}
	if len(opts) > 0 {
		out = append(out, Question{Key: "token", Kind: AskChoice, Title: "Which token does it use now?", Help: "Its replacement belongs to the new user; the old one stays until you revoke it.", Options: opts, Default: opts[0].Value})
	}
	return append(out,
		Question{Key: "description", Kind: AskText, Title: "What is the new token for?", Default: "main token", Validate: validText},
		Question{Key: "days", Kind: AskText, Title: "After how many days does it end?", Default: fmt.Sprint(in.Policy.Thresholds.TokenMaxAgeDays), Validate: validDays},
		Question{Key: "networks", Kind: AskLong, Title: "From which networks may it be used? One a line", Default: strings.Join(networks, "\n"), Validate: validTokenNetworks},
	)
}

func validAppUserName(in Input) func(string) error {
	return func(s string) error {
		s = strings.TrimSpace(s)
		if genericName(s) {
			return errors.New("name the application, with at least four characters")
		}
		if len([]rune(s)) > 128 {
			return errors.New("at most 128 characters are allowed")
		}
		for _, u := range in.Org.AppUsers {
			if strings.EqualFold(u.Name.Raw(), s) {
				return errors.New("there is an application user of this name already")
			}
		}
		return nil
	}
}

func splitAppUser(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	f, name := fs[0], strings.TrimSpace(a["name"])
	if err := validAppUserName(in)(name); err != nil {
		return err
	}
	ref := fmt.Sprintf("app%d.id", len(b.Plan.Changes))
	id := b.Ref(ref)
	d := delta(in.Org, organization.PartAppUsers, organization.NameResource(name), "", true)
	err := b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: "split-app-user", Resource: f.Resource, Says: fmt.Sprintf("Create the application user %s", aivenapi.Sanitise(name)),
			Risk: remediate.Reversible, Permission: "organization:app_users:write",
			Touches: []organization.Part{organization.PartUsers, organization.PartAppUsers, organization.PartAppTokens},
			Deltas:  []remediate.Delta{d}, Yields: map[string]string{ref: "/user_id"},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.ApplicationUserCreate(ctx, in.Org.ID.Raw(), &applicationuser.ApplicationUserCreateIn{Name: name})
			return err
		},
		Respond: []byte(`{"user_id":"","create_time":"2026-01-01T00:00:00Z"}`),
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Delete the application user %s", aivenapi.Sanitise(name)), Deltas: back(d),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.ApplicationUserDelete(ctx, in.Org.ID.Raw(), id)
			},
		}},
	})
	if err != nil {
		return err
	}
	t := newToken{
		check: f.Check, fix: "split-app-user", resource: f.Resource, userID: id, userName: aivenapi.Sanitise(name),
		description: strings.TrimSpace(a["description"]), days: a["days"], networks: lines(a["networks"]),
	}
	// The token comes before the grants: who may write application users but
	// is no admin can make tokens only for users that hold nothing yet.
	if err := t.add(ctx, b, in); err != nil {
		return err
	}
	who := principal{"user", aivenapi.NewText(id), aivenapi.Sanitise(name)}
	for _, g := range directGrants(in.Org, f.Resource.ID) {
		c := accessChange{
			check: f.Check, fix: "split-app-user", resource: f.Resource, who: who, on: placeOf(in.Org, g), operation: "grant", permissions: raws(g.Permissions),
			touches: []organization.Part{organization.PartUsers},
		}
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	for _, g := range in.Org.Groups {
		if !slices.Contains(g.MemberIDs, f.Resource.ID) || g.ManagedBySCIM {
			continue
		}
		m := membership{check: f.Check, fix: "split-app-user", resource: f.Resource, group: g, groupID: g.ID.Raw(), people: []Text{who.id}}
		if err := m.add(ctx, b, in, true); err != nil {
			return err
		}
	}
	b.Note("%s keeps its tokens. Once %s works with its own, revoke the one it used before.", f.Resource.Name, aivenapi.Sanitise(name))
	return nil
}
