package sandbox_test

import (
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
)

// TestOfficialCommandLine replays what the official command line, aiven-client,
// sends, and looks for the keys that it prints.
func TestOfficialCommandLine(t *testing.T) {
	f := serve(t, sandbox.Practice())
	const o, a = "org4f8e2a1c9d3", "a4f8e2a1c9d3"
	cases := []struct{ command, path, key, columns string }{
		{"avn user info", "/me", "user", "user real_name state token_validity_begin projects auth"},
		{"avn user access-token list", "/access_token", "tokens", "token_prefix description max_age_seconds extend_when_used last_used_time last_ip"},
		{"avn organization list", "/organizations", "organizations", "organization_name organization_id account_id create_time update_time tier"},
		{"avn organization user list", "/organization/" + o + "/user", "users", "user_info.user_email user_info.real_name user_info.state last_activity_time"},
		{"avn organization group list", "/organization/" + o + "/user-groups", "user_groups", "user_group_name user_group_id member_count description"},
		{"avn organization group show", "/organization/" + o + "/user-groups/ug2sre0000002/members", "members", "user_info.user_email user_info.real_name last_activity_time user_info.state"},
		{"avn account list", "/account", "accounts", "account_id account_name create_time update_time"},
		{"avn account authentication-method list", "/account/" + a + "/authentication", "authentication_methods", "account_id authentication_method_enabled authentication_method_id authentication_method_name authentication_method_type state create_time update_time"},
		{"avn project list", "/project", "projects", "project_name default_cloud billing_currency vat_id account_id tech_emails tenant_id"},
		{"avn project details", "/project/nordwind-prod", "project", "project_name default_cloud billing_currency vat_id account_id tech_emails tenant_id"},
		{"avn cloud list", "/clouds", "clouds", "cloud_name cloud_description geo_region"},
		{"avn cloud list --project", "/project/nordwind-prod/clouds", "clouds", "cloud_name cloud_description"},
		{"avn service list", "/project/nordwind-prod/service", "services", "service_name service_type state cloud_name plan group_list create_time update_time"},
		{"avn service get", "/project/nordwind-prod/service/orders-pg", "service", "service_name service_type state cloud_name plan users node_states"},
		{"avn service versions", "/service_versions", "service_versions", "service_type major_version state aiven_end_of_life_time"},
		{"avn vpc list", "/project/nordwind-prod/vpcs", "vpcs", "project_vpc_id network_cidr state"},
	}
	for _, c := range cases {
		t.Run(c.command, func(t *testing.T) {
			out := f.want("admin", "GET", "/v1"+c.path, "", 200, "")
			items, isList := out[c.key].([]any)
			if !isList {
				items = []any{out[c.key]}
			}
			if len(items) == 0 {
				t.Fatal("nothing listed")
			}
			for _, column := range strings.Fields(c.columns) {
				var at any = items[0]
				for part := range strings.SplitSeq(column, ".") {
					object, _ := at.(map[string]any)
					value, found := object[part]
					if !found {
						t.Fatalf("no %s in %v", column, items[0])
					}
					at = value
				}
			}
		})
	}
}
