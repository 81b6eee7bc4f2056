package sandbox

import "slices"

func userWriteOperations() []operation {
	return []operation{
		{id: "OrganizationUserUpdate", method: patch, path: "/organization/{organization_id}/user/{member_user_id}", access: holders("organization:users:write"), serve: userUpdate},
	}
}

// mayManage keeps all but super admins away from super admins.
func (c *call) mayManage(u *User) *answer {
	if u.SuperAdmin && !c.org.member(c.who.user.ID).SuperAdmin {
		a := forbidden("", "Only a super admin can manage a super admin")
		return &a
	}
	return nil
}

type userUpdateBody struct {
	SuperAdmin *bool   `json:"is_super_admin"`
	State      *string `json:"state"`
	Name       *string `json:"real_name"`
	JobTitle   *string `json:"job_title"`
	Department *string `json:"department"`
	City       *string `json:"city"`
	Country    *string `json:"country"`
}

// userUpdate answers OrganizationUserUpdate: all that is asked for, or
// nothing.
func userUpdate(c *call) answer {
	u, refusal := c.memberNamed()
	if refusal != nil {
		return *refusal
	}
	var in userUpdateBody
	if a := c.exact(&in); a != nil {
		return *a
	}
	if a := in.check(); a != nil {
		return *a
	}
	if c.org.applicationUser(u.ID) != nil {
		return invalid("Application users cannot be changed here, nor be super admins")
	}
	if in.SuperAdmin != nil && !c.org.member(c.who.user.ID).SuperAdmin {
		return forbidden("", "Only a super admin can make or unmake a super admin")
	}
	if a := c.mayManage(u); a != nil {
		return *a
	}
	if a := in.conflict(c, u); a != nil {
		return *a
	}
	put1(&u.SuperAdmin, in.SuperAdmin)
	in.apply(c.state, u.ID)
	return ok(c.org.userWire(u))
}

func (in *userUpdateBody) check() *answer {
	if in.State != nil && !slices.Contains([]string{"active", "deactivated", "deleted"}, *in.State) {
		return invalidBody("Invalid input: state: want active, deactivated or deleted")
	}
	if in.Name != nil {
		if a := length("real_name", *in.Name, 0, 256); a != nil {
			return a
		}
	}
	if in.City != nil {
		return length("city", *in.City, 0, 512)
	}
	return nil
}

// conflict is what stands against a change of this user.
func (in *userUpdateBody) conflict(c *call, u *User) *answer {
	account := in.State != nil || in.Name != nil || in.JobTitle != nil || in.Department != nil || in.City != nil || in.Country != nil
	switch {
	case account && u.ManagedBySCIM:
		// The description documents this conflict for groups alone. A user
		// from a directory is changed there as well, so it is the same here.
		a := refuse(409, "resource_managed_by_scim", "User is managed by SCIM")
		return &a
	case account && !u.Managed:
		// The account belongs to the person, not to the organization.
		a := forbidden("", "User is not managed by the organization")
		return &a
	}
	leaves := in.State != nil && *in.State != "active"
	for _, o := range c.state.Organizations {
		demoted := o == c.org && in.SuperAdmin != nil && !*in.SuperAdmin
		if record := o.person(u.ID); record != nil && record.SuperAdmin && (leaves || demoted) && !o.hasSuperAdminBesides(u.ID) {
			a := refuse(400, "organization_must_have_one_super_admin", "Organization must have at least one super admin")
			return &a
		}
	}
	return nil
}

func (o *Organization) hasSuperAdminBesides(id string) bool {
	return slices.ContainsFunc(o.Users, func(u *User) bool { return u.SuperAdmin && u.State == "active" && u.ID != id })
}

// apply changes the account, which is one in all organizations. A deleted
// account leaves nothing behind in any.
func (in *userUpdateBody) apply(s *State, id string) {
	for _, o := range s.Organizations {
		if u := o.person(id); u != nil {
			put1(&u.State, in.State)
			put1(&u.Name, in.Name)
			put1(&u.JobTitle, in.JobTitle)
			put1(&u.Department, in.Department)
			put1(&u.City, in.City)
			put1(&u.Country, in.Country)
		}
	}
	if in.State == nil || *in.State != "deleted" {
		return
	}
	for _, o := range s.Organizations {
		o.dropMember(id)
		o.Users = slices.DeleteFunc(o.Users, func(u *User) bool { return u.ID == id })
	}
	s.dropTokens(func(t *Token) bool { return t.User == id })
}
