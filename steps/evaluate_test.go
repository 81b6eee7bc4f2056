package steps

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// tidy is an organization in which every check passes or does not apply, but
// for those that only a person can decide.
func tidy() organization.Organization {
	o := messy()
	o.Discovered, o.Services = nil, nil
	o.Users = o.Users[:1]
	o.Domains[0].State = text("verified")
	m := &o.IdPs[0]
	m.AssertionSigned, m.AuthnRequestsSigned = ptr(true), ptr(true)
	m.SignatureAlgorithm, m.DigestAlgorithm = text("rsa-sha512"), text("sha512")
	m.CertificateNotValidAfter, m.TokenMaxAgeSeconds, m.TokenExtendWhenUsed = now.AddDate(1, 0, 0), ptr(3600), ptr(false)
	m.LinkedDomainIDs = []Text{text("d1")}
	o.AuthPolicy = organization.AuthPolicy{
		PasswordAuth: ptr(false), OAuth: ptr(false), SAML: ptr(true), SAMLAllowExternal: ptr(false), TwoFactorRequired: ptr(true),
		PersonalTokens: ptr(false), PersonalTokensRequireAllowed: ptr(true),
	}
	o.IPAllowlist = organization.IPAllowlist{Enabled: true, Ranges: []Text{text("203.0.113.0/24")}}
	o.Units = []organization.Unit{{ID: text("a2"), Name: text("Production"), ParentID: text("a1")}}
	for i := range o.Projects {
		o.Projects[i].ParentID = text("a2")
	}
	return o
}

func TestATidyOrganizationPasses(t *testing.T) {
	for _, s := range Evaluate(All(), input(tidy())).Steps[:4] {
		for _, c := range s.Checks {
			want := Pass
			switch c.Check.ID {
			case "auth-two-factor-required", "auth-token-allowed-method":
				want = NotApplicable
			case "password-policy":
				want = Fail
			}
			if c.Status != want {
				t.Errorf("%s: %s, want %s: %s %+v", c.Check.ID, c.Status, want, c.Reason, c.Findings)
			}
		}
	}
}

// What could not be read is never a pass, however tidy the rest looks.
func TestNothingPassesUnread(t *testing.T) {
	for _, s := range All() {
		for _, c := range s.Checks {
			for _, p := range c.Needs {
				in := input(tidy())
				in.Org = in.Org.WithStatus(organization.Status{Part: p, Err: errors.New("no"), Permission: "organization:x:read"})
				if got := evaluated(in, c.ID); got.Status != Unknown || got.Reason == "" {
					t.Errorf("%s without %s: %s %q", c.ID, p, got.Status, got.Reason)
				}
				in.Org = in.Org.WithStatus(organization.Status{Part: p})
				if got := evaluated(in, c.ID); got.Status != Unknown {
					t.Errorf("%s with %s never read: %s", c.ID, p, got.Status)
				}
				in.Org = in.Org.WithStatus(organization.Status{Part: p, Read: now, Missing: []organization.Missing{{Resource: text("x"), Err: errors.New("no")}}})
				if got := evaluated(in, c.ID); got.Status == Pass {
					t.Errorf("%s with %s read in part: pass", c.ID, p)
				}
			}
		}
	}
	r := Evaluate(All(), Input{Org: organization.Assemble(tidy(), map[organization.Part]organization.Status{}), Policy: policy.Default(), Now: now})
	if r.Complete || r.Score.Percent != 0 || r.Score.Pass != 0 {
		t.Errorf("nothing read: complete %v, score %+v", r.Complete, r.Score)
	}
}

// A setting that Aiven leaves out of its answer is not evaluated.
func TestSettingsNotToldAreUnknown(t *testing.T) {
	o := tidy()
	o.AuthPolicy = organization.AuthPolicy{}
	for _, id := range []string{"auth-require-idp", "auth-password-off", "auth-third-party-off", "auth-two-factor-required", "auth-personal-tokens-off", "auth-token-allowed-method"} {
		if got := evaluated(input(o), id); got.Status != Unknown {
			t.Errorf("%s: %s", id, got.Status)
		}
	}
	o.AuthPolicy.SAMLAllowExternal = ptr(true)
	if got := evaluated(input(o), "auth-require-idp"); got.Status != Fail || !got.Incomplete {
		t.Errorf("one wrong, one not told: %s, incomplete %v", got.Status, got.Incomplete)
	}
}

func TestWaiversAndAttestationsRunOut(t *testing.T) {
	in := input(messy())
	in.Policy.Waivers = []policy.Waiver{{Check: "auth-password-off", Resource: "org1", Reason: "r", Owner: "o", Expires: now.AddDate(0, 0, 1)}}
	in.Policy.Attestations = []policy.Attestation{{Check: "password-policy", Statement: "s", Person: "p", Date: now.AddDate(0, -1, 0), Expires: now.AddDate(0, 0, 1)}}
	if got := evaluated(in, "auth-password-off"); got.Status != Waived || len(got.WaivedFindings) != 1 {
		t.Errorf("waived: %s", got.Status)
	}
	if got := evaluated(in, "password-policy"); got.Status != Attested {
		t.Errorf("attested: %s", got.Status)
	}
	in.Now = now.AddDate(0, 0, 3)
	for _, id := range []string{"auth-password-off", "password-policy"} {
		got := evaluated(in, id)
		if got.Status != Fail {
			t.Fatalf("%s after its day: %s", id, got.Status)
		}
		ev := got.Findings[0].Evidence
		if last := ev[len(ev)-1]; last.Field != "waiver" && last.Field != "attestation" {
			t.Errorf("%s does not say that it ran out: %+v", id, ev)
		}
	}
}

func TestSameInputSameReport(t *testing.T) {
	a, b := Evaluate(All(), input(messy())), Evaluate(All(), input(messy()))
	for i := range a.Steps {
		for j := range a.Steps[i].Checks {
			if !reflect.DeepEqual(a.Steps[i].Checks[j].Findings, b.Steps[i].Checks[j].Findings) {
				t.Errorf("%s differs", a.Steps[i].Checks[j].Check.ID)
			}
		}
	}
	if a.Score != b.Score {
		t.Errorf("the score is %+v, then %+v", a.Score, b.Score)
	}
}

func TestAWideAllowlistIsNone(t *testing.T) {
	for r, want := range map[string]Status{"203.0.113.0/24": Pass, "0.0.0.0/0": Fail, "::/0": Fail, "10.0.0.0/7": Fail, "10.0.0.0/8": Pass, "203.0.113.7": Pass, "2001:db8::/32": Pass} {
		o := tidy()
		o.IPAllowlist.Ranges = []Text{text(r)}
		if got := evaluated(input(o), "auth-ip-allowlist"); got.Status != want {
			t.Errorf("%s: %s, want %s", r, got.Status, want)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	for candidate, want := range map[string]bool{"": false, "password1": false, "aaaaaaaaaaaa": false, "short1A": false, "Tr0ub4dor&3x": true, "correct-horse-battery-staple": true} {
		good := true
		for _, r := range CheckPassword(candidate) {
			good = good && r.OK
		}
		if good != want {
			t.Errorf("%q: %v, want %v: %+v", candidate, good, want, CheckPassword(candidate))
		}
	}
}

func TestCertificateIsChecked(t *testing.T) {
	for _, bad := range []string{"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"} {
		if validCertificate(now)(bad) == nil {
			t.Errorf("%q was taken for a certificate", bad)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	o := messy()
	for i := range 10000 {
		o.Projects = append(o.Projects, organization.Project{ID: text(fmt.Sprintf("p%d", i)), ParentID: text("org1")})
	}
	in := input(o)
	for b.Loop() {
		if r := Evaluate(All(), in); len(r.Steps) != 10 {
			b.Fatal("no report")
		}
	}
}
