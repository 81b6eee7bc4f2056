package organization

import (
	"context"
	"maps"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
)

// The kinds of resource that permissions are granted on.
const (
	kindOrganization = "organization"
	kindUnit         = "organization_unit"
	kindProject      = "project"
)

// SuperAdmin is the permission that Access has for super admins, who have no
// role in the API.
const SuperAdmin = "super admin"

// OrganizationAdmin is the role that administers the organization.
const OrganizationAdmin = "role:organization:admin"

// resource is something that permissions are granted on.
type resource struct {
	kind     string
	id, name Text
	above    []string // keys of what its access is inherited from
}

func (r resource) key() string { return PermissionResource(r.kind, r.id.Raw()) }
func (r resource) text() Text  { return aivenapi.NewText(r.key()) }

// says names the resource for display.
func (r resource) says() string {
	switch r.kind {
	case kindOrganization:
		return "the organization"
	case kindUnit:
		return "unit " + r.name.String()
	}
	return r.kind + " " + r.name.String()
}

// grantable gives what permissions are granted on: the organization, its
// units and its projects, with what each inherits from. A unit's parent is
// always the organization; a project's may be given as an organization id, a
// root account id or a unit id.
func (o *Organization) grantable() []resource {
	org := resource{kind: kindOrganization, id: o.ID, name: o.Name}
	out := make([]resource, 0, 1+len(o.Units)+len(o.Projects))
	out = append(out, org)
	units := make(map[Text]string, len(o.Units))
	for _, u := range o.Units {
		r := resource{kind: kindUnit, id: u.ID, name: u.Name, above: []string{org.key()}}
		units[u.ID] = r.key()
		out = append(out, r)
	}
	for _, p := range o.Projects {
		r := resource{kind: kindProject, id: p.ID, name: p.Name, above: []string{org.key()}}
		if key, ok := units[p.ParentID]; ok {
			r.above = append(r.above, key)
		}
		out = append(out, r)
	}
	return out
}

func readPermissions(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	resources := o.grantable()
	got, missing, err := each(ctx, f, resources, resource.text, func(ctx context.Context, r resource) ([]wireGrant, error) {
		c := lists("PermissionsGet", "organization", f.id, "permissions", r.kind, r.id.Raw())
		return list(ctx, f, c, "permissions", func(w wireGrant) Text { return w.PrincipalID })
	})
	if err != nil {
		return nil, nil, err
	}
	var grants []Grant
	for i, r := range resources {
		if got[i] == nil {
			continue
		}
		for _, w := range *got[i] {
			grants = append(grants, Grant{
				ResourceType: aivenapi.NewText(r.kind), ResourceID: r.id,
				PrincipalType: w.PrincipalType, PrincipalID: w.PrincipalID, Permissions: w.Permissions,
			})
		}
	}
	return func(o *Organization) { o.Grants = grants }, missing, nil
}

// held is one permission of one person on one resource, as a key.
type held struct {
	user       Text
	kind, id   string
	permission string
}

func (a Access) key() held {
	return held{a.UserID, a.ResourceType.Raw(), a.ResourceID.Raw(), a.Permission.Raw()}
}

// EffectiveAccess computes, from grants, groups and inheritance
// (organization → unit → project), who can do what where, ordered by user,
// resource and permission. Super admins hold SuperAdmin on everything. It
// covers what was read: ask Status of units, projects, users, groups and
// permissions before taking an absence for an answer.
func (o *Organization) EffectiveAccess() []Access {
	members := make(map[Text]Group, len(o.Groups))
	for _, g := range o.Groups {
		members[g.ID] = g
	}
	resources := o.grantable()
	below := make(map[string][]resource, len(resources)) // a resource's key → where its grants apply
	named := make(map[string]resource, len(resources))
	for _, r := range resources {
		named[r.key()] = r
		below[r.key()] = append(below[r.key()], r)
		for _, above := range r.above {
			below[above] = append(below[above], r)
		}
	}
	all := make(map[held]*Access)
	give := func(user, permission Text, on resource, via string) {
		for _, r := range below[on.key()] {
			a := Access{UserID: user, ResourceType: aivenapi.NewText(r.kind), ResourceID: r.id, Permission: permission}
			at, ok := all[a.key()]
			if !ok {
				at = &a
				all[a.key()] = at
			}
			if !slices.Contains(at.Via, via) {
				at.Via = append(at.Via, via)
			}
		}
	}
	for _, u := range o.superAdmins() {
		give(u, aivenapi.NewText(SuperAdmin), resources[0], "super admin")
	}
	for _, g := range o.Grants {
		on, ok := named[PermissionResource(g.ResourceType.Raw(), g.ResourceID.Raw())]
		if !ok { // a resource that was not listed: nothing is below it
			on = resource{kind: g.ResourceType.Raw(), id: g.ResourceID, name: g.ResourceID}
			named[on.key()] = on
			below[on.key()] = []resource{on}
		}
		for _, p := range g.Permissions {
			switch {
			case g.PrincipalType.Is("user"):
				give(g.PrincipalID, p, on, "direct grant on "+on.says())
			case g.PrincipalType.Is("user_group"):
				group := members[g.PrincipalID]
				for _, id := range group.MemberIDs {
					give(id, p, on, "group "+group.Name.String()+" on "+on.says())
				}
			}
		}
	}
	out := make([]Access, 0, len(all))
	for a := range maps.Values(all) {
		slices.Sort(a.Via)
		out = append(out, *a)
	}
	slices.SortFunc(out, compareAccess)
	return out
}

// superAdmins gives the ids of users and application users that are super admins, once each.
func (o *Organization) superAdmins() []Text {
	var out []Text
	for _, u := range o.Users {
		if u.IsSuperAdmin {
			out = append(out, u.ID)
		}
	}
	for _, u := range o.AppUsers {
		if u.IsSuperAdmin && !slices.Contains(out, u.ID) {
			out = append(out, u.ID)
		}
	}
	return out
}

func compareAccess(a, b Access) int {
	for _, pair := range [][2]Text{
		{a.UserID, b.UserID}, {a.ResourceType, b.ResourceType}, {a.ResourceID, b.ResourceID}, {a.Permission, b.Permission},
	} {
		if c := strings.Compare(pair[0].Raw(), pair[1].Raw()); c != 0 {
			return c
		}
	}
	return 0
}

// AccessDiff compares two results of EffectiveAccess: what is lost, gained and
// kept (as after has it), each in order. What it comes through does not count.
func AccessDiff(before, after []Access) (lost, gained, kept []Access) {
	had := make(map[held]bool, len(before))
	for _, a := range before {
		had[a.key()] = true
	}
	has := make(map[held]bool, len(after))
	for _, a := range after {
		has[a.key()] = true
		if had[a.key()] {
			kept = append(kept, a)
		} else {
			gained = append(gained, a)
		}
	}
	for _, a := range before {
		if !has[a.key()] {
			lost = append(lost, a)
		}
	}
	return lost, gained, kept
}

// PersonAccess is the access of one person.
type PersonAccess struct {
	UserID Text
	Access []Access
}

// ByPerson groups access by person, ordered by user id; the order within stays.
func ByPerson(list []Access) []PersonAccess {
	at := make(map[Text]int)
	var out []PersonAccess
	for _, a := range list {
		i, ok := at[a.UserID]
		if !ok {
			i = len(out)
			at[a.UserID] = i
			out = append(out, PersonAccess{UserID: a.UserID})
		}
		out[i].Access = append(out[i].Access, a)
	}
	slices.SortStableFunc(out, func(a, b PersonAccess) int { return strings.Compare(a.UserID.Raw(), b.UserID.Raw()) })
	return out
}

// WithProjectsMoved gives o as it would be with projects moved to another
// parent, for the access difference of a move. No part is read; o stays as it was.
func (o *Organization) WithProjectsMoved(projectIDs []Text, parentID Text) *Organization {
	out := *o
	out.status = maps.Clone(o.status)
	out.Projects = slices.Clone(o.Projects)
	for i, p := range out.Projects {
		if slices.Contains(projectIDs, p.ID) {
			out.Projects[i].ParentID = parentID
		}
	}
	return &out
}

// EffectiveAdmins gives the people who can administer the organization: active
// humans who are super admins or hold OrganizationAdmin on the organization,
// directly or through a group. In the order of Users.
func (o *Organization) EffectiveAdmins() []User {
	admin := make(map[Text]bool)
	for _, id := range o.superAdmins() {
		admin[id] = true
	}
	for _, g := range o.Grants {
		if !g.ResourceType.Is(kindOrganization) || !slices.ContainsFunc(g.Permissions, func(p Text) bool { return p.Is(OrganizationAdmin) }) {
			continue
		}
		if g.PrincipalType.Is("user") {
			admin[g.PrincipalID] = true
		}
		for _, group := range o.Groups {
			if g.PrincipalType.Is("user_group") && group.ID == g.PrincipalID {
				for _, id := range group.MemberIDs {
					admin[id] = true
				}
			}
		}
	}
	var out []User
	for _, u := range o.Users {
		if admin[u.ID] && !u.IsApplicationUser && u.State.Is("active") {
			out = append(out, u)
		}
	}
	return out
}
