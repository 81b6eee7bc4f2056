package sandbox

import "slices"

func accountOperations() []operation {
	return []operation{
		{id: "AccountList", method: get, path: "/account", access: signedIn, serve: accountList},
		{id: "AccountCreate", method: post, path: "/account", access: signedIn, serve: accountCreate},
		{id: "AccountGet", method: get, path: "/account/{account_id}", access: members, serve: accountGet},
		{id: "AccountUpdate", method: put, path: "/account/{account_id}", access: admins, serve: accountUpdate},
		{id: "AccountDelete", method: remove, path: "/account/{account_id}", access: admins, serve: accountDelete},
	}
}

func (c *call) rootAccount(o *Organization) obj {
	billing := ""
	if len(o.BillingGroups) > 0 {
		billing = o.BillingGroups[0].ID
	}
	return c.account(o, o.AccountID, o.Name, billing, o.CreateTime, o.UpdateTime)
}

func (c *call) unitAccount(o *Organization, u *Unit) obj {
	a := c.account(o, u.ID, u.Name, u.BillingGroupID, u.CreateTime, u.UpdateTime)
	a["parent_account_id"] = o.AccountID
	return a
}

func (c *call) account(o *Organization, id, name, billing string, created, updated When) obj {
	return obj{
		"access_source": "organization_membership", "account_id": id, "account_name": name,
		"account_owner_team_id": madeID("at", 11, "owners", id), "create_time": created.wire(), "features": obj{},
		"is_account_member": true, "is_account_owner": o.member(c.who.user.ID).SuperAdmin, "organization_id": o.ID,
		"primary_billing_group_id": orNull(billing), "root_account_id": o.AccountID, "tenant_id": "aiven",
		"update_time": updated.wire(),
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// accountList answers AccountList: root accounts and units alike.
func accountList(c *call) answer {
	accounts := []obj{}
	for _, o := range c.mine() {
		accounts = append(accounts, c.rootAccount(o))
		for _, u := range o.Units {
			accounts = append(accounts, c.unitAccount(o, u))
		}
	}
	return ok(obj{"accounts": accounts})
}

// accountGet answers AccountGet.
func accountGet(c *call) answer {
	if u := c.org.unit(c.vars["account_id"]); u != nil {
		return ok(obj{"account": c.unitAccount(c.org, u)})
	}
	return ok(obj{"account": c.rootAccount(c.org)})
}

// accountCreate answers AccountCreate: a unit below a root account. Units do
// not nest.
func accountCreate(c *call) answer {
	var in struct {
		Name    string `json:"account_name"`
		Parent  string `json:"parent_account_id"`
		Billing string `json:"primary_billing_group_id"`
	}
	if a := c.decode(&in, "account_name"); a != nil {
		return *a
	}
	if in.Name == "" || len(in.Name) > 83 {
		return invalid("Invalid input: account_name: 1 to 83 characters")
	}
	if in.Parent == "" {
		return forbidden("", "The sandbox makes no new organizations: name a parent account")
	}
	o := c.state.organizationOfAccount(in.Parent)
	if o == nil || o.member(c.who.user.ID) == nil {
		return notFound("", "Parent account not found")
	}
	c.org = o
	if a := c.policyRefusal(o); a != nil {
		return *a
	}
	if !c.allowed(admins) {
		return forbidden("", "Operation not allowed for this user")
	}
	if in.Parent != o.AccountID {
		return invalid("Organizational units cannot be nested")
	}
	if o.Tier == "personal" {
		return forbidden("account_unit_cannot_create_for_personal_tier", "Organizational units cannot be created in an organization of the personal tier")
	}
	if slices.ContainsFunc(o.Units, func(u *Unit) bool { return u.Name == in.Name }) {
		return refuse(409, "", "An organizational unit named '%s' already exists", in.Name)
	}
	if in.Billing != "" && o.billingGroup(in.Billing) == nil {
		return notFound("", "Billing group not found")
	}
	u := &Unit{
		ID: "a" + letters(c.box.rand, lowerHex, 11), Name: in.Name, BillingGroupID: in.Billing,
		CreateTime: At(c.now), UpdateTime: At(c.now),
	}
	o.Units = append(o.Units, u)
	return ok(obj{"account": c.unitAccount(o, u)})
}

// accountUpdate answers AccountUpdate.
func accountUpdate(c *call) answer {
	var in struct {
		Name    *string `json:"account_name"`
		Billing *string `json:"primary_billing_group_id"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if in.Name != nil && (*in.Name == "" || len(*in.Name) > 83) {
		return invalid("Invalid input: account_name: 1 to 83 characters")
	}
	if in.Billing != nil && c.org.billingGroup(*in.Billing) == nil {
		return notFound("", "Billing group not found")
	}
	name, updated := &c.org.Name, &c.org.UpdateTime
	u := c.org.unit(c.vars["account_id"])
	if u != nil {
		name, updated = &u.Name, &u.UpdateTime
		if in.Billing != nil {
			u.BillingGroupID = *in.Billing
		}
	}
	if in.Name != nil {
		*name = *in.Name
	}
	*updated = At(c.now)
	return accountGet(c)
}

// accountDelete answers AccountDelete: only an empty unit can go.
func accountDelete(c *call) answer {
	id := c.vars["account_id"]
	if c.org.unit(id) == nil {
		return forbidden("", "The sandbox does not delete organizations")
	}
	if slices.ContainsFunc(c.org.Projects, func(p *Project) bool { return p.Parent == id }) {
		return refuse(409, "", "Organizational unit has projects")
	}
	c.org.Units = slices.DeleteFunc(c.org.Units, func(u *Unit) bool { return u.ID == id })
	return ok(obj{"message": "deleted", "errors": []obj{}})
}
