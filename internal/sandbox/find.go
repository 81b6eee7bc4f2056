package sandbox

import (
	"slices"
	"strings"
)

func find[T any](in []*T, match func(*T) bool) *T {
	for _, v := range in {
		if match(v) {
			return v
		}
	}
	return nil
}

func (s *State) organization(id string) *Organization {
	return find(s.Organizations, func(o *Organization) bool { return o.ID == id })
}

// organizationOfAccount finds the organization by its root account or by a
// unit's.
func (s *State) organizationOfAccount(id string) *Organization {
	return find(s.Organizations, func(o *Organization) bool { return o.AccountID == id || o.unit(id) != nil })
}

func (s *State) project(id string) (*Organization, *Project) {
	for _, o := range s.Organizations {
		if p := find(o.Projects, func(p *Project) bool { return p.ID == id }); p != nil {
			return o, p
		}
	}
	return nil, nil
}

// user finds a person or an application user, and the first organization
// that has it.
func (s *State) user(id string) (*User, *Organization) {
	for _, o := range s.Organizations {
		if u := o.member(id); u != nil {
			return u, o
		}
	}
	return nil, nil
}

// person finds a person by id.
func (o *Organization) person(id string) *User {
	return find(o.Users, func(u *User) bool { return u.ID == id })
}

func (o *Organization) applicationUser(id string) *User {
	return find(o.ApplicationUsers, func(u *User) bool { return u.ID == id })
}

// member finds a person or an application user by id.
func (o *Organization) member(id string) *User {
	if u := o.person(id); u != nil {
		return u
	}
	return o.applicationUser(id)
}

func (o *Organization) group(id string) *Group {
	return find(o.Groups, func(g *Group) bool { return g.ID == id })
}

func (o *Organization) inGroup(groupID, userID string) bool {
	g := o.group(groupID)
	return groupID != "" && g != nil && slices.Contains(g.Members, userID)
}

func (o *Organization) unit(id string) *Unit {
	return find(o.Units, func(u *Unit) bool { return u.ID == id })
}

func (o *Organization) domain(id string) *Domain {
	return find(o.Domains, func(d *Domain) bool { return d.ID == id && d.State != "deleted" })
}

func (o *Organization) method(id string) *AuthenticationMethod {
	return find(o.AuthenticationMethods, func(m *AuthenticationMethod) bool { return m.ID == id && m.State != "deleted" })
}

func (o *Organization) billingGroup(id string) *BillingGroup {
	return find(o.BillingGroups, func(b *BillingGroup) bool { return b.ID == id })
}

func (p *Project) service(name string) *Service {
	return find(p.Services, func(s *Service) bool { return s.Name == name })
}

// vpc finds a VPC of the project or of the organization.
func (o *Organization) vpc(p *Project, id string) *VPC {
	match := func(v *VPC) bool { return v.ID == id }
	if v := find(p.VPCs, match); v != nil {
		return v
	}
	return find(o.VPCs, match)
}

// inRoot says whether the parent is the organization itself, in either of the
// forms in which it is written.
func (o *Organization) inRoot(parent string) bool {
	return parent == o.ID || parent == o.AccountID
}

// tokensOf lists a user's tokens.
func (s *State) tokensOf(userID string, kinds ...string) []*Token {
	var out []*Token
	for _, t := range s.Tokens {
		if t.User == userID && (len(kinds) == 0 || slices.Contains(kinds, t.Kind)) {
			out = append(out, t)
		}
	}
	return out
}

func (u *User) emailDomain() string {
	_, domain, _ := strings.Cut(u.Email, "@")
	return strings.ToLower(domain)
}
