package steps

import (
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sethvargo/go-diceware/diceware"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkPasswordPolicy asks for a word about passwords: Aiven enforces its
// rules itself and has nothing to read.
//
// step: authentication-policy
// order: 80
func checkPasswordPolicy() Check {
	return Check{
		ID: "password-policy", Title: "People use strong passwords of their own", Severity: Info,
		Why:  "Aiven refuses the weakest passwords, but not those used elsewhere too; and passwords of remote services in integrations are not checked at all.",
		How:  "Use a password manager and a unique passphrase wherever a password remains.",
		Docs: docs + "platform/howto/edit-user-profile", Needs: []organization.Part{organization.PartOrganization},
		Attest: "Our people keep passwords in a password manager, use a different one everywhere, and integrations with remote services use generated passwords.",
		Fixes: []Fix{{
			ID: "choose-password", Title: "Choose a strong password", Risk: remediate.Reversible, Manual: true,
			Guide: func(Input, []Finding, Answers) Guide {
				return Guide{
					Title: "Choose a strong password",
					Lines: []string{
						"A passphrase of six random words is easy to type and hard to guess. Have one made here, or try your own against Aiven's rules.",
						"Nothing that you type here is sent, written down or kept: it is looked at on this machine and forgotten.",
					},
					Check: CheckPassword,
				}
			},
		}},
		Eval: func(in Input) Result {
			return about(in, "Nobody has confirmed how passwords are handled", Evidence{"attestation", "none", "a word from somebody responsible"})
		},
	}
}

// The least that Aiven takes, and what a passphrase should have.
const (
	leastCharacters = 8
	mostCharacters  = 256
	leastStrength   = 5
)

// CheckPassword holds a candidate against Aiven's rules and common sense. It
// is local: the candidate goes nowhere.
func CheckPassword(candidate string) []RuleResult {
	n := utf8.RuneCountInString(candidate)
	kinds := map[string]bool{}
	distinct := map[rune]bool{}
	control := false
	for _, r := range candidate {
		distinct[r] = true
		control = control || unicode.IsControl(r)
		switch {
		case unicode.IsLower(r):
			kinds["lower"] = true
		case unicode.IsUpper(r):
			kinds["upper"] = true
		case unicode.IsDigit(r):
			kinds["digit"] = true
		default:
			kinds["other"] = true
		}
	}
	return []RuleResult{
		{"at least 8 characters, at most 256", n >= leastCharacters && n <= mostCharacters},
		{"letters with digits or signs, or 20 characters and more", len(kinds) >= 3 || n >= 20 && len(kinds) >= 2 || n >= 28},
		{"at least five different characters", len(distinct) >= leastStrength},
		{"no well-known word or row of keys alone", n > 0 && !wellKnown(candidate)},
		{"no blank at either end, no control characters", n > 0 && candidate == strings.TrimSpace(candidate) && !control},
	}
}

// wellKnown says whether a password is one that everybody tries first.
func wellKnown(s string) bool {
	core := strings.ToLower(strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }))
	switch core {
	case "", "password", "passwort", "passw", "qwerty", "qwertz", "asdfgh", "letmein", "welcome", "admin", "administrator", "iloveyou", "aiven", "avnadmin", "secret", "changeme", "monkey", "dragon":
		return true
	}
	return false
}

// ErrNoWords is the error for a passphrase of too few words.
var ErrNoWords = errors.New("a passphrase needs at least four words")

// Passphrase makes one of random words, from a word list of 7,776, with
// randomness from r (about 13 bits a word).
func Passphrase(r io.Reader, words int) (string, error) {
	if words < 4 {
		return "", ErrNoWords
	}
	g, err := diceware.NewGenerator(&diceware.GeneratorInput{RandReader: r})
	if err != nil {
		return "", err
	}
	list, err := g.Generate(words)
	if err != nil {
		return "", err
	}
	return strings.Join(list, "-"), nil
}
