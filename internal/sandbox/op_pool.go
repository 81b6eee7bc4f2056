package sandbox

import "slices"

func poolOperations() []operation {
	return []operation{
		{id: "ServicePGBouncerUpdate", method: put, path: "/project/{project}/service/{service_name}/connection_pool/{pool_name}", access: holders("project:services:write"), serve: poolUpdate},
	}
}

const poolMostSize = 10_000

type poolBody struct {
	Database *string `json:"database"`
	Mode     *string `json:"pool_mode"`
	Size     *int    `json:"pool_size"`
	User     *string `json:"username"`
}

func (in *poolBody) check(s *Service) *answer {
	switch {
	case in.Mode != nil && !slices.Contains([]string{"session", "transaction", "statement"}, *in.Mode):
		return invalidBody("Invalid input: pool_mode: want session, transaction or statement")
	case in.Size != nil && (*in.Size < 1 || *in.Size > poolMostSize):
		return invalidBody("Invalid input: pool_size: 1 to %d", poolMostSize)
	case in.User != nil && s.user(*in.User) == nil:
		return invalidBody("Service user '%s' does not exist", *in.User)
	case in.Database != nil && *in.Database != shape(s.Type).database && !slices.Contains(s.Databases, *in.Database):
		return invalidBody("Database '%s' does not exist", *in.Database)
	}
	return nil
}

// poolUpdate answers ServicePGBouncerUpdate: keys that are not sent stay as
// they are.
func poolUpdate(c *call) answer {
	s, refusal := c.serviceNamed()
	if refusal != nil {
		return *refusal
	}
	if s.Type != "pg" {
		return invalid("Service type '%s' has no connection pools", s.Type)
	}
	p := find(s.Pools, func(p *ConnectionPool) bool { return p.Name == c.vars["pool_name"] })
	if p == nil {
		return notFound("", "Connection pool not found")
	}
	var in poolBody
	if a := c.exact(&in); a != nil {
		return *a
	}
	if a := in.check(s); a != nil {
		return *a
	}
	put1(&p.Database, in.Database)
	put1(&p.Mode, in.Mode)
	put1(&p.Size, in.Size)
	put1(&p.User, in.User)
	s.UpdateTime = At(c.now)
	return ok(obj{"message": "updated", "errors": []obj{}})
}
