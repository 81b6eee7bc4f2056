package sandbox

func billingOperations() []operation {
	return []operation{
		{id: "OrganizationBillingGroupUpdate", method: put, path: "/organization/{organization_id}/billing-group/{billing_group_id}", access: holders("organization:billing:write"), serve: billingGroupUpdate},
	}
}

// billingGroupUpdate answers OrganizationBillingGroupUpdate: lists that are
// sent replace those that are there.
func billingGroupUpdate(c *call) answer {
	b := c.org.billingGroup(c.vars["billing_group_id"])
	if b == nil {
		return notFound("billing_group_not_found", "Billing group not found")
	}
	var in struct {
		Address  *string      `json:"billing_address_id"`
		Contacts *[]techEmail `json:"billing_contact_emails"`
		Emails   *[]techEmail `json:"billing_emails"`
		Name     *string      `json:"billing_group_name"`
		Text     *string      `json:"custom_invoice_text"`
		Shipping *string      `json:"shipping_address_id"`
		VAT      *string      `json:"vat_id"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if in.Contacts != nil {
		b.ContactEmails = plainEmails(*in.Contacts)
	}
	if in.Emails != nil {
		b.Emails = plainEmails(*in.Emails)
	}
	put1(&b.Name, in.Name)
	return ok(c.org.billingWire(b))
}
