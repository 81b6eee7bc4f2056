package sandbox

func cmkOperations() []operation {
	return []operation{
		{id: "CMKList", method: get, path: "/project/{project}/secrets/cmks", access: holders("project:services:read"), serve: cmkList},
	}
}

// cmkList answers CMKList.
func cmkList(c *call) answer {
	return ok(obj{"cmks": list(c.project.CMKs, func(k *CMK) obj {
		return obj{
			"id": k.ID, "resource": k.Resource, "default_cmk": k.Default,
			"created_at": k.CreateTime.wire(), "updated_at": k.UpdateTime.wire(),
		}
	})})
}
