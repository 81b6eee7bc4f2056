package aivenapi

import (
	"encoding/json"
	"fmt"
	"unique"
)

// Text is text that came from the API: names, ids, e-mail addresses, messages.
// Whoever set it may be hostile, so it is kept raw for calls and can be shown
// only sanitised: it is a struct, so it does not concatenate with or convert
// to a string, and every way of formatting it goes through String. Texts
// compare with == by their raw text.
//
// Package fmt cannot call methods on unexported fields of other structs. There
// a Text prints as an address, not as its raw text, because it holds a handle
// to the text and not the text itself.
type Text struct{ raw unique.Handle[string] }

// NewText wraps raw text from the API.
func NewText(raw string) Text {
	if raw == "" {
		return Text{}
	}
	return Text{raw: unique.Make(raw)}
}

// Raw is the text as the API sent it, for calls and comparisons only: a
// changed name would address another resource. Never show it.
func (t Text) Raw() string {
	if t == (Text{}) {
		return ""
	}
	return t.raw.Value()
}

// String is the text as it may be shown: see Sanitise.
func (t Text) String() string { return Sanitise(t.Raw()) }

// Empty says whether the API sent no text.
func (t Text) Empty() bool { return t == Text{} }

// Is says whether the raw text is want (for states, types and other enums).
func (t Text) Is(want string) bool { return t.Raw() == want }

// Equal says whether the raw texts are the same, as == does.
func (t Text) Equal(u Text) bool { return t == u }

// Format makes every verb of package fmt print the shown form, with the
// verb's width, precision and flags where they make sense for text.
func (t Text) Format(f fmt.State, verb rune) {
	switch verb {
	case 's', 'q', 'x', 'X':
	case 'v':
		if f.Flag('#') {
			_, _ = fmt.Fprintf(f, "%q", t.String())
			return
		}
		verb = 's'
	default:
		verb = 's'
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), t.String())
}

// MarshalJSON gives the shown form, so that reports cannot leak raw text.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalJSON takes the raw text from an API answer; null is empty.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = Text{}
	if s != nil {
		*t = NewText(*s)
	}
	return nil
}
