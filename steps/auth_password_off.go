package steps

import "avn-harden/internal/organization"

// checkAuthPasswordOff asks for no password logins.
//
// step: authentication-policy
// order: 20
func checkAuthPasswordOff() Check {
	return Check{
		ID: "auth-password-off", Title: "Password login is off", Severity: High,
		Why:  "Passwords are guessed, reused and phished; with single sign-on nobody needs one at Aiven.",
		How:  "Turn password login off once your people log in through the identity provider.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartAuthPolicy, organization.PartIdPs, organization.PartUserAuthMethods},
		Fixes: []Fix{knobFix("password-off", "Turn password login off", 130, knobPassword)},
		Eval: func(in Input) Result {
			r := knobResult(in, "People can log in with a password", knobPassword)
			if len(r.Findings) > 0 && isOn(in.Org.AuthPolicy.TwoFactorRequired) {
				r.Findings[0].Severity = Medium
			}
			return r
		},
	}
}
