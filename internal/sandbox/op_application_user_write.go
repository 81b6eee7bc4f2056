package sandbox

import (
	"slices"
	"strings"
	"time"
)

func applicationUserWriteOperations() []operation {
	const all = "/organization/{organization_id}/application-users"
	may := holders("organization:app_users:write")
	return []operation{
		{id: "ApplicationUserCreate", method: post, path: all, access: may, serve: applicationUserCreate},
		{id: "ApplicationUserUpdate", method: patch, path: all + "/{user_id}", access: may, serve: applicationUserUpdate},
		{id: "ApplicationUserDelete", method: remove, path: all + "/{user_id}", access: may, serve: applicationUserDelete},
		{id: "ApplicationUserAccessTokenCreate", method: post, path: all + "/{user_id}/access-tokens", access: may, serve: applicationTokenCreate},
		{id: "ApplicationUserAccessTokenDelete", method: remove, path: all + "/{user_id}/access-tokens/{token_prefix}", access: may, serve: applicationTokenDelete},
	}
}

type applicationUserBody struct {
	Name       string `json:"name"`
	SuperAdmin *bool  `json:"is_super_admin"`
}

// checked refuses super admins, which the API no longer takes, and empty names.
func (in applicationUserBody) checked() *answer {
	if in.SuperAdmin != nil && *in.SuperAdmin {
		return invalidBody("Application users cannot be super admins")
	}
	if strings.TrimSpace(in.Name) == "" || len(in.Name) > 128 {
		return invalidBody("Invalid input: name: 1 to 128 characters")
	}
	return nil
}

// applicationUserCreate answers ApplicationUserCreate.
func applicationUserCreate(c *call) answer {
	var in applicationUserBody
	if a := c.decode(&in, "name"); a != nil {
		return *a
	}
	if a := in.checked(); a != nil {
		return *a
	}
	u := &User{ID: "u" + letters(c.box.rand, lowerHex, 11), Name: in.Name, State: "active", Managed: true, CreateTime: At(c.now), JoinTime: At(c.now)}
	u.Email = u.ID + "." + c.org.ID + "@app-user.aiven.io"
	c.org.ApplicationUsers = append(c.org.ApplicationUsers, u)
	return ok(applicationUserWire(u))
}

// applicationUserUpdate answers ApplicationUserUpdate.
func applicationUserUpdate(c *call) answer {
	u, a := c.applicationUserNamed()
	if a != nil {
		return *a
	}
	var in applicationUserBody
	if a := c.decode(&in, "name"); a != nil {
		return *a
	}
	if a := in.checked(); a != nil {
		return *a
	}
	u.Name = in.Name
	return ok(applicationUserWire(u))
}

// applicationUserDelete answers ApplicationUserDelete: tokens, groups and
// grants go with it. Not even the caller's own is refused.
func applicationUserDelete(c *call) answer {
	u, a := c.applicationUserNamed()
	if a != nil {
		return *a
	}
	c.org.ApplicationUsers = slices.DeleteFunc(c.org.ApplicationUsers, func(x *User) bool { return x == u })
	c.state.Tokens = slices.DeleteFunc(c.state.Tokens, func(t *Token) bool { return t.User == u.ID })
	for _, g := range c.org.Groups {
		g.Members = slices.DeleteFunc(g.Members, func(m string) bool { return m == u.ID })
	}
	c.org.dropGrants(u.ID)
	return noContent()
}

type tokenBody struct {
	Description string    `json:"description"`
	Extend      *bool     `json:"extend_when_used"`
	Networks    *[]string `json:"ip_allowlist"`
	MaxAge      *int      `json:"max_age_seconds"`
	Scopes      *[]string `json:"scopes"`
}

func (in tokenBody) checked() *answer {
	if len([]rune(in.Description)) > 1000 {
		return invalidBody("Invalid input: description: at most 1000 characters")
	}
	if in.MaxAge != nil && (*in.MaxAge < 600 || *in.MaxAge > 315360000) {
		return invalidBody("Invalid input: max_age_seconds: 600 to 315360000")
	}
	if in.Networks == nil {
		return nil
	}
	if len(*in.Networks) > 100 {
		return invalidBody("Invalid input: ip_allowlist: at most 100")
	}
	for _, n := range *in.Networks {
		p, err := parseNetwork(n)
		if err != nil || p != p.Masked() {
			return invalidBody("Invalid input: ip_allowlist: '%s' is not a network", n)
		}
	}
	return nil
}

// applicationTokenCreate answers ApplicationUserAccessTokenCreate: the full
// token is told here and nowhere else. Who may write application users but is
// no organization admin makes tokens only for those that hold nothing.
func applicationTokenCreate(c *call) answer {
	u, a := c.applicationUserNamed()
	if a != nil {
		return *a
	}
	var in tokenBody
	if a := c.decode(&in, "description"); a != nil {
		return *a
	}
	if a := in.checked(); a != nil {
		return *a
	}
	holds := u.SuperAdmin || c.org.granted(u.ID) || slices.ContainsFunc(c.org.Groups, func(g *Group) bool {
		return slices.Contains(g.Members, u.ID) && c.org.granted(g.ID)
	})
	if holds && !c.isOrgAdmin() {
		return forbidden("", "Only an organization admin can create tokens for an application user with permissions")
	}
	// A prefix has characters that must be escaped in a path, as Aiven's have.
	t := &Token{
		User: u.ID, Kind: ApplicationToken, Prefix: letters(c.box.rand, lowerHex, 9) + "/+=", Description: in.Description, CreateTime: At(c.now),
		ExtendWhenUsed: isTrue(in.Extend),
	}
	t.FullToken = t.Prefix + letters(c.box.rand, lowerHex, 52)
	if in.MaxAge != nil {
		t.MaxAgeSeconds = *in.MaxAge
		t.ExpiryTime = At(c.now.Add(time.Duration(t.MaxAgeSeconds) * time.Second))
	}
	put1(&t.IPAllowlist, in.Networks)
	put1(&t.Scopes, in.Scopes)
	c.state.Tokens = append(c.state.Tokens, t)
	return ok(obj{"full_token": t.FullToken, "token_prefix": t.Prefix})
}

// applicationTokenDelete answers ApplicationUserAccessTokenDelete.
func applicationTokenDelete(c *call) answer {
	u, a := c.applicationUserNamed()
	if a != nil {
		return *a
	}
	if !c.dropToken(u.ID, ApplicationToken) {
		return notFound("", "Access token not found")
	}
	return noContent()
}
