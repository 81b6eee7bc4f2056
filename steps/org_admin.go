package steps

import (
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// holder is somebody who holds a permission, and the grants it comes through.
type holder struct {
	user organization.User
	via  []organization.Grant
}

// holders are all, application users included, who hold one of the permissions
// on a resource through a grant on it, directly or through a group.
func holders(o *organization.Organization, on place, is func(Text) bool) []holder {
	byUser := map[Text][]organization.Grant{}
	for _, g := range o.Grants {
		if !g.ResourceType.Is(on.kind) || g.ResourceID != on.id || !slices.ContainsFunc(g.Permissions, is) {
			continue
		}
		if g.PrincipalType.Is("user") {
			byUser[g.PrincipalID] = append(byUser[g.PrincipalID], g)
			continue
		}
		for _, group := range o.Groups {
			if group.ID != g.PrincipalID {
				continue
			}
			for _, id := range group.MemberIDs {
				byUser[id] = append(byUser[id], g)
			}
		}
	}
	var out []holder
	for _, u := range o.Users {
		if via := byUser[u.ID]; via != nil {
			out = append(out, holder{u, via})
		}
	}
	return out
}

// principals are the people and groups that hold one of the permissions on a
// resource itself.
func principals(o *organization.Organization, on place, is func(Text) bool) []organization.Grant {
	var out []organization.Grant
	for _, g := range o.Grants {
		if g.ResourceType.Is(on.kind) && g.ResourceID == on.id && slices.ContainsFunc(g.Permissions, is) {
			out = append(out, g)
		}
	}
	return out
}

// principalOptions are grants to choose from; the value is type/id.
func principalOptions(o *organization.Organization, list []organization.Grant, but Text) []Option {
	var out []Option
	for _, g := range list {
		if g.PrincipalID == but {
			continue
		}
		p := principalOf(o, g)
		name := p.name
		if p.kind == "user_group" {
			for _, group := range o.Groups {
				if group.ID == g.PrincipalID {
					name += " (" + count(len(group.MemberIDs), "member", "members") + ")"
				}
			}
		}
		out = append(out, Option{organization.PrincipalField(p.kind, p.id.Raw()), name})
	}
	return out
}

// chosenPrincipals are the grants that the answer to principalOptions means.
func chosenPrincipals(list []organization.Grant, answer string) []organization.Grant {
	want := lines(answer)
	return slices.DeleteFunc(slices.Clone(list), func(g organization.Grant) bool {
		return !slices.Contains(want, organization.PrincipalField(g.PrincipalType.Raw(), g.PrincipalID.Raw()))
	})
}

func matching(list []Text, is func(Text) bool) []string {
	var out []string
	for _, p := range list {
		if is(p) {
			out = append(out, p.Raw())
		}
	}
	return out
}

func appUserTarget(u organization.AppUser) remediate.Target {
	return remediate.Target{Type: "application user", ID: u.ID, Name: u.Name}
}
