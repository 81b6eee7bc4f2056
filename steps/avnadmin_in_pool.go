package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/postgresql"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkAvnadminInPool asks that connection pools do not work as the main user.
//
// step: least-privilege
// order: 180
func checkAvnadminInPool() Check {
	return Check{
		ID: "avnadmin-in-pool", Title: "Connection pools work with a user of their own", Severity: Medium,
		Why:  "Through such a pool every application is the main user, who may do everything in the service.",
		How:  "Create a service user, grant it what the application needs, and let the pool work with it.",
		Docs: docs + "products/postgresql/howto/manage-pool", Needs: []organization.Part{organization.PartProjects, organization.PartServices},
		Fixes: []Fix{
			{
				ID: "pool-user", Title: "Let the pool work with another user", Risk: remediate.Disruptive, Undoable: true, Order: 395,
				Questions: func(in Input, fs []Finding) []Question {
					var opts []Option
					if s, err := serviceNamed(in.Org, fs[0].Resource.ID); err == nil {
						for _, u := range s.Users {
							if !isMainUser(u) {
								opts = append(opts, Option{u.Name.Raw(), u.Name.String()})
							}
						}
					}
					return []Question{
						{Key: "user", Kind: AskChoice, Title: "Which user?", Options: opts},
						{Key: "granted", Kind: AskConfirm, Title: "Does this user have the grants that the applications need?"},
					}
				},
				Build: buildPoolUser,
			},
			thenPool(createServiceUserFix("create-pool-user")),
		},
		Eval: func(in Input) Result {
			var r Result
			for _, s := range in.Org.Services {
				var bad []Text
				for _, p := range s.Pools {
					if p.Username.Is("avnadmin") {
						bad = append(bad, p.Name)
					} else {
						r.Passed++
					}
				}
				if len(bad) == 0 {
					continue
				}
				f := Finding{
					Resource: serviceTarget(s), Title: fmt.Sprintf("%s in %s has pools that work as avnadmin", s.Name, s.Project),
					Evidence: []Evidence{{"connection_pools", people(bad) + ": avnadmin", "a user of the application's own"}},
					Fixes:    []string{"create-pool-user"},
				}
				for _, u := range s.Users {
					if !isMainUser(u) {
						f.Fixes = []string{"pool-user", "create-pool-user"}
					}
				}
				if !s.On() {
					f.Fixes = []string{}
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

// thenPool lets the pool follow the user that was made for it.
func thenPool(f Fix) Fix {
	f.Then = "pool-user"
	return f
}

func buildPoolUser(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	user := strings.TrimSpace(a["user"])
	if user == "" {
		return fmt.Errorf("the service has no other user: create one first")
	}
	if a["granted"] != "true" {
		return fmt.Errorf("run the grants for %s in the service first", aivenapi.Sanitise(user))
	}
	for _, f := range fs {
		s, err := serviceNamed(in.Org, f.Resource.ID)
		if err != nil {
			return err
		}
		for _, p := range s.Pools {
			if !p.Username.Is("avnadmin") {
				continue
			}
			d := delta(in.Org, organization.PartServices, s.Ref(), "connection_pools/"+p.Name.Raw()+"/username", user)
			set := func(name string) func(context.Context, *aivenapi.API) error {
				return func(ctx context.Context, api *aivenapi.API) error {
					return api.ServicePGBouncerUpdate(ctx, s.Project.Raw(), s.Name.Raw(), p.Name.Raw(), &postgresql.ServicePGBouncerUpdateIn{Username: &name})
				}
			}
			err := b.Add(ctx, remediate.Call{
				Change: remediate.Change{
					Check: f.Check, Fix: "pool-user", Resource: f.Resource, Says: fmt.Sprintf("Let the pool %s of %s work with %s", p.Name, s.Name, aivenapi.Sanitise(user)),
					Risk: remediate.Disruptive, Permission: "project:services:write", Touches: []organization.Part{organization.PartServices}, Deltas: []remediate.Delta{d},
				},
				Do:      set(user),
				Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("Let the pool %s work with %s again", p.Name, p.Username), Deltas: back(d), Do: set(p.Username.Raw())}},
			})
			if err != nil {
				return err
			}
		}
	}
	b.Note("The pool reconnects with the new user: applications are cut off for a moment, and for longer if grants are missing.")
	return nil
}
