package sandbox

import "slices"

func groupWriteOperations() []operation {
	const all = "/organization/{organization_id}/user-groups"
	may := holders("organization:groups:write")
	return []operation{
		{id: "UserGroupCreate", method: post, path: all, access: may, serve: groupCreate},
		{id: "UserGroupUpdate", method: patch, path: all + "/{user_group_id}", access: may, serve: groupUpdate},
		{id: "UserGroupDelete", method: remove, path: all + "/{user_group_id}", access: may, serve: groupDelete},
		{id: "UserGroupMembersUpdate", method: patch, path: all + "/{user_group_id}/members", access: may, serve: groupMembersUpdate},
	}
}

// groupNamed finds the group of the path, which must not be SCIM's.
func (c *call) groupNamed() (*Group, *answer) {
	g := c.org.group(c.vars["user_group_id"])
	if g == nil {
		a := notFound("", "User group not found")
		return nil, &a
	}
	if g.ManagedBySCIM {
		a := refuse(409, "resource_managed_by_scim", "Cannot perform operation on a group managed by SCIM")
		return nil, &a
	}
	return g, nil
}

func (c *call) groupNameTaken(name string, but *Group) *answer {
	if name == "" || len(name) > 128 {
		return invalidBody("Invalid input: user_group_name: 1 to 128 characters")
	}
	if slices.ContainsFunc(c.org.Groups, func(g *Group) bool { return g != but && g.Name == name }) {
		a := refuse(409, "", "A user group named '%s' already exists", name)
		return &a
	}
	return nil
}

// groupCreate answers UserGroupCreate.
func groupCreate(c *call) answer {
	var in struct {
		Name        string `json:"user_group_name"`
		Description string `json:"description"`
	}
	if a := c.decode(&in, "user_group_name", "description"); a != nil {
		return *a
	}
	if a := c.groupNameTaken(in.Name, nil); a != nil {
		return *a
	}
	g := &Group{
		ID: "ug" + letters(c.box.rand, lowerHex, 11), Name: in.Name, Description: in.Description,
		CreateTime: At(c.now), UpdateTime: At(c.now),
	}
	c.org.Groups = append(c.org.Groups, g)
	return ok(g.wire())
}

// groupUpdate answers UserGroupUpdate.
func groupUpdate(c *call) answer {
	g, a := c.groupNamed()
	if a != nil {
		return *a
	}
	var in struct {
		Name        *string `json:"user_group_name"`
		Description *string `json:"description"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if in.Name != nil {
		if a := c.groupNameTaken(*in.Name, g); a != nil {
			return *a
		}
	}
	put1(&g.Name, in.Name)
	put1(&g.Description, in.Description)
	g.UpdateTime = At(c.now)
	return ok(g.wire())
}

// groupDelete answers UserGroupDelete: its grants go with it. One that people
// join by themselves stays.
func groupDelete(c *call) answer {
	g, a := c.groupNamed()
	if a != nil {
		return *a
	}
	if slices.ContainsFunc(c.org.AuthenticationMethods, func(m *AuthenticationMethod) bool { return m.AutoJoinGroup == g.ID && m.State != "deleted" }) {
		return refuse(409, "", "User group is the auto join group of an authentication method")
	}
	if c.org.granted(g.ID) && !c.isOrgAdmin() {
		return forbidden("", "Only an organization admin can delete a group with permissions")
	}
	c.org.Groups = slices.DeleteFunc(c.org.Groups, func(x *Group) bool { return x == g })
	c.org.dropGrants(g.ID)
	return noContent()
}

// groupMembersUpdate answers UserGroupMembersUpdate. Who may write groups but
// is no organization admin adds only to groups without permissions.
func groupMembersUpdate(c *call) answer {
	g, a := c.groupNamed()
	if a != nil {
		return *a
	}
	var in struct {
		Operation string   `json:"operation"`
		Members   []string `json:"member_ids"`
	}
	if a := c.decode(&in, "operation", "member_ids"); a != nil {
		return *a
	}
	if in.Operation != "add_members" && in.Operation != "remove_members" {
		return invalid("Invalid input: operation: want add_members or remove_members")
	}
	if in.Operation == "add_members" && c.org.granted(g.ID) && !c.isOrgAdmin() {
		return forbidden("", "Only an organization admin can add members to a group with permissions")
	}
	for _, id := range in.Members {
		if c.org.member(id) == nil {
			return notFound("", "User not found")
		}
	}
	for _, id := range in.Members {
		g.Members = slices.DeleteFunc(g.Members, func(m string) bool { return m == id })
		if in.Operation == "add_members" {
			g.Members = append(g.Members, id)
		}
	}
	g.UpdateTime = At(c.now)
	return noContent()
}

// everyGrant visits each list of grants: the organization's, units', projects'.
func (o *Organization) everyGrant(visit func(*[]*Grant)) {
	visit(&o.Grants)
	for _, u := range o.Units {
		visit(&u.Grants)
	}
	for _, p := range o.Projects {
		visit(&p.Grants)
	}
}

// granted says whether a person or group holds anything anywhere.
func (o *Organization) granted(id string) bool {
	found := false
	o.everyGrant(func(list *[]*Grant) {
		found = found || slices.ContainsFunc(*list, func(g *Grant) bool { return (g.User == id || g.Group == id) && len(g.Permissions) > 0 })
	})
	return found
}

func (o *Organization) dropGrants(id string) {
	o.everyGrant(func(list *[]*Grant) {
		*list = slices.DeleteFunc(*list, func(g *Grant) bool { return g.User == id || g.Group == id })
	})
}
