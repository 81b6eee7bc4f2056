package remediate

import (
	"fmt"
	"slices"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

var unitNestingGuard = Guard{
	ID: "unit-below-root", Title: "The unit stands directly below the organization",
	Parts:   []organization.Part{organization.PartOrganization},
	Applies: isOperation("AccountCreate"),
	Check: func(in GuardInput) Verdict {
		parent, _ := bodyOf(in.Change)["parent_account_id"].(string)
		switch {
		case parent == "":
			return blocks("Without a parent this makes a new organization, not a unit.")
		case in.Org.RootAccountID.Empty() || parent != in.Org.RootAccountID.Raw():
			return blocks("Units cannot stand in other units: the parent has to be the organization itself.")
		}
		return holds("The parent is the organization itself.")
	},
}

var unitEmptyGuard = Guard{
	ID: "unit-empty", Title: "Only an empty unit is deleted",
	Parts:   []organization.Part{organization.PartOrganization, organization.PartUnits, organization.PartProjects},
	Applies: isOperation("AccountDelete"),
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 1)
		i := slices.IndexFunc(in.Org.Units, func(u organization.Unit) bool { return u.ID.Raw() == id })
		if i < 0 {
			return blocks("It is not a unit of the organization. Read the organization again.")
		}
		for _, p := range in.Org.Projects {
			if p.ParentID.Raw() == id {
				return blocks("The project %s is in the unit %s. Move it out first.", p.ID, in.Org.Units[i].Name)
			}
		}
		return holds("No project is in the unit %s.", in.Org.Units[i].Name)
	},
}

func movesProject(c Change) bool {
	if !isOperation("OrganizationProjectsUpdate")(c) {
		return false
	}
	_, ok := bodyOf(c)["parent_id"]
	return ok
}

var moveAdminGuard = Guard{
	ID: "move-as-admin", Title: "You may move projects and keep access to them",
	Parts:   slices.Concat(adminParts, []organization.Part{organization.PartMe}),
	Applies: movesProject,
	Check: func(in GuardInput) Verdict {
		if in.Org.Me.IsSuperAdmin || isAdmin(in.Org, in.Org.Me.UserID) {
			return holds("You are an admin of the organization, and keep access wherever the project is.")
		}
		return blocks("Moving a project takes role:organization:admin, and without it you might lose access to the project. Use the token of an organization admin.")
	},
}

var accessLostGuard = Guard{
	ID: "access-lost", Title: "Nobody loses access unnoticed",
	Parts:   slices.Concat(adminParts, []organization.Part{organization.PartUnits, organization.PartProjects}),
	Applies: movesProject,
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 3)
		parent, _ := bodyOf(in.Change)["parent_id"].(string)
		if parent == "" {
			return blocks("The request names no unit to move the project to.")
		}
		i := slices.IndexFunc(in.Org.Projects, func(p organization.Project) bool { return p.ID.Raw() == id })
		if i < 0 {
			return blocks("The project is not in the organization any more. Read the organization again.")
		}
		if !hasRef(parent) && !isParent(in.Org, parent) && !madeBefore(in) {
			return blocks("The unit to move the project to is not there any more. Read the organization again.")
		}
		moved := in.Org.WithProjectsMoved([]organization.Text{in.Org.Projects[i].ID}, aivenapi.NewText(parent))
		lost, _, _ := organization.AccessDiff(in.Org.EffectiveAccess(), moved.EffectiveAccess())
		if len(lost) > 0 {
			return mustAck(orgName(in.Org), describe(in.Org, lost), "%s to the project %s that came from the unit it is in now.", people(peopleIn(lost), "loses access", "lose access"), in.Org.Projects[i].ID)
		}
		return holds("Everybody keeps the access that they have.")
	},
}

func isParent(o *organization.Organization, id string) bool {
	return id == o.ID.Raw() || id == o.RootAccountID.Raw() ||
		slices.ContainsFunc(o.Units, func(u organization.Unit) bool { return u.ID.Raw() == id })
}

// madeBefore says whether an earlier change of the plan makes a unit: the list
// of units may lag behind it.
func madeBefore(in GuardInput) bool {
	return slices.ContainsFunc(in.Earlier, isOperation("AccountCreate"))
}

func peopleIn(list []organization.Access) int {
	seen := map[string]bool{}
	for _, a := range list {
		seen[a.UserID.Raw()] = true
	}
	return len(seen)
}

func describe(o *organization.Organization, list []organization.Access) []string {
	names := make(map[string]string, len(o.Users))
	for _, u := range o.Users {
		names[u.ID.Raw()] = person(u)
	}
	for _, u := range o.AppUsers {
		if _, ok := names[u.ID.Raw()]; !ok {
			names[u.ID.Raw()] = u.Name.String()
		}
	}
	var out []string
	for _, a := range list {
		who := names[a.UserID.Raw()]
		if who == "" {
			who = a.UserID.String()
		}
		out = append(out, fmt.Sprintf("%s: %s on %s", who, a.Permission, a.ResourceID))
	}
	return out
}
