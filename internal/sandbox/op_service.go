package sandbox

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

func serviceOperations() []operation {
	const one = "/project/{project}/service/{service_name}"
	write := holders("project:services:write", "service:configuration:write", "role:services:maintenance", "role:services:recover")
	return []operation{
		{id: "ServiceList", method: get, path: "/project/{project}/service", access: holders("project:services:read"), serve: serviceList},
		{id: "ServiceGet", method: get, path: one, access: holders("project:services:read"), serve: serviceGet},
		{id: "ServiceUpdate", method: put, path: one, access: write, serve: serviceUpdate},
	}
}

func (c *call) wantsSecrets() bool {
	q := strings.ToLower(c.req.URL.Query().Get("include_secrets"))
	return (q == "true" || q == "1") && c.holdsSecrets()
}

func (c *call) holdsSecrets() bool {
	return c.isOrgAdmin() || c.holds("service:secrets:read", "project:services:write")
}

// serviceList answers ServiceList.
func serviceList(c *call) answer {
	secrets := c.wantsSecrets()
	for _, s := range c.project.Services {
		s.seen()
	}
	return ok(obj{"services": list(c.project.Services, func(s *Service) obj { return c.serviceWire(s, secrets) })})
}

func (c *call) serviceNamed() (*Service, *answer) {
	s := c.project.service(c.vars["service_name"])
	if s == nil {
		a := notFound("", "Service not found")
		return nil, &a
	}
	return s, nil
}

// serviceGet answers ServiceGet.
func serviceGet(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	s.seen()
	return ok(obj{"service": c.serviceWire(s, c.wantsSecrets())})
}

type maintenanceBody struct {
	DOW  *string `json:"dow"`
	Time *string `json:"time"`
}

type serviceUpdateBody struct {
	Cloud                 *string          `json:"cloud"`
	CMK                   *string          `json:"cmk_id"`
	DiskSpace             *int             `json:"disk_space_mb"`
	GroupName             *string          `json:"group_name"`
	Karapace              *bool            `json:"karapace"`
	Maintenance           *maintenanceBody `json:"maintenance"`
	Plan                  *string          `json:"plan"`
	Powered               *bool            `json:"powered"`
	VPC                   *string          `json:"project_vpc_id"`
	SchemaRegistry        *bool            `json:"schema_registry_authz"`
	TechEmails            *[]techEmail     `json:"tech_emails"`
	TerminationProtection *bool            `json:"termination_protection"`
	UserConfig            map[string]any   `json:"user_config"`
}

// serviceUpdate answers ServiceUpdate. Keys that are not sent stay as they
// are; project_vpc_id sent as null takes the service out of its VPC.
func serviceUpdate(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	var in serviceUpdateBody
	if a := c.decode(&in); a != nil {
		return *a
	}
	if !c.mayUpdate(s) {
		return forbidden("", "Operation not allowed for this user")
	}
	if a := in.check(c, s); a != nil {
		return *a
	}
	in.apply(c, s)
	s.UpdateTime = At(c.now)
	return ok(obj{"service": c.serviceWire(s, c.holdsSecrets())})
}

// mayUpdate says whether what the caller holds covers every key of the body:
// the lesser permissions each allow only their own part.
func (c *call) mayUpdate(s *Service) bool {
	if c.isOrgAdmin() || c.holds("project:services:write") {
		return true
	}
	var keys, config []string
	if c.holds("service:configuration:write") {
		keys = append(keys, "user_config", "tech_emails", "termination_protection")
		config = nil
	}
	if c.holds("role:services:maintenance") {
		keys = append(keys, "maintenance")
		if !slices.Contains(keys, "user_config") {
			keys = append(keys, "user_config")
			config = []string{s.Type + "_version"}
		}
	}
	if c.holds("role:services:recover") {
		keys = append(keys, "powered", "plan", "disk_space_mb")
	}
	if !c.onlyKeys(keys...) {
		return false
	}
	if config == nil {
		return true
	}
	var uc map[string]json.RawMessage
	_ = json.Unmarshal(c.keys["user_config"], &uc)
	for k := range uc {
		if !slices.Contains(config, k) {
			return false
		}
	}
	return true
}

var (
	weekdays  = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	timeOfDay = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$`)
)

func (in *serviceUpdateBody) check(c *call, s *Service) *answer {
	cloud := s.Cloud
	put1(&cloud, in.Cloud)
	if in.TechEmails != nil && len(*in.TechEmails) > 10 {
		return invalidBody("Invalid input: tech_emails: at most 10")
	}
	if in.Plan != nil && *in.Plan != s.Plan {
		if _, known := findPlan(s.Type, *in.Plan); !known {
			return invalidBody("Invalid input: plan '%s' does not exist for service type '%s'", *in.Plan, s.Type)
		}
	}
	if protected := in.TerminationProtection; in.Powered != nil && !*in.Powered && s.State != "POWEROFF" &&
		(s.TerminationProtection && protected == nil || isTrue(protected)) {
		a := protectedService()
		return &a
	}
	for _, a := range []*answer{
		in.Maintenance.check(), c.checkCloud(cloud), in.checkPlace(c, s, cloud), checkConfig(s.Type, in.UserConfig),
	} {
		if a != nil {
			return a
		}
	}
	_, a := c.checkUpgrade(s, in.UserConfig)
	return a
}

func (m *maintenanceBody) check() *answer {
	switch {
	case m == nil:
	case m.DOW != nil && !slices.Contains(weekdays, *m.DOW):
		return invalidBody("Invalid input: maintenance.dow: want a day of the week")
	case m.Time != nil && !timeOfDay.MatchString(*m.Time):
		return invalidBody("Invalid input: maintenance.time: want HH:MM:SS")
	}
	return nil
}

// checkPlace holds the VPC that the service is to be in to the cloud.
func (in *serviceUpdateBody) checkPlace(c *call, s *Service, cloud string) *answer {
	switch {
	case in.VPC != nil:
		return c.checkVPC(*in.VPC, cloud)
	case in.Cloud != nil && cloud != s.Cloud && s.VPC != "" && !c.isNull("project_vpc_id"):
		return invalidBody("The VPC of the service is not in cloud '%s'", cloud)
	}
	return nil
}

func (c *call) checkCloud(name string) *answer {
	if c.cloud(name) == nil {
		return invalidBody("Invalid input: cloud '%s' does not exist", name)
	}
	return nil
}

func (c *call) checkVPC(id, cloud string) *answer {
	v := c.org.vpc(c.project, id)
	switch {
	case v == nil:
		a := notFound("", "VPC not found")
		return &a
	case v.State != "ACTIVE":
		return invalidBody("VPC is not active")
	case v.Cloud != cloud:
		return invalidBody("VPC is in cloud '%s', not in '%s'", v.Cloud, cloud)
	}
	return nil
}

func (in *serviceUpdateBody) apply(c *call, s *Service) {
	upgrades, _ := c.checkUpgrade(s, in.UserConfig)
	moves := in.move(c, s)
	put1(&s.CMK, in.CMK)
	put1(&s.DiskSpaceMB, in.DiskSpace)
	put1(&s.TerminationProtection, in.TerminationProtection)
	if m := in.Maintenance; m != nil {
		put1(&s.Maintenance.DOW, m.DOW)
		put1(&s.Maintenance.Time, m.Time)
		if m.DOW != nil {
			s.Maintenance.Disabled = false
		}
	}
	if in.TechEmails != nil {
		s.TechEmails = plainEmails(*in.TechEmails)
	}
	s.configure(in.UserConfig)
	if upgrades { // what Aiven told of the old version holds no more
		s.Notifications = slices.DeleteFunc(s.Notifications, func(n *Notification) bool { return or(n.Type, "service_end_of_life") == "service_end_of_life" })
	}
	if upgrades || moves {
		s.rebuild()
	}
	in.power(s)
}

// move puts the service where, and on the nodes that, the body says, and
// reports whether that takes new nodes.
func (in *serviceUpdateBody) move(c *call, s *Service) bool {
	cloud, vpc, plan := s.Cloud, s.VPC, s.Plan
	put1(&s.Cloud, in.Cloud)
	put1(&s.VPC, in.VPC)
	put1(&s.Plan, in.Plan)
	if c.isNull("project_vpc_id") {
		s.VPC = ""
	}
	if p, known := findPlan(s.Type, s.Plan); known && s.Plan != plan {
		s.NodeCount = p.nodes
	}
	moved := s.Cloud != cloud || s.VPC != vpc
	if moved {
		s.Components = nil // from here on they follow from the VPC and public_access
	}
	return moved || s.Plan != plan
}

// configure merges the top-level keys into the service's user_config; null
// takes a setting back to its default. A version has none to go back to.
func (s *Service) configure(config map[string]any) {
	for k, v := range config {
		if v == nil && k == shape(s.Type).versionKey {
			continue
		}
		if v == nil {
			delete(s.UserConfig, k)
			continue
		}
		if s.UserConfig == nil {
			s.UserConfig = map[string]any{}
		}
		s.UserConfig[k] = v
	}
}

func (in *serviceUpdateBody) power(s *Service) {
	switch {
	case in.Powered == nil:
	case !*in.Powered:
		s.State, s.Rebuilding = "POWEROFF", 0
	case s.State == "POWEROFF":
		s.State = "RUNNING"
	}
}
