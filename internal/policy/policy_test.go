package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var checks = []string{"domain-verified", "auth-password-off"}

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

const whole = `# what we agreed on
thresholds:
  domain_pending_hours: 24 # we are quick
trusted_networks:
  - 203.0.113.0/24
waivers:
  # the old shop
  - check: domain-verified
    resource: "dom1"
    reason: "sold in spring"
    owner: "ada@example.com"
    expires: 2026-12-31
attestations: []
`

func TestLoadReadsAll(t *testing.T) {
	p, err := Load(write(t, whole), t.TempDir(), checks)
	if err != nil {
		t.Fatal(err)
	}
	if p.Thresholds.DomainPendingHours != 24 || p.Thresholds.CertificateExpiryDays != 30 || len(p.TrustedNetworks) != 1 {
		t.Errorf("read %+v", p)
	}
	for at, want := range map[string]bool{"2026-12-31T23:59:59Z": true, "2027-01-01T00:00:00Z": false} {
		now, _ := time.Parse(time.RFC3339, at)
		if got := p.Waived("domain-verified", "dom1", now) != nil; got != want {
			t.Errorf("at %s waived is %v", at, got)
		}
		if got := p.Expired("domain-verified", "dom1", now) != nil; got == want {
			t.Errorf("at %s expired is %v", at, got)
		}
	}
	if p.Waived("domain-verified", "dom2", date("2026-01-01")) != nil {
		t.Error("a waiver covers another resource")
	}
}

func TestMistakesNamePlaceAndWord(t *testing.T) {
	for text, want := range map[string]string{
		"treshholds: {}\n":                                              `avn-harden.yaml:1:1: the policy has no key "treshholds"; did you mean "thresholds"?`,
		"thresholds:\n  domain_pending_hour: 3\n":                       `:2:3: thresholds has no key "domain_pending_hour"; did you mean "domain_pending_hours"?`,
		"thresholds:\n  domain_pending_hours: soon\n":                   ":2:25: domain_pending_hours must be a whole number",
		"thresholds:\n  certificate_expiry_days: 0\n":                   ":2:28: certificate_expiry_days must be from 1 to 365",
		"trusted_networks:\n  - 203.0.113.0\n":                          ":2:5: \"203.0.113.0\" is not a network",
		"waivers:\n  - check: domain-verifed\n":                         `:2:12: there is no check "domain-verifed"; did you mean "domain-verified"?`,
		"waivers:\n  - check: domain-verified\n    resource: x\n":       "the waiver has no reason",
		"waivers:\n  - check: domain-verified\n    expires: tomorrow\n": ":3:14: expires must be a day",
		"waivers: 3\n":         ":1:10: waivers must be a list",
		"a: [\n":               "avn-harden.yaml:",
		"- 1\n":                "must be keys and values",
		"waivers:\nwaivers:\n": "waivers",
	} {
		_, err := Load(write(t, text), t.TempDir(), checks)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAddKeepsTheRest(t *testing.T) {
	for name, text := range map[string]string{
		"whole": whole, "empty": "", "only a comment": "# nothing yet\n", "null": "waivers:\nthresholds: {}\n", "empty list": "waivers: [] # none\n",
		"no end": "trusted_networks: [\"10.0.0.0/8\"]", "windows": "waivers:\r\n- check: domain-verified\r\n  resource: a\r\n  reason: b\r\n  owner: c\r\n  expires: 2027-01-01\r\n",
		"tilde": "waivers: ~\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, text)
			p, err := Load(path, "", checks)
			if err != nil {
				t.Fatal(err)
			}
			w := Waiver{Check: "auth-password-off", Resource: "org1", Reason: "until the IdP is there: #soon", Owner: "ada", Expires: date("2027-02-01")}
			q, err := p.AddWaiver(w)
			if err != nil {
				t.Fatal(err)
			}
			q, err = q.AddAttestation(Attestation{Check: "domain-verified", Statement: "done", Person: "ada", Date: date("2026-11-01"), Expires: date("2027-05-01")})
			if err != nil {
				t.Fatal(err)
			}
			if q.Waived("auth-password-off", "org1", date("2027-02-01")) == nil || q.Attested("domain-verified", "x", date("2026-11-02")) == nil {
				t.Error("the entries are not there")
			}
			if len(p.Waivers) == len(q.Waivers) {
				t.Error("the policy that was added to changed")
			}
			now, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(text, "\n") {
				if i := strings.Index(line, "#"); i >= 0 && !strings.Contains(string(now), strings.TrimSpace(line[i:])) {
					t.Errorf("the comment %q is lost:\n%s", line[i:], now)
				}
			}
			if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o640 {
				t.Errorf("mode %v, %v", st.Mode(), err)
			}
		})
	}
}

func TestAddRefusesAFileThatChanged(t *testing.T) {
	path := write(t, whole)
	p, err := Load(path, "", checks)
	if err != nil {
		t.Fatal(err)
	}
	other := whole + "# somebody else\n"
	if err := os.WriteFile(path, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = p.AddWaiver(Waiver{Check: "domain-verified", Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")})
	if err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("error %v", err)
	}
	if now, _ := os.ReadFile(path); string(now) != other {
		t.Error("the file was overwritten")
	}
}

func TestANewFileIsPrivate(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	dir := t.TempDir()
	p, err := Load("", dir, checks)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.AddWaiver(Waiver{Check: "domain-verified", Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")}); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(filepath.Join(dir, FileName)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
}

func TestAnyReasonComesBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Load(path, "", checks)
		if err != nil {
			t.Fatal(err)
		}
		reason := "x" + rapid.String().Draw(t, "reason")
		q, err := p.AddWaiver(Waiver{Check: "domain-verified", Resource: "*", Reason: reason, Owner: "o", Expires: date("2027-01-01")})
		if err != nil {
			// Refusing is right where the text cannot be kept; the file stays.
			if now, _ := os.ReadFile(path); string(now) != whole {
				t.Fatal("refused and changed")
			}
			return
		}
		if q.Waivers[0].Reason != reason {
			t.Fatalf("%q came back as %q", reason, q.Waivers[0].Reason)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("waivers: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := parse("f.yaml", b, checks)
		if (p == nil) == (err == nil) {
			t.Errorf("policy %v with error %v", p, err)
		}
	})
}
