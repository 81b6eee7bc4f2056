package organization

import "context"

type wireInvitation struct {
	Email     Text `json:"user_email"`
	InvitedBy Text `json:"invited_by"`
	Created   when `json:"create_time"`
	Expires   when `json:"expiry_time"`
}

type wireBillingGroup struct {
	ID            Text        `json:"billing_group_id"`
	Name          Text        `json:"billing_group_name"`
	Emails        []wireEmail `json:"billing_emails"`
	ContactEmails []wireEmail `json:"billing_contact_emails"`
}

func readInvitations(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("OrganizationUserInvitationsList", "organization", f.id, "invitation")
	got, err := list(ctx, f, c, "invitations", func(w wireInvitation) Text { return w.Email })
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	out := make([]Invitation, 0, len(got))
	for _, w := range got {
		odd.check(w.Email, w.Created, w.Expires)
		out = append(out, Invitation{Email: w.Email, InvitedBy: w.InvitedBy, Created: w.Created.t, Expires: w.Expires.t})
	}
	return func(o *Organization) { o.Invitations = out }, odd.missing, nil
}

func readBilling(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("OrganizationBillingGroupList", "organization", f.id, "billing-groups")
	got, err := list(ctx, f, c, "billing_groups", func(w wireBillingGroup) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	out := make([]BillingGroup, 0, len(got))
	for _, w := range got {
		out = append(out, BillingGroup{ID: w.ID, Name: w.Name, Emails: emails(w.Emails), ContactEmails: emails(w.ContactEmails)})
	}
	return func(o *Organization) { o.BillingGroups = out }, nil, nil
}
