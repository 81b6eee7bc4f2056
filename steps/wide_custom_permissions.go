package steps

import (
	"context"
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// widePermissions give more than their names say.
var widePermissions = []string{"organization:users:write", "organization:app_users:write", "service:secrets:read"}

// checkWideCustomPermissions asks for care with permissions that reach far.
//
// step: least-privilege
// order: 110
func checkWideCustomPermissions() Check {
	return Check{
		ID: "wide-custom-permissions", Title: "Far-reaching permissions are held by no single user", Severity: Medium,
		Why: "Who may write users can remove organization admins; who may write application users can make tokens; " +
			"who may read service secrets has the services' passwords.",
		How:  "Take them away, or give them to a group that says why it needs them.",
		Docs: docsPermissions, Needs: []organization.Part{organization.PartOrganization, organization.PartUsers, organization.PartAppUsers, organization.PartUnits, organization.PartProjects, organization.PartPermissions},
		Fixes: []Fix{{
			ID: "take-wide-permissions", Title: "Take them away", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 355,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				n := len(b.Plan.Changes)
				for _, f := range fs {
					for _, g := range in.Org.Grants {
						if !g.PrincipalType.Is("user") || g.PrincipalID != f.Resource.ID || !slices.ContainsFunc(g.Permissions, isWide) {
							continue
						}
						c := accessChange{
							check: f.Check, fix: "take-wide-permissions", resource: f.Resource, who: principalOf(in.Org, g), on: placeOf(in.Org, g),
							operation: "revoke", permissions: matching(g.Permissions, isWide), risk: remediate.Disruptive,
						}
						if err := c.add(ctx, b); err != nil {
							return err
						}
					}
				}
				noteEffect(b, n)
				noteResidual(b)
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, u := range in.Org.Users {
				var where []Evidence
				direct := false
				for _, g := range in.Org.Grants {
					if !g.PrincipalType.Is("user") || g.PrincipalID != u.ID {
						continue
					}
					direct = true
					if wide := matching(g.Permissions, isWide); len(wide) > 0 {
						where = append(where, Evidence{"on " + placeOf(in.Org, g).name, shownList(wide), "not held"})
					}
				}
				switch {
				case len(where) > 0:
					r.Findings = append(r.Findings, Finding{
						Resource: userPrincipal(in.Org, u.ID).target(in.Org), Title: fmt.Sprintf("%s holds far-reaching permissions", whoIs(in.Org, u.ID)), Evidence: where,
					})
				case direct:
					r.Passed++
				}
			}
			return r
		},
	}
}

func isWide(p Text) bool { return slices.Contains(widePermissions, p.Raw()) }
