package sandbox

import "slices"

func permissionOperations() []operation {
	const path = "/organization/{organization_id}/permissions/{resource_type}/{resource_id}"
	return []operation{
		{id: "PermissionsGet", method: get, path: path, access: members, serve: permissionsGet},
		{id: "PermissionsUpdate", method: patch, path: path, access: members, serve: permissionsUpdate},
	}
}

// resource finds the grants that the path names.
func (c *call) resource() (*[]*Grant, *answer) {
	id := c.vars["resource_id"]
	no := func(a answer) (*[]*Grant, *answer) { return nil, &a }
	switch c.vars["resource_type"] {
	case "organization":
		if id == c.org.ID {
			return &c.org.Grants, nil
		}
		return no(notFound("", "Organization not found"))
	case "organization_unit":
		if u := c.org.unit(id); u != nil {
			return &u.Grants, nil
		}
		return no(notFound("", "Organizational unit not found"))
	case "project":
		if p := find(c.org.Projects, func(p *Project) bool { return p.ID == id }); p != nil {
			c.project = p
			return &p.Grants, nil
		}
		return no(notFound("", "Project not found"))
	}
	return no(refuse(400, "unsupported_resource_type", "Unsupported resource type '%s'", c.vars["resource_type"]))
}

func (g *Grant) principal() (kind, id string) {
	if g.Group != "" {
		return "user_group", g.Group
	}
	return "user", g.User
}

// permissionsGet answers PermissionsGet.
func permissionsGet(c *call) answer {
	grants, a := c.resource()
	if a != nil {
		return *a
	}
	if !c.isOrgAdmin() && !c.holds("project:permissions:read", "organization:users:write") {
		return forbidden("", "Operation not allowed for this user")
	}
	return ok(obj{"permissions": list(*grants, func(g *Grant) obj {
		kind, id := g.principal()
		return obj{
			"create_time": g.CreateTime.wire(), "permissions": strs(g.Permissions), "principal_id": id,
			"principal_type": kind, "update_time": g.UpdateTime.wire(),
		}
	})})
}

type permissionEntry struct {
	Permissions []string `json:"permissions"`
	ID          string   `json:"principal_id"`
	Type        string   `json:"principal_type"`
}

// permissionsUpdate answers PermissionsUpdate. Entries take effect one by
// one; without an operation each replaces what its principal had.
func permissionsUpdate(c *call) answer {
	grants, refusal := c.resource()
	if refusal != nil {
		return *refusal
	}
	if !c.isOrgAdmin() && (c.project == nil || !c.holds("project:permissions:write")) {
		return forbidden("", "Operation not allowed for this user")
	}
	var in struct {
		Operation string            `json:"operation"`
		Entries   []permissionEntry `json:"permissions"`
	}
	if a := c.decode(&in, "permissions"); a != nil {
		return *a
	}
	if !slices.Contains([]string{"", "grant", "set", "revoke"}, in.Operation) {
		return invalid("Invalid input: operation: want grant, set or revoke")
	}
	for _, e := range in.Entries {
		if e.Permissions == nil {
			return invalid("Invalid input: permissions: an array is required")
		}
		switch e.Type {
		case "user":
			if c.org.member(e.ID) == nil {
				return notFound("", "User not found")
			}
		case "user_group":
			if c.org.group(e.ID) == nil {
				return notFound("", "User group not found")
			}
		default:
			return invalid("Invalid input: principal_type: want user or user_group")
		}
		*grants = c.applied(*grants, in.Operation, e)
	}
	return noContent()
}

func (c *call) applied(grants []*Grant, operation string, e permissionEntry) []*Grant {
	i := slices.IndexFunc(grants, func(g *Grant) bool {
		kind, id := g.principal()
		return kind == e.Type && id == e.ID
	})
	var held []string
	if i >= 0 {
		held = grants[i].Permissions
	}
	switch operation {
	case "grant":
		for _, p := range e.Permissions {
			if !slices.Contains(held, p) {
				held = append(held, p)
			}
		}
	case "revoke":
		for _, p := range e.Permissions {
			held = without(held, p)
		}
	default:
		held = slices.Clone(e.Permissions)
	}
	switch {
	case len(held) == 0 && i >= 0:
		return slices.Delete(grants, i, i+1)
	case len(held) == 0:
		return grants
	case i >= 0:
		grants[i].Permissions, grants[i].UpdateTime = held, At(c.now)
		return grants
	}
	g := &Grant{Permissions: held, CreateTime: At(c.now), UpdateTime: At(c.now)}
	if e.Type == "user" {
		g.User = e.ID
	} else {
		g.Group = e.ID
	}
	return append(grants, g)
}
