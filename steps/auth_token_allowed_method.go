package steps

import "avn-harden/internal/organization"

// checkAuthTokenAllowedMethod asks that tokens come from allowed logins.
//
// step: authentication-policy
// order: 60
func checkAuthTokenAllowedMethod() Check {
	return Check{
		ID: "auth-token-allowed-method", Title: "Personal tokens work only if made through an allowed login", Severity: High,
		Why:  "Otherwise a token made from a password login keeps working after passwords were turned off.",
		How:  "Require an allowed authentication method for personal tokens.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartAuthPolicy},
		Fixes: []Fix{knobFix("token-allowed-method", "Take tokens only from allowed logins", 140, knobAllowed)},
		Eval: func(in Input) Result {
			if isOff(in.Org.AuthPolicy.PersonalTokens) {
				return Result{NotApplicable: "personal tokens are off"}
			}
			if u := untold(in.Org.AuthPolicy, knobTokens); u != "" && !isOn(in.Org.AuthPolicy.PersonalTokensRequireAllowed) {
				return Result{Unknown: u}
			}
			return knobResult(in, "Personal tokens from any login work", knobAllowed)
		},
	}
}
