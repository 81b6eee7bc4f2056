package aivenapi

import (
	"encoding/json"
)

// Text is text that came from the API: names, ids, e-mail addresses, messages.
// Whoever set it may be hostile, so it is kept raw for calls and can be shown
// only sanitised: it is a struct, so it does not concatenate with or convert
// to a string, and every way of formatting it goes through String.
type Text struct{ raw string }

// NewText wraps raw text from the API.
func NewText(raw string) Text { return Text{raw: raw} }

// Raw is the text as the API sent it, for calls and comparisons only: a
// changed name would address another resource. Never show it.
func (t Text) Raw() string { return t.raw }

// String is the text as it may be shown: see Sanitise.
func (t Text) String() string { return Sanitise(t.raw) }

// Empty says whether the API sent no text.
func (t Text) Empty() bool { return t.raw == "" }

// Is says whether the raw text is want (for states, types and other enums).
func (t Text) Is(want string) bool { return t.raw == want }

// MarshalJSON gives the shown form, so that reports cannot leak raw text.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// GoString keeps %#v and %q from printing raw text.
func (t Text) GoString() string { return t.String() }

// UnmarshalJSON takes the raw text from an API answer; null is empty.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t.raw = ""
	if s != nil {
		t.raw = *s
	}
	return nil
}
