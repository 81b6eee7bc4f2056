package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkEmptyPrivilegedGroup asks that groups without members hold nothing.
//
// step: least-privilege
// order: 220
func checkEmptyPrivilegedGroup() Check {
	return Check{
		ID: "empty-privileged-group", Title: "Groups without members hold nothing", Severity: Info,
		Why:  "Whoever is put into a forgotten group gets what it holds, and nobody looks.",
		How:  "Take what it holds; it can be given again when somebody joins.",
		Docs: docsGroups, Needs: []organization.Part{organization.PartUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions},
		Fixes: []Fix{{
			ID: "empty-the-group", Title: "Take what the group holds", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 430,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					for _, g := range groupGrants(in.Org, f.Resource.ID) {
						c := accessChange{
							check: f.Check, fix: "empty-the-group", resource: f.Resource, who: principalOf(in.Org, g), on: placeOf(in.Org, g),
							operation: "revoke", permissions: raws(g.Permissions),
						}
						if err := c.add(ctx, b); err != nil {
							return err
						}
					}
				}
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, g := range in.Org.Groups {
				grants := groupGrants(in.Org, g.ID)
				if len(g.MemberIDs) == 0 && inDoubt(in.Org, organization.PartGroups, g.ID.Raw()) {
					continue // who is in it is not known
				}
				if len(g.MemberIDs) > 0 || len(grants) == 0 {
					r.Passed++
					continue
				}
				f := Finding{Resource: groupTarget(g), Title: fmt.Sprintf("The group %s has no members and holds something", g.Name)}
				for _, x := range grants {
					f.Evidence = append(f.Evidence, Evidence{"on " + placeOf(in.Org, x).name, joined(x.Permissions), "nothing"})
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

func groupGrants(o *organization.Organization, id Text) []organization.Grant {
	var out []organization.Grant
	for _, g := range o.Grants {
		if g.PrincipalType.Is("user_group") && g.PrincipalID == id && len(g.Permissions) > 0 {
			out = append(out, g)
		}
	}
	return out
}
