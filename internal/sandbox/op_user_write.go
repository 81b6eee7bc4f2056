package sandbox

import (
	"net/url"
	"slices"
	"strings"
)

func userWriteOperations() []operation {
	const one = "/organization/{organization_id}/user/{member_user_id}"
	const invitation = "/organization/{organization_id}/invitation"
	may := holders("organization:users:write")
	return []operation{
		{id: "OrganizationUserUpdate", method: patch, path: one, access: may, serve: userUpdate},
		{id: "OrganizationUserRevokeToken", method: remove, path: one + "/access-token/{token_prefix}", access: may, serve: userRevokeToken},
		{id: "OrganizationUserInvite", method: post, path: invitation, access: may, serve: invite},
		{id: "OrganizationUserInvitationDelete", method: remove, path: invitation + "/{user_email}", access: may, serve: invitationDelete},
	}
}

type userUpdateBody struct {
	City       *string `json:"city"`
	Country    *string `json:"country"`
	Department *string `json:"department"`
	SuperAdmin *bool   `json:"is_super_admin"`
	JobTitle   *string `json:"job_title"`
	RealName   *string `json:"real_name"`
	State      *string `json:"state"`
}

// userUpdate answers OrganizationUserUpdate.
func userUpdate(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	var in userUpdateBody
	if a := c.decode(&in); a != nil {
		return *a
	}
	if a := in.check(c, u); a != nil {
		return *a
	}
	put1(&u.City, in.City)
	put1(&u.Country, in.Country)
	put1(&u.Department, in.Department)
	put1(&u.JobTitle, in.JobTitle)
	put1(&u.Name, in.RealName)
	put1(&u.SuperAdmin, in.SuperAdmin)
	put1(&u.State, in.State)
	return ok(c.org.userWire(u))
}

// check refuses what Aiven refuses: only super admins make super admins, one
// must remain, and only managed people can be deactivated.
func (in userUpdateBody) check(c *call, u *User) *answer {
	no := func(a answer) *answer { return &a }
	caller := c.org.member(c.who.user.ID)
	if c.org.applicationUser(u.ID) != nil {
		return no(invalid("Application users are updated with their own operation"))
	}
	if in.SuperAdmin != nil && !caller.SuperAdmin {
		return no(forbidden("", "Only a super admin can change super admins"))
	}
	leaves := in.SuperAdmin != nil && !*in.SuperAdmin || in.State != nil && *in.State != "active"
	if leaves && u.SuperAdmin && c.org.superAdmins() == 1 {
		return no(refuse(400, "organization_must_have_one_super_admin", "Organization must have at least one super admin"))
	}
	profile := in.City != nil || in.Country != nil || in.Department != nil || in.JobTitle != nil || in.RealName != nil
	if in.State != nil {
		if !slices.Contains([]string{"active", "deactivated", "deleted"}, *in.State) {
			return no(invalid("Invalid input: state: want active, deactivated or deleted"))
		}
		if u.SuperAdmin && !caller.SuperAdmin {
			return no(forbidden("", "Only a super admin can change super admins"))
		}
	}
	if (in.State != nil || profile) && !u.Managed {
		return no(forbidden("", "User is not managed by the organization"))
	}
	if (in.State != nil || profile) && u.ManagedBySCIM {
		// The document names no code here for people; the docs say that the
		// identity provider is where their details change.
		return no(refuse(409, "", "User is managed by SCIM"))
	}
	return nil
}

func (o *Organization) superAdmins() int {
	n := 0
	for _, u := range o.Users {
		if u.SuperAdmin && u.State == "active" {
			n++
		}
	}
	return n
}

// userRevokeToken answers OrganizationUserRevokeToken: personal tokens of
// managed people.
func userRevokeToken(c *call) answer {
	u, a := c.memberNamed()
	if a != nil {
		return *a
	}
	if !u.Managed || c.org.person(u.ID) == nil {
		return forbidden("", "User is not managed by the organization")
	}
	if isFalse(u.TokensListable) || !c.dropToken(u.ID, PersonalToken) {
		return notFound("", "Access token not found")
	}
	return noContent()
}

// dropToken revokes the token that the path names, of one user and kind.
func (c *call) dropToken(user, kind string) bool {
	n := len(c.state.Tokens)
	c.state.Tokens = slices.DeleteFunc(c.state.Tokens, func(t *Token) bool {
		return t.User == user && t.Kind == kind && t.Prefix == c.vars["token_prefix"]
	})
	return len(c.state.Tokens) < n
}

// invite answers OrganizationUserInvite.
func invite(c *call) answer {
	var in struct {
		Email string `json:"user_email"`
	}
	if a := c.decode(&in, "user_email"); a != nil {
		return *a
	}
	name, domain, ok := strings.Cut(in.Email, "@")
	if !ok || name == "" || !strings.Contains(domain, ".") || strings.ContainsAny(in.Email, " \t\n") {
		return invalid("Invalid input: user_email: not an email address")
	}
	same := func(s string) bool { return strings.EqualFold(s, in.Email) }
	if slices.ContainsFunc(c.org.Invitations, func(i *Invitation) bool { return same(i.Email) && i.ExpiryTime.After(c.now) }) {
		return refuse(409, "", "User has already been invited")
	}
	if slices.ContainsFunc(c.org.Users, func(u *User) bool { return same(u.Email) }) {
		return refuse(409, "", "User is already a member of the organization")
	}
	c.org.Invitations = slices.DeleteFunc(c.org.Invitations, func(i *Invitation) bool { return same(i.Email) })
	c.org.Invitations = append(c.org.Invitations, &Invitation{
		Email: in.Email, InvitedBy: c.who.user.Email, CreateTime: At(c.now), ExpiryTime: At(c.now.AddDate(0, 0, 14)),
	})
	return noContent()
}

// invitationDelete answers OrganizationUserInvitationDelete.
func invitationDelete(c *call) answer {
	email, err := url.PathUnescape(c.vars["user_email"])
	if err != nil {
		email = c.vars["user_email"]
	}
	n := len(c.org.Invitations)
	c.org.Invitations = slices.DeleteFunc(c.org.Invitations, func(i *Invitation) bool { return strings.EqualFold(i.Email, email) })
	if len(c.org.Invitations) == n {
		return notFound("", "Invitation not found")
	}
	return noContent()
}
