package sandbox

import "slices"

func integrationOperations() []operation {
	return []operation{
		{id: "ServiceIntegrationDelete", method: remove, path: "/project/{project}/integration/{integration_id}", access: holders("project:integrations:write", "project:services:write"), serve: integrationDelete},
	}
}

// integrationDelete answers ServiceIntegrationDelete. Without its
// read_replica integration a replica is a service of its own: promoted.
func integrationDelete(c *call) answer {
	ours := func(x *Integration) bool {
		return x.ID == c.vars["integration_id"] && (x.SourceProject == c.project.ID || x.DestProject == c.project.ID)
	}
	if !c.anyIntegration(ours) {
		return notFound("", "Service integration not found")
	}
	c.dropIntegrations(ours)
	return ok(obj{"message": "deleted"})
}

func (c *call) dropIntegrations(match func(*Integration) bool) {
	for _, p := range c.org.Projects {
		for _, s := range p.Services {
			s.Integrations = slices.DeleteFunc(s.Integrations, match)
		}
	}
}

// integrationBody is an integration that a new service is born with.
type integrationBody struct {
	DestEndpoint   string         `json:"dest_endpoint_id"`
	DestProject    string         `json:"dest_project"`
	Dest           string         `json:"dest_service"`
	Type           string         `json:"integration_type"`
	SourceEndpoint string         `json:"source_endpoint_id"`
	SourceProject  string         `json:"source_project"`
	Source         string         `json:"source_service"`
	UserConfig     map[string]any `json:"user_config"`
}

// follows says whether the integration makes the new service a copy of
// another.
func (x *integrationBody) follows() bool {
	return x.Type == "read_replica" || x.Type == "disaster_recovery"
}

// followed is the service that the new one is to be a copy of, or nil.
func (x *integrationBody) followed(c *call) *Service {
	if !x.follows() {
		return nil
	}
	return c.project.service(x.Source)
}

func (x *integrationBody) check(c *call, in *serviceCreateBody) *answer {
	switch {
	case x.Type == "":
		return invalidBody("Invalid input: service_integrations: integration_type: required")
	case x.SourceEndpoint != "" || x.DestEndpoint != "":
		return invalidBody("Invalid input: service_integrations: no such integration endpoint in the project")
	case x.follows():
		return x.checkSource(c, in)
	}
	for _, end := range [][2]string{{x.SourceProject, x.Source}, {x.DestProject, x.Dest}} {
		if end[1] == "" || end[1] == in.Name {
			continue
		}
		p := find(c.org.Projects, func(p *Project) bool { return p.ID == or(end[0], c.project.ID) })
		if p == nil || p.service(end[1]) == nil {
			return invalidBody("Invalid input: service_integrations: service '%s' does not exist", end[1])
		}
	}
	return nil
}

// checkSource refuses a source that cannot be followed.
func (x *integrationBody) checkSource(c *call, in *serviceCreateBody) *answer {
	source := x.followed(c)
	wanted, _ := wantedVersion(in.Type, in.UserConfig)
	switch {
	case x.SourceProject != "" && x.SourceProject != c.project.ID, source == nil:
		return invalidBody("Service '%s' does not exist in this project", x.Source)
	case x.Dest != "" && x.Dest != in.Name:
		return invalidBody("Invalid input: service_integrations: dest_service: want the new service")
	case source.Type != in.Type:
		return invalidBody("Service '%s' is of type '%s', not '%s'", x.Source, source.Type, in.Type)
	case !slices.Contains([]string{"pg", "mysql", "valkey"}, source.Type):
		return invalidBody("Service type '%s' does not support %s", source.Type, x.Type)
	case source.State != "RUNNING":
		return invalidBody("Service '%s' is not running", x.Source)
	case wanted != "" && wanted != source.version():
		return invalidBody("A replica must have the version of its source, %s", source.version())
	}
	return nil
}

func (x *integrationBody) integration(c *call, service string) *Integration {
	if x.Source == "" && x.Dest == "" {
		x.Dest = service
	}
	return &Integration{
		ID: madeUUID("integration", x.Type, c.project.ID, service, letters(c.box.rand, lowerHex, 16)), Type: x.Type,
		Source: or(x.Source, service), SourceProject: or(x.SourceProject, c.project.ID),
		Dest: or(x.Dest, service), DestProject: or(x.DestProject, c.project.ID), UserConfig: x.UserConfig,
	}
}
