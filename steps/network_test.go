package steps

import (
	"strings"
	"testing"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

// network is an organization with services and clouds, and nothing else.
func network(vpcs []organization.VPC, list ...organization.Service) Input {
	return input(organization.Organization{ID: text("org1"), Name: text("Example"), Clouds: clouds(), VPCs: vpcs, Services: list})
}

func plain(edit func(*organization.Service)) organization.Service {
	s := running("db", "pg", "aws-eu-central-1", "")
	if edit != nil {
		edit(&s)
	}
	return s
}

func TestIPFilterOpen(t *testing.T) {
	object := func(s string) organization.IPFilterEntry {
		return organization.IPFilterEntry{Network: text(s), Object: true}
	}
	list := func(l ...string) func(*organization.Service) {
		return func(s *organization.Service) { s.Config.IPFilter = filterOf(l...) }
	}
	inVPC := func(edit func(*organization.Service)) func(*organization.Service) {
		return func(s *organization.Service) { s.VPCID = text("vpc1"); edit(s) }
	}
	for _, tc := range []struct {
		name   string
		edit   func(*organization.Service)
		status Status
		sev    Severity
	}{
		{"narrow", nil, Pass, ""},
		{"one address", list("192.0.2.1"), Pass, ""},
		{"IPv4 everything", list("0.0.0.0/0"), Fail, Critical},
		{"IPv6 everything", list("10.0.0.0/8", "::/0"), Fail, Critical},
		{"everything with host bits", list("10.1.2.3/0"), Fail, Critical},
		{"everything written as IPv6", list("::ffff:0.0.0.0/96"), Fail, Critical},
		{"objects", func(s *organization.Service) { s.Config.IPFilter = []organization.IPFilterEntry{object("0.0.0.0/0")} }, Fail, Critical},
		{"narrow objects", func(s *organization.Service) { s.Config.IPFilter = []organization.IPFilterEntry{object("10.0.0.0/8")} }, Pass, ""},
		{"halves", list("128.0.0.0/1", "0.0.0.0/1"), Fail, Critical},
		{"halves of IPv6", list("::/1", "8000::/1"), Fail, Critical},
		{"half of IPv6", list("2000::/3"), Pass, ""},
		{"wide", list("10.0.0.0/7"), Fail, Medium},
		{"absent", func(s *organization.Service) { s.Config.HasIPs, s.Config.IPFilter = false, nil }, Fail, Critical},
		{"absent in a VPC", inVPC(func(s *organization.Service) { s.Config.HasIPs, s.Config.IPFilter = false, nil }), Fail, Medium},
		{"open in a VPC with public access", inVPC(func(s *organization.Service) {
			s.Config.IPFilter, s.Config.PublicAccess = filterOf("0.0.0.0/0"), map[string]bool{"pg": true}
		}), Fail, Critical},
		{"nobody", list(), Pass, ""},
		{"no user_config", func(s *organization.Service) { s.Config = organization.ServiceConfig{} }, Unknown, ""},
		{"not a network", list("office"), Unknown, ""},
		{"powered off", func(s *organization.Service) { s.State, s.Config.IPFilter = text("POWEROFF"), filterOf("0.0.0.0/0") }, Fail, Critical},
	} {
		t.Run(tc.name, func(t *testing.T) {
			res := evaluated(network(nil, plain(tc.edit)), "service-ip-filter-open")
			if res.Status != tc.status {
				t.Fatalf("status %s: %s", res.Status, res.Reason)
			}
			if tc.sev != "" && (len(res.Findings) != 1 || res.Findings[0].Severity != tc.sev) {
				t.Errorf("findings %+v, want one that is %s", res.Findings, tc.sev)
			}
		})
	}
}

func TestRestrictFilterRefusesWhatDoesNotRestrict(t *testing.T) {
	valid := validNetworks(8)
	for s, want := range map[string]string{
		"": "empty", " \n ": "empty", "0.0.0.0/0": "wide", "10.0.0.0/7": "wide", "::/0": "wide", "::ffff:0.0.0.0/96": "wide",
		"10.0.0.1/8": "behind its mask", "office": "no network", "192.0.2.1": "no network", "::/1\n8000::/1": "everything",
		"10.0.0.0/8\n2001:db8::/32": "",
	} {
		err := valid(s)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
}

// fixed gives the requests of a fix for the findings of a check that offer it.
func fixed(t *testing.T, in Input, check, fix string, a Answers) (remediate.Plan, error) {
	t.Helper()
	res := evaluated(in, check)
	for _, f := range res.Check.Fixes {
		if f.ID == fix {
			b := remediate.NewBuilder(in.Org, now)
			err := f.Build(t.Context(), b, in, res.Findings, a)
			return b.Plan, err
		}
	}
	t.Fatalf("%s has no fix %s", check, fix)
	return remediate.Plan{}, nil
}

func TestRestrictFilterKeepsFormAndNarrowEntries(t *testing.T) {
	for _, tc := range []struct {
		name       string
		edit       func(*organization.Service)
		want, undo string
	}{
		{"absent", func(s *organization.Service) { s.Config.HasIPs, s.Config.IPFilter = false, nil },
			`["203.0.113.0/24"]`, `null`},
		{"strings", func(s *organization.Service) {
			s.Config.IPFilter = filterOf("::/0", "203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8")
		}, `["203.0.113.0/24","10.0.0.0/8"]`, `["::/0","203.0.113.0/24","0.0.0.0/1","128.0.0.0/1","10.0.0.0/8"]`},
		{"objects", func(s *organization.Service) {
			s.Config.IPFilter = []organization.IPFilterEntry{{Network: text("0.0.0.0/0"), Object: true}, {Network: text("10.0.0.0/8"), Description: text("office"), Object: true}}
		}, `[{"description":"office","network":"10.0.0.0/8"},{"network":"203.0.113.0/24"}]`, `[{"network":"0.0.0.0/0"},{"description":"office","network":"10.0.0.0/8"}]`},
		{"many that are everything together", func(s *organization.Service) {
			s.Config.IPFilter = filterOf("::/1", "8000::/1")
		}, `["203.0.113.0/24"]`, `["::/1","8000::/1"]`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := fixed(t, network(nil, plain(tc.edit)), "service-ip-filter-open", "restrict-ip-filter", Answers{"networks": "203.0.113.0/24"})
			if err != nil {
				t.Fatal(err)
			}
			body := func(filter string) string { return `{"user_config":{"ip_filter":` + filter + `}}` }
			c := p.Changes[0]
			if string(c.Request.Body) != body(tc.want) || string(c.Undo[0].Request.Body) != body(tc.undo) {
				t.Errorf("sends %s\nundo %s", c.Request.Body, c.Undo[0].Request.Body)
			}
		})
	}
}

func TestServiceInVPC(t *testing.T) {
	vpc := func(state, project, cloud string) []organization.VPC {
		return []organization.VPC{{ID: text("v"), Project: text(project), State: text(state), Clouds: []organization.VPCCloud{{Cloud: text(cloud), CIDR: text("10.40.0.0/22")}}}}
	}
	for _, tc := range []struct {
		name   string
		vpcs   []organization.VPC
		edit   func(*organization.Service)
		status Status
		fixes  string
	}{
		{"no VPC", nil, nil, Fail, "create-vpc"},
		{"one of the project", vpc("ACTIVE", "net", "aws-eu-central-1"), nil, Fail, "move-into-vpc"},
		{"one of the organization", vpc("ACTIVE", "", "aws-eu-central-1"), nil, Fail, "move-into-vpc"},
		{"one of another project", vpc("ACTIVE", "else", "aws-eu-central-1"), nil, Fail, "create-vpc"},
		{"one of another cloud", vpc("ACTIVE", "net", "aws-eu-west-1"), nil, Fail, "create-vpc"},
		{"one that is being made", vpc("APPROVED", "net", "aws-eu-central-1"), nil, Fail, ""},
		{"in it", nil, func(s *organization.Service) { s.VPCID = text("v") }, Pass, ""},
		{"off", nil, func(s *organization.Service) { s.State = text("POWEROFF") }, NotApplicable, ""},
		{"exempt", nil, func(s *organization.Service) { s.Tags = map[string]Text{exemptTag: text("")} }, NotApplicable, ""},
		{"own cloud", nil, func(s *organization.Service) { s.Cloud = text("custom-aws-eu-central-1") }, NotApplicable, ""},
		{"cloud that Aiven does not offer", nil, func(s *organization.Service) { s.Cloud = text("acme-1") }, NotApplicable, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			res := evaluated(network(tc.vpcs, plain(tc.edit)), "service-in-vpc")
			if res.Status != tc.status {
				t.Fatalf("status %s: %s", res.Status, res.Reason)
			}
			if tc.status == Fail && strings.Join(res.Findings[0].Fixes, " ") != tc.fixes {
				t.Errorf("fixes %v, want %q", res.Findings[0].Fixes, tc.fixes)
			}
		})
	}
}

func TestPeering(t *testing.T) {
	for _, tc := range []struct {
		name   string
		list   []organization.Peering
		status Status
	}{
		{"none", nil, Fail},
		{"active", []organization.Peering{{State: text("ACTIVE")}}, Pass},
		{"active with a warning", []organization.Peering{{State: text("ACTIVE"), Warnings: []Text{text("overlap")}}}, Fail},
		{"only deleted", []organization.Peering{{State: text("DELETED")}}, Fail},
		{"new", []organization.Peering{{State: text("PENDING_PEER"), CreateTime: now.AddDate(0, 0, -2)}}, Pass},
		{"old", []organization.Peering{{State: text("PENDING_PEER"), CreateTime: now.AddDate(0, 0, -8)}}, Fail},
		{"undated", []organization.Peering{{State: text("PENDING_PEER")}}, Unknown},
		{"broken beside one that works", []organization.Peering{{State: text("ACTIVE")}, {State: text("ERROR")}}, Fail},
		{"state that is new", []organization.Peering{{State: text("ACTIVE")}, {State: text("LOST")}}, Fail},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := network([]organization.VPC{{ID: text("v"), State: text("ACTIVE"), Peerings: tc.list}})
			if res := evaluated(in, "vpc-peering-healthy"); res.Status != tc.status {
				t.Errorf("status %s: %s", res.Status, res.Reason)
			}
		})
	}
}

func TestTerminationProtection(t *testing.T) {
	off := plain(func(s *organization.Service) { s.State, s.TerminationProtection = text("POWEROFF"), ptr(false) })
	if res := evaluated(network(nil, off), "termination-protection"); res.Status != Fail {
		t.Errorf("powered off: %s", res.Status)
	}
	untold := plain(func(s *organization.Service) { s.TerminationProtection = nil })
	if res := evaluated(network(nil, untold), "termination-protection"); res.Status != Unknown {
		t.Errorf("not told: %s", res.Status)
	}
}

func TestRemoteReplica(t *testing.T) {
	critical := func(kind string) organization.Service {
		return plain(func(s *organization.Service) {
			s.Type, s.Tags = text(kind), map[string]Text{"criticality": text("CRITICAL")}
		})
	}
	copyIn := func(cloud string, edit func(*organization.Service)) organization.Service {
		s := running("db-dr", "pg", cloud, "")
		s.Integrations = []organization.Integration{replicates("read_replica", "db", "db-dr")}
		if edit != nil {
			edit(&s)
		}
		return s
	}
	elsewhere := func(s *organization.Service) {
		s.Project = text("other")
		s.Integrations[0].DestProject = text("other")
	}
	kafka := func(name, cloud string) organization.Service {
		s := running(name, "kafka", cloud, "")
		s.Integrations = []organization.Integration{replicates("kafka_mirrormaker", name, "mm")}
		return s
	}
	mm := critical("kafka")
	mm.Integrations = []organization.Integration{replicates("kafka_mirrormaker", "db", "mm")}
	lost := critical("pg")
	lost.Integrations = []organization.Integration{{Type: text("read_replica"), SourceProject: text("net"), SourceService: text("db"), DestProject: text("gone"), DestSvc: text("x"), Active: true}}
	own := critical("pg")
	own.Cloud = text("custom-1")
	search := critical("opensearch")
	search.Integrations = []organization.Integration{replicates("opensearch_cross_cluster_replication", "db", "db-dr")}
	for _, tc := range []struct {
		name   string
		list   []organization.Service
		status Status
		sev    Severity
		fixes  int
	}{
		{"none", []organization.Service{critical("pg")}, Fail, Medium, 1},
		{"none, of a type without replicas", []organization.Service{critical("clickhouse")}, Fail, Medium, 0},
		{"same region", []organization.Service{critical("pg"), copyIn("aws-eu-central-1", nil)}, Fail, High, 1},
		{"same provider", []organization.Service{critical("pg"), copyIn("aws-eu-west-1", nil)}, Fail, Low, 1},
		{"another provider", []organization.Service{critical("pg"), copyIn("azure-westeurope", nil)}, Pass, "", 0},
		{"in another project", []organization.Service{critical("pg"), copyIn("azure-westeurope", elsewhere)}, Pass, "", 0},
		{"powered off", []organization.Service{critical("pg"), copyIn("azure-westeurope", func(s *organization.Service) { s.State = text("POWEROFF") })}, Fail, Medium, 0},
		{"not active", []organization.Service{critical("pg"), copyIn("azure-westeurope", func(s *organization.Service) { s.Integrations[0].Active = false })}, Fail, Medium, 0},
		{"in a project that is not read", []organization.Service{lost}, Unknown, "", 0},
		{"own cloud with a copy", []organization.Service{own, copyIn("azure-westeurope", nil)}, Unknown, "", 0},
		{"kafka mirrored", []organization.Service{mm, kafka("far", "google-europe-west3"), running("mm", "kafka_mirrormaker", "aws-eu-central-1", "")}, Pass, "", 0},
		{"kafka with a MirrorMaker alone", []organization.Service{mm, running("mm", "kafka_mirrormaker", "azure-westeurope", "")}, Fail, Medium, 0},
		{"opensearch", []organization.Service{search, running("db-dr", "opensearch", "azure-westeurope", "")}, Pass, "", 0},
		{"nothing is critical", []organization.Service{plain(nil)}, NotApplicable, "", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			res := evaluated(network(nil, tc.list...), "critical-remote-replica")
			if res.Status != tc.status {
				t.Fatalf("status %s: %s", res.Status, res.Reason)
			}
			if tc.sev != "" && (res.Findings[0].Severity != tc.sev || len(res.Findings[0].Fixes) != tc.fixes) {
				t.Errorf("%s with %v, want %s with %d fixes", res.Findings[0].Severity, res.Findings[0].Fixes, tc.sev, tc.fixes)
			}
		})
	}
}

func TestCreateReplica(t *testing.T) {
	critical := plain(func(s *organization.Service) { s.Tags = map[string]Text{"criticality": text("high")} })
	open := critical
	open.Config.IPFilter = filterOf("0.0.0.0/0")
	active := []organization.VPC{
		{ID: text("orgs"), State: text("ACTIVE"), Clouds: []organization.VPCCloud{{Cloud: text("azure-westeurope")}}},
		{ID: text("own"), Project: text("net"), State: text("ACTIVE"), Clouds: []organization.VPCCloud{{Cloud: text("azure-westeurope")}}},
	}
	answers := func(edit func(Answers)) Answers {
		a := Answers{"cloud": "azure-westeurope", "plan": "startup-4", "name": "db-dr", "residency-Netherlands": "true"}
		if edit != nil {
			edit(a)
		}
		return a
	}
	for _, tc := range []struct {
		name    string
		vpcs    []organization.VPC
		of      organization.Service
		trusted []string
		a       Answers
		want    []string // parts of the body
		err     string
	}{
		{"public", nil, critical, nil, answers(nil), []string{`"project_vpc_id":null`, `"ip_filter":["10.0.0.0/16"]`, `"termination_protection":true`, `"integration_type":"read_replica"`}, ""},
		{"the project's VPC first", active, critical, nil, answers(nil), []string{`"project_vpc_id":"own"`}, ""},
		{"open source", nil, open, []string{"203.0.113.0/24"}, answers(nil), []string{`"ip_filter":["203.0.113.0/24"]`}, ""},
		{"open source, nothing trusted", nil, open, nil, answers(nil), nil, "no trusted networks"},
		{"open source, everything trusted", nil, open, []string{"0.0.0.0/0"}, answers(nil), nil, "no trusted networks"},
		{"residency not confirmed", nil, critical, nil, answers(func(a Answers) { delete(a, "residency-Netherlands") }), nil, "kept in Netherlands"},
		{"residency of another country", nil, critical, nil, answers(func(a Answers) { a["cloud"] = "google-europe-north1" }), nil, "kept in Finland"},
		{"own cloud", nil, critical, nil, answers(func(a Answers) { a["cloud"] = "aws-eu-central-1" }), nil, "other than"},
		{"name taken", nil, critical, nil, answers(func(a Answers) { a["name"] = "db" }), nil, "of this name"},
		{"name in capitals", nil, critical, nil, answers(func(a Answers) { a["name"] = "DB" }), nil, "lower-case"},
		{"no plan", nil, critical, nil, answers(func(a Answers) { a["plan"] = "" }), nil, "startup-4"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := network(tc.vpcs, tc.of)
			p := policy.Default()
			p.TrustedNetworks = tc.trusted
			in.Policy = p
			plan, err := fixed(t, in, "critical-remote-replica", "create-replica", tc.a)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range tc.want {
				if !strings.Contains(string(plan.Changes[0].Request.Body), part) {
					t.Errorf("%s lacks %s", plan.Changes[0].Request.Body, part)
				}
			}
		})
	}
}

// Only the country of the chosen cloud is asked about.
func TestResidencyIsAskedOncePerCountry(t *testing.T) {
	critical := plain(func(s *organization.Service) { s.Tags = map[string]Text{"criticality": text("high")} })
	in := network(nil, critical)
	qs := replicaQuestions(in, evaluated(in, "critical-remote-replica").Findings)
	if got := qs[0].Options[0].Value; got != "google-europe-west3" {
		t.Errorf("the first cloud is %s, want the nearest of another provider", got)
	}
	if last := qs[0].Options[len(qs[0].Options)-1].Value; last != "aws-eu-west-1" {
		t.Errorf("the last cloud is %s, want the one of the same provider", last)
	}
	for _, o := range qs[0].Options {
		var asked []string
		for _, q := range qs {
			if q.Kind == AskConfirm && !q.Hidden(Answers{"cloud": o.Value}) {
				asked = append(asked, q.Title)
			}
		}
		if len(asked) != 1 {
			t.Errorf("%s: asked %v", o.Value, asked)
		}
	}
}

func TestNameCritical(t *testing.T) {
	in := network(nil, plain(nil), plain(func(s *organization.Service) { s.Name = text("cache") }))
	got := recordCritical(in, nil, Answers{"services": "net/cache\nnet/gone"})
	if len(got) != 1 || got[0].Critical.Service != "net/cache" {
		t.Errorf("records %+v", got)
	}
	in.Policy.CriticalServices = []policy.CriticalService{{Service: "net/cache"}}
	if got := recordCritical(in, nil, Answers{"services": "net/cache"}); len(got) != 0 {
		t.Errorf("named twice: %+v", got)
	}
	if res := evaluated(in, "critical-services-named"); res.Status != Pass {
		t.Errorf("status %s", res.Status)
	}
	in.Policy.CriticalServices = []policy.CriticalService{{Service: "net/renamed"}}
	if res := evaluated(in, "critical-services-named"); res.Status != Fail {
		t.Errorf("a name that is no service: %s", res.Status)
	}
}

func TestBackupOtherRegion(t *testing.T) {
	critical := func(edit func(*organization.Service)) organization.Service {
		return plain(func(s *organization.Service) {
			s.Tags = map[string]Text{"criticality": text("high")}
			edit(s)
		})
	}
	for _, tc := range []struct {
		name   string
		s      organization.Service
		status Status
	}{
		{"asked for", critical(func(s *organization.Service) { s.Config.BackupRegions = []Text{text("aws-eu-west-1")} }), Pass},
		{"the same region", critical(func(s *organization.Service) { s.Config.BackupRegions = []Text{text("aws-eu-central-1")} }), Fail},
		{"in the newest backup", critical(func(s *organization.Service) {
			s.Backups = []organization.Backup{{Time: now, Regions: []Text{text("aws-eu-west-1")}}, {Time: now.AddDate(0, 0, -1)}}
		}), Pass},
		{"in an old backup only", critical(func(s *organization.Service) {
			s.Backups = []organization.Backup{{Time: now}, {Time: now.AddDate(0, 0, -1), Regions: []Text{text("aws-eu-west-1")}}}
		}), Fail},
		{"not told", critical(func(s *organization.Service) { s.Config = organization.ServiceConfig{} }), Unknown},
		{"no backups of the type", critical(func(s *organization.Service) { s.Type = text("kafka") }), NotApplicable},
		{"not critical", plain(nil), NotApplicable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if res := evaluated(network(nil, tc.s), "backup-other-region"); res.Status != tc.status {
				t.Errorf("status %s: %s", res.Status, res.Reason)
			}
		})
	}
}
