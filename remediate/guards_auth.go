package remediate

import (
	"slices"
	"strings"
	"time"

	"avn-harden/internal/organization"
)

var isAuthPolicy = isOperation("OrganizationAuthenticationConfigUpdate")

// lockouts are the values of the authentication policy that can cut people off.
var lockouts = []struct {
	key   string
	value bool
}{
	{"password_auth_enabled", false},
	{"oauth_enabled", false},
	{"saml_enabled", false},
	{"saml_allow_external", false},
	{"two_factor_required", true},
	{"personal_tokens_enabled", false},
	{"personal_tokens_require_allowed_auth_method", true},
}

func sets(key string, value bool) func(Change) bool {
	return func(c Change) bool { return isAuthPolicy(c) && setsTo(c, key, value) }
}

// leavesIdPOnly is for changes after which fewer people can log in other than
// through the organization's identity provider.
func leavesIdPOnly(c Change) bool {
	return isAuthPolicy(c) && (setsTo(c, "saml_allow_external", false) || setsTo(c, "password_auth_enabled", false) || setsTo(c, "oauth_enabled", false))
}

func restrictsLogin(c Change) bool {
	return leavesIdPOnly(c) || isAuthPolicy(c) && setsTo(c, "saml_enabled", false)
}

// restrictsCaller is for changes that can cut off the login or token in use.
func restrictsCaller(c Change) bool {
	return restrictsLogin(c) || sets("personal_tokens_enabled", false)(c) || sets("personal_tokens_require_allowed_auth_method", true)(c)
}

var oneLockoutGuard = Guard{
	ID: "one-lockout-at-a-time", Title: "One setting that can lock people out at a time",
	Applies: isAuthPolicy,
	Check: func(in GuardInput) Verdict {
		var keys []string
		for _, l := range lockouts {
			if setsTo(in.Change, l.key, l.value) {
				keys = append(keys, l.key)
			}
		}
		if len(keys) > 1 {
			return blocks("The request sets %s at once. Each can lock people out: change one, see that people can still log in, then the next.", strings.Join(keys, " and "))
		}
		return holds("The request sets at most one setting that can lock people out.")
	},
}

// workingIdPs gives the identity providers that people can log in through and
// will be able to for a while.
func workingIdPs(in GuardInput) (good []organization.AuthMethod, why string) {
	soon := in.Now.AddDate(0, 0, in.Policy.Thresholds.CertificateExpiryDays)
	verified := map[string]bool{}
	linked := map[string]bool{}
	for _, d := range in.Org.Domains {
		if d.State.Is("verified") {
			verified[d.ID.Raw()] = true
			for _, m := range d.LinkedMethodIDs {
				linked[m.Raw()] = true
			}
		}
	}
	why = "The organization has no identity provider. Set one up first (step 2)."
	for _, m := range in.Org.IdPs {
		if !m.Type.Is("saml") || m.State.Is("deleted") {
			continue
		}
		switch isLinked := linked[m.ID.Raw()] || slices.ContainsFunc(m.LinkedDomainIDs, func(id organization.Text) bool { return verified[id.Raw()] }); {
		case !m.ActiveSAML():
			why = "The identity provider " + m.Name.String() + " is not active and enabled. Finish setting it up first (step 2)."
		case m.CertificateNotValidAfter.IsZero():
			why = "It is not known until when the certificate of the identity provider " + m.Name.String() + " is valid. Put a current certificate in first (step 2)."
		case !m.CertificateNotValidAfter.After(soon):
			why = "The certificate of the identity provider " + m.Name.String() + " is valid only until " + day(m.CertificateNotValidAfter) + ". Renew it first (step 2)."
		case !isLinked:
			why = "The identity provider " + m.Name.String() + " is linked to no verified domain. Link one first (step 2)."
		default:
			good = append(good, m)
		}
	}
	return good, why
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

var idpParts = []organization.Part{organization.PartIdPs, organization.PartDomains}

var idpWorksGuard = Guard{
	ID: "idp-works", Title: "An identity provider works",
	Parts:   idpParts,
	Applies: leavesIdPOnly,
	Check: func(in GuardInput) Verdict {
		good, why := workingIdPs(in)
		if len(good) == 0 {
			return blocks("%s", why)
		}
		return holds("%s is active, its certificate is valid until %s, and it is linked to a verified domain.", good[0].Name, day(good[0].CertificateNotValidAfter))
	},
}

// usesIdP gives the newest use of a login through one of the identity providers.
func usesIdP(u organization.User, idps []organization.AuthMethod) (linked bool, last time.Time) {
	for _, l := range u.LoginMethods {
		if !l.Type.Is("saml") || !slices.ContainsFunc(idps, func(m organization.AuthMethod) bool { return m.ID == l.LocalProviderID }) {
			continue
		}
		linked = true
		if l.LastUsed.After(last) {
			last = l.LastUsed
		}
	}
	return linked, last
}

func activeHuman(u organization.User) bool {
	return !u.IsApplicationUser && (u.State.Empty() || u.State.Is("active"))
}

// isAdmin says whether a user is a super admin or an organization admin,
// directly or through a group.
func isAdmin(o *organization.Organization, id organization.Text) bool {
	for _, u := range o.Users {
		if u.ID == id && u.IsSuperAdmin {
			return true
		}
	}
	groups := map[string]bool{}
	for _, g := range o.Groups {
		if slices.Contains(g.MemberIDs, id) {
			groups[g.ID.Raw()] = true
		}
	}
	for _, g := range o.Grants {
		if !g.ResourceType.Is("organization") || !slices.ContainsFunc(g.Permissions, func(p organization.Text) bool { return p.Is(organization.OrganizationAdmin) }) {
			continue
		}
		if g.PrincipalType.Is("user") && g.PrincipalID == id || g.PrincipalType.Is("user_group") && groups[g.PrincipalID.Raw()] {
			return true
		}
	}
	return false
}

var adminParts = []organization.Part{organization.PartUsers, organization.PartGroups, organization.PartPermissions}

var adminsUsedIdPGuard = Guard{
	ID: "admins-used-idp", Title: "Two admins have logged in through the identity provider",
	Parts:   slices.Concat(idpParts, adminParts, []organization.Part{organization.PartUserAuthMethods}),
	Applies: leavesIdPOnly,
	Check: func(in GuardInput) Verdict {
		days := in.Policy.Thresholds.AdminSSOUsedDays
		idps, _ := workingIdPs(in)
		since := in.Now.AddDate(0, 0, -days)
		var used, notUsed []string
		for _, u := range in.Org.Users {
			if !activeHuman(u) || !isAdmin(in.Org, u.ID) {
				continue
			}
			if _, last := usesIdP(u, idps); !last.IsZero() && !last.Before(since) {
				used = append(used, person(u))
			} else {
				notUsed = append(notUsed, person(u))
			}
		}
		if len(used) < 2 {
			v := blocks("Of the admins, %d logged in through the identity provider within %d days; it takes two, so that one lost login locks nobody out. Have more admins log in through it once.", len(used), days)
			v.Affected = notUsed
			return v
		}
		v := holds("%d admins logged in through the identity provider within %d days.", len(used), days)
		v.Affected = used
		return v
	},
}

var requireIdPFirstGuard = Guard{
	ID: "idp-required-first", Title: "The identity provider is required before other logins go off",
	Parts:   []organization.Part{organization.PartAuthPolicy},
	Applies: sets("password_auth_enabled", false),
	Check: func(in GuardInput) Verdict {
		saml, only := yes(in.Org.AuthPolicy.SAML), no(in.Org.AuthPolicy.SAMLAllowExternal)
		for _, c := range in.Earlier {
			saml = saml || sets("saml_enabled", true)(c)
			only = only || sets("saml_allow_external", false)(c)
		}
		if !saml || !only {
			return blocks("Password login goes off last: require login with the organization's identity provider first, and see that it works.")
		}
		return holds("Login with the organization's identity provider is required.")
	},
}

var peopleWithoutIdPGuard = Guard{
	ID: "people-without-idp", Title: "Everybody can log in through the identity provider",
	Parts:   slices.Concat(idpParts, []organization.Part{organization.PartUsers, organization.PartUserAuthMethods}),
	Applies: leavesIdPOnly,
	Check: func(in GuardInput) Verdict {
		idps, _ := workingIdPs(in)
		var without []string
		for _, u := range in.Org.Users {
			if !activeHuman(u) {
				continue
			}
			if linked, _ := usesIdP(u, idps); !linked {
				without = append(without, person(u))
			}
		}
		if len(without) > 0 {
			return mustAck(orgName(in.Org), without, "%s no login through the identity provider and may not get in any more until they have one. Tell them first.", people(len(without), "has", "have"))
		}
		return holds("Everybody has a login through the identity provider.")
	},
}

var twoFactorGuard = Guard{
	ID: "two-factor", Title: "You have two-factor authentication, and who has not is known",
	Parts:   []organization.Part{organization.PartMe, organization.PartUsers, organization.PartUserAuthMethods},
	Applies: sets("two_factor_required", true),
	Check: func(in GuardInput) Verdict {
		var without []string
		found := in.Org.Me.IsApplicationUser
		for _, u := range in.Org.Users {
			if !activeHuman(u) || !passwordWithoutTwoFactor(u) {
				found = found || u.ID == in.Org.Me.UserID
				continue
			}
			if u.ID == in.Org.Me.UserID {
				return blocks("You log in with a password and have no two-factor authentication: you would be cut off. Turn it on in your own profile first.")
			}
			without = append(without, person(u))
		}
		if !found {
			return blocks("You are not in the organization's list of users, so it is not known whether you have two-factor authentication. Use a token of a member.")
		}
		if len(without) > 0 {
			return mustAck(orgName(in.Org), without, "%s a password and no two-factor authentication, and cannot do anything until they set it up. Whoever turns it on loses the personal tokens made with the password. Tell them first.", people(len(without), "has", "have"))
		}
		return holds("Everybody who logs in with a password has two-factor authentication.")
	},
}

func isPassword(l organization.LoginMethod) bool {
	return l.Type.Is("internal") || l.Type.Is("password")
}

func passwordWithoutTwoFactor(u organization.User) bool {
	has, two := false, false
	for _, l := range u.LoginMethods {
		if isPassword(l) {
			has, two = true, two || l.TwoFactor
		}
	}
	return has && !two
}

func people(n int, one, many string) string {
	if n == 1 {
		return "1 person " + one
	}
	return itoa(n) + " people " + many
}
