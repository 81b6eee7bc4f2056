package sandbox_test

import (
	"slices"
	"testing"

	"github.com/aiven/go-client-codegen/handler/account"
	"github.com/aiven/go-client-codegen/handler/accountauthentication"
	clientorg "github.com/aiven/go-client-codegen/handler/organization"
	"github.com/aiven/go-client-codegen/handler/organizationprojects"
	"github.com/aiven/go-client-codegen/handler/service"

	"avn-harden/internal/sandbox"
)

// TestOfficialClientReadsThePractice reads the practice organization through
// the official client, whose decoding is stricter than JSON.
func TestOfficialClientReadsThePractice(t *testing.T) {
	f := serve(t, sandbox.Practice())
	c, ctx := f.client("admin"), f.ctx()
	me := check[any](t)
	orgs := check[[]orgOut](t)(c.UserOrganizationsList(ctx))
	id, root := orgs[0].OrganizationId, orgs[0].AccountId
	user := check[*userInfo](t)(c.UserInfo(ctx))
	users := check[[]userOut](t)(c.OrganizationUserList(ctx, id))
	people, apps := 0, 0
	for _, u := range users {
		if u.UserInfo.IsApplicationUser {
			apps++
		} else {
			people++
		}
		me(c.OrganizationUserAuthenticationMethodsList(ctx, id, u.UserId))
		me(c.OrganizationUserTokensList(ctx, id, u.UserId))
		me(c.OrganizationMemberGroupsList(ctx, id, u.UserId))
	}
	if people != 40 || apps != 8 || !slices.ContainsFunc(users, func(u userOut) bool { return u.UserId == user.UserId && u.IsSuperAdmin }) {
		t.Errorf("%d people, %d application users", people, apps)
	}
	projects := check[*projectsOut](t)(c.OrganizationProjectsList(ctx, id))
	services := 0
	for _, p := range projects.Projects {
		list := check[[]serviceOut](t)(c.ServiceList(ctx, p.ProjectId))
		services += len(list)
		for _, s := range list {
			me(c.ServiceGet(ctx, p.ProjectId, s.ServiceName))
		}
		for _, v := range check[[]vpcOut](t)(c.VpcList(ctx, p.ProjectId)) {
			me(c.VpcGet(ctx, p.ProjectId, v.ProjectVpcId))
		}
		me(c.PermissionsGet(ctx, id, clientorg.ResourceType("project"), p.ProjectId))
		me(c.OrganizationProjectsGet(ctx, id, p.ProjectId))
	}
	if len(projects.Projects) != 9 || services < 28 {
		t.Errorf("%d projects, %d services", len(projects.Projects), services)
	}
	tokens := 0
	for _, a := range check[[]appUserOut](t)(c.ApplicationUsersList(ctx, id)) {
		tokens += len(check[[]appTokenOut](t)(c.ApplicationUserAccessTokensList(ctx, id, a.UserId)))
	}
	if tokens < 8 {
		t.Errorf("%d application tokens", tokens)
	}
	units := 0
	for _, a := range check[[]account.AccountOut](t)(c.AccountList(ctx)) {
		if a.ParentAccountId != nil {
			units++
		}
	}
	if units != 3 {
		t.Errorf("%d units", units)
	}
	for _, m := range check[[]methodOut](t)(c.AccountAuthenticationMethodsList(ctx, root)) {
		me(c.OrganizationAuthDomainList(ctx, id, m.AuthenticationMethodId))
	}
	for _, g := range check[[]groupOut](t)(c.UserGroupsList(ctx, id)) {
		me(c.UserGroupMemberList(ctx, id, g.UserGroupId))
	}
	me(c.AccessTokenList(ctx))
	me(c.OrganizationGet(ctx, id))
	me(c.OrganizationDomainsList(ctx, id))
	me(c.OrganizationAuthenticationConfigGet(ctx, id))
	me(c.OrganizationBillingGroupList(ctx, id))
	me(c.OrganizationUserInvitationsList(ctx, id))
	me(c.OrganizationVpcList(ctx, id))
	me(c.ListClouds(ctx))
	me(c.ListServiceVersions(ctx))
	if w := f.Writes(); len(w) != 0 {
		t.Errorf("reading wrote: %v", w)
	}
}

func TestOfficialClientWrites(t *testing.T) {
	f := small(t)
	c, ctx := f.client("admin"), f.ctx()
	f.PublishTXT("_aiven-challenge.pending.example", "token=abc,expiry=never")
	if d, err := c.OrganizationDomainVerify(ctx, "org1small", "dm2"); err != nil || d.State != "verified" {
		t.Fatalf("verify: %+v %v", d, err)
	}
	yes := true
	m, err := c.AccountAuthenticationMethodUpdate(ctx, "a1root", "am1", &accountauthentication.AccountAuthenticationMethodUpdateIn{SamlAssertionSignedEnabled: &yes})
	if err != nil || m.SamlAssertionSignedEnabled == nil || !*m.SamlAssertionSignedEnabled || m.AuthenticationMethodName == nil || *m.AuthenticationMethodName != "IdP" {
		t.Fatalf("method: %+v %v", m, err)
	}
	parent := "a1root"
	unit, err := c.AccountCreate(ctx, &account.AccountCreateIn{AccountName: "Staging", ParentAccountId: &parent})
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.OrganizationProjectsUpdate(ctx, "org1small", "shop", &organizationprojects.OrganizationProjectsUpdateIn{ParentId: &unit.AccountId})
	if err != nil || p.ParentId != unit.AccountId || len(p.TechEmails) != 1 {
		t.Fatalf("move: %+v %v", p, err)
	}
	// The trap: a client that leaves project_vpc_id nil sends null.
	s, err := c.ServiceUpdate(ctx, "shop", "pg1", &service.ServiceUpdateIn{TerminationProtection: &yes})
	if err != nil || s.ProjectVpcId != "" || !s.TerminationProtection {
		t.Fatalf("service: %v %v", s, err)
	}
}
