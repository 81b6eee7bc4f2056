package sandbox

import (
	"net/mail"
	"slices"
	"strings"
	"time"
)

func invitationOperations() []operation {
	const all = "/organization/{organization_id}/invitation"
	may := holders("organization:users:write")
	return []operation{
		{id: "OrganizationUserInvite", method: post, path: all, access: may, serve: userInvite},
		{id: "OrganizationUserInvitationDelete", method: remove, path: all + "/{user_email}", access: may, serve: invitationDelete},
	}
}

// invitationLife is how long an invitation can be taken up.
const invitationLife = 14 * 24 * time.Hour

const emailSize = 254

func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= emailSize
}

// userInvite answers OrganizationUserInvite.
func userInvite(c *call) answer {
	var in struct {
		Email string `json:"user_email"`
	}
	if a := c.exact(&in, "user_email"); a != nil {
		return *a
	}
	if !isEmail(in.Email) {
		return invalid("Invalid input: user_email: not an e-mail address")
	}
	if slices.ContainsFunc(c.org.Users, func(u *User) bool { return strings.EqualFold(u.Email, in.Email) }) {
		return refuse(409, "", "User is a member of the organization already")
	}
	if c.org.invitation(in.Email) != nil {
		return refuse(409, "", "User is invited already")
	}
	c.org.Invitations = append(c.org.Invitations, &Invitation{
		Email: in.Email, InvitedBy: c.who.user.Email, CreateTime: At(c.now), ExpiryTime: At(c.now.Add(invitationLife)),
	})
	return noContent()
}

func (o *Organization) invitation(email string) *Invitation {
	return find(o.Invitations, func(i *Invitation) bool { return strings.EqualFold(i.Email, email) })
}

// invitationDelete answers OrganizationUserInvitationDelete.
func invitationDelete(c *call) answer {
	i := c.org.invitation(c.vars["user_email"])
	if i == nil {
		return notFound("", "Invitation not found")
	}
	c.org.Invitations = slices.DeleteFunc(c.org.Invitations, func(x *Invitation) bool { return x == i })
	return noContent()
}
