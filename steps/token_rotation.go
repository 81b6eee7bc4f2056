package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkTokenRotation asks that tokens are replaced now and then.
//
// step: application-users
// order: 50
func checkTokenRotation() Check {
	return Check{
		ID: "token-rotation", Title: "Tokens are replaced regularly", Severity: Medium,
		Why:  "The longer a token lives, the more logs, backups and laptops have a copy of it.",
		How:  "Replace it: make another, put it in place, and revoke the old one once it is idle.",
		Docs: docsTokens, Needs: []organization.Part{organization.PartAppUsers, organization.PartAppTokens},
		Fixes: rotateFixes(),
		Eval: func(in Input) Result {
			n := in.Policy.Thresholds.TokenRotationDays
			return perToken(in, []string{fixRotate}, func(_ organization.AppUser, t organization.AppToken) (Finding, bool) {
				return Finding{
					Title:    "was made " + ago(in.Now.Sub(t.CreateTime)),
					Evidence: []Evidence{{"create_time", t.CreateTime.UTC().Format("2006-01-02"), fmt.Sprintf("within %d days", n)}, {"last use", used(t, in), "the replacement's"}},
				}, older(t.CreateTime, in.Now, n)
			})
		},
	}
}
