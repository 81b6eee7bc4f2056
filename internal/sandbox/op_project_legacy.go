package sandbox

import "slices"

// The operations on projects that the official command line still calls.
func legacyProjectOperations() []operation {
	read := holders("project:services:read", "organization:projects:write")
	return []operation{
		{id: "ProjectList", method: get, path: "/project", access: signedIn, serve: legacyProjects},
		{id: "ProjectGet", method: get, path: "/project/{project}", access: read, serve: legacyProject},
	}
}

func (o *Organization) legacyWire(p *Project) obj {
	tags := p.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	account, accountName := o.AccountID, o.Name
	if u := o.unit(p.Parent); u != nil {
		account, accountName = u.ID, u.Name
	}
	b := o.billingGroup(p.BillingGroupID)
	if b == nil {
		b = &BillingGroup{ID: madeUUID(p.ID, "billing"), Name: "Default"}
	}
	return obj{
		"account_id": account, "account_name": accountName, "organization_id": o.ID, "project_name": p.ID,
		"address_lines": []string{}, "available_credits": "0.00", "billing_address": "", "billing_currency": "EUR",
		"billing_emails": emails(b.Emails), "billing_extra_text": "", "billing_group_id": b.ID,
		"billing_group_name": b.Name, "city": "", "company": o.Name, "country": "", "country_code": "",
		"default_cloud": "aws-eu-central-1", "estimated_balance": "0.00", "estimated_balance_local": "0.00",
		"features": obj{}, "payment_method": "card", "state": "", "tags": tags,
		"tech_emails": emails(p.TechEmails), "tenant_id": "aiven", "vat_id": "", "zip_code": "",
	}
}

// legacyProjects answers ProjectList.
func legacyProjects(c *call) answer {
	projects, membership := []obj{}, obj{}
	for _, o := range c.mine() {
		for _, p := range o.Projects {
			if held := c.visibleRoles(o, p); len(held) > 0 {
				projects = append(projects, o.legacyWire(p))
				membership[p.ID] = held[0]
			}
		}
	}
	many := obj{}
	for id, role := range membership {
		many[id] = []any{role}
	}
	return ok(obj{"projects": projects, "project_membership": membership, "project_memberships": many})
}

// legacyProject answers ProjectGet.
func legacyProject(c *call) answer { return ok(obj{"project": c.org.legacyWire(c.project)}) }

// onlyKeys says whether the body has no keys but these.
func (c *call) onlyKeys(allowed ...string) bool {
	for k := range c.keys {
		if !slices.Contains(allowed, k) {
			return false
		}
	}
	return true
}
