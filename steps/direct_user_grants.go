package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// newGroup is the choice of a group that is yet to be created.
const newGroup = "new"

// checkDirectUserGrants asks that people get access through groups.
//
// step: least-privilege
// order: 190
func checkDirectUserGrants() Check {
	return Check{
		ID: "direct-user-grants", Title: "People get access through groups", Severity: Low,
		Why:  "What is granted to one person is forgotten when they change teams. A group says what the access is for.",
		How:  "Put them into a group that holds the same, and take the direct grant away once the group gives it.",
		Docs: docsGroups, Needs: []organization.Part{organization.PartUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions},
		Fixes: []Fix{{
			ID: "move-to-group", Title: "Move into a group", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 400,
			Questions: func(in Input, fs []Finding) []Question {
				opts := []Option{{newGroup, "a new group"}}
				for _, g := range in.Org.Groups {
					if !g.ManagedBySCIM {
						opts = append(opts, Option{g.ID.Raw(), g.Name.String() + " (" + count(len(g.MemberIDs), "member", "members") + " would get the same access)"})
					}
				}
				return []Question{
					{Key: "group", Kind: AskChoice, Title: "Into which group?", Options: opts, Default: newGroup},
					{Key: "name", Kind: AskText, Title: "Name of the group", Help: "After the team or the work. A group of this name that is there already is used.", Validate: validGroup(in), Hidden: func(a Answers) bool { return a["group"] != newGroup }},
					{Key: "description", Kind: AskText, Title: "What is the group for?", Validate: validText, Hidden: func(a Answers) bool { return a["group"] != newGroup }},
				}
			},
			Build: moveToGroup,
		}},
		Eval: func(in Input) Result {
			if len(in.Org.Groups) == 0 {
				return Result{NotApplicable: "the organization has no groups yet"}
			}
			var r Result
			for _, u := range in.Org.Users {
				if u.IsApplicationUser {
					continue
				}
				grants := directGrants(in.Org, u.ID)
				if len(grants) == 0 {
					r.Passed++
					continue
				}
				var ev []Evidence
				for _, g := range grants {
					ev = append(ev, Evidence{"on " + placeOf(in.Org, g).name, joined(g.Permissions), "through a group"})
				}
				r.Findings = append(r.Findings, Finding{Resource: userTarget(u), Title: fmt.Sprintf("%s holds permissions directly", u.Email), Evidence: ev})
			}
			return r
		},
	}
}

func directGrants(o *organization.Organization, id Text) []organization.Grant {
	return slices.DeleteFunc(slices.Clone(o.Grants), func(g organization.Grant) bool {
		return !g.PrincipalType.Is("user") || g.PrincipalID != id || len(g.Permissions) == 0
	})
}

func validGroup(in Input) func(string) error {
	return func(s string) error {
		name := strings.TrimSpace(s)
		if name == "" || len([]rune(name)) > 128 {
			return errors.New("a group needs a name of 1 to 128 characters")
		}
		for _, g := range in.Org.Groups {
			if g.Name.Is(name) && g.ManagedBySCIM {
				return errors.New("the identity provider manages a group of this name")
			}
		}
		return nil
	}
}

// groupSignature tells people who hold the same from those who do not.
func groupSignature(grants []organization.Grant) string {
	var out []string
	for _, g := range grants {
		list := raws(g.Permissions)
		slices.Sort(list)
		out = append(out, g.ResourceType.Raw()+"\x00"+g.ResourceID.Raw()+"\x00"+strings.Join(list, "\x00"))
	}
	slices.Sort(out)
	return strings.Join(out, "\x01")
}

// moveToGroup makes the group, lets it hold the same, puts the people in, and
// only then takes the direct grants. What was done already is left out, so
// that the same answers go on where a plan stopped.
func moveToGroup(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	n := len(b.Plan.Changes)
	var order []string
	same := map[string][]Finding{}
	for _, f := range fs {
		key := groupSignature(directGrants(in.Org, f.Resource.ID))
		if same[key] == nil {
			order = append(order, key)
		}
		same[key] = append(same[key], f)
	}
	taken := map[string]bool{}
	for _, key := range order {
		name := strings.TrimSpace(a["name"])
		if a["group"] == newGroup {
			name = groupName(in, same[key][0], name, len(order) > 1, taken)
			taken[name] = true
		}
		if err := moveTogether(ctx, b, in, same[key], a, name); err != nil {
			return err
		}
	}
	noteEffect(b, n)
	if len(order) > 1 && a["group"] == newGroup {
		b.Note("The people chosen hold %d different sets of permissions, so that there is one group for each.", len(order))
	}
	return nil
}

// groupName is the name of the group for people who hold the same. A group that
// an earlier, stopped plan began for them is gone on with: it has that name,
// with a number or without, and holds nothing that they do not hold.
func groupName(in Input, f Finding, base string, several bool, taken map[string]bool) string {
	names := []string{base}
	for n := 1; n <= len(in.Org.Groups)+len(taken)+1; n++ {
		names = append(names, fmt.Sprintf("%s %d", base, n))
	}
	begun := func(name string) bool {
		return slices.ContainsFunc(in.Org.Groups, func(g organization.Group) bool {
			return g.Name.Is(name) && !g.ManagedBySCIM && among(groupGrants(in.Org, g.ID), directGrants(in.Org, f.Resource.ID))
		})
	}
	for _, name := range names {
		if !taken[name] && begun(name) {
			return name
		}
	}
	if !several {
		return base
	}
	for _, name := range names[1:] {
		if !taken[name] && !slices.ContainsFunc(in.Org.Groups, func(g organization.Group) bool { return g.Name.Is(name) }) {
			return name
		}
	}
	return base
}

// among says whether all of some grants are among others, whoever holds them.
func among(some, of []organization.Grant) bool {
	for _, g := range some {
		i := slices.IndexFunc(of, func(x organization.Grant) bool {
			return x.ResourceType == g.ResourceType && x.ResourceID == g.ResourceID
		})
		if i < 0 || slices.ContainsFunc(g.Permissions, func(p Text) bool { return !slices.Contains(of[i].Permissions, p) }) {
			return false
		}
	}
	return true
}

func moveTogether(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers, name string) error {
	group, id, err := groupFor(ctx, b, in, fs[0], a, name)
	if err != nil {
		return err
	}
	who := principal{"user_group", aivenapi.NewText(id), "the group " + group.Name.String()}
	for _, g := range directGrants(in.Org, fs[0].Resource.ID) {
		c := accessChange{
			check: fs[0].Check, fix: "move-to-group", resource: fs[0].Resource, who: who, on: placeOf(in.Org, g), operation: "grant",
			permissions: raws(g.Permissions), touches: []organization.Part{organization.PartGroups},
		}
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	for _, f := range fs {
		m := membership{check: f.Check, fix: "move-to-group", resource: f.Resource, group: group, groupID: id, people: []Text{f.Resource.ID}}
		if err := m.add(ctx, b, in, true); err != nil {
			return err
		}
	}
	for _, f := range fs {
		for _, g := range directGrants(in.Org, f.Resource.ID) {
			c := accessChange{
				check: f.Check, fix: "move-to-group", resource: f.Resource, who: userPrincipal(in.Org, f.Resource.ID), on: placeOf(in.Org, g),
				operation: "revoke", permissions: raws(g.Permissions), facts: map[string]string{remediate.FactMoved: id},
				touches: []organization.Part{organization.PartGroups},
			}
			if err := c.add(ctx, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// groupFor is the group chosen, one of that name, or one that the plan makes.
func groupFor(ctx context.Context, b *remediate.Builder, in Input, f Finding, a Answers, name string) (organization.Group, string, error) {
	for _, g := range in.Org.Groups {
		if a["group"] != newGroup && g.ID.Is(a["group"]) || a["group"] == newGroup && g.Name.Is(name) {
			return g, g.ID.Raw(), nil
		}
	}
	if a["group"] != newGroup {
		return organization.Group{}, "", errors.New("choose the group to move into")
	}
	if err := validGroup(in)(name); err != nil {
		return organization.Group{}, "", err
	}
	id, err := addGroup(ctx, b, in, f, "move-to-group", name, strings.TrimSpace(a["description"]))
	return organization.Group{Name: aivenapi.NewText(name)}, id, err
}
