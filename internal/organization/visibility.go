package organization

import (
	"errors"
	"slices"
)

// errPerhapsPartly is why lists that Aiven narrows to what a member may see
// are not taken for whole.
var errPerhapsPartly = errors.New("this token may see only some of them, and Aiven does not say how many there are")

// seesAll are the permissions on the organization that show every project.
var seesAll = []string{
	OrganizationAdmin, "organization:projects:write", "admin", "role:project:admin", "operator", "developer", "read_only",
}

// narrowed marks the projects and services as perhaps cut short where it is
// not known that the caller sees all: a member gets a list of their own
// projects that looks like a whole one.
func (o *Organization) narrowed() {
	for _, p := range []Part{PartProjects, PartServices} {
		s, ok := o.status[p]
		if !ok || s.Err != nil || s.Read.IsZero() {
			continue
		}
		s.Missing = slices.DeleteFunc(slices.Clone(s.Missing), func(m Missing) bool { return errors.Is(m.Err, errPerhapsPartly) })
		if !o.callerSeesAll() {
			s.Missing = append(s.Missing, Missing{Err: errPerhapsPartly, Permission: "organization:projects:write"})
		}
		o.status[p] = s
	}
}

func (o *Organization) callerSeesAll() bool {
	if o.Me.IsSuperAdmin {
		return true
	}
	// Only who may administer the organization can read its grants, other
	// members least of all.
	for _, a := range o.EffectiveAccess() {
		if a.UserID == o.Me.UserID && a.ResourceType.Is("organization") && slices.Contains(seesAll, a.Permission.Raw()) {
			return true
		}
	}
	return false
}
