package organization

import (
	"errors"
	"slices"
)

// errNotYet is for a resource that appeared when its list was read again,
// while the part that tells more about it was not.
var errNotYet = errors.New("it is new and has not been read yet")

// errMeUnmatched is for a caller who could not be looked for in the user list.
var errMeUnmatched = errors.New("the users could not be read, so it is not known what you may do here")

// reconcile makes parts that were not read again honest about resources that
// came or went with those that were.
func (o *Organization) reconcile(before Organization, read map[Part]chan struct{}) {
	dependent := func(p Part, fresh []Text, gone func(Text) bool) {
		s, ok := o.status[p]
		if _, again := read[p]; again || !ok || s.Read.IsZero() || s.Err != nil {
			return
		}
		s.Missing = slices.DeleteFunc(slices.Clone(s.Missing), func(m Missing) bool { return gone(m.Resource) })
		for _, r := range fresh {
			if !slices.ContainsFunc(s.Missing, func(m Missing) bool { return m.Resource == r }) {
				s.Missing = append(s.Missing, Missing{Resource: r, Err: errNotYet})
			}
		}
		o.status[p] = s
	}
	// Without the users, what was read about each of them is gone as well.
	lost := func(list Part, about ...Part) {
		if _, again := read[list]; !again || o.Status(list).Err == nil {
			return
		}
		for _, p := range about {
			if s, ok := o.status[p]; ok && s.Err == nil && !s.Read.IsZero() {
				l := o.Status(list)
				o.status[p] = Status{Part: p, Read: l.Read, Err: &DependencyError{Needs: list, Err: l.Err}, Permission: l.Permission}
			}
		}
	}
	lost(PartUsers, PartUserAuthMethods, PartUserTokens)
	lost(PartAppUsers, PartAppTokens)
	reread := func(p Part) bool {
		_, ok := read[p]
		return ok && o.Status(p).Err == nil
	}
	if reread(PartUsers) {
		var logins, tokens []Text
		ids := make(map[Text]bool, len(o.Users))
		for _, u := range o.Users {
			ids[u.ID] = true
			if !u.IsApplicationUser && !u.LoginsRead {
				logins = append(logins, u.ID)
			}
			if !u.IsApplicationUser && !u.TokensRead {
				tokens = append(tokens, u.ID)
			}
		}
		gone := func(id Text) bool { return !ids[id] }
		dependent(PartUserAuthMethods, logins, gone)
		dependent(PartUserTokens, tokens, gone)
	}
	if reread(PartAppUsers) {
		var tokens []Text
		ids := make(map[Text]bool, len(o.AppUsers))
		for _, u := range o.AppUsers {
			ids[u.ID] = true
			if !u.TokensRead {
				tokens = append(tokens, u.ID)
			}
		}
		dependent(PartAppTokens, tokens, func(id Text) bool { return !ids[id] })
	}
	if reread(PartProjects) || reread(PartUnits) {
		o.reconcileResources(before, dependent)
	}
}

// reconcileResources does it for what is read per unit and project.
func (o *Organization) reconcileResources(before Organization, dependent func(Part, []Text, func(Text) bool)) {
	old := make(map[string]bool)
	for _, r := range before.grantable() {
		old[r.key()] = true
	}
	is := make(map[string]bool)
	var grants, services []Text
	for _, r := range o.grantable() {
		is[r.key()] = true
		if !old[r.key()] {
			grants = append(grants, r.text())
			if r.kind == kindProject {
				services = append(services, r.id)
			}
		}
	}
	dependent(PartPermissions, grants, func(t Text) bool { return !is[t.Raw()] })
	isProject := func(t Text) bool { return is[PermissionResource(kindProject, t.Raw())] }
	dependent(PartServices, services, func(t Text) bool { return !isProject(t) })
	dependent(PartVPCs, services, func(t Text) bool { return !isProject(t) })
	o.VPCs = slices.DeleteFunc(slices.Clone(o.VPCs), func(v VPC) bool { return !v.Project.Empty() && !isProject(v.Project) })
	o.Grants = slices.DeleteFunc(slices.Clone(o.Grants), func(g Grant) bool {
		return !is[PermissionResource(g.ResourceType.Raw(), g.ResourceID.Raw())]
	})
	o.Services = slices.DeleteFunc(slices.Clone(o.Services), func(s Service) bool {
		return !is[PermissionResource(kindProject, s.Project.Raw())]
	})
}

// whoIsMe finds the caller among users and application users, and from that
// what kind of token is in use.
func (o *Organization) whoIsMe() {
	s, ok := o.status[PartMe]
	if !ok || s.Err != nil {
		return
	}
	s.Missing = slices.DeleteFunc(slices.Clone(s.Missing), func(m Missing) bool { return errors.Is(m.Err, errMeUnmatched) })
	me := &o.Me
	me.InOrganization, me.IsSuperAdmin, me.IsApplicationUser, me.Token = false, false, false, TokenUnknown
	users, apps := o.trusted(PartUsers), o.trusted(PartAppUsers)
	if users {
		for _, u := range o.Users {
			if u.ID == me.UserID {
				me.InOrganization, me.IsSuperAdmin, me.IsApplicationUser = true, u.IsSuperAdmin, u.IsApplicationUser
			}
		}
	} else {
		s.Missing = append(s.Missing, Missing{Resource: me.UserID, Err: errMeUnmatched, Permission: Permission(PartUsers)})
	}
	for _, u := range o.AppUsers {
		if u.ID != me.UserID {
			continue
		}
		me.IsApplicationUser = true
		for _, t := range u.Tokens {
			if t.CurrentlyActive && me.TokenPrefix.Empty() {
				manually := true
				me.TokenPrefix, me.TokenCreated, me.CreatedManually = t.Prefix, t.CreateTime, &manually
			}
		}
	}
	switch {
	case me.CreatedManually == nil:
	case !*me.CreatedManually:
		me.Token = TokenSession
	case me.IsApplicationUser:
		me.Token = TokenApplication
	case users || apps: // known to be no application user
		me.Token = TokenPersonal
	}
	o.status[PartMe] = s
}

// trusted says whether a part was read, but perhaps for single resources.
func (o *Organization) trusted(p Part) bool {
	s := o.Status(p)
	return !s.Read.IsZero() && s.Err == nil
}
