package sandbox

import "slices"

func authenticationLinkOperations() []operation {
	const all = "/organization/{organization_id}/authentication-methods/{authentication_method_id}/domains"
	may := access{orgAdmin: true, code: "user_not_organization_admin"}
	return []operation{
		{id: "OrganizationAuthDomainList", method: get, path: all, access: may, serve: linkList},
		{id: "OrganizationAuthDomainLink", method: put, path: all, access: may, serve: linkDomain},
		{id: "OrganizationAuthDomainUnlink", method: remove, path: all + "/{domain_id}", access: may, serve: unlinkDomain},
	}
}

func (c *call) linkedMethod() (*AuthenticationMethod, *answer) {
	m := c.org.method(c.vars["authentication_method_id"])
	if m == nil {
		a := notFound("", "Authentication method not found")
		return nil, &a
	}
	return m, nil
}

// linkList answers OrganizationAuthDomainList.
func linkList(c *call) answer {
	m, a := c.linkedMethod()
	if a != nil {
		return *a
	}
	linked := slices.DeleteFunc(slices.Clone(c.org.Domains), func(d *Domain) bool { return !slices.Contains(d.LinkedMethods, m.ID) })
	return ok(obj{"domains": list(linked, c.org.domainWire)})
}

// linkDomain answers OrganizationAuthDomainLink.
func linkDomain(c *call) answer {
	m, a := c.linkedMethod()
	if a != nil {
		return *a
	}
	var in struct {
		ID string `json:"domain_id"`
	}
	if a := c.decode(&in, "domain_id"); a != nil {
		return *a
	}
	d := c.org.domain(in.ID)
	if d == nil {
		for _, o := range c.state.Organizations {
			if o.domain(in.ID) != nil {
				return refuse(400, "organization_mismatch", "Domain and authentication method belong to different organizations")
			}
		}
		return notFound("", "Domain not found")
	}
	if d.State != "verified" {
		return invalid("Domain '%s' is not verified", d.Name)
	}
	if !slices.Contains(d.LinkedMethods, m.ID) {
		d.LinkedMethods = append(d.LinkedMethods, m.ID)
	}
	return noContent()
}

// unlinkDomain answers OrganizationAuthDomainUnlink.
func unlinkDomain(c *call) answer {
	m, a := c.linkedMethod()
	if a != nil {
		return *a
	}
	d, a := c.domainNamed()
	if a != nil {
		return *a
	}
	d.LinkedMethods = without(d.LinkedMethods, m.ID)
	return noContent()
}
