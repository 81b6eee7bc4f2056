package organization

import "strings"

// TokenResource is the resource to give to Lookup for one token of one user:
// prefixes are told apart by whose they are.
func TokenResource(userID, prefix string) string { return userID + "/" + prefix }

// NewTokenResource is the resource for a token that is yet to be made, known
// by its description.
func NewTokenResource(userID, description string) string {
	return userID + "/" + namePrefix + description
}

// isToken says whether a resource means this token. A bare prefix does too.
func isToken(resource string, user, prefix, description Text) bool {
	if resource == prefix.Raw() || resource == TokenResource(user.Raw(), prefix.Raw()) {
		return true
	}
	return resource == NewTokenResource(user.Raw(), description.Raw())
}

// tokenOwner is the user that a token resource names, "" if it is a bare prefix.
func (o *Organization) tokenOwner(resource string) string {
	id, _, ok := strings.Cut(resource, "/")
	if !ok {
		return ""
	}
	for _, u := range o.Users {
		if u.ID.Raw() == id {
			return id
		}
	}
	for _, u := range o.AppUsers {
		if u.ID.Raw() == id {
			return id
		}
	}
	return ""
}

func (o *Organization) personalTokenFields(resource string) (map[string]any, string) {
	for _, u := range o.Users {
		for _, t := range u.Tokens {
			if isToken(resource, u.ID, t.Prefix, t.Description) {
				return map[string]any{
					"description": t.Description.Raw(), "ip_allowlist": rawList(t.IPAllowlist), "token_prefix": t.Prefix.Raw(),
				}, u.ID.Raw()
			}
		}
	}
	return nil, o.tokenOwner(resource)
}

func (o *Organization) appTokenFields(resource string) (map[string]any, string) {
	for _, u := range o.AppUsers {
		for _, t := range u.Tokens {
			if !isToken(resource, u.ID, t.Prefix, t.Description) {
				continue
			}
			return map[string]any{
				"description": t.Description.Raw(), "ip_allowlist": rawList(t.IPAllowlist), "token_prefix": t.Prefix.Raw(),
				"max_age_seconds": deref(t.MaxAgeSeconds), "extend_when_used": t.ExtendWhenUsed,
			}, u.ID.Raw()
		}
	}
	return nil, o.tokenOwner(resource)
}
