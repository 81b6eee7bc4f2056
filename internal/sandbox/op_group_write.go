package sandbox

import "slices"

func groupWriteOperations() []operation {
	const all = "/organization/{organization_id}/user-groups"
	write := holders("organization:groups:write")
	return []operation{
		{id: "UserGroupCreate", method: post, path: all, access: write, serve: groupCreate},
		{id: "UserGroupUpdate", method: patch, path: all + "/{user_group_id}", access: write, serve: groupUpdate},
		{id: "UserGroupDelete", method: remove, path: all + "/{user_group_id}", access: write, serve: groupDelete},
		{id: "UserGroupMembersUpdate", method: patch, path: all + "/{user_group_id}/members", access: write, serve: groupMembersUpdate},
	}
}

const (
	groupNameSize        = 128
	groupDescriptionSize = 4096
	groupMembersAtOnce   = 1024
)

func (c *call) groupNameTaken(name string, by *Group) bool {
	return slices.ContainsFunc(c.org.Groups, func(g *Group) bool { return g != by && g.Name == name })
}

// groupCreate answers UserGroupCreate.
func groupCreate(c *call) answer {
	var in struct {
		Name        string `json:"user_group_name"`
		Description string `json:"description"`
	}
	if a := c.exact(&in, "user_group_name", "description"); a != nil {
		return *a
	}
	if a := length("user_group_name", in.Name, 1, groupNameSize); a != nil {
		return *a
	}
	if a := length("description", in.Description, 0, groupDescriptionSize); a != nil {
		return *a
	}
	if c.groupNameTaken(in.Name, nil) {
		return refuse(409, "", "A user group named '%s' already exists", in.Name)
	}
	g := &Group{
		ID: "ug" + letters(c.box.rand, lowerHex, 12), Name: in.Name, Description: in.Description,
		CreateTime: At(c.now), UpdateTime: At(c.now),
	}
	c.org.Groups = append(c.org.Groups, g)
	return ok(g.wire())
}

// groupToChange is the group that the path names, unless a directory owns it.
func (c *call) groupToChange() (*Group, *answer) {
	g := c.org.group(c.vars["user_group_id"])
	no := func(a answer) (*Group, *answer) { return nil, &a }
	if g == nil {
		return no(notFound("", "User group not found"))
	}
	if g.ManagedBySCIM {
		return no(refuse(409, "resource_managed_by_scim", "User group is managed by SCIM"))
	}
	return g, nil
}

// groupUpdate answers UserGroupUpdate.
func groupUpdate(c *call) answer {
	g, refusal := c.groupToChange()
	if refusal != nil {
		return *refusal
	}
	var in struct {
		Name        *string `json:"user_group_name"`
		Description *string `json:"description"`
	}
	if a := c.exact(&in); a != nil {
		return *a
	}
	if in.Name != nil {
		if a := length("user_group_name", *in.Name, 1, groupNameSize); a != nil {
			return *a
		}
		if c.groupNameTaken(*in.Name, g) {
			return refuse(409, "", "A user group named '%s' already exists", *in.Name)
		}
	}
	if in.Description != nil {
		if a := length("description", *in.Description, 0, groupDescriptionSize); a != nil {
			return *a
		}
	}
	put1(&g.Name, in.Name)
	put1(&g.Description, in.Description)
	g.UpdateTime = At(c.now)
	return ok(g.wire())
}

// groupDelete answers UserGroupDelete. What was granted to the group goes
// with it; a group that logins join must be let go there first.
func groupDelete(c *call) answer {
	g, refusal := c.groupToChange()
	if refusal != nil {
		return *refusal
	}
	joined := slices.ContainsFunc(c.org.AuthenticationMethods, func(m *AuthenticationMethod) bool {
		return m.AutoJoinGroup == g.ID && m.State != "deleted"
	})
	if joined {
		return refuse(409, "", "User group is the one that an authentication method adds users to")
	}
	c.org.dropGrants(func(x *Grant) bool { return x.Group == g.ID })
	c.org.Groups = slices.DeleteFunc(c.org.Groups, func(x *Group) bool { return x == g })
	return noContent()
}

// groupMembersUpdate answers UserGroupMembersUpdate: all members or none.
func groupMembersUpdate(c *call) answer {
	g, refusal := c.groupToChange()
	if refusal != nil {
		return *refusal
	}
	var in struct {
		IDs       []string `json:"member_ids"`
		Operation string   `json:"operation"`
	}
	if a := c.exact(&in, "member_ids", "operation"); a != nil {
		return *a
	}
	if len(in.IDs) > groupMembersAtOnce {
		return invalid("Invalid input: member_ids: at most %d", groupMembersAtOnce)
	}
	if in.Operation != "add_members" && in.Operation != "remove_members" {
		return invalid("Invalid input: operation: want add_members or remove_members")
	}
	for _, id := range in.IDs {
		if c.org.member(id) == nil {
			return notFound("", "User not found")
		}
	}
	// Whoever may only manage groups must not hand out permissions by adding
	// members to a group that has some.
	hasGrants := c.org.granted(func(x *Grant) bool { return x.Group == g.ID && len(x.Permissions) > 0 })
	if in.Operation == "add_members" && hasGrants && !c.isOrgAdmin() {
		return forbidden("", "Adding members to a group with permissions needs an organization admin")
	}
	for _, id := range in.IDs {
		g.Members = without(g.Members, id)
		if in.Operation == "add_members" {
			g.Members = append(g.Members, id)
		}
	}
	g.UpdateTime = At(c.now)
	return noContent()
}
