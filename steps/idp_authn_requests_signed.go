package steps

import (
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkIdPAuthnRequestsSigned asks for signed login requests.
//
// step: identity-provider
// order: 40
func checkIdPAuthnRequestsSigned() Check {
	return Check{
		ID: "idp-authn-requests-signed", Title: "Aiven signs its requests to each identity provider", Severity: Medium,
		Why:  "With unsigned requests the identity provider cannot tell whether a login really began at Aiven.",
		How:  "Give Aiven's certificate to the identity provider, then turn signing on.",
		Docs: docs + "platform/howto/saml/add-identity-providers", Needs: []organization.Part{organization.PartIdPs},
		Fixes: []Fix{{
			ID: "sign-requests", Title: "Sign the login requests", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 50,
			Build: buildFlag("sign-requests", "signed login requests", "saml_authn_requests_signed_enabled",
				func(m organization.AuthMethod) *bool { return m.AuthnRequestsSigned },
				func(u *methodUpdate, v *bool) { u.SamlAuthnRequestsSignedEnabled = v }),
		}},
		Eval: func(in Input) Result {
			return perMethod(in, func(m organization.AuthMethod) (Finding, bool) {
				return Finding{
					Title:    fmt.Sprintf("Requests to %s are not signed", m.Name),
					Evidence: []Evidence{{"saml_authn_requests_signed_enabled", on(m.AuthnRequestsSigned), "on"}},
				}, !isOn(m.AuthnRequestsSigned)
			})
		},
	}
}
