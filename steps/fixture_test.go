package steps

import (
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func text(s string) Text { return aivenapi.NewText(s) }
func ptr[T any](v T) *T  { return &v }
func user(id string) organization.User {
	return organization.User{ID: text(id), Email: text(id + "@example.com"), State: text("active"), ManagingOrgID: text("org1"), LoginsRead: true}
}

// hostile is a name that must never reach a screen as it is.
const hostile = "evil\x1b[2J\u202ename"

// messy is an organization in which every check has something to find.
func messy() organization.Organization {
	outsider := user("u2")
	outsider.Email = text("mallory@elsewhere.example")
	o := organization.Organization{
		ID: text("org1"), Name: text("Example"), RootAccountID: text("a1"),
		Me:    organization.Me{UserID: text("u1"), IsSuperAdmin: true, InOrganization: true, Token: organization.TokenSession},
		Users: []organization.User{user("u1"), outsider},
		Domains: []organization.Domain{
			{ID: text("d1"), Name: text("example.com"), State: text("unverified"), VerificationType: text("dns"), ChallengeToken: text("token=x,expiry=never"), CreateTime: now.AddDate(0, 0, -10)},
		},
		Discovered: []organization.DiscoveredOrganization{{ID: text("org2"), Name: text(hostile), Users: 3, SuperAdmins: []Text{text("boss@example.com")}}},
		IdPs: []organization.AuthMethod{
			{ID: text("m1"), Name: text(hostile), Type: text("saml"), State: text("active"), Enabled: true, SignatureAlgorithm: text("rsa-sha1"), DigestAlgorithm: text("sha1"),
				AssertionSigned: ptr(false), CertificateNotValidAfter: now.AddDate(0, 0, 5), TokenMaxAgeSeconds: ptr(1209600), TokenExtendWhenUsed: ptr(true)},
		},
		AuthPolicy: organization.AuthPolicy{
			PasswordAuth: ptr(true), OAuth: ptr(true), SAML: ptr(false), SAMLAllowExternal: ptr(true), TwoFactorRequired: ptr(false),
			PersonalTokens: ptr(true), PersonalTokensRequireAllowed: ptr(false),
		},
		Groups:   []organization.Group{{ID: text("g1"), Name: text("Admins"), MemberIDs: []Text{text("u1")}}},
		AppUsers: []organization.AppUser{{ID: text("u3"), Name: text("ci"), TokensRead: true, Tokens: []organization.AppToken{{Prefix: text("ab/c+d="), CreateTime: now.AddDate(-1, 0, 0)}}}},
		Projects: []organization.Project{{ID: text("shop"), ParentID: text("org1")}, {ID: text("wiki"), ParentID: text("a1")}},
		Services: []organization.Service{
			{Project: text("shop"), Name: text("db-prod"), Type: text("pg"), Tags: map[string]Text{"owner": text("shop")}},
			{Project: text("shop"), Name: text("db-dev"), Type: text("pg"), Tags: map[string]Text{"owner": text(hostile)}},
		},
	}
	addNetworks(&o)
	return o
}

func input(o organization.Organization) Input {
	p := policy.Default()
	p.RegulatedProjects = []policy.RegulatedProject{{Project: "wiki", Standard: "PCI DSS"}}
	return Input{Org: organization.Assemble(o, nil), Policy: p, Now: now}
}

// evaluated gives the result of one check.
func evaluated(in Input, id string) CheckResult {
	for _, s := range Evaluate(All(), in).Steps {
		for _, c := range s.Checks {
			if c.Check.ID == id {
				return c
			}
		}
	}
	return CheckResult{Status: "no such check"}
}
