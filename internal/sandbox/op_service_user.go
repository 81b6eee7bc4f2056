package sandbox

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

func serviceUserOperations() []operation {
	const all = "/project/{project}/service/{service_name}/user"
	write := holders("service:users:write")
	return []operation{
		{id: "ServiceUserCreate", method: post, path: all, access: write, serve: serviceUserCreate},
		{id: "ServiceUserGet", method: get, path: all + "/{service_username}", access: holders("project:services:read"), serve: serviceUserGet},
		{id: "ServiceUserDelete", method: remove, path: all + "/{service_username}", access: write, serve: serviceUserDelete},
	}
}

// userWire is a service user. A kafka user logs in with a certificate, too.
func (s *Service) userWire(u *ServiceUser, secrets bool) obj {
	o := obj{"username": u.Name, "type": u.Type, "password": shown(u.Password, secrets)}
	if s.Type == "kafka" {
		o["access_key"], o["access_cert"] = shown("-----BEGIN PRIVATE KEY-----"+u.Password, secrets), shown("-----BEGIN CERTIFICATE-----"+u.Password, secrets)
	}
	if len(u.AccessControl) > 0 {
		o["access_control"] = u.AccessControl
	}
	set(o, "authentication", u.Authentication)
	return o
}

func (s *Service) user(name string) *ServiceUser {
	return find(s.Users, func(u *ServiceUser) bool { return u.Name == name })
}

// The types whose services have users, each with the keys of access_control
// that it takes. ClickHouse has operations of its own.
var serviceUserTypes = map[string][]string{
	"pg": {"pg_allow_replication"}, "mysql": nil, "kafka": nil, "opensearch": nil, "cassandra": nil,
	"valkey":    accessRules("valkey", "categories", "channels", "commands", "keys"),
	"redis":     accessRules("redis", "categories", "channels", "commands", "keys"),
	"dragonfly": accessRules("dragonfly", "categories", "commands", "keys"),
}

func accessRules(kind string, rules ...string) []string {
	var keys []string
	for _, r := range rules {
		keys = append(keys, kind+"_acl_"+r)
	}
	return keys
}

// accessRuleSize is the most entries that one access rule may have.
const accessRuleSize = 256

var serviceUserName = regexp.MustCompile(`^[_A-Za-z0-9][-._A-Za-z0-9]{0,63}$`)

type serviceUserBody struct {
	Name           string         `json:"username"`
	AccessControl  map[string]any `json:"access_control"`
	Authentication string         `json:"authentication"`
}

func (in *serviceUserBody) check(s *Service) *answer {
	keys, has := serviceUserTypes[s.Type]
	switch {
	case !has:
		return invalidBody("Service type '%s' does not support service users", s.Type)
	case !serviceUserName.MatchString(in.Name):
		return invalidBody("Invalid input: username: letters, digits, '_', '-' and '.', at most 64")
	case in.Authentication != "" && s.Type != "mysql":
		return invalidBody("Invalid input: authentication: only for mysql")
	case !slices.Contains([]string{"", "caching_sha2_password", "mysql_native_password"}, in.Authentication):
		return invalidBody("Invalid input: authentication: want caching_sha2_password or mysql_native_password")
	}
	for _, k := range slices.Sorted(maps.Keys(in.AccessControl)) {
		if !slices.Contains(keys, k) {
			return invalidBody("Invalid input: access_control: '%s' is not for service type '%s'", k, s.Type)
		}
		if !accessRule(k, in.AccessControl[k]) {
			return invalidBody("Invalid input: access_control: %s", k)
		}
	}
	return nil
}

// accessRule says whether the value is of the key's kind: a list of texts,
// but for PostgreSQL's switch.
func accessRule(key string, value any) bool {
	if !strings.Contains(key, "_acl_") {
		_, is := value.(bool)
		return is
	}
	rules, is := value.([]any)
	return is && len(rules) <= accessRuleSize && !slices.ContainsFunc(rules, func(r any) bool { _, is := r.(string); return !is })
}

// serviceUserCreate answers ServiceUserCreate, with the secrets of the new
// user whether they are asked for or not.
func serviceUserCreate(c *call) answer {
	s, refusal := c.serviceNamed()
	if refusal != nil {
		return *refusal
	}
	var in serviceUserBody
	if a := c.exact(&in, "username"); a != nil {
		return *a
	}
	if a := in.check(s); a != nil {
		return *a
	}
	if s.user(in.Name) != nil {
		return refuse(409, "", "Service user '%s' already exists", in.Name)
	}
	if s.Type == "mysql" && in.Authentication == "" {
		in.Authentication = "caching_sha2_password"
	}
	u := c.newServiceUser(in.Name)
	u.AccessControl, u.Authentication = in.AccessControl, in.Authentication
	s.Users = append(s.Users, u)
	return ok(obj{"message": "created", "user": s.userWire(u, true)})
}

func (c *call) newServiceUser(name string) *ServiceUser {
	return &ServiceUser{Name: name, Type: "regular", Password: "AVNS_" + letters(c.box.rand, lowerHex, 18)}
}

func (c *call) serviceUserNamed() (*Service, *ServiceUser, *answer) {
	s, refusal := c.serviceNamed()
	if refusal != nil {
		return nil, nil, refusal
	}
	u := s.user(c.vars["service_username"])
	if u == nil {
		a := notFound("", "Service user not found")
		return nil, nil, &a
	}
	return s, u, nil
}

// serviceUserGet answers ServiceUserGet.
func serviceUserGet(c *call) answer {
	s, u, refusal := c.serviceUserNamed()
	if refusal != nil {
		return *refusal
	}
	return ok(obj{"user": s.userWire(u, c.wantsSecrets())})
}

// serviceUserDelete answers ServiceUserDelete.
func serviceUserDelete(c *call) answer {
	s, u, refusal := c.serviceUserNamed()
	if refusal != nil {
		return *refusal
	}
	if _, has := serviceUserTypes[s.Type]; !has {
		return invalid("Service type '%s' does not support service users", s.Type)
	}
	return s.dropUser(u)
}

// dropUser takes a user away. The primary user is the service's own.
func (s *Service) dropUser(u *ServiceUser) answer {
	if u.Type == "primary" {
		return forbidden("", "The primary user '%s' cannot be deleted", u.Name)
	}
	s.Users = slices.DeleteFunc(s.Users, func(x *ServiceUser) bool { return x == u })
	return ok(obj{"message": "deleted", "errors": []obj{}})
}
