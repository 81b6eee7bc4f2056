package steps

import (
	"fmt"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const (
	docsAppUsers = docs + "platform/concepts/application-users"
	docsTokens   = docs + "platform/howto/manage-application-users"
	permAppUsers = "organization:app_users:write, or role:organization:admin for an application user that has permissions"
)

// tokenTarget is a token as the resource of a finding; the id says whose it is.
func tokenTarget(user, prefix, description Text) remediate.Target {
	name := description
	if name.Empty() {
		name = prefix
	}
	return remediate.Target{Type: "token", ID: aivenapi.NewText(organization.TokenResource(user.Raw(), prefix.Raw())), Name: name}
}

// tokenOf gives the application user and token that a target means.
func tokenOf(o *organization.Organization, t remediate.Target) (organization.AppUser, organization.AppToken, error) {
	for _, u := range o.AppUsers {
		for _, token := range u.Tokens {
			if organization.TokenResource(u.ID.Raw(), token.Prefix.Raw()) == t.ID.Raw() {
				return u, token, nil
			}
		}
	}
	return organization.AppUser{}, organization.AppToken{}, fmt.Errorf("the token %s is gone: read the organization again", t.Name)
}

// tokenName is how a token is called: by its description, or its prefix.
func tokenName(t organization.AppToken) string {
	if t.Description.Empty() {
		return "the token " + t.Prefix.String() + "…"
	}
	return "the token \"" + t.Description.String() + "\""
}

// perToken evaluates a rule on each live token of each application user; a
// rule says false of one that is right.
func perToken(in Input, fixes []string, rule func(organization.AppUser, organization.AppToken) (Finding, bool)) Result {
	var r Result
	unread := 0
	for _, u := range in.Org.AppUsers {
		if !u.TokensRead {
			unread++
			continue
		}
		for _, t := range u.Tokens {
			if ended(t, in.Now) {
				continue
			}
			f, wrong := rule(u, t)
			if !wrong {
				r.Passed++
				continue
			}
			f.Resource = tokenTarget(u.ID, t.Prefix, t.Description)
			f.Title = fmt.Sprintf("%s of %s %s", capital(tokenName(t)), u.Name, f.Title)
			f.Fixes = fixes
			if len(fixes) > 0 && fixes[0] == fixRotate {
				inRotation(in, u, t, &f)
			}
			r.Findings = append(r.Findings, f)
		}
	}
	if unread > 0 {
		r.Unknown = fmt.Sprintf("The tokens of %s could not be read.", count(unread, "application user", "application users"))
	}
	return r
}

// ended says whether a token ended by itself: no rule is about it any more.
func ended(t organization.AppToken, now time.Time) bool {
	return !t.ExpiryTime.IsZero() && !t.ExpiryTime.After(now)
}

// used says when and where from a token was last used.
func used(t organization.AppToken, in Input) string {
	if t.LastUsed.IsZero() {
		return "never used"
	}
	s := "last used " + ago(in.Now.Sub(t.LastUsed))
	if !t.LastIP.Empty() {
		s += " from " + t.LastIP.String()
	}
	return s
}

// family is what a user agent begins with: the program, without its version.
func family(agent Text) string {
	s, _, _ := strings.Cut(agent.Raw(), "/")
	s, _, _ = strings.Cut(s, " ")
	return strings.ToLower(s)
}
