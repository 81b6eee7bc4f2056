package sandbox

import (
	"maps"
	"slices"
)

// names maps what a seed may call something to its id.
type names map[string]string

func (n names) add(id string, also ...string) {
	n[id] = id
	for _, a := range also {
		if a != "" {
			n[a] = id
		}
	}
}

// resolve turns a name in a seed into the id that it means.
func (d *decoder) resolve(text *string, what string, known names) error {
	if *text == "" {
		return nil
	}
	id, found := known[*text]
	if !found {
		if near := nearest(*text, slices.Sorted(maps.Keys(known))); near != "" {
			return d.failText(text, "no %s %q: did you mean %q?", what, *text, near)
		}
		return d.failText(text, "no %s %q", what, *text)
	}
	*text = id
	return nil
}

func (o *Organization) userNames() names {
	n := names{}
	for _, u := range o.Users {
		n.add(u.ID, u.Email)
	}
	for _, u := range o.ApplicationUsers {
		n.add(u.ID, u.Email, u.Name)
	}
	return n
}

func (o *Organization) groupNames() names {
	n := names{}
	for _, g := range o.Groups {
		n.add(g.ID, g.Name)
	}
	return n
}

func (o *Organization) methodNames() names {
	n := names{}
	for _, m := range o.AuthenticationMethods {
		n.add(m.ID, m.Name)
	}
	return n
}

func (o *Organization) billingNames() names {
	n := names{}
	for _, b := range o.BillingGroups {
		n.add(b.ID, b.Name)
	}
	return n
}

func (o *Organization) parentNames() names {
	n := names{"organization": o.ID, "root": o.AccountID, o.ID: o.ID, o.AccountID: o.AccountID}
	for _, u := range o.Units {
		n.add(u.ID, u.Name)
	}
	return n
}

// unique refuses two things with one id.
func (s *State) unique(d *decoder) error {
	seen := map[string]bool{}
	once := func(kind string, id *string) error {
		key := kind + "\x00" + *id
		if seen[key] {
			return d.failText(id, "a second %s with the id %q", kind, *id)
		}
		seen[key] = true
		return nil
	}
	for _, o := range s.Organizations {
		ids := []error{once("organization", &o.ID), once("account", &o.AccountID)}
		for _, u := range slices.Concat(o.Users, o.ApplicationUsers) {
			ids = append(ids, once("user of "+o.ID, &u.ID))
		}
		for _, u := range o.Units {
			ids = append(ids, once("account", &u.ID))
		}
		for _, g := range o.Groups {
			ids = append(ids, once("group", &g.ID))
		}
		for _, m := range o.AuthenticationMethods {
			ids = append(ids, once("authentication method", &m.ID))
		}
		for _, x := range o.Domains {
			ids = append(ids, once("domain", &x.ID))
		}
		for _, p := range o.Projects {
			ids = append(ids, once("project", &p.ID))
			for _, v := range p.Services {
				ids = append(ids, once("service of "+p.ID, &v.Name))
			}
		}
		for _, err := range ids {
			if err != nil {
				return err
			}
		}
	}
	return nil
}
