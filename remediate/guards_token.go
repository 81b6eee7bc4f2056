package remediate

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/organization"
)

var tokenParts = []organization.Part{
	organization.PartMe, organization.PartUsers, organization.PartUserTokens, organization.PartAppUsers, organization.PartAppTokens,
}

// FactOld and FactNew are the descriptions or prefixes of the two tokens of a
// rotation: a revoke with FactNew waits for the replacement to be in use.
const (
	FactUser = "user"
	FactOld  = "old_token"
	FactNew  = "new_token"
	FactMade = "new_description"
)

// listedToken is a token of either kind.
type listedToken struct {
	user        organization.Text
	owner       string
	prefix      organization.Text
	description organization.Text
	lastUsed    time.Time
	lastIP      organization.Text
	created     time.Time
	current     bool
}

func tokensOf(o *organization.Organization, id string) []listedToken {
	var out []listedToken
	for _, u := range o.Users {
		for _, t := range u.Tokens {
			if u.ID.Raw() == id {
				out = append(out, listedToken{user: u.ID, owner: person(u), prefix: t.Prefix, description: t.Description, lastUsed: t.LastUsed, lastIP: t.LastIP})
			}
		}
	}
	for _, u := range o.AppUsers {
		for _, t := range u.Tokens {
			if u.ID.Raw() == id {
				out = append(out, listedToken{user: u.ID, owner: u.Name.String(), prefix: t.Prefix, description: t.Description, lastUsed: t.LastUsed, lastIP: t.LastIP, created: t.CreateTime, current: t.CurrentlyActive})
			}
		}
	}
	return out
}

// mine says whether a token is, or may be, the one in use.
func mine(o *organization.Organization, t listedToken) bool {
	me := o.Me.TokenPrefix
	return t.current || !me.Empty() && (strings.HasPrefix(me.Raw(), t.prefix.Raw()) || strings.HasPrefix(t.prefix.Raw(), me.Raw())) && t.user == o.Me.UserID
}

var revokesToken = isOperation("OrganizationUserRevokeToken", "ApplicationUserAccessTokenDelete")

// tokenNamed is what to type for a token.
func tokenNamed(t listedToken) string {
	if t.description.Empty() {
		return t.prefix.String()
	}
	return t.description.String()
}

var tokenRevokeGuard = Guard{
	ID: "token-not-in-use", Title: "The token is the right one, is not yours, and nobody works with it",
	Parts: tokenParts, Applies: revokesToken,
	Check: func(in GuardInput) Verdict {
		user, prefix := segment(in.Change, 3), segment(in.Change, 5)
		if hasRef(prefix) {
			return holds("It is made by this plan.")
		}
		var found []listedToken
		for _, t := range tokensOf(in.Org, user) {
			if strings.HasPrefix(t.prefix.Raw(), prefix) {
				found = append(found, t)
			}
		}
		switch {
		case len(found) == 0:
			return blocks("The token is not there any more. Read the organization again.")
		case len(found) > 1 || found[0].prefix.Raw() != prefix:
			return blocks("The prefix means more than one token, so the wrong one could be revoked. Revoke it in the Aiven console.")
		}
		t := found[0]
		if mine(in.Org, t) {
			return blocks("This is the token that you use now. Log in another way to revoke it.")
		}
		if in.Org.Me.TokenPrefix.Empty() && t.user == in.Org.Me.UserID {
			return blocks("It is one of your own tokens, and it is not known which of them you use now. Log in another way to revoke it.")
		}
		if why := replacementMissing(in, user); why != "" {
			return blocks("%s", why)
		}
		days := in.Policy.Thresholds.TokenInUseDays
		if !t.lastUsed.IsZero() && t.lastUsed.After(in.Now.AddDate(0, 0, -days)) {
			return mustAck(tokenNamed(t), []string{t.owner + ", last used " + t.lastUsed.UTC().Format("2006-01-02 15:04") + " from " + orUnknown(t.lastIP)},
				"The token was used within %d days: what uses it stops working at once.", days)
		}
		return holds("The token was not used within %d days.", days)
	},
}

func orUnknown(t organization.Text) string {
	if t.Empty() {
		return "an unknown address"
	}
	return t.String()
}

// replacementMissing says why a replaced token must stay, "" if it need not.
func replacementMissing(in GuardInput, user string) string {
	want := in.Change.Facts[FactNew]
	if want == "" {
		return ""
	}
	for _, t := range tokensOf(in.Org, user) {
		if t.prefix.Raw() != want {
			continue
		}
		if t.lastUsed.IsZero() {
			return "The token that replaces it was not used yet, so nothing works with it. Put it in place first."
		}
		return ""
	}
	return "The token that replaces it is not there any more. Make another first."
}

// Limits of ApplicationUserAccessTokenCreate.
const (
	shortestToken   = 600       // seconds
	longestToken    = 315360000 // seconds
	mostNetworks    = 100
	longestDescribe = 1000 // characters
)

var tokenMadeGuard = Guard{
	ID: "token-limits", Title: "The new token expires, has a name of its own and works from where it is used",
	Parts:   slices.Concat(tokenParts, adminParts, []organization.Part{organization.PartProjects, organization.PartUnits}),
	Applies: isOperation("ApplicationUserAccessTokenCreate"),
	Check: func(in GuardInput) Verdict {
		user, body := segment(in.Change, 3), bodyOf(in.Change)
		name, _ := body["description"].(string)
		age, _ := body["max_age_seconds"].(float64)
		list, _ := body["ip_allowlist"].([]any)
		if in.Change.Hands == nil {
			return blocks("The request makes a secret that would be handed to nobody.")
		}
		if name == "" || len([]rune(name)) > longestDescribe {
			return blocks("The token needs a description of at most 1000 characters.")
		}
		if age < shortestToken || age > longestToken {
			return blocks("The token must expire, after 10 minutes to 10 years.")
		}
		var networks []netip.Prefix
		for _, v := range list {
			s, _ := v.(string)
			p, err := netip.ParsePrefix(s)
			if err != nil || p.Bits() == 0 {
				return blocks("%s is not a network to restrict a token to.", safe(s))
			}
			networks = append(networks, p)
		}
		if len(networks) > mostNetworks {
			return blocks("A token has at most %d networks.", mostNetworks)
		}
		for _, t := range tokensOf(in.Org, user) {
			if t.description.Is(name) {
				return blocks("%s has a token of this description already, so that the two could not be told apart. Describe it otherwise.", t.owner)
			}
		}
		if !isAdmin(in.Org, in.Org.Me.UserID) && holdsAnything(in.Org, user) {
			return blocks("Aiven lets only organization admins make tokens for an application user that has permissions. Use the token of an organization admin.")
		}
		return cutsOff(in, user, networks)
	},
}

func holdsAnything(o *organization.Organization, user string) bool {
	return slices.ContainsFunc(o.EffectiveAccess(), func(a organization.Access) bool { return a.UserID.Raw() == user })
}

// cutsOff calls out where the replaced token was used from and the new one
// would not work.
func cutsOff(in GuardInput, user string, networks []netip.Prefix) Verdict {
	old := in.Change.Facts[FactOld]
	for _, t := range tokensOf(in.Org, user) {
		if old == "" || t.prefix.Raw() != old || t.lastIP.Empty() || len(networks) == 0 {
			continue
		}
		addr, err := netip.ParseAddr(t.lastIP.Raw())
		if err == nil && slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) }) {
			continue
		}
		return mustAck(tokenNamed(t), []string{t.owner + " from " + t.lastIP.String()}, "The token that it replaces was last used from an address that the new one would not work from.")
	}
	return holds("It works from where the one that it replaces was last used.")
}

var appUserDeleteGuard = Guard{
	ID: "app-user-idle", Title: "Nothing works with the application user",
	Parts: tokenParts, Applies: isOperation("ApplicationUserDelete"),
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 3)
		i := slices.IndexFunc(in.Org.AppUsers, func(u organization.AppUser) bool { return u.ID.Raw() == id })
		if i < 0 {
			return blocks("The application user is not there any more. Read the organization again.")
		}
		u := in.Org.AppUsers[i]
		if u.ID == in.Org.Me.UserID {
			return blocks("This is the application user whose token you use, and you would be locked out.")
		}
		if in.Change.UndoOf != "" {
			return holds("It was made by this program.")
		}
		days := in.Policy.Thresholds.TokenUnusedDays
		for _, t := range tokensOf(in.Org, id) {
			if !t.lastUsed.IsZero() && t.lastUsed.After(in.Now.AddDate(0, 0, -days)) {
				return blocks("Its token %s was used on %s. Revoke the tokens first and see whether anything stops working.", tokenNamed(t), day(t.lastUsed))
			}
		}
		return holds("None of its tokens was used within %d days.", days)
	},
}
