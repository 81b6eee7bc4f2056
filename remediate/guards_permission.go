package remediate

import (
	"slices"

	"avn-harden/internal/organization"
)

var onePrincipalGuard = Guard{
	ID: "one-principal", Title: "One person or group at a time, said how",
	Parts:   adminParts,
	Applies: isOperation("PermissionsUpdate"),
	Check: func(in GuardInput) Verdict {
		operation, list := entriesOf(in.Change)
		kind, resource := segment(in.Change, 3), segment(in.Change, 4)
		switch {
		case !slices.Contains([]string{"grant", "set", "revoke"}, operation):
			return blocks("The request does not say whether to grant, set or revoke: Aiven would replace all that is held.")
		case len(list) != 1:
			return blocks("The request changes %d people or groups at once, which Aiven does not do as one. Change one at a time.", len(list))
		case nullPermissions(in.Change):
			return blocks("The request names no list of permissions.")
		}
		e := list[0]
		key := organization.PermissionResource(kind, resource)
		named := slices.ContainsFunc(in.Change.Deltas, func(d Delta) bool {
			return d.Part == organization.PartPermissions && d.Resource == key && d.Field == organization.PrincipalField(e.kind, e.id)
		})
		if !named {
			return blocks("What %s holds before and after is not part of this change, so it cannot be read back. Make the plan anew.", safe(e.id))
		}
		if hasRef(e.id) || e.kind == "user_group" && madeGroup(in, e.id) || e.kind == "user" && slices.ContainsFunc(in.Earlier, isOperation("ApplicationUserCreate")) {
			return holds("It is for one that this plan makes.")
		}
		known := slices.ContainsFunc(in.Org.Users, func(u organization.User) bool { return u.ID.Raw() == e.id }) ||
			slices.ContainsFunc(in.Org.Groups, func(g organization.Group) bool { return g.ID.Raw() == e.id })
		if !known {
			return blocks("Whom this is for is not in the organization any more. Read the organization again.")
		}
		return holds("It changes what one %s holds on one resource.", map[string]string{"user": "person", "user_group": "group"}[e.kind])
	},
}

func nullPermissions(c Change) bool {
	items, _ := bodyOf(c)["permissions"].([]any)
	for _, it := range items {
		m, _ := it.(map[string]any)
		if _, ok := m["permissions"].([]any); !ok {
			return true
		}
	}
	return len(items) == 0
}

// FactMoved marks a revoke whose access must already come through a group.
const FactMoved = "moved_to_group"

var movedFirstGuard = Guard{
	ID: "moved-first", Title: "The group already gives what is taken away",
	Parts:   slices.Concat(adminParts, []organization.Part{organization.PartUnits, organization.PartProjects}),
	Applies: func(c Change) bool { return isOperation("PermissionsUpdate")(c) && c.Facts[FactMoved] != "" },
	Check: func(in GuardInput) Verdict {
		before := Effect(in.Org, in.Earlier...)
		lost, _, _ := organization.AccessDiff(before.EffectiveAccess(), Effect(before, in.Change).EffectiveAccess())
		if len(lost) > 0 {
			return blocks("It would take %s on %s away, which the group does not give. Read the organization again and plan anew.", lost[0].Permission, lost[0].ResourceID)
		}
		return holds("Nobody loses anything: the group gives the same.")
	},
}

// projectAdmin are the roles that administer a project.
var projectAdmin = []string{"admin", "role:project:admin", organization.OrganizationAdmin, organization.SuperAdmin}

var projectAdminGuard = Guard{
	ID: "project-admin-remains", Title: "Somebody who can log in still administers each project",
	Parts:   slices.Concat(peopleParts, []organization.Part{organization.PartUnits, organization.PartProjects}),
	Applies: changesAccess,
	Check: func(in GuardInput) Verdict {
		before := Effect(in.Org, in.Earlier...)
		after := Effect(before, in.Change)
		had, has := administered(before), administered(after)
		for _, p := range in.Org.Projects {
			if had[p.ID] && !has[p.ID] {
				return blocks("Nobody who can log in would administer the project %s any more. Make somebody else its admin first.", p.ID)
			}
		}
		return holds("Each project keeps an admin who can log in.")
	},
}

func administered(o *organization.Organization) map[organization.Text]bool {
	can := map[organization.Text]bool{}
	for _, u := range o.Users {
		can[u.ID] = usable(u, o)
	}
	out := map[organization.Text]bool{}
	for _, a := range o.EffectiveAccess() {
		if a.ResourceType.Is("project") && can[a.UserID] && slices.Contains(projectAdmin, a.Permission.Raw()) {
			out[a.ResourceID] = true
		}
	}
	return out
}
