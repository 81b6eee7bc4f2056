package remediate

import (
	"slices"
	"strconv"

	"avn-harden/internal/organization"
)

func itoa(n int) string { return strconv.Itoa(n) }

// policyAfter is the authentication policy as it would be after the changes.
func policyAfter(p organization.AuthPolicy, changes ...Change) organization.AuthPolicy {
	for _, c := range changes {
		if !isAuthPolicy(c) {
			continue
		}
		body := bodyOf(c)
		set := func(field **bool, key string) {
			if v, ok := body[key].(bool); ok {
				*field = &v
			}
		}
		set(&p.PasswordAuth, "password_auth_enabled")
		set(&p.OAuth, "oauth_enabled")
		set(&p.SAML, "saml_enabled")
		set(&p.SAMLAllowExternal, "saml_allow_external")
		set(&p.TwoFactorRequired, "two_factor_required")
		set(&p.PersonalTokens, "personal_tokens_enabled")
		set(&p.PersonalTokensRequireAllowed, "personal_tokens_require_allowed_auth_method")
	}
	return p
}

// allowed says whether a login method is allowed by a policy. A setting that
// the API did not tell counts as the stricter one.
func allowed(l organization.LoginMethod, p organization.AuthPolicy, idps []organization.AuthMethod) bool {
	idpOnly := !no(p.SAML) && !yes(p.SAMLAllowExternal)
	switch {
	case l.Type.Is("saml"):
		ours := slices.ContainsFunc(idps, func(m organization.AuthMethod) bool { return m.ID == l.LocalProviderID })
		return yes(p.SAML) && (ours || !idpOnly)
	case isPassword(l):
		return yes(p.PasswordAuth) && !idpOnly
	default:
		return yes(p.OAuth) && !idpOnly
	}
}

func callerUser(o *organization.Organization) (organization.User, bool) {
	for _, u := range o.Users {
		if u.ID == o.Me.UserID {
			return u, true
		}
	}
	return organization.User{}, false
}

const useApplicationUser = "Or use the token of an application user with role:organization:admin, to which this policy does not apply."

var callerKeepsAccessGuard = Guard{
	ID: "caller-keeps-access", Title: "You keep your own access",
	Parts:   slices.Concat(idpParts, []organization.Part{organization.PartMe, organization.PartUsers, organization.PartUserAuthMethods, organization.PartAuthPolicy}),
	Applies: restrictsCaller,
	Check: func(in GuardInput) Verdict {
		me := in.Org.Me
		if me.IsApplicationUser || me.Token == organization.TokenApplication {
			return holds("You use an application user's token, to which the authentication policy does not apply.")
		}
		if sets("personal_tokens_enabled", false)(in.Change) {
			switch me.Token {
			case organization.TokenPersonal:
				return blocks("You use a personal token, which would stop working. Log in and use that session's token. %s", useApplicationUser)
			case organization.TokenUnknown:
				return blocks("It is not known what kind of token you use; a personal token would stop working. Log in and use that session's token. %s", useApplicationUser)
			}
		}
		user, ok := callerUser(in.Org)
		if !ok {
			return blocks("You are not in the organization's list of users, so it is not known how you log in. Use a token of a member. %s", useApplicationUser)
		}
		after := policyAfter(in.Org.AuthPolicy, append(slices.Clone(in.Earlier), in.Change)...)
		idps, _ := workingIdPs(in)
		if me.Token == organization.TokenSession {
			return sessionSurvives(in, user, after, idps)
		}
		return tokenSurvives(me.Token, user, after, idps)
	},
}

// sessionSurvives judges a login session by the login that was used last:
// the API does not tell which login a session was born of.
func sessionSurvives(in GuardInput, u organization.User, after organization.AuthPolicy, idps []organization.AuthMethod) Verdict {
	if !restrictsLogin(in.Change) {
		return holds("You use a login session, which this setting does not touch.")
	}
	var last organization.LoginMethod
	for _, l := range u.LoginMethods {
		if l.LastUsed.After(last.LastUsed) {
			last = l
		}
	}
	if last.LastUsed.IsZero() {
		if len(u.LoginMethods) > 0 && !slices.ContainsFunc(u.LoginMethods, func(l organization.LoginMethod) bool { return !allowed(l, after, idps) }) {
			return holds("Every way in which you log in stays allowed.")
		}
		return blocks("It is not known how your session was made. Log in through the identity provider, and use that session's token. %s", useApplicationUser)
	}
	if !allowed(last, after, idps) {
		return blocks("Your last login was by %s, which would no longer be allowed: your session would end. Log in through the identity provider, and use that session's token. %s", loginName(last), useApplicationUser)
	}
	return holds("Your last login was by %s, which stays allowed.", loginName(last))
}

// tokenSurvives judges a personal token (or one of unknown kind) by all the
// ways in which its owner logs in: any of them may have made it.
func tokenSurvives(kind organization.TokenKind, u organization.User, after organization.AuthPolicy, idps []organization.AuthMethod) Verdict {
	if kind == organization.TokenPersonal && no(after.PersonalTokensRequireAllowed) {
		return holds("You use a personal token, which works whatever login made it.")
	}
	var good, bad int
	for _, l := range u.LoginMethods {
		if allowed(l, after, idps) {
			good++
		} else {
			bad++
		}
	}
	switch {
	case good > 0 && bad == 0:
		return holds("Every way in which you log in stays allowed, so your token does too.")
	case good == 0:
		return blocks("Your token was made after a login that would no longer be allowed: it would stop working. Log in through the identity provider, and use that session's token. %s", useApplicationUser)
	default:
		return blocks("It is not known which login your token was made after, and not all of yours stay allowed: it might stop working. Log in through the identity provider, and use that session's token. %s", useApplicationUser)
	}
}

func loginName(l organization.LoginMethod) string {
	switch {
	case isPassword(l):
		return "password"
	case !l.Name.Empty():
		return l.Name.String()
	default:
		return l.Type.String()
	}
}

var tokenConsumersGuard = Guard{
	ID: "personal-token-consumers", Title: "Nobody's personal token in use stops working unnoticed",
	Parts: []organization.Part{organization.PartUsers, organization.PartUserTokens},
	Applies: func(c Change) bool {
		return sets("personal_tokens_enabled", false)(c) || sets("personal_tokens_require_allowed_auth_method", true)(c)
	},
	Check: func(in GuardInput) Verdict {
		days := in.Policy.Thresholds.TokenUsedDays
		since := in.Now.AddDate(0, 0, -days)
		var affected []string
		for _, u := range in.Org.Users {
			used := 0
			for _, t := range u.Tokens {
				if !t.LastUsed.IsZero() && !t.LastUsed.Before(since) {
					used++
				}
			}
			switch {
			case u.IsApplicationUser || used == 0:
			case used == 1:
				affected = append(affected, person(u)+" (1 token)")
			default:
				affected = append(affected, person(u)+" ("+itoa(used)+" tokens)")
			}
		}
		if len(affected) > 0 {
			return mustAck(orgName(in.Org), affected, "%s personal tokens that were used within %d days and may stop working. Move what uses them to application users first.", people(len(affected), "has", "have"), days)
		}
		return holds("No personal token that is listed was used within %d days.", days)
	},
}
