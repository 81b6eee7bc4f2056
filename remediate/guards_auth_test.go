package remediate_test

import (
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

var requireIdP = []remediate.Change{auth(m{"saml_allow_external": false})}

func TestOneLockoutGuard(t *testing.T) {
	runGuard(t, "one-lockout-at-a-time", []guardCase{
		{name: "one", changes: one(auth(m{"saml_enabled": true, "saml_allow_external": false})), want: "holds"},
		{name: "two", changes: one(auth(m{"password_auth_enabled": false, "oauth_enabled": false})), want: "blocks", why: "password_auth_enabled and oauth_enabled"},
		{name: "the lenient way", changes: one(auth(m{"password_auth_enabled": true, "oauth_enabled": true})), want: "holds"},
	})
}

func TestIdPWorksGuard(t *testing.T) {
	method := func(edit func(*org.AuthMethod)) func(*org.Organization) {
		return func(o *org.Organization) { edit(&o.IdPs[0]) }
	}
	runGuard(t, "idp-works", []guardCase{
		{name: "works", changes: requireIdP, want: "holds"},
		{name: "none", edit: func(o *org.Organization) { o.IdPs = nil }, changes: requireIdP, want: "blocks", why: "no identity provider"},
		{name: "disabled", edit: method(func(m *org.AuthMethod) { m.Enabled = false }), changes: requireIdP, want: "blocks", why: "not active"},
		{name: "pending", edit: method(func(m *org.AuthMethod) { m.State = tx("pending_configuration") }), changes: requireIdP, want: "blocks", why: "not active"},
		{name: "certificate ends soon", edit: method(func(m *org.AuthMethod) { m.CertificateNotValidAfter = ago(-30) }), changes: requireIdP, want: "blocks", why: "certificate"},
		{name: "certificate not known", edit: method(func(m *org.AuthMethod) { m.CertificateNotValidAfter = ago(0).AddDate(-3000, 0, 0) }), changes: requireIdP, want: "blocks", why: "certificate"},
		{name: "linked only to an unverified domain", edit: func(o *org.Organization) { o.Domains[0].State = tx("unverified") }, changes: requireIdP, want: "blocks", why: "no verified domain"},
		{name: "password off", edit: func(o *org.Organization) { o.IdPs = nil }, changes: one(auth(m{"password_auth_enabled": false})), want: "blocks"},
		{name: "oauth off", edit: func(o *org.Organization) { o.IdPs = nil }, changes: one(auth(m{"oauth_enabled": false})), want: "blocks"},
		{name: "not restricting", changes: one(auth(m{"oauth_enabled": true})), want: ""},
	})
}

func TestAdminsUsedIdPGuard(t *testing.T) {
	runGuard(t, "admins-used-idp", []guardCase{
		{name: "two admins", changes: requireIdP, want: "holds", affected: []string{"ada@nordwind.example", "bo@nordwind.example"}},
		{name: "one long ago", edit: func(o *org.Organization) { o.Users[1].LoginMethods[0].LastUsed = ago(31) }, changes: requireIdP, want: "blocks", why: "takes two", affected: []string{"bo@nordwind.example"}},
		{name: "one deactivated", edit: func(o *org.Organization) { o.Users[1].State = tx("deactivated") }, changes: requireIdP, want: "blocks"},
		{name: "one through another provider", edit: func(o *org.Organization) { o.Users[1].LoginMethods[0].LocalProviderID = tx("am9") }, changes: requireIdP, want: "blocks"},
	})
}

func TestCallerKeepsAccessGuard(t *testing.T) {
	kind := func(k org.TokenKind) func(*org.Organization) { return func(o *org.Organization) { o.Me.Token = k } }
	app := func(o *org.Organization) { o.Me.Token, o.Me.IsApplicationUser = org.TokenApplication, true }
	byPassword := func(o *org.Organization) { o.Users[0].LoginMethods[1].LastUsed = noon.AddDate(0, 0, 1) }
	onlySAML := func(k org.TokenKind) func(*org.Organization) {
		return func(o *org.Organization) {
			o.Me.Token = k
			o.Users[0].LoginMethods = o.Users[0].LoginMethods[:1]
		}
	}
	strict := func(k org.TokenKind) func(*org.Organization) {
		return func(o *org.Organization) {
			o.Me.Token = k
			o.AuthPolicy.PersonalTokensRequireAllowed = tb(true)
		}
	}
	tokensOff := one(auth(m{"personal_tokens_enabled": false}))
	allowedOnly := one(auth(m{"personal_tokens_require_allowed_auth_method": true}))
	runGuard(t, "caller-keeps-access", []guardCase{
		{name: "session by the provider", changes: requireIdP, want: "holds", why: "Entra"},
		{name: "session by password", edit: byPassword, changes: requireIdP, want: "blocks", why: "by password"},
		{name: "session by password, third-party off", edit: byPassword, changes: one(auth(m{"oauth_enabled": false})), want: "holds"},
		{name: "session, no login known", edit: func(o *org.Organization) { o.Users[0].LoginMethods = nil }, changes: requireIdP, want: "blocks", why: "not known how your session"},
		{name: "saml off", changes: one(auth(m{"saml_enabled": false})), want: "blocks", why: "Entra"},
		{name: "application user", edit: app, changes: requireIdP, want: "holds", why: "application user"},
		{name: "not in the list", edit: func(o *org.Organization) { o.Me.UserID = tx("zoe") }, changes: requireIdP, want: "blocks", why: "not in the organization's list"},
		{name: "personal token, any login allowed", edit: kind(org.TokenPersonal), changes: requireIdP, want: "holds", why: "whatever login"},
		{name: "personal token, allowed login only", edit: strict(org.TokenPersonal), changes: requireIdP, want: "blocks", why: "not known which login"},
		{name: "personal token, policy not told", edit: func(o *org.Organization) {
			o.Me.Token, o.AuthPolicy.PersonalTokensRequireAllowed = org.TokenPersonal, nil
		}, changes: requireIdP, want: "blocks"},
		{name: "tokens off with personal token", edit: kind(org.TokenPersonal), changes: tokensOff, want: "blocks", why: "personal token"},
		{name: "tokens off with unknown token", edit: kind(org.TokenUnknown), changes: tokensOff, want: "blocks", why: "not known what kind"},
		{name: "tokens off with session", changes: tokensOff, want: "holds"},
		{name: "tokens off with application user", edit: app, changes: tokensOff, want: "holds"},
		{name: "allowed login only, from the provider", edit: onlySAML(org.TokenPersonal), changes: allowedOnly, want: "holds"},
		{name: "allowed login only, after requiring it", edit: kind(org.TokenPersonal), changes: []remediate.Change{requireIdP[0], allowedOnly[0]}, want: "blocks", why: "not known which login"},
		{name: "allowed login only, password-born", edit: func(o *org.Organization) {
			o.Me.Token, o.AuthPolicy.PasswordAuth = org.TokenPersonal, tb(false)
			o.Users[0].LoginMethods = o.Users[0].LoginMethods[1:]
		}, changes: allowedOnly, want: "blocks", why: "would stop working"},
		{name: "allowed login only, session", changes: allowedOnly, want: "holds"},
	})
}

func TestRequireIdPFirstGuard(t *testing.T) {
	off := auth(m{"password_auth_enabled": false})
	runGuard(t, "idp-required-first", []guardCase{
		{name: "not required", changes: one(off), want: "blocks", why: "goes off last"},
		{name: "required by an earlier change", changes: []remediate.Change{requireIdP[0], off}, want: "holds"},
		{name: "required already", edit: func(o *org.Organization) { o.AuthPolicy.SAMLAllowExternal = tb(false) }, changes: one(off), want: "holds"},
		{name: "required, but saml is off", edit: func(o *org.Organization) { o.AuthPolicy.SAMLAllowExternal, o.AuthPolicy.SAML = tb(false), nil }, changes: one(off), want: "blocks"},
	})
}

func TestPeopleWithoutIdPGuard(t *testing.T) {
	runGuard(t, "people-without-idp", []guardCase{
		{name: "all have it", changes: requireIdP, want: "holds"},
		{name: "one has not", edit: func(o *org.Organization) { o.Users[2].LoginMethods = nil }, changes: requireIdP, want: "type to go on", why: "1 person has no login", affected: []string{"cy@nordwind.example"}},
		{name: "deactivated and application users do not count", edit: func(o *org.Organization) {
			o.Users[2].LoginMethods, o.Users[2].State = nil, tx("deactivated")
			o.Users = append(o.Users, org.User{ID: tx("app"), IsApplicationUser: true, State: tx("active")})
		}, changes: requireIdP, want: "holds"},
	})
}

func TestTwoFactorGuard(t *testing.T) {
	need := one(auth(m{"two_factor_required": true}))
	noTwo := func(i int) func(*org.Organization) {
		return func(o *org.Organization) {
			o.Users[i].LoginMethods = append(o.Users[i].LoginMethods[:1:1], org.LoginMethod{Type: tx("internal")})
		}
	}
	runGuard(t, "two-factor", []guardCase{
		{name: "all have it", changes: need, want: "holds"},
		{name: "caller has not", edit: noTwo(0), changes: need, want: "blocks", why: "you would be cut off"},
		{name: "someone has not", edit: noTwo(2), changes: need, want: "type to go on", affected: []string{"cy@nordwind.example"}},
		{name: "caller unknown", edit: func(o *org.Organization) { o.Me.UserID = tx("zoe") }, changes: need, want: "blocks", why: "not in the organization's list"},
		{name: "application user", edit: func(o *org.Organization) { o.Me = org.Me{UserID: tx("app"), IsApplicationUser: true} }, changes: need, want: "holds"},
		{name: "turned off", changes: one(auth(m{"two_factor_required": false})), want: ""},
	})
}

func TestTokenConsumersGuard(t *testing.T) {
	off := one(auth(m{"personal_tokens_enabled": false}))
	used := func(days int) func(*org.Organization) {
		return func(o *org.Organization) {
			o.Users[2].Tokens = []org.PersonalToken{{Prefix: tx("x"), LastUsed: ago(days)}}
		}
	}
	runGuard(t, "personal-token-consumers", []guardCase{
		{name: "none", changes: off, want: "holds"},
		{name: "in use", edit: used(2), changes: off, want: "type to go on", affected: []string{"cy@nordwind.example (1 token)"}},
		{name: "idle", edit: used(31), changes: off, want: "holds"},
	})
}

func TestAllowlistGuards(t *testing.T) {
	on := one(allowlist(true, "192.0.2.0/24"))
	runGuard(t, "allowlist-valid", []guardCase{
		{name: "turn on the list as it is", changes: on, want: "holds"},
		{name: "list and turn on at once", changes: one(allowlist(true, "192.0.2.0/24", "2001:db8::/32")), want: "blocks", why: "while it is off"},
		{name: "list, then turn on", changes: []remediate.Change{allowlist(false, "198.51.100.0/24"), allowlist(true, "198.51.100.0/24")}, want: "holds"},
		{name: "empty", edit: func(o *org.Organization) { o.IPAllowlist.Ranges = nil }, changes: one(allowlist(true)), want: "blocks", why: "locks everybody out"},
		{name: "everything", changes: []remediate.Change{allowlist(false, "::/0"), allowlist(true, "::/0")}, want: "blocks", why: "every address"},
		{name: "not a range", changes: one(allowlist(false, "192.0.2.0/33")), want: "blocks", why: "not a CIDR"},
		{name: "half a body", changes: one(write("OrganizationIPAllowListSet", "PUT", "organization/org1/config/api-client-ip-allowlist", m{"api_client_ip_allowlist_enabled": true})), want: "blocks", why: "does not have both"},
	})
	runGuard(t, "allowlist-covers-caller", []guardCase{
		{name: "covered", callerIP: "192.0.2.7", changes: on, want: "holds"},
		{name: "covered, IPv4 in IPv6", callerIP: "::ffff:192.0.2.7", changes: on, want: "holds"},
		{name: "not covered", callerIP: "198.51.100.7", changes: on, want: "blocks", why: "198.51.100.7"},
		{name: "own token elsewhere", edit: func(o *org.Organization) {
			o.Me.TokenPrefix = tx("mine")
			o.Users[0].Tokens = []org.PersonalToken{{Prefix: tx("mine"), LastIP: tx("203.0.113.1")}}
		}, callerIP: "192.0.2.7", changes: on, want: "blocks", why: "203.0.113.1"},
		{name: "unknown", changes: on, want: "type to go on", why: "not known"},
		{name: "turned off", changes: one(allowlist(false, "192.0.2.0/24")), want: ""},
	})
	runGuard(t, "allowlist-covers-tokens", []guardCase{
		{name: "covered", changes: on, want: "holds"},
		{name: "not covered", edit: func(o *org.Organization) {
			o.AppUsers = []org.AppUser{{ID: tx("app"), Name: tx("ci"), Tokens: []org.AppToken{{LastIP: tx("203.0.113.9"), LastUsed: ago(80)}, {LastIP: tx("203.0.113.8"), LastUsed: ago(91)}}}}
		}, changes: on, want: "type to go on", affected: []string{"ci from 203.0.113.9"}},
	})
}

func TestAnotherWayInGuard(t *testing.T) {
	sign := one(idp(m{"saml_assertion_signed_enabled": true}))
	only := func(o *org.Organization) { o.AuthPolicy.SAMLAllowExternal = tb(false) }
	runGuard(t, "another-way-in", []guardCase{
		{name: "password is on", changes: sign, want: "holds", why: "ada@nordwind.example can log in by password"},
		{name: "only login", edit: only, changes: sign, want: "blocks", why: "only way in"},
		{name: "only admins without passwords", edit: func(o *org.Organization) { o.Users[0].LoginMethods = o.Users[0].LoginMethods[:1] }, changes: sign, want: "blocks"},
		{name: "an application user is admin", edit: func(o *org.Organization) {
			only(o)
			o.Users = append(o.Users, org.User{ID: tx("app"), Name: tx("bot"), IsApplicationUser: true, State: tx("active")})
			o.Grants = []org.Grant{{ResourceType: tx("organization"), ResourceID: tx("org1"), PrincipalType: tx("user"), PrincipalID: tx("app"), Permissions: []org.Text{tx("role:organization:admin")}}}
		}, changes: sign, want: "holds", why: "bot"},
		{name: "delete", edit: only, changes: one(write("AccountAuthenticationMethodDelete", "DELETE", "account/root1/authentication/am1", nil)), want: "blocks"},
		{name: "unlink", edit: only, changes: one(write("OrganizationAuthDomainUnlink", "DELETE", "organization/org1/authentication-methods/am1/domains/dom1", nil)), want: "blocks"},
		{name: "disable", edit: only, changes: one(idp(m{"authentication_method_enabled": false})), want: "blocks"},
		{name: "not in use", edit: func(o *org.Organization) { only(o); o.IdPs[0].Enabled = false }, changes: sign, want: "holds"},
		{name: "session length is harmless", edit: only, changes: one(idp(m{"auth_token_max_age_seconds": 3600})), want: ""},
	})
}

func TestDomainGuards(t *testing.T) {
	verify := one(write("OrganizationDomainVerify", "POST", "organization/org1/domains/dom2/verify", nil))
	remove := func(id string) []remediate.Change {
		return one(write("OrganizationDomainsRemove", "DELETE", "organization/org1/domains/"+id, nil))
	}
	runGuard(t, "domain-owned", []guardCase{
		{name: "nobody", changes: verify, want: "holds"},
		{name: "someone", edit: func(o *org.Organization) {
			o.Users = append(o.Users, org.User{ID: tx("dan"), Email: tx("Dan@Freight.example"), State: tx("active")})
		}, changes: verify, want: "type to go on", affected: []string{"Dan@Freight.example"}},
		{name: "not there", edit: func(o *org.Organization) { o.Domains = nil }, changes: verify, want: "blocks", why: "not in the organization's list"},
	})
	runGuard(t, "domain-unverified", []guardCase{
		{name: "unverified", changes: remove("dom2"), want: "holds"},
		{name: "verified", changes: remove("dom1"), want: "blocks", why: "cannot be undone"},
	})
}
