package remediate

import (
	"strings"

	"avn-harden/internal/organization"
)

func fieldName(f string) string {
	if f == "" {
		return "exists"
	}
	return text(showRefs(f))
}

// fieldShown is a field for people: what is granted is said of whom.
func fieldShown(d Delta, o *organization.Organization) string {
	if d.Part != organization.PartPermissions {
		return fieldName(d.Field)
	}
	kind, id, _ := strings.Cut(d.Field, "/")
	name := nameOf(o, id)
	if name == "" {
		name = text(showRefs(id))
	}
	if kind == "user_group" {
		return "the group " + name
	}
	return name
}

// grantedOn names what permissions are granted on.
func grantedOn(resource string, o *organization.Organization) string {
	kind, id, _ := strings.Cut(resource, "/")
	name := nameOf(o, id)
	if name == "" {
		name = text(showRefs(id))
	}
	switch kind {
	case "organization":
		return "the organization " + name
	case "organization_unit":
		return "the unit " + name
	}
	return kind + " " + name
}

// tokenShown names a token by its owner and description, or prefix.
func tokenShown(resource string, o *organization.Organization) string {
	user, rest, _ := strings.Cut(resource, "/")
	owner := nameOf(o, user)
	if owner == "" {
		owner = text(showRefs(user))
	}
	if made, ok := strings.CutPrefix(rest, "name:"); ok {
		return owner + ", token \"" + text(made) + "\""
	}
	for _, t := range tokensOf(o, user) {
		if t.prefix.Raw() == rest {
			return owner + ", token \"" + tokenNamed(t) + "\""
		}
	}
	return owner + ", token " + text(showRefs(rest))
}

func resourceName(c Change, d Delta, o *organization.Organization) string {
	if name, ok := strings.CutPrefix(d.Resource, "name:"); ok {
		return text(showRefs(name))
	}
	switch {
	case d.Resource == "":
		return orgName(o)
	case d.Part == organization.PartPermissions:
		return grantedOn(d.Resource, o)
	case (d.Part == organization.PartAppTokens || d.Part == organization.PartUserTokens) && strings.Contains(d.Resource, "/"):
		return tokenShown(d.Resource, o)
	}
	if d.Resource == c.Resource.ID.Raw() && !c.Resource.Name.Empty() {
		return showRefs(c.Resource.Name.String())
	}
	if name := nameOf(o, d.Resource); name != "" {
		return name
	}
	return text(showRefs(d.Resource))
}

func nameOf(o *organization.Organization, id string) string {
	if id == "" {
		return ""
	}
	if id == o.ID.Raw() || id == o.RootAccountID.Raw() {
		return orgName(o)
	}
	for _, u := range o.Units {
		if u.ID.Raw() == id {
			return u.Name.String()
		}
	}
	for _, d := range o.Domains {
		if d.ID.Raw() == id {
			return d.Name.String()
		}
	}
	for _, m := range o.IdPs {
		if m.ID.Raw() == id {
			return m.Name.String()
		}
	}
	for _, u := range o.AppUsers {
		if u.ID.Raw() == id && !u.Name.Empty() {
			return u.Name.String()
		}
	}
	for _, u := range o.Users {
		if u.ID.Raw() == id {
			return person(u)
		}
	}
	for _, g := range o.Groups {
		if g.ID.Raw() == id {
			return g.Name.String()
		}
	}
	return ""
}
