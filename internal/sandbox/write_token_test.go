package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	clientuser "github.com/aiven/go-client-codegen/handler/applicationuser"

	"avn-harden/internal/sandbox"
)

// escape writes a token's prefix as the API wants it in a path.
func escape(prefix string) string { return strings.ReplaceAll(url.QueryEscape(prefix), "+", "%20") }

// me is the status of GET /me with the full token.
func (f *fixture) me(full string) int {
	f.t.Helper()
	req := must(http.NewRequestWithContext(f.ctx(), http.MethodGet, f.url+"/v1/me", nil))
	req.Header.Set("Authorization", "aivenv1 "+full)
	rsp := must(http.DefaultClient.Do(req))
	_ = rsp.Body.Close()
	return rsp.StatusCode
}

func TestApplicationUserLifecycle(t *testing.T) {
	f := small(t)
	const all = org + "/application-users"
	f.want("reader", "POST", all, `{"name":"deployer"}`, 403, "")
	for _, bad := range []string{`{}`, `{"name":""}`, `{"name":null}`, `{"name":"x","is_super_admin":true}`, `{"name":"x","description":"y"}`} {
		f.want("admin", "POST", all, bad, 400, "")
	}
	u := f.want("admin", "POST", all, `{"name":"deployer","is_super_admin":false}`, 200, "")
	id := u["user_id"].(string)
	one := all + "/" + id
	f.want("admin", "PATCH", one, `{}`, 400, "")
	f.want("admin", "PATCH", one, `{"name":"x","is_super_admin":true}`, 400, "")
	if u = f.want("admin", "PATCH", one, `{"name":"deployer of the shop"}`, 200, ""); u["name"] != "deployer of the shop" {
		t.Errorf("%v", u)
	}
	for _, method := range []string{"PATCH", "DELETE"} {
		body := map[string]string{"PATCH": `{"name":"x"}`, "DELETE": ""}[method]
		f.want("admin", method, all+"/u3reader", body, 400, "user_not_application_user")
		f.want("admin", method, all+"/nobody", body, 404, "organization_user_not_found")
		f.want("admin", method, "/v1/organization/nowhere/application-users/"+id, body, 404, "organization_not_found")
	}
	full := f.want("admin", "POST", one+"/access-tokens", `{"description":"d"}`, 200, "")["full_token"].(string)
	f.want("admin", "PATCH", org+"/permissions/project/shop",
		`{"operation":"grant","permissions":[{"principal_type":"user","principal_id":"`+id+`","permissions":["operator"]}]}`, 204, "")
	f.want("admin", "PATCH", org+"/user-groups/ug1/members", `{"operation":"add_members","member_ids":["`+id+`"]}`, 204, "")
	f.want("admin", "DELETE", one, "", 204, "")
	f.want("admin", "GET", one, "", 404, "organization_user_not_found")
	if status := f.me(full); status != 401 {
		t.Errorf("its token: %d", status)
	}
	o := f.State().Organizations[0]
	if len(o.Projects[0].Grants) != 2 || len(o.Groups[0].Members) != 1 {
		t.Errorf("%v %v", o.Projects[0].Grants, o.Groups[0].Members)
	}
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].ApplicationUsers[0].Internal = true })
	f.want("admin", "PATCH", all+"/u9app", `{"name":"x"}`, 403, "user_is_internal_user")
	f.want("admin", "DELETE", all+"/u9app", "", 403, "user_is_internal_user")
}

func TestApplicationTokens(t *testing.T) {
	f := small(t)
	const all = org + "/application-users/u9app/access-tokens"
	long := strings.Repeat("x", 1001)
	for _, bad := range []string{
		`{}`, `{"description":null}`, `{"description":"` + long + `"}`, `{"description":"d","max_age_seconds":599}`,
		`{"description":"d","max_age_seconds":315360001}`, `{"description":"d","max_age_seconds":null}`,
		`{"description":"d","ip_allowlist":["everywhere"]}`, `{"description":"d","scopes":[""]}`, `{"description":"d","name":"x"}`,
		`{"description":"d","ip_allowlist":["192.0.2.1"` + strings.Repeat(`,"192.0.2.1"`, 100) + `]}`,
	} {
		f.want("admin", "POST", all, bad, 400, "")
	}
	made := f.want("admin", "POST", all, `{"description":"shop (owner)","max_age_seconds":600,"extend_when_used":true,"ip_allowlist":["198.51.100.0/24","2001:db8::1"],"scopes":["projects:read"]}`, 200, "")
	full, prefix := made["full_token"].(string), made["token_prefix"].(string)
	if !strings.HasPrefix(full, prefix) || len(made) != 2 {
		t.Fatalf("%v", made)
	}
	if status := f.me(full); status != 200 {
		t.Fatalf("the new token: %d", status)
	}
	for _, x := range f.want("robot", "GET", all, "", 200, "")["tokens"].([]any) {
		token := x.(map[string]any)
		if token["token_prefix"] != prefix {
			continue
		}
		if token["max_age_seconds"] != 600.0 || token["extend_when_used"] != true || token["expiry_time"] != "2026-07-15T12:10:00Z" ||
			token["last_ip"] != "198.51.100.7" || token["currently_active"] != false || token["description"] != "shop (owner)" {
			t.Errorf("%v", token)
		}
	}
	f.want("admin", "DELETE", all+"/"+escape(prefix), "", 204, "")
	f.want("admin", "DELETE", all+"/"+escape(prefix), "", 404, "")
	if status := f.me(full); status != 401 {
		t.Errorf("the deleted token: %d", status)
	}
	elsewhere := f.want("admin", "POST", all, `{"description":"d","ip_allowlist":["192.0.2.0/24"],"extend_when_used":true}`, 200, "")
	if status := f.me(elsewhere["full_token"].(string)); status != 403 {
		t.Errorf("from outside its networks: %d", status)
	}
}

// TestPrefixesNeedEscaping makes tokens until each awkward letter was in a
// prefix, and deletes every one through the official client.
func TestPrefixesNeedEscaping(t *testing.T) {
	f, again := small(t), small(t)
	c, ctx := f.client("admin"), f.ctx()
	seen := ""
	for range 64 {
		in := &clientuser.ApplicationUserAccessTokenCreateIn{Description: "d"}
		made := must(c.ApplicationUserAccessTokenCreate(ctx, "org1small", "u9app", in))
		twin := must(again.client("admin").ApplicationUserAccessTokenCreate(ctx, "org1small", "u9app", in))
		if made.FullToken != twin.FullToken {
			t.Fatal("the same seed made another token")
		}
		seen += made.TokenPrefix
		if err := c.ApplicationUserAccessTokenDelete(ctx, "org1small", "u9app", made.TokenPrefix); err != nil {
			t.Fatalf("%q: %v", made.TokenPrefix, err)
		}
	}
	for _, letter := range []string{"/", "+", "="} {
		if !strings.Contains(seen, letter) {
			t.Errorf("no %s in %d prefixes", letter, 64)
		}
	}
}

// TestTokenMakerGainsNothing has a caller that may manage application users
// and is no organization admin.
func TestTokenMakerGainsNothing(t *testing.T) {
	f := small(t)
	const all = org + "/application-users"
	f.grant(`"organization:app_users:write"`)
	f.want("reader", "POST", all+"/u9app/access-tokens", `{"description":"d"}`, 403, "")
	id := f.want("reader", "POST", all, `{"name":"bare"}`, 200, "")["user_id"].(string)
	f.want("reader", "POST", all+"/"+id+"/access-tokens", `{"description":"d"}`, 200, "")
	f.want("admin", "PATCH", org+"/user-groups/ug1/members", `{"operation":"add_members","member_ids":["`+id+`"]}`, 204, "")
	f.want("reader", "POST", all+"/"+id+"/access-tokens", `{"description":"d"}`, 403, "")
	f.want("password", "POST", all+"/"+id+"/access-tokens", `{"description":"d"}`, 200, "")
	f.Mutate(func(s *sandbox.State) {
		u := s.Organizations[0].ApplicationUsers[1]
		u.SuperAdmin = true
		s.Organizations[0].Groups[0].Members = nil
	})
	f.want("reader", "POST", all+"/"+id+"/access-tokens", `{"description":"d"}`, 403, "")
}
