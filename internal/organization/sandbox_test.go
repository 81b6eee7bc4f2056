package organization_test

import (
	"net/http"
	"slices"
	"testing"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/sandbox"
)

// practice serves the practice organization.
func practice(t *testing.T) (*sandbox.Sandbox, string) {
	t.Helper()
	s, err := sandbox.New(sandbox.Practice(), sandbox.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s, s.State().Organizations[0].ID
}

func TestPracticeOrganizationIsReadWhole(t *testing.T) {
	s, id := practice(t)
	api := connect(t, s, s.Token("admin"))
	o, err := organization.Read(t.Context(), api, id, organization.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range organization.AllParts() {
		if st := o.Status(p); !st.Complete() {
			t.Errorf("%s: %v, missing %v", p, st.Err, st.Missing)
		}
	}
	want := s.State().Organizations[0]
	services := 0
	for _, p := range want.Projects {
		services += len(p.Services)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"units", len(o.Units), len(want.Units)},
		{"projects", len(o.Projects), len(want.Projects)},
		{"services", len(o.Services), services},
		{"users", len(o.Users), len(want.Users) + len(want.ApplicationUsers)},
		{"application users", len(o.AppUsers), len(want.ApplicationUsers)},
		{"groups", len(o.Groups), len(want.Groups)},
	} {
		if c.got != c.want {
			t.Errorf("%d %s read, %d there", c.got, c.what, c.want)
		}
	}
	if !o.Me.InOrganization || o.Me.Token == organization.TokenUnknown {
		t.Errorf("me = %+v", o.Me)
	}
	if len(s.Writes()) != 0 {
		t.Errorf("reading wrote: %v", s.Writes())
	}
	var seen []string
	for _, r := range s.Requests() {
		seen = append(seen, r.Path)
	}
	slices.Sort(seen)
	if once := slices.Compact(slices.Clone(seen)); len(once) != len(seen) {
		t.Errorf("%d requests for %d lists", len(seen), len(once))
	}
}

func TestAgainOnPracticeCallsOnlyThePartsOperations(t *testing.T) {
	s, id := practice(t)
	api := connect(t, s, s.Token("admin"))
	o, err := organization.Read(t.Context(), api, id, organization.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range organization.AllParts() {
		before := len(s.Requests())
		next, err := organization.Again(t.Context(), api, o, organization.Options{Parts: []organization.Part{p}, Now: clock})
		if err != nil || !next.Status(p).Complete() {
			t.Errorf("%s: %v, %+v", p, err, next.Status(p))
			continue
		}
		called := map[string]bool{}
		for _, r := range s.Requests()[before:] {
			if !slices.Contains(organization.Operations(p), r.Operation) {
				t.Errorf("%s: called %s", p, r.Operation)
			}
			called[r.Operation] = true
		}
		if len(called) != len(organization.Operations(p)) {
			t.Errorf("%s: called %v, said %v", p, called, organization.Operations(p))
		}
	}
}

func TestEveryOperationMayFail(t *testing.T) {
	s, id := practice(t)
	api := connect(t, s, s.Token("admin"))
	faults := map[string]sandbox.Fault{
		"500":       {Status: http.StatusInternalServerError},
		"403":       {Status: http.StatusForbidden},
		"truncated": {Truncate: true},
		"reset":     {Reset: true},
	}
	for _, p := range organization.AllParts() {
		if p == organization.PartOrganization {
			continue // see TestNothingToLookAtIsAnError
		}
		for _, operation := range organization.Operations(p) {
			for name, f := range faults {
				f.Operation, f.Times = operation, -1
				s.Fail(f)
				o, err := organization.Read(t.Context(), api, id, organization.Options{Now: clock})
				s.ClearFaults()
				if err != nil {
					t.Fatalf("%s %s: %v", operation, name, err)
				}
				if st := o.Status(p); st.Complete() {
					t.Errorf("%s %s: %s passes for complete", operation, name, p)
				}
				if st := o.Status(organization.PartOrganization); !st.Complete() {
					t.Errorf("%s %s: the organization suffered: %v", operation, name, st.Err)
				}
			}
		}
	}
}

func TestAReadOnlyTokenSaysWhatItMisses(t *testing.T) {
	s, id := practice(t)
	o, err := organization.Read(t.Context(), connect(t, s, s.Token("read-only")), id, organization.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, p := range organization.AllParts() {
		st := o.Status(p)
		if aivenapi.Forbidden(st.Err) {
			refused++
			if st.Permission == "" {
				t.Errorf("%s: refused, and no permission is named", p)
			}
		}
		for _, m := range st.Missing {
			if aivenapi.Forbidden(m.Err) {
				refused++
				if m.Permission == "" {
					t.Errorf("%s of %s: refused, and no permission is named", p, m.Resource)
				}
			}
		}
	}
	if refused == 0 {
		t.Error("a read-only token was refused nothing")
	}
	if !o.Me.InOrganization || o.Me.IsSuperAdmin {
		t.Errorf("me = %+v", o.Me)
	}
}

func TestAnApplicationUserKnowsItself(t *testing.T) {
	s, id := practice(t)
	o, err := organization.Read(t.Context(), connect(t, s, s.Token("app-user")), id, organization.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	if o.Me.Token != organization.TokenApplication || !o.Me.IsApplicationUser {
		t.Errorf("me = %+v", o.Me)
	}
}
