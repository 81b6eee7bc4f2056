package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/remediate"
	"avn-harden/steps"
)

// summaryScreen is the end of the walk: before and after, what is left.
type summaryScreen struct {
	p       pager
	history []remediate.Entry
}

// start reads the journal once, not at every frame.
func (s *summaryScreen) start(m *Model) tea.Cmd {
	list, err := m.s.History()
	if err != nil {
		return m.fail(err)
	}
	s.history = list
	return nil
}

func (s *summaryScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "esc", "enter":
		m.pop()
		m.home()
	case "s":
		if m.o.SaveReport != nil {
			return m.push(saveForm(m))
		}
	default:
		s.p.scroll(k, len(s.lines(m, m.w)), m.h-4)
	}
	return nil
}

func (s *summaryScreen) View(m *Model, w, h int) string {
	return strings.Join(s.p.shown(s.lines(m, w), h), "\n")
}

func (s *summaryScreen) lines(m *Model, w int) []string {
	a, b := m.s.First().Score, m.s.Report().Score
	out := []string{m.st.title.Render("Summary"), "",
		fmt.Sprintf("Score      %3d %% at the start   %3d %% now", a.Percent, b.Percent),
		fmt.Sprintf("Fail       %3d                 %3d", a.Fail, b.Fail),
		fmt.Sprintf("Pass       %3d                 %3d", a.Pass+a.Attested, b.Pass+b.Attested),
		fmt.Sprintf("Waived     %3d                 %3d", a.Waived, b.Waived),
		fmt.Sprintf("Unknown    %3d                 %3d", a.Unknown, b.Unknown),
	}
	if !m.s.Report().Complete {
		out = append(append(out, ""), wrap("Incomplete: something could not be read, and counts as unknown, not as pass.", w)...)
	}
	if m.o.DryRun {
		out = append(out, s.wouldSend(m, w)...)
	}
	out = append(out, s.changed(m, w)...)
	for _, part := range []struct {
		title  string
		status steps.Status
	}{{"Left to fix", steps.Fail}, {"Unknown", steps.Unknown}, {"Waived", steps.Waived}, {"Attested", steps.Attested}} {
		var lines []string
		for i, st := range m.s.Report().Steps {
			for _, c := range st.Checks {
				if c.Status != part.status {
					continue
				}
				line := fmt.Sprintf("%d. %s", i+1, c.Check.Title)
				if n := len(c.Findings); n > 1 {
					line += fmt.Sprintf(" (%d)", n)
				}
				lines = append(lines, indented(line, w, 2)...)
			}
		}
		if len(lines) > 0 {
			out = append(append(out, "", m.st.bold.Render(part.title)), lines...)
		}
	}
	return out
}

func (s *summaryScreen) wouldSend(m *Model, w int) []string {
	list := m.s.WouldSend()
	out := []string{"", m.st.bold.Render("Would have been sent")}
	if len(list) == 0 {
		return append(out, "  nothing: no change was confirmed")
	}
	for _, c := range list {
		out = append(out, indented(c.Says, w, 2)...)
		p := previewOf(m, c)
		out = append(out, hard(p.Method+" "+p.URL, w, 4)...)
		if p.Raw != "" {
			out = append(out, hard(p.Raw, w, 4)...)
		}
	}
	return out
}

func (s *summaryScreen) changed(m *Model, w int) []string {
	if len(s.history) == 0 {
		return nil
	}
	out := []string{"", m.st.bold.Render("Changed")}
	for _, e := range s.history {
		line := fmt.Sprintf("%s %s", pad(string(e.Outcome), 10), e.Says)
		if e.UndoneBy != "" {
			line += " (undone)"
		}
		out = append(out, indented(line, w, 2)...)
	}
	return out
}

func (*summaryScreen) Help() []binding {
	return []binding{{"s", "save the report"}, {"esc", "back"}, {"j/k", "scroll"}, {"q", "leave"}}
}
