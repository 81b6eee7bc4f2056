package sandbox_test

import (
	"slices"
	"testing"

	"avn-harden/internal/sandbox"
)

func TestGroups(t *testing.T) {
	f := small(t)
	const all = org + "/user-groups"
	f.want("reader", "POST", all, `{"user_group_name":"sre","description":""}`, 403, "")
	for _, bad := range []string{`{"user_group_name":"sre"}`, `{"user_group_name":"","description":""}`, `{"user_group_name":"x","description":null}`, `{"user_group_name":"x","description":"","x":1}`} {
		f.want("admin", "POST", all, bad, 400, "")
	}
	g := f.want("admin", "POST", all, `{"user_group_name":"sre","description":"Reliability"}`, 200, "")
	one := all + "/" + g["user_group_id"].(string)
	f.want("admin", "POST", all, `{"user_group_name":"sre","description":""}`, 409, "")
	f.want("admin", "PATCH", one, `{"user_group_name":"everyone"}`, 409, "")
	f.want("admin", "PATCH", one, `{"user_group_name":null}`, 400, "")
	if g = f.want("admin", "PATCH", one, `{"description":"Others"}`, 200, ""); g["user_group_name"] != "sre" || g["description"] != "Others" {
		t.Errorf("%v", g)
	}
	f.want("admin", "PATCH", all+"/nothing", `{}`, 404, "")
	f.want("admin", "DELETE", one, "", 204, "")
	f.want("admin", "DELETE", one, "", 404, "")
}

func TestGroupMembers(t *testing.T) {
	f := small(t)
	const members = org + "/user-groups/ug1/members"
	held := func(want ...string) {
		t.Helper()
		if got := f.State().Organizations[0].Groups[0].Members; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	f.want("admin", "PATCH", members, `{"operation":"add_members","member_ids":["u4maint","u9app","u3reader"]}`, 204, "")
	held("u4maint", "u9app", "u3reader")
	f.want("admin", "PATCH", members, `{"operation":"add_members","member_ids":["u2admin","nobody"]}`, 404, "")
	held("u4maint", "u9app", "u3reader")
	f.want("admin", "PATCH", members, `{"operation":"remove_members","member_ids":["u4maint","u2admin"]}`, 204, "")
	held("u9app", "u3reader")
	for _, bad := range []string{`{"operation":"set","member_ids":[]}`, `{"operation":"add_members"}`, `{"operation":"add_members","member_ids":null}`} {
		f.want("admin", "PATCH", members, bad, 400, "")
	}
}

// TestGroupWriterHandsOutNothing has a caller that may manage groups and is no
// organization admin.
func TestGroupWriterHandsOutNothing(t *testing.T) {
	f := small(t)
	f.grant(`"organization:groups:write"`)
	g := f.want("reader", "POST", org+"/user-groups", `{"user_group_name":"plain","description":""}`, 200, "")
	add := `{"operation":"add_members","member_ids":["u4maint"]}`
	f.want("reader", "PATCH", org+"/user-groups/"+g["user_group_id"].(string)+"/members", add, 204, "")
	f.want("reader", "PATCH", org+"/user-groups/ug1/members", add, 403, "")
	f.want("reader", "PATCH", org+"/user-groups/ug1/members", `{"operation":"remove_members","member_ids":["u4maint"]}`, 204, "")
}

func TestGroupsThatStay(t *testing.T) {
	f := small(t)
	const one = org + "/user-groups/ug1"
	f.want("admin", "DELETE", one, "", 409, "") // logins join it
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].AuthenticationMethods[0].AutoJoinGroup = "" })
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Groups[0].ManagedBySCIM = true })
	f.want("admin", "DELETE", one, "", 409, "resource_managed_by_scim")
	f.want("admin", "PATCH", one, `{"description":"x"}`, 409, "resource_managed_by_scim")
	f.want("admin", "PATCH", one+"/members", `{"operation":"add_members","member_ids":[]}`, 409, "resource_managed_by_scim")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Groups[0].ManagedBySCIM = false })
	f.want("reader", "GET", "/v1/project/shop/service", "", 200, "")
	f.want("admin", "DELETE", one, "", 204, "")
	f.want("reader", "GET", "/v1/project/shop/service", "", 403, "")
	if grants := f.State().Organizations[0].Projects[0].Grants; len(grants) != 1 {
		t.Errorf("%v", grants)
	}
}

// TestEffectivePermissions gives one user something in every way.
func TestEffectivePermissions(t *testing.T) {
	f := small(t)
	f.grant(`"organization:domains:write","read_only"`)
	patch := func(kind, id, principal, permissions string) {
		f.want("admin", "PATCH", org+"/permissions/"+kind+"/"+id,
			`{"operation":"set","permissions":[{"principal_type":`+principal+`,"permissions":`+permissions+`}]}`, 204, "")
	}
	patch("organization_unit", "a1unit", `"user_group","principal_id":"ug1"`, `["developer"]`)
	patch("project", "shop", `"user","principal_id":"u3reader"`, `["operator"]`)
	f.want("admin", "PATCH", org+"/project/shop", `{"parent_id":"a1unit"}`, 200, "")
	got := f.want("reader", "GET", org+"/user/u3reader/permissions", "", 200, "")["permissions"]
	want := []any{
		map[string]any{"resource_type": "organization", "resource_id": "org1small", "permissions": []any{"organization:domains:write", "read_only"}},
		map[string]any{"resource_type": "organization_unit", "resource_id": "a1unit", "permissions": []any{"developer", "organization:domains:write", "read_only"}},
		map[string]any{"resource_type": "project", "resource_id": "shop", "permissions": []any{"developer", "operator", "organization:domains:write", "read_only"}},
	}
	if !same(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	got = f.want("admin", "GET", org+"/user/u4maint/permissions", "", 200, "")["permissions"]
	want = []any{map[string]any{"resource_type": "project", "resource_id": "shop", "permissions": []any{"role:services:maintenance"}}}
	if !same(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
