package steps

import (
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkIdPAssertionSigned asks for signed assertions.
//
// step: identity-provider
// order: 30
func checkIdPAssertionSigned() Check {
	return Check{
		ID: "idp-assertion-signed", Title: "Each identity provider signs its assertions", Severity: High,
		Why:  "An assertion that nobody signed can be forged: who can tamper with the answer can log in as anybody.",
		How:  "Have the identity provider sign assertions, then have Aiven insist on it.",
		Docs: docs + "platform/howto/saml/add-identity-providers", Needs: []organization.Part{organization.PartIdPs},
		Fixes: []Fix{{
			ID: "sign-assertions", Title: "Insist on signed assertions", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 40,
			Build: buildFlag("sign-assertions", "signed assertions", "saml_assertion_signed_enabled",
				func(m organization.AuthMethod) *bool { return m.AssertionSigned },
				func(u *methodUpdate, v *bool) { u.SamlAssertionSignedEnabled = v }),
		}},
		Eval: func(in Input) Result {
			return perMethod(in, func(m organization.AuthMethod) (Finding, bool) {
				return Finding{
					Title:    fmt.Sprintf("%s takes assertions that are not signed", m.Name),
					Evidence: []Evidence{{"saml_assertion_signed_enabled", on(m.AssertionSigned), "on"}},
				}, !isOn(m.AssertionSigned)
			})
		},
	}
}
