package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkIdPCertificateExpiry looks for certificates that run out.
//
// step: identity-provider
// order: 60
func checkIdPCertificateExpiry() Check {
	return Check{
		ID: "idp-certificate-expiry", Title: "No identity provider's certificate runs out soon", Severity: High,
		Why:   "On the day the certificate runs out nobody can log in through the identity provider any more.",
		How:   "Get the new signing certificate from the identity provider and put it in before the old one runs out.",
		Docs:  docs + "platform/howto/saml/add-identity-providers",
		Needs: []organization.Part{organization.PartIdPs, organization.PartAuthPolicy},
		Fixes: []Fix{{
			ID: "renew-certificate", Title: "Put in the new certificate", Risk: remediate.Disruptive, Order: 5,
			Questions: func(in Input, _ []Finding) []Question {
				return []Question{{Key: "certificate", Kind: AskLong, Title: "New certificate", Help: "The identity provider's signing certificate, in PEM form.", Validate: validCertificate(in.Now)}}
			},
			Build: func(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error {
				m, err := methodByID(in.Org, f[0].Resource.ID)
				if err != nil {
					return err
				}
				cert := strings.TrimSpace(a["certificate"])
				if err := validCertificate(in.Now)(cert); err != nil {
					return err
				}
				until, err := notAfter(cert)
				if err != nil {
					return err
				}
				return addSetting(ctx, b, in, f[0], m, setting{
					fix: "renew-certificate", says: fmt.Sprintf("Put the certificate that is valid until %s into %s", until.Format(time.DateOnly), m.Name),
					set: &methodUpdate{SamlCertificate: &cert}, noUndo: "The certificate before is not kept here. Keep a copy of it from the identity provider.",
					after: map[string]any{"saml_certificate_not_valid_after": until.Format(time.RFC3339)},
					order: []string{"saml_certificate_not_valid_after"}, pause: testLogin, risk: remediate.Disruptive,
				})
			},
		}},
		Eval: func(in Input) Result {
			limit := in.Now.Add(days(in.Policy.Thresholds.CertificateExpiryDays))
			var untold []Text
			r := perMethod(in, func(m organization.AuthMethod) (Finding, bool) {
				at := m.CertificateNotValidAfter
				if at.IsZero() {
					untold = append(untold, m.Name)
					return Finding{}, false
				}
				f := Finding{
					Title: fmt.Sprintf("The certificate of %s runs out in %d days", m.Name, int(at.Sub(in.Now).Hours()/24)),
					Evidence: []Evidence{{"saml_certificate_not_valid_after", at.UTC().Format(time.RFC3339),
						fmt.Sprintf("more than %d days from now", in.Policy.Thresholds.CertificateExpiryDays)}},
				}
				if !m.CertificateSubject.Empty() {
					f.Evidence = append(f.Evidence, Evidence{"certificate", m.CertificateSubject.String(), "a newer one"})
				}
				if at.Before(in.Now) {
					f.Title = fmt.Sprintf("The certificate of %s has run out", m.Name)
					if isOff(in.Org.AuthPolicy.PasswordAuth) && isOff(in.Org.AuthPolicy.OAuth) {
						f.Severity = Critical
					}
				}
				return f, at.Before(limit)
			})
			if len(untold) > 0 {
				r.Passed -= len(untold)
				r.Unknown = "Aiven does not say when the certificate runs out of " + people(untold) + "."
			}
			return r
		},
	}
}
