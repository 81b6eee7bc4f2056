package sandbox_test

import (
	"testing"

	"avn-harden/internal/sandbox"
)

// grant gives the reader permissions on the small organization itself.
func (f *fixture) grant(permissions string) {
	f.t.Helper()
	f.want("admin", "PATCH", org+"/permissions/organization/org1small",
		`{"operation":"set","permissions":[{"principal_type":"user","principal_id":"u3reader","permissions":[`+permissions+`]}]}`, 204, "")
}

func TestUserUpdate(t *testing.T) {
	f := small(t)
	const reader = org + "/user/u3reader"
	f.want("admin", "PATCH", reader, `{"state":"deactivated"}`, 403, "")
	f.want("admin", "PATCH", reader, `{"real_name":"R"}`, 403, "")
	f.want("maintainer", "PATCH", reader, `{"real_name":"R"}`, 403, "")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[2].Managed = true })
	for _, bad := range []string{`{"state":"asleep"}`, `{"state":null}`, `{"email":"x"}`, `{"is_super_admin":"yes"}`, ``, `[]`} {
		f.want("admin", "PATCH", reader, bad, 400, "")
	}
	out := f.want("password", "PATCH", reader, `{"real_name":"R","job_title":"J","department":"D","city":"C","country":"NO"}`, 200, "")
	info := out["user_info"].(map[string]any)
	if info["real_name"] != "R" || info["job_title"] != "J" || info["department"] != "D" || info["city"] != "C" || info["country"] != "NO" {
		t.Errorf("%v", info)
	}
	f.want("reader", "GET", "/v1/me", "", 200, "")
	f.want("admin", "PATCH", reader, `{"state":"deactivated"}`, 200, "")
	f.want("reader", "GET", "/v1/me", "", 403, "")
	f.want("admin", "PATCH", reader, `{"state":"active"}`, 200, "")
	f.want("reader", "GET", "/v1/me", "", 200, "")
	f.want("admin", "PATCH", org+"/user/nobody", `{"state":"active"}`, 404, "")
	f.want("admin", "PATCH", org+"/user/u9app", `{"is_super_admin":true}`, 400, "")
}

func TestDirectoryOwnsItsUsers(t *testing.T) {
	f := small(t)
	f.Mutate(func(s *sandbox.State) {
		u := s.Organizations[0].Users[2]
		u.Managed, u.ManagedBySCIM = true, true
	})
	const reader = org + "/user/u3reader"
	f.want("admin", "PATCH", reader, `{"state":"deactivated"}`, 409, "resource_managed_by_scim")
	f.want("admin", "PATCH", reader, `{"city":"Oslo","is_super_admin":true}`, 409, "resource_managed_by_scim")
	f.want("admin", "PATCH", reader, `{"is_super_admin":true}`, 200, "")
}

func TestSuperAdmins(t *testing.T) {
	f := small(t)
	const root, admin = org + "/user/u1super", org + "/user/u2admin"
	f.want("password", "PATCH", admin, `{"is_super_admin":true}`, 403, "")
	f.want("password", "PATCH", root, `{"city":"Oslo"}`, 403, "")
	f.want("admin", "PATCH", root, `{"is_super_admin":false}`, 400, "organization_must_have_one_super_admin")
	f.want("admin", "PATCH", root, `{"state":"deactivated"}`, 400, "organization_must_have_one_super_admin")
	f.want("admin", "PATCH", admin, `{"is_super_admin":true}`, 200, "")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[1].State = "deactivated" })
	f.want("admin", "PATCH", root, `{"is_super_admin":false}`, 400, "organization_must_have_one_super_admin")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[1].State = "active" })
	// The account is the last super admin of another organization, too.
	f.want("admin", "PATCH", root, `{"state":"deactivated"}`, 400, "organization_must_have_one_super_admin")
	f.want("admin", "PATCH", root, `{"is_super_admin":false}`, 200, "")
	f.want("admin", "PATCH", admin, `{"is_super_admin":false}`, 403, "")
	f.want("password", "PATCH", root, `{"is_super_admin":true}`, 200, "")
}

func TestDeletedUserLeavesNothing(t *testing.T) {
	f := small(t)
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[2].Managed = true })
	f.grant(`"organization:domains:write"`)
	f.want("admin", "PATCH", org+"/user/u3reader", `{"state":"deleted"}`, 200, "")
	f.want("admin", "GET", org+"/user/u3reader", "", 404, "")
	f.want("reader", "GET", "/v1/me", "", 401, "")
	o := f.State().Organizations[0]
	if len(o.Groups[0].Members) != 0 || len(o.Grants) != 2 {
		t.Errorf("%v %v", o.Groups[0].Members, o.Grants)
	}
}

func TestRevokePersonalToken(t *testing.T) {
	f := small(t)
	const tokens = org + "/user/u2admin/access-token/"
	f.want("admin", "DELETE", tokens+"per+s%2Fna=l12", "", 403, "")
	f.Mutate(func(s *sandbox.State) { s.Organizations[0].Users[1].Managed = true })
	f.want("admin", "DELETE", tokens+"nothing", "", 404, "")
	f.want("admin", "DELETE", tokens+"per+s/na=l12", "", 404, "")
	session := f.Token("password")[:12]
	f.want("admin", "DELETE", tokens+escape(session), "", 404, "")
	f.want("reader", "DELETE", tokens+"per+s%2Fna=l12", "", 403, "")
	f.want("personal", "GET", "/v1/me", "", 200, "")
	f.want("admin", "DELETE", tokens+"per%2Bs%2Fna%3Dl12", "", 204, "")
	f.want("personal", "GET", "/v1/me", "", 401, "")
	f.want("admin", "DELETE", tokens+"per%2Bs%2Fna%3Dl12", "", 404, "")
	robot := f.Token("robot")[:12]
	f.want("admin", "DELETE", org+"/user/u9app/access-token/"+escape(robot), "", 404, "")
}

func TestTokensOutOfSightCannotBeRevoked(t *testing.T) {
	f := small(t)
	f.Mutate(func(s *sandbox.State) {
		no := false
		u := s.Organizations[0].Users[1]
		u.Managed, u.TokensListable = true, &no
	})
	f.want("admin", "DELETE", org+"/user/u2admin/access-token/per+s%2Fna=l12", "", 404, "")
	f.Mutate(func(s *sandbox.State) {
		u := s.Organizations[0].Users[1]
		u.TokensListable, u.SuperAdmin = nil, true
		s.Organizations[0].Users[2].Managed = true
	})
	f.grant(`"organization:users:write"`)
	f.want("reader", "DELETE", org+"/user/u2admin/access-token/per+s%2Fna=l12", "", 403, "")
}

func TestInvitations(t *testing.T) {
	f := small(t)
	const all = org + "/invitation"
	f.want("reader", "POST", all, `{"user_email":"new@small.example"}`, 403, "")
	f.want("admin", "POST", all, `{"user_email":"new@small.example"}`, 204, "")
	f.want("admin", "POST", all, `{"user_email":"NEW@small.example"}`, 409, "")
	f.want("admin", "POST", all, `{"user_email":"Reader@small.example"}`, 409, "")
	for _, bad := range []string{`{"user_email":"nobody"}`, `{"user_email":"A <a@b.example>"}`, `{"user_email":""}`, `{}`} {
		f.want("admin", "POST", all, bad, 400, "")
	}
	got := f.want("admin", "GET", all, "", 200, "")["invitations"].([]any)
	if len(got) != 1 || got[0].(map[string]any)["invited_by"] != "root@small.example" || got[0].(map[string]any)["expiry_time"] != "2026-07-29T12:00:00Z" {
		t.Errorf("%v", got)
	}
	f.want("reader", "DELETE", all+"/new%40small.example", "", 403, "")
	f.want("admin", "DELETE", all+"/new%40small.example", "", 204, "")
	f.want("admin", "DELETE", all+"/new@small.example", "", 404, "")
}
