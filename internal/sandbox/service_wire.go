package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Redacted is what the API shows instead of a secret.
const Redacted = "<redacted>"

// serviceShape is what the type of a service decides.
type serviceShape struct {
	title, user, scheme, versionKey, database string
	port                                      int
}

var shapes = map[string]serviceShape{
	"pg":                {"PostgreSQL", "avnadmin", "postgres", "pg_version", "defaultdb", 15432},
	"mysql":             {"MySQL", "avnadmin", "mysql", "mysql_version", "defaultdb", 15433},
	"kafka":             {"Kafka", "avnadmin", "", "kafka_version", "", 15434},
	"opensearch":        {"OpenSearch", "avnadmin", "https", "opensearch_version", "", 15435},
	"valkey":            {"Valkey", "default", "valkeys", "valkey_version", "", 15436},
	"redis":             {"Caching", "default", "rediss", "redis_version", "", 15439},
	"clickhouse":        {"ClickHouse", "avnadmin", "https", "clickhouse_version", "default", 15437},
	"grafana":           {"Grafana", "avnadmin", "https", "grafana_version", "", 443},
	"flink":             {"Flink", "avnadmin", "https", "flink_version", "", 443},
	"kafka_connect":     {"Kafka Connect", "avnadmin", "https", "", "", 443},
	"kafka_mirrormaker": {"Kafka MirrorMaker", "", "", "", "", 443},
	"dragonfly":         {"Dragonfly", "default", "valkeys", "", "", 15438},
	"thanos":            {"Thanos", "avnadmin", "https", "", "", 443},
}

func shape(kind string) serviceShape {
	if s, known := shapes[kind]; known {
		return s
	}
	return serviceShape{kind, "avnadmin", "https", "", "", 443}
}

// identify fills in what a seed may leave out of a service.
func (s *Service) identify(p *Project) {
	h := shape(s.Type)
	fill(&s.State, "RUNNING")
	fill(&s.Plan, "startup-4")
	fill(&s.Cloud, "aws-eu-central-1")
	fill(&s.Maintenance.DOW, "sunday")
	fill(&s.Maintenance.Time, "02:00:00")
	then(&s.CreateTime, p.CreateTime)
	then(&s.UpdateTime, s.CreateTime)
	if s.UserConfig == nil {
		s.UserConfig = map[string]any{}
	}
	if s.Version != "" && h.versionKey != "" {
		s.UserConfig[h.versionKey] = s.Version
	}
	if s.Users == nil && h.user != "" {
		s.Users = []*ServiceUser{{Name: h.user}}
	}
	for i, u := range s.Users {
		kind := "regular"
		if i == 0 {
			kind = "primary"
		}
		fill(&u.Type, kind)
		fill(&u.Password, "AVNS_"+madeID("", 18, "password", p.ID, s.Name, u.Name))
	}
	if s.NodeCount == 0 {
		s.NodeCount = 1
		if strings.HasPrefix(s.Plan, "business") {
			s.NodeCount = 2
		}
		if strings.HasPrefix(s.Plan, "premium") || s.Type == "kafka" {
			s.NodeCount = 3
		}
	}
	for _, l := range s.PrivateLinks {
		fill(&l.ID, madeID("plc", 12, "private link", p.ID, s.Name, l.Endpoint))
		fill(&l.State, "active")
	}
	if s.DiskSpaceMB == 0 {
		s.DiskSpaceMB = 81920
	}
	for _, x := range s.Integrations {
		if x.Source == "" && x.Dest != s.Name {
			x.Source = s.Name
		}
		fill(&x.Source, s.Name)
		fill(&x.Dest, s.Name)
		fill(&x.SourceProject, p.ID)
		fill(&x.DestProject, p.ID)
		fill(&x.ID, madeUUID("integration", x.Type, x.SourceProject, x.Source, x.DestProject, x.Dest))
	}
}

func (c *call) serviceWire(s *Service, secrets bool) obj {
	h := shape(s.Type)
	host := s.host(c.project)
	w := obj{
		"cloud_name": s.Cloud, "cloud_description": s.Cloud, "create_time": s.CreateTime.wire(),
		"disk_space_mb": s.DiskSpaceMB, "features": obj{}, "group_list": []string{"default"},
		"node_count": s.NodeCount, "node_cpu_count": 2, "node_memory_mb": 4096, "plan": s.Plan,
		"project_vpc_id": orNull(s.VPC), "service_name": s.Name, "service_type": s.Type,
		"service_type_description": h.title, "state": s.State, "tags": s.Tags,
		"tech_emails": emails(s.TechEmails), "termination_protection": s.TerminationProtection,
		"update_time": s.UpdateTime.wire(), "metadata": obj{}, "acl": []obj{}, "databases": strs(s.Databases),
		"node_states": s.nodes(), "maintenance": s.Maintenance.wire(), "components": s.components(host),
		"backups": list(s.Backups, (*Backup).wire), "service_notifications": list(s.Notifications, (*Notification).wire),
		"service_integrations": c.integrations(s), "user_config": shownConfig(s.UserConfig, secrets),
		"service_uri": nil, "connection_info": obj{}, "service_uri_params": obj{},
	}
	if s.Tags == nil {
		w["tags"] = obj{}
	}
	set(w, "cmk_id", s.CMK)
	w["users"] = list(s.Users, func(u *ServiceUser) obj { return s.userWire(u, secrets) })
	if s.Type == "pg" {
		w["connection_pools"] = list(s.Pools, func(p *ConnectionPool) obj {
			o := obj{
				"pool_name": p.Name, "database": or(p.Database, "defaultdb"), "pool_mode": or(p.Mode, "transaction"),
				"pool_size": max(p.Size, 1), "connection_uri": shown(s.uri(host, h, p.Name), secrets),
			}
			set(o, "username", p.User)
			return o
		})
	}
	if h.scheme != "" && len(s.Users) > 0 && s.State == "RUNNING" {
		w["service_uri"] = shown(s.uri(host, h, h.database), secrets)
		w["service_uri_params"] = obj{
			"host": host, "port": fmt.Sprint(h.port), "user": s.Users[0].Name,
			"password": shown(s.Users[0].Password, secrets),
		}
	}
	return w
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (s *Service) uri(host string, h serviceShape, database string) string {
	if len(s.Users) == 0 {
		return ""
	}
	return fmt.Sprintf("%s://%s:%s@%s:%d/%s?sslmode=require", h.scheme, s.Users[0].Name, s.Users[0].Password, host, h.port, database)
}

func (s *Service) host(p *Project) string {
	return s.Name + "-" + p.ID + ".a.aivencloud.com"
}

func shown(secret string, secrets bool) string {
	if secrets {
		return secret
	}
	return Redacted
}

// shownConfig hides what looks like a secret anywhere in a user_config.
func shownConfig(config map[string]any, secrets bool) obj {
	out := maps.Clone(config)
	if out == nil {
		out = obj{}
	}
	for k, v := range out {
		out[k] = shownValue(k, v, secrets)
	}
	return out
}

func shownValue(key string, v any, secrets bool) any {
	switch x := v.(type) {
	case map[string]any:
		return shownConfig(x, secrets)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = shownValue(key, e, secrets)
		}
		return out
	case string:
		if !secrets && slices.ContainsFunc([]string{"password", "secret", "token", "_key"}, func(w string) bool { return strings.HasSuffix(key, w) }) {
			return Redacted
		}
	}
	return v
}

func (s *Service) nodes() []obj {
	out := []obj{}
	if s.State == "POWEROFF" {
		return out
	}
	for i := range min(s.NodeCount, 100) {
		role := "master"
		if i > 0 {
			role = "standby"
		}
		out = append(out, obj{
			"name": s.node(i), "state": s.nodeState(), "role": role,
			"availability_zone": s.Cloud + string(rune('a'+i%3)), "progress_updates": []obj{},
		})
	}
	return out
}

func (m Maintenance) wire() obj {
	dow := m.DOW
	if m.Disabled {
		dow = "never"
	}
	return obj{"dow": dow, "time": m.Time, "enabled": dow != "never", "updates": list(m.Updates, func(u *Update) obj {
		o := obj{"description": u.Description, "impact": u.Impact, "deadline": u.Deadline.wire(), "start_after": u.StartAfter.wire()}
		setTime(o, "start_at", u.StartAt)
		set(o, "documentation_link", u.Link)
		return o
	})}
}

// components are those of the seed or, without any, what the type, the VPC
// and public_access make.
func (s *Service) components(host string) []obj {
	if len(s.Components) > 0 {
		return list(s.Components, func(x *Component) obj {
			o := obj{
				"component": x.Name, "host": or(x.Host, host), "port": x.Port, "route": or(x.Route, "dynamic"),
				"usage": or(x.Usage, "primary"),
			}
			return o
		})
	}
	port := shape(s.Type).port
	out := []obj{{"component": s.Type, "host": host, "port": port, "route": "dynamic", "usage": "primary"}}
	public, _ := s.UserConfig["public_access"].(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(public)) {
		if open, _ := public[k].(bool); open && s.VPC != "" {
			out = append(out, obj{"component": k, "host": "public-" + host, "port": port, "route": "public", "usage": "primary"})
		}
	}
	return out
}

func (b *Backup) wire() obj {
	return obj{
		"backup_name": b.Name, "backup_time": b.Time.wire(), "data_size": b.Size, "storage_location": b.Location,
		"additional_regions": list(b.AdditionalRegions, func(r string) obj { return obj{"cloud": r, "region": r} }),
	}
}

func (n *Notification) wire() obj {
	m := obj{}
	setTime(m, "service_end_of_life_time", n.EOLTime)
	return obj{"type": or(n.Type, "service_end_of_life"), "level": or(n.Level, "warning"), "message": n.Message, "metadata": m}
}

// integrations lists the integrations that the service is either end of,
// wherever they were written down.
func (c *call) integrations(s *Service) []obj {
	out := []obj{}
	for _, p := range c.org.Projects {
		for _, owner := range p.Services {
			for _, x := range owner.Integrations {
				if x.SourceProject == c.project.ID && x.Source == s.Name || x.DestProject == c.project.ID && x.Dest == s.Name {
					out = append(out, c.integrationWire(x))
				}
			}
		}
	}
	return out
}

func (c *call) integrationWire(x *Integration) obj {
	kind := func(project, service string) string {
		if p := find(c.org.Projects, func(p *Project) bool { return p.ID == project }); p != nil {
			if s := p.service(service); s != nil {
				return s.Type
			}
		}
		return ""
	}
	config := x.UserConfig
	if config == nil {
		config = obj{}
	}
	return obj{
		"active": !x.Inactive, "enabled": true, "description": x.Description, "integration_type": x.Type,
		"service_integration_id": x.ID, "user_config": config,
		"source_project": x.SourceProject, "source_service": x.Source, "source_service_type": kind(x.SourceProject, x.Source),
		"dest_project": x.DestProject, "dest_service": x.Dest, "dest_service_type": kind(x.DestProject, x.Dest),
		"dest_endpoint": nil, "dest_endpoint_id": nil, "source_endpoint": nil, "source_endpoint_id": nil,
	}
}
