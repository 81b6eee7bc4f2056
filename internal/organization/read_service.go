package organization

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"avn-harden/internal/aivenapi"
)

// wireService has no field that could hold a secret.
type wireService struct {
	Name         Text            `json:"service_name"`
	Type         Text            `json:"service_type"`
	Plan         Text            `json:"plan"`
	Cloud        Text            `json:"cloud_name"`
	State        Text            `json:"state"`
	VPCID        Text            `json:"project_vpc_id"`
	Tags         map[string]Text `json:"tags"`
	TechEmails   []wireEmail     `json:"tech_emails"`
	Created      when            `json:"create_time"`
	Protected    *bool           `json:"termination_protection"`
	CMK          Text            `json:"cmk_id"`
	NodeCount    int             `json:"node_count"`
	Integrations []struct {
		ID            Text `json:"service_integration_id"`
		Type          Text `json:"integration_type"`
		SourceProject Text `json:"source_project"`
		SourceService Text `json:"source_service"`
		DestProject   Text `json:"dest_project"`
		DestService   Text `json:"dest_service"`
		Active        bool `json:"active"`
	} `json:"service_integrations"`
	Nodes []struct {
		State Text `json:"state"`
	} `json:"node_states"`
	Users []struct {
		Name Text `json:"username"`
		Type Text `json:"type"`
	} `json:"users"`
	Pools []struct {
		Name     Text `json:"pool_name"`
		Database Text `json:"database"`
		Username Text `json:"username"`
		Mode     Text `json:"pool_mode"`
		Size     int  `json:"pool_size"`
	} `json:"connection_pools"`
	Components []struct {
		Name        Text `json:"component"`
		Host        Text `json:"host"`
		Route       Text `json:"route"`
		Usage       Text `json:"usage"`
		Privatelink Text `json:"privatelink_connection_id"`
	} `json:"components"`
	Maintenance *struct {
		Enabled *bool `json:"enabled"`
		DOW     Text  `json:"dow"`
		Time    Text  `json:"time"`
		Updates []struct {
			Description Text `json:"description"`
			Impact      Text `json:"impact"`
			Deadline    when `json:"deadline"`
			StartAfter  when `json:"start_after"`
			StartAt     when `json:"start_at"`
		} `json:"updates"`
	} `json:"maintenance"`
	Backups []struct {
		Name     Text `json:"backup_name"`
		Time     when `json:"backup_time"`
		Location Text `json:"storage_location"`
		Regions  []struct {
			Cloud  Text `json:"cloud"`
			Region Text `json:"region"`
		} `json:"additional_regions"`
	} `json:"backups"`
	Notifications []struct {
		Type     Text `json:"type"`
		Level    Text `json:"level"`
		Message  Text `json:"message"`
		Metadata struct {
			EndOfLife when `json:"service_end_of_life_time"`
		} `json:"metadata"`
	} `json:"service_notifications"`
	Config wireConfig `json:"user_config"`
}

// wireConfig picks the harmless keys out of user_config. What they hold is
// taken as far as it is understood: a value of another shape counts as not told.
type wireConfig struct {
	told    bool
	filter  []IPFilterEntry
	hasIPs  bool
	public  map[string]bool
	private map[string]bool
	version map[string]Text // by key
	regions []Text
	odd     bool
}

// UnmarshalJSON never fails: one odd value is not worth losing a list for.
func (w *wireConfig) UnmarshalJSON(b []byte) error {
	*w = wireConfig{}
	var keys map[string]json.RawMessage
	if json.Unmarshal(b, &keys) != nil || keys == nil {
		return nil
	}
	w.told = true
	for k, raw := range keys {
		if bytes.Equal(raw, []byte("null")) {
			continue
		}
		switch {
		case k == "ip_filter":
			w.hasIPs = true
			w.odd = !w.addFilter(raw) || w.odd
		case k == "public_access":
			w.odd = json.Unmarshal(raw, &w.public) != nil || w.odd
		case k == "privatelink_access":
			w.odd = json.Unmarshal(raw, &w.private) != nil || w.odd
		case k == "additional_backup_regions":
			w.odd = json.Unmarshal(raw, &w.regions) != nil || w.odd
		case strings.HasSuffix(k, "_version"):
			if w.version == nil {
				w.version = map[string]Text{}
			}
			w.version[k] = scalar(raw)
		}
	}
	return nil
}

func (w *wireConfig) addFilter(raw json.RawMessage) bool {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return false
	}
	w.filter = []IPFilterEntry{}
	for _, e := range list {
		var s Text
		if len(e) > 0 && e[0] == '"' && json.Unmarshal(e, &s) == nil {
			w.filter = append(w.filter, IPFilterEntry{Network: s})
			continue
		}
		var o struct {
			Network     Text `json:"network"`
			Description Text `json:"description"`
		}
		if json.Unmarshal(e, &o) != nil || o.Network.Empty() {
			return false
		}
		w.filter = append(w.filter, IPFilterEntry{Network: o.Network, Description: o.Description, Object: true})
	}
	return true
}

// scalar is a version as text: "16", 16 and 8.4 are all seen.
func scalar(raw json.RawMessage) Text {
	var s Text
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var f float64
	if json.Unmarshal(raw, &f) == nil {
		return aivenapi.NewText(strconv.FormatFloat(f, 'f', -1, 64))
	}
	return Text{}
}

// readServices asks for services without secrets, and decodes nothing that could hold one.
func readServices(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	var odd oddities
	read := func(ctx context.Context, p Project) ([]wireService, error) {
		c := lists("ServiceList", "project", p.ID.Raw(), "service")
		c.query += "&include_secrets=false"
		return list(ctx, f, c, "services", func(w wireService) Text { return w.Name })
	}
	got, missing, err := each(ctx, f, o.Projects, func(p Project) Text { return p.ID }, read)
	if err != nil {
		return nil, nil, err
	}
	var services []Service
	for i, p := range o.Projects {
		if got[i] == nil {
			continue
		}
		for _, w := range *got[i] {
			odd.check(p.ID, w.Created)
			if w.Config.odd {
				odd.missing = append(odd.missing, Missing{Resource: p.ID, Err: errOddConfig})
			}
			services = append(services, w.service(p.ID))
		}
	}
	return func(o *Organization) { o.Services = services }, append(missing, odd.missing...), nil
}

func (w wireService) service(project Text) Service {
	out := Service{
		Project: project, Name: w.Name, Type: w.Type, Plan: w.Plan, Cloud: w.Cloud, State: w.State,
		VPCID: w.VPCID, Tags: w.Tags, TechEmails: emails(w.TechEmails), CreateTime: w.Created.t,
		TerminationProtection: w.Protected, CMKID: w.CMK, NodeCount: w.NodeCount, UsersTold: w.Users != nil,
		Config: ServiceConfig{
			Told: w.Config.told, IPFilter: w.Config.filter, HasIPs: w.Config.hasIPs, PublicAccess: w.Config.public,
			PrivatelinkAccess: w.Config.private, BackupRegions: w.Config.regions, Version: w.Config.version[w.Type.Raw()+"_version"],
		},
	}
	for _, i := range w.Integrations {
		out.Integrations = append(out.Integrations, Integration{
			ID: i.ID, Type: i.Type, SourceProject: i.SourceProject, SourceService: i.SourceService,
			DestProject: i.DestProject, DestSvc: i.DestService, Active: i.Active,
		})
	}
	for _, n := range w.Nodes {
		out.NodeStates = append(out.NodeStates, n.State)
	}
	for _, u := range w.Users {
		out.Users = append(out.Users, ServiceUser{Name: u.Name, Type: u.Type})
	}
	for _, p := range w.Pools {
		out.Pools = append(out.Pools, ConnectionPool{Name: p.Name, Database: p.Database, Username: p.Username, Mode: p.Mode, Size: p.Size})
	}
	for _, c := range w.Components {
		out.Components = append(out.Components, Component{Name: c.Name, Host: c.Host, Route: c.Route, Usage: c.Usage, PrivatelinkID: c.Privatelink})
	}
	w.addMaintenance(&out)
	for _, b := range w.Backups {
		x := Backup{Name: b.Name, Location: b.Location, Time: b.Time.t}
		for _, r := range b.Regions {
			x.Regions = append(x.Regions, r.Cloud)
		}
		out.Backups = append(out.Backups, x)
	}
	for _, n := range w.Notifications {
		out.Notifications = append(out.Notifications, Notification{Type: n.Type, Level: n.Level, Message: n.Message, EndOfLife: n.Metadata.EndOfLife.t})
	}
	return out
}

func (w wireService) addMaintenance(out *Service) {
	if w.Maintenance == nil {
		return
	}
	m := Maintenance{Told: true, Enabled: w.Maintenance.Enabled, DOW: w.Maintenance.DOW, Time: w.Maintenance.Time}
	for _, u := range w.Maintenance.Updates {
		m.Updates = append(m.Updates, Update{
			Description: u.Description, Impact: u.Impact, Deadline: u.Deadline.t, StartAfter: u.StartAfter.t, StartAt: u.StartAt.t,
		})
	}
	out.Maintenance = m
}
