package sandbox_test

import (
	"testing"

	clientaccount "github.com/aiven/go-client-codegen/handler/account"
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
	orgs := must(c.UserOrganizationsList(ctx))
	id, root := orgs[0].OrganizationId, orgs[0].AccountId
	user := must(c.UserInfo(ctx))
	users := must(c.OrganizationUserList(ctx, id))
	people, apps, meThere := 0, 0, false
	for _, u := range users {
		meThere = meThere || u.UserId == user.UserId && u.IsSuperAdmin
		if u.UserInfo.IsApplicationUser {
			apps++
		} else {
			people++
		}
		must(c.OrganizationUserAuthenticationMethodsList(ctx, id, u.UserId))
		must(c.OrganizationUserTokensList(ctx, id, u.UserId))
		must(c.OrganizationMemberGroupsList(ctx, id, u.UserId))
	}
	if people != 40 || apps != 8 || !meThere {
		t.Errorf("%d people, %d application users, the caller among them: %t", people, apps, meThere)
	}
	projects := must(c.OrganizationProjectsList(ctx, id))
	services := 0
	for _, p := range projects.Projects {
		list := must(c.ServiceList(ctx, p.ProjectId))
		services += len(list)
		for _, s := range list {
			must(c.ServiceGet(ctx, p.ProjectId, s.ServiceName))
		}
		for _, v := range must(c.VpcList(ctx, p.ProjectId)) {
			must(c.VpcGet(ctx, p.ProjectId, v.ProjectVpcId))
		}
		must(c.PermissionsGet(ctx, id, clientorg.ResourceType("project"), p.ProjectId))
		must(c.OrganizationProjectsGet(ctx, id, p.ProjectId))
	}
	if len(projects.Projects) != 9 || services < 28 {
		t.Errorf("%d projects, %d services", len(projects.Projects), services)
	}
	tokens := 0
	for _, a := range must(c.ApplicationUsersList(ctx, id)) {
		tokens += len(must(c.ApplicationUserAccessTokensList(ctx, id, a.UserId)))
	}
	if tokens < 8 {
		t.Errorf("%d application tokens", tokens)
	}
	units := 0
	for _, a := range must(c.AccountList(ctx)) {
		if a.ParentAccountId != nil {
			units++
		}
	}
	if units != 3 {
		t.Errorf("%d units", units)
	}
	for _, m := range must(c.AccountAuthenticationMethodsList(ctx, root)) {
		must(c.OrganizationAuthDomainList(ctx, id, m.AuthenticationMethodId))
	}
	for _, g := range must(c.UserGroupsList(ctx, id)) {
		must(c.UserGroupMemberList(ctx, id, g.UserGroupId))
	}
	must(c.AccessTokenList(ctx))
	must(c.OrganizationGet(ctx, id))
	must(c.OrganizationDomainsList(ctx, id))
	must(c.OrganizationAuthenticationConfigGet(ctx, id))
	must(c.OrganizationBillingGroupList(ctx, id))
	must(c.OrganizationUserInvitationsList(ctx, id))
	must(c.OrganizationVpcList(ctx, id))
	must(c.ListClouds(ctx))
	must(c.ListServiceVersions(ctx))
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
	unit, err := c.AccountCreate(ctx, &clientaccount.AccountCreateIn{AccountName: "Staging", ParentAccountId: &parent})
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
