package sandbox

import (
	"math/rand/v2"
	"slices"
	"time"
)

func tokenOperations() []operation {
	const all = "/organization/{organization_id}/application-users/{user_id}/access-tokens"
	may := holders("organization:app_users:write")
	return []operation{
		{id: "ApplicationUserAccessTokenCreate", method: post, path: all, access: may, serve: applicationTokenCreate},
		{id: "ApplicationUserAccessTokenDelete", method: remove, path: all + "/{token_prefix}", access: may, serve: applicationTokenDelete},
		{id: "OrganizationUserRevokeToken", method: remove, path: "/organization/{organization_id}/user/{member_user_id}/access-token/{token_prefix}", access: holders("organization:users:write"), serve: userTokenRevoke},
	}
}

const (
	tokenSize            = 64
	tokenDescriptionSize = 1000
	tokenLists           = 100 // most networks, most scopes
	tokenLeastAge        = 600
	tokenMostAge         = 315_360_000
)

// newToken makes a full token and its prefix. Half of the prefixes have a
// letter in them that must be escaped in a path: clients that forget it ought
// to be found out.
func (s *State) newToken(r *rand.Rand) (full, prefix string) {
	for {
		b := []byte(letters(r, tokenLetter, tokenSize))
		if r.IntN(2) == 0 {
			b[1+r.IntN(prefixSize-1)] = "/+="[r.IntN(3)]
		}
		full, prefix = string(b), string(b[:prefixSize])
		if find(s.Tokens, func(t *Token) bool { return t.Prefix == prefix }) == nil {
			return full, prefix
		}
	}
}

func (s *State) dropTokens(match func(*Token) bool) {
	s.Tokens = slices.DeleteFunc(s.Tokens, match)
}

type tokenBody struct {
	Description    string   `json:"description"`
	MaxAge         *int     `json:"max_age_seconds"`
	ExtendWhenUsed bool     `json:"extend_when_used"`
	IPAllowlist    []string `json:"ip_allowlist"`
	Scopes         []string `json:"scopes"`
}

func (in *tokenBody) check() *answer {
	if a := length("description", in.Description, 0, tokenDescriptionSize); a != nil {
		return a
	}
	if in.MaxAge != nil && (*in.MaxAge < tokenLeastAge || *in.MaxAge > tokenMostAge) {
		return invalidBody("Invalid input: max_age_seconds: %d to %d", tokenLeastAge, tokenMostAge)
	}
	if len(in.IPAllowlist) > tokenLists || len(in.Scopes) > tokenLists {
		return invalidBody("Invalid input: ip_allowlist, scopes: at most %d", tokenLists)
	}
	for _, n := range in.IPAllowlist {
		if _, err := parseNetwork(n); err != nil {
			return invalidBody("Invalid input: ip_allowlist: '%s' is not a network", n)
		}
	}
	if slices.Contains(in.Scopes, "") {
		return invalidBody("Invalid input: scopes: not a scope")
	}
	return nil
}

// applicationTokenCreate answers ApplicationUserAccessTokenCreate. The full
// token is shown here and never again.
func applicationTokenCreate(c *call) answer {
	u, refusal := c.applicationUserNamed()
	if refusal != nil {
		return *refusal
	}
	var in tokenBody
	if a := c.exact(&in, "description"); a != nil {
		return *a
	}
	if a := in.check(); a != nil {
		return *a
	}
	// A token is all that its user may do: who is no organization admin must
	// not come by permissions in this way.
	if !c.isOrgAdmin() && (u.SuperAdmin || c.org.holdsAnything(u.ID)) {
		return forbidden("", "A token for an application user with permissions needs an organization admin")
	}
	t := &Token{
		User: u.ID, Kind: ApplicationToken, Description: in.Description, CreateTime: At(c.now),
		IPAllowlist: in.IPAllowlist, Scopes: in.Scopes,
	}
	if in.MaxAge != nil {
		// extend_when_used means something only for a token that ends.
		t.MaxAgeSeconds, t.ExtendWhenUsed = *in.MaxAge, in.ExtendWhenUsed
		t.ExpiryTime = At(c.now.Add(time.Duration(*in.MaxAge) * time.Second))
	}
	t.FullToken, t.Prefix = c.state.newToken(c.box.rand)
	c.state.Tokens = append(c.state.Tokens, t)
	return ok(obj{"full_token": t.FullToken, "token_prefix": t.Prefix})
}

// dropToken takes one of the tokens away, or finds none with the prefix.
func (c *call) dropToken(among []*Token) answer {
	prefix := c.vars["token_prefix"]
	t := find(among, func(t *Token) bool { return t.Prefix == prefix })
	if t == nil {
		return notFound("", "Access token not found")
	}
	c.state.dropTokens(func(x *Token) bool { return x == t })
	return noContent()
}

// applicationTokenDelete answers ApplicationUserAccessTokenDelete.
func applicationTokenDelete(c *call) answer {
	u, refusal := c.applicationUserNamed()
	if refusal != nil {
		return *refusal
	}
	return c.dropToken(c.state.tokensOf(u.ID))
}

// userTokenRevoke answers OrganizationUserRevokeToken: personal tokens of
// managed users, and only those that the organization sees.
func userTokenRevoke(c *call) answer {
	u, refusal := c.memberNamed()
	if refusal != nil {
		return *refusal
	}
	if !u.Managed {
		return forbidden("", "User is not managed by the organization")
	}
	if a := c.mayManage(u); a != nil {
		return *a
	}
	if isFalse(u.TokensListable) {
		return notFound("", "Access token not found")
	}
	return c.dropToken(c.state.tokensOf(u.ID, PersonalToken))
}
