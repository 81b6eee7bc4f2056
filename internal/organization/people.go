package organization

import "time"

// Invitation is one that nobody took up yet (OrganizationUserInvitationsList).
type Invitation struct {
	Email, InvitedBy Text
	Created, Expires time.Time // UTC, zero if not told
}

func (i Invitation) idAndName() (Text, Text) { return i.Email, i.Email }

func (i Invitation) fields() map[string]any {
	return map[string]any{"user_email": i.Email.Raw(), "expiry_time": orNever(i.Expires)}
}

// BillingGroup pays for projects (OrganizationBillingGroupList).
type BillingGroup struct {
	ID, Name              Text
	Emails, ContactEmails []Text
}

func (b BillingGroup) idAndName() (Text, Text) { return b.ID, b.Name }

func (b BillingGroup) fields() map[string]any {
	return map[string]any{
		"billing_group_name": b.Name.Raw(), "billing_emails": rawList(b.Emails), "billing_contact_emails": rawList(b.ContactEmails),
	}
}
