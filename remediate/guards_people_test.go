package remediate_test

import (
	"net/http"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func member(id string, body m) remediate.Change {
	return write("OrganizationUserUpdate", http.MethodPatch, "organization/org1/user/"+id, body)
}

// permit is a change of what one principal holds, with the delta that names it.
func permit(operation, kind, id, principalType, principal string, permissions ...string) remediate.Change {
	c := write("PermissionsUpdate", http.MethodPatch, "organization/org1/permissions/"+kind+"/"+id, m{
		"operation":   operation,
		"permissions": []m{{"principal_type": principalType, "principal_id": principal, "permissions": append([]string{}, permissions...)}},
	})
	c.Deltas = []remediate.Delta{{Part: org.PartPermissions, Resource: org.PermissionResource(kind, id), Field: org.PrincipalField(principalType, principal)}}
	return c
}

func members(group, operation string, ids ...string) remediate.Change {
	return write("UserGroupMembersUpdate", http.MethodPatch, "organization/org1/user-groups/"+group+"/members", m{"operation": operation, "member_ids": ids})
}

func grantOf(kind, id, principalType, principal string, permissions ...string) org.Grant {
	g := org.Grant{ResourceType: tx(kind), ResourceID: tx(id), PrincipalType: tx(principalType), PrincipalID: tx(principal)}
	for _, p := range permissions {
		g.Permissions = append(g.Permissions, tx(p))
	}
	return g
}

const orgAdmin = org.OrganizationAdmin

// crew adds people, groups, grants and tokens to the safe organization.
func crew(edit func(*org.Organization)) func(*org.Organization) {
	return func(o *org.Organization) {
		saml := []org.LoginMethod{{Type: tx("saml"), LocalProviderID: tx("am1"), LastUsed: ago(1)}}
		for _, id := range []string{"di", "ed", "flo"} {
			o.Users = append(o.Users, org.User{ID: tx(id), Email: tx(id + "@nordwind.example"), State: tx("active"), ManagingOrgID: tx("org1"), LoginMethods: saml, LoginsRead: true, TokensRead: true})
		}
		o.Users = append(o.Users, org.User{ID: tx("bot"), Email: tx("bot@app"), State: tx("active"), IsApplicationUser: true})
		o.Users[2].IsSuperAdmin = true // cy
		o.Groups = []org.Group{{ID: tx("g1"), Name: tx("Admins"), MemberIDs: []org.Text{tx("di"), tx("ed")}}, {ID: tx("gs"), Name: tx("From IdP"), ManagedBySCIM: true}, {ID: tx("ge"), Name: tx("Empty")}}
		o.Grants = []org.Grant{
			grantOf("organization", "org1", "user_group", "g1", orgAdmin), grantOf("organization", "org1", "user", "flo", orgAdmin, "role:new"),
			grantOf("project", "prod", "user", "di", "developer"),
		}
		o.AppUsers = []org.AppUser{{ID: tx("bot"), Name: tx("bot"), TokensRead: true, Tokens: []org.AppToken{
			{Prefix: tx("old/+="), Description: tx("old one"), LastUsed: ago(100), CreateTime: ago(400), LastIP: tx("198.51.100.9")},
			{Prefix: tx("new/+="), Description: tx("new one"), CreateTime: ago(2)},
			{Prefix: tx("busy"), Description: tx("busy one"), LastUsed: ago(1), LastIP: tx("198.51.100.9"), CreateTime: ago(400)},
		}}}
		o.Users[0].Tokens = []org.PersonalToken{{Prefix: tx("mine"), Description: tx("my own")}}
		if edit != nil {
			edit(o)
		}
	}
}

func peopleSamples() []remediate.Change {
	moved := permit("revoke", "project", "prod", "user", "di", "developer")
	moved.Facts = map[string]string{remediate.FactMoved: "g1"}
	return []remediate.Change{
		member("cy", m{"is_super_admin": false}), member("cy", m{"state": "deactivated"}), permit("revoke", "organization", "org1", "user", "flo", orgAdmin), moved,
		write("UserGroupUpdate", http.MethodPatch, "organization/org1/user-groups/g1", m{"description": "x"}),
		appToken("old/+=", nil), newAppToken(nil), write("ApplicationUserDelete", http.MethodDelete, "organization/org1/application-users/bot", nil),
		contacts(m{"tech_emails": []m{{"email": "ops@nordwind.example"}}}),
		write("ServiceUserCreate", http.MethodPost, "project/prod/service/db/user", m{"username": "app"}),
	}
}

func TestAdminsRemain(t *testing.T) {
	onlyTwo := crew(func(o *org.Organization) { o.Users[1].LoginMethods = nil }) // bo cannot log in
	runGuard(t, "admins-remain", []guardCase{
		{name: "three super admins", edit: crew(nil), changes: one(member("cy", m{"is_super_admin": false})), want: "holds", why: "2 super admins"},
		{name: "who cannot log in does not count", edit: onlyTwo, changes: one(member("cy", m{"is_super_admin": false})), want: "blocks", why: "1 super admin"},
		{name: "deactivated", edit: onlyTwo, changes: one(member("cy", m{"state": "deactivated"})), want: "blocks", why: "super admin"},
		{name: "two in one plan", edit: crew(nil), changes: []remediate.Change{member("cy", m{"is_super_admin": false}), member("bo", m{"is_super_admin": false})}, want: "blocks", why: "1 super admin"},
		{name: "unusable anyway", edit: onlyTwo, changes: one(member("bo", m{"is_super_admin": false})), want: "holds"},
		{name: "one of three organization admins", edit: crew(nil), changes: one(permit("revoke", "organization", "org1", "user", "flo", orgAdmin)), want: "holds", why: "2 organization admins"},
		{name: "a group of two", edit: crew(nil), changes: one(permit("revoke", "organization", "org1", "user_group", "g1", orgAdmin)), want: "blocks", why: "1 organization admin"},
		{name: "set to nothing", edit: crew(nil), changes: one(permit("set", "organization", "org1", "user_group", "g1")), want: "blocks", why: "organization admin"},
		{name: "out of the group", edit: crew(nil), changes: []remediate.Change{members("g1", "remove_members", "di"), members("g1", "remove_members", "ed")}, want: "blocks", why: "organization admin"},
		{name: "passwords that need a second factor", edit: crew(func(o *org.Organization) {
			o.AuthPolicy.TwoFactorRequired = tb(true)
			o.Users[1].LoginMethods = []org.LoginMethod{{Type: tx("internal")}}
		}), changes: one(member("cy", m{"is_super_admin": false})), want: "blocks", why: "super admin"},
		{name: "another after one was made", edit: onlyTwo, changes: []remediate.Change{member("di", m{"is_super_admin": true}), member("cy", m{"is_super_admin": false})}, want: "holds"},
	})
}

func TestNotYourself(t *testing.T) {
	plain := crew(func(o *org.Organization) {
		o.Users[0].IsSuperAdmin, o.Me.IsSuperAdmin = false, false
		o.Groups[0].MemberIDs = append(o.Groups[0].MemberIDs, tx("ada"))
		o.Grants = append(o.Grants, grantOf("project", "prod", "user", "ada", "read_only"))
	})
	runGuard(t, "not-yourself", []guardCase{
		{name: "another", edit: crew(nil), changes: one(member("cy", m{"is_super_admin": false})), want: "holds"},
		{name: "super admin", edit: crew(nil), changes: one(member("ada", m{"is_super_admin": false})), want: "blocks", why: "This is you"},
		{name: "deactivated", edit: crew(nil), changes: one(member("ada", m{"state": "deactivated"})), want: "blocks", why: "This is you"},
		{name: "own group", edit: plain, changes: one(permit("revoke", "organization", "org1", "user_group", "g1", orgAdmin)), want: "blocks", why: "no longer"},
		{name: "out of own group", edit: plain, changes: one(members("g1", "remove_members", "ada")), want: "blocks", why: "no longer"},
		{name: "still admin", edit: plain, changes: one(permit("revoke", "project", "prod", "user", "ada", "read_only")), want: "holds"},
		{name: "what a member needs", edit: crew(func(o *org.Organization) {
			o.Users[0].IsSuperAdmin, o.Me.IsSuperAdmin = false, false
			o.Grants = append(o.Grants, grantOf("project", "prod", "user", "ada", "admin"))
		}), changes: one(permit("revoke", "project", "prod", "user", "ada", "admin")), want: "blocks", why: "takes admin"},
		{name: "own application user", edit: crew(func(o *org.Organization) { o.Me.UserID = tx("bot") }), changes: one(write("ApplicationUserDelete", http.MethodDelete, "organization/org1/application-users/bot", nil)), want: "blocks", why: "locked out"},
	})
}

func TestWhoMayBeChanged(t *testing.T) {
	runGuard(t, "managed-person", []guardCase{
		{name: "managed", edit: crew(nil), changes: one(member("cy", m{"state": "deactivated"})), want: "holds"},
		{name: "deleted", edit: crew(nil), changes: one(member("cy", m{"state": "deleted"})), want: "blocks", why: "for good"},
		{name: "scim", edit: crew(func(o *org.Organization) { o.Users[2].ManagedBySCIM = true }), changes: one(member("cy", m{"is_super_admin": false})), want: "blocks", why: "SCIM"},
		{name: "not managed", edit: crew(func(o *org.Organization) { o.Users[2].ManagingOrgID = tx("") }), changes: one(member("cy", m{"state": "deactivated"})), want: "blocks", why: "not a managed user"},
		{name: "gone", edit: crew(nil), changes: one(member("nobody", m{"state": "deactivated"})), want: "blocks", why: "not in the organization"},
	})
	runGuard(t, "super-admin-by-super-admin", []guardCase{
		{name: "super admin", edit: crew(nil), changes: one(member("cy", m{"is_super_admin": false})), want: "holds"},
		{name: "organization admin", edit: crew(func(o *org.Organization) { o.Me.IsSuperAdmin = false }), changes: one(member("cy", m{"is_super_admin": false})), want: "blocks", why: "Only a super admin"},
		{name: "application user", edit: crew(nil), changes: one(write("ApplicationUserUpdate", http.MethodPatch, "organization/org1/application-users/bot", m{"name": "x", "is_super_admin": false})), want: "blocks", why: "leave is_super_admin out"},
	})
	runGuard(t, "scim-group", []guardCase{
		{name: "own", edit: crew(nil), changes: one(members("g1", "add_members", "cy")), want: "holds"},
		{name: "scim", edit: crew(nil), changes: one(members("gs", "add_members", "cy")), want: "blocks", why: "SCIM"},
		{name: "deleted", edit: crew(nil), changes: one(write("UserGroupDelete", http.MethodDelete, "organization/org1/user-groups/ge", nil)), want: "blocks", why: "only groups that it made"},
		{name: "undone", edit: crew(nil), changes: one(undone(write("UserGroupDelete", http.MethodDelete, "organization/org1/user-groups/ge", nil))), want: "holds"},
		{name: "undone with members", edit: crew(nil), changes: one(undone(write("UserGroupDelete", http.MethodDelete, "organization/org1/user-groups/g1", nil))), want: "blocks", why: "has members"},
	})
}

func TestOnePrincipalAtATime(t *testing.T) {
	two := permit("grant", "project", "prod", "user", "di", "admin")
	two.Request.Body = []byte(`{"operation":"grant","permissions":[{"principal_type":"user","principal_id":"di","permissions":["admin"]},{"principal_type":"user","principal_id":"ed","permissions":["admin"]}]}`)
	null := permit("set", "project", "prod", "user", "di")
	null.Request.Body = []byte(`{"operation":"set","permissions":[{"principal_type":"user","principal_id":"di","permissions":null}]}`)
	unnamed := permit("grant", "project", "prod", "user", "di", "admin")
	unnamed.Deltas = nil
	runGuard(t, "one-principal", []guardCase{
		{name: "grant", edit: crew(nil), changes: one(permit("grant", "project", "prod", "user", "di", "admin")), want: "holds"},
		{name: "to nothing", edit: crew(nil), changes: one(permit("set", "project", "prod", "user", "di")), want: "holds"},
		{name: "no operation", edit: crew(nil), changes: one(permit("", "project", "prod", "user", "di", "admin")), want: "blocks", why: "replace all"},
		{name: "two", edit: crew(nil), changes: one(two), want: "blocks", why: "2 people"},
		{name: "null", edit: crew(nil), changes: one(null), want: "blocks", why: "no list"},
		{name: "not named", edit: crew(nil), changes: one(unnamed), want: "blocks", why: "read back"},
		{name: "stranger", edit: crew(nil), changes: one(permit("grant", "project", "prod", "user", "nobody", "admin")), want: "blocks", why: "not in the organization"},
	})
	moved := permit("revoke", "project", "prod", "user", "di", "developer")
	moved.Facts = map[string]string{remediate.FactMoved: "g1"}
	runGuard(t, "moved-first", []guardCase{
		{name: "the group does not give it", edit: crew(nil), changes: one(moved), want: "blocks", why: "developer"},
		{name: "it does", edit: crew(nil), changes: []remediate.Change{permit("grant", "project", "prod", "user_group", "g1", "developer"), moved}, want: "holds"},
		{name: "not a member", edit: crew(func(o *org.Organization) { o.Groups[0].MemberIDs = nil }), changes: []remediate.Change{permit("grant", "project", "prod", "user_group", "g1", "developer"), moved}, want: "blocks", why: "developer"},
	})
	runGuard(t, "project-admin-remains", []guardCase{
		{name: "super admins remain", edit: crew(nil), changes: one(permit("revoke", "organization", "org1", "user", "flo", orgAdmin)), want: "holds"},
		{name: "the last", edit: crew(func(o *org.Organization) {
			for i := range o.Users {
				o.Users[i].IsSuperAdmin = false
			}
			o.Grants = []org.Grant{grantOf("project", "prod", "user", "di", "admin")}
		}), changes: one(permit("revoke", "project", "prod", "user", "di", "admin")), want: "blocks", why: "prod"},
	})
	if v := verdict(safeOrg(crew(nil)), "operation-known", "", write("PermissionsSet", http.MethodPut, "organization/org1/permissions/project/prod", m{"permissions": []m{}})); v == nil || v.Kind != remediate.GuardBlocks {
		t.Errorf("PermissionsSet: %+v", v)
	}
}

func appToken(prefix string, facts map[string]string) remediate.Change {
	c := write("ApplicationUserAccessTokenDelete", http.MethodDelete, "organization/org1/application-users/bot/access-tokens/"+escaped(prefix), nil)
	c.Facts = facts
	return c
}

func escaped(prefix string) string {
	out := ""
	for _, r := range prefix {
		switch r {
		case '/':
			out += "%2F"
		case '+':
			out += "%2B"
		case '=':
			out += "%3D"
		default:
			out += string(r)
		}
	}
	return out
}

func newAppToken(edit func(m)) remediate.Change {
	body := m{"description": "fresh", "max_age_seconds": 7776000, "extend_when_used": false, "ip_allowlist": []string{"198.51.100.0/24"}}
	if edit != nil {
		edit(body)
	}
	c := write("ApplicationUserAccessTokenCreate", http.MethodPost, "organization/org1/application-users/bot/access-tokens", body)
	c.Hands = &remediate.Handed{Says: "the token", Values: map[string]string{"token": "/full_token"}}
	c.Facts = map[string]string{remediate.FactOld: "busy"}
	return c
}

func TestTokensAreNotRevokedUnderPeople(t *testing.T) {
	revoke := func(user, prefix string) remediate.Change {
		return write("OrganizationUserRevokeToken", http.MethodDelete, "organization/org1/user/"+user+"/access-token/"+escaped(prefix), nil)
	}
	runGuard(t, "token-not-in-use", []guardCase{
		{name: "idle", edit: crew(nil), changes: one(appToken("old/+=", nil)), want: "holds"},
		{name: "in use", edit: crew(nil), changes: one(appToken("busy", nil)), want: "type to go on", why: "stops working"},
		{name: "never used is no age", edit: crew(nil), changes: one(appToken("new/+=", nil)), want: "holds"},
		{name: "gone", edit: crew(nil), changes: one(appToken("nothing", nil)), want: "blocks", why: "not there"},
		{name: "means two", edit: crew(func(o *org.Organization) { o.AppUsers[0].Tokens[1].Prefix = tx("old/+=more") }), changes: one(appToken("old/+=", nil)), want: "blocks", why: "more than one"},
		{name: "part of a prefix", edit: crew(nil), changes: one(appToken("old", nil)), want: "blocks", why: "more than one"},
		{name: "currently active", edit: crew(func(o *org.Organization) { o.AppUsers[0].Tokens[0].CurrentlyActive = true }), changes: one(appToken("old/+=", nil)), want: "blocks", why: "you use now"},
		{name: "own by prefix", edit: crew(func(o *org.Organization) { o.Me.TokenPrefix = tx("mine") }), changes: one(revoke("ada", "mine")), want: "blocks", why: "you use now"},
		{name: "own, not known which", edit: crew(nil), changes: one(revoke("ada", "mine")), want: "blocks", why: "your own tokens"},
		{name: "replacement not used", edit: crew(nil), changes: one(appToken("old/+=", map[string]string{remediate.FactNew: "new/+="})), want: "blocks", why: "not used yet"},
		{name: "replacement gone", edit: crew(nil), changes: one(appToken("old/+=", map[string]string{remediate.FactNew: "lost"})), want: "blocks", why: "not there any more"},
		{name: "replacement in use", edit: crew(nil), changes: one(appToken("old/+=", map[string]string{remediate.FactNew: "busy"})), want: "holds"},
	})
}

func TestNewTokensAreLimited(t *testing.T) {
	nobody := newAppToken(nil)
	nobody.Hands = nil
	runGuard(t, "token-limits", []guardCase{
		{name: "right", edit: crew(nil), changes: one(newAppToken(nil)), want: "holds"},
		{name: "handed to nobody", edit: crew(nil), changes: one(nobody), want: "blocks", why: "handed to nobody"},
		{name: "never ends", edit: crew(nil), changes: one(newAppToken(func(b m) { delete(b, "max_age_seconds") })), want: "blocks", why: "must expire"},
		{name: "everywhere", edit: crew(nil), changes: one(newAppToken(func(b m) { b["ip_allowlist"] = []string{"::/0"} })), want: "blocks", why: "not a network"},
		{name: "same description", edit: crew(nil), changes: one(newAppToken(func(b m) { b["description"] = "old one" })), want: "blocks", why: "told apart"},
		{name: "cuts its own use", edit: crew(nil), changes: one(newAppToken(func(b m) { b["ip_allowlist"] = []string{"10.0.0.0/8"} })), want: "type to go on", why: "would not work from", affected: []string{"bot from 198.51.100.9"}},
		{name: "no admin, for one that holds something", edit: crew(func(o *org.Organization) {
			o.Users[0].IsSuperAdmin = false
			o.Grants = append(o.Grants, grantOf("project", "prod", "user", "bot", "developer"))
		}), changes: one(newAppToken(nil)), want: "blocks", why: "organization admins"},
	})
	runGuard(t, "app-user-idle", []guardCase{
		{name: "in use", edit: crew(nil), changes: one(write("ApplicationUserDelete", http.MethodDelete, "organization/org1/application-users/bot", nil)), want: "blocks", why: "busy one"},
		{name: "idle", edit: crew(func(o *org.Organization) { o.AppUsers[0].Tokens = o.AppUsers[0].Tokens[:2] }), changes: one(write("ApplicationUserDelete", http.MethodDelete, "organization/org1/application-users/bot", nil)), want: "holds"},
	})
}

func contacts(body m) remediate.Change {
	return write("OrganizationProjectsUpdate", http.MethodPatch, "organization/org1/project/prod", body)
}

func TestContactsAndServiceUsers(t *testing.T) {
	runGuard(t, "contacts-valid", []guardCase{
		{name: "one", changes: one(contacts(m{"tech_emails": []m{{"email": "ops@nordwind.example"}}})), want: "holds"},
		{name: "none", changes: one(contacts(m{"tech_emails": []m{}})), want: "blocks", why: "Nobody"},
		{name: "none, as before", changes: one(undone(contacts(m{"tech_emails": []m{}}))), want: "holds"},
		{name: "no address", changes: one(contacts(m{"tech_emails": []m{{"email": "Ops <ops@nordwind.example>"}}})), want: "blocks", why: "not an e-mail address"},
	})
	withUsers := func(o *org.Organization) {
		o.Services = []org.Service{{Project: tx("prod"), Name: tx("db"), Type: tx("pg"), UsersTold: true, Users: []org.ServiceUser{{Name: tx("avnadmin"), Type: tx("primary")}, {Name: tx("app"), Type: tx("regular")}}, Pools: []org.ConnectionPool{{Name: tx("p"), Username: tx("app")}}}}
	}
	create := func(name string) remediate.Change {
		c := write("ServiceUserCreate", http.MethodPost, "project/prod/service/db/user", m{"username": name})
		c.Hands = &remediate.Handed{Says: "the password"}
		return c
	}
	runGuard(t, "service-user", []guardCase{
		{name: "new", edit: withUsers, changes: one(create("web")), want: "holds"},
		{name: "there already", edit: withUsers, changes: one(create("app")), want: "blocks", why: "already"},
		{name: "main user deleted", edit: withUsers, changes: one(undone(write("ServiceUserDelete", http.MethodDelete, "project/prod/service/db/user/avnadmin", nil))), want: "blocks", why: "only service users that it made"},
		{name: "a pool works with it", edit: withUsers, changes: one(undone(write("ServiceUserDelete", http.MethodDelete, "project/prod/service/db/user/app", nil))), want: "blocks", why: "connection pool"},
		{name: "pool of nobody", edit: withUsers, changes: one(write("ServicePGBouncerUpdate", http.MethodPut, "project/prod/service/db/connection_pool/p", m{"username": "nobody"})), want: "blocks", why: "no user"},
	})
}
