package remediate

import (
	"slices"

	"avn-harden/internal/organization"
)

// peopleParts are what tells who can administer and get in.
var peopleParts = slices.Concat(adminParts, []organization.Part{
	organization.PartMe, organization.PartUserAuthMethods, organization.PartAuthPolicy, organization.PartIdPs,
})

// changesAccess is for changes of who may do what.
func changesAccess(c Change) bool {
	return isOperation("OrganizationUserUpdate", "PermissionsUpdate", "UserGroupMembersUpdate", "UserGroupDelete", "ApplicationUserDelete")(c)
}

// usable says whether a person can get in and act: active, and with a login
// that the policy in force allows.
func usable(u organization.User, o *organization.Organization) bool {
	if !activeHuman(u) {
		return false
	}
	return slices.ContainsFunc(u.LoginMethods, func(l organization.LoginMethod) bool {
		if isPassword(l) && yes(o.AuthPolicy.TwoFactorRequired) && !l.TwoFactor {
			return false
		}
		return allowed(l, o.AuthPolicy, o.IdPs)
	})
}

// usableSuperAdmins are those that could help if all others were gone.
func usableSuperAdmins(o *organization.Organization) []organization.User {
	return slices.DeleteFunc(slices.Clone(o.Users), func(u organization.User) bool { return !u.IsSuperAdmin || !usable(u, o) })
}

// usableOrgAdmins hold role:organization:admin, directly or through a group.
func usableOrgAdmins(o *organization.Organization) []organization.User {
	plain := *o
	plain.Users = slices.Clone(o.Users)
	for i := range plain.Users {
		plain.Users[i].IsSuperAdmin = false
	}
	return slices.DeleteFunc(slices.Clone(plain.Users), func(u organization.User) bool { return !isAdmin(&plain, u.ID) || !usable(u, o) })
}

// leastAdmins must remain of each kind: one can lose their phone.
const leastAdmins = 2

var adminsRemainGuard = Guard{
	ID: "admins-remain", Title: "Two super admins and two organization admins remain",
	Parts: peopleParts, Applies: changesAccess,
	Check: func(in GuardInput) Verdict {
		before := Effect(in.Org, in.Earlier...)
		after := Effect(before, in.Change)
		super, superAfter := usableSuperAdmins(before), usableSuperAdmins(after)
		if len(superAfter) < len(super) && len(superAfter) < leastAdmins {
			return blocks("Only %s super admin who can log in would remain, and one can lose their phone. Make another person super admin first.", few(len(superAfter)))
		}
		org, orgAfter := usableOrgAdmins(before), usableOrgAdmins(after)
		if len(orgAfter) < len(org) && len(orgAfter) < leastAdmins {
			return blocks("Only %s organization admin who can log in would remain. Make another person organization admin first.", few(len(orgAfter)))
		}
		return holds("%d super admins and %d organization admins who can log in remain.", len(superAfter), len(orgAfter))
	},
}

func few(n int) string {
	if n == 0 {
		return "no"
	}
	return itoa(n)
}

var notYourselfGuard = Guard{
	ID: "not-yourself", Title: "You do not take rights from yourself",
	Parts: slices.Concat(peopleParts, []organization.Part{organization.PartUnits, organization.PartProjects}), Applies: changesAccess,
	Check: func(in GuardInput) Verdict {
		me := in.Org.Me.UserID
		if isOperation("OrganizationUserUpdate")(in.Change) && segment(in.Change, 3) == me.Raw() {
			if setsTo(in.Change, "is_super_admin", false) {
				return blocks("This is you. Another super admin has to take super admin rights from you.")
			}
			if _, ok := bodyOf(in.Change)["state"]; ok {
				return blocks("This is you, and you would be locked out. Another admin has to do it.")
			}
		}
		if isOperation("ApplicationUserDelete")(in.Change) && segment(in.Change, 3) == me.Raw() {
			return blocks("This is the application user whose token you use, and you would be locked out.")
		}
		before := Effect(in.Org, in.Earlier...)
		after := Effect(before, in.Change)
		was, is := isAdmin(before, me), isAdmin(after, me)
		if was && !is {
			return blocks("You are an organization admin through this, and would no longer be. Another admin has to do it.")
		}
		if is {
			return holds("You stay an admin.")
		}
		mine := func(list []organization.Access) []organization.Access {
			return slices.DeleteFunc(slices.Clone(list), func(a organization.Access) bool { return a.UserID != me })
		}
		lost, _, _ := organization.AccessDiff(mine(before.EffectiveAccess()), mine(after.EffectiveAccess()))
		if len(lost) > 0 {
			return blocks("It takes %s on %s from you, and you may need it to go on. Another admin has to do it.", lost[0].Permission, lost[0].ResourceID)
		}
		return holds("Your own access stays as it is.")
	},
}

var superAdminOnlyGuard = Guard{
	ID: "super-admin-by-super-admin", Title: "Only a super admin changes super admins",
	Parts: []organization.Part{organization.PartMe, organization.PartUsers},
	Applies: func(c Change) bool {
		_, ok := bodyOf(c)["is_super_admin"]
		return ok && isOperation("OrganizationUserUpdate", "ApplicationUserUpdate", "ApplicationUserCreate")(c)
	},
	Check: func(in GuardInput) Verdict {
		switch {
		case !isOperation("OrganizationUserUpdate")(in.Change):
			return blocks("Aiven does not take super admin rights of application users through the API: leave is_super_admin out.")
		case !in.Org.Me.IsSuperAdmin:
			return blocks("Only a super admin can change who is super admin, and you are not one. Ask one of them, or use their token.")
		}
		return holds("You are a super admin.")
	},
}

var managedPeopleGuard = Guard{
	ID: "managed-person", Title: "The organization manages this person, and no identity provider overrules it",
	Parts:   []organization.Part{organization.PartUsers},
	Applies: isOperation("OrganizationUserUpdate", "OrganizationUserRevokeToken"),
	Check: func(in GuardInput) Verdict {
		i := slices.IndexFunc(in.Org.Users, func(u organization.User) bool { return u.ID.Raw() == segment(in.Change, 3) })
		if i < 0 {
			return blocks("The person is not in the organization any more. Read the organization again.")
		}
		u, body := in.Org.Users[i], bodyOf(in.Change)
		_, state := body["state"]
		switch {
		case body["state"] == "deleted":
			return blocks("Deleting a person loses their groups and grants for good, so this program does not do it. Deactivate them.")
		case u.ManagedBySCIM && !isOperation("OrganizationUserRevokeToken")(in.Change):
			return blocks("%s is managed by your identity provider (SCIM), which would put it back. Change it there.", person(u))
		case (state || isOperation("OrganizationUserRevokeToken")(in.Change)) && u.ManagingOrgID != in.Org.ID:
			return blocks("%s is not a managed user of this organization, so Aiven refuses this. Remove them from the organization in the console, or verify the domain of their e-mail address (step 1).", person(u))
		}
		return holds("%s can be changed here.", person(u))
	},
}

var scimGroupGuard = Guard{
	ID: "scim-group", Title: "The group is not managed by the identity provider",
	Parts:   []organization.Part{organization.PartGroups},
	Applies: isOperation("UserGroupUpdate", "UserGroupDelete", "UserGroupMembersUpdate"),
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 3)
		if hasRef(id) || madeGroup(in, id) {
			return holds("The group is made by this plan.")
		}
		i := slices.IndexFunc(in.Org.Groups, func(g organization.Group) bool { return g.ID.Raw() == id })
		if i < 0 {
			return blocks("The group is not there any more. Read the organization again.")
		}
		g := in.Org.Groups[i]
		if g.ManagedBySCIM {
			return blocks("The group %s is managed by your identity provider (SCIM). Change it there.", g.Name)
		}
		if isOperation("UserGroupDelete")(in.Change) {
			if in.Change.UndoOf == "" {
				return blocks("This program deletes only groups that it made, when that is undone.")
			}
			if len(g.MemberIDs) > 0 || slices.ContainsFunc(in.Org.Grants, func(x organization.Grant) bool { return x.PrincipalID == g.ID && len(x.Permissions) > 0 }) {
				return blocks("The group %s has members or grants. Undo those first.", g.Name)
			}
		}
		return holds("The group %s is Aiven's own.", g.Name)
	},
}

// madeGroup says whether an earlier change of the plan made the group: the list
// may lag behind it.
func madeGroup(in GuardInput, id string) bool {
	return !slices.ContainsFunc(in.Org.Groups, func(g organization.Group) bool { return g.ID.Raw() == id }) &&
		slices.ContainsFunc(in.Earlier, isOperation("UserGroupCreate"))
}
