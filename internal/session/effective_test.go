package session_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
)

// drawnSeed is an organization of a few of everything, with grants on all levels.
func drawnSeed(t *rapid.T) *sandbox.Seed {
	o := &sandbox.Organization{ID: "orgdrawn", AccountID: "aroot", Name: "Drawn", Tier: "business"}
	var everybody, groups []string
	for i := range rapid.IntRange(1, 4).Draw(t, "people") {
		u := &sandbox.User{ID: fmt.Sprint("u", i), Email: fmt.Sprintf("u%d@drawn.example", i), State: "active", Managed: rapid.Bool().Draw(t, "managed")}
		if i == 0 { // who asks
			u.SuperAdmin = true
		} else {
			u.SuperAdmin = rapid.Bool().Draw(t, "super admin")
			u.State = rapid.SampledFrom([]string{"active", "deactivated"}).Draw(t, "state")
		}
		o.Users, everybody = append(o.Users, u), append(everybody, u.ID)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "applications") {
		u := &sandbox.User{ID: fmt.Sprint("app", i), Name: fmt.Sprint("application ", i), Email: fmt.Sprintf("app%d@app-user.aiven.io", i), State: "active", Managed: true}
		o.ApplicationUsers, everybody = append(o.ApplicationUsers, u), append(everybody, u.ID)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "groups") {
		g := &sandbox.Group{ID: fmt.Sprint("ug", i), Name: fmt.Sprint("Group ", i), ManagedBySCIM: rapid.Bool().Draw(t, "SCIM")}
		for _, id := range everybody {
			if rapid.Bool().Draw(t, "member") {
				g.Members = append(g.Members, id)
			}
		}
		o.Groups, groups = append(o.Groups, g), append(groups, g.ID)
	}
	grants := func() (out []*sandbox.Grant) {
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			g := &sandbox.Grant{Permissions: rapid.SliceOfN(rapid.SampledFrom([]string{
				"admin", "developer", "read_only", organization.OrganizationAdmin, "service:secrets:read",
				"role:never:heard:of", "never:heard:of:write", "\x1b[31mred\u202e", "Ünïcode", "a/b c",
			}), 0, 3).Draw(t, "permissions")}
			if rapid.Bool().Draw(t, "direct") || len(groups) == 0 {
				g.User = rapid.SampledFrom(everybody).Draw(t, "user")
			} else {
				g.Group = rapid.SampledFrom(append(slices.Clone(groups), "ug-gone")).Draw(t, "group")
			}
			out = append(out, g)
		}
		return out
	}
	o.Grants = grants()
	parents := []string{o.ID, o.AccountID}
	for i := range rapid.IntRange(0, 2).Draw(t, "units") {
		u := &sandbox.Unit{ID: fmt.Sprint("aunit", i), Name: fmt.Sprint("Unit ", i), Grants: grants()}
		o.Units, parents = append(o.Units, u), append(parents, u.ID)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "projects") {
		o.Projects = append(o.Projects, &sandbox.Project{ID: fmt.Sprint("project-", i), Parent: rapid.SampledFrom(parents).Draw(t, "parent"), Grants: grants()})
	}
	return &sandbox.Seed{Name: "drawn", State: sandbox.State{
		Organizations: []*sandbox.Organization{o},
		Tokens:        []*sandbox.Token{{Name: "admin", User: "u0", Kind: sandbox.SessionToken, CreatedBy: "saml"}},
	}}
}

// What the tool computes from grants, groups and inheritance is what the API
// says that each member holds.
func TestEffectiveAccessIsWhatTheAPISays(t *testing.T) {
	pol, err := policy.Load("", t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	journal := t.TempDir()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue { // each is a server and a whole reading
		if err := flag.Set(checks.Name, "30"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(checks.Name, checks.DefValue) })
	}
	rapid.Check(t, func(r *rapid.T) {
		seed := drawnSeed(r)
		box, err := sandbox.New(seed, sandbox.Options{Now: clock, RandSeed: 1})
		if err != nil {
			r.Fatal(err)
		}
		srv, err := box.Listen("127.0.0.1:0")
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = srv.Close() }()
		api, err := aivenapi.New(aivenapi.Options{BaseURL: srv.URL, Token: box.Token("admin"), ReadOnly: true, Now: clock, Sleep: noSleep})
		if err != nil {
			r.Fatal(err)
		}
		s, err := session.New(session.Options{API: api, Policy: pol, Now: clock, Sleep: noSleep, DryRun: true, JournalDir: journal})
		if err != nil {
			r.Fatal(err)
		}
		id := seed.State.Organizations[0].ID
		if _, err := s.Read(t.Context(), id, nil); err != nil {
			r.Fatal(err)
		}
		o := s.Organization()
		if !o.Status(organization.PartPermissions).Complete() {
			r.Fatalf("permissions were not read: %+v", o.Status(organization.PartPermissions))
		}
		computed := map[string][]string{}
		for _, a := range o.EffectiveAccess() {
			if !a.Permission.Is(organization.SuperAdmin) {
				computed[a.UserID.Raw()] = append(computed[a.UserID.Raw()], fmt.Sprintf("%s %s %q", a.ResourceType.Raw(), a.ResourceID.Raw(), a.Permission.Raw()))
			}
		}
		for _, u := range o.Users {
			list, err := api.OrganizationMemberPermissionsList(t.Context(), id, u.ID.Raw())
			if err != nil {
				r.Fatal(err)
			}
			var told []string
			for _, m := range list {
				for _, p := range m.Permissions {
					told = append(told, fmt.Sprintf("%s %s %q", m.ResourceType.Raw(), m.ResourceID.Raw(), p.Raw()))
				}
			}
			slices.Sort(told)
			got := computed[u.ID.Raw()]
			slices.Sort(got)
			if !slices.Equal(got, told) {
				r.Fatalf("%s\n computed %q\n told     %q", u.ID, got, told)
			}
			delete(computed, u.ID.Raw())
		}
		if len(computed) != 0 {
			r.Fatalf("access of nobody: %q", computed)
		}
	})
}
