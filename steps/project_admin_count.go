package steps

import (
	"context"
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkProjectAdminCount asks for few admins of each project.
//
// step: least-privilege
// order: 90
func checkProjectAdminCount() Check {
	return Check{
		ID: "project-admin-count", Title: "Each project has few admins", Severity: Medium,
		Why:  "A project's admin can read its data, delete its services and let others in.",
		How:  "Most work with services needs developer, operator or a single permission.",
		Docs: docsPermissions,
		Needs: []organization.Part{
			organization.PartUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions,
		},
		Fixes: []Fix{{
			ID: "demote-project-admins", Title: "Take the admin role from some", Risk: remediate.Disruptive, Undoable: true, Partial: true, Order: 340,
			Questions: func(in Input, fs []Finding) []Question {
				on := projectPlace(in.Org, fs[0].Resource.ID)
				return append([]Question{{
					Key: "principals", Kind: AskMany, Title: "Take it from whom?", Validate: atLeastOne("choose at least one person or group"),
					Options: principalOptions(in.Org, principals(in.Org, on, isProjectAdmin), in.Org.Me.UserID),
				}}, insteadQuestions(in, fs[0].Resource.ID)...)
			},
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				on := projectPlace(in.Org, fs[0].Resource.ID)
				local := Answers{"instead": a["instead"], "permissions": a["permissions"], "projects": fs[0].Resource.ID.Raw()}
				return demote(ctx, b, in, fs[0], "demote-project-admins", on, chosenPrincipals(principals(in.Org, on, isProjectAdmin), a["principals"]), isProjectAdmin, local)
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			most := in.Policy.Thresholds.ProjectAdminsMax
			admins := projectAdmins(in.Org)
			for _, p := range in.Org.Projects {
				list := admins[p.ID]
				if len(list) <= most {
					r.Passed++
					continue
				}
				f := Finding{
					Resource: projectTarget(p), Title: fmt.Sprintf("%s has %d admins", projectName(p), len(list)),
					Evidence: []Evidence{{"admin", people(list), fmt.Sprintf("at most %d", most)}},
				}
				if len(principals(in.Org, projectPlace(in.Org, p.ID), isProjectAdmin)) == 0 {
					f.Fixes = []string{} // all from above: change the grant there
					f.Evidence = append(f.Evidence, Evidence{"granted on", "the unit or the organization", "the project itself"})
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

// projectAdmins are who holds a project's admin role, also from its unit or
// the organization. Super admins and organization admins are counted where
// they are named so.
func projectAdmins(o *organization.Organization) map[Text][]Text {
	active := map[Text]bool{}
	for _, u := range o.Users {
		active[u.ID] = u.State.Is("active") || u.State.Empty()
	}
	out := map[Text][]Text{}
	for _, a := range o.EffectiveAccess() {
		if !a.ResourceType.Is("project") || !isProjectAdmin(a.Permission) || !active[a.UserID] {
			continue
		}
		name := nameOf(o, a.UserID)
		if !slices.Contains(out[a.ResourceID], name) {
			out[a.ResourceID] = append(out[a.ResourceID], name)
		}
	}
	return out
}

// nameOf is an e-mail address, or an application user's name.
func nameOf(o *organization.Organization, id Text) Text {
	for _, u := range o.AppUsers {
		if u.ID == id {
			return u.Name
		}
	}
	for _, u := range o.Users {
		if u.ID == id {
			return u.Email
		}
	}
	return id
}
