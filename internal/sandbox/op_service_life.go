package sandbox

import (
	"regexp"
	"slices"
)

func serviceLifeOperations() []operation {
	const all = "/project/{project}/service"
	write := holders("project:services:write")
	return []operation{
		{id: "ServiceCreate", method: post, path: all, access: write, serve: serviceCreate},
		{id: "ServiceDelete", method: remove, path: all + "/{service_name}", access: write, serve: serviceDelete},
	}
}

type serviceCreateBody struct {
	Name                  string            `json:"service_name"`
	Type                  string            `json:"service_type"`
	Plan                  string            `json:"plan"`
	Cloud                 string            `json:"cloud"`
	CMK                   string            `json:"cmk_id"`
	CopyTags              bool              `json:"copy_tags"`
	DiskSpace             int               `json:"disk_space_mb"`
	GroupName             string            `json:"group_name"`
	Maintenance           *maintenanceBody  `json:"maintenance"`
	VPC                   *string           `json:"project_vpc_id"`
	Integrations          []integrationBody `json:"service_integrations"`
	StaticIPs             []string          `json:"static_ips"`
	Tags                  map[string]string `json:"tags"`
	TechEmails            []techEmail       `json:"tech_emails"`
	TerminationProtection bool              `json:"termination_protection"`
	UserConfig            map[string]any    `json:"user_config"`
}

var serviceName = regexp.MustCompile(`^[a-z][-a-z0-9]{0,63}$`)

// defaultCloud is where a service goes that names no cloud.
const defaultCloud = "aws-eu-central-1"

// serviceCreate answers ServiceCreate. A body without project_vpc_id puts the
// service into a VPC of the project if there is one in its cloud; null keeps
// it on the public network. Without an ip_filter it is open to everyone.
func serviceCreate(c *call) answer {
	var in serviceCreateBody
	if a := c.decode(&in, "service_name", "service_type", "plan"); a != nil {
		return *a
	}
	fill(&in.Cloud, defaultCloud)
	if a := in.check(c); a != nil {
		return *a
	}
	s := in.service(c)
	c.project.Services = append(c.project.Services, s)
	return ok(obj{"service": c.serviceWire(s, c.holdsSecrets())})
}

func (in *serviceCreateBody) check(c *call) *answer {
	if c.project.service(in.Name) != nil {
		a := refuse(409, "", "Service name is already in use in this project")
		return &a
	}
	for _, a := range []*answer{
		in.checkKind(c), c.checkCloud(in.Cloud), in.Maintenance.check(), checkConfig(in.Type, in.UserConfig),
		in.checkVersion(c), in.checkRest(c),
	} {
		if a != nil {
			return a
		}
	}
	for _, x := range in.Integrations {
		if a := x.check(c, in); a != nil {
			return a
		}
	}
	if in.VPC != nil {
		return c.checkVPC(*in.VPC, in.Cloud)
	}
	return nil
}

func (in *serviceCreateBody) checkKind(c *call) *answer {
	if !serviceName.MatchString(in.Name) {
		return invalidBody("Invalid input: service_name: want a letter, then letters, digits and hyphens, at most 64")
	}
	if !c.offered(in.Type) {
		return invalidBody("Invalid input: service type '%s' is not available", in.Type)
	}
	if _, known := findPlan(in.Type, in.Plan); !known {
		return invalidBody("Invalid input: plan '%s' does not exist for service type '%s'", in.Plan, in.Type)
	}
	return nil
}

func (in *serviceCreateBody) checkVersion(c *call) *answer {
	wanted, a := wantedVersion(in.Type, in.UserConfig)
	if a == nil && wanted != "" && !c.available(in.Type, wanted) {
		return invalidBody("Invalid 'user_config': %s: version '%s' is not available", shape(in.Type).versionKey, wanted)
	}
	return a
}

func (in *serviceCreateBody) checkRest(c *call) *answer {
	switch {
	case len(in.TechEmails) > 10:
		return invalidBody("Invalid input: tech_emails: at most 10")
	case len(in.StaticIPs) > 0:
		return invalidBody("Invalid input: static_ips: no such static IP address in the project")
	case in.CMK != "" && !slices.ContainsFunc(c.project.CMKs, func(k *CMK) bool { return k.ID == in.CMK }):
		return invalidBody("Invalid input: cmk_id: no such key in the project")
	}
	return nil
}

// service makes the service that the body, already checked, describes.
func (in *serviceCreateBody) service(c *call) *Service {
	p, _ := findPlan(in.Type, in.Plan)
	s := &Service{
		Name: in.Name, Type: in.Type, Plan: in.Plan, Cloud: in.Cloud, CMK: in.CMK, Tags: in.tags(c),
		State: "REBUILDING", Rebuilding: settlingReads, DiskSpaceMB: max(in.DiskSpace, p.diskMB()), NodeCount: p.nodes,
		TechEmails: plainEmails(in.TechEmails), TerminationProtection: in.TerminationProtection,
		CreateTime: At(c.now), Version: in.version(c),
	}
	if h := shape(in.Type); h.database != "" {
		s.Databases = []string{h.database}
	}
	if m := in.Maintenance; m != nil {
		put1(&s.Maintenance.DOW, m.DOW)
		put1(&s.Maintenance.Time, m.Time)
	}
	if in.VPC != nil {
		s.VPC = *in.VPC
	} else if _, sent := c.keys["project_vpc_id"]; !sent {
		s.VPC = c.project.activeVPC(in.Cloud)
	}
	s.configure(in.UserConfig)
	for _, x := range in.Integrations {
		s.Integrations = append(s.Integrations, x.integration(c, in.Name))
	}
	s.identify(c.project)
	return s
}

func (in *serviceCreateBody) tags(c *call) map[string]string {
	tags := map[string]string{}
	if in.CopyTags {
		for k, v := range c.project.Tags {
			tags[k] = v
		}
	}
	for k, v := range in.Tags {
		tags[k] = v
	}
	return tags
}

// version is the one asked for, that of the service to follow, or the
// default, which is not the very newest.
func (in *serviceCreateBody) version(c *call) string {
	if wanted, _ := wantedVersion(in.Type, in.UserConfig); wanted != "" {
		return wanted
	}
	for _, x := range in.Integrations {
		if source := x.followed(c); source != nil {
			return source.version()
		}
	}
	if v := c.newest(in.Type, 90); v != "" {
		return v
	}
	return c.newest(in.Type, 0)
}

func (p *Project) activeVPC(cloud string) string {
	if v := find(p.VPCs, func(v *VPC) bool { return v.Cloud == cloud && v.State == "ACTIVE" }); v != nil {
		return v.ID
	}
	return ""
}

func protectedService() answer {
	return forbidden("", "Service is protected against termination and shut down. Remove termination protection first.")
}

// serviceDelete answers ServiceDelete. The service's integrations go with it,
// so that what followed it goes on alone.
func serviceDelete(c *call) answer {
	s, a := c.serviceNamed()
	switch {
	case a != nil:
		return *a
	case s.TerminationProtection:
		return protectedService()
	}
	c.dropIntegrations(func(x *Integration) bool {
		return x.SourceProject == c.project.ID && x.Source == s.Name || x.DestProject == c.project.ID && x.Dest == s.Name
	})
	c.project.Services = slices.DeleteFunc(c.project.Services, func(x *Service) bool { return x == s })
	return ok(obj{"message": "deleted"})
}
