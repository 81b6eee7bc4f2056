package aivenapi

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// most marks that combine with one letter; a flood of them hides other lines.
const mostMarks = 4

// Sanitise makes text from the API visible and harmless: control characters,
// escape sequences, bidi overrides, zero-width and other invisible characters
// become visible escapes (\n, \x1b, \u202e).
func Sanitise(s string) string {
	if plainText(s) {
		return s
	}
	var b strings.Builder
	marks := mostMarks // nothing to stand on yet
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case hidden(r): // before marks: variation selectors are both
			writeEscape(&b, r)
			marks = mostMarks
		case unicode.Is(unicode.M, r):
			if marks >= mostMarks {
				writeEscape(&b, r)
			} else {
				marks++
				b.WriteRune(r)
			}
		default:
			marks = 0
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

func writeEscape(b *strings.Builder, r rune) {
	if r > 0xffff {
		fmt.Fprintf(b, `\U%08x`, r)
		return
	}
	fmt.Fprintf(b, `\u%04x`, r)
}

func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden says whether a character is drawn as nothing or changes how others
// are drawn.
func hidden(r rune) bool {
	switch {
	case r == ' ':
		return false
	case !unicode.IsPrint(r): // controls, format characters, odd spaces, unassigned
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800: // letters drawn as blanks
		return true
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}
