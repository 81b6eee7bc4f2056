package steps

import "avn-harden/internal/organization"

// checkAuthTwoFactorRequired asks for a second factor where passwords are.
//
// step: authentication-policy
// order: 40
func checkAuthTwoFactorRequired() Check {
	return Check{
		ID: "auth-two-factor-required", Title: "Password logins need a second factor", Severity: High,
		Why:  "A password alone is all that stands between a phished admin and your data.",
		How:  "Require a second factor. Who has none sets one up at the next login, and their old tokens from password logins end then.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartAuthPolicy, organization.PartUserAuthMethods},
		Fixes: []Fix{knobFix("require-two-factor", "Require a second factor", 100, knobTwoFactor)},
		Eval: func(in Input) Result {
			if isOff(in.Org.AuthPolicy.PasswordAuth) {
				return Result{NotApplicable: "password login is off"}
			}
			if u := untold(in.Org.AuthPolicy, knobPassword); u != "" && !isOn(in.Org.AuthPolicy.TwoFactorRequired) {
				return Result{Unknown: u}
			}
			return knobResult(in, "A password alone is enough to log in", knobTwoFactor)
		},
	}
}
