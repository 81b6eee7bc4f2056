package session_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// certificate makes one that is valid for so many days from noon.
func certificate(t *testing.T, days int) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: noon, NotAfter: noon.AddDate(0, 0, days).Truncate(time.Second)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// fixed confirms one fix of a check, for real, and gives the check as it is then.
func fixed(t *testing.T, s *session.Session, check, fix string, a steps.Answers) steps.CheckResult {
	t.Helper()
	r := result(t, s.Report(), check)
	choice := session.Choice{Check: r.Check, Answers: a}
	for _, f := range r.Check.Fixes {
		if f.ID == fix {
			choice.Fix = f
		}
	}
	for _, f := range r.Findings {
		for _, id := range f.Fixes {
			if id == fix {
				choice.Findings = append(choice.Findings, f)
			}
		}
	}
	if len(choice.Findings) == 0 {
		t.Fatalf("%s has no finding for %s: %s %+v", check, fix, r.Status, r.Findings)
	}
	for _, c := range apply(t, s, plan(t, s, choice)).Changes {
		if c.Outcome != remediate.OutcomeDone {
			t.Fatalf("%s: %q: %s", c.Change.Says, c.Outcome, c.Why)
		}
	}
	return result(t, s.Report(), check)
}

// An organization that has nothing yet gets its domain, its identity provider
// and its units, each by the fixes alone.
func TestFromNothing(t *testing.T) {
	w := newWorld(t)
	w.box.Mutate(func(st *sandbox.State) {
		o := st.Organizations[0]
		o.Domains, o.AuthenticationMethods = nil, o.AuthenticationMethods[:1]
	})
	s := w.open(false)
	fixed(t, s, "domain-verified", "add-domain", steps.Answers{"domain": "nordwind.example", "type": "dns"})
	for _, d := range s.Organization().Domains {
		w.box.PublishTXT("_aiven-challenge."+d.Name.Raw(), d.ChallengeToken.Raw())
	}
	if r := fixed(t, s, "domain-verified", "verify-domain", nil); r.Status != steps.Pass {
		t.Errorf("after verifying: %s", r.Status)
	}
	fixed(t, s, "idp-configured", "create-idp", steps.Answers{"name": "Company SSO", "domain": s.Organization().Domains[0].ID.Raw()})
	r := fixed(t, s, "idp-configured", "finish-idp", steps.Answers{
		"url": "https://idp.example.com/sso", "entity": "https://idp.example.com", "certificate": certificate(t, 10),
	})
	if r.Status != steps.Pass {
		t.Errorf("after finishing: %s %s %+v", r.Status, r.Reason, r.Findings)
	}
	if r := fixed(t, s, "idp-certificate-expiry", "renew-certificate", steps.Answers{"certificate": certificate(t, 365)}); r.Status != steps.Pass {
		t.Errorf("after renewing: %s %+v", r.Status, r.Findings)
	}
	fresh := w.open(false)
	for _, check := range []string{"domain-verified", "idp-configured", "idp-domain-linked", "idp-certificate-expiry"} {
		if r := result(t, fresh.Report(), check); r.Status != steps.Pass {
			t.Errorf("a fresh scan finds %s: %s %+v", check, r.Status, r.Findings)
		}
	}
}
