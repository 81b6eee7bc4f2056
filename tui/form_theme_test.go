package tui

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// luminance and contrast are those of the Web Content Accessibility
// Guidelines.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func TestWordsCanBeReadOnLightAndDark(t *testing.T) {
	for name, ground := range map[string]color.Color{"light": color.White, "dark": color.Black} {
		m := &Model{st: newStyles(name == "dark"), g: unicodeGlyphs}
		form := m.formTheme(name == "dark")
		looks := map[string]lipgloss.Style{
			"dim": m.st.dim, "accent": m.st.accent, "good": m.st.good, "bad": m.st.bad, "warn": m.st.warn, "title": m.st.title,
		}
		f := form.Focused
		for i, s := range []lipgloss.Style{
			f.Title, f.Description, f.ErrorMessage, f.Option, f.SelectSelector, f.SelectedOption, f.UnselectedOption, f.SelectedPrefix,
			f.UnselectedPrefix, f.FocusedButton, f.BlurredButton, f.TextInput.Placeholder, f.TextInput.Text,
		} {
			looks["form "+itoa(i)] = s
		}
		for what, s := range looks {
			fg, bg := s.GetForeground(), s.GetBackground()
			if _, none := bg.(lipgloss.NoColor); !none {
				t.Errorf("%s, %s: a background of its own may clash with the terminal's", name, what)
			}
			if _, none := fg.(lipgloss.NoColor); none {
				continue // the terminal's own
			}
			if c := contrast(fg, ground); c < 4.5 {
				t.Errorf("%s, %s: contrast %.1f, want at least 4.5", name, what, c)
			}
		}
	}
}

func TestTheAnswerIsTellableWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		m := &Model{st: newStyles(true), g: unicodeGlyphs}
		if m.o.ASCII = ascii; ascii {
			m.g = asciiGlyphs
		}
		f := m.formTheme(true).Focused
		yes, no := ansi.Strip(f.FocusedButton.Render("Yes")), ansi.Strip(f.BlurredButton.Render("Yes"))
		if strings.TrimSpace(yes) == strings.TrimSpace(no) {
			t.Errorf("chosen %q and not chosen %q look the same", yes, no)
		}
		for _, s := range []lipgloss.Style{f.SelectedPrefix, f.UnselectedPrefix, f.SelectSelector, f.ErrorMessage, f.NextIndicator, f.PrevIndicator} {
			if text := s.String(); strings.ContainsFunc(ansi.Strip(text), func(r rune) bool { return r > 127 }) {
				t.Errorf("%q is not ASCII", text)
			}
		}
		if left := f.Base.GetBorderStyle().Left; ascii && left != "|" {
			t.Errorf("the bar is %q", left)
		}
	}
}
