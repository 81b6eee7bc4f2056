package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/session"
)

// watchEvery is between two looks at what goes on.
const watchEvery = 10 * time.Second

// underwayScreen shows what was started and goes on, and offers what is due
// next. It can be left at any time, and come back to.
type underwayScreen struct {
	list   []session.Work
	p      pager
	looked time.Time
}

type underwayRead struct{ list []session.Work }
type watchTick struct{ u *underwayScreen }

func (u *underwayScreen) start(m *Model) tea.Cmd {
	if m.task != nil {
		return nil
	}
	s := m.s
	return m.run("looking how far it is", func(ctx context.Context, _ func(tea.Msg)) tea.Msg {
		list, err := s.Underway(ctx)
		if err != nil {
			return failed{err}
		}
		return underwayRead{list}
	})
}

func (u *underwayScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case underwayRead:
		u.list, u.looked = msg.list, m.o.Now()
		if m.o.Still || u.over() {
			return nil
		}
		return tea.Tick(watchEvery, func(time.Time) tea.Msg { return watchTick{u} })
	case watchTick:
		if msg.u == u && m.top() == screen(u) {
			return u.start(m)
		}
		return nil
	}
	switch k := name(msg); k {
	case "esc":
		m.cancelTask()
		m.pop()
		m.home()
	case "r":
		return u.start(m)
	case "enter":
		if m.task == nil && u.p.at < len(u.list) {
			return u.next(m, u.list[u.p.at])
		}
	default:
		u.p.press(k, len(u.list), m.h-10)
	}
	return nil
}

func (u *underwayScreen) over() bool {
	for _, w := range u.list {
		if !w.Over {
			return false
		}
	}
	return true
}

// next begins the fix that is due.
func (u *underwayScreen) next(m *Model, w session.Work) tea.Cmd {
	if w.Fix == "" {
		m.flash = "It goes on by itself: there is nothing to do."
		return nil
	}
	for _, s := range m.s.Report().Steps {
		for _, c := range s.Checks {
			for i, f := range c.Findings {
				for _, fix := range offered(c, &c.Findings[i]) {
					if fix.ID == w.Fix && f.Resource.ID == w.Resource.ID {
						fl := &flow{depth: len(m.screens)}
						fl.add(row{check: c, finding: &c.Findings[i]}, fix)
						return fl.next(m)
					}
				}
			}
		}
	}
	m.flash = "It is no finding any more: there is nothing left to do."
	return nil
}

func (u *underwayScreen) View(m *Model, w, rows int) string {
	out := []string{m.st.title.Render("Under way"), ""}
	switch {
	case u.looked.IsZero():
		return strings.Join(append(out, "Looking how far it is"), "\n")
	case len(u.list) == 0:
		return strings.Join(append(out, wrap("Nothing goes on. What takes its time, such as moving a service or replacing a token, stands here until it is over.", w)...), "\n")
	}
	for i, x := range u.list {
		sign, look := m.g.open, m.st.warn
		if x.Over {
			sign, look = m.g.pass, m.st.good
		}
		line := fmt.Sprintf(" %s %s", sign, x.Says)
		if i == u.p.at {
			out = append(out, m.st.cursor.Render(m.fit(m.g.cursor+line[1:], w, 0)))
		} else {
			out = append(out, look.Render(m.fit(line, w, 0)))
		}
		state := x.State
		if x.Fix != "" && x.Over {
			state += " (enter goes on)"
		}
		out = append(out, indented(state, w, 4)...)
	}
	out = append(out, "", m.st.dim.Render("Looked at "+u.looked.UTC().Format("15:04:05")+" UTC. You can leave this: it is in the journal."))
	return strings.Join(out[:min(len(out), rows)], "\n")
}

func (*underwayScreen) Help() []binding {
	return []binding{{"enter", "what is due next"}, {"r", "look again"}, {"esc", "leave it, it goes on"}}
}
