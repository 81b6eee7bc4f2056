package sandbox

func groupOperations() []operation {
	const all = "/organization/{organization_id}/user-groups"
	return []operation{
		{id: "UserGroupsList", method: get, path: all, access: members, serve: groupList},
		{id: "UserGroupGet", method: get, path: all + "/{user_group_id}", access: members, serve: groupGet},
		{id: "UserGroupMemberList", method: get, path: all + "/{user_group_id}/members", access: members, serve: groupMembers},
	}
}

func (g *Group) wire() obj {
	return obj{
		"create_time": g.CreateTime.wire(), "description": g.Description, "managed_by_scim": g.ManagedBySCIM,
		"update_time": g.UpdateTime.wire(), "user_group_id": g.ID, "user_group_name": g.Name,
	}
}

// groupList answers UserGroupsList.
func groupList(c *call) answer {
	return ok(obj{"user_groups": list(c.org.Groups, func(g *Group) obj {
		o := g.wire()
		o["member_count"] = len(g.Members)
		return o
	})})
}

// groupGet answers UserGroupGet.
func groupGet(c *call) answer {
	g := c.org.group(c.vars["user_group_id"])
	if g == nil {
		return notFound("", "User group not found")
	}
	return ok(g.wire())
}

// groupMembers answers UserGroupMemberList.
func groupMembers(c *call) answer {
	g := c.org.group(c.vars["user_group_id"])
	if g == nil {
		return notFound("", "User group not found")
	}
	out := []obj{}
	for _, id := range g.Members {
		if u := c.org.member(id); u != nil {
			o := obj{"user_id": u.ID, "user_info": c.org.userInfo(u)}
			setTime(o, "last_activity_time", u.LastActivity)
			out = append(out, o)
		}
	}
	return ok(obj{"members": out})
}
