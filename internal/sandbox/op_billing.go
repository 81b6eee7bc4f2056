package sandbox

import "slices"

func billingOperations() []operation {
	const one = "/organization/{organization_id}/billing-group/{billing_group_id}"
	return []operation{
		{id: "OrganizationBillingGroupList", method: get, path: "/organization/{organization_id}/billing-groups", access: holders("organization:billing:read", "organization:projects:write"), serve: billingGroupList},
		{id: "OrganizationBillingGroupGet", method: get, path: one, access: holders("organization:billing:read"), serve: billingGroupGet},
		{id: "OrganizationBillingGroupUpdate", method: put, path: one, access: holders("organization:billing:write"), serve: billingGroupUpdate},
	}
}

func (o *Organization) billingGroupWire(b *BillingGroup) obj {
	w := obj{
		"billing_address_id":     or(b.BillingAddress, madeID("ba", 11, b.ID)),
		"shipping_address_id":    or(b.ShippingAddress, madeID("ba", 11, b.ID)),
		"billing_contact_emails": emails(b.ContactEmails), "billing_emails": emails(b.Emails),
		"billing_group_id": b.ID, "billing_group_name": b.Name, "create_time": b.CreateTime.wire(),
		"organization_id": o.ID, "vat_id": b.VATID,
		"payment_method": obj{"payment_method_id": b.payment().ID, "payment_method_type": b.payment().Type},
	}
	set(w, "custom_invoice_text", b.InvoiceText)
	return w
}

type paymentMethod struct {
	ID   string `json:"payment_method_id"`
	Type string `json:"payment_method_type"`
}

// payment is how the group's invoices are paid: the one card that there is.
func (b *BillingGroup) payment() paymentMethod {
	return paymentMethod{madeID("pm", 11, b.ID), "credit_card"}
}

// billingGroupList answers OrganizationBillingGroupList.
func billingGroupList(c *call) answer {
	return ok(obj{"billing_groups": list(c.org.BillingGroups, c.org.billingGroupWire)})
}

func (c *call) billingGroupNamed() (*BillingGroup, *answer) {
	b := c.org.billingGroup(c.vars["billing_group_id"])
	if b == nil {
		a := notFound("billing_group_not_found", "Billing group not found")
		return nil, &a
	}
	return b, nil
}

// billingGroupGet answers OrganizationBillingGroupGet.
func billingGroupGet(c *call) answer {
	b, refusal := c.billingGroupNamed()
	if refusal != nil {
		return *refusal
	}
	return ok(c.org.billingGroupWire(b))
}

type billingGroupBody struct {
	BillingAddress  *string        `json:"billing_address_id"`
	ContactEmails   *[]techEmail   `json:"billing_contact_emails"`
	Emails          *[]techEmail   `json:"billing_emails"`
	Name            *string        `json:"billing_group_name"`
	InvoiceText     *string        `json:"custom_invoice_text"`
	Payment         *paymentMethod `json:"payment_method"`
	ShippingAddress *string        `json:"shipping_address_id"`
	VATID           *string        `json:"vat_id"`
}

func (in *billingGroupBody) check(b *BillingGroup) *answer {
	for _, l := range []*[]techEmail{in.ContactEmails, in.Emails} {
		if l != nil && slices.ContainsFunc(*l, func(e techEmail) bool { return !isEmail(e.Email) }) {
			return invalidBody("Invalid input: billing_emails, billing_contact_emails: not an e-mail address")
		}
	}
	if in.Payment != nil && *in.Payment != b.payment() {
		return invalidBody("Payment method '%s' does not exist", in.Payment.ID)
	}
	if in.Name != nil {
		if a := length("billing_group_name", *in.Name, 1, 128); a != nil {
			return a
		}
	}
	if in.InvoiceText != nil {
		return length("custom_invoice_text", *in.InvoiceText, 0, 254)
	}
	return nil
}

// billingGroupUpdate answers OrganizationBillingGroupUpdate: keys that are
// not sent stay, lists are replaced whole.
func billingGroupUpdate(c *call) answer {
	b, refusal := c.billingGroupNamed()
	if refusal != nil {
		return *refusal
	}
	var in billingGroupBody
	if a := c.exact(&in); a != nil {
		return *a
	}
	if a := in.check(b); a != nil {
		return *a
	}
	put1(&b.BillingAddress, in.BillingAddress)
	put1(&b.ShippingAddress, in.ShippingAddress)
	put1(&b.Name, in.Name)
	put1(&b.InvoiceText, in.InvoiceText)
	put1(&b.VATID, in.VATID)
	if in.Emails != nil {
		b.Emails = plainEmails(*in.Emails)
	}
	if in.ContactEmails != nil {
		b.ContactEmails = plainEmails(*in.ContactEmails)
	}
	return ok(c.org.billingGroupWire(b))
}
