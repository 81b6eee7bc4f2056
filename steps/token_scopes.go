package steps

import (
	"avn-harden/internal/organization"
)

// checkTokenScopes points out tokens without scopes.
//
// step: application-users
// order: 70
func checkTokenScopes() Check {
	return Check{
		ID: "token-scopes", Title: "Tokens are limited to scopes", Severity: Info,
		Why:  "A token without scopes can do all that its application user may.",
		How:  "Where one token is for one purpose, make it with scopes; otherwise keep the application user's permissions narrow.",
		Docs: docsTokens, Needs: []organization.Part{organization.PartAppUsers, organization.PartAppTokens},
		Attest: "Scopes do not fit how this token is used; its application user holds only what the application needs.",
		Eval: func(in Input) Result {
			return perToken(in, []string{}, func(_ organization.AppUser, t organization.AppToken) (Finding, bool) {
				return Finding{Title: "has no scopes", Evidence: []Evidence{{"scopes", "none", "those that it needs"}}}, len(t.Scopes) == 0
			})
		},
	}
}
