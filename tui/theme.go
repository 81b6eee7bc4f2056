package tui

import (
	"charm.land/lipgloss/v2"

	"avn-harden/steps"
)

// styles are the looks. Colour never says what no word or sign says.
type styles struct {
	dark                                                     bool
	bold, dim, accent, good, bad, warn, cursor, badge, title lipgloss.Style
	box                                                      lipgloss.Style
}

func newStyles(dark bool) styles {
	pick := lipgloss.LightDark(dark)
	c := func(light, dark string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(pick(lipgloss.Color(light), lipgloss.Color(dark)))
	}
	accent := pick(lipgloss.Color("#B3261E"), lipgloss.Color("#FF8A65"))
	return styles{
		dark: dark, bold: lipgloss.NewStyle().Bold(true), dim: c("#5F6368", "#9AA0A6"),
		accent: lipgloss.NewStyle().Foreground(accent), good: c("#137333", "#81C995"), bad: c("#B3261E", "#F28B82"),
		warn: c("#8A5A00", "#FDD663"), cursor: lipgloss.NewStyle().Bold(true).Reverse(true),
		badge: lipgloss.NewStyle().Bold(true).Reverse(true).Padding(0, 1), title: lipgloss.NewStyle().Bold(true).Foreground(accent),
		box: lipgloss.NewStyle().Border(lipgloss.RoundedBorder()).Padding(0, 1),
	}
}

// glyphs are the signs, with an ASCII set for terminals that have no others.
type glyphs struct {
	fail, pass, waived, attested, na, unknown, unbuilt  string
	cursor, chosen, open, arrow, bullet, bar, rule, cut string
}

var (
	unicodeGlyphs = glyphs{"✗", "✓", "~", "✓", "-", "?", "·", "›", "●", "○", "→", "•", "│", "─", "…"}
	asciiGlyphs   = glyphs{"x", "v", "~", "v", "-", "?", ".", ">", "*", "o", "->", "*", "|", "-", "~"}
)

// status gives sign, word and look of a check's status.
func (m *Model) status(s steps.Status) (sign, word string, look lipgloss.Style) {
	switch s {
	case steps.Fail:
		return m.g.fail, "fail", m.st.bad
	case steps.Pass:
		return m.g.pass, "pass", m.st.good
	case steps.Waived:
		return m.g.waived, "waived", m.st.dim
	case steps.Attested:
		return m.g.attested, "attested", m.st.good
	case steps.NotApplicable:
		return m.g.na, "n/a", m.st.dim
	}
	return m.g.unknown, "unknown", m.st.warn
}
