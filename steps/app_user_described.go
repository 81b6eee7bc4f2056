package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aiven/go-client-codegen/handler/applicationuser"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkAppUserDescribed asks that names say what works with them.
//
// step: application-users
// order: 20
func checkAppUserDescribed() Check {
	return Check{
		ID: "app-user-described", Title: "Application users and tokens say what they are for", Severity: Low,
		Why:  "Nobody dares to revoke what nobody can name. Aiven has no description of the user, so its name has to say it.",
		How:  "Rename the user after its application. A token's description cannot be changed: its replacement gets one.",
		Docs: docsAppUsers, Needs: []organization.Part{organization.PartAppUsers, organization.PartAppTokens},
		Fixes: []Fix{{
			ID: "rename-app-user", Title: "Rename", Risk: remediate.Reversible, Undoable: true, Partial: true, Order: 570,
			Questions: func(in Input, _ []Finding) []Question {
				return []Question{{Key: "name", Kind: AskText, Title: "Which application works with it?", Validate: validAppUserName(in)}}
			},
			Build: renameAppUser,
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, u := range in.Org.AppUsers {
				f := Finding{Resource: appUserTarget(u), Title: fmt.Sprintf("%s does not say what it is for", u.Name), Fixes: []string{}}
				if genericName(u.Name.Raw()) {
					f.Evidence = append(f.Evidence, Evidence{"name", u.Name.String(), "the application"})
					f.Fixes = []string{"rename-app-user"}
				}
				for _, t := range u.Tokens {
					if !ended(t, in.Now) && blank(t.Description) {
						f.Evidence = append(f.Evidence, Evidence{"description of token " + t.Prefix.String() + "…", "none", "what it is for: replace it (token-rotation)"})
					}
				}
				if len(f.Evidence) == 0 {
					r.Passed++
					continue
				}
				if len(f.Fixes) == 0 {
					f.Title = fmt.Sprintf("A token of %s does not say what it is for", u.Name)
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

// genericName says whether a name could be anything's.
func genericName(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return len([]rune(s)) < 4 || slices.Contains([]string{"test", "app", "user", "ci", "application", "token", "admin", "api", "bot", "automation", "temp"}, s)
}

func renameAppUser(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	name := strings.TrimSpace(a["name"])
	if err := validAppUserName(in)(name); err != nil {
		return err
	}
	for _, f := range fs {
		i := slices.IndexFunc(in.Org.AppUsers, func(u organization.AppUser) bool { return u.ID == f.Resource.ID })
		if i < 0 {
			return errors.New("the application user is gone: read the organization again")
		}
		u := in.Org.AppUsers[i]
		d := delta(in.Org, organization.PartAppUsers, u.ID.Raw(), "name", name)
		set := func(to string) func(context.Context, *aivenapi.API) error {
			return func(ctx context.Context, api *aivenapi.API) error {
				_, err := api.ApplicationUserUpdate(ctx, in.Org.ID.Raw(), u.ID.Raw(), &applicationuser.ApplicationUserUpdateIn{Name: to})
				return err
			}
		}
		err := b.Add(ctx, remediate.Call{
			Change: remediate.Change{
				Check: f.Check, Fix: "rename-app-user", Resource: f.Resource, Says: fmt.Sprintf("Rename the application user %s to %s", u.Name, aivenapi.Sanitise(name)),
				Risk: remediate.Reversible, Permission: "organization:app_users:write",
				Touches: []organization.Part{organization.PartAppUsers}, Deltas: []remediate.Delta{d},
			},
			Do:      set(name),
			Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("Rename it back to %s", u.Name), Deltas: back(d), Do: set(u.Name.Raw())}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
