package sandbox_test

import (
	"testing"

	"avn-harden/internal/sandbox"
)

func TestDomainMustBeProven(t *testing.T) {
	f := small(t)
	f.want("admin", "POST", org+"/domains/dm2/verify", "", 400, "")
	f.PublishTXT("_aiven-challenge.pending.example.", "token=wrong,expiry=never")
	f.want("admin", "POST", org+"/domains/dm2/verify", "", 400, "")
	f.PublishTXT("_AIVEN-challenge.pending.example", "token=abc,expiry=never")
	d := f.want("admin", "POST", org+"/domains/dm2/verify", "", 200, "")
	if d["state"] != "verified" {
		t.Errorf("%v", d)
	}
	if values, err := f.LookupTXT(f.ctx(), "_aiven-challenge.pending.example"); err != nil || len(values) != 2 {
		t.Errorf("%v %v", values, err)
	}
	if _, err := f.LookupTXT(f.ctx(), "nothing.example"); err == nil {
		t.Error("a record that nobody published")
	}
}

func TestDomainByFileAndLifecycle(t *testing.T) {
	f := small(t)
	d := f.want("admin", "POST", org+"/domains", `{"domain_name":"WEB.example","verification_type":"http"}`, 200, "")
	id, token := d["domain_id"].(string), d["challenge_token"].(string)
	f.want("admin", "POST", org+"/domains", `{"domain_name":"web.example"}`, 409, "")
	f.want("admin", "POST", org+"/domains", `{"domain_name":"not a domain"}`, 400, "")
	f.PublishFile("https://web.example"+sandbox.ChallengeFile, token)
	f.want("admin", "POST", org+"/domains/"+id+"/verify", "", 200, "")
	f.want("admin", "PATCH", org+"/domains/"+id, `{"verification_type":"dns"}`, 200, "")
	f.want("admin", "DELETE", org+"/domains/"+id, "", 204, "")
	f.want("admin", "DELETE", org+"/domains/"+id, "", 404, "")
}

func TestLinks(t *testing.T) {
	f := small(t)
	const links = org + "/authentication-methods/am1/domains"
	f.want("reader", "GET", links, "", 403, "user_not_organization_admin")
	f.want("admin", "PUT", links, `{"domain_id":"dm9"}`, 400, "organization_mismatch")
	f.want("admin", "PUT", links, `{"domain_id":"dm2"}`, 400, "")
	f.want("admin", "DELETE", links+"/dm1", "", 204, "")
	if got := f.want("admin", "GET", links, "", 200, "")["domains"].([]any); len(got) != 0 {
		t.Errorf("%v", got)
	}
	f.want("admin", "PUT", links, `{"domain_id":"dm1"}`, 204, "")
	f.want("admin", "PUT", links, `{}`, 400, "")
}

func TestAuthenticationMethods(t *testing.T) {
	f := small(t)
	const all = account + "/authentication"
	f.want("admin", "POST", all, `{"authentication_method_name":"x"}`, 400, "")
	out := f.want("admin", "POST", all, `{"authentication_method_name":"New","authentication_method_type":"saml","linked_domains":[{"domain_id":"dm1"}]}`, 200, "")
	m := out["authentication_method"].(map[string]any)
	if m["state"] != "pending_configuration" || m["saml_signature_algorithm"] != "rsa-sha256" {
		t.Errorf("%v", m)
	}
	one := all + "/" + m["authentication_method_id"].(string)
	out = f.want("admin", "PUT", one, `{"saml_idp_url":"https://idp.example","saml_entity_id":"e","saml_certificate":"text"}`, 200, "")
	if out["authentication_method"].(map[string]any)["state"] != "active" {
		t.Errorf("%v", out)
	}
	for _, bad := range []string{`{"saml_signature_algorithm":"md5"}`, `{"auth_token_max_age_seconds":1}`, `{"unknown":1}`, `[]`, `null`, ``, `{"saml_digest_algorithm":7}`} {
		f.want("admin", "PUT", one, bad, 400, "")
	}
	f.want("admin", "DELETE", one, "", 200, "")
	f.want("admin", "GET", one, "", 404, "")
}

func TestUnits(t *testing.T) {
	f := small(t)
	unit := f.want("password", "POST", "/v1/account", `{"account_name":"Staging","parent_account_id":"a1root"}`, 200, "")["account"].(map[string]any)
	id := unit["account_id"].(string)
	f.want("admin", "POST", "/v1/account", `{"account_name":"Nested","parent_account_id":"`+id+`"}`, 400, "")
	f.want("admin", "POST", "/v1/account", `{"account_name":"Staging","parent_account_id":"a1root"}`, 409, "")
	f.want("admin", "POST", "/v1/account", `{"account_name":"x","parent_account_id":"a2root"}`, 403, "account_unit_cannot_create_for_personal_tier")
	f.want("admin", "PUT", "/v1/account/"+id, `{"account_name":"Stage"}`, 200, "")
	f.want("admin", "PATCH", org+"/project/shop", `{"parent_id":"`+id+`"}`, 200, "")
	f.want("admin", "DELETE", "/v1/account/"+id, "", 409, "")
	f.want("admin", "PATCH", org+"/project/shop", `{"parent_id":"a1root"}`, 200, "")
	f.want("admin", "DELETE", "/v1/account/"+id, "", 200, "")
	f.want("admin", "GET", "/v1/account/"+id, "", 404, "")
}

func TestProjects(t *testing.T) {
	f := small(t)
	const all, billing = org + "/projects", `"billing_group_id":"00000000-0000-4000-a000-000000000001"`
	f.want("admin", "POST", all, `{"project_id":"new",`+billing+`,"tags":{},"parent_id":"a1unit"}`, 200, "")
	f.want("admin", "POST", all, `{"project_id":"shop",`+billing+`,"tags":{}}`, 409, "project_already_exists")
	f.want("reader", "POST", all, `{"project_id":"other",`+billing+`,"tags":{}}`, 403, "user_not_organization_admin")
	f.want("admin", "PATCH", org+"/project/shop", `{"parent_id":"nowhere"}`, 404, "project_not_found")
	f.want("admin", "GET", org+"/project/none", "", 404, "project_not_found")
	f.want("admin", "PATCH", org+"/permissions/organization/org1small",
		`{"operation":"grant","permissions":[{"principal_type":"user","principal_id":"u4maint","permissions":["organization:projects:write"]}]}`, 204, "")
	f.want("maintainer", "PATCH", org+"/project/shop", `{"parent_id":"a1unit"}`, 403, "user_not_organization_admin")
	p := f.want("maintainer", "PATCH", org+"/project/shop", `{"tech_emails":[{"email":"new@small.example"}]}`, 200, "")
	if p["parent_id"] != "org1small" || len(p["tech_emails"].([]any)) != 1 {
		t.Errorf("%v", p)
	}
	f.want("admin", "DELETE", org+"/project/shop", "", 403, "")
	f.want("admin", "DELETE", org+"/project/new", "", 204, "")
}

func TestPermissionSemantics(t *testing.T) {
	f := small(t)
	const path = org + "/permissions/project/shop"
	held := func() []string {
		for _, g := range f.State().Organizations[0].Projects[0].Grants {
			if g.User == "u3reader" {
				return g.Permissions
			}
		}
		return nil
	}
	patch := func(operation, permissions string, want ...string) {
		t.Helper()
		op := ""
		if operation != "" {
			op = `"operation":"` + operation + `",`
		}
		f.want("admin", "PATCH", path, `{`+op+`"permissions":[{"principal_type":"user","principal_id":"u3reader","permissions":`+permissions+`}]}`, 204, "")
		got := held()
		if len(got) != len(want) {
			t.Fatalf("%s %s: %v, want %v", operation, permissions, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%s %s: %v, want %v", operation, permissions, got, want)
			}
		}
	}
	patch("grant", `["developer"]`, "developer")
	patch("grant", `["developer","read_only"]`, "developer", "read_only")
	patch("revoke", `["developer"]`, "read_only")
	patch("set", `["operator"]`, "operator")
	patch("", `["admin"]`, "admin")
	patch("set", `[]`)
	patch("revoke", `["admin"]`)
	f.want("admin", "PATCH", path, `{"permissions":[{"principal_type":"user","principal_id":"u3reader","permissions":null}]}`, 400, "")
	f.want("admin", "PATCH", path, `{"permissions":[{"principal_type":"user","principal_id":"nobody","permissions":[]}]}`, 404, "")
	f.want("admin", "PATCH", org+"/permissions/planet/shop", `{"permissions":[]}`, 400, "unsupported_resource_type")
	f.want("reader", "PATCH", path, `{"permissions":[]}`, 403, "")
}

func TestServiceUpdateTouchesOnlyWhatItNames(t *testing.T) {
	f := small(t)
	const one = "/v1/project/shop/service/pg1"
	before := f.want("admin", "GET", one, "", 200, "")["service"].(map[string]any)
	f.want("admin", "PUT", one, `{"maintenance":{"dow":"friday","time":"01:00:00"}}`, 200, "")
	after := f.want("admin", "GET", one, "", 200, "")["service"].(map[string]any)
	for k, v := range before {
		if k != "maintenance" && k != "update_time" && !same(v, after[k]) {
			t.Errorf("%s: %v became %v", k, v, after[k])
		}
	}
	f.want("admin", "PUT", one, `{"project_vpc_id":null}`, 200, "")
	if s := f.want("admin", "GET", one, "", 200, "")["service"].(map[string]any); s["project_vpc_id"] != nil {
		t.Errorf("still in VPC %v", s["project_vpc_id"])
	}
	f.want("admin", "PUT", one, `{"project_vpc_id":"00000000-0000-4000-a000-00000000000a"}`, 200, "")
	f.want("admin", "PUT", one, `{"project_vpc_id":"00000000-0000-4000-a000-00000000000c"}`, 400, "")
	f.want("admin", "PUT", one, `{"project_vpc_id":"00000000-0000-4000-a000-0000000000ff"}`, 404, "")
	f.want("admin", "PUT", one, `{"maintenance":{"dow":"never"}}`, 400, "")
	f.want("admin", "PUT", one, `{"user_config":{"ip_filter":["everywhere"]}}`, 400, "")
	s := f.want("admin", "PUT", one, `{"user_config":{"ip_filter":null}}`, 200, "")["service"].(map[string]any)
	if _, still := s["user_config"].(map[string]any)["ip_filter"]; still || s["user_config"].(map[string]any)["pg_version"] != "16" {
		t.Errorf("%v", s["user_config"])
	}
}

func TestSecretsAreShownOnlyWhenAskedFor(t *testing.T) {
	f := small(t)
	secret := f.State().Organizations[0].Projects[0].Services[0].Users[0].Password
	for query, shown := range map[string]bool{"": false, "?include_secrets=false": false, "?include_secrets=true": true} {
		for _, path := range []string{"/v1/project/shop/service", "/v1/project/shop/service/pg1"} {
			_, body, err := f.raw("GET", path+query, "")
			if err != nil {
				t.Fatal(err)
			}
			if contains(body, secret) != shown || contains(body, "hush-hush") != shown || contains(body, sandbox.Redacted) == shown {
				t.Errorf("%s%s: %s", path, query, body)
			}
		}
	}
}

func TestApplicationUsers(t *testing.T) {
	f := small(t)
	f.want("admin", "GET", org+"/application-users/u9app", "", 200, "")
	f.want("admin", "GET", org+"/application-users/u3reader", "", 400, "user_not_application_user")
	f.want("admin", "GET", org+"/application-users/nobody", "", 404, "organization_user_not_found")
	tokens := f.want("robot", "GET", org+"/application-users/u9app/access-tokens", "", 200, "")["tokens"].([]any)
	if len(tokens) != 1 || tokens[0].(map[string]any)["currently_active"] != true {
		t.Errorf("%v", tokens)
	}
}
