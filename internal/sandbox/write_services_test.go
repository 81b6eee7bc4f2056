package sandbox_test

import (
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
)

const (
	shop     = "/v1/project/shop"
	services = shop + "/service"
	pg1      = services + "/pg1"
)

// service reads one service, which counts as a read.
func (f *fixture) service(path string) map[string]any {
	f.t.Helper()
	return f.want("admin", "GET", path, "", 200, "")["service"].(map[string]any)
}

// settled reads the service until it runs, and fails unless that is at the
// third read.
func (f *fixture) settled(path string) map[string]any {
	f.t.Helper()
	for i, want := range []string{"REBUILDING", "REBUILDING", "RUNNING"} {
		s := f.service(path)
		if s["state"] != want {
			f.t.Fatalf("read %d: %v, want %s", i+1, s["state"], want)
		}
		if want == "RUNNING" {
			return s
		}
	}
	return nil
}

func (f *fixture) seed(name string) *sandbox.Service {
	for _, s := range f.State().Organizations[0].Projects[0].Services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// change edits a service of the state behind the API's back.
func (f *fixture) change(name string, edit func(*sandbox.Service)) {
	f.Mutate(func(s *sandbox.State) {
		for _, x := range s.Organizations[0].Projects[0].Services {
			if x.Name == name {
				edit(x)
			}
		}
	})
}

func TestServiceIsCreatedWhereItIsTold(t *testing.T) {
	f := small(t)
	const body = `"service_type":"pg","plan":"startup-4","cloud":"aws-eu-central-1"`
	s := f.want("admin", "POST", services, `{"service_name":"joins",`+body+`}`, 200, "")["service"].(map[string]any)
	if s["project_vpc_id"] != "00000000-0000-4000-a000-00000000000b" || s["state"] != "REBUILDING" {
		t.Errorf("%v %v", s["project_vpc_id"], s["state"])
	}
	config := f.settled(services + "/joins")["user_config"].(map[string]any)
	if _, filtered := config["ip_filter"]; filtered || config["pg_version"] != "17" {
		t.Errorf("%v", config)
	}
	s = f.want("admin", "POST", services, `{"service_name":"public","project_vpc_id":null,`+body+`}`, 200, "")["service"].(map[string]any)
	if s["project_vpc_id"] != nil {
		t.Errorf("%v", s["project_vpc_id"])
	}
	s = f.want("admin", "POST", services, `{"service_name":"chosen","project_vpc_id":"00000000-0000-4000-a000-00000000000a","termination_protection":true,
		"tech_emails":[{"email":"dba@small.example"}],"tags":{"env":"prod"},"maintenance":{"dow":"monday","time":"03:00:00"},
		"user_config":{"ip_filter":["10.0.0.0/8"],"pg_version":"16"},`+body+`}`, 200, "")["service"].(map[string]any)
	if s["project_vpc_id"] != "00000000-0000-4000-a000-00000000000a" || s["termination_protection"] != true || s["tags"].(map[string]any)["env"] != "prod" {
		t.Errorf("%v", s)
	}
	f.want("admin", "POST", services, `{"service_name":"chosen",`+body+`}`, 409, "")
}

func TestServiceCreateRefusals(t *testing.T) {
	f := small(t)
	good := map[string]string{"service_name": `"new"`, "service_type": `"pg"`, "plan": `"startup-4"`, "cloud": `"aws-eu-central-1"`}
	for _, c := range []struct{ key, value string }{
		{"service_name", `"New_Name"`}, {"service_type", `"sqlite"`}, {"service_type", `"redis"`}, {"plan", `"startup-5"`},
		{"cloud", `"moon-1"`}, {"plan", `null`}, {"user_config", `{"ip_filter":["here"]}`}, {"user_config", `{"pg_version":"13"}`},
		{"user_config", `{"mysql_version":"8"}`}, {"user_config", `{"pg_version":17}`}, {"user_config", `{"public_access":{"kafka":true}}`},
		{"maintenance", `{"dow":"never"}`}, {"maintenance", `{"time":"3 am"}`}, {"cmk_id", `"00000000-0000-4000-a000-0000000000ee"`},
		{"project_vpc_id", `"00000000-0000-4000-a000-00000000000c"`}, {"static_ips", `["ip1"]`}, {"powered", `true`},
		{"service_integrations", `[{"integration_type":"read_replica","source_service":"none"}]`},
		{"service_integrations", `[{"integration_type":"read_replica","source_service":"kafka1"}]`},
		{"service_integrations", `[{"integration_type":"metrics","source_service":"new","dest_service":"none"}]`},
		{"service_integrations", `[{"source_service":"pg1"}]`},
	} {
		var fields []string
		for k, v := range good {
			if k != c.key {
				fields = append(fields, `"`+k+`":`+v)
			}
		}
		f.want("admin", "POST", services, "{"+strings.Join(append(fields, `"`+c.key+`":`+c.value), ",")+"}", 400, "")
	}
	for _, token := range []string{"reader", "maintainer"} {
		f.want(token, "POST", services, `{"service_name":"new","service_type":"pg","plan":"startup-4"}`, 403, "")
		f.want(token, "DELETE", pg1, "", 403, "")
	}
	if f.seed("new") != nil {
		t.Error("a refused service exists")
	}
}

const replica = `{"service_name":"pg1-dr","service_type":"pg","plan":"startup-4","cloud":"azure-eastus2","project_vpc_id":null,
	"service_integrations":[{"integration_type":"read_replica","source_service":"pg1"}],"user_config":{"ip_filter":["10.0.0.0/8"]}}`

func TestReplicaAndItsPromotion(t *testing.T) {
	f := small(t)
	f.change("pg1", func(s *sandbox.Service) { s.State = "POWEROFF" })
	f.want("admin", "POST", services, replica, 400, "")
	f.change("pg1", func(s *sandbox.Service) { s.State = "RUNNING" })
	f.want("admin", "POST", services, replica, 200, "")
	s := f.settled(services + "/pg1-dr")
	x := s["service_integrations"].([]any)[0].(map[string]any)
	if x["integration_type"] != "read_replica" || x["source_service"] != "pg1" || x["dest_service"] != "pg1-dr" || s["user_config"].(map[string]any)["pg_version"] != "16" {
		t.Errorf("%v", s)
	}
	f.want("admin", "PUT", services+"/pg1-dr", `{"user_config":{"pg_version":"17"}}`, 400, "")
	one := shop + "/integration/" + x["service_integration_id"].(string)
	f.want("reader", "DELETE", one, "", 403, "")
	f.want("admin", "DELETE", one, "", 200, "")
	f.want("admin", "DELETE", one, "", 404, "")
	if s := f.service(services + "/pg1-dr"); len(s["service_integrations"].([]any)) != 0 {
		t.Errorf("%v", s["service_integrations"])
	}
	f.want("admin", "PUT", services+"/pg1-dr", `{"user_config":{"pg_version":"17"}}`, 200, "")
}

func TestServiceDelete(t *testing.T) {
	f := small(t)
	f.want("admin", "PUT", pg1, `{"termination_protection":true}`, 200, "")
	f.want("admin", "DELETE", pg1, "", 403, "")
	f.want("admin", "PUT", pg1, `{"powered":false}`, 403, "")
	f.want("admin", "PUT", pg1, `{"termination_protection":false}`, 200, "")
	f.want("admin", "DELETE", pg1, "", 200, "")
	f.want("admin", "GET", pg1, "", 404, "")
	f.want("admin", "DELETE", pg1, "", 404, "")
	if left := f.seed("kafka1").Integrations; len(left) != 0 {
		t.Errorf("%v", left)
	}
}

func TestMovingIsARebuild(t *testing.T) {
	f := small(t)
	f.change("pg1", func(s *sandbox.Service) {
		s.VPC = ""
		s.Components = []*sandbox.Component{{Name: "pg", Route: "public", Port: 1}}
	})
	before := f.service(pg1)["node_states"].([]any)[0].(map[string]any)["name"]
	f.want("admin", "PUT", pg1, `{"project_vpc_id":"00000000-0000-4000-a000-00000000000b"}`, 200, "")
	s := f.settled(pg1)
	for _, x := range s["components"].([]any) {
		if x.(map[string]any)["route"] == "public" {
			t.Errorf("still public: %v", x)
		}
	}
	if after := s["node_states"].([]any)[0].(map[string]any)["name"]; after == before {
		t.Errorf("still on node %v", after)
	}
	f.want("admin", "PUT", pg1, `{"user_config":{"public_access":{"pg":true}}}`, 200, "")
	if s := f.service(pg1); len(s["components"].([]any)) != 2 || s["state"] != "RUNNING" {
		t.Errorf("%v %v", s["components"], s["state"])
	}
	f.want("admin", "PUT", pg1, `{"cloud":"aws-eu-north-1"}`, 400, "")
	f.want("admin", "PUT", pg1, `{"cloud":"aws-eu-north-1","project_vpc_id":null}`, 200, "")
	if s := f.settled(pg1); s["cloud_name"] != "aws-eu-north-1" || s["project_vpc_id"] != nil {
		t.Errorf("%v", s)
	}
	f.want("admin", "PUT", pg1, `{"cloud":"aws-eu-north-1","project_vpc_id":null}`, 200, "")
	if s := f.service(pg1); s["state"] != "RUNNING" {
		t.Error("a move to where it is already rebuilds the service")
	}
}

func TestUpgrade(t *testing.T) {
	f := small(t)
	version := func(v string, status int) {
		t.Helper()
		f.want("admin", "PUT", pg1, `{"user_config":{"pg_version":`+v+`}}`, status, "")
	}
	for _, bad := range []string{`"15"`, `"13"`, `"99"`, `17`} {
		version(bad, 400)
	}
	f.change("pg1", func(s *sandbox.Service) { s.Maintenance.Updates = []*sandbox.Update{{Description: "x"}} })
	version(`"17"`, 400)
	f.change("pg1", func(s *sandbox.Service) { s.Maintenance.Updates, s.UpgradeBlockers = nil, []string{"extension"} })
	version(`"17"`, 400)
	f.change("pg1", func(s *sandbox.Service) { s.UpgradeBlockers = nil })
	version(`null`, 200)
	version(`"16"`, 200)
	if s := f.service(pg1); s["state"] != "RUNNING" || s["user_config"].(map[string]any)["pg_version"] != "16" {
		t.Errorf("%v", s)
	}
	version(`"17"`, 200)
	version(`"18"`, 400)
	if s := f.settled(pg1); s["user_config"].(map[string]any)["pg_version"] != "17" {
		t.Errorf("%v", s["user_config"])
	}
	f.want("maintainer", "PUT", pg1, `{"user_config":{"pg_version":"18"}}`, 200, "")
}

func TestUserConfigTraps(t *testing.T) {
	f := small(t)
	f.want("admin", "PUT", pg1, `{"user_config":{"admin_password":"<redacted>"}}`, 200, "")
	if got := f.seed("pg1").UserConfig["admin_password"]; got != sandbox.Redacted {
		t.Errorf("%v", got)
	}
	f.want("admin", "PUT", pg1, `{"user_config":{"ip_filter":[]}}`, 200, "")
	if got := f.service(pg1)["user_config"].(map[string]any)["ip_filter"].([]any); len(got) != 0 {
		t.Errorf("%v", got)
	}
	entries := func(n int) string { return strings.TrimSuffix(strings.Repeat(`"10.0.0.1",`, n), ",") }
	f.want("admin", "PUT", pg1, `{"user_config":{"ip_filter":[`+entries(8000)+`]}}`, 200, "")
	f.want("admin", "PUT", pg1, `{"user_config":{"ip_filter":[`+entries(8001)+`]}}`, 400, "")
	for _, bad := range []string{`{"kafka":false}`, `{"pg":"no"}`, `[]`} {
		f.want("admin", "PUT", pg1, `{"user_config":{"public_access":`+bad+`}}`, 400, "")
	}
	f.want("admin", "PUT", pg1, `{"plan":"huge-1"}`, 400, "")
}

func TestMaintenanceStart(t *testing.T) {
	f := small(t)
	const start = pg1 + "/maintenance/start"
	f.want("maintainer", "PUT", start, "", 400, "")
	f.change("pg1", func(s *sandbox.Service) { s.Maintenance.Updates = []*sandbox.Update{{Description: "x"}} })
	f.want("reader", "PUT", start, "", 403, "")
	f.want("maintainer", "PUT", start, "", 200, "")
	f.want("maintainer", "PUT", start, "", 400, "")
	if s := f.settled(pg1); len(s["maintenance"].(map[string]any)["updates"].([]any)) != 0 {
		t.Errorf("%v", s["maintenance"])
	}
}

func TestUpgradeCheck(t *testing.T) {
	f := small(t)
	check := func(target string) map[string]any {
		t.Helper()
		made := f.want("maintainer", "POST", pg1+"/task", `{"task_type":"upgrade_check","upgrade_check":{"target_version":"`+target+`"}}`, 200, "")
		one := pg1 + "/task/" + made["task"].(map[string]any)["task_id"].(string)
		for range 2 {
			if x := f.want("maintainer", "GET", one, "", 200, "")["task"].(map[string]any); x["result"] != "" || x["success"] != false {
				t.Fatalf("over too soon: %v", x)
			}
		}
		return f.want("maintainer", "GET", one, "", 200, "")["task"].(map[string]any)
	}
	if x := check("17"); x["success"] != true || x["result"] == "" {
		t.Errorf("%v", x)
	}
	for _, bad := range []string{"99", "15", "16"} {
		if x := check(bad); x["success"] != false || x["result"] == "" {
			t.Errorf("%s: %v", bad, x)
		}
	}
	f.change("pg1", func(s *sandbox.Service) { s.UpgradeBlockers = []string{"extension postgis"} })
	if x := check("17"); x["success"] != false || x["result"] != "extension postgis" || len(x["result_codes"].([]any)) == 0 {
		t.Errorf("%v", x)
	}
	f.want("admin", "POST", services+"/kafka1/task", `{"task_type":"upgrade_check","upgrade_check":{"target_version":"4.0"}}`, 400, "")
	f.want("admin", "POST", pg1+"/task", `{"task_type":"upgrade_check"}`, 400, "")
	f.want("admin", "POST", pg1+"/task", `{"task_type":"dataset_import"}`, 400, "")
	f.want("admin", "GET", pg1+"/task/none", "", 404, "")
	f.want("reader", "POST", pg1+"/task", `{"task_type":"upgrade_check","target_version":"17"}`, 403, "")
}
