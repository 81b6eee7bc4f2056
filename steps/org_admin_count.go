package steps

import (
	"context"
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkOrgAdminCount asks for few organization admins.
//
// step: least-privilege
// order: 70
func checkOrgAdminCount() Check {
	return Check{
		ID: "org-admin-count", Title: "Organization admins are few", Severity: High,
		Why:  "An organization admin can give themselves anything, and change how everybody logs in.",
		How:  "Take the role from those whose work does not need it. Who manages only groups, projects or bills needs only that permission.",
		Docs: docsPermissions, Needs: []organization.Part{organization.PartOrganization, organization.PartUsers, organization.PartGroups, organization.PartPermissions},
		Fixes: []Fix{{
			ID: "demote-org-admins", Title: "Take the role from some", Risk: remediate.Disruptive, Undoable: true, Partial: true, Order: 330,
			Questions: func(in Input, _ []Finding) []Question {
				list := principals(in.Org, orgPlace(in.Org), isOrgAdmin)
				return append([]Question{{
					Key: "principals", Kind: AskMany, Title: "Take it from whom?", Options: principalOptions(in.Org, list, in.Org.Me.UserID),
					Validate: atLeastOne("choose at least one person or group"),
				}}, insteadQuestions(in, Text{})...)
			},
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				list := chosenPrincipals(principals(in.Org, orgPlace(in.Org), isOrgAdmin), a["principals"])
				return demote(ctx, b, in, fs[0], "demote-org-admins", orgPlace(in.Org), list, isOrgAdmin, a)
			},
		}},
		Eval: func(in Input) Result {
			var admins []Text
			active := 0
			for _, u := range in.Org.Users {
				if !u.IsApplicationUser && u.State.Is("active") {
					active++
				}
			}
			for _, h := range holders(in.Org, orgPlace(in.Org), isOrgAdmin) {
				if h.user.State.Is("active") || h.user.State.Empty() {
					admins = append(admins, h.user.Email)
				}
			}
			t := in.Policy.Thresholds
			most := min(t.OrgAdminsMax, max(leastOrgAdmins, active*t.OrgAdminsMaxPercent/100))
			switch {
			case len(admins) > most:
				r := about(in, fmt.Sprintf("There are %d organization admins", len(admins)),
					Evidence{organization.OrganizationAdmin, people(admins), fmt.Sprintf("at most %d (%d, and %d %% of %s)", most, t.OrgAdminsMax, t.OrgAdminsMaxPercent, count(active, "active person", "active people"))})
				return r
			case len(admins) < leastOrgAdmins && !allOrgAdminsTold(in.Org):
				return Result{Unknown: "Who is organization admin could not be read whole."}
			case len(admins) < leastOrgAdmins:
				r := about(in, fmt.Sprintf("There are %d organization admins", len(admins)), Evidence{organization.OrganizationAdmin, noneIfEmpty(people(admins)), "two at least, so that super admins can rest"})
				r.Findings[0].Severity, r.Findings[0].Fixes = Low, []string{}
				return r
			}
			return Result{Passed: len(admins)}
		},
	}
}

// allOrgAdminsTold says whether nobody can be organization admin whom the
// reading did not see.
func allOrgAdminsTold(o *organization.Organization) bool {
	if inDoubt(o, organization.PartGroups, "") || inDoubt(o, organization.PartPermissions, organization.PermissionResource("organization", o.ID.Raw())) {
		return false
	}
	return !slices.ContainsFunc(principals(o, orgPlace(o), isOrgAdmin), func(g organization.Grant) bool {
		return inDoubt(o, organization.PartGroups, g.PrincipalID.Raw())
	})
}

// leastOrgAdmins is how many there should be at least.
const leastOrgAdmins = 2

func noneIfEmpty(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// demote gives what is needed instead, and then takes the permissions that is
// says from each principal on a resource.
func demote(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, on place, list []organization.Grant, is func(Text) bool, a Answers) error {
	if len(list) == 0 {
		return fmt.Errorf("choose at least one person or group")
	}
	n := len(b.Plan.Changes)
	for _, g := range list {
		c := accessChange{check: f.Check, fix: fix, resource: f.Resource, who: principalOf(in.Org, g)}
		if err := addInstead(ctx, b, in, c, a); err != nil {
			return err
		}
		c.on, c.operation, c.permissions, c.risk = on, "revoke", matching(g.Permissions, is), remediate.Disruptive
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	noteEffect(b, n)
	noteResidual(b)
	return nil
}
