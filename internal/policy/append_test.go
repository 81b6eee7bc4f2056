package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const oneItem = `{check: domain-verified, resource: "a", reason: "b # no comment", owner: c, expires: 2027-01-01}`

// nasty are files that people may have written. Each can be added to.
var nasty = map[string]string{
	"whole":                 whole,
	"empty":                 "",
	"blank":                 "\n\n",
	"only a comment":        "# nothing yet\n",
	"comment without end":   "# nothing yet",
	"null":                  "waivers:\nthresholds: {}\n",
	"null with a comment":   "waivers: # none yet\nthresholds: {} # defaults\n",
	"null is last":          "thresholds: {}\nwaivers:",
	"null, then a comment":  "waivers:\n  # add yours here\nthresholds: {}\n",
	"null on its own line":  "waivers:\n  null # none\nthresholds: {}\n",
	"written null":          "waivers: null # none\nattestations: null\n",
	"tilde":                 "waivers: ~\n",
	"empty list":            "waivers: [] # none\n",
	"empty list, spaced":    "waivers: [  ]   # none\nthresholds: {} # all\n",
	"empty list over lines": "waivers: [\n] # end\n",
	"list in brackets":      "waivers: [" + oneItem + "] # one\n",
	"brackets over lines":   "waivers: [ # start\n  " + oneItem + ", # the first\n  " + oneItem + " # the second\n] # end\nthresholds: {}\n",
	"comma at the end":      "waivers: [\n  " + oneItem + ", # the first\n]\n",
	"all in braces":         "{waivers: [" + oneItem + "]}\n",
	"braces without list":   "{thresholds: {token_used_days: 3}} # short\n",
	"braces as JSON":        "{\n  \"thresholds\": {\"token_used_days\": 3},\n  \"attestations\": []\n}\n",
	"no end":                "trusted_networks: [\"10.0.0.0/8\"]",
	"item without end":      "waivers:\n  - " + oneItem,
	"windows":               "# top\r\nwaivers: # these\r\n- check: domain-verified # why\r\n  resource: a\r\n  reason: b\r\n  owner: c\r\n  expires: 2027-01-01\r\n# end\r\nthresholds: {}\r\n",
	"windows, empty list":   "waivers: [] # none\r\n",
	"deep":                  "waivers:\n      - check: domain-verified\n        resource: a\n        reason: b\n        owner: c\n        expires: 2027-01-01\n\n\n# next\nthresholds: {}\n",
	"comments all over":     "# 1\nwaivers: # 2\n  # 3\n  - # 4\n    check: domain-verified # 5\n    # 6\n    resource: a # 7\n    reason: b\n    owner: c\n    expires: 2027-01-01 # 8\n    # 9\n  # 10\n# 11\n\nthresholds: # 12\n  token_used_days: 3 # 13\n# 14",
	"long text":             "waivers:\n  - check: domain-verified\n    resource: a\n    owner: c\n    expires: 2027-01-01\n    reason: |\n      # not a comment\n      - check: neither\n\n      end\n\n# a comment\nthresholds: {}\n",
	"text keeps its end":    "waivers:\n  - check: domain-verified\n    resource: a\n    owner: c\n    expires: 2027-01-01\n    reason: |+\n      text\n\n\nthresholds: {}\n",
	"folded text":           "waivers:\n  - check: domain-verified\n    resource: a\n    owner: c\n    expires: 2027-01-01\n    reason: >-\n      several\n      lines\nattestations: []\n",
	"start mark":            "---\n# first\nwaivers: []\n",
	"end mark":              "thresholds: {}\n...\n",
	"wide characters":       "trusted_networks: [] # 東京\nwaivers: [{check: domain-verified, resource: 東京, reason: \"é\u0301\", owner: c, expires: 2027-01-01}] # 東京\n",
	"quoted key":            "\"waivers\": []\n",
}

func TestAddKeepsTheRest(t *testing.T) {
	for name, text := range nasty {
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
			a := Attestation{Check: "domain-verified", Statement: "done", Person: "ada", Date: date("2026-11-01"), Expires: date("2027-05-01"), Evidence: "ticket 7"}
			q, err = q.AddAttestation(a)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Load(path, "", checks)
			if err != nil {
				t.Fatal(err)
			}
			want := *p
			want.Waivers, want.Attestations = append(want.Waivers, w), append(want.Attestations, a)
			if !same(again, &want) || !same(q, &want) {
				t.Errorf("read back %+v\nwant %+v", again, want)
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			kept(t, text, string(b))
			if strings.Contains(text, "\r\n") && strings.Count(string(b), "\n") != strings.Count(string(b), "\r\n") {
				t.Errorf("line ends are mixed: %q", b)
			}
			if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o640 {
				t.Errorf("mode %v, %v", st.Mode(), err)
			}
		})
	}
}

// kept fails unless what stood in the file still stands there in its order,
// but for blanks and the words for "nothing" that an entry took the place of.
func kept(t *testing.T, before, after string) {
	t.Helper()
	rest := after
	for _, word := range strings.Fields(strings.NewReplacer("[", " ", "]", " ", "}", " ").Replace(before)) {
		if word == "null" || word == "~" {
			continue
		}
		i := strings.Index(rest, word)
		if i < 0 {
			t.Fatalf("%q is lost:\n%s", word, after)
		}
		rest = rest[i+len(word):]
	}
}

func TestAddRefusesAFileThatChanged(t *testing.T) {
	path := write(t, whole)
	p, err := Load(path, "", checks)
	if err != nil {
		t.Fatal(err)
	}
	w := Waiver{Check: "domain-verified", Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")}
	other := whole + "# somebody else\n"
	if err := os.WriteFile(path, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = p.AddWaiver(w)
	if err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("error %v", err)
	}
	if now, _ := os.ReadFile(path); string(now) != other {
		t.Error("the file was overwritten")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := p.AddWaiver(w); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("removed meanwhile: %v", err)
	}
}

func TestAddRefusesWhatIsNotComplete(t *testing.T) {
	path := write(t, whole)
	p, err := Load(path, "", checks)
	if err != nil {
		t.Fatal(err)
	}
	good := Waiver{Check: "domain-verified", Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")}
	for want, change := range map[string]func(*Waiver){
		"reason is empty":                func(w *Waiver) { w.Reason = " \n" },
		"owner is empty":                 func(w *Waiver) { w.Owner = "" },
		"resource is empty":              func(w *Waiver) { w.Resource = "" },
		"expires must be a day":          func(w *Waiver) { w.Expires = w.Expires.AddDate(20000, 0, 0) },
		`did you mean "domain-verified"`: func(w *Waiver) { w.Check = "domain-verifed" },
		"there is no check":              func(w *Waiver) { w.Check = "x\nthresholds:" },
		"not UTF-8":                      func(w *Waiver) { w.Reason = "\xff" },
	} {
		w := good
		change(&w)
		if _, err := p.AddWaiver(w); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if now, _ := os.ReadFile(path); string(now) != whole {
		t.Error("the file was changed")
	}
	if _, err := Default().AddWaiver(good); err == nil || !strings.Contains(err.Error(), "--config") {
		t.Errorf("a policy without a file: %v", err)
	}
}

func TestAttestationsHoldAsLongAsThePolicySays(t *testing.T) {
	p, err := Load(write(t, "thresholds: {attestation_days: 10}\n"), "", checks)
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.AddAttestation(Attestation{Check: "domain-verified", Statement: "s", Person: "p", Date: date("2026-11-23")})
	if err != nil {
		t.Fatal(err)
	}
	if got := q.Attestations[0].Expires; !got.Equal(date("2026-12-03")) {
		t.Errorf("expires %v", got)
	}
}

func TestANewFileIsPrivate(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	dir := t.TempDir()
	p, err := Load("", dir, checks)
	if err != nil {
		t.Fatal(err)
	}
	w := Waiver{Check: "domain-verified", Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")}
	if _, err := p.AddWaiver(w); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(filepath.Join(dir, FileName)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
	// A second one made from the same reading would lose the first.
	if _, err := p.AddWaiver(w); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("second: %v", err)
	}
}

func TestLinksStayLinks(t *testing.T) {
	real, dir := write(t, whole), t.TempDir()
	link := filepath.Join(dir, FileName)
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	p, err := Load("", dir, checks)
	if err != nil {
		t.Fatal(err)
	}
	w := Waiver{Check: "domain-verified", Resource: "*", Reason: "r", Owner: "o", Expires: date("2027-01-01")}
	if _, err := p.AddWaiver(w); err != nil {
		t.Fatal(err)
	}
	if !isLink(link) {
		t.Error("the link was replaced")
	}
	if q, err := Load(real, "", checks); err != nil || len(q.Waivers) != 2 {
		t.Errorf("the file behind the link: %v, %v", q, err)
	}
	if err := os.Remove(real); err != nil {
		t.Fatal(err)
	}
	if _, err := Load("", dir, checks); err == nil {
		t.Error("a link to nothing counts as no policy")
	}
}

func TestAnyTextComesBack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	texts := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("\x00\x1b\x7f\u0085\u2028\ufeff\u202e\U0001f600\"'\\#:-{}[]&*!|>%@`, \t\r\n\ue000a0"))))
	bases := []string{whole, "waivers: []\r\n", "waivers: [" + oneItem + "]\n", "{thresholds: {}}"}
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom(bases).Draw(t, "base")
		if err := os.WriteFile(path, []byte(base), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Load(path, "", checks)
		if err != nil {
			t.Fatal(err)
		}
		w := Waiver{Check: "domain-verified", Expires: date("2027-01-01"), Resource: "x" + texts.Draw(t, "resource"), Reason: texts.Draw(t, "reason") + ".", Owner: "o" + texts.Draw(t, "owner")}
		q, err := p.AddWaiver(w)
		if !utf8.ValidString(w.Resource + w.Reason + w.Owner) {
			if err == nil {
				t.Fatal("text that is not UTF-8 was written")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(path, "", checks)
		if err != nil {
			t.Fatal(err)
		}
		if got := again.Waivers[len(again.Waivers)-1]; got != w || q.Waivers[len(q.Waivers)-1] != w {
			t.Fatalf("%+q came back as %+q", w, got)
		}
	})
}
