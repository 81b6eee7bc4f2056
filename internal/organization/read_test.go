package organization_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"avn-harden/internal/organization"
)

func TestReadGivesTheWholeOrganization(t *testing.T) {
	o := readAll(t, nordwind())
	for _, p := range organization.AllParts() {
		if s := o.Status(p); !s.Complete() || !s.Read.Equal(now) {
			t.Errorf("%s: not complete: %+v", p, s)
		}
	}
	if o.Name.Raw() != "Nordwind" || o.RootAccountID.Raw() != "a0" {
		t.Errorf("organization = %v, root %v", o.Name, o.RootAccountID)
	}
	if len(o.Units) != 1 || o.Units[0].ID.Raw() != "a1" {
		t.Errorf("units = %v, want only a1: root and other organizations' are none", o.Units)
	}
	if o.InUnit(o.Projects[1]) || !o.InUnit(o.Projects[0]) {
		t.Error("shop-prod is in a unit, lab under the root account is not")
	}
	okta := o.IdPs[1]
	if !slices.Equal(okta.LinkedDomainIDs, texts("d1")) || okta.AuthnRequestsSigned != nil || !*okta.AssertionSigned || *okta.TokenMaxAgeSeconds != 43200 {
		t.Errorf("Okta = %+v", okta)
	}
	if want := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC); !okta.CertificateNotValidAfter.Equal(want) {
		t.Errorf("certificate ends %v, want %v", okta.CertificateNotValidAfter, want)
	}
	if o.AuthPolicy.SAML != nil || !*o.AuthPolicy.PasswordAuth || *o.AuthPolicy.OAuth {
		t.Errorf("policy = %+v: what the API does not say stays nil", o.AuthPolicy)
	}
	ada, bo, app := o.Users[0], o.Users[1], o.Users[3]
	if !ada.LoginsRead || len(ada.LoginMethods) != 1 || ada.LoginMethods[0].TwoFactor || len(ada.Tokens) != 1 {
		t.Errorf("ada = %+v", ada)
	}
	if !bo.LastActivity.IsZero() || bo.JoinTime.IsZero() || !bo.LoginMethods[0].TwoFactor {
		t.Errorf("bo = %+v: an empty time is zero, one without a zone is understood", bo)
	}
	if app.LoginsRead || app.TokensRead {
		t.Error("application users have no login methods and personal tokens to read")
	}
	if tf := o.AppUsers[0]; len(tf.Tokens) != 1 || *tf.Tokens[0].MaxAgeSeconds != 3600 || !tf.Tokens[0].ExpiryTime.IsZero() {
		t.Errorf("terraform = %+v", o.AppUsers[0])
	}
	if len(o.Services) != 1 || o.Services[0].Integrations[0].DestSvc.Raw() != "m3" {
		t.Errorf("services = %+v", o.Services)
	}
	if d := o.Discovered; len(d) != 1 || d[0].Users != 2 || !slices.Equal(d[0].SuperAdmins, texts("bo@nordwind.example")) {
		t.Errorf("discovered = %+v", d)
	}
	if strings.Contains(fmt.Sprintf("%+v", *o), "S3CRET") {
		t.Error("a secret of a service was kept")
	}
}

func TestEveryListIsFetchedOnce(t *testing.T) {
	f := nordwind()
	readAll(t, f)
	paths := f.paths()
	if unique := slices.Compact(slices.Clone(paths)); len(unique) != len(paths) {
		t.Errorf("fetched more than once: %v", paths)
	}
	want := len(f.answers) - 1 // all but the list of organizations
	if len(paths) != want {
		t.Errorf("%d calls, want %d: %v", len(paths), want, paths)
	}
	for _, s := range f.seen {
		if strings.Contains(s, "/service?") && !strings.Contains(s, "include_secrets=false") {
			t.Errorf("%s: asks for services without saying that secrets are not wanted", s)
		}
	}
}

func TestMeIsTold(t *testing.T) {
	for _, c := range []struct {
		name   string
		me     string
		tokens string
		kind   organization.TokenKind
		super  bool
		app    bool
	}{
		{"personal", "u1", `{"tokens":[{"token_prefix":"p","created_manually":true,"currently_active":true}]}`, organization.TokenPersonal, true, false},
		{"session", "u1", `{"tokens":[{"token_prefix":"p","created_manually":false,"currently_active":true}]}`, organization.TokenSession, true, false},
		{"application", "ap1", `{"tokens":[{"token_prefix":"p","created_manually":true,"currently_active":true}]}`, organization.TokenApplication, false, true},
		{"none active", "u1", `{"tokens":[{"token_prefix":"p","created_manually":true}]}`, organization.TokenUnknown, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := nordwind()
			f.set("/v1/me", `{"user":{"user_id":"`+c.me+`","user":"x@example"}}`)
			f.set("/v1/access_token", c.tokens)
			me := readAll(t, f).Me
			if me.Token != c.kind || me.IsSuperAdmin != c.super || me.IsApplicationUser != c.app || !me.InOrganization {
				t.Errorf("me = %+v", me)
			}
		})
	}
}

func TestMeIsNotGuessedWithoutUsers(t *testing.T) {
	f := nordwind()
	f.refuseWith(org+"/user", 403)
	f.refuseWith(org+"/application-users", 403)
	o := readAll(t, f)
	if o.Me.Token != organization.TokenUnknown {
		t.Errorf("token is said to be a %s, but nobody knows whether I am an application user", o.Me.Token)
	}
	if s := o.Status(organization.PartMe); s.Complete() || s.Err != nil {
		t.Errorf("status of me = %+v, want something missing", s)
	}
}

func TestAFailingPartStopsNothingElse(t *testing.T) {
	for _, c := range []struct {
		name    string
		path    string
		answer  func(*fake, string)
		part    organization.Part
		because []organization.Part // cannot be read either
	}{
		{"403", org + "/domains", refuse(403), organization.PartDomains, nil},
		{"500", org + "/config/authentication", refuse(500), organization.PartAuthPolicy, nil},
		{"404", org + "/discovered-organizations", refuse(404), organization.PartDiscovered, nil},
		{"truncated", org + "/user-groups", body(`{"user_groups":[{"user_gro`), organization.PartGroups, nil},
		{"other shape", org + "/discovered-organizations", body(`{"discovered_organizations":{"a":1}}`), organization.PartDiscovered, nil},
		{"no list", org + "/domains", body(`{}`), organization.PartDomains, nil},
		{"null list", org + "/domains", body(`{"domains":null}`), organization.PartDomains, nil},
		{"no ids", org + "/domains", body(`{"domains":[{}]}`), organization.PartDomains, nil},
		{"half an allowlist", org + "/config/api-client-ip-allowlist", body(`{"api_client_ip_allowlist":[]}`), organization.PartIPAllowlist, nil},
		{"projects", org + "/projects", refuse(403), organization.PartProjects, []organization.Part{organization.PartPermissions, organization.PartServices, organization.PartVPCs, organization.PartPrivateLinks, organization.PartPlans}},
		{"users", org + "/user", exactly403(org + "/user"), organization.PartUsers, []organization.Part{organization.PartUserAuthMethods, organization.PartUserTokens}},
		{"organization", org, exactly403(org), organization.PartOrganization, []organization.Part{organization.PartIdPs}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := nordwind()
			c.answer(f, c.path)
			o := readAll(t, f)
			s := o.Status(c.part)
			if s.Err == nil || s.Complete() {
				t.Fatalf("%s passes for read: %+v", c.part, s)
			}
			if strings.Contains(s.Err.Error(), "403") && s.Permission == "" {
				t.Errorf("%s: no permission named for %v", c.part, s.Err)
			}
			for _, p := range c.because {
				var d *organization.DependencyError
				if err := o.Status(p).Err; !errors.As(err, &d) || d.Needs != c.part || !strings.Contains(err.Error(), string(c.part)) {
					t.Errorf("%s: %v, want it to name %s", p, err, c.part)
				}
			}
			for _, p := range organization.AllParts() {
				if p != c.part && p != organization.PartMe && !slices.Contains(c.because, p) && !o.Status(p).Complete() {
					t.Errorf("%s failed as well: %+v", p, o.Status(p))
				}
			}
		})
	}
}

func refuse(status int) func(*fake, string) {
	return func(f *fake, path string) { f.refuseWith(path, status) }
}

func body(s string) func(*fake, string) {
	return func(f *fake, path string) { f.set(path, s) }
}

func exactly403(path string) func(*fake, string) {
	return func(f *fake, _ string) {
		f.handle = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.EscapedPath() != path {
				return false
			}
			http.Error(w, `{"message":"no","errors":[]}`, http.StatusForbidden)
			return true
		}
	}
}

func TestOneResourceOfManyIsMissing(t *testing.T) {
	for _, c := range []struct {
		path     string
		part     organization.Part
		resource string
	}{
		{org + "/user/u2/authentication_methods", organization.PartUserAuthMethods, "u2"},
		{org + "/user/u2/access-tokens", organization.PartUserTokens, "u2"},
		{org + "/permissions/project/lab", organization.PartPermissions, "project/lab"},
		{"/v1/project/lab/service", organization.PartServices, "lab"},
		{org + "/authentication-methods/am1/domains", organization.PartIdPs, "am1"},
		{"/v1/access_token", organization.PartMe, "access tokens"},
	} {
		t.Run(string(c.part), func(t *testing.T) {
			f := nordwind()
			f.refuseWith(c.path, 403)
			s := readAll(t, f).Status(c.part)
			if s.Err != nil || len(s.Missing) != 1 || s.Missing[0].Resource.Raw() != c.resource || s.Complete() {
				t.Fatalf("status = %+v, want %s missing", s, c.resource)
			}
		})
	}
}

func TestAListCutShortIsNotComplete(t *testing.T) {
	f := nordwind()
	f.set(org+"/projects", strings.Replace(f.answers[org+"/projects"], `"total_project_count":2`, `"total_project_count":3`, 1))
	o := readAll(t, f)
	if s := o.Status(organization.PartProjects); s.Complete() {
		t.Errorf("2 of 3 projects pass for all: %+v", s)
	}
	if _, ok := o.LookupOK(organization.PartProjects, "third", ""); ok {
		t.Error("a project beyond the cut is said to be known not to exist")
	}
	if v, ok := o.LookupOK(organization.PartProjects, "lab", ""); !ok || v != "true" {
		t.Error("a project that was listed is not known")
	}
	entry := `{"user_group_id":"g%d","user_group_name":"n"}`
	var all []string
	for i := range 999 {
		all = append(all, fmt.Sprintf(entry, i))
	}
	f.set(org+"/user-groups", `{"user_groups":[`+strings.Join(all, ",")+`]}`)
	if s := readAll(t, f).Status(organization.PartGroups); s.Err == nil {
		t.Error("a list of exactly the limit passes for complete")
	}
}

func TestOddTimesLoseNoList(t *testing.T) {
	f := nordwind()
	f.set(org+"/user", strings.Replace(users, `"last_activity_time":null`, `"last_activity_time":"the day before"`, 1))
	o := readAll(t, f)
	if len(o.Users) != 4 || !o.Users[2].LastActivity.IsZero() {
		t.Fatalf("users = %+v", o.Users)
	}
	s := o.Status(organization.PartUsers)
	if s.Err != nil || len(s.Missing) != 1 || s.Missing[0].Resource.Raw() != "u3" {
		t.Errorf("status = %+v, want u3 missing for its time", s)
	}
}

func TestHostileNamesAreKeptAndEscaped(t *testing.T) {
	f := nordwind()
	const name = "a/b ../?\u202e\x1b[31m"
	f.set(org+"/projects", `{"total_project_count":2,"projects":[{"project_id":"a/b ../?\u202e\u001b[31m","parent_id":"a0"},{"project_id":"..","parent_id":"a0"}]}`)
	o := readAll(t, f)
	if o.Projects[0].ID.Raw() != name {
		t.Errorf("raw name changed: %q", o.Projects[0].ID.Raw())
	}
	if strings.ContainsAny(o.Projects[0].ID.String(), "\x1b\u202e") {
		t.Error("shown name is not harmless")
	}
	for _, p := range f.paths() {
		if strings.HasSuffix(p, "/../service") || strings.HasPrefix(p, "/v1/project/a/") {
			t.Errorf("%s addresses something else", p)
		}
	}
	missing := o.Status(organization.PartServices)
	if missing.Err == nil && len(missing.Missing) != 2 {
		t.Errorf("services = %+v, want both projects unknown", missing)
	}
}

func TestNothingToLookAtIsAnError(t *testing.T) {
	t.Run("no such organization", func(t *testing.T) {
		f := nordwind()
		_, err := organization.Read(t.Context(), connect(t, f, "token"), "org2", organization.Options{Now: clock})
		if err == nil || len(f.paths()) != 1 {
			t.Errorf("err = %v after %v", err, f.paths())
		}
	})
	t.Run("bad token", func(t *testing.T) {
		f := nordwind()
		f.refuseWith("/v1", 401)
		if _, err := organization.Read(t.Context(), connect(t, f, "token"), "org1", organization.Options{Now: clock}); err == nil {
			t.Error("a bad token gives an organization")
		}
	})
	t.Run("all forbidden", func(t *testing.T) {
		f := nordwind()
		f.refuseWith("/v1", 403)
		if _, err := organization.Read(t.Context(), connect(t, f, "token"), "org1", organization.Options{Now: clock}); err == nil {
			t.Error("nothing could be read, and that gives an organization")
		}
	})
	t.Run("unreachable", func(t *testing.T) {
		cut := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		if _, err := organization.Read(t.Context(), connect(t, cut, "token"), "org1", organization.Options{Now: clock}); err == nil {
			t.Error("an API that cannot be reached gives an organization")
		}
	})
}

func TestCancelIsPrompt(t *testing.T) {
	f := nordwind()
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	f.handle = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/service") {
			cancel()
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
		return false
	}
	began := time.Now()
	_, err := organization.Read(ctx, connect(t, f, "token"), "org1", organization.Options{Now: clock})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want cancelled", err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("took %v to stop", took)
	}
}

func TestProgressIsTruthful(t *testing.T) {
	f := nordwind()
	f.refuseWith(org+"/projects", 403)
	var inside atomic.Int32
	last := map[organization.Part]organization.Progress{}
	calls := 0
	_, err := organization.Read(t.Context(), connect(t, f, "token"), "org1", organization.Options{Now: clock, Progress: func(p organization.Progress) {
		if inside.Add(1) != 1 {
			t.Error("called from two goroutines at once")
		}
		defer inside.Add(-1)
		if p.Done > p.Total {
			t.Errorf("%s: %d of %d done", p.Part, p.Done, p.Total)
		}
		if last[p.Part].Finished {
			t.Errorf("%s goes on after it finished", p.Part)
		}
		last[p.Part] = p
		calls = max(calls, p.Calls)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range organization.AllParts() {
		if at := last[p]; !at.Finished || at.Done != at.Total {
			t.Errorf("%s: ended with %+v", p, at)
		}
	}
	if last[organization.PartProjects].Err == nil || last[organization.PartServices].Err == nil {
		t.Error("failed parts finish without an error")
	}
	if calls != len(f.paths()) {
		t.Errorf("%d calls told, %d made", calls, len(f.paths()))
	}
}

func TestListOrganizations(t *testing.T) {
	f := nordwind()
	got, err := organization.List(t.Context(), connect(t, f, "token"))
	if err != nil || len(got) != 1 || got[0].Name.Raw() != "Nordwind" || got[0].Tier.Raw() != "business" {
		t.Errorf("List = %v, %v", got, err)
	}
	f.refuseWith("/v1/organizations", 401)
	if _, err := organization.List(t.Context(), connect(t, f, "token")); err == nil {
		t.Error("a refused list is no error")
	}
}
