package sandbox

import (
	"slices"
	"strings"
)

func meOperations() []operation {
	return []operation{
		{id: "UserInfo", method: get, path: "/me", access: signedIn, serve: userInfo},
		{id: "AccessTokenList", method: get, path: "/access_token", access: signedIn, serve: accessTokenList},
		{id: "UserOrganizationsList", method: get, path: "/organizations", access: signedIn, serve: userOrganizationsList},
	}
}

// mine lists the organizations that the caller is a member of.
func (c *call) mine() []*Organization {
	return slices.DeleteFunc(slices.Clone(c.state.Organizations), func(o *Organization) bool {
		return o.member(c.who.user.ID) == nil
	})
}

// userInfo answers UserInfo.
func userInfo(c *call) answer {
	u := c.who.user
	projects, roles, role := []string{}, obj{}, obj{}
	managing := ""
	for _, o := range c.mine() {
		if m := o.member(u.ID); m.Managed {
			managing = o.ID
		}
		for _, p := range o.Projects {
			held := c.visibleRoles(o, p)
			if len(held) == 0 {
				continue
			}
			projects = append(projects, p.ID)
			roles[p.ID] = held
			role[p.ID] = held[0]
		}
	}
	auth := []string{}
	for _, l := range u.Logins {
		auth = append(auth, l.Type)
	}
	user := obj{
		"auth": auth, "create_time": u.CreateTime.wire(), "features": obj{}, "invitations": []obj{},
		"managed_by_scim": u.ManagedBySCIM, "project_membership": role, "project_memberships": roles,
		"projects": projects, "real_name": u.Name, "state": u.State,
		"tenant": "aiven", "token_validity_begin": u.CreateTime.wire(), "user": u.Email, "user_id": u.ID,
	}
	set(user, "managing_organization_id", managing)
	u.profile(user)
	return ok(obj{"user": user})
}

func (u *User) profile(o obj) {
	set(o, "job_title", u.JobTitle)
	set(o, "department", u.Department)
	set(o, "city", u.City)
	set(o, "country", u.Country)
}

// visibleRoles is what the caller holds on a project, in any way.
func (c *call) visibleRoles(o *Organization, p *Project) []string {
	u := o.member(c.who.user.ID)
	held := slices.Concat(o.heldOnProject(p, u.ID), o.heldOn(o.Grants, u.ID))
	if u.SuperAdmin || slices.Contains(held, organizationAdmin) {
		return []string{"admin"}
	}
	held = slices.DeleteFunc(held, func(h string) bool { return strings.HasPrefix(h, "organization:") })
	slices.Sort(held)
	return slices.Compact(held)
}

// accessTokenList answers AccessTokenList.
func accessTokenList(c *call) answer {
	return ok(obj{"tokens": list(c.state.tokensOf(c.who.user.ID), func(t *Token) obj {
		o := t.wire(c.who.token)
		// A token made by a login shows its full length of life.
		if t.MaxAgeSeconds == 0 {
			o["max_age_seconds"] = nil
		}
		return o
	})})
}

// wire is a token as its owner, or an application user's administrator, sees
// it.
func (t *Token) wire(current *Token) obj {
	o := obj{
		"create_time": t.CreateTime.wire(), "created_manually": t.Kind != SessionToken,
		"currently_active": t == current, "extend_when_used": t.ExtendWhenUsed, "token_prefix": t.Prefix,
	}
	set(o, "description", t.Description)
	set(o, "max_age_seconds", t.MaxAgeSeconds)
	setTime(o, "expiry_time", t.ExpiryTime)
	setTime(o, "last_used_time", t.LastUsed)
	set(o, "last_ip", t.LastIP)
	set(o, "last_user_agent", t.LastUserAgent)
	set(o, "last_user_agent_human_readable", t.LastUserAgent)
	if len(t.IPAllowlist) > 0 {
		o["ip_allowlist"] = t.IPAllowlist
	}
	if len(t.Scopes) > 0 {
		o["scopes"] = t.Scopes
	}
	return o
}

// userOrganizationsList answers UserOrganizationsList.
func userOrganizationsList(c *call) answer {
	return ok(obj{"organizations": list(c.mine(), (*Organization).wire)})
}

func (o *Organization) wire() obj {
	return obj{
		"account_id": o.AccountID, "create_time": o.CreateTime.wire(), "organization_id": o.ID,
		"organization_name": o.Name, "tier": o.Tier, "update_time": o.UpdateTime.wire(),
	}
}
