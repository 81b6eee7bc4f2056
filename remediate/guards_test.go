package remediate_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/aivenapi"
	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func tx(s string) org.Text { return aivenapi.NewText(s) }

func tb(b bool) *bool { return &b }

func ago(days int) time.Time { return noon.AddDate(0, 0, -days) }

// safeOrg is an organization in which every guard holds: two admins log in
// through a working identity provider, and the caller is one of them.
func safeOrg(edit func(*org.Organization)) *org.Organization {
	saml := func(days int) org.LoginMethod {
		return org.LoginMethod{Type: tx("saml"), Name: tx("Entra"), LocalProviderID: tx("am1"), LastUsed: ago(days)}
	}
	user := func(id string, super bool, logins ...org.LoginMethod) org.User {
		return org.User{
			ID: tx(id), Email: tx(id + "@nordwind.example"), State: tx("active"), IsSuperAdmin: super,
			ManagingOrgID: tx("org1"), LoginMethods: logins, LoginsRead: true, TokensRead: true,
		}
	}
	o := org.Organization{
		ID: tx("org1"), Name: tx("Nordwind"), RootAccountID: tx("root1"),
		Me:      org.Me{UserID: tx("ada"), Email: tx("ada@nordwind.example"), Token: org.TokenSession, IsSuperAdmin: true, InOrganization: true},
		Domains: []org.Domain{{ID: tx("dom1"), Name: tx("nordwind.example"), State: tx("verified"), LinkedMethodIDs: []org.Text{tx("am1")}}, {ID: tx("dom2"), Name: tx("freight.example"), State: tx("unverified")}},
		IdPs:    []org.AuthMethod{{ID: tx("am1"), Name: tx("Entra"), Type: tx("saml"), State: tx("active"), Enabled: true, CertificateNotValidAfter: noon.AddDate(1, 0, 0)}},
		AuthPolicy: org.AuthPolicy{
			PasswordAuth: tb(true), OAuth: tb(true), SAML: tb(true), SAMLAllowExternal: tb(true),
			TwoFactorRequired: tb(false), PersonalTokens: tb(true), PersonalTokensRequireAllowed: tb(false),
		},
		IPAllowlist: org.IPAllowlist{Ranges: []org.Text{tx("192.0.2.0/24")}},
		Users: []org.User{
			user("ada", true, saml(0), org.LoginMethod{Type: tx("internal"), TwoFactor: true, LastUsed: ago(40)}),
			user("bo", true, saml(3)),
			user("cy", false, saml(90)),
		},
		Units:    []org.Unit{{ID: tx("u1"), Name: tx("Production")}, {ID: tx("u2"), Name: tx("Staging")}},
		Projects: []org.Project{{ID: tx("loose"), Name: tx("loose"), ParentID: tx("org1")}, {ID: tx("prod"), Name: tx("prod"), ParentID: tx("u1")}},
	}
	if edit != nil {
		edit(&o)
	}
	return org.Assemble(o, nil)
}

func write(op, method, path string, body any) remediate.Change {
	c := remediate.Change{Request: aivenapi.Request{Operation: op, Method: method, Path: "/v1/" + path}}
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		c.Request.Body = raw
	}
	return c
}

type m = map[string]any

func auth(body m) remediate.Change {
	return write("OrganizationAuthenticationConfigUpdate", http.MethodPatch, "organization/org1/config/authentication", body)
}

func allowlist(on bool, ranges ...string) remediate.Change {
	return write("OrganizationIPAllowListSet", http.MethodPut, "organization/org1/config/api-client-ip-allowlist", m{"api_client_ip_allowlist": append([]string{}, ranges...), "api_client_ip_allowlist_enabled": on})
}

func idp(body m) remediate.Change {
	return write("AccountAuthenticationMethodUpdate", http.MethodPut, "account/root1/authentication/am1", body)
}

func move(body m) remediate.Change {
	return write("OrganizationProjectsUpdate", http.MethodPatch, "organization/org1/project/prod", body)
}

// verdict runs one guard of a change; nil if it does not apply.
func verdict(o *org.Organization, guard string, callerIP string, changes ...remediate.Change) *remediate.Verdict {
	p := remediate.Plan{Schema: remediate.PlanSchema, OrgID: o.ID.Raw(), Changes: changes}
	pre := remediate.MakePreview(p, o, testPolicy(), noon, callerIP)
	for _, v := range pre.Changes[len(changes)-1].Verdicts {
		if v.Guard == guard {
			return &v
		}
	}
	return nil
}

type guardCase struct {
	name     string
	edit     func(*org.Organization)
	callerIP string
	changes  []remediate.Change
	want     remediate.VerdictKind // "" if the guard must not apply
	why      string                // part of what it says
	affected []string
}

func one(c remediate.Change) []remediate.Change { return []remediate.Change{c} }

func runGuard(t *testing.T, guard string, cases []guardCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			v := verdict(safeOrg(tc.edit), guard, tc.callerIP, tc.changes...)
			if v == nil {
				if tc.want != "" {
					t.Fatalf("the guard does not apply, want %q", tc.want)
				}
				return
			}
			if v.Kind != tc.want || !strings.Contains(v.Why, tc.why) || v.Why == "" || v.Title == "" {
				t.Fatalf("got %q: %s\nwant %q: …%s…", v.Kind, v.Why, tc.want, tc.why)
			}
			if tc.affected != nil && !slices.Equal(v.Affected, tc.affected) {
				t.Errorf("affected: %q, want %q", v.Affected, tc.affected)
			}
			if (v.Kind == remediate.GuardMustAck) != (v.Type != "") {
				t.Errorf("%q asks to type %q", v.Kind, v.Type)
			}
		})
	}
}

// samples has a change for every guard to apply to.
func samples() []remediate.Change {
	return append(slices.Concat(serviceSamples(), peopleSamples()), []remediate.Change{
		auth(m{"saml_allow_external": false}), auth(m{"password_auth_enabled": false}), auth(m{"two_factor_required": true}),
		auth(m{"personal_tokens_enabled": false}), allowlist(true, "192.0.2.0/24"), idp(m{"saml_assertion_signed_enabled": true}),
		write("OrganizationDomainVerify", http.MethodPost, "organization/org1/domains/dom2/verify", nil),
		write("OrganizationDomainsRemove", http.MethodDelete, "organization/org1/domains/dom2", nil),
		write("AccountCreate", http.MethodPost, "account", m{"account_name": "x", "parent_account_id": "root1"}),
		write("AccountDelete", http.MethodDelete, "account/u2", nil),
		write("ServiceUpdate", http.MethodPut, "project/prod/service/pg", m{"project_vpc_id": nil}),
		move(m{"parent_id": "u2"}),
		upgradeTo("17"), window("sunday", "03:00:00"), startUpdates("pg"), checkUpgrade("pg", "17"),
	}...)
}

// What a guard needs and cannot read blocks, and names the permission.
func TestEveryGuardBlocksOnUnknownData(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range remediate.Guards() {
		for _, c := range samples() {
			if !g.Applies(c) {
				continue
			}
			seen[g.ID] = true
			for _, p := range g.Parts {
				for name, s := range map[string]org.Status{
					"forbidden": {Part: p, Read: noon, Err: errors.New("no"), Permission: "the:permission"},
					"missing":   {Part: p, Read: noon, Missing: []org.Missing{{Resource: tx("x"), Err: errors.New("no"), Permission: "the:permission"}}},
					"not read":  {Part: p, Permission: "the:permission"},
				} {
					v := verdict(safeOrg(nil).WithStatus(s), g.ID, "", c)
					if v == nil || v.Kind != remediate.GuardBlocks || !strings.Contains(v.Why, "the:permission") {
						t.Errorf("%s with %s %s: %+v", g.ID, p, name, v)
					}
				}
			}
		}
		if !seen[g.ID] {
			t.Errorf("no sample change for the guard %s", g.ID)
		}
		if g.Title == "" {
			t.Errorf("the guard %s has no title", g.ID)
		}
	}
}

func TestOperationKnownGuard(t *testing.T) {
	runGuard(t, "operation-known", []guardCase{
		{name: "known", changes: one(auth(m{"oauth_enabled": false})), want: "holds"},
		{name: "permissions set", changes: one(write("PermissionsSet", "PUT", "organization/org1/permissions/project/prod", m{})), want: "blocks", why: "replaces what everybody holds"},
		{name: "permissions set by another name", changes: one(write("UserGroupUpdate", "PUT", "organization/org1/permissions/project/prod", m{})), want: "blocks", why: "is not the request of"},
		{name: "auth policy by another name", changes: one(write("Harmless", "PATCH", "organization/org1/config/authentication", m{})), want: "blocks", why: "is not the request of"},
		{name: "auth policy with escaped letters", changes: one(write("Harmless", "PATCH", "organization/org1/config/%61uthentication", m{})), want: "blocks", why: "is not the request of"},
		{name: "known name on another path", changes: one(write("OrganizationProjectsUpdate", "PATCH", "organization/org1/config", m{})), want: "blocks", why: "is not the request of"},
		{name: "another organization", changes: one(write("OrganizationDomainAdd", "POST", "organization/org2/domains", m{})), want: "blocks", why: "another organization"},
		{name: "another account", changes: one(write("AccountAuthenticationMethodCreate", "POST", "account/root2/authentication", m{})), want: "blocks", why: "another organization"},
		{name: "read", changes: one(write("OrganizationGet", "GET", "organization/org1", nil)), want: "blocks", why: "not a write"},
		{name: "dots", changes: one(write("X", "DELETE", "organization/org1/user/../u", nil)), want: "blocks", why: "dotted"},
		{name: "list as body", changes: one(write("X", "PUT", "organization/org1/x", []int{1})), want: "blocks", why: "not a JSON object"},
		{name: "cross-organization move", changes: one(move(m{"parent_id": "u2", "organization_id": "org2"})), want: "blocks", why: "another organization"},
		{name: "rename", changes: one(move(m{"project_name": "x"})), want: "blocks", why: "rename"},
		{name: "delete the organization", changes: one(write("OrganizationDelete", "DELETE", "organization/org1", nil)), want: "blocks", why: "never sent"},
	})
}

func TestRedactedGuard(t *testing.T) {
	runGuard(t, "not-redacted", []guardCase{
		{name: "clean", changes: one(write("X", "PUT", "project/p/x", m{"a": "b"})), want: "holds"},
		{name: "deep inside", changes: one(write("X", "PUT", "project/p/x", m{"a": []any{m{"b": "x<redacted>"}}})), want: "blocks", why: "<redacted>"},
	})
}

func TestVPCKeptGuard(t *testing.T) {
	service := write("ServiceUpdate", "PUT", "project/p/service/s", m{"project_vpc_id": nil, "termination_protection": true})
	named := service
	named.Deltas = []remediate.Delta{{Part: org.PartServices, Resource: "p/s", Field: "project_vpc_id"}}
	runGuard(t, "vpc-kept", []guardCase{
		{name: "only changed keys", changes: one(write("ServiceUpdate", "PUT", "project/p/service/s", m{"maintenance": m{}})), want: ""},
		{name: "null on the side", changes: one(service), want: "blocks", why: "project_vpc_id"},
		{name: "named", changes: one(named), want: "holds"},
	})
}

func TestUnitGuards(t *testing.T) {
	create := func(parent any) []remediate.Change {
		return one(write("AccountCreate", "POST", "account", m{"account_name": "x", "parent_account_id": parent}))
	}
	runGuard(t, "unit-below-root", []guardCase{
		{name: "below the root", changes: create("root1"), want: "holds"},
		{name: "in a unit", changes: create("u1"), want: "blocks", why: "cannot stand in other units"},
		{name: "nowhere", changes: create(nil), want: "blocks", why: "new organization"},
	})
	runGuard(t, "unit-empty", []guardCase{
		{name: "empty", changes: one(write("AccountDelete", "DELETE", "account/u2", nil)), want: "holds"},
		{name: "with a project", changes: one(write("AccountDelete", "DELETE", "account/u1", nil)), want: "blocks", why: "Move it out first"},
		{name: "the organization itself", changes: one(write("AccountDelete", "DELETE", "account/root1", nil)), want: "blocks", why: "not a unit"},
	})
}

func TestMoveGuards(t *testing.T) {
	member := func(o *org.Organization) { o.Me.UserID, o.Me.IsSuperAdmin = tx("cy"), false }
	grant := func(kind, id, who string) org.Grant {
		return org.Grant{ResourceType: tx(kind), ResourceID: tx(id), PrincipalType: tx("user"), PrincipalID: tx(who), Permissions: []org.Text{tx("operator")}}
	}
	orgAdmin := func(o *org.Organization) {
		member(o)
		o.Groups = []org.Group{{ID: tx("g1"), MemberIDs: []org.Text{tx("cy")}}}
		o.Grants = []org.Grant{{ResourceType: tx("organization"), ResourceID: tx("org1"), PrincipalType: tx("user_group"), PrincipalID: tx("g1"), Permissions: []org.Text{tx("role:organization:admin")}}}
	}
	runGuard(t, "move-as-admin", []guardCase{
		{name: "super admin", changes: one(move(m{"parent_id": "u2"})), want: "holds"},
		{name: "admin through a group", edit: orgAdmin, changes: one(move(m{"parent_id": "u2"})), want: "holds"},
		{name: "member", edit: member, changes: one(move(m{"parent_id": "u2"})), want: "blocks", why: "role:organization:admin"},
		{name: "not a move", changes: one(move(m{"tech_emails": []any{}})), want: ""},
	})
	fromUnit := func(o *org.Organization) { o.Grants = []org.Grant{grant("organization_unit", "u1", "cy")} }
	both := func(o *org.Organization) {
		o.Grants = []org.Grant{grant("organization_unit", "u1", "cy"), grant("organization_unit", "u2", "cy")}
	}
	ref := remediate.NewBuilder(safeOrg(nil), noon).Ref("unit.id")
	newUnit := write("AccountCreate", "POST", "account", m{"account_name": "x", "parent_account_id": "root1"})
	newUnit.Yields = map[string]string{"unit.id": "/account/account_id"}
	runGuard(t, "access-lost", []guardCase{
		{name: "nobody", changes: one(move(m{"parent_id": "u2"})), want: "holds"},
		{name: "someone", edit: fromUnit, changes: one(move(m{"parent_id": "u2"})), want: "type to go on", affected: []string{"cy@nordwind.example: operator on prod"}},
		{name: "kept by the new unit", edit: both, changes: one(move(m{"parent_id": "u2"})), want: "holds"},
		{name: "to a unit only being made", edit: fromUnit, changes: []remediate.Change{newUnit, move(m{"parent_id": ref})}, want: "type to go on", affected: []string{"cy@nordwind.example: operator on prod"}},
		{name: "to nowhere", changes: one(move(m{"parent_id": "u9"})), want: "blocks", why: "not there any more"},
		{name: "to null", changes: one(move(m{"parent_id": nil})), want: "blocks", why: "names no unit"},
	})
}
