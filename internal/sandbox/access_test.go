package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
)

const (
	org     = "/v1/organization/org1small"
	account = "/v1/account/a1root"
)

func TestAuthentication(t *testing.T) {
	f := small(t)
	f.want("", "GET", "/v1/me", "", 401, "")
	f.want("expired", "GET", "/v1/me", "", 401, "")
	f.want("elsewhere", "GET", "/v1/me", "", 403, "")
	f.want("admin", "GET", "/v1/me", "", 200, "")
	f.want("", "GET", "/v1/clouds", "", 200, "")
	for header, want := range map[string]int{
		"Bearer " + f.Token("admin"): 200, "bearer " + f.Token("admin"): 200, "aivenv1 nope": 401,
		"Basic " + f.Token("admin"): 401, "aivenv1": 401, "aivenv1  ": 401,
	} {
		req, err := http.NewRequestWithContext(f.ctx(), "GET", f.url+"/v1/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", header)
		rsp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = rsp.Body.Close()
		if rsp.StatusCode != want {
			t.Errorf("%q: %d, want %d", strings.Fields(header)[0], rsp.StatusCode, want)
		}
	}
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[1].State = "deactivated" })
	f.want("password", "GET", "/v1/me", "", 403, "")
}

func TestUnknownPathsAndMethods(t *testing.T) {
	f := small(t)
	for _, path := range []string{"/", "/v1/", "/v1/nothing", "/v2/me", "/v1/me/", "/v1//me", "/v1/organization//user", "/v1/%zz"} {
		if path == "/v1/%zz" {
			continue // net/http refuses it on both ends
		}
		f.want("admin", "GET", path, "", 404, "")
	}
	f.want("admin", "POST", "/v1/me", "", 405, "")
	f.want("admin", "PUT", org, "", 405, "")
}

// TestWhoMayDoWhat walks operations of each kind with callers of each kind.
func TestWhoMayDoWhat(t *testing.T) {
	cases := []struct {
		method, path, body string
		status             map[string]int
	}{
		{"GET", org + "/user", "", map[string]int{"admin": 200, "password": 200, "reader": 200, "robot": 200}},
		{"GET", org + "/domains", "", map[string]int{"admin": 200, "password": 200, "reader": 403, "robot": 200}},
		{"GET", org + "/config/authentication", "", map[string]int{"admin": 200, "password": 200, "reader": 403}},
		{"GET", account + "/authentication", "", map[string]int{"password": 200, "reader": 403}},
		{"GET", org + "/application-users", "", map[string]int{"password": 200, "reader": 403}},
		{"GET", org + "/user/u3reader/access-tokens", "", map[string]int{"password": 200, "reader": 200, "maintainer": 403}},
		{"GET", org + "/user/u1super/authentication_methods", "", map[string]int{"password": 200, "reader": 403}},
		{"GET", org + "/permissions/organization/org1small", "", map[string]int{"password": 200, "reader": 403}},
		{"GET", "/v1/project/shop/service", "", map[string]int{"password": 200, "reader": 200, "maintainer": 200}},
		{"GET", "/v1/project/shop/vpcs", "", map[string]int{"password": 200, "reader": 200, "maintainer": 403}},
		{"PATCH", org + "/project/shop", `{"tags":{}}`, map[string]int{"reader": 403, "password": 200}},
		{"PUT", "/v1/project/shop/service/pg1", `{"termination_protection":true}`, map[string]int{"reader": 403, "maintainer": 403, "password": 200}},
		{"PUT", "/v1/project/shop/service/pg1", `{"maintenance":{"dow":"monday","time":"03:00:00"}}`, map[string]int{"reader": 403, "maintainer": 200}},
		{"PUT", "/v1/project/shop/service/pg1", `{"user_config":{"pg_version":"17"}}`, map[string]int{"maintainer": 200}},
		{"PUT", "/v1/project/shop/service/pg1", `{"user_config":{"ip_filter":[]}}`, map[string]int{"maintainer": 403}},
		{"POST", "/v1/account", `{"account_name":"x","parent_account_id":"a1root"}`, map[string]int{"reader": 403, "password": 200}},
		{"GET", "/v1/organization/org2other", "", map[string]int{"admin": 200, "password": 404}},
		{"GET", "/v1/project/none/service", "", map[string]int{"admin": 404}},
	}
	for _, c := range cases {
		f := small(t)
		for token, want := range c.status {
			if got, body := f.send(token, c.method, c.path, c.body); got != want {
				t.Errorf("%s: %s %s %s: %d %v, want %d", token, c.method, c.path, c.body, got, body, want)
			}
		}
	}
}

func TestPermissionHolderWithoutAdmin(t *testing.T) {
	f := small(t)
	f.want("reader", "POST", org+"/domains", `{"domain_name":"new.example"}`, 403, "")
	f.want("admin", "PATCH", org+"/permissions/organization/org1small",
		`{"operation":"grant","permissions":[{"principal_type":"user_group","principal_id":"ug1","permissions":["organization:domains:write"]}]}`, 204, "")
	f.want("reader", "POST", org+"/domains", `{"domain_name":"new.example"}`, 200, "")
}

// TestPolicyBites sets one policy at a time and asks who is still let in.
func TestPolicyBites(t *testing.T) {
	cases := map[string]struct {
		patch string
		in    []string
		out   []string
	}{
		"password off":       {`{"password_auth_enabled":false}`, []string{"admin", "oauth", "robot", "personal"}, []string{"password"}},
		"oauth off":          {`{"oauth_enabled":false}`, []string{"admin", "password", "robot"}, []string{"oauth"}},
		"IdP required":       {`{"saml_enabled":true,"saml_allow_external":false}`, []string{"admin", "robot"}, []string{"password", "oauth"}},
		"saml off":           {`{"saml_enabled":false}`, []string{"password", "robot"}, []string{"admin"}},
		"2FA":                {`{"two_factor_required":true}`, []string{"admin", "oauth", "robot", "personal"}, []string{"password"}},
		"personal off":       {`{"personal_tokens_enabled":false}`, []string{"admin", "password", "robot"}, []string{"personal"}},
		"allowed method":     {`{"personal_tokens_require_allowed_auth_method":true}`, []string{"admin", "password", "robot", "personal"}, nil},
		"method not allowed": {`{"personal_tokens_require_allowed_auth_method":true,"password_auth_enabled":false}`, []string{"admin", "robot"}, []string{"personal"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := small(t)
			f.want("admin", "PATCH", org+"/config/authentication", c.patch, 200, "")
			for _, token := range c.in {
				f.want(token, "GET", org, "", 200, "")
			}
			for _, token := range c.out {
				f.want(token, "GET", org, "", 403, "")
				f.want(token, "GET", "/v1/me", "", 200, "")
			}
		})
	}
}

func TestRequiredIdentityProviderMustWork(t *testing.T) {
	f := small(t)
	f.want("admin", "PATCH", org+"/config/authentication", `{"saml_allow_external":false}`, 200, "")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].AuthenticationMethods[0].Enabled = false })
	f.want("admin", "GET", org, "", 403, "")
}

func TestAllowlistKeepsItsCaller(t *testing.T) {
	f := small(t)
	const path = org + "/config/api-client-ip-allowlist"
	f.want("admin", "PUT", path, `{"api_client_ip_allowlist":["192.0.2.0/24"],"api_client_ip_allowlist_enabled":true}`, 400, "api_client_ip_allowlist_blocks_caller")
	f.want("admin", "PUT", path, `{"api_client_ip_allowlist":["192.0.2.0/24"],"api_client_ip_allowlist_enabled":false}`, 204, "")
	f.want("admin", "PUT", path, `{"api_client_ip_allowlist":["nonsense"],"api_client_ip_allowlist_enabled":false}`, 400, "")
	f.want("admin", "PUT", path, `{"api_client_ip_allowlist":["198.51.100.0/24","2001:db8::/32"],"api_client_ip_allowlist_enabled":true}`, 204, "")
	f.want("robot", "GET", org, "", 200, "")
	if err := f.SetCallerIP("192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	f.want("admin", "GET", org, "", 403, "")
	f.want("robot", "GET", org, "", 403, "")
	f.want("admin", "GET", "/v1/organization/org2other", "", 200, "")
}
