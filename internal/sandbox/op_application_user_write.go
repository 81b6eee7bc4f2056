package sandbox

import "slices"

func applicationUserWriteOperations() []operation {
	const all = "/organization/{organization_id}/application-users"
	may := holders("organization:app_users:write")
	return []operation{
		{id: "ApplicationUserCreate", method: post, path: all, access: may, serve: applicationUserCreate},
		{id: "ApplicationUserUpdate", method: patch, path: all + "/{user_id}", access: may, serve: applicationUserUpdate},
		{id: "ApplicationUserDelete", method: remove, path: all + "/{user_id}", access: may, serve: applicationUserDelete},
	}
}

type applicationUserBody struct {
	Name       string `json:"name"`
	SuperAdmin bool   `json:"is_super_admin"`
}

// readApplicationUser reads the body that creating and updating share. The
// description still has is_super_admin; the API no longer takes it as true.
func (c *call) readApplicationUser() (in applicationUserBody, refusal *answer) {
	if a := c.exact(&in, "name"); a != nil {
		return in, a
	}
	if in.SuperAdmin {
		return in, invalidBody("Invalid input: is_super_admin: application users cannot be super admins")
	}
	return in, length("name", in.Name, 1, 256)
}

// applicationUserCreate answers ApplicationUserCreate.
func applicationUserCreate(c *call) answer {
	in, refusal := c.readApplicationUser()
	if refusal != nil {
		return *refusal
	}
	id := "u" + letters(c.box.rand, lowerHex, 12)
	u := &User{
		ID: id, Email: id + "." + c.org.ID + "@app-user.aiven.io", Name: in.Name, State: "active", Managed: true,
		CreateTime: At(c.now), JoinTime: At(c.now),
	}
	c.org.ApplicationUsers = append(c.org.ApplicationUsers, u)
	return ok(applicationUserWire(u))
}

// applicationUserUpdate answers ApplicationUserUpdate.
func applicationUserUpdate(c *call) answer {
	u, refusal := c.applicationUserNamed()
	if refusal != nil {
		return *refusal
	}
	in, refusal := c.readApplicationUser()
	if refusal != nil {
		return *refusal
	}
	u.Name = in.Name
	return ok(applicationUserWire(u))
}

// applicationUserDelete answers ApplicationUserDelete: its tokens and grants
// go too. The API does not keep an application user from deleting itself, and
// neither does this.
func applicationUserDelete(c *call) answer {
	u, refusal := c.applicationUserNamed()
	if refusal != nil {
		return *refusal
	}
	c.org.dropMember(u.ID)
	c.state.dropTokens(func(t *Token) bool { return t.User == u.ID })
	c.org.ApplicationUsers = slices.DeleteFunc(c.org.ApplicationUsers, func(x *User) bool { return x == u })
	return noContent()
}
