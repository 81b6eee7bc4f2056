package steps

import "avn-harden/internal/organization"

// checkAuthThirdPartyOff asks for no logins by private accounts elsewhere.
//
// step: authentication-policy
// order: 30
func checkAuthThirdPartyOff() Check {
	return Check{
		ID: "auth-third-party-off", Title: "Login with Google, Microsoft and GitHub is off", Severity: Medium,
		Why:  "Whoever takes over a private account elsewhere is in your organization too.",
		How:  "Turn third-party login off.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartAuthPolicy, organization.PartIdPs, organization.PartUserAuthMethods},
		Fixes: []Fix{knobFix("third-party-off", "Turn third-party login off", 120, knobOAuth)},
		Eval: func(in Input) Result {
			return knobResult(in, "People can log in with accounts at Google, Microsoft and GitHub", knobOAuth)
		},
	}
}
