package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkOrgAdminAppUser asks that no application user administers the organization.
//
// step: least-privilege
// order: 80
func checkOrgAdminAppUser() Check {
	return Check{
		ID: "org-admin-app-user", Title: "No application user is organization admin", Severity: High,
		Why:  "Its token needs no login and no second factor, and can give itself and others anything.",
		How:  "Give it the permissions of what it does, on the projects where it does it.",
		Docs: docs + "platform/concepts/application-users",
		Needs: []organization.Part{
			organization.PartUsers, organization.PartAppUsers, organization.PartGroups, organization.PartPermissions, organization.PartProjects,
		},
		Fixes: []Fix{{
			ID: "demote-app-user", Title: "Take the role away", Risk: remediate.Disruptive, Undoable: true, Order: 330,
			Questions: func(in Input, _ []Finding) []Question { return insteadQuestions(in, Text{}) },
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				for _, f := range fs {
					var list []organization.Grant
					for _, g := range principals(in.Org, orgPlace(in.Org), isOrgAdmin) {
						if g.PrincipalID == f.Resource.ID {
							list = append(list, g)
						}
					}
					if err := demote(ctx, b, in, f, "demote-app-user", orgPlace(in.Org), list, isOrgAdmin, a); err != nil {
						return err
					}
				}
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			admin := map[Text]holder{}
			for _, h := range holders(in.Org, orgPlace(in.Org), isOrgAdmin) {
				admin[h.user.ID] = h
			}
			for _, u := range in.Org.AppUsers {
				h, is := admin[u.ID]
				if !is {
					r.Passed++
					continue
				}
				f := Finding{
					Resource: appUserTarget(u), Title: fmt.Sprintf("The application user %s is organization admin", u.Name),
					Evidence: []Evidence{{organization.OrganizationAdmin, through(in.Org, h.via), "not held"}},
				}
				if !directly(h.via) {
					f.Fixes = []string{} // through a group: the group is what has to change
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

func directly(via []organization.Grant) bool {
	for _, g := range via {
		if g.PrincipalType.Is("user") {
			return true
		}
	}
	return false
}

// through says where somebody has something from.
func through(o *organization.Organization, via []organization.Grant) string {
	out := ""
	for _, g := range via {
		if out != "" {
			out += ", "
		}
		if g.PrincipalType.Is("user") {
			out += "granted directly"
		} else {
			out += "through " + groupPrincipal(o, g.PrincipalID).name
		}
	}
	return out
}
