package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// scanScreen reads the organization and shows how far it is.
type scanScreen struct {
	orgID string
	again bool // a rescan: back to the walk at the end
	parts map[organization.Part]organization.Progress
	calls int
}

func newScan(orgID string) *scanScreen {
	return &scanScreen{orgID: orgID, parts: map[organization.Part]organization.Progress{}}
}

type scanned struct{ settled []remediate.Entry }

func (s *scanScreen) start(m *Model) tea.Cmd {
	sess := m.s
	return m.run("reading the organization", func(ctx context.Context, tell func(tea.Msg)) tea.Msg {
		progress := func(p organization.Progress) { tell(p) }
		if s.again {
			if err := sess.Rescan(ctx, progress); err != nil {
				return failed{err}
			}
			return scanned{}
		}
		settled, err := sess.Read(ctx, s.orgID, progress)
		if err != nil {
			return failed{err}
		}
		return scanned{settled}
	})
}

func (s *scanScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case organization.Progress:
		s.parts[msg.Part], s.calls = msg, msg.Calls
	case scanned:
		if s.again {
			m.pop()
			m.home()
			m.flash = fmt.Sprintf("Read again: score %d %%.", m.s.Report().Score.Percent)
			return nil
		}
		w := newWalk(m)
		cmd := m.replace(w)
		if n := len(msg.settled); n > 0 {
			m.flash = fmt.Sprintf("%d changes whose answer was lost are settled now: see the history (H).", n)
		}
		if n := m.s.Pending(); n > 0 && m.flash == "" {
			m.flash = plural(n, "thing") + " started earlier may still go on: U shows how far it is."
		}
		return cmd
	case failed:
		if s.again || len(m.screens) > 1 {
			m.pop()
		}
	}
	switch name(msg) {
	case "esc":
		m.cancelTask()
	case "enter":
		if m.task == nil {
			return s.start(m)
		}
	}
	return nil
}

func (s *scanScreen) View(m *Model, w, h int) string {
	out := []string{m.st.bold.Render("Reading the organization")}
	if m.task == nil && len(s.parts) == 0 {
		return strings.Join(append(out, "It could not be read. enter tries again, q leaves."), "\n")
	}
	done := 0
	for _, p := range organization.AllParts() {
		at, ok := s.parts[p]
		sign, look, count := m.g.open, m.st.dim, ""
		if ok {
			look = m.st.bold
			if at.Total > 0 {
				count = fmt.Sprintf("%d of %d", at.Done, at.Total)
			}
			if at.Finished {
				done++
				sign, look = m.g.pass, m.st.good
				if at.Err != nil {
					sign, look, count = m.g.unknown, m.st.warn, "could not be read"
				}
			}
		}
		out = append(out, look.Render(fmt.Sprintf("  %s %-26s %s", sign, p, count)))
	}
	if len(out) > h-1 {
		out = out[:h-1]
	}
	return strings.Join(append(out, fmt.Sprintf("%d of %d parts, %d calls", done, len(organization.AllParts()), s.calls)), "\n")
}

func (*scanScreen) Help() []binding { return []binding{{"esc", "cancel"}, {"q", "leave"}} }
