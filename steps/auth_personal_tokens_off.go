package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkAuthPersonalTokensOff asks for no personal tokens.
//
// step: authentication-policy
// order: 50
func checkAuthPersonalTokensOff() Check {
	return Check{
		ID: "auth-personal-tokens-off", Title: "Personal tokens are off", Severity: Medium,
		Why:  "A personal token carries all that its person may do, in scripts that nobody lists.",
		How:  "Move scripts to application users, then turn personal tokens off.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartAuthPolicy},
		Fixes: []Fix{knobFix("personal-tokens-off", "Turn personal tokens off", 150, knobTokens)},
		Eval: func(in Input) Result {
			r := knobResult(in, "People can use personal tokens", knobTokens)
			if len(r.Findings) > 0 && in.Org.Status(organization.PartUserTokens).Complete() {
				n, since := 0, in.Now.Add(-days(in.Policy.Thresholds.TokenUsedDays))
				for _, u := range in.Org.Users {
					for _, t := range u.Tokens {
						if t.LastUsed.After(since) {
							n++
						}
					}
				}
				r.Findings[0].Evidence = append(r.Findings[0].Evidence,
					Evidence{"tokens in use", fmt.Sprintf("%d in the last %d days", n, in.Policy.Thresholds.TokenUsedDays), "moved to application users first"})
			}
			return r
		},
	}
}
