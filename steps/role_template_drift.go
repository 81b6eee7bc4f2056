package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

// checkRoleTemplateDrift asks that groups hold what their role example says.
//
// step: least-privilege
// order: 230
func checkRoleTemplateDrift() Check {
	return Check{
		ID: "role-template-drift", Title: "Groups for a role hold what the role needs", Severity: Low,
		Why:  "Groups collect permissions over the years, one exception at a time.",
		How:  "Take what goes beyond the role example. Which group follows which stands under role_groups in avn-harden.yaml; F here writes it there.",
		Docs: docsPermissions, Needs: []organization.Part{organization.PartUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions},
		Fixes: []Fix{nameRoleGroup(), {
			ID: "back-to-role", Title: "Take what goes beyond the role", Risk: remediate.Disruptive, Undoable: true, Order: 440,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				n := len(b.Plan.Changes)
				for _, f := range fs {
					role, ok := roleOf(in, f.Resource)
					if !ok {
						return fmt.Errorf("avn-harden.yaml no longer says which role the group %s follows", f.Resource.Name)
					}
					for _, g := range groupGrants(in.Org, f.Resource.ID) {
						c := accessChange{
							check: f.Check, fix: "back-to-role", resource: f.Resource, who: principalOf(in.Org, g), on: placeOf(in.Org, g),
							operation: "revoke", permissions: beyond(role, g), risk: remediate.Disruptive,
						}
						if err := c.add(ctx, b); err != nil {
							return err
						}
					}
				}
				noteEffect(b, n)
				return nil
			},
		}},
		Eval: func(in Input) Result {
			if len(in.Policy.RoleGroups) == 0 {
				return Result{NotApplicable: "no group is said to follow a role example: F says which do, or role_groups in avn-harden.yaml"}
			}
			var r Result
			var gone []string
			for _, rg := range in.Policy.RoleGroups {
				known := false
				for _, g := range in.Org.Groups {
					if !g.ID.Is(rg.Group) && !g.Name.Is(rg.Group) {
						continue
					}
					known = true
					role, _ := exampleOf(rg.Role)
					f := Finding{Resource: groupTarget(g), Title: fmt.Sprintf("The group %s holds more than the role %s", g.Name, rg.Role)}
					for _, x := range groupGrants(in.Org, g.ID) {
						if more := beyond(role, x); len(more) > 0 {
							f.Evidence = append(f.Evidence, Evidence{"on " + placeOf(in.Org, x).name, shownList(more), "not held"})
						}
					}
					if len(f.Evidence) == 0 {
						r.Passed++
						continue
					}
					f.Fixes = []string{"back-to-role"}
					r.Findings = append(r.Findings, f)
				}
				if !known {
					gone = append(gone, aivenapi.Sanitise(rg.Group))
				}
			}
			if len(gone) > 0 {
				r.Unknown = fmt.Sprintf("avn-harden.yaml names the group %s, which is not there.", gone[0])
			}
			return r
		},
	}
}

// nameRoleGroup writes down which group follows which role example.
func nameRoleGroup() Fix {
	return Fix{
		ID: "name-role-group", Title: "Say which group follows which role", Risk: remediate.Reversible,
		Questions: func(in Input, _ []Finding) []Question {
			var groups, roles []Option
			for _, g := range in.Org.Groups {
				if _, named := roleOf(in, groupTarget(g)); !named {
					groups = append(groups, Option{g.ID.Raw(), g.Name.String()})
				}
			}
			for _, r := range roleExamples() {
				roles = append(roles, Option{r.id, r.label})
			}
			return []Question{
				{Key: "group", Kind: AskMany, Title: "Which groups?", Help: "This is written into the policy file.", Options: groups, Validate: atLeastOne("choose at least one group")},
				{Key: "role", Kind: AskChoice, Title: "Which role example do they follow?", Options: roles, Default: roles[0].Value},
			}
		},
		Record: func(_ Input, _ []Finding, a Answers) []Record {
			var out []Record
			for _, id := range lines(a["group"]) {
				out = append(out, Record{RoleGroup: &policy.RoleGroup{Group: id, Role: a["role"]}})
			}
			return out
		},
	}
}

func roleOf(in Input, t remediate.Target) (roleExample, bool) {
	for _, rg := range in.Policy.RoleGroups {
		if t.ID.Is(rg.Group) || t.Name.Is(rg.Group) {
			return exampleOf(rg.Role)
		}
	}
	return roleExample{}, false
}

func beyond(role roleExample, g organization.Grant) []string {
	return matching(g.Permissions, func(p Text) bool { return !role.allows(g.ResourceType.Raw(), p.Raw()) })
}
