package sandbox_test

import (
	"testing"

	"avn-harden/internal/sandbox"
)

func TestServiceUsers(t *testing.T) {
	f := small(t)
	const all = "/v1/project/shop/service/pg1/user"
	f.want("reader", "POST", all, `{"username":"app"}`, 403, "")
	for _, bad := range []string{`{}`, `{"username":""}`, `{"username":"-x"}`, `{"username":"a b"}`, `{"username":"x","authentication":"mysql_native_password"}`, `{"username":"x","access_control":{"valkey_acl_keys":["*"]}}`, `{"username":"x","access_control":{"pg_allow_replication":"yes"}}`, `{"username":"x","access_control":null}`} {
		f.want("admin", "POST", all, bad, 400, "")
	}
	u := f.want("admin", "POST", all, `{"username":"app_ro","access_control":{"pg_allow_replication":false}}`, 200, "")["user"].(map[string]any)
	if u["password"] == "" || u["password"] == sandbox.Redacted || u["type"] != "regular" {
		t.Errorf("%v", u)
	}
	f.want("admin", "POST", all, `{"username":"app_ro"}`, 409, "")
	if got := f.want("admin", "GET", all+"/app_ro", "", 200, "")["user"].(map[string]any); got["password"] != sandbox.Redacted || !same(got["access_control"], u["access_control"]) {
		t.Errorf("%v", got)
	}
	if got := f.want("admin", "GET", all+"/app_ro?include_secrets=true", "", 200, "")["user"].(map[string]any); got["password"] != u["password"] {
		t.Errorf("%v", got)
	}
	if got := f.want("reader", "GET", all+"/app_ro?include_secrets=true", "", 200, "")["user"].(map[string]any); got["password"] != sandbox.Redacted {
		t.Errorf("%v", got)
	}
	f.want("admin", "GET", all+"/nobody", "", 404, "")
	f.want("reader", "DELETE", all+"/app_ro", "", 403, "")
	f.want("admin", "DELETE", all+"/app_ro", "", 200, "")
	f.want("admin", "DELETE", all+"/app_ro", "", 404, "")
	f.want("admin", "DELETE", all+"/avnadmin", "", 403, "")
	kafka := f.want("admin", "POST", "/v1/project/shop/service/kafka1/user", `{"username":"app"}`, 200, "")["user"].(map[string]any)
	if kafka["access_key"] == nil || kafka["access_key"] == sandbox.Redacted {
		t.Errorf("%v", kafka)
	}
	for _, kind := range []string{"flink", "grafana", "clickhouse"} {
		f.Mutate(func(s *sandbox.State) { s.Organizations[0].Projects[0].Services[0].Type = kind })
		f.want("admin", "POST", all, `{"username":"app"}`, 400, "")
	}
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Projects[0].Services[0].Type = "valkey" })
	f.want("admin", "POST", all, `{"username":"app","access_control":{"valkey_acl_keys":["app:*"],"valkey_acl_commands":[]}}`, 200, "")
	f.want("admin", "POST", all, `{"username":"two","access_control":{"valkey_acl_keys":[7]}}`, 400, "")
}

func TestClickHouseUsers(t *testing.T) {
	f := serve(t, sandbox.Practice())
	const all = "/v1/project/nordwind-analytics/service/warehouse-clickhouse/clickhouse/user"
	f.want("read-only", "POST", all, `{"name":"app"}`, 403, "")
	for _, bad := range []string{`{}`, `{"name":"a b"}`, `{"username":"app"}`} {
		f.want("admin", "POST", all, bad, 400, "")
	}
	u := f.want("admin", "POST", all, `{"name":"app"}`, 200, "")["user"].(map[string]any)
	if u["password"] == "" || u["required"] != false {
		t.Errorf("%v", u)
	}
	f.want("admin", "POST", all, `{"name":"app"}`, 409, "")
	users := f.want("admin", "GET", all, "", 200, "")["users"].([]any)
	if len(users) != 3 || users[2].(map[string]any)["uuid"] != u["uuid"] {
		t.Errorf("%v", users)
	}
	f.want("admin", "DELETE", all+"/"+users[0].(map[string]any)["uuid"].(string), "", 403, "")
	f.want("admin", "DELETE", all+"/"+u["uuid"].(string), "", 200, "")
	f.want("admin", "DELETE", all+"/"+u["uuid"].(string), "", 404, "")
	f.want("admin", "GET", "/v1/project/nordwind-prod/service/orders-pg/clickhouse/user", "", 400, "")
}

func TestConnectionPools(t *testing.T) {
	f := serve(t, sandbox.Practice())
	const one = "/v1/project/nordwind-prod/service/shipments-pg/connection_pool/shipments"
	f.want("admin", "PUT", one, `{"username":"app_rw"}`, 400, "")
	f.want("admin", "POST", "/v1/project/nordwind-prod/service/shipments-pg/user", `{"username":"app_rw"}`, 200, "")
	f.want("read-only", "PUT", one, `{"username":"app_rw"}`, 403, "")
	f.want("admin", "PUT", one, `{"username":"app_rw"}`, 200, "")
	for _, bad := range []string{`{"pool_mode":"lazy"}`, `{"pool_size":0}`, `{"pool_size":10001}`, `{"database":"nothing"}`, `{"username":null}`, `{"user":"x"}`} {
		f.want("admin", "PUT", one, bad, 400, "")
	}
	f.want("admin", "PUT", one, `{"pool_mode":"session","pool_size":7,"database":"defaultdb"}`, 200, "")
	s := f.want("admin", "GET", "/v1/project/nordwind-prod/service/shipments-pg", "", 200, "")["service"].(map[string]any)
	pool := s["connection_pools"].([]any)[0].(map[string]any)
	if pool["username"] != "app_rw" || pool["pool_size"] != 7.0 || pool["pool_mode"] != "session" {
		t.Errorf("%v", pool)
	}
	f.want("admin", "PUT", one+"2", `{}`, 404, "")
	f.want("admin", "PUT", "/v1/project/nordwind-prod/service/events-kafka/connection_pool/x", `{}`, 400, "")
}

func TestBillingContacts(t *testing.T) {
	f := small(t)
	const one = org + "/billing-group/00000000-0000-4000-a000-000000000001"
	before := f.want("admin", "GET", one, "", 200, "")
	f.want("reader", "GET", one, "", 403, "")
	f.grant(`"organization:billing:read"`)
	f.want("reader", "GET", one, "", 200, "")
	f.want("reader", "PUT", one, `{"billing_emails":[]}`, 403, "")
	f.grant(`"organization:billing:write"`)
	after := f.want("reader", "PUT", one, `{"billing_contact_emails":[{"email":"cfo@small.example"}],"custom_invoice_text":"PO 7"}`, 200, "")
	for k, v := range before {
		if k != "billing_contact_emails" && !same(v, after[k]) {
			t.Errorf("%s: %v became %v", k, v, after[k])
		}
	}
	if got := after["billing_contact_emails"].([]any); len(got) != 1 || after["custom_invoice_text"] != "PO 7" {
		t.Errorf("%v", after)
	}
	f.want("admin", "PUT", one, `{"billing_emails":[]}`, 200, "")
	for _, bad := range []string{`{"billing_emails":["a@b.example"]}`, `{"billing_emails":[{"email":"nobody"}]}`, `{"billing_emails":null}`, `{"billing_group_name":""}`, `{"payment_method":{"payment_method_id":"pm0","payment_method_type":"credit_card"}}`} {
		f.want("admin", "PUT", one, bad, 400, "")
	}
	f.want("admin", "GET", org+"/billing-group/nothing", "", 404, "billing_group_not_found")
	f.want("admin", "PUT", org+"/billing-group/nothing", `{}`, 404, "billing_group_not_found")
}

func TestEventsTellWhoChangedWhat(t *testing.T) {
	f := small(t)
	const events = account + "/events"
	f.want("reader", "GET", events, "", 403, "")
	f.want("admin", "PATCH", org+"/project/shop", `{"parent_id":"a1unit"}`, 200, "")
	f.want("password", "POST", org+"/application-users", `{"name":"x"}`, 200, "")
	f.want("password", "POST", org+"/application-users", `{}`, 400, "")
	f.want("admin", "GET", org+"/application-users", "", 200, "")
	f.want("robot", "PUT", "/v1/project/shop/service/pg1", `{"termination_protection":true}`, 200, "")
	got := f.want("robot", "GET", events, "", 200, "")["events"].([]any)
	want := []string{"service_update", "application_user_create", "organization_projects_update"}
	actors := []string{"u9app", "u2admin", "u1super"}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i, x := range got {
		e := x.(map[string]any)
		if e["action_type"] != want[i] || e["actor_user_id"] != actors[i] || e["create_time"] != "2026-07-15T12:00:00Z" || e["log_entry_id"] != float64(len(want)-i) {
			t.Errorf("%v", e)
		}
	}
	if unit := f.want("admin", "GET", "/v1/account/a1unit/events", "", 200, "")["events"].([]any); len(unit) != 2 {
		t.Errorf("%v", unit)
	}
}
