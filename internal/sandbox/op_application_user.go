package sandbox

func applicationUserOperations() []operation {
	const all = "/organization/{organization_id}/application-users"
	may := holders("organization:app_users:write")
	return []operation{
		{id: "ApplicationUsersList", method: get, path: all, access: may, serve: applicationUserList},
		{id: "ApplicationUserGet", method: get, path: all + "/{user_id}", access: may, serve: applicationUserGet},
		{id: "ApplicationUserAccessTokensList", method: get, path: all + "/{user_id}/access-tokens", access: may, serve: applicationTokens},
	}
}

func applicationUserWire(u *User) obj {
	return obj{
		"create_time": u.CreateTime.wire(), "is_super_admin": u.SuperAdmin, "name": u.Name,
		"user_email": u.Email, "user_id": u.ID,
	}
}

// applicationUserList answers ApplicationUsersList.
func applicationUserList(c *call) answer {
	return ok(obj{"application_users": list(c.org.ApplicationUsers, applicationUserWire)})
}

func (c *call) applicationUserNamed() (*User, *answer) {
	id := c.vars["user_id"]
	no := func(a answer) (*User, *answer) { return nil, &a }
	if c.org.person(id) != nil {
		return no(refuse(400, "user_not_application_user", "User is not an application user"))
	}
	u := c.org.applicationUser(id)
	if u == nil {
		return no(notFound("organization_user_not_found", "User not found in the organization"))
	}
	if u.Internal {
		return no(forbidden("user_is_internal_user", "User is managed by Aiven"))
	}
	return u, nil
}

// applicationUserGet answers ApplicationUserGet.
func applicationUserGet(c *call) answer {
	u, a := c.applicationUserNamed()
	if a != nil {
		return *a
	}
	return ok(applicationUserWire(u))
}

// applicationTokens answers ApplicationUserAccessTokensList.
func applicationTokens(c *call) answer {
	u, a := c.applicationUserNamed()
	if a != nil {
		return *a
	}
	return ok(obj{"tokens": list(c.state.tokensOf(u.ID), func(t *Token) obj { return t.wire(c.who.token) })})
}
