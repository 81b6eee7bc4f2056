package sandbox

func clickHouseUserOperations() []operation {
	const all = "/project/{project}/service/{service_name}/clickhouse/user"
	write := holders("service:users:write")
	return []operation{
		{id: "ServiceClickHouseUserList", method: get, path: all, access: holders("project:services:read"), serve: clickHouseUserList},
		{id: "ServiceClickHouseUserCreate", method: post, path: all, access: write, serve: clickHouseUserCreate},
		{id: "ServiceClickHouseUserDelete", method: remove, path: all + "/{user_uuid}", access: write, serve: clickHouseUserDelete},
	}
}

func (c *call) clickHouseNamed() (*Service, *answer) {
	s, refusal := c.serviceNamed()
	if refusal == nil && s.Type != "clickhouse" {
		return nil, invalidBody("Service type '%s' has no ClickHouse users", s.Type)
	}
	return s, refusal
}

// clickHouseID is the id of a user, which ClickHouse knows by name and id.
func (c *call) clickHouseID(s *Service, u *ServiceUser) string {
	return madeUUID("clickhouse user", c.project.ID, s.Name, u.Name)
}

// clickHouseUserWire is a user without roles and privileges: those are given
// in SQL, which the sandbox does not speak.
func (c *call) clickHouseUserWire(s *Service, u *ServiceUser) obj {
	return obj{
		"name": u.Name, "uuid": c.clickHouseID(s, u), "required": u.Type == "primary",
		"privileges": []obj{}, "roles": []obj{},
	}
}

// clickHouseUserList answers ServiceClickHouseUserList, which has no secrets.
func clickHouseUserList(c *call) answer {
	s, refusal := c.clickHouseNamed()
	if refusal != nil {
		return *refusal
	}
	return ok(obj{"users": list(s.Users, func(u *ServiceUser) obj { return c.clickHouseUserWire(s, u) })})
}

// clickHouseUserCreate answers ServiceClickHouseUserCreate, the password in
// its answer.
func clickHouseUserCreate(c *call) answer {
	s, refusal := c.clickHouseNamed()
	if refusal != nil {
		return *refusal
	}
	var in struct {
		Name     string `json:"name"`
		Password string `json:"password"`
		Roles    []struct {
			UUID string `json:"uuid"`
		} `json:"roles"`
	}
	if a := c.exact(&in, "name"); a != nil {
		return *a
	}
	if !serviceUserName.MatchString(in.Name) {
		return invalid("Invalid input: name: letters, digits, '_', '-' and '.', at most 64")
	}
	if a := length("password", in.Password, 0, 256); a != nil {
		return *a
	}
	if len(in.Roles) > 0 {
		return notFound("", "Role not found") // none were made
	}
	if s.user(in.Name) != nil {
		return refuse(409, "", "User '%s' already exists", in.Name)
	}
	u := c.newServiceUser(in.Name)
	u.Password = or(in.Password, u.Password)
	s.Users = append(s.Users, u)
	w := c.clickHouseUserWire(s, u)
	w["password"] = u.Password
	return ok(obj{"message": "created", "user": w})
}

// clickHouseUserDelete answers ServiceClickHouseUserDelete.
func clickHouseUserDelete(c *call) answer {
	s, refusal := c.clickHouseNamed()
	if refusal != nil {
		return *refusal
	}
	u := find(s.Users, func(u *ServiceUser) bool { return c.clickHouseID(s, u) == c.vars["user_uuid"] })
	if u == nil {
		return notFound("", "User not found")
	}
	return s.dropUser(u)
}
