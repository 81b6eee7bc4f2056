package steps

import (
	"context"
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkDeactivatedWithAccess asks that who is out holds nothing.
//
// step: least-privilege
// order: 130
func checkDeactivatedWithAccess() Check {
	return Check{
		ID: "deactivated-with-access", Title: "Deactivated people hold nothing", Severity: Low,
		Why:  "Whoever activates the account again gives back everything it held, unnoticed.",
		How:  "Take what was granted to them, and take them out of groups that hold something.",
		Docs: docsUsers, Needs: []organization.Part{organization.PartUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions},
		Fixes: []Fix{{
			ID: "take-leftover-access", Title: "Take what they hold", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 365,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				n := len(b.Plan.Changes)
				for _, f := range fs {
					if err := takeLeftover(ctx, b, in, f); err != nil {
						return err
					}
				}
				noteEffect(b, n)
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, u := range in.Org.Users {
				if u.IsApplicationUser || u.State.Is("active") || u.State.Empty() {
					continue
				}
				grants, groups := leftover(in.Org, u.ID)
				var ev []Evidence
				for _, g := range grants {
					ev = append(ev, Evidence{"on " + placeOf(in.Org, g).name, joined(g.Permissions), "nothing"})
				}
				for _, g := range groups {
					ev = append(ev, Evidence{"member of", g.Name.String(), "no group that holds something"})
				}
				if u.IsSuperAdmin {
					ev = append(ev, Evidence{"is_super_admin", "true", "false"})
				}
				if len(ev) == 0 {
					r.Passed++
					continue
				}
				f := Finding{Resource: userTarget(u), Title: fmt.Sprintf("%s is %s and still holds something", u.Email, u.State), Evidence: ev}
				scim := slices.ContainsFunc(groups, func(g organization.Group) bool { return g.ManagedBySCIM })
				if scim || u.IsSuperAdmin && u.ManagedBySCIM {
					f.Fixes = []string{}
					f.Evidence = append(f.Evidence, Evidence{"managed by", "your identity provider (SCIM)", "changed there"})
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

// leftover is what a person holds directly, and the groups that hold something.
func leftover(o *organization.Organization, id Text) (grants []organization.Grant, groups []organization.Group) {
	holding := map[Text]bool{}
	for _, g := range o.Grants {
		if len(g.Permissions) == 0 {
			continue
		}
		if g.PrincipalType.Is("user") && g.PrincipalID == id {
			grants = append(grants, g)
		}
		holding[g.PrincipalID] = true
	}
	for _, g := range o.Groups {
		if holding[g.ID] && slices.Contains(g.MemberIDs, id) {
			groups = append(groups, g)
		}
	}
	return grants, groups
}

func takeLeftover(ctx context.Context, b *remediate.Builder, in Input, f Finding) error {
	u, err := userByID(in.Org, f.Resource.ID)
	if err != nil {
		return err
	}
	grants, groups := leftover(in.Org, u.ID)
	for _, g := range grants {
		c := accessChange{
			check: f.Check, fix: "take-leftover-access", resource: f.Resource, who: userPrincipal(in.Org, u.ID), on: placeOf(in.Org, g),
			operation: "revoke", permissions: raws(g.Permissions),
		}
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	for _, g := range groups {
		m := membership{check: f.Check, fix: "take-leftover-access", resource: f.Resource, group: g, groupID: g.ID.Raw(), people: []Text{u.ID}}
		if err := m.add(ctx, b, in, false); err != nil {
			return err
		}
	}
	if u.IsSuperAdmin {
		return setSuperAdmin(ctx, b, in, f, "take-leftover-access", u, false)
	}
	return nil
}
