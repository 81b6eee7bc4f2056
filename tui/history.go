package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/remediate"
)

// historyScreen shows the journal and offers to undo.
type historyScreen struct {
	list []remediate.Entry
	p    pager
	read bool
}

type historyRead struct{ list []remediate.Entry }

func (h *historyScreen) start(m *Model) tea.Cmd {
	s := m.s
	return m.run("reading the journal", func(context.Context, func(tea.Msg)) tea.Msg {
		list, err := s.History()
		if err != nil {
			return failed{err}
		}
		return historyRead{list}
	})
}

func (h *historyScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	if r, ok := msg.(historyRead); ok {
		h.list, h.read = r.list, true
		return nil
	}
	switch k := name(msg); k {
	case "esc", "enter":
		m.pop()
		m.home()
	case "u":
		if m.task == nil && h.p.at < len(h.list) {
			return undoPreview(m, h.list[h.p.at].ID, len(m.screens)-1)
		}
	default:
		h.p.press(k, len(h.list), m.h-10)
	}
	return nil
}

func (h *historyScreen) View(m *Model, w, rows int) string {
	out := []string{m.st.title.Render("History"), ""}
	if h.read && len(h.list) == 0 {
		text := "Nothing was changed yet."
		if m.o.DryRun {
			text = "A dry run changes nothing, so it has no history. The summary (S) shows what would have been sent."
		}
		return strings.Join(append(out, wrap(text, w)...), "\n")
	}
	visible := max(1, rows-8)
	h.p.keep(len(h.list), visible)
	for i := h.p.top; i < min(len(h.list), h.p.top+visible); i++ {
		e := h.list[i]
		line := fmt.Sprintf("  %s  %-9s %s", e.Time.UTC().Format("2006-01-02 15:04"), e.Outcome, e.Says)
		if e.UndoneBy != "" {
			line += " (undone)"
		}
		if line = m.fit(line, w, 0); i == h.p.at {
			line = m.st.cursor.Render(m.g.cursor + line[1:])
		}
		out = append(out, line)
	}
	if h.p.at < len(h.list) {
		out = append(append(out, ""), h.about(m, h.list[h.p.at], w)...)
	}
	return strings.Join(out, "\n")
}

func (h *historyScreen) about(m *Model, e remediate.Entry, w int) []string {
	out := append(hard(fmt.Sprintf("%s %s", e.Method, e.Path), w, 0), wrap("By "+e.By+", for "+e.Check, w)...)
	if e.Why != "" {
		out = append(out, wrap(e.Why, w)...)
	}
	switch {
	case e.UndoneBy != "":
		out = append(out, "It was undone.")
	case e.UndoOf != "":
		out = append(out, "This undid another change.")
	case len(e.Undo) > 0:
		out = append(out, wrap("u undoes it: "+e.Undo[0].Says, w)...)
	case e.NoUndo != "":
		out = append(out, wrap("It cannot be undone: "+e.NoUndo, w)...)
	}
	return out
}

func (*historyScreen) Help() []binding {
	return []binding{{"j/k", "move"}, {"u", "undo"}, {"esc", "back"}}
}
