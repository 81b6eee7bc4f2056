package organization_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/organization"
)

func again(t *testing.T, f *fake, o *organization.Organization, parts ...organization.Part) *organization.Organization {
	t.Helper()
	f.forget()
	next, err := organization.Again(t.Context(), connect(t, f, "token"), o, organization.Options{
		Parts: parts, Now: func() time.Time { return now.Add(time.Hour) },
	})
	if err != nil {
		t.Fatalf("Again: %v", err)
	}
	return next
}

func TestAgainReadsOnlyWhatWasTouched(t *testing.T) {
	for _, c := range []struct {
		parts []organization.Part
		paths []string
	}{
		{[]organization.Part{organization.PartAuthPolicy}, []string{org + "/config/authentication"}},
		{[]organization.Part{organization.PartIdPs}, []string{"/v1/account/a0/authentication", org + "/authentication-methods/am1/domains"}},
		{[]organization.Part{organization.PartUsers}, []string{org + "/user"}},
		{[]organization.Part{organization.PartUnits, organization.PartPermissions}, []string{"/v1/account",
			org + "/permissions/organization/org1", org + "/permissions/organization_unit/a1",
			org + "/permissions/project/lab", org + "/permissions/project/shop-prod"}},
		{[]organization.Part{}, nil},
	} {
		f := nordwind()
		o := readAll(t, f)
		before := *o
		next := again(t, f, o, c.parts...)
		if got := f.paths(); !slices.Equal(got, c.paths) {
			t.Errorf("%v: called %v, want %v", c.parts, got, c.paths)
		}
		for _, p := range organization.AllParts() {
			want := now
			if slices.Contains(c.parts, p) {
				want = now.Add(time.Hour)
			}
			if s := next.Status(p); !s.Complete() || !s.Read.Equal(want) {
				t.Errorf("%v: status of %s = %+v", c.parts, p, s)
			}
		}
		if !reflect.DeepEqual(before, *o) {
			t.Errorf("%v: the old value changed", c.parts)
		}
		if !next.Users[0].LoginsRead || len(next.Users[0].Tokens) != 1 {
			t.Errorf("%v: login methods or tokens of users were lost", c.parts)
		}
	}
}

func TestAgainSeesTheChange(t *testing.T) {
	f := nordwind()
	o := readAll(t, f)
	f.set(org+"/config/authentication", `{"password_auth_enabled":false}`)
	next := again(t, f, o, organization.PartAuthPolicy)
	if v := next.Lookup(organization.PartAuthPolicy, "", "password_auth_enabled"); v != "false" {
		t.Errorf("after: %s", v)
	}
	if v := o.Lookup(organization.PartAuthPolicy, "", "password_auth_enabled"); v != "true" {
		t.Errorf("before: %s", v)
	}
}

func TestAgainForgetsWhatItCannotRead(t *testing.T) {
	f := nordwind()
	o := readAll(t, f)
	f.refuseWith(org+"/config/authentication", 401)
	next := again(t, f, o, organization.PartAuthPolicy)
	if _, ok := next.LookupOK(organization.PartAuthPolicy, "", "password_auth_enabled"); ok {
		t.Error("a policy that could not be read again is still trusted")
	}
	if next.AuthPolicy.PasswordAuth != nil {
		t.Error("an old value stands where nothing was read")
	}
	if !next.Status(organization.PartUsers).Complete() {
		t.Error("other parts suffered")
	}
}

func TestLosingTheUsersLosesWhatWasReadAboutThem(t *testing.T) {
	f := nordwind()
	o := readAll(t, f)
	exactly403(org+"/user")(f, "")
	next := again(t, f, o, organization.PartUsers)
	for _, p := range []organization.Part{organization.PartUserAuthMethods, organization.PartUserTokens} {
		if s := next.Status(p); s.Complete() || s.Err == nil || s.Permission == "" {
			t.Errorf("%s: %+v with no users to hold it", p, s)
		}
	}
	if s := next.Status(organization.PartAppTokens); !s.Complete() {
		t.Errorf("application tokens suffered: %+v", s)
	}
}

func TestNewResourcesAreUnknownUntilRead(t *testing.T) {
	f := nordwind()
	o := readAll(t, f)
	f.set("/v1/account", strings.Replace(f.answers["/v1/account"], `{"account_id":"x1"`,
		`{"account_id":"a2","account_name":"Staging","organization_id":"org1","root_account_id":"a0","parent_account_id":"a0"},{"account_id":"x1"`, 1))
	f.set(org+"/user", strings.Replace(users, `"user_id":"u3"`, `"user_id":"u4"`, 1))
	next := again(t, f, o, organization.PartUnits, organization.PartUsers)
	for _, c := range []struct {
		part     organization.Part
		resource string
	}{
		{organization.PartPermissions, "organization_unit/a2"},
		{organization.PartUserAuthMethods, "u4"},
		{organization.PartUserTokens, "u4"},
	} {
		s := next.Status(c.part)
		if len(s.Missing) != 1 || s.Missing[0].Resource.Raw() != c.resource {
			t.Errorf("%s: %+v, want %s missing", c.part, s, c.resource)
		}
	}
	after := again(t, f, next, organization.PartPermissions, organization.PartUnits)
	if s := after.Status(organization.PartPermissions); len(s.Missing) != 1 {
		t.Errorf("permissions = %+v: a2's are still refused", s)
	}
	f.set(org+"/permissions/organization_unit/a2", `{"permissions":[]}`)
	if s := again(t, f, next, organization.PartPermissions).Status(organization.PartPermissions); !s.Complete() {
		t.Errorf("permissions = %+v after they were read", s)
	}
}

func TestGoneResourcesLeaveNothingBehind(t *testing.T) {
	f := nordwind()
	o := readAll(t, f)
	f.set(org+"/projects", `{"total_project_count":1,"projects":[{"project_id":"lab","parent_id":"a0"}]}`)
	next := again(t, f, o, organization.PartProjects)
	if len(next.Services) != 0 || next.Lookup(organization.PartPermissions, "project/shop-prod", "") != "" {
		t.Errorf("services %v and grants %v of a project that is gone", next.Services, next.Grants)
	}
	if len(o.Services) != 1 || len(o.Grants) != 3 {
		t.Error("the old value changed")
	}
}

func TestAgainCancelled(t *testing.T) {
	f := nordwind()
	o := readAll(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	next, err := organization.Again(ctx, connect(t, f, "token"), o, organization.Options{Now: clock})
	if !errors.Is(err, context.Canceled) || next != nil {
		t.Errorf("Again = %v, %v", next, err)
	}
}
