package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/remediate"
)

// previewScreen shows exactly what would be sent, and what it does.
type previewScreen struct {
	preview remediate.Preview
	then    string // the fix to offer afterwards
	check   string
	p       pager
}

func (s *previewScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "esc":
		m.pop()
		m.home()
		m.flash = "Nothing was sent."
	case "enter", "c":
		if s.preview.Blocked {
			m.flash = "A guard blocks this: read why below. Nothing can be sent."
			s.p.at = s.blockedAt(m)
			return nil
		}
		return m.open(newConfirm(m, s.preview, func(m *Model, c remediate.Confirmation) tea.Cmd {
			m.pop()
			return m.push(newApply(s.preview, c, s.then, s.check))
		}))
	default:
		s.p.scroll(k, len(s.lines(m, m.w)), m.h-4)
	}
	return nil
}

func (s *previewScreen) View(m *Model, w, h int) string {
	lines := s.lines(m, w)
	part := s.p.shown(lines, h-1)
	more := ""
	if rest := len(lines) - s.p.at - len(part); rest > 0 {
		more = m.st.dim.Render(fmt.Sprintf("%d more lines below (j, pgdown)", rest))
	}
	return m.fit(strings.Join(part, "\n"), w, h-1) + "\n" + more
}

func (s *previewScreen) blockedAt(m *Model) int {
	for i, l := range s.lines(m, m.w) {
		if strings.Contains(l, "BLOCKS") {
			return i
		}
	}
	return 0
}

// firstNotes stand above the changes.
const firstNotes = 3

func (s *previewScreen) lines(m *Model, w int) []string {
	p := s.preview
	head := fmt.Sprintf("Preview: %s, risk: %s", plural(len(p.Changes), "change"), p.Risk)
	out := []string{m.st.title.Render(head)}
	switch {
	case p.Blocked:
		out = append(out, m.st.bad.Render(m.g.fail+" A guard blocks this plan. Nothing can be sent."))
	case m.o.DryRun:
		out = append(out, wrap("Dry run: this is what would be sent.", w)...)
	default:
		out = append(out, "Nothing is sent before you confirm.")
	}
	// The first say what it comes to; the rest must not push the changes
	// themselves off the screen.
	first := p.Plan.Notes[:min(len(p.Plan.Notes), firstNotes)]
	for _, n := range first {
		out = append(out, indented(m.g.bullet+" "+n, w, 0)...)
	}
	rest := p.Plan.Notes[len(first):]
	if len(rest) > 0 {
		out = append(out, m.st.dim.Render(fmt.Sprintf("%s %s below the changes.", m.g.bullet, plural(len(rest), "more line"))))
	}
	for i, c := range p.Changes {
		out = append(out, "")
		for _, l := range wrap(fmt.Sprintf("%d. %s", i+1, c.Change.Says), w) {
			out = append(out, m.st.bold.Render(l))
		}
		out = append(out, changeLines(m, c, w)...)
	}
	if len(rest) > 0 {
		out = append(out, "", m.st.bold.Render("What it comes to, continued"))
		for _, n := range rest {
			out = append(out, indented(m.g.bullet+" "+n, w, 0)...)
		}
	}
	return out
}

func changeLines(m *Model, c remediate.ChangePreview, w int) []string {
	var out []string
	for _, d := range c.Diffs {
		before, after := d.Before, d.After
		field := d.Field
		if d.Resource != "" && d.Resource != c.Change.Resource.Name.String() {
			field = d.Resource + " " + field
		}
		out = append(out, indented(fmt.Sprintf("%s: %s %s %s", field, before, m.g.arrow, after), w, 3)...)
	}
	out = append(out, "   "+m.st.dim.Render("Request"))
	out = append(out, hard(fmt.Sprintf("%s %s", c.Method, c.URL), w, 5)...)
	if c.Raw != "" {
		out = append(out, hard(c.Raw, w, 5)...)
	}
	out = append(out, indented(fmt.Sprintf("Risk: %s. Needs: %s.", c.Change.Risk, c.Change.Permission), w, 3)...)
	undo := "Undo: " + c.UndoSays
	if len(c.Change.Undo) == 0 {
		undo = "No undo: " + c.Change.NoUndo
	}
	out = append(out, indented(undo, w, 3)...)
	for _, v := range c.Verdicts {
		switch v.Kind {
		case remediate.GuardHolds:
			out = append(out, indented(m.g.pass+" "+v.Title, w, 3)...)
		case remediate.GuardBlocks:
			for _, l := range indented(m.g.fail+" BLOCKS: "+v.Title, w, 3) {
				out = append(out, m.st.bad.Render(l))
			}
			out = append(out, indented(v.Why, w, 5)...)
		default:
			for _, l := range indented("! "+v.Title, w, 3) {
				out = append(out, m.st.warn.Render(l))
			}
			out = append(out, indented(v.Why, w, 5)...)
		}
		if v.Kind != remediate.GuardHolds {
			out = append(out, affected(m, v.Affected, w)...)
		}
	}
	if c.Change.PauseAfter != "" {
		out = append(out, indented("Then it waits and asks: "+c.Change.PauseAfter, w, 3)...)
	}
	return out
}

func affected(m *Model, list []string, w int) []string {
	const most = 12
	var out []string
	for i, a := range list {
		if i == most {
			return append(out, fmt.Sprintf("       and %d more", len(list)-most))
		}
		out = append(out, m.fit("     "+m.g.bullet+" "+a, w, 0))
	}
	return out
}

// hard breaks text at the column, not at words: a request is exact.
func hard(s string, w, n int) []string {
	r := []rune(s)
	var out []string
	for width := max(1, w-n); len(r) > 0; {
		k := min(width, len(r))
		out = append(out, strings.Repeat(" ", n)+string(r[:k]))
		r = r[k:]
	}
	return out
}

func (s *previewScreen) Help() []binding {
	if s.preview.Blocked {
		return []binding{{"esc", "back"}, {"j/k", "scroll"}}
	}
	return []binding{{"enter", "confirm"}, {"esc", "do not send"}, {"j/k", "scroll"}}
}

// undoPreview opens the preview of putting an entry back.
func undoPreview(m *Model, id string, depth int) tea.Cmd {
	s := m.s
	return m.run("planning the undo", func(ctx context.Context, _ func(tea.Msg)) tea.Msg {
		p, err := s.Undo(ctx, id)
		if err != nil {
			return failed{err}
		}
		return planned{preview: p, depth: depth}
	})
}
