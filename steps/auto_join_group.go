package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkAutoJoinGroup asks that who logs in first gets next to nothing.
//
// step: least-privilege
// order: 210
func checkAutoJoinGroup() Check {
	return Check{
		ID: "auto-join-group-minimal", Title: "Who logs in for the first time gets next to nothing", Severity: High,
		Why:  "Everybody who logs in through the identity provider joins this group, whoever they are.",
		How:  "Take from the group what not everybody needs, or let people join another group.",
		Docs: docs + "platform/howto/saml/add-identity-providers",
		Needs: []organization.Part{
			organization.PartOrganization, organization.PartIdPs, organization.PartUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions,
		},
		Fixes: []Fix{
			{
				ID: "narrow-auto-join", Title: "Take from the group what is too much", Risk: remediate.Disruptive, Undoable: true, Order: 420,
				Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
					n := len(b.Plan.Changes)
					for _, f := range fs {
						if err := narrowAutoJoin(ctx, b, in, f); err != nil {
							return err
						}
					}
					noteEffect(b, n)
					return nil
				},
			},
			{
				ID: "change-auto-join", Title: "Let people join another group", Risk: remediate.Reversible, Undoable: true, Order: 425,
				Questions: func(in Input, _ []Finding) []Question {
					var opts []Option
					for _, g := range in.Org.Groups {
						if len(tooMuch(in.Org, g.ID)) == 0 {
							opts = append(opts, Option{g.ID.Raw(), g.Name.String()})
						}
					}
					opts = append(opts, Option{newGroup, "a new group, which holds nothing"})
					return []Question{
						{Key: "group", Kind: AskChoice, Title: "Which group?", Options: opts, Default: opts[0].Value},
						{Key: "name", Kind: AskText, Title: "Name of the group", Validate: freeGroup(in), Hidden: func(a Answers) bool { return a["group"] != newGroup }},
					}
				},
				Build: changeAutoJoin,
			},
		},
		Eval: func(in Input) Result {
			var r Result
			joins := 0
			for _, m := range samlMethods(in.Org) {
				if m.AutoJoinGroupID.Empty() {
					continue
				}
				joins++
				group := groupPrincipal(in.Org, m.AutoJoinGroupID)
				grants := tooMuch(in.Org, m.AutoJoinGroupID)
				if len(grants) == 0 {
					r.Passed++
					continue
				}
				f := Finding{Resource: methodTarget(m), Title: fmt.Sprintf("%s lets everybody join %s", m.Name, group.name)}
				for _, g := range grants {
					f.Evidence = append(f.Evidence, Evidence{"on " + placeOf(in.Org, g).name, shownList(excess(g)), "nothing, or reading one project"})
				}
				if m.JoinGroups {
					f.Evidence = append(f.Evidence, Evidence{"saml_join_groups", "on", "looked at too: the identity provider sets members at each login"})
				}
				r.Findings = append(r.Findings, f)
			}
			if joins == 0 {
				r.NotApplicable = "no identity provider lets people join a group by themselves"
			}
			return r
		},
	}
}

// excess is what of a grant not everybody should have.
func excess(g organization.Grant) []string {
	return matching(g.Permissions, func(p Text) bool {
		return g.ResourceType.Is("organization") || !p.Is("read_only") && !p.Is("project:services:read")
	})
}

func tooMuch(o *organization.Organization, group Text) []organization.Grant {
	return slices.DeleteFunc(slices.Clone(o.Grants), func(g organization.Grant) bool {
		return !g.PrincipalType.Is("user_group") || g.PrincipalID != group || len(excess(g)) == 0
	})
}

func narrowAutoJoin(ctx context.Context, b *remediate.Builder, in Input, f Finding) error {
	m, err := methodByID(in.Org, f.Resource.ID)
	if err != nil {
		return err
	}
	group := groupPrincipal(in.Org, m.AutoJoinGroupID)
	for _, g := range tooMuch(in.Org, m.AutoJoinGroupID) {
		c := accessChange{
			check: f.Check, fix: "narrow-auto-join", resource: f.Resource, who: group, on: placeOf(in.Org, g),
			operation: "revoke", permissions: excess(g), risk: remediate.Disruptive,
		}
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func freeGroup(in Input) func(string) error {
	return func(s string) error {
		if err := validGroup(in)(s); err != nil {
			return err
		}
		for _, g := range in.Org.Groups {
			if g.Name.Is(strings.TrimSpace(s)) {
				return fmt.Errorf("there is a group of this name already")
			}
		}
		return nil
	}
}

func changeAutoJoin(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	m, err := methodByID(in.Org, fs[0].Resource.ID)
	if err != nil {
		return err
	}
	to := a["group"]
	if to == newGroup {
		if err := freeGroup(in)(a["name"]); err != nil {
			return err
		}
		if to, err = addGroup(ctx, b, in, fs[0], "change-auto-join", strings.TrimSpace(a["name"]), "Everybody who logs in; holds nothing"); err != nil {
			return err
		}
	}
	if to == "" {
		return fmt.Errorf("choose the group to join")
	}
	old := m.AutoJoinGroupID.Raw()
	return addSetting(ctx, b, in, fs[0], m, setting{
		fix: "change-auto-join", says: fmt.Sprintf("Let people who log in through %s join another group", m.Name),
		undoSays: fmt.Sprintf("Let people who log in through %s join the group of before", m.Name),
		set:      &methodUpdate{AutoJoinUserGroupId: &to}, old: &methodUpdate{AutoJoinUserGroupId: &old},
		after: map[string]any{"auto_join_user_group_id": to}, order: []string{"auto_join_user_group_id"}, risk: remediate.Reversible,
	})
}
