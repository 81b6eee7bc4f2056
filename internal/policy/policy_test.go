package policy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
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
		"treshholds: {}\n":                                      `avn-harden.yaml:1:1: the policy has no key "treshholds"; did you mean "thresholds"?`,
		"thresholds:\n  domain_pending_hour: 3\n":               `:2:3: thresholds has no key "domain_pending_hour"; did you mean "domain_pending_hours"?`,
		"thresholds:\n  domain_pending_hours: soon\n":           ":2:25: domain_pending_hours must be a whole number",
		"thresholds:\n  certificate_expiry_days: 0\n":           ":2:28: certificate_expiry_days must be from 1 to 365",
		"trusted_networks:\n  - 203.0.113.0\n":                  `:2:5: "203.0.113.0" is an address, not a network in CIDR form; did you mean "203.0.113.0/32"?`,
		"trusted_networks: [203.0.113.9/24]\n":                  `:1:20: "203.0.113.9/24" is an address within a network; did you mean "203.0.113.0/24"?`,
		"trusted_networks: [0.0.0.0/0]\n":                       "is the whole internet",
		"trusted_networks: [office]\n":                          `"office" is not a network in CIDR form`,
		"thresholds: {strongest_signature: rsa-sha51}\n":        `did you mean "rsa-sha512"?`,
		"# one\r\nthresholds:\r\n  domain_pending_hours: x\r\n": ":3:25: domain_pending_hours must be a whole number",
		"thresholds: {token_used_days: *a}\n":                   ":1:",
		"waivers: []\n---\nwaivers: []\n":                       ":3:1: a second document starts",
		"waivers:\n  - check: domain-verified\n    resource: x\n    reason: \" \"\n    owner: o\n    expires: 2027-01-01\n": ":4:13: reason is empty",
		"waivers:\n  - {}\n": "the waiver has no check",
		"attestations:\n  - {check: domain-verified, statement: s, person: p, date: 2027-01-02, expires: 2027-01-01}\n": "expires before its date",
		strings.Repeat("[", 200000):                                     ":1:33: it is nested deeper",
		strings.Repeat("- ", 100000):                                    ":1:65: it is nested deeper",
		"waivers: \"\xff\"\n":                                           "Save it as UTF-8",
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

func TestAllMistakesAtOnce(t *testing.T) {
	_, err := Load(write(t, `thresholds: {token_used_days: 0, domain_pending_hours: soon}
trusted_networks: [10.0.0.1]
waivers:
  - check: domain-verifed
    reson: because
    owner: ada
    expires: never
`), "", checks)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{":1:31: token_used_days", ":1:56: domain_pending_hours", ":2:20: ", ":4:12: there is no check", `:5:5: a waiver has no key "reson"; did you mean "reason"?`, ":7:14: expires must be a day", ":4:5: the waiver has no resource"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not said in\n%v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 7 {
		t.Errorf("%d mistakes are named, not 7:\n%v", n, err)
	}
}

func TestHostileKeysAreShownHarmless(t *testing.T) {
	_, err := Load(write(t, "\"wai\\evers\\u202e\": 1\n"), "", checks)
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e") {
		t.Errorf("error %q", err)
	}
}

func TestWhatIsInForce(t *testing.T) {
	p := Default()
	p.Waivers = []Waiver{
		{Check: "a", Resource: "*", Expires: date("2026-01-01")},
		{Check: "a", Resource: "r", Expires: date("2026-03-01")},
	}
	p.Attestations = []Attestation{
		{Check: "a", Resource: "r", Date: date("2026-02-01"), Expires: date("2026-03-01")},
		{Check: "b", Date: date("2026-02-01"), Expires: date("2026-03-01")},
	}
	if w := p.Waived("a", "other", date("2026-01-01")); w == nil || w.Resource != "*" {
		t.Error("* does not cover every resource")
	}
	if w := p.Expired("a", "r", date("2026-06-01")); w == nil || w.Resource != "r" {
		t.Errorf("the newest that ran out is %v", w)
	}
	if p.Expired("a", "r", date("2025-06-01")) != nil {
		t.Error("expired before its day")
	}
	for _, c := range []struct {
		check, resource, day string
		in, out              bool
	}{
		{"a", "r", "2026-01-31", false, false}, {"a", "r", "2026-02-01", true, false}, {"a", "r", "2026-03-01", true, false},
		{"a", "r", "2026-03-02", false, true}, {"a", "", "2026-02-02", false, false}, {"a", "x", "2026-02-02", false, false},
		{"b", "", "2026-02-02", true, false}, {"b", "x", "2026-02-02", true, false}, {"b", "", "2026-03-02", false, true},
	} {
		if got := p.Attested(c.check, c.resource, date(c.day)) != nil; got != c.in {
			t.Errorf("%v: attested is %v", c, got)
		}
		if got := p.AttestationExpired(c.check, c.resource, date(c.day)) != nil; got != c.out {
			t.Errorf("%v: expired is %v", c, got)
		}
	}
}

func TestWhereThePolicyIs(t *testing.T) {
	config, dir := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	p, err := Load("", dir, checks)
	if err != nil || p.Path != filepath.Join(dir, FileName) || !same(p, Default()) {
		t.Errorf("without a file: %+v, %v", p, err)
	}
	put := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(filepath.Join(config, "avn-harden", FileName), "thresholds: {token_used_days: 1}")
	if p, err := Load("", dir, checks); err != nil || p.Thresholds.TokenUsedDays != 1 {
		t.Errorf("in the configuration directory: %+v, %v", p, err)
	}
	put(filepath.Join(dir, FileName), "thresholds: {token_used_days: 2}")
	if p, err := Load("", dir, checks); err != nil || p.Thresholds.TokenUsedDays != 2 {
		t.Errorf("in the working directory: %+v, %v", p, err)
	}
	named := filepath.Join(dir, "other.yaml")
	put(named, "thresholds: {token_used_days: 3}")
	if p, err := Load(named, dir, checks); err != nil || p.Thresholds.TokenUsedDays != 3 {
		t.Errorf("named: %+v, %v", p, err)
	}
	if _, err := Load(named+"x", dir, checks); err == nil || !strings.Contains(err.Error(), "Check --config") {
		t.Errorf("a named file that is not there: %v", err)
	}
	if _, err := Load(dir, dir, checks); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("a directory: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("waivers: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := parse("f.yaml", b, checks)
		if (p == nil) == (err == nil) {
			t.Fatalf("policy %v with error %v", p, err)
		}
		if p == nil {
			return
		}
		// Whatever can be read can be added to without loss, or is refused.
		w := Waiver{Check: checks[0], Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")}
		want := *p
		want.Waivers = append(slices.Clone(p.Waivers), w)
		text, next, err := p.choose(&want, string(b), "waivers", []field{{"check", w.Check}, {"resource", w.Resource},
			{"reason", w.Reason}, {"owner", w.Owner}, {"expires", "2027-01-01"}})
		if err == nil && (!same(next, &want) || !slices.Equal(comments(text), comments(string(b)))) {
			t.Errorf("added to %q it became %q", b, text)
		}
	})
}
