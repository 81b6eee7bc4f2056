package sandbox_test

import (
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
	"avn-harden/internal/sandbox/contract"
)

// TestOperationsAreTheDocuments holds ids, methods and paths to Aiven's own.
func TestOperationsAreTheDocuments(t *testing.T) {
	doc := contract.Load(t)
	seen := map[string]bool{}
	for _, op := range sandbox.Operations() {
		want, known := doc.Lookup(op.ID)
		switch {
		case !known:
			t.Errorf("%s is no operation of the document", op.ID)
		case want.Method != op.Method || want.Path != op.Path:
			t.Errorf("%s: %s %s, want %s %s", op.ID, op.Method, op.Path, want.Method, want.Path)
		case seen[op.ID]:
			t.Errorf("%s twice", op.ID)
		}
		seen[op.ID] = true
	}
}

// TestReadsKeepTheContract reads everything there is of every organization.
func TestReadsKeepTheContract(t *testing.T) {
	seeds := map[string]*sandbox.Seed{
		"practice": sandbox.Practice(),
		"small":    parse(t, "testdata/small.yaml"),
		"hostile":  parse(t, "testdata/hostile.yaml"),
	}
	for name, seed := range seeds {
		t.Run(name, func(t *testing.T) {
			f := serve(t, seed)
			for _, path := range readPaths(f.State()) {
				if status, body := f.send("admin", "GET", "/v1"+path, ""); status != 200 {
					t.Errorf("GET %s: %d %v", path, status, body)
				}
			}
		})
	}
}

func readPaths(s *sandbox.State) []string {
	o := s.Organizations[0]
	org, account := "/organization/"+o.ID, "/account/"+o.AccountID
	paths := []string{
		"/me", "/access_token", "/organizations", "/account", account, account + "/authentication", "/project",
		"/clouds", "/service_versions", "/service_types", account + "/events", org, org + "/projects", org + "/domains", org + "/config/authentication",
		org + "/config/api-client-ip-allowlist", org + "/discovered-organizations", org + "/user?limit=999",
		org + "/user-groups", org + "/application-users", org + "/invitation", org + "/billing-groups", org + "/vpcs",
		org + "/vpc-clouds", org + "/permissions/organization/" + o.ID,
	}
	for _, m := range o.AuthenticationMethods {
		paths = append(paths, account+"/authentication/"+m.ID, org+"/authentication-methods/"+m.ID+"/domains")
	}
	for _, u := range o.Users {
		one := org + "/user/" + u.ID
		paths = append(paths, one, one+"/authentication_methods", one+"/access-tokens", one+"/permissions", one+"/user-groups")
	}
	for _, u := range o.ApplicationUsers {
		paths = append(paths, org+"/application-users/"+u.ID, org+"/application-users/"+u.ID+"/access-tokens")
	}
	for _, b := range o.BillingGroups {
		paths = append(paths, org+"/billing-group/"+b.ID)
	}
	for _, g := range o.Groups {
		paths = append(paths, org+"/user-groups/"+g.ID, org+"/user-groups/"+g.ID+"/members")
	}
	for _, u := range o.Units {
		paths = append(paths, "/account/"+u.ID, org+"/permissions/organization_unit/"+u.ID)
	}
	for _, v := range o.VPCs {
		paths = append(paths, org+"/vpc/"+v.ID)
	}
	for _, x := range o.CustomClouds {
		paths = append(paths, org+"/custom-cloud-environments/"+x.ID)
	}
	for _, p := range o.Projects {
		one := "/project/" + p.ID
		plans := one + "/service-types/pg/plans"
		paths = append(paths, one+"/service_types", one+"/service-types", one+"/service-types/kafka", plans, plans+"/startup-4",
			one+"/pricing/service-types/pg/plans/startup-4/clouds/aws-eu-central-1", one+"/secrets/cmks")
		paths = append(paths, one, one+"/service", one+"/service?include_secrets=true", one+"/vpcs", one+"/clouds",
			org+"/project/"+p.ID, org+"/permissions/project/"+p.ID)
		for _, v := range p.VPCs {
			paths = append(paths, one+"/vpcs/"+v.ID)
		}
		for _, x := range p.Services {
			paths = append(paths, one+"/service/"+x.Name, one+"/service/"+x.Name+"/backups")
			for _, u := range x.Users {
				paths = append(paths, one+"/service/"+x.Name+"/user/"+u.Name)
			}
			if x.Type == "clickhouse" {
				paths = append(paths, one+"/service/"+x.Name+"/clickhouse/user")
			}
		}
	}
	return paths
}

func TestContractNoticesMistakes(t *testing.T) {
	doc := contract.Load(t)
	get, _ := doc.Lookup("OrganizationIPAllowListGet")
	update, _ := doc.Lookup("ServiceUpdate")
	cases := map[string]struct {
		err  error
		want string
	}{
		"missing key":     {doc.Response(get, 200, []byte(`{"api_client_ip_allowlist":[]}`)), "api_client_ip_allowlist_enabled"},
		"wrong type":      {doc.Response(get, 200, []byte(`{"api_client_ip_allowlist":[1],"api_client_ip_allowlist_enabled":true}`)), "string"},
		"unknown key":     {doc.Response(get, 200, []byte(`{"api_client_ip_allowlist":[],"api_client_ip_allowlist_enabled":true,"x":1}`)), "/x is not in the document"},
		"unknown status":  {doc.Response(get, 202, nil), "not documented"},
		"bare refusal":    {doc.Response(get, 500, []byte(`{}`)), "refusal lacks"},
		"no request body": {doc.Request(get, []byte(`{}`)), "takes no body"},
		"null plan":       {doc.Request(update, []byte(`{"plan":null}`)), "plan"},
	}
	for name, c := range cases {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: %v, want it to speak of %q", name, c.err, c.want)
		}
	}
	if err := doc.Request(update, []byte(`{"project_vpc_id":null}`)); err != nil {
		t.Errorf("null project_vpc_id: %v", err)
	}
}
