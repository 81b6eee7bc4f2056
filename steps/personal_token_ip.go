package steps

import (
	"slices"

	"avn-harden/internal/organization"
)

// checkPersonalTokenIP asks that personal tokens work from known networks alone.
//
// step: application-users
// order: 110
func checkPersonalTokenIP() Check {
	return Check{
		ID: "personal-token-ip", Title: "Personal tokens work from known networks alone", Severity: Low,
		Why:  "A token from a laptop works for whoever finds it, from anywhere.",
		How:  "Only its owner can make one that is restricted: tell them, then revoke this one. What runs by itself belongs to an application user.",
		Docs: docsPersonal, Needs: []organization.Part{organization.PartUsers, organization.PartUserTokens},
		Fixes: []Fix{revokePersonalFix()},
		Eval: func(in Input) Result {
			return perPersonalToken(in, func(_ organization.User, t organization.PersonalToken) (string, Evidence) {
				if len(t.IPAllowlist) == 0 || slices.ContainsFunc(t.IPAllowlist, everywhere) {
					return "works from anywhere", Evidence{"ip_allowlist", noneIfEmpty(joined(t.IPAllowlist)), "the owner's networks"}
				}
				return "", Evidence{}
			})
		},
	}
}
