package sandbox

import "slices"

// policyRefusal is how the organization's policy bites: by where a call comes
// from, and by how the token was come by.
func (c *call) policyRefusal(o *Organization) *answer {
	no := func(format string, args ...any) *answer { a := forbidden("", format, args...); return &a }
	if o.IPAllowlist.Enabled && !covers(o.IPAllowlist.Networks, c.box.callerIP) {
		return no("Address %s is not in the organization's IP allowlist", c.box.callerIP)
	}
	t := c.who.token
	if o.applicationUser(c.who.user.ID) != nil || t.Kind == ApplicationToken {
		return nil // the authentication policy is about people
	}
	p := o.Authentication
	if t.Kind == PersonalToken {
		if isFalse(p.PersonalTokensEnabled) {
			return no("Personal tokens are not allowed by the organization's authentication policy")
		}
		if isTrue(p.PersonalTokensRequireAllowed) {
			if reason := o.loginRefusal(t); reason != "" {
				return no("Personal tokens need an allowed authentication method: %s", reason)
			}
		}
		return nil
	}
	if reason := o.loginRefusal(t); reason != "" {
		return no("Not allowed by the organization's authentication policy: %s", reason)
	}
	if t.CreatedBy == "password" && isTrue(p.TwoFactorRequired) && !c.who.user.hasTwoFactor() {
		return no("The organization requires two-factor authentication")
	}
	return nil
}

// loginRefusal says why the login that the token was born of is not allowed,
// or "".
func (o *Organization) loginRefusal(t *Token) string {
	p := o.Authentication
	idpRequired := isTrue(p.SAMLEnabled) && isFalse(p.SAMLAllowExternal)
	switch t.CreatedBy {
	case "password":
		if isFalse(p.PasswordAuthEnabled) {
			return "password login is disabled"
		}
		if idpRequired {
			return "log in with this organization's identity provider"
		}
	case "oauth":
		if isFalse(p.OAuthEnabled) {
			return "third-party login is disabled"
		}
		if idpRequired {
			return "log in with this organization's identity provider"
		}
	case "saml":
		if isFalse(p.SAMLEnabled) {
			return "login with an identity provider is disabled"
		}
		if idpRequired && !o.workingMethod(t.Method) {
			return "this identity provider is not one of the organization's"
		}
	}
	return ""
}

// workingMethod says whether the identity provider is the organization's own,
// active and enabled. Without an id, any such will do.
func (o *Organization) workingMethod(id string) bool {
	return slices.ContainsFunc(o.AuthenticationMethods, func(m *AuthenticationMethod) bool {
		return (id == "" || m.ID == id) && m.Type == "saml" && m.State == "active" && m.Enabled
	})
}

func (u *User) hasTwoFactor() bool {
	return slices.ContainsFunc(u.Logins, func(l *Login) bool { return l.Type == "internal" && l.TwoFactor })
}

func isFalse(b *bool) bool { return b != nil && !*b }
