package organization_test

import (
	"testing"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

func TestLookup(t *testing.T) {
	o := readAll(t, nordwind())
	for _, c := range []struct {
		part            organization.Part
		resource, field string
		want            string
	}{
		{organization.PartAuthPolicy, "", "password_auth_enabled", "true"},
		{organization.PartAuthPolicy, "", "oauth_enabled", "false"},
		{organization.PartAuthPolicy, "", "saml_enabled", ""},
		{organization.PartAuthPolicy, "", "two_factor_required", "true"},
		{organization.PartIPAllowlist, "", "api_client_ip_allowlist", `["10.0.0.0/8","203.0.113.0/24"]`},
		{organization.PartIPAllowlist, "", "api_client_ip_allowlist_enabled", "true"},
		{organization.PartDomains, "d1", "state", `"verified"`},
		{organization.PartDomains, "d1", "verification_type", `"dns"`},
		{organization.PartDomains, "d1", "linked_authentication_method_ids", `["am1"]`},
		{organization.PartDomains, organization.NameResource("nordwind.example"), "", "true"},
		{organization.PartDomains, organization.NameResource("else.example"), "", ""},
		{organization.PartIdPs, "am1", "saml_assertion_signed_enabled", "true"},
		{organization.PartIdPs, "am1", "saml_authn_requests_signed_enabled", ""},
		{organization.PartIdPs, "am1", "saml_signature_algorithm", `"rsa-sha256"`},
		{organization.PartIdPs, "am1", "authentication_method_enabled", "true"},
		{organization.PartIdPs, "am1", "auth_token_max_age_seconds", "43200"},
		{organization.PartIdPs, "am1", "auto_join_user_group_id", ""},
		{organization.PartIdPs, "am1", "linked_domains", `["d1"]`},
		{organization.PartIdPs, organization.NameResource("Okta"), "state", `"active"`},
		{organization.PartUnits, "a1", "account_name", `"Production"`},
		{organization.PartUnits, organization.NameResource("Production"), "", "true"},
		{organization.PartUnits, "a0", "", ""},
		{organization.PartProjects, "lab", "parent_id", `"a0"`},
		{organization.PartProjects, "lab", "tech_emails", `[]`},
		{organization.PartProjects, "shop-prod", "tech_emails", `["a@nordwind.example","z@nordwind.example"]`},
		{organization.PartProjects, "shop-prod", "", "true"},
		{organization.PartProjects, "nope", "", ""},
		{organization.PartProjects, "nope", "parent_id", ""},
		{organization.PartUsers, "u1", "is_super_admin", "true"},
		{organization.PartUsers, "u3", "state", `"deactivated"`},
		{organization.PartGroups, "g1", "user_group_name", `"Platform"`},
		{organization.PartGroups, "g1", "description", `"runs it"`},
		{organization.PartGroups, "g1", "member_ids", `["u1","u2"]`},
		{organization.PartAppUsers, "ap1", "name", `"terraform"`},
		{organization.PartPermissions, "organization_unit/a1", organization.PrincipalField("user", "u3"), `["developer","read_only"]`},
		{organization.PartPermissions, organization.PermissionResource("organization", "org1"), "user_group/g1", `["role:organization:admin"]`},
		{organization.PartPermissions, "project/lab", "user/u1", ""},
		{organization.PartAppTokens, "tf+/=", "", "true"},
		{organization.PartUserTokens, "mine", "", "true"},
		{organization.PartServices, "shop-prod/orders", "plan", `"business-4"`},
		{organization.PartServices, "shop-prod/orders", "project_vpc_id", ""},
	} {
		got, ok := o.LookupOK(c.part, c.resource, c.field)
		if !ok || got != c.want {
			t.Errorf("LookupOK(%s, %q, %q) = %s, %v; want %s", c.part, c.resource, c.field, got, ok, c.want)
		}
		if got := o.Lookup(c.part, c.resource, c.field); got != c.want {
			t.Errorf("Lookup(%s, %q, %q) = %s, want %s", c.part, c.resource, c.field, got, c.want)
		}
	}
}

func TestLookupGivesRawText(t *testing.T) {
	o := organization.Assemble(organization.Organization{Units: []organization.Unit{{ID: text("a1"), Name: text("x\u202ey")}}}, nil)
	if got, want := o.Lookup(organization.PartUnits, "a1", "account_name"), organization.Canonical("x\u202ey"); got != want {
		t.Errorf("%q, want %q: the shown form would never equal what is sent", got, want)
	}
}

func TestLookupKnowsWhatItDoesNotKnow(t *testing.T) {
	data := organization.Organization{
		Groups: []organization.Group{{ID: text("g1"), Name: text("n")}},
		Grants: []organization.Grant{{ResourceType: text("project"), ResourceID: text("p"), PrincipalType: text("user"), PrincipalID: text("u"), Permissions: texts("admin")}},
	}
	never := organization.Assemble(data, map[organization.Part]organization.Status{})
	if _, ok := never.LookupOK(organization.PartGroups, "g1", "user_group_name"); ok {
		t.Error("a part that was never read is trusted")
	}
	full := organization.Assemble(data, nil)
	if v, ok := full.LookupOK(organization.PartGroups, "g2", ""); !ok || v != "" {
		t.Error("a complete list does not tell that a group is not there")
	}
	failed := full.WithStatus(organization.Status{Part: organization.PartGroups, Read: now, Err: errFailed})
	if _, ok := failed.LookupOK(organization.PartGroups, "g1", ""); ok {
		t.Error("a part that failed is trusted")
	}
	if _, ok := full.LookupOK(organization.PartGroups, "g1", ""); !ok {
		t.Error("WithStatus changed the old value")
	}
	partly := full.WithStatus(
		organization.Status{Part: organization.PartGroups, Read: now, Missing: []organization.Missing{{Resource: text("g1"), Err: errFailed}}},
		organization.Status{Part: organization.PartPermissions, Read: now, Missing: []organization.Missing{{Resource: text("project/q"), Err: errFailed}}},
	)
	if _, ok := partly.LookupOK(organization.PartGroups, "g1", "member_ids"); ok {
		t.Error("members that could not be read are trusted")
	}
	if v, ok := partly.LookupOK(organization.PartGroups, "g1", ""); !ok || v != "true" {
		t.Error("the group itself is known")
	}
	if _, ok := partly.LookupOK(organization.PartPermissions, "project/q", "user/u"); ok {
		t.Error("grants on a project that could not be read are trusted")
	}
	if v, ok := partly.LookupOK(organization.PartPermissions, "project/p", "user/u"); !ok || v != `["admin"]` {
		t.Errorf("grants on p = %s, %v", v, ok)
	}
}

func TestATokenOfSomebodyUnreadMayExist(t *testing.T) {
	f := nordwind()
	f.refuseWith(org+"/user/u2/access-tokens", 403)
	o := readAll(t, f)
	if _, ok := o.LookupOK(organization.PartUserTokens, "unheard", ""); ok {
		t.Error("a token is said not to exist though one user's tokens could not be read")
	}
	if v, ok := o.LookupOK(organization.PartUserTokens, "mine", ""); !ok || v != "true" {
		t.Error("a token that was read is not known")
	}
}

func TestCanonical(t *testing.T) {
	list := []string{"b", "a"}
	for _, c := range []struct {
		in   any
		want string
	}{
		{nil, ""}, {true, "true"}, {"x", `"x"`}, {3, "3"}, {list, `["a","b"]`}, {[]string(nil), "[]"}, {func() {}, ""},
	} {
		if got := organization.Canonical(c.in); got != c.want {
			t.Errorf("Canonical(%v) = %s, want %s", c.in, got, c.want)
		}
	}
	if list[0] != "b" {
		t.Error("the caller's list was sorted")
	}
}

var errFailed = aivenapi.ErrReadOnly
