package steps

import "avn-harden/internal/organization"

// checkAuthRequireIdP asks that people log in through the organization's own
// identity provider.
//
// step: authentication-policy
// order: 10
func checkAuthRequireIdP() Check {
	return Check{
		ID: "auth-require-idp", Title: "Logging in goes through your identity provider", Severity: High,
		Why:  "While other ways are open, your identity provider's rules and its leavers' list do not bind anybody.",
		How:  "Allow logging in through identity providers, test it, then allow none but your own.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartAuthPolicy, organization.PartIdPs, organization.PartUserAuthMethods},
		Fixes: []Fix{knobFix("require-idp", "Require your identity provider", 110, knobSAML, knobExternal)},
		Eval: func(in Input) Result {
			return knobResult(in, "People can log in past your identity provider", knobSAML, knobExternal)
		},
	}
}
