package sandbox

import (
	"slices"
)

func serviceUserOperations() []operation {
	const users = "/project/{project}/service/{service_name}/user"
	const clickhouse = "/project/{project}/service/{service_name}/clickhouse/user"
	may := holders("service:users:write", "project:services:write")
	return []operation{
		{id: "ServiceUserCreate", method: post, path: users, access: may, serve: serviceUserCreate},
		{id: "ServiceUserDelete", method: remove, path: users + "/{service_username}", access: may, serve: serviceUserDelete},
		{id: "ServiceClickHouseUserCreate", method: post, path: clickhouse, access: may, serve: clickhouseUserCreate},
		{id: "ServiceClickHouseUserDelete", method: remove, path: clickhouse + "/{user_uuid}", access: may, serve: clickhouseUserDelete},
		{id: "ServicePGBouncerUpdate", method: put, path: "/project/{project}/service/{service_name}/connection_pool/{pool_name}", access: holders("project:services:write"), serve: poolUpdate},
	}
}

func (c *call) userOf(s *Service, name string) *ServiceUser {
	return find(s.Users, func(u *ServiceUser) bool { return u.Name == name })
}

// addServiceUser makes a user with a password that is told once.
func (c *call) addServiceUser(s *Service, name string) (*ServiceUser, *answer) {
	no := func(a answer) (*ServiceUser, *answer) { return nil, &a }
	switch {
	case name == "" || len(name) > 64:
		return no(invalid("Invalid input: username: 1 to 64 characters"))
	case s.State == "POWEROFF":
		return no(invalid("Service is powered off"))
	case c.userOf(s, name) != nil:
		return no(refuse(409, "", "Service user '%s' already exists", name))
	}
	u := &ServiceUser{Name: name, Type: "regular", Password: "AVNS_" + letters(c.box.rand, lowerHex, 19)}
	s.Users = append(s.Users, u)
	return u, nil
}

// serviceUserCreate answers ServiceUserCreate.
func serviceUserCreate(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	var in struct {
		Name           string         `json:"username"`
		AccessControl  map[string]any `json:"access_control"`
		Authentication *string        `json:"authentication"`
	}
	if a := c.decode(&in, "username"); a != nil {
		return *a
	}
	if slices.Contains([]string{"flink", "grafana", "clickhouse", "kafka_mirrormaker"}, s.Type) {
		return invalid("Service type '%s' does not have service users of this kind", s.Type)
	}
	u, a := c.addServiceUser(s, in.Name)
	if a != nil {
		return *a
	}
	w := obj{"username": u.Name, "type": u.Type, "password": u.Password}
	if s.Type == "kafka" {
		w["access_key"] = "-----BEGIN PRIVATE KEY-----\n" + u.Password + "\n-----END PRIVATE KEY-----\n"
		w["access_cert"] = "-----BEGIN CERTIFICATE-----\n" + letters(c.box.rand, lowerHex, 40) + "\n-----END CERTIFICATE-----\n"
	}
	return ok(obj{"message": "created", "user": w})
}

// serviceUserDelete answers ServiceUserDelete; the main user stays.
func serviceUserDelete(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	return c.dropServiceUser(s, c.userOf(s, c.vars["service_username"]))
}

func (c *call) dropServiceUser(s *Service, u *ServiceUser) answer {
	switch {
	case u == nil:
		return notFound("", "Service user does not exist")
	case u.Type == "primary":
		return invalid("Cannot delete the primary user")
	case slices.ContainsFunc(s.Pools, func(p *ConnectionPool) bool { return p.User == u.Name }):
		return refuse(409, "", "Service user is used by a connection pool")
	}
	s.Users = slices.DeleteFunc(s.Users, func(x *ServiceUser) bool { return x == u })
	return ok(obj{"message": "deleted"})
}

func clickhouseUUID(s *Service, name string) string { return madeUUID(s.Name, "clickhouse", name) }

// clickhouseUserCreate answers ServiceClickHouseUserCreate.
func clickhouseUserCreate(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	var in struct {
		Name     string  `json:"name"`
		Password *string `json:"password"`
		Roles    []struct {
			UUID string `json:"uuid"`
		} `json:"roles"`
	}
	if a := c.decode(&in, "name"); a != nil {
		return *a
	}
	if s.Type != "clickhouse" {
		return invalid("Service is not of type ClickHouse")
	}
	u, a := c.addServiceUser(s, in.Name)
	if a != nil {
		return *a
	}
	return ok(obj{"user": obj{
		"name": u.Name, "password": u.Password, "privileges": []obj{}, "required": false, "roles": []obj{}, "uuid": clickhouseUUID(s, u.Name),
	}})
}

// clickhouseUserDelete answers ServiceClickHouseUserDelete.
func clickhouseUserDelete(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	return c.dropServiceUser(s, find(s.Users, func(u *ServiceUser) bool { return clickhouseUUID(s, u.Name) == c.vars["user_uuid"] }))
}

// poolUpdate answers ServicePGBouncerUpdate.
func poolUpdate(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	p := find(s.Pools, func(p *ConnectionPool) bool { return p.Name == c.vars["pool_name"] })
	if p == nil {
		return notFound("", "Connection pool does not exist")
	}
	var in struct {
		Database *string `json:"database"`
		Mode     *string `json:"pool_mode"`
		Size     *int    `json:"pool_size"`
		User     *string `json:"username"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if in.User != nil && c.userOf(s, *in.User) == nil {
		return notFound("", "Service user does not exist")
	}
	if in.Mode != nil && !slices.Contains([]string{"session", "transaction", "statement"}, *in.Mode) {
		return invalid("Invalid input: pool_mode: want session, transaction or statement")
	}
	put1(&p.Database, in.Database)
	put1(&p.Mode, in.Mode)
	put1(&p.Size, in.Size)
	put1(&p.User, in.User)
	return ok(obj{"message": "updated"})
}
