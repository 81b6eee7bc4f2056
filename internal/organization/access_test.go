package organization_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"avn-harden/internal/organization"
)

func holds(list []organization.Access, user, kind, id, permission string) bool {
	return slices.ContainsFunc(list, func(a organization.Access) bool {
		return a.UserID.Is(user) && a.ResourceType.Is(kind) && a.ResourceID.Is(id) && a.Permission.Is(permission)
	})
}

func TestEffectiveAccessInherits(t *testing.T) {
	o := readAll(t, nordwind())
	all := o.EffectiveAccess()
	for _, c := range []struct {
		user, kind, id, permission string
		want                       bool
	}{
		{"u2", "organization", "org1", "role:organization:admin", true}, // through the group
		{"u2", "organization_unit", "a1", "role:organization:admin", true},
		{"u2", "project", "lab", "role:organization:admin", true},
		{"u3", "organization_unit", "a1", "developer", true},
		{"u3", "project", "shop-prod", "developer", true}, // the unit's project
		{"u3", "project", "lab", "developer", false},      // not the unit's
		{"u3", "organization", "org1", "developer", false},
		{"ap1", "project", "shop-prod", "admin", true},
		{"ap1", "project", "lab", "admin", false},
		{"u1", "project", "lab", organization.SuperAdmin, true},
		{"u2", "project", "lab", organization.SuperAdmin, false},
	} {
		if got := holds(all, c.user, c.kind, c.id, c.permission); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
	for _, a := range all {
		if a.UserID.Is("u2") && a.ResourceID.Is("lab") && !slices.Equal(a.Via, []string{"group Platform on the organization"}) {
			t.Errorf("via %q", a.Via)
		}
	}
}

func TestMovingAProjectShowsLostAndGained(t *testing.T) {
	o := readAll(t, nordwind())
	lost, gained, kept := organization.AccessDiff(o.EffectiveAccess(), o.WithProjectsMoved(texts("shop-prod", "lab"), text("a0")).EffectiveAccess())
	if len(lost) != 2 || !holds(lost, "u3", "project", "shop-prod", "developer") || len(gained) != 0 {
		t.Errorf("out of the unit: lost %v, gained %v", lost, gained)
	}
	if len(kept)+len(lost) != len(o.EffectiveAccess()) {
		t.Errorf("kept %d and lost %d of %d", len(kept), len(lost), len(o.EffectiveAccess()))
	}
	lost, gained, _ = organization.AccessDiff(o.EffectiveAccess(), o.WithProjectsMoved(texts("lab"), text("a1")).EffectiveAccess())
	if len(lost) != 0 || len(gained) != 2 || !holds(gained, "u3", "project", "lab", "read_only") {
		t.Errorf("into the unit: lost %v, gained %v", lost, gained)
	}
	if o.Projects[1].ParentID.Raw() != "a0" {
		t.Error("the old value changed")
	}
	people := organization.ByPerson(gained)
	if len(people) != 1 || !people[0].UserID.Is("u3") || len(people[0].Access) != 2 {
		t.Errorf("by person: %v", people)
	}
}

func TestEffectiveAdmins(t *testing.T) {
	o := readAll(t, nordwind())
	ids := func() (out []string) {
		for _, u := range o.EffectiveAdmins() {
			out = append(out, u.ID.Raw())
		}
		return out
	}
	if got := ids(); !slices.Equal(got, []string{"u1", "u2"}) {
		t.Errorf("admins = %v, want the super admin and the group's member", got)
	}
	grant := func(user string) organization.Grant {
		return organization.Grant{ResourceType: text("organization"), ResourceID: text("org1"), PrincipalType: text("user"),
			PrincipalID: text(user), Permissions: texts(organization.OrganizationAdmin)}
	}
	data := *o
	data.Grants = append(slices.Clone(o.Grants), grant("u3"), grant("ap1"))
	o = organization.Assemble(data, nil)
	if got := ids(); !slices.Equal(got, []string{"u1", "u2"}) {
		t.Errorf("admins = %v: deactivated people and application users cannot help", got)
	}
}

// drawn is an organization of a few of everything.
func drawn(t *rapid.T) organization.Organization {
	o := organization.Organization{ID: text("o"), RootAccountID: text("root")}
	for i := range rapid.IntRange(0, 3).Draw(t, "units") {
		o.Units = append(o.Units, organization.Unit{ID: text(fmt.Sprint("a", i)), Name: text(fmt.Sprint("Unit ", i)), ParentID: o.RootAccountID})
	}
	parents := []string{"o", "root", "elsewhere", "a0", "a1", "a2"}
	for i := range rapid.IntRange(0, 4).Draw(t, "projects") {
		o.Projects = append(o.Projects, organization.Project{ID: text(fmt.Sprint("p", i)), Name: text(fmt.Sprint("p", i)),
			ParentID: text(rapid.SampledFrom(parents).Draw(t, "parent"))})
	}
	for i := range 4 {
		o.Users = append(o.Users, organization.User{ID: text(fmt.Sprint("u", i)), State: text("active"), IsSuperAdmin: rapid.Bool().Draw(t, "super")})
	}
	for i := range 2 {
		g := organization.Group{ID: text(fmt.Sprint("g", i)), Name: text(fmt.Sprint("Group ", i))}
		for _, u := range o.Users {
			if rapid.Bool().Draw(t, "member") {
				g.MemberIDs = append(g.MemberIDs, u.ID)
			}
		}
		o.Groups = append(o.Groups, g)
	}
	for range rapid.IntRange(0, 8).Draw(t, "grants") {
		o.Grants = append(o.Grants, drawnGrant(t, o))
	}
	return o
}

func drawnGrant(t *rapid.T, o organization.Organization) organization.Grant {
	type on struct{ kind, id string }
	places := []on{{"organization", "o"}}
	for _, u := range o.Units {
		places = append(places, on{"organization_unit", u.ID.Raw()})
	}
	for _, p := range o.Projects {
		places = append(places, on{"project", p.ID.Raw()})
	}
	place := rapid.SampledFrom(places).Draw(t, "place")
	who := rapid.SampledFrom([][2]string{{"user", "u0"}, {"user", "u3"}, {"user_group", "g0"}, {"user_group", "g1"}, {"user_group", "gone"}}).Draw(t, "who")
	what := rapid.SliceOfN(rapid.SampledFrom([]string{"admin", "developer", "read_only", "never:heard:of"}), 0, 3).Draw(t, "what")
	return organization.Grant{ResourceType: text(place.kind), ResourceID: text(place.id),
		PrincipalType: text(who[0]), PrincipalID: text(who[1]), Permissions: texts(what...)}
}

func TestEffectiveAccessProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := drawn(t)
		o := organization.Assemble(data, nil)
		all := o.EffectiveAccess()
		seen := map[string]bool{}
		for _, a := range all {
			key := fmt.Sprint(a.UserID, a.ResourceType, a.ResourceID, a.Permission)
			if seen[key] {
				t.Fatalf("twice: %v", a)
			}
			seen[key] = true
			if len(a.Via) == 0 {
				t.Fatalf("through nothing: %v", a)
			}
			// What is held above is held below.
			for _, p := range o.Projects {
				below := a.ResourceType.Is("organization") || a.ResourceType.Is("organization_unit") && p.ParentID == a.ResourceID
				if below && !holds(all, a.UserID.Raw(), "project", p.ID.Raw(), a.Permission.Raw()) {
					t.Fatalf("%v is not held on project %v (parent %v)", a, p.ID, p.ParentID)
				}
			}
			if a.ResourceType.Is("organization") {
				for _, u := range o.Units {
					if !holds(all, a.UserID.Raw(), "organization_unit", u.ID.Raw(), a.Permission.Raw()) {
						t.Fatalf("%v is not held on unit %v", a, u.ID)
					}
				}
			}
			// And nothing comes from nowhere.
			if !a.Permission.Is(organization.SuperAdmin) && !granted(data, a) {
				t.Fatalf("%v was never granted", a)
			}
		}
		// The order of grants does not matter.
		data.Grants = slices.Clone(data.Grants)
		slices.Reverse(data.Grants)
		if again := organization.Assemble(data, nil).EffectiveAccess(); !reflect.DeepEqual(all, again) {
			t.Fatalf("order of grants matters: %v and %v", all, again)
		}
		// One more grant takes nothing away.
		data.Grants = append(data.Grants, drawnGrant(t, data))
		lost, _, kept := organization.AccessDiff(all, organization.Assemble(data, nil).EffectiveAccess())
		if len(lost) != 0 || len(kept) != len(all) {
			t.Fatalf("one more grant lost %v", lost)
		}
	})
}

// granted says whether some grant gives the permission to the user, directly
// or through a group, on the resource or above it.
func granted(o organization.Organization, a organization.Access) bool {
	return slices.ContainsFunc(o.Grants, func(g organization.Grant) bool {
		to := g.PrincipalType.Is("user") && g.PrincipalID == a.UserID
		for _, group := range o.Groups {
			to = to || g.PrincipalType.Is("user_group") && g.PrincipalID == group.ID && slices.Contains(group.MemberIDs, a.UserID)
		}
		on := g.ResourceType == a.ResourceType && g.ResourceID == a.ResourceID || g.ResourceType.Is("organization")
		for _, p := range o.Projects {
			on = on || g.ResourceType.Is("organization_unit") && a.ResourceType.Is("project") && a.ResourceID == p.ID && p.ParentID == g.ResourceID
		}
		return to && on && slices.Contains(g.Permissions, a.Permission)
	})
}
