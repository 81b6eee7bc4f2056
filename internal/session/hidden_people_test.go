package session_test

import (
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/policy"
	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/steps"
)

//go:embed testdata/hidden-people.yaml
var hiddenPeople []byte

const harbourID = "org0harbour01"

// harbour reads Hidden Harbour with one of its tokens, after a change to it,
// while some calls fail.
func harbour(t *testing.T, token string, change func(*sandbox.Organization, *sandbox.State), decide func(*policy.Policy), faults ...sandbox.Fault) steps.Report {
	t.Helper()
	seed, err := sandbox.ParseSeed("hidden-people.yaml", hiddenPeople)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(seed.State.Organizations[0], &seed.State)
	}
	box, err := sandbox.New(seed, sandbox.Options{Now: clock, RandSeed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		box.Fail(f)
	}
	srv, err := box.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	api, err := aivenapi.New(aivenapi.Options{BaseURL: srv.URL, Token: box.Token(token), ReadOnly: true, Now: clock, Sleep: noSleep})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	pol, err := policy.Load("", dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if decide != nil {
		decide(pol)
	}
	s, err := session.New(session.Options{API: api, Policy: pol, Now: clock, Sleep: noSleep, DryRun: true, JournalDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), harbourID, nil); err != nil {
		t.Fatal(err)
	}
	return s.Report()
}

// found is the status of a check and its findings, each as severity and
// resource, in order of their text.
func found(r steps.CheckResult) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Severity, f.Resource.Type, f.Resource.ID.Raw()))
	}
	slices.Sort(out)
	return append([]string{string(r.Status)}, out...)
}

func differ(t *testing.T, r steps.CheckResult, want []string) {
	t.Helper()
	got := found(r)
	want = slices.Clone(want)
	slices.Sort(want[1:])
	if slices.Equal(got, want) {
		return
	}
	t.Errorf("%s\n got  %s\n want %s\n %s", r.Check.ID, strings.Join(got, "\n      "), strings.Join(want, "\n      "), r.Reason)
}

func TestHiddenPeople(t *testing.T) {
	rep := harbour(t, "admin", nil, nil)
	want := map[string][]string{
		"super-admin-count":       {"pass"}, // three are active
		"super-admin-daily-use":   {"fail", "medium user u02mira"},
		"super-admin-2fa":         {"fail", "critical user u03niko"},
		"super-admin-app-user":    {"pass"},
		"super-admin-tokens":      {"fail", "high token u03niko/nikoNever001"},
		"super-admin-hygiene":     {"fail", "medium organization org0harbour01"},
		"org-admin-count":         {"fail", "high organization org0harbour01"}, // four, of nine active people
		"org-admin-app-user":      {"fail", "high application user a11admin"},
		"project-admin-count":     {"fail", "medium project harbour-prod"},
		"broad-org-grants":        {"fail", "medium application user a01terraform", "medium group ug6riggers", "medium user u12hal"},
		"wide-custom-permissions": {"fail", "medium application user a01terraform", "medium user u05ann", "medium user u12hal"},
		"inactive-users":          {"fail", "medium user u07cleo", "medium user u09eve"},
		"deactivated-with-access": {"fail", "low user u04olga", "low user u08dan"},
		"stale-invitations":       {"fail", "low invitation late@harbour.example", "low invitation ran-out@harbour.example"},
		"notification-email-not-super-admin": {"fail", "medium billing group 5c1d0f4e-7d7b-4a4c-a1f0-7f1a9a1b0101", "medium project harbour-dock",
			"medium project harbour-prod", "medium service harbour-dock/dock-pg", "medium service harbour-prod/tide-kafka"},
		"project-contacts-set": {"fail", "low project harbour-spare"},
		"avnadmin-only": {"fail", "medium service harbour-lab/lab-pg", "medium service harbour-prod/tide-cache", "medium service harbour-prod/tide-click",
			"medium service harbour-prod/tide-dragon", "medium service harbour-prod/tide-kafka", "medium service harbour-prod/tide-search"},
		"avnadmin-in-pool":        {"fail", "medium service harbour-lab/lab-off", "medium service harbour-lab/lab-pg", "medium service harbour-lab/lab-pg2"},
		"direct-user-grants":      {"fail", "low user u05ann", "low user u06bob", "low user u07cleo", "low user u08dan", "low user u09eve", "low user u12hal"},
		"group-description":       {"fail", "info group ug1pilots", "info group ug3cargo"},
		"auto-join-group-minimal": {"fail", "high identity provider am1oldidp001"},
		"empty-privileged-group":  {"fail", "info group ug4ghosts"},
		"role-template-drift":     {"not-applicable"},
		"app-user-dedicated":      {"fail", "medium application user a07shared", "medium application user a08four", "medium application user a09three"},
		"app-user-described":      {"fail", "low application user a02ci", "low application user a12test"},
		"token-ip-allowlist":      {"fail", "high token a02ci/ciNeverNew01", "high token a02ci/ciNeverOld02", "high token a04scraper/scrapSlide01"},
		"token-expiry": {"fail", "high token a01terraform/tf/Over+Age=", "high token a02ci/ciNeverNew01", "low token a02ci/ciNeverOld02",
			"low token a03ledger/ledgerEdge01", "high token a03ledger/ledgerOver02", "high token a04scraper/scrapSlide01"},
		"token-rotation":     {"fail", "medium token a03ledger/ledgerOver02"},
		"token-unused":       {"fail", "medium token a02ci/ciNeverOld02", "medium token a03ledger/ledgerOver02"},
		"token-scopes":       {"fail", "info token a01terraform/tf/Over+Age=", "info token a02ci/ciNeverNew01", "info token a02ci/ciNeverOld02"},
		"app-user-unused":    {"fail", "medium application user a05retired", "medium application user a06weather"},
		"app-user-no-grants": {"fail", "low application user a05retired", "low application user a06weather"},
		// Never used counts: Aiven does not tell when a personal token was made.
		"personal-token-unused": {"fail", "medium token u03niko/nikoNever001", "medium token u06bob/bobOver00001"},
		"personal-token-ip":     {"fail", "low token u03niko/nikoNever001", "low token u06bob/bobOver00001"},
		"token-storage":         {"fail", "medium organization org0harbour01"},
	}
	for _, s := range rep.Steps {
		if s.Step.ID != "least-privilege" && s.Step.ID != "application-users" {
			continue
		}
		for _, c := range s.Checks {
			w, ok := want[c.Check.ID]
			if !ok {
				t.Errorf("%s is not in the list", c.Check.ID)
				continue
			}
			differ(t, c, w)
			delete(want, c.Check.ID)
		}
	}
	for id := range maps.Keys(want) {
		t.Errorf("there is no check %s", id)
	}
}

type harbourOrg = sandbox.Organization

func person(o *harbourOrg, id string) *sandbox.User {
	for _, u := range slices.Concat(o.Users, o.ApplicationUsers) {
		if u.ID == id {
			return u
		}
	}
	panic("nobody is " + id)
}

func project(o *harbourOrg, id string) *sandbox.Project {
	for _, p := range o.Projects {
		if p.ID == id {
			return p
		}
	}
	panic("there is no project " + id)
}

// administered leaves so many organization admins of so many active people.
func administered(admins, active int) func(*harbourOrg, *sandbox.State) {
	return func(o *harbourOrg, _ *sandbox.State) {
		o.Grants = slices.DeleteFunc(o.Grants, func(g *sandbox.Grant) bool {
			return slices.Contains(g.Permissions, "role:organization:admin")
		})
		for i := 9; i < active; i++ { // nine are there
			o.Users = append(o.Users, &sandbox.User{ID: fmt.Sprintf("u9%03d", i), Email: fmt.Sprintf("u%03d@harbour.example", i), State: "active", LastActivity: sandbox.In(0)})
		}
		direct := admins
		if admins > 1 { // one of them through a group, and directly as well
			g := &sandbox.Group{ID: "ug9admins", Name: "admins", Members: []string{"u05ann", "u08dan"}}
			o.Groups = append(o.Groups, g)
			o.Grants = append(o.Grants, &sandbox.Grant{Group: g.ID, Permissions: []string{"role:organization:admin"}})
		}
		var who []string
		for _, u := range o.Users {
			if u.State == "active" && u.ID != "u05ann" {
				who = append(who, u.ID)
			}
		}
		who = append([]string{"u05ann"}, who...)
		for _, id := range who[:direct] {
			o.Grants = append(o.Grants, &sandbox.Grant{User: id, Permissions: []string{"role:organization:admin"}})
		}
	}
}

func TestHiddenPeopleAtTheLimits(t *testing.T) {
	high, low, pass := "high organization org0harbour01", "low organization org0harbour01", []string{"pass"}
	for name, c := range map[string]struct {
		check  string
		change func(*harbourOrg, *sandbox.State)
		decide func(*policy.Policy)
		want   []string
	}{
		"four super admins": {"super-admin-count", func(o *harbourOrg, _ *sandbox.State) { person(o, "u04olga").State = "active" }, nil, []string{"fail", high}},
		"two super admins":  {"super-admin-count", func(o *harbourOrg, _ *sandbox.State) { person(o, "u02mira").SuperAdmin = false }, nil, pass},
		"one super admin": {"super-admin-count", func(o *harbourOrg, _ *sandbox.State) {
			person(o, "u02mira").SuperAdmin, person(o, "u03niko").SuperAdmin = false, false
		}, nil, []string{"fail", low}},
		"no organization admin":           {"org-admin-count", administered(0, 9), nil, []string{"fail", low}},
		"one organization admin":          {"org-admin-count", administered(1, 9), nil, []string{"fail", low}},
		"two organization admins of nine": {"org-admin-count", administered(2, 9), nil, pass}, // fewer would be too few
		"three organization admins of 29": {"org-admin-count", administered(3, 29), nil, []string{"fail", high}},
		"three organization admins of 30": {"org-admin-count", administered(3, 30), nil, pass},
		"five organization admins of 49":  {"org-admin-count", administered(5, 49), nil, []string{"fail", high}},
		"five organization admins of 50":  {"org-admin-count", administered(5, 50), nil, pass},
		"six organization admins of 70":   {"org-admin-count", administered(6, 70), nil, []string{"fail", high}},
		"organization admin of a unit alone": {"org-admin-count", func(o *harbourOrg, s *sandbox.State) {
			administered(2, 9)(o, s)
			o.Units[0].Grants = append(o.Units[0].Grants, &sandbox.Grant{User: "u12hal", Permissions: []string{"role:organization:admin"}})
		}, nil, pass},
		"a fourth admin of a project, from the organization": {"project-admin-count", func(o *harbourOrg, _ *sandbox.State) {
			project(o, "harbour-prod").Grants = nil
			o.Grants = append(o.Grants, &sandbox.Grant{User: "u01cap", Permissions: []string{"admin"}})
		}, nil, []string{"fail", "medium project harbour-dock", "medium project harbour-lab"}},
		"a fourth admin of a project, an application": {"project-admin-count", func(o *harbourOrg, _ *sandbox.State) {
			project(o, "harbour-prod").Grants = nil
			project(o, "harbour-lab").Grants = append(project(o, "harbour-lab").Grants, &sandbox.Grant{User: "a01terraform", Permissions: []string{"admin"}})
		}, nil, []string{"fail", "medium project harbour-lab"}},
		"admins of a project twice": {"project-admin-count", func(o *harbourOrg, _ *sandbox.State) {
			project(o, "harbour-prod").Grants = nil
			o.Units[1].Grants = append(o.Units[1].Grants, &sandbox.Grant{User: "u07cleo", Permissions: []string{"admin", "role:project:admin"}})
		}, nil, pass},
		"an application is super admin": {"super-admin-app-user", func(o *harbourOrg, _ *sandbox.State) { person(o, "a02ci").SuperAdmin = true }, nil,
			[]string{"fail", "critical application user a02ci"}},
		"an application is no super admin to count": {"super-admin-count", func(o *harbourOrg, _ *sandbox.State) { person(o, "a02ci").SuperAdmin = true }, nil, pass},
		"an application is organization admin through a group": {"org-admin-app-user", func(o *harbourOrg, _ *sandbox.State) {
			o.Groups[0].Members = append(o.Groups[0].Members, "a02ci")
		}, nil, []string{"fail", "high application user a02ci", "high application user a11admin"}},
		"no groups at all": {"direct-user-grants", func(o *harbourOrg, _ *sandbox.State) {
			o.Groups, o.AuthenticationMethods[0].AutoJoinGroup, o.AuthenticationMethods[1].AutoJoinGroup, o.AuthenticationMethods[2].AutoJoinGroup = nil, "", "", ""
		}, nil, []string{"not-applicable"}},
		"nobody joins by themselves": {"auto-join-group-minimal", func(o *harbourOrg, _ *sandbox.State) {
			for _, m := range o.AuthenticationMethods[:3] {
				m.AutoJoinGroup = ""
			}
		}, nil, []string{"not-applicable"}},
		"joining a group with an unknown permission on a project": {"auto-join-group-minimal", func(o *harbourOrg, _ *sandbox.State) {
			o.Grants = slices.DeleteFunc(o.Grants, func(g *sandbox.Grant) bool { return g.Group == "ug3cargo" })
		}, nil, []string{"fail", "high identity provider am1oldidp001"}},
		"roles": {"role-template-drift", func(o *harbourOrg, _ *sandbox.State) {
			o.Grants = append(o.Grants, &sandbox.Grant{Group: "ug5idle", Permissions: []string{"organization:billing:read", "organization:billing:write"}})
		}, func(p *policy.Policy) {
			p.RoleGroups = []policy.RoleGroup{
				{Group: "ug6riggers", Role: "dba"},   // operator on the organization, project admin on a unit
				{Group: "ghosts", Role: "dba"},       // developer on a project
				{Group: "ug3cargo", Role: "auditor"}, // never:heard:of
				{Group: "idle", Role: "finance"},     // sees bills, and edits them
				{Group: "ug1pilots", Role: "devops"}, // organization admin
			}
		}, []string{"fail", "low group ug6riggers", "low group ug3cargo", "low group ug1pilots"}},
		"a role of a group that is not there": {"role-template-drift", nil, func(p *policy.Policy) {
			p.RoleGroups = []policy.RoleGroup{{Group: "nobody", Role: "dba"}}
		}, []string{"unknown"}},
		"nothing about applications": {"app-user-described", func(o *harbourOrg, s *sandbox.State) {
			person(o, "a02ci").Name, person(o, "a12test").Name = "cargo importer", " TEST "
		}, nil, []string{"fail", "low application user a02ci", "low application user a12test"}},
		"logs in with a provider alone": {"super-admin-2fa", func(o *harbourOrg, _ *sandbox.State) {
			person(o, "u03niko").Logins = []*sandbox.Login{{Type: "saml", Method: "am0harbour01"}}
		}, nil, pass},
	} {
		t.Run(name, func(t *testing.T) {
			differ(t, result(t, harbour(t, "admin", c.change, c.decide), c.check), c.want)
		})
	}
}

// A member without any right sees who is there and what the groups are
// called. All else is unknown, and nothing passes that was not seen whole.
func TestHiddenPeopleUnreadable(t *testing.T) {
	rep := harbour(t, "read-only", func(o *harbourOrg, _ *sandbox.State) {
		for _, grants := range []*[]*sandbox.Grant{&o.Grants, &project(o, "harbour-lab").Grants, &project(o, "harbour-dock").Grants} {
			*grants = slices.DeleteFunc(*grants, func(g *sandbox.Grant) bool { return g.User == "u12hal" })
		}
		for _, g := range o.Groups {
			g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == "u12hal" })
		}
	}, nil)
	seen := map[string][]string{
		"super-admin-count":     {"pass"},
		"super-admin-daily-use": {"fail", "medium user u02mira"},
		"super-admin-hygiene":   {"fail", "medium organization org0harbour01"},
		"inactive-users":        {"fail", "medium user u07cleo", "medium user u09eve"},
		"group-description":     {"fail", "info group ug1pilots", "info group ug3cargo"},
		"token-storage":         {"fail", "medium organization org0harbour01"},
	}
	for _, s := range rep.Steps {
		if s.Step.ID != "least-privilege" && s.Step.ID != "application-users" {
			continue
		}
		for _, c := range s.Checks {
			want, ok := seen[c.Check.ID]
			if !ok {
				want = []string{"unknown"}
			}
			differ(t, c, want)
			if !ok && (c.Reason == "" || !c.Incomplete) {
				t.Errorf("%s does not say what is missing", c.Check.ID)
			}
		}
	}
	if rep.Complete {
		t.Error("the report says that it is complete")
	}
}

func unreadable(path string) sandbox.Fault {
	return sandbox.Fault{Method: "GET", Path: "/v1/organization/" + harbourID + path, Status: http.StatusForbidden, Times: -1}
}

// Where a part of something could not be read, what is absent is not known to
// be absent: no finding comes of it.
func TestHiddenPeopleReadInPart(t *testing.T) {
	lab, org := unreadable("/permissions/project/harbour-lab"), unreadable("/permissions/organization/"+harbourID)
	deckhands, pilots := unreadable("/user-groups/ug2deckhands/members"), unreadable("/user-groups/ug1pilots/members")
	tokens := unreadable("/application-users/a03ledger/access-tokens")
	annAlone := func(o *harbourOrg, _ *sandbox.State) { // but for who is in pilots
		o.Grants = slices.DeleteFunc(o.Grants, func(g *sandbox.Grant) bool { return g.User == "a11admin" })
	}
	for name, c := range map[string]struct {
		check  string
		fault  sandbox.Fault
		change func(*harbourOrg, *sandbox.State)
		want   []string
	}{
		"grants on a project":             {"app-user-no-grants", lab, nil, []string{"unknown"}},
		"members of a group":              {"app-user-no-grants", deckhands, nil, []string{"unknown"}},
		"a group that seems empty":        {"empty-privileged-group", deckhands, nil, []string{"fail", "info group ug4ghosts"}},
		"few admins without the grants":   {"org-admin-count", org, nil, []string{"unknown"}},
		"few admins without the members":  {"org-admin-count", pilots, annAlone, []string{"unknown"}},
		"many admins without the members": {"org-admin-count", pilots, administered(3, 9), []string{"fail", "high organization org0harbour01"}},
		"admins of other projects":        {"project-admin-count", lab, nil, []string{"fail", "medium project harbour-prod"}},
		"what a group may join to":        {"auto-join-group-minimal", org, nil, []string{"fail", "high identity provider am1oldidp001"}},
		"one application's tokens":        {"token-rotation", tokens, nil, []string{"unknown"}},
		"other applications' tokens":      {"token-unused", tokens, nil, []string{"fail", "medium token a02ci/ciNeverOld02"}},
		"an application's use":            {"app-user-unused", tokens, nil, []string{"fail", "medium application user a05retired", "medium application user a06weather"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := result(t, harbour(t, "admin", c.change, nil, c.fault), c.check)
			differ(t, r, c.want)
			if !r.Incomplete || r.Reason == "" {
				t.Errorf("%s does not say that something is missing", c.check)
			}
		})
	}
}
