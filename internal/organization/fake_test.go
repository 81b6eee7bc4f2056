package organization_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

var now = time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)

// fake answers GETs from a map of escaped paths; a test changes single answers.
type fake struct {
	mu      sync.Mutex
	answers map[string]string // path → body
	refuse  map[string]int    // path prefix → status
	handle  func(w http.ResponseWriter, r *http.Request) bool
	seen    []string // method and path with query
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.seen = append(f.seen, r.Method+" "+r.URL.EscapedPath()+"?"+r.URL.RawQuery)
	body, ok := f.answers[r.URL.EscapedPath()]
	status := 0
	for prefix, s := range f.refuse {
		if strings.HasPrefix(r.URL.EscapedPath(), prefix) {
			status = s
		}
	}
	handle := f.handle
	f.mu.Unlock()
	if handle != nil && handle(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case status != 0:
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":"refused with %d","errors":[]}`, status)
	case !ok:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"not found","errors":[]}`)
	default:
		fmt.Fprint(w, body)
	}
}

// paths gives the paths asked for, without query, sorted.
func (f *fake) paths() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, s := range f.seen {
		path, _, _ := strings.Cut(strings.TrimPrefix(s, "GET "), "?")
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}

func (f *fake) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = nil
}

func (f *fake) set(path, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[path] = body
}

func (f *fake) refuseWith(path string, status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse[path] = status
}

const org = "/v1/organization/org1"

// nordwind is a small organization: a unit, two projects, three humans, one
// application user, one group.
func nordwind() *fake {
	return &fake{refuse: map[string]int{}, answers: map[string]string{
		"/v1/organizations": `{"organizations":[{"organization_id":"org1","organization_name":"Nordwind","tier":"business","account_id":"a0"}]}`,
		"/v1/me":            `{"user":{"user_id":"u1","user":"ada@nordwind.example","real_name":"Ada","auth":["password"],"managing_organization_id":"org1"}}`,
		"/v1/access_token": `{"tokens":[{"token_prefix":"other/+=","created_manually":false,"currently_active":false,"create_time":"2026-01-01T00:00:00Z"},
			{"token_prefix":"mine","created_manually":true,"currently_active":true,"create_time":"2026-02-01T00:00:00Z","max_age_seconds":null}]}`,
		org: `{"organization_id":"org1","organization_name":"Nordwind","account_id":"a0","tier":"business","create_time":"2020-01-01T00:00:00Z"}`,
		"/v1/account": `{"accounts":[
			{"account_id":"a0","account_name":"Nordwind","organization_id":"org1","root_account_id":"a0","parent_account_id":null},
			{"account_id":"a1","account_name":"Production","organization_id":"org1","root_account_id":"a0","parent_account_id":"a0"},
			{"account_id":"x1","account_name":"Elsewhere","organization_id":"org2","root_account_id":"x0","parent_account_id":"x0"}]}`,
		org + "/projects": `{"total_project_count":2,"projects":[
			{"project_id":"shop-prod","parent_id":"a1","tags":{"env":"prod"},"tech_emails":[{"email":"z@nordwind.example"},{"email":"a@nordwind.example"}],"billing_group_id":"bg"},
			{"project_id":"lab","parent_id":"a0","tags":null,"tech_emails":[]}]}`,
		org + "/domains": `{"domains":[{"domain_id":"d1","domain_name":"nordwind.example","state":"verified","verification_type":"dns","challenge_token":"t","linked_authentication_method_ids":["am1"],"create_time":"2026-01-01T00:00:00Z"}]}`,
		org + "/discovered-organizations": `{"discovered_organizations":[{"organization_id":"org9","organization_name":"Shadow","users":[
			{"user_email":"bo@nordwind.example","is_super_admin":true},{"user_email":"cy@nordwind.example","is_super_admin":false}]}]}`,
		"/v1/account/a0/authentication": `{"authentication_methods":[
			{"authentication_method_id":"am0","authentication_method_name":"Platform","authentication_method_type":"internal","state":"active","authentication_method_enabled":true,"delete_time":""},
			{"authentication_method_id":"am1","authentication_method_name":"Okta","authentication_method_type":"saml","state":"active","authentication_method_enabled":true,
			 "saml_assertion_signed_enabled":true,"saml_authn_requests_signed_enabled":null,"saml_signature_algorithm":"rsa-sha256","saml_digest_algorithm":"sha256",
			 "saml_certificate_not_valid_after":"2027-03-01 12:00:00","auth_token_max_age_seconds":43200,"auto_join_user_group_id":null,"scim_url":"https://secret"}]}`,
		org + "/authentication-methods/am1/domains":    `{"domains":[{"domain_id":"d1"}]}`,
		org + "/config/authentication":                 `{"password_auth_enabled":true,"oauth_enabled":false,"two_factor_required":true}`,
		org + "/config/api-client-ip-allowlist":        `{"api_client_ip_allowlist":["203.0.113.0/24","10.0.0.0/8"],"api_client_ip_allowlist_enabled":true}`,
		org + "/user":                                  users,
		org + "/user/u1/authentication_methods":        `{"authentication_methods":[{"type":"password","name":"Password","is_enabled_2fa":null,"last_used_time":null}]}`,
		org + "/user/u2/authentication_methods":        `{"authentication_methods":[{"type":"saml","local_provider_id":"am1","is_enabled_2fa":true,"last_used_time":"2026-11-20T00:00:00Z"}]}`,
		org + "/user/u3/authentication_methods":        `{"authentication_methods":[]}`,
		org + "/user/u1/access-tokens":                 `{"tokens":[{"token_prefix":"mine","description":"laptop","last_used_time":"2026-11-22T00:00:00Z","ip_allowlist":null}]}`,
		org + "/user/u2/access-tokens":                 `{"tokens":[]}`,
		org + "/user/u3/access-tokens":                 `{"tokens":[]}`,
		org + "/user-groups":                           `{"user_groups":[{"user_group_id":"g1","user_group_name":"Platform","description":"runs it","managed_by_scim":true}]}`,
		org + "/user-groups/g1/members":                `{"members":[{"user_id":"u2"},{"user_id":"u1"}]}`,
		org + "/application-users":                     `{"application_users":[{"user_id":"ap1","name":"terraform","user_email":"ap1@app","is_super_admin":false,"create_time":"2026-01-01T00:00:00Z"}]}`,
		org + "/application-users/ap1/access-tokens":   `{"tokens":[{"token_prefix":"tf+/=","create_time":"2026-01-01T00:00:00Z","expiry_time":null,"max_age_seconds":3600,"extend_when_used":true,"currently_active":false,"scopes":["user:read"]}]}`,
		org + "/permissions/organization/org1":         `{"permissions":[{"principal_type":"user_group","principal_id":"g1","permissions":["role:organization:admin"]}]}`,
		org + "/permissions/organization_unit/a1":      `{"permissions":[{"principal_type":"user","principal_id":"u3","permissions":["read_only","developer"]}]}`,
		org + "/permissions/project/shop-prod":         `{"permissions":[{"principal_type":"user","principal_id":"ap1","permissions":["admin"]}]}`,
		org + "/permissions/project/lab":               `{"permissions":[]}`,
		"/v1/project/shop-prod/service":                shopServices,
		"/v1/project/lab/service":                      `{"services":[]}`,
		org + "/invitation":                            `{"invitations":[{"user_email":"new@nordwind.example","invited_by":"ada@nordwind.example","create_time":"2026-11-01T00:00:00Z","expiry_time":"2026-11-15T00:00:00Z"}]}`,
		org + "/billing-groups":                        `{"billing_groups":[{"billing_group_id":"bg","billing_group_name":"Main","billing_emails":[{"email":"bills@nordwind.example"}],"billing_contact_emails":[]}]}`,
		"/v1/project/shop-prod/vpcs":                   `{"vpcs":[{"project_vpc_id":"v1","cloud_name":"aws-eu-north-1","network_cidr":"10.1.0.0/24","state":"ACTIVE"}]}`,
		"/v1/project/shop-prod/vpcs/v1":                `{"project_vpc_id":"v1","cloud_name":"aws-eu-north-1","network_cidr":"10.1.0.0/24","state":"ACTIVE","peering_connections":[{"peering_connection_id":"pc1","state":"PENDING_PEER","state_info":{"message":"accept it"},"create_time":"2026-11-01T00:00:00Z"}]}`,
		"/v1/project/lab/vpcs":                         `{"vpcs":[]}`,
		org + "/vpcs":                                  `{"vpcs":[{"organization_vpc_id":"ov1","display_name":"Shared","state":"ACTIVE","clouds":[{"cloud_name":"aws-eu-west-1","network_cidr":"10.9.0.0/24"}]}]}`,
		org + "/vpc/ov1":                               `{"organization_vpc_id":"ov1","display_name":"Shared","state":"ACTIVE","clouds":[{"cloud_name":"aws-eu-west-1","network_cidr":"10.9.0.0/24"}],"peering_connections":[]}`,
		"/v1/service_versions":                         `{"service_versions":[{"service_type":"pg","major_version":"16","state":"available","aiven_end_of_life_time":"2028-11-09T00:00:00Z"}]}`,
		"/v1/service_types":                            `{"service_types":{"pg":{"description":"PostgreSQL"}}}`,
		"/v1/project/shop-prod/service-types/pg/plans": `{"service_plans":[{"service_plan":"startup-4","service_type":"pg","node_count":1,"regions":{"aws-eu-north-1":{}}}]}`,
		"/v1/clouds":                                   `{"clouds":[{"cloud_name":"aws-eu-north-1","provider":"aws","geo_region":"europe","geo_latitude":59.3,"geo_longitude":18.0}]}`,
	}}
}

const users = `{"users":[
	{"user_id":"u1","is_super_admin":true,"last_activity_time":"2026-11-23T09:00:00Z","join_time":"2020-01-01T00:00:00Z","user_info":{"user_email":"ada@nordwind.example","real_name":"Ada","state":"active","is_application_user":false,"managed_by_scim":false,"managing_organization_id":"org1"}},
	{"user_id":"u2","is_super_admin":false,"last_activity_time":"","join_time":"2026-01-01 00:00:00","user_info":{"user_email":"bo@nordwind.example","real_name":"Bo","state":"active","managed_by_scim":true}},
	{"user_id":"u3","is_super_admin":false,"last_activity_time":null,"join_time":"2026-01-01T00:00:00","user_info":{"user_email":"cy@else.example","real_name":"Cy","state":"deactivated"}},
	{"user_id":"ap1","is_super_admin":false,"last_activity_time":"2026-11-23T09:00:00Z","join_time":"2026-01-01T00:00:00Z","user_info":{"user_email":"ap1@app","real_name":"terraform","state":"active","is_application_user":true}}]}`

const shopServices = `{"services":[{"service_name":"orders","service_type":"pg","plan":"business-4","cloud_name":"aws-eu-north-1","state":"RUNNING","project_vpc_id":null,
	"create_time":"2025-01-01T00:00:00Z","tags":{"owner":"shop"},"tech_emails":[{"email":"dba@nordwind.example"}],
	"service_uri":"postgres://avnadmin:S3CRETPASSWORD@host","service_uri_params":{"password":"S3CRETPASSWORD"},
	"users":[{"username":"avnadmin","password":"S3CRETPASSWORD"}],"user_config":{"x":"S3CRETPASSWORD","pg_version":16,"ip_filter":["10.0.0.0/8",{"network":"192.0.2.0/24","description":"office"}],"public_access":{"pg":true}},
	"service_integrations":[{"integration_type":"metrics","source_project":"shop-prod","source_service":"orders","dest_project":"shop-prod","dest_service":"m3","user_config":{"key":"S3CRETPASSWORD"}}]}]}`

// connect serves h and gives an API to it that does not wait between attempts.
func connect(t testing.TB, h http.Handler, token string) *aivenapi.API {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	api, err := aivenapi.New(aivenapi.Options{
		BaseURL: server.URL, Token: token, ReadOnly: true,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func clock() time.Time { return now }

func readAll(t testing.TB, f *fake) *organization.Organization {
	t.Helper()
	o, err := organization.Read(t.Context(), connect(t, f, "token"), "org1", organization.Options{Now: clock})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return o
}

func text(s string) organization.Text { return aivenapi.NewText(s) }

func texts(list ...string) []organization.Text {
	var out []organization.Text
	for _, s := range list {
		out = append(out, text(s))
	}
	return out
}
