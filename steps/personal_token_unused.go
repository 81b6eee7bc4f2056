package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkPersonalTokenUnused asks that personal tokens are used.
//
// step: application-users
// order: 100
func checkPersonalTokenUnused() Check {
	return Check{
		ID: "personal-token-unused", Title: "Personal tokens are in use", Severity: Medium,
		Why:  "A forgotten token can do all that its owner may. Aiven lists only tokens made through the organization's logins, so there may be more.",
		How:  "Revoke it.",
		Docs: docsPersonal, Needs: []organization.Part{organization.PartUsers, organization.PartUserTokens},
		Fixes: []Fix{revokePersonalFix()},
		Eval: func(in Input) Result {
			n := in.Policy.Thresholds.TokenUnusedDays
			return perPersonalToken(in, func(u organization.User, t organization.PersonalToken) (string, Evidence) {
				want := Evidence{"in use", "no", fmt.Sprintf("within %d days", n)}
				switch {
				case t.LastUsed.IsZero() && inDoubt(in.Org, organization.PartUserTokens, u.ID.Raw()):
					return "", want // a time that could not be understood is not never
				case t.LastUsed.IsZero():
					// Aiven does not tell when it was made, so it may be new.
					return "was never used, as far as Aiven tells", want
				case older(t.LastUsed, in.Now, n):
					return "was last used " + ago(in.Now.Sub(t.LastUsed)), want
				}
				return "", Evidence{}
			})
		},
	}
}
