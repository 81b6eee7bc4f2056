package sandbox

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

func domainOperations() []operation {
	const all = "/organization/{organization_id}/domains"
	may := holders("organization:domains:write")
	return []operation{
		{id: "OrganizationDomainsList", method: get, path: all, access: may, serve: domainList},
		{id: "OrganizationDomainAdd", method: post, path: all, access: may, serve: domainAdd},
		{id: "OrganizationDomainUpdate", method: patch, path: all + "/{domain_id}", access: may, serve: domainUpdate},
		{id: "OrganizationDomainVerify", method: post, path: all + "/{domain_id}/verify", access: may, serve: domainVerify},
		{id: "OrganizationDomainsRemove", method: remove, path: all + "/{domain_id}", access: may, serve: domainRemove},
	}
}

func (o *Organization) domainWire(d *Domain) obj {
	return obj{
		"challenge_token": d.ChallengeToken, "create_time": d.CreateTime.wire(), "domain_id": d.ID,
		"domain_name": d.Name, "linked_authentication_method_ids": strs(d.LinkedMethods),
		"organization_id": o.ID, "state": d.State, "verification_type": d.VerificationType,
	}
}

// domainList answers OrganizationDomainsList.
func domainList(c *call) answer {
	return ok(obj{"domains": list(c.org.Domains, c.org.domainWire)})
}

var domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)

// domainAdd answers OrganizationDomainAdd.
func domainAdd(c *call) answer {
	var in struct {
		Name string `json:"domain_name"`
		Type string `json:"verification_type"`
	}
	if a := c.decode(&in, "domain_name"); a != nil {
		return *a
	}
	if in.Type == "" {
		in.Type = "dns"
	}
	name := strings.ToLower(in.Name)
	if len(name) > 253 || !domainName.MatchString(name) {
		return invalid("Invalid input: domain_name: not a domain name")
	}
	if in.Type != "dns" && in.Type != "http" {
		return invalid("Invalid input: verification_type: want dns or http")
	}
	if slices.ContainsFunc(c.org.Domains, func(d *Domain) bool { return d.Name == name && d.State != "deleted" }) {
		return refuse(409, "", "Domain '%s' already exists", name)
	}
	d := &Domain{
		ID: "dm" + letters(c.box.rand, lowerHex, 11), Name: name, State: "unverified", VerificationType: in.Type,
		ChallengeToken: "token=" + letters(c.box.rand, lowerHex, 32) + ",expiry=never", CreateTime: At(c.now),
	}
	c.org.Domains = append(c.org.Domains, d)
	return ok(c.org.domainWire(d))
}

func (c *call) domainNamed() (*Domain, *answer) {
	d := c.org.domain(c.vars["domain_id"])
	if d == nil {
		a := notFound("", "Domain not found")
		return nil, &a
	}
	return d, nil
}

// domainUpdate answers OrganizationDomainUpdate.
func domainUpdate(c *call) answer {
	d, a := c.domainNamed()
	if a != nil {
		return *a
	}
	var in struct {
		Type *string `json:"verification_type"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if in.Type != nil {
		if *in.Type != "dns" && *in.Type != "http" {
			return invalid("Invalid input: verification_type: want dns or http")
		}
		d.VerificationType = *in.Type
	}
	return ok(c.org.domainWire(d))
}

// ChallengeHost is the name below which a domain's TXT record is looked for.
const ChallengeHost = "_aiven-challenge."

// ChallengeFile is the path on a domain's web server of the challenge file.
const ChallengeFile = "/.well-known/aiven"

// domainVerify answers OrganizationDomainVerify. It looks only at what was
// published with PublishTXT and PublishFile.
func domainVerify(c *call) answer {
	d, a := c.domainNamed()
	if a != nil {
		return *a
	}
	if d.State == "verified" {
		return ok(c.org.domainWire(d))
	}
	for _, o := range c.state.Organizations {
		if o != c.org && slices.ContainsFunc(o.Domains, func(x *Domain) bool { return x.Name == d.Name && x.State == "verified" }) {
			return refuse(409, "", "Domain '%s' is verified by another organization", d.Name)
		}
	}
	if !c.box.proven(c.req.Context(), d) {
		return invalid("Domain '%s' could not be verified: the challenge was not found", d.Name)
	}
	d.State = "verified"
	for _, u := range c.org.Users {
		if u.emailDomain() == d.Name {
			u.Managed = true
		}
	}
	return ok(c.org.domainWire(d))
}

func (s *Sandbox) proven(ctx context.Context, d *Domain) bool {
	if d.VerificationType == "dns" {
		values, err := s.LookupTXT(ctx, ChallengeHost+d.Name)
		return err == nil && slices.Contains(values, d.ChallengeToken)
	}
	for _, scheme := range []string{"https://", "http://"} {
		content, found, err := s.LookupFile(ctx, scheme+d.Name+ChallengeFile)
		if err == nil && found && strings.Contains(content, d.ChallengeToken) {
			return true
		}
	}
	return false
}

// domainRemove answers OrganizationDomainsRemove: for good, with its links.
func domainRemove(c *call) answer {
	d, a := c.domainNamed()
	if a != nil {
		return *a
	}
	c.org.Domains = slices.DeleteFunc(c.org.Domains, func(x *Domain) bool { return x == d })
	return noContent()
}
