package sandbox

import "slices"

// grantLists are the grants of the organization, its units and its projects.
func (o *Organization) grantLists() []*[]*Grant {
	lists := []*[]*Grant{&o.Grants}
	for _, u := range o.Units {
		lists = append(lists, &u.Grants)
	}
	for _, p := range o.Projects {
		lists = append(lists, &p.Grants)
	}
	return lists
}

// dropGrants takes out the matching grants wherever they are.
func (o *Organization) dropGrants(match func(*Grant) bool) {
	for _, l := range o.grantLists() {
		*l = slices.DeleteFunc(*l, match)
	}
}

// granted says whether a matching grant is anywhere in the organization.
func (o *Organization) granted(match func(*Grant) bool) bool {
	return slices.ContainsFunc(o.grantLists(), func(l *[]*Grant) bool { return slices.ContainsFunc(*l, match) })
}

// dropMember takes what the user holds and belongs to.
func (o *Organization) dropMember(id string) {
	o.dropGrants(func(g *Grant) bool { return g.User == id })
	for _, g := range o.Groups {
		g.Members = without(g.Members, id)
	}
}

// holdsAnything says whether a permission reaches the user, itself or through
// a group.
func (o *Organization) holdsAnything(id string) bool {
	return o.granted(func(g *Grant) bool {
		return len(g.Permissions) > 0 && (g.User == id || o.inGroup(g.Group, id))
	})
}
