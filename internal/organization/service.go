package organization

import (
	"time"
)

// Service as ServiceList gives it, without secrets.
type Service struct {
	Project, Name, Type Text
	Plan, Cloud, State  Text
	// VPCID is empty on the public internet.
	VPCID Text
	Tags  map[string]Text
	// Integrations name the other services this one is integrated with.
	Integrations []Integration
	TechEmails   []Text
	CreateTime   time.Time

	// TerminationProtection is nil if not told.
	TerminationProtection *bool
	// CMKID is the customer's own encryption key, empty for none.
	CMKID       Text
	NodeCount   int
	NodeStates  []Text // running, leaving, setting_up_vm and so on
	Users       []ServiceUser
	UsersTold   bool // false: the answer has no list of users
	Pools       []ConnectionPool
	Components  []Component
	Maintenance Maintenance
	Backups     []Backup
	// Notifications are Aiven's own about the service.
	Notifications []Notification
	// Config is what is read of user_config; the rest may hold secrets and is
	// never decoded.
	Config ServiceConfig
}

// Ref is how a service is named: project/service.
func (s Service) Ref() string { return s.Project.Raw() + "/" + s.Name.Raw() }

// On says whether it runs at all: a powered-off one has no addresses.
func (s Service) On() bool { return !s.State.Is("POWEROFF") }

// ServiceUser is a user of the service itself.
type ServiceUser struct {
	Name, Type Text // type primary or regular
}

// ConnectionPool is a PgBouncer pool.
type ConnectionPool struct {
	Name, Database, Username, Mode Text
	Size                           int
}

// Component is one address of a service.
type Component struct {
	Name, Host, Route, Usage Text // route dynamic, public, private or privatelink
	PrivatelinkID            Text
}

// Maintenance is when a service may be worked on, and what waits. Enabled is
// nil if not told.
type Maintenance struct {
	Told    bool
	Enabled *bool
	DOW     Text // monday … sunday, never
	Time    Text // HH:MM:SS UTC
	Updates []Update
}

// Update is maintenance that waits to be done. Times are UTC, zero if not told.
type Update struct {
	Description, Impact           Text
	Deadline, StartAfter, StartAt time.Time
}

// Backup of a service.
type Backup struct {
	Name, Location Text
	Time           time.Time
	Regions        []Text // additional regions
}

// Notification is what Aiven tells about a service.
type Notification struct {
	Type, Level, Message Text
	EndOfLife            time.Time
}

// ServiceConfig is what is read of user_config.
type ServiceConfig struct {
	// Told is false where the answer has no user_config at all.
	Told bool
	// IPFilter is nil where the key is absent or null: Aiven's default, open to all.
	IPFilter []IPFilterEntry
	HasIPs   bool
	// PublicAccess by component; nil where absent.
	PublicAccess map[string]bool
	// PrivatelinkAccess by component; nil where absent.
	PrivatelinkAccess map[string]bool
	// Version is <type>_version as text, empty where absent.
	Version Text
	// BackupRegions are additional_backup_regions.
	BackupRegions []Text
}

// IPFilterEntry keeps the form it was read in: a string, or an object with a
// description.
type IPFilterEntry struct {
	Network     Text
	Description Text
	Object      bool
}

// Integration between two services.
type Integration struct {
	ID                   Text
	Type                 Text
	SourceProject        Text
	SourceService        Text
	DestProject, DestSvc Text
	Active               bool
}

// VersionKey is the key of user_config that holds a service's major version.
func (s Service) VersionKey() string { return s.Type.Raw() + "_version" }

func (s Service) fields() map[string]any {
	out := map[string]any{
		"service_type":           orNil(s.Type),
		"plan":                   orNil(s.Plan),
		"cloud_name":             orNil(s.Cloud),
		"state":                  orNil(s.State),
		"project_vpc_id":         orNil(s.VPCID),
		"tech_emails":            rawList(s.TechEmails),
		"termination_protection": deref(s.TerminationProtection),
		"maintenance.dow":        orNil(s.Maintenance.DOW),
		"maintenance.time":       orNil(s.Maintenance.Time),
		"maintenance.enabled":    deref(s.Maintenance.Enabled),
		"maintenance.updates":    len(s.Maintenance.Updates),
		"users":                  s.userNames(),
		"user_config.ip_filter":  s.Config.filter(),
	}
	if s.Config.PublicAccess != nil {
		out["user_config.public_access"] = s.Config.PublicAccess
	}
	if !s.Config.Version.Empty() {
		out["user_config."+s.VersionKey()] = s.Config.Version.Raw()
	}
	for _, p := range s.Pools {
		out["connection_pools/"+p.Name.Raw()+"/username"] = orNil(p.Username)
	}
	for _, i := range s.Integrations {
		out["service_integrations/"+i.Type.Raw()+"/"+i.SourceProject.Raw()+"/"+i.SourceService.Raw()] = true
	}
	return out
}

func (s Service) userNames() []string {
	var out []string
	for _, u := range s.Users {
		out = append(out, u.Name.Raw())
	}
	return out
}

// filter gives ip_filter as it was read, nil where it is absent. Order counts
// for nothing, so that it is compared as a set.
func (c ServiceConfig) filter() any {
	if !c.HasIPs {
		return nil
	}
	return Filter(c.IPFilter)
}

// Filter is a list of networks as ip_filter is written: strings, or objects
// where one of them has that form.
func Filter(list []IPFilterEntry) any {
	object := false
	for _, e := range list {
		object = object || e.Object
	}
	if !object {
		out := []string{}
		for _, e := range list {
			out = append(out, e.Network.Raw())
		}
		return out
	}
	out := []map[string]string{}
	for _, e := range list {
		m := map[string]string{"network": e.Network.Raw()}
		if !e.Description.Empty() {
			m["description"] = e.Description.Raw()
		}
		out = append(out, m)
	}
	return out
}
