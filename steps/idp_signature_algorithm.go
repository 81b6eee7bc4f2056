package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/accountauthentication"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// strengths of the signature algorithms with their digests, weakest first.
var strengths = []string{"rsa-sha256", "rsa-sha384", "rsa-sha512"}

func strength(algorithm string) int {
	for i, s := range strengths {
		if s == algorithm {
			return i
		}
	}
	return -1
}

func digestOf(algorithm string) string { return strings.TrimPrefix(algorithm, "rsa-") }

// checkIdPSignatureAlgorithm asks for strong signatures.
//
// step: identity-provider
// order: 50
func checkIdPSignatureAlgorithm() Check {
	return Check{
		ID: "idp-signature-algorithm", Title: "Each identity provider uses a strong signature", Severity: High,
		Why:  "SHA-1 signatures can be forged with enough computers. The strongest that the identity provider supports costs nothing.",
		How:  "Choose the strongest algorithm that the identity provider supports.",
		Docs: docs + "platform/howto/saml/add-identity-providers", Needs: []organization.Part{organization.PartIdPs},
		Fixes: []Fix{{
			ID: "strong-signature", Title: "Use a stronger signature", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 60,
			Questions: func(in Input, _ []Finding) []Question {
				var opts []Option
				for _, s := range strengths {
					opts = append(opts, Option{s, strings.ToUpper(s)})
				}
				return []Question{{Key: "algorithm", Kind: AskChoice, Title: "Algorithm", Help: "The strongest that your identity provider supports.",
					Options: opts, Default: in.Policy.Thresholds.StrongestSignature}}
			},
			Build: buildSignature,
		}},
		Eval: func(in Input) Result {
			want := in.Policy.Thresholds.StrongestSignature
			return perMethod(in, func(m organization.AuthMethod) (Finding, bool) {
				// Aiven's default where it tells nothing.
				alg, digest := m.SignatureAlgorithm, m.DigestAlgorithm
				if alg.Empty() {
					alg = aivenapi.NewText("rsa-sha256")
				}
				if digest.Empty() {
					digest = aivenapi.NewText("sha256")
				}
				f := Finding{Evidence: []Evidence{
					{"saml_signature_algorithm", alg.String(), want}, {"saml_digest_algorithm", digest.String(), digestOf(want)},
				}}
				sha1 := strings.HasSuffix(alg.Raw(), "-sha1") || digest.Is("sha1") || strength(alg.Raw()) < 0
				if sha1 {
					f.Title = fmt.Sprintf("%s uses a broken signature", m.Name)
					return f, true
				}
				f.Title, f.Severity = fmt.Sprintf("%s could use a stronger signature", m.Name), Low
				weak := strength(alg.Raw()) < strength(want) || strength("rsa-"+digest.Raw()) < strength(want)
				return f, weak
			})
		},
	}
}

func buildSignature(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	alg := a["algorithm"]
	if alg == "" {
		alg = in.Policy.Thresholds.StrongestSignature
	}
	for _, f := range fs {
		m, err := methodByID(in.Org, f.Resource.ID)
		if err != nil {
			return err
		}
		sign := func(alg, digest string) *methodUpdate {
			return &methodUpdate{
				SamlSignatureAlgorithm: accountauthentication.SamlSignatureAlgorithmType(alg),
				SamlDigestAlgorithm:    accountauthentication.SamlDigestAlgorithmType(digest),
			}
		}
		s := setting{
			fix: "strong-signature", says: fmt.Sprintf("Sign with %s at %s", strings.ToUpper(alg), m.Name),
			undoSays: fmt.Sprintf("Go back to %s and %s at %s", m.SignatureAlgorithm, m.DigestAlgorithm, m.Name),
			set:      sign(alg, digestOf(alg)),
			after:    map[string]any{"saml_signature_algorithm": alg, "saml_digest_algorithm": digestOf(alg)},
			order:    []string{"saml_signature_algorithm", "saml_digest_algorithm"}, pause: testLogin, risk: remediate.Disruptive,
		}
		if m.SignatureAlgorithm.Empty() || m.DigestAlgorithm.Empty() {
			s.noUndo = "Aiven does not tell which algorithm is in use now, so it cannot be put back."
		} else {
			s.old = sign(m.SignatureAlgorithm.Raw(), m.DigestAlgorithm.Raw())
		}
		if err := addSetting(ctx, b, in, f, m, s); err != nil {
			return err
		}
	}
	return nil
}
