package steps

import (
	"avn-harden/internal/organization"
)

// checkSuperAdminTokens asks that super admins have no personal tokens.
//
// step: least-privilege
// order: 50
func checkSuperAdminTokens() Check {
	return Check{
		ID: "super-admin-tokens", Title: "Super admins have no personal tokens", Severity: High,
		Why:  "Such a token can do everything without a password or a second factor, and lies in a file somewhere.",
		How:  "Move what uses it to an application user, then revoke it.",
		Docs: docs + "platform/howto/create_authentication_token", Needs: []organization.Part{organization.PartUsers, organization.PartUserTokens},
		Fixes: []Fix{revokePersonalFix()},
		Eval: func(in Input) Result {
			var r Result
			unread := 0
			for _, u := range superAdmins(in.Org) {
				if !u.TokensRead {
					unread++
					continue
				}
				if len(u.Tokens) == 0 {
					r.Passed++
				}
				for _, t := range u.Tokens {
					r.Findings = append(r.Findings, personalTokenFinding(in, u, t, "is a super admin's", Evidence{"personal tokens", "one", "none"}))
				}
			}
			if unread > 0 {
				r.Unknown = "The tokens of some super admins could not be read."
			}
			return r
		},
	}
}
