package remediate

import (
	"slices"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// Effect is the organization as it would be after changes of people, groups
// and permissions; all other changes leave it as it is. Changes already made
// may be among them: each can be applied twice.
func Effect(o *organization.Organization, changes ...Change) *organization.Organization {
	out := *o
	for _, c := range changes {
		switch structuralOperation(c.Request) {
		case "OrganizationUserUpdate":
			out.Users = withUser(out.Users, c)
		case "PermissionsUpdate":
			out.Grants = withGrant(out.Grants, c)
		case "UserGroupCreate":
			out.Groups = withGroup(out.Groups, c)
		case "UserGroupDelete":
			out.Groups = slices.DeleteFunc(slices.Clone(out.Groups), func(g organization.Group) bool { return g.ID.Raw() == segment(c, 3) })
		case "UserGroupMembersUpdate":
			out.Groups = withMembers(out.Groups, c)
		case "ApplicationUserDelete":
			id := segment(c, 3)
			out.Users = slices.DeleteFunc(slices.Clone(out.Users), func(u organization.User) bool { return u.ID.Raw() == id })
			out.AppUsers = slices.DeleteFunc(slices.Clone(out.AppUsers), func(u organization.AppUser) bool { return u.ID.Raw() == id })
			out.Grants = slices.DeleteFunc(slices.Clone(out.Grants), func(g organization.Grant) bool { return g.PrincipalID.Raw() == id })
		}
	}
	return &out
}

func withUser(list []organization.User, c Change) []organization.User {
	list = slices.Clone(list)
	body, id := bodyOf(c), segment(c, 3)
	for i := range list {
		if list[i].ID.Raw() != id {
			continue
		}
		if v, ok := body["is_super_admin"].(bool); ok {
			list[i].IsSuperAdmin = v
		}
		if v, ok := body["state"].(string); ok {
			list[i].State = aivenapi.NewText(v)
		}
	}
	return list
}

// entry is one principal of a PermissionsUpdate.
type entry struct {
	kind, id    string
	permissions []organization.Text
}

func entriesOf(c Change) (operation string, list []entry) {
	body := bodyOf(c)
	operation, _ = body["operation"].(string)
	items, _ := body["permissions"].([]any)
	for _, it := range items {
		m, _ := it.(map[string]any)
		e := entry{}
		e.kind, _ = m["principal_type"].(string)
		e.id, _ = m["principal_id"].(string)
		perms, _ := m["permissions"].([]any)
		for _, p := range perms {
			s, _ := p.(string)
			e.permissions = append(e.permissions, aivenapi.NewText(s))
		}
		list = append(list, e)
	}
	return operation, list
}

func withGrant(grants []organization.Grant, c Change) []organization.Grant {
	kind, id := segment(c, 3), segment(c, 4)
	operation, list := entriesOf(c)
	grants = slices.Clone(grants)
	for _, e := range list {
		i := slices.IndexFunc(grants, func(g organization.Grant) bool {
			return g.ResourceType.Is(kind) && g.ResourceID.Is(id) && g.PrincipalType.Is(e.kind) && g.PrincipalID.Is(e.id)
		})
		if i < 0 {
			grants = append(grants, organization.Grant{
				ResourceType: aivenapi.NewText(kind), ResourceID: aivenapi.NewText(id),
				PrincipalType: aivenapi.NewText(e.kind), PrincipalID: aivenapi.NewText(e.id),
			})
			i = len(grants) - 1
		}
		held := slices.Clone(grants[i].Permissions)
		switch operation {
		case "grant":
			for _, p := range e.permissions {
				if !slices.Contains(held, p) {
					held = append(held, p)
				}
			}
		case "revoke":
			held = slices.DeleteFunc(held, func(p organization.Text) bool { return slices.Contains(e.permissions, p) })
		default:
			held = e.permissions
		}
		grants[i].Permissions = held
	}
	return grants
}

// withGroup adds a group that is yet to be made, under the reference to its id.
func withGroup(list []organization.Group, c Change) []organization.Group {
	name, _ := bodyOf(c)["user_group_name"].(string)
	out := slices.Clone(list)
	for ref := range c.Yields {
		out = append(out, organization.Group{ID: aivenapi.NewText(refToken(ref)), Name: aivenapi.NewText(name)})
	}
	return out
}

func withMembers(list []organization.Group, c Change) []organization.Group {
	list = slices.Clone(list)
	body, id := bodyOf(c), segment(c, 3)
	operation, _ := body["operation"].(string)
	ids, _ := body["member_ids"].([]any)
	for i := range list {
		if list[i].ID.Raw() != id {
			continue
		}
		members := slices.Clone(list[i].MemberIDs)
		for _, v := range ids {
			s, _ := v.(string)
			t := aivenapi.NewText(s)
			members = slices.DeleteFunc(members, func(m organization.Text) bool { return m == t })
			if operation == "add_members" {
				members = append(members, t)
			}
		}
		list[i].MemberIDs = members
	}
	return list
}
