package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"avn-harden/internal/aivenapi"
)

// View makes the terminal's view: the only place that does.
func (m *Model) View() tea.View {
	v := tea.NewView(m.content())
	v.AltScreen = true
	v.WindowTitle = "avn-harden"
	v.MouseMode = tea.MouseModeCellMotion
	return v
}

func (m *Model) content() string {
	switch {
	case m.w == 0 || m.h == 0:
		return ""
	case m.tooSmall():
		text := fmt.Sprintf("avn-harden needs %dx%d; this terminal is %dx%d. Make it larger. ctrl+c leaves.", leastWidth, leastHeight, m.w, m.h)
		return m.fit(ansi.Wrap(text, m.w, ""), m.w, m.h)
	}
	body := m.fit(m.top().View(m, m.w, m.h-4), m.w, m.h-4)
	page := m.header() + "\n" + m.line() + "\n" + body + "\n" + m.line() + "\n" + m.footer()
	if n := len(m.dialogs); n > 0 {
		page = m.over(page, m.dialogs[n-1])
	}
	return m.fit(page, m.w, m.h)
}

func (m *Model) line() string { return m.st.dim.Render(strings.Repeat(m.g.rule, m.w)) }

func (m *Model) header() string {
	parts := []string{m.st.title.Render("avn-harden")}
	if m.o.DryRun {
		parts = append(parts, m.st.badge.Render("DRY RUN"))
	}
	if m.s != nil {
		if o := m.s.Organization(); o != nil {
			parts = append(parts, m.st.bold.Render(o.Name.String()))
		}
		parts = append(parts, m.st.dim.Render(m.s.Options().Where))
	}
	left := strings.Join(parts, "  ")
	right := ""
	if m.s != nil && m.s.Organization() != nil {
		r := m.s.Report()
		right = fmt.Sprintf("score %d %%", r.Score.Percent)
		if !r.Complete {
			right += ", incomplete"
		}
	}
	left = ansi.Truncate(left, max(10, m.w-len(right)-2), m.g.cut)
	return left + strings.Repeat(" ", max(1, m.w-lipgloss.Width(left)-lipgloss.Width(right))) + right
}

// footer shows what just happened, or the keys of the screen in front.
func (m *Model) footer() string {
	if m.flash != "" {
		return ansi.Truncate(m.st.good.Render(m.flash), m.w, m.g.cut)
	}
	keys := m.top().Help()
	if n := len(m.dialogs); n > 0 {
		keys = m.dialogs[n-1].Help()
	} else if !m.typing() {
		keys = append(append([]binding(nil), keys...), binding{"?", "help"})
	}
	var out []string
	width := 0
	for _, b := range keys {
		item := b.key + " " + b.says
		if width += lipgloss.Width(item) + 3; width > m.w && len(out) > 0 && b.key != "?" {
			width -= lipgloss.Width(item) + 3
			continue
		}
		out = append(out, m.st.bold.Render(b.key)+" "+m.st.dim.Render(b.says))
	}
	return ansi.Truncate(strings.Join(out, " "+m.g.bullet+" "), m.w, m.g.cut)
}

// over draws a dialog in the middle of the page.
func (m *Model) over(page string, d dialog) string {
	w := min(m.w-4, 76)
	inner := m.fit(d.View(m, w-4, m.h-6), w-4, 0)
	text := m.st.title.Render(d.Title()) + "\n\n" + strings.TrimRight(inner, "\n")
	lines := strings.Split(text, "\n")
	if most := m.h - 4; len(lines) > most {
		// The end is where one answers: the middle gives way.
		lines = append(append(append([]string(nil), lines[:2]...), m.g.cut), lines[len(lines)-most+3:]...)
	}
	box := m.st.box
	if m.o.ASCII {
		box = box.Border(lipgloss.ASCIIBorder())
	}
	drawn := box.Width(w).Render(strings.Join(lines, "\n"))
	x, y := max(0, (m.w-lipgloss.Width(drawn))/2), max(0, (m.h-lipgloss.Height(drawn))/2)
	return lipgloss.NewCompositor(lipgloss.NewLayer(page), lipgloss.NewLayer(drawn).X(x).Y(y).Z(1)).Render()
}

// fit cuts text to w columns, which the last of them shows, and to h lines (0:
// as many as there are), and pads it to h lines.
func (m *Model) fit(s string, w, h int) string {
	lines := strings.Split(s, "\n")
	if h > 0 && len(lines) > h {
		lines = lines[:h]
	}
	for i, l := range lines {
		if lipgloss.Width(l) > w {
			lines[i] = ansi.Truncate(l, w, m.g.cut)
		}
	}
	for h > 0 && len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a paragraph into lines of at most w columns.
func wrap(s string, w int) []string {
	return strings.Split(ansi.Wrap(s, max(1, w), ""), "\n")
}

// indented is wrap with every line behind a prefix of blanks.
func indented(s string, w, n int) []string {
	pad := strings.Repeat(" ", n)
	var out []string
	for _, l := range wrap(s, w-n) {
		out = append(out, pad+l)
	}
	return out
}

// styled is wrapped text in one look.
func styled(look lipgloss.Style, s string, w int) []string {
	out := wrap(s, w)
	for i, l := range out {
		out[i] = look.Render(l)
	}
	return out
}

func explain(err error) string { return aivenapi.Explain(err) }
