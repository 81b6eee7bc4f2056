package sandbox_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"avn-harden/internal/sandbox"
)

// people is the small organization with what these tests need besides.
func people(t *testing.T) *fixture {
	f := small(t)
	f.Mutate(func(s *sandbox.State) {
		o := s.Organizations[0]
		o.Users[1].Managed, o.Users[2].Managed = true, true
		o.Users[3].ManagedBySCIM, o.Users[3].Managed = true, true
		o.Groups = append(o.Groups, &sandbox.Group{ID: "ugscim", Name: "from IdP", ManagedBySCIM: true}, &sandbox.Group{ID: "ugplain", Name: "plain"})
		o.Invitations = []*sandbox.Invitation{{Email: "new@small.example", ExpiryTime: sandbox.At(noon.AddDate(0, 0, 3)), CreateTime: sandbox.At(noon)}}
		o.Grants = append(o.Grants, &sandbox.Grant{User: "u3reader", Permissions: []string{"organization:groups:write", "organization:app_users:write"}, CreateTime: sandbox.At(noon), UpdateTime: sandbox.At(noon)})
	})
	return f
}

func TestSuperAdminsAreGuarded(t *testing.T) {
	f := people(t)
	f.want("password", "PATCH", org+"/user/u1super", `{"is_super_admin":false}`, 403, "")
	f.want("admin", "PATCH", org+"/user/u1super", `{"is_super_admin":false}`, 400, "organization_must_have_one_super_admin")
	f.want("admin", "PATCH", org+"/user/u1super", `{"state":"deactivated"}`, 400, "organization_must_have_one_super_admin")
	if got := f.want("admin", "PATCH", org+"/user/u2admin", `{"is_super_admin":true}`, 200, ""); got["is_super_admin"] != true {
		t.Errorf("%v", got)
	}
	f.want("admin", "PATCH", org+"/user/u1super", `{"is_super_admin":false}`, 200, "")
}

func TestPeopleAreDeactivated(t *testing.T) {
	f := people(t)
	f.want("admin", "PATCH", org+"/user/u4maint", `{"state":"deactivated"}`, 409, "")
	f.want("admin", "PATCH", org+"/user/u2admin", `{"state":"asleep"}`, 400, "")
	f.want("admin", "PATCH", org+"/user/u9app", `{"state":"deactivated"}`, 400, "")
	f.want("reader", "PATCH", org+"/user/u2admin", `{"state":"deactivated"}`, 403, "")
	f.want("admin", "PATCH", org+"/user/u2admin", `{"state":"deactivated"}`, 200, "")
	f.want("password", "GET", org, "", 403, "")
	f.want("admin", "PATCH", org+"/user/u2admin", `{"state":"active"}`, 200, "")
	f.want("password", "GET", org, "", 200, "")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[2].Managed = false })
	f.want("admin", "PATCH", org+"/user/u3reader", `{"state":"deactivated"}`, 403, "")
}

func TestPersonalTokensAreRevoked(t *testing.T) {
	f := people(t)
	one := org + "/user/u2admin/access-token/" + url.PathEscape("per+s/na=l12")
	f.want("reader", "DELETE", one, "", 403, "")
	f.want("personal", "GET", org, "", 200, "")
	f.want("admin", "DELETE", one, "", 204, "")
	f.want("admin", "DELETE", one, "", 404, "")
	if status, _ := f.send("personal", "GET", org, ""); status != 401 {
		t.Errorf("a revoked token gives %d", status)
	}
}

func TestInvitations(t *testing.T) {
	f := people(t)
	f.want("admin", "POST", org+"/invitation", `{"user_email":"new@small.example"}`, 409, "")
	f.want("admin", "POST", org+"/invitation", `{"user_email":"reader@small.example"}`, 409, "")
	f.want("admin", "POST", org+"/invitation", `{"user_email":"nobody"}`, 400, "")
	f.want("admin", "DELETE", org+"/invitation/new@small.example", "", 204, "")
	f.want("admin", "DELETE", org+"/invitation/new@small.example", "", 404, "")
	f.want("admin", "POST", org+"/invitation", `{"user_email":"new@small.example"}`, 204, "")
}

func TestGroups(t *testing.T) {
	f := people(t)
	const all = org + "/user-groups"
	f.want("admin", "PATCH", all+"/ugscim", `{"description":"x"}`, 409, "resource_managed_by_scim")
	f.want("admin", "DELETE", all+"/ugscim", "", 409, "resource_managed_by_scim")
	f.want("admin", "PATCH", all+"/ugscim/members", `{"operation":"add_members","member_ids":[]}`, 409, "resource_managed_by_scim")
	f.want("admin", "POST", all, `{"user_group_name":"plain","description":""}`, 409, "")
	f.want("admin", "POST", all, `{"user_group_name":"new"}`, 400, "")
	id := f.want("reader", "POST", all, `{"user_group_name":"new","description":"d"}`, 200, "")["user_group_id"].(string)
	f.want("admin", "PATCH", all+"/"+id+"/members", `{"operation":"join","member_ids":[]}`, 400, "")
	f.want("admin", "PATCH", all+"/"+id+"/members", `{"operation":"add_members","member_ids":["nobody"]}`, 404, "")
	f.want("reader", "PATCH", all+"/"+id+"/members", `{"operation":"add_members","member_ids":["u3reader"]}`, 204, "")
	f.want("admin", "PATCH", org+"/permissions/project/shop", `{"operation":"grant","permissions":[{"principal_type":"user_group","principal_id":"`+id+`","permissions":["admin"]}]}`, 204, "")
	f.want("reader", "PATCH", all+"/"+id+"/members", `{"operation":"add_members","member_ids":["u4maint"]}`, 403, "")
	f.want("reader", "DELETE", all+"/"+id, "", 403, "")
	f.want("admin", "DELETE", all+"/ug1", "", 409, "") // people join it by themselves
	f.want("admin", "DELETE", all+"/"+id, "", 204, "")
	for _, g := range f.State().Organizations[0].Projects[0].Grants {
		if g.Group == id {
			t.Error("the grants of a deleted group are left")
		}
	}
}

func TestApplicationUsersAndTheirTokens(t *testing.T) {
	f := people(t)
	const all = org + "/application-users"
	f.want("admin", "POST", all, `{"name":"x","is_super_admin":true}`, 400, "")
	f.want("admin", "POST", all, `{"name":" "}`, 400, "")
	id := f.want("reader", "POST", all, `{"name":"deploy"}`, 200, "")["user_id"].(string)
	f.want("admin", "PATCH", all+"/u3reader", `{"name":"x"}`, 400, "user_not_application_user")
	f.want("admin", "PATCH", all+"/nobody", `{"name":"x"}`, 404, "organization_user_not_found")
	f.want("admin", "PATCH", all+"/"+id, `{"is_super_admin":false}`, 400, "")
	f.want("admin", "PATCH", all+"/"+id, `{"name":"deployer"}`, 200, "")
	tokens := all + "/" + id + "/access-tokens"
	for _, bad := range []string{`{}`, `{"description":"d","max_age_seconds":1}`, `{"description":"d","ip_allowlist":["10.0.0.1/8"]}`, `{"description":"d","ip_allowlist":["x"]}`} {
		f.want("admin", "POST", tokens, bad, 400, "")
	}
	made := f.want("reader", "POST", tokens, `{"description":"main","max_age_seconds":3600,"extend_when_used":false,"ip_allowlist":["198.51.100.0/24"]}`, 200, "")
	f.want("reader", "POST", all+"/u9app/access-tokens", `{"description":"main"}`, 403, "")
	full, prefix := made["full_token"].(string), made["token_prefix"].(string)
	f.works(full, true)
	if got := f.want("admin", "GET", tokens, "", 200, "")["tokens"].([]any); len(got) != 1 || got[0].(map[string]any)["full_token"] != nil {
		t.Errorf("%v", got)
	}
	one := tokens + "/" + url.QueryEscape(prefix)
	f.want("admin", "DELETE", one, "", 204, "")
	f.want("admin", "DELETE", one, "", 404, "")
	f.works(full, false)
	f.want("admin", "DELETE", all+"/"+id, "", 204, "")
	f.want("admin", "GET", all+"/"+id, "", 404, "organization_user_not_found")
}

// works says whether a token still lets its owner in.
func (f *fixture) works(full string, want bool) {
	f.t.Helper()
	c, err := clientWith(f, full)
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := c.UserInfo(f.ctx()); (err == nil) != want {
		f.t.Errorf("the token works: %v, want %v", err, want)
	}
}

func TestServiceUsers(t *testing.T) {
	f := people(t)
	const pg = "/v1/project/shop/service/pg1"
	f.want("maintainer", "POST", pg+"/user", `{"username":"app"}`, 403, "")
	got := f.want("admin", "POST", pg+"/user", `{"username":"app"}`, 200, "")["user"].(map[string]any)
	if got["password"] == "" || got["type"] != "regular" {
		t.Errorf("%v", got)
	}
	f.want("admin", "POST", pg+"/user", `{"username":"app"}`, 409, "")
	f.want("admin", "POST", pg+"/clickhouse/user", `{"name":"app"}`, 400, "")
	f.want("admin", "DELETE", pg+"/user/avnadmin", "", 400, "")
	f.Mutate(func(s *sandbox.State) {
		s.Organizations[0].Projects[0].Services[0].Pools = []*sandbox.ConnectionPool{{Name: "p", Database: "defaultdb", User: "avnadmin", Mode: "session", Size: 5}}
	})
	f.want("admin", "PUT", pg+"/connection_pool/p", `{"username":"nobody"}`, 404, "")
	f.want("admin", "PUT", pg+"/connection_pool/p", `{"username":"app"}`, 200, "")
	f.want("admin", "DELETE", pg+"/user/app", "", 409, "")
	f.want("admin", "PUT", pg+"/connection_pool/p", `{"username":"avnadmin"}`, 200, "")
	f.want("admin", "DELETE", pg+"/user/app", "", 200, "")
}

func TestBillingContacts(t *testing.T) {
	f := people(t)
	one := org + "/billing-group/00000000-0000-4000-a000-000000000001"
	f.want("reader", "PUT", one, `{"billing_emails":[]}`, 403, "")
	f.want("admin", "PUT", org+"/billing-group/none", `{"billing_emails":[]}`, 404, "billing_group_not_found")
	got := f.want("admin", "PUT", one, `{"billing_contact_emails":[{"email":"x@small.example"}]}`, 200, "")
	if len(got["billing_emails"].([]any)) != 1 || len(got["billing_contact_emails"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
}

// What a person has somewhere comes from there and above, direct and through groups.
func TestMemberPermissionsAreEffective(t *testing.T) {
	f := people(t)
	list := f.want("admin", "GET", org+"/user/u3reader/permissions", "", 200, "")["permissions"].([]any)
	got := map[string]string{}
	for _, v := range list {
		m := v.(map[string]any)
		var perms []string
		for _, p := range m["permissions"].([]any) {
			perms = append(perms, p.(string))
		}
		slices.Sort(perms)
		got[m["resource_type"].(string)+"/"+m["resource_id"].(string)] = fmt.Sprint(perms)
	}
	org := "[organization:app_users:write organization:groups:write]"
	want := map[string]string{"organization/org1small": org, "organization_unit/a1unit": org, "project/shop": "[organization:app_users:write organization:groups:write read_only]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}
