package aivenapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// harmless says why text may not be shown, or "".
func harmless(s string) string {
	if !utf8.ValidString(s) {
		return "invalid UTF-8"
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

func TestSanitiseMakesHiddenThingsVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 日本":        "plain é 日本",
		"\x1b[31mred":       `\x1b[31mred`,
		"two\nlines\r":      `two\nlines\r`,
		"a\u202eb":          `a\u202eb`,
		"zero\u200bwidth":   `zero\u200bwidth`,
		"tag\U000e0041":     `tag\U000e0041`,
		"bad\xff":           `bad\xff`,
		"c1\u009bx":         `c1\u009bx`,
		"blank\u3164letter": `blank\u3164letter`,
		"":                  "",
	} {
		if got := Sanitise(in); got != want {
			t.Errorf("Sanitise(%q) = %q, want %q", in, got, want)
		}
	}
	flood := "a" + strings.Repeat("\u0301", 50)
	if got := Sanitise(flood); strings.Count(got, "\u0301") != mostMarks {
		t.Errorf("a flood of combining marks stays: %q", got)
	}
}

func TestSanitiseAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if why := harmless(Sanitise(rapid.String().Draw(t, "s"))); why != "" {
			t.Fatalf("shows %s", why)
		}
	})
}

func FuzzSanitise(f *testing.F) {
	f.Add("x\x1b]0;title\a")
	f.Fuzz(func(t *testing.T, s string) {
		got := Sanitise(s)
		if why := harmless(got); why != "" {
			t.Errorf("Sanitise(%q) shows %s", s, why)
		}
		if Sanitise(got) != got {
			t.Errorf("%q changes when sanitised again", got)
		}
	})
}

func TestTextIsNeverPrintedRaw(t *testing.T) {
	hostile := NewText("x\x1b[2J\u202e")
	type holder struct{ hidden Text }
	for _, verb := range []string{"%v", "%s", "%+v", "%#v", "%q", "%d", "%x"} {
		for name, v := range map[string]any{"value": hostile, "pointer": &hostile, "in a slice": []Text{hostile}, "in a struct": holder{hostile}} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, "\x1b") || strings.Contains(got, "\u202e") {
				t.Errorf("%s of a %s prints it raw: %q", verb, name, got)
			}
		}
	}
	if b, err := json.Marshal(hostile); err != nil || strings.Contains(string(b), `\u001b`) {
		t.Errorf("JSON: %s, %v", b, err)
	}
	if hostile.Raw() != "x\x1b[2J\u202e" {
		t.Error("the raw value for calls is changed")
	}
}

func TestMaskHidesSecretsAndKeepsTheRest(t *testing.T) {
	for in, want := range map[string]string{
		`{"password":"hunter2","n":1}`:                         `{"password":"` + masked + `","n":1}`,
		`{"a":{"service_uri":"postgres://u:pw@h/db"},"b":[1]}`: `{"a":{"service_uri":"` + masked + `"},"b":[1]}`,
		`{"uri":"postgres://u:pw@h/db"}`:                       `{"uri":"postgres://u:` + masked + `@h/db"}`,
		`{"password_auth_enabled":false,"token_prefix":"ab"}`:  `{"password_auth_enabled":false,"token_prefix":"ab"}`,
		`{"personal_tokens_enabled":true}`:                     `{"personal_tokens_enabled":true}`,
		`{"saml_certificate":"-----BEGIN CERTIFICATE-----"}`:   `{"saml_certificate":"-----BEGIN CERTIFICATE-----"}`,
		`failed: "full_token":"abc" here`:                      `failed: "full_token":"` + masked + `" here`,
		"Authorization: aivenv1 abc/def+=":                     "Authorization: aivenv1 " + masked,
		"AVNS_abc123 leaked":                                   masked + " leaked",
		`{"client_secret":["a","b"]}`:                          `{"client_secret":["` + masked + `","` + masked + `"]}`,
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%s)\n got %s\nwant %s", in, got, want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add(`{"password":"x","a":[{"token":"y"}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		if got := Mask(s); json.Valid([]byte(s)) && !json.Valid([]byte(got)) {
			t.Errorf("Mask(%q) = %q is no JSON any more", s, got)
		}
	})
}
