package sandbox

import "slices"

func userOperations() []operation {
	const one = "/organization/{organization_id}/user/{member_user_id}"
	about := access{any: []string{"organization:users:write"}, self: true}
	return []operation{
		{id: "OrganizationUserList", method: get, path: "/organization/{organization_id}/user", access: members, serve: userList},
		{id: "OrganizationUserGet", method: get, path: one, access: members, serve: userGet},
		{id: "OrganizationUserAuthenticationMethodsList", method: get, path: one + "/authentication_methods", access: about, serve: userLogins},
		{id: "OrganizationUserTokensList", method: get, path: one + "/access-tokens", access: about, serve: userTokens},
		{id: "OrganizationMemberPermissionsList", method: get, path: one + "/permissions", access: about, serve: memberPermissions},
		{id: "OrganizationMemberGroupsList", method: get, path: one + "/user-groups", access: members, serve: memberGroups},
		{id: "OrganizationUserInvitationsList", method: get, path: "/organization/{organization_id}/invitation", access: holders("organization:users:write"), serve: invitations},
	}
}

func (o *Organization) userInfo(u *User) obj {
	info := obj{
		"create_time": u.CreateTime.wire(), "is_application_user": o.applicationUser(u.ID) != nil,
		"managed_by_scim": u.ManagedBySCIM, "real_name": u.Name, "state": u.State, "user_email": u.Email,
	}
	if u.Managed {
		info["managing_organization_id"] = o.ID
	}
	u.profile(info)
	return info
}

func (o *Organization) userWire(u *User) obj {
	return obj{
		"is_super_admin": u.SuperAdmin, "join_time": u.JoinTime.wire(), "last_activity_time": u.LastActivity.wire(),
		"user_id": u.ID, "user_info": o.userInfo(u),
	}
}

// userList answers OrganizationUserList.
func userList(c *call) answer {
	all := slices.Clone(c.org.Users)
	if q := c.req.URL.Query().Get("include_application_users"); q != "false" && q != "0" {
		all = append(all, c.org.ApplicationUsers...)
	}
	return ok(obj{"users": list(all, c.org.userWire)})
}

func (c *call) memberNamed() (*User, *answer) {
	u := c.org.member(c.vars["member_user_id"])
	if u == nil {
		a := notFound("", "User not found")
		return nil, &a
	}
	return u, nil
}

// userGet answers OrganizationUserGet.
func userGet(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	return ok(c.org.userWire(u))
}

// userLogins answers OrganizationUserAuthenticationMethodsList.
func userLogins(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	return ok(obj{"authentication_methods": list(u.Logins, func(l *Login) obj {
		o := obj{
			"is_enabled_2fa": l.TwoFactor, "method_id": madeID("um", 12, u.ID, l.Type, l.Method), "name": l.Type,
			"remote_provider_id": l.Type, "type": l.Type, "user_email": u.Email, "user_id": u.ID,
		}
		setTime(o, "last_used_time", l.LastUsed)
		if m := c.org.method(l.Method); l.Method != "" && m != nil {
			o["local_provider_id"], o["name"], o["organization_id"] = m.ID, m.Name, c.org.ID
		}
		return o
	})})
}

// userTokens answers OrganizationUserTokensList: personal tokens only, and
// not those that the organization may not see.
func userTokens(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	var tokens []*Token
	if !isFalse(u.TokensListable) {
		tokens = c.state.tokensOf(u.ID, PersonalToken, ApplicationToken)
	}
	return ok(obj{"tokens": list(tokens, func(t *Token) obj {
		return obj{
			"description": t.Description, "ip_allowlist": strs(t.IPAllowlist), "last_ip": t.LastIP,
			"last_used_time": t.LastUsed.wire(), "last_user_agent": t.LastUserAgent, "token_prefix": t.Prefix,
		}
	})})
}

// memberPermissions answers OrganizationMemberPermissionsList: what the user
// may do on each resource, be it by a grant of its own or of a group, there or
// on a resource above.
func memberPermissions(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	out := []obj{}
	add := func(kind, id string, held []string) {
		if len(held) == 0 {
			return
		}
		slices.Sort(held)
		out = append(out, obj{"resource_type": kind, "resource_id": id, "permissions": slices.Compact(held)})
	}
	organization := c.org.heldOn(c.org.Grants, u.ID)
	add("organization", c.org.ID, slices.Clone(organization))
	for _, unit := range c.org.Units {
		add("organization_unit", unit.ID, slices.Concat(organization, c.org.heldOn(unit.Grants, u.ID)))
	}
	for _, p := range c.org.Projects {
		add("project", p.ID, slices.Concat(organization, c.org.heldOnProject(p, u.ID)))
	}
	return ok(obj{"permissions": out})
}

// memberGroups answers OrganizationMemberGroupsList.
func memberGroups(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	in := slices.DeleteFunc(slices.Clone(c.org.Groups), func(g *Group) bool { return !slices.Contains(g.Members, u.ID) })
	return ok(obj{"user_groups": list(in, (*Group).wire)})
}

// invitations answers OrganizationUserInvitationsList.
func invitations(c *call) answer {
	return ok(obj{"invitations": list(c.org.Invitations, func(i *Invitation) obj {
		return obj{
			"create_time": i.CreateTime.wire(), "expiry_time": i.ExpiryTime.wire(), "invited_by": i.InvitedBy,
			"user_email": i.Email,
		}
	})})
}
