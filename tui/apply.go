package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// applyScreen sends a confirmed plan and shows how far it is.
type applyScreen struct {
	preview   remediate.Preview
	conf      remediate.Confirmation
	then      string
	check     string
	phase     []string
	stopping  bool
	paused    *pauseAsked
	pausedAt  time.Time
	decisions chan remediate.PauseDecision
	hand      *handover
	taken     chan error
}

func newApply(p remediate.Preview, c remediate.Confirmation, then, check string) *applyScreen {
	return &applyScreen{preview: p, conf: c, then: then, check: check, phase: make([]string, len(p.Changes)),
		decisions: make(chan remediate.PauseDecision), taken: make(chan error)}
}

type pauseAsked struct{ change remediate.Change }
type applied struct {
	res remediate.Result
	err error
}

func (a *applyScreen) start(m *Model) tea.Cmd {
	s := m.s
	return m.run("sending changes", func(ctx context.Context, tell func(tea.Msg)) tea.Msg {
		res, err := s.Apply(ctx, a.preview, a.conf, session.Talk{
			Progress: func(e remediate.Event) { tell(e) },
			Pause: func(ctx context.Context, c remediate.Change) remediate.PauseDecision {
				tell(pauseAsked{c})
				select {
				case d := <-a.decisions:
					return d
				case <-ctx.Done():
					return remediate.PauseStop
				}
			},
			HandOver: func(_ context.Context, c remediate.Change, list []remediate.Secret) error {
				tell(handAsked{c, list})
				return <-a.taken
			},
		})
		return applied{res, err}
	})
}

func (a *applyScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case remediate.Event:
		if msg.Index >= 0 && msg.Index < len(a.phase) {
			a.phase[msg.Index] = msg.Phase
			if msg.Done != nil {
				a.phase[msg.Index] = string(msg.Done.Outcome)
			}
		}
		return nil
	case pauseAsked:
		a.paused, a.pausedAt = &msg, m.o.Now()
		if m.task != nil {
			m.task.waits = true
		}
		return nil
	case handAsked:
		a.hand = newHandover(m, msg)
		if m.task != nil {
			m.task.waits = true
		}
		return nil
	case applied:
		m.pop()
		if msg.err != nil && len(msg.res.Changes) == 0 {
			m.home()
			return m.fail(msg.err)
		}
		return m.push(&resultScreen{res: msg.res, err: msg.err, then: a.then, check: a.check})
	}
	if a.hand != nil {
		return a.hand.update(m, a, msg)
	}
	k := name(msg)
	if a.paused != nil && m.o.Now().Sub(a.pausedAt) >= grace {
		switch k {
		case "y":
			return a.decide(m, remediate.PauseGoOn)
		case "s", "esc":
			return a.decide(m, remediate.PauseStop)
		case "u", "n":
			return a.decide(m, remediate.PauseUndo)
		}
		return nil
	}
	if k == "esc" && a.paused == nil {
		a.stopping = true
		m.cancelTask()
	}
	return nil
}

func (a *applyScreen) decide(m *Model, d remediate.PauseDecision) tea.Cmd {
	a.paused = nil
	if m.task != nil {
		m.task.waits = false
	}
	return func() tea.Msg { a.decisions <- d; return nil }
}

// typing: while a secret is handed over, letters are not commands of the wizard.
func (a *applyScreen) typing() bool { return a.hand != nil && a.hand.naming }

func (a *applyScreen) View(m *Model, w, _ int) string {
	if a.hand != nil {
		return a.hand.view(m, w)
	}
	title := "Sending"
	if m.o.DryRun {
		title = "Dry run: checking, sending nothing"
	}
	out := []string{"", m.st.title.Render(title), ""}
	for i, c := range a.preview.Changes {
		phase := a.phase[i]
		if phase == "" {
			phase = "waiting"
		}
		out = append(out, m.fit(fmt.Sprintf("%s %-20s %s", m.g.bullet, phase, c.Change.Says), w, 0))
	}
	if a.stopping {
		out = append(append(out, ""), wrap("Stopping: what was sent stays, the rest is not sent.", w)...)
	}
	if a.paused != nil {
		out = append(append(out, ""), wrap(a.paused.change.PauseAfter, w)...)
		out = append(out, "", "y  yes, go on", "u  no: undo this change and stop", "s  stop here, keep it")
	}
	return strings.Join(out, "\n")
}

func (a *applyScreen) Help() []binding {
	if a.hand != nil {
		return a.hand.help()
	}
	if a.paused != nil {
		return []binding{{"y", "go on"}, {"u", "undo and stop"}, {"s", "stop"}}
	}
	return []binding{{"esc", "stop what is not sent yet"}}
}

// resultScreen says what became of each change.
type resultScreen struct {
	res   remediate.Result
	err   error
	then  string
	check string
	p     pager
}

func (r *resultScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "enter", "esc":
		m.pop()
		m.home()
	case "U", "shift+u":
		if r.goesOn() {
			m.pop()
			m.home()
			return m.push(&underwayScreen{})
		}
	case "n":
		if next := r.next(m); next != nil {
			m.pop()
			m.home()
			fl := &flow{depth: len(m.screens)}
			for _, f := range next.findings {
				fl.add(row{check: next.check, finding: &f}, next.fix)
			}
			return fl.next(m)
		}
	default:
		r.p.scroll(k, len(r.lines(m, m.w)), m.h-4)
	}
	return nil
}

// following is the fix that comes after this one, on the findings as they are now.
type following struct {
	check    steps.CheckResult
	fix      steps.Fix
	findings []steps.Finding
}

func (r *resultScreen) next(m *Model) *following {
	// What goes on has to end first: U offers what is due then.
	if r.then == "" || !r.done() || r.goesOn() {
		return nil
	}
	for _, s := range m.s.Report().Steps {
		for _, c := range s.Checks {
			if c.Check.ID != r.check {
				continue
			}
			for i := range c.Findings {
				for _, fix := range offered(c, &c.Findings[i]) {
					if fix.ID == r.then {
						return &following{c, fix, c.Findings[i : i+1]}
					}
				}
			}
		}
	}
	return nil
}

// goesOn says whether something was started that is not over yet.
func (r *resultScreen) goesOn() bool {
	for _, c := range r.res.Changes {
		if c.Outcome == remediate.OutcomeDone && (len(c.Change.Until) > 0 || c.Change.Facts[remediate.FactOld] != "") {
			return true
		}
	}
	return false
}

func (r *resultScreen) done() bool {
	for _, c := range r.res.Changes {
		if c.Outcome != remediate.OutcomeDone {
			return false
		}
	}
	return r.err == nil
}

func (r *resultScreen) lines(m *Model, w int) []string {
	out := []string{"", m.st.title.Render("Result")}
	if r.err != nil {
		out = append(append(out, ""), wrap(explain(r.err), w)...)
	}
	for _, c := range r.res.Changes {
		look, sign := m.st.bad, m.g.fail
		switch c.Outcome {
		case remediate.OutcomeDone:
			look, sign = m.st.good, m.g.pass
		case remediate.OutcomeDryRun:
			look, sign = m.st.accent, m.g.bullet
		case remediate.OutcomeUnclear, remediate.OutcomeUnchecked, remediate.OutcomeNotSent, remediate.OutcomeLost:
			look, sign = m.st.warn, m.g.unknown
		}
		head := sign + " " + string(c.Outcome)
		says := indented(c.Change.Says, w, lipgloss.Width(head)+2)
		out = append(out, "", look.Render(head)+"  "+strings.TrimLeft(says[0], " "))
		out = append(out, says[1:]...)
		if c.Why != "" {
			out = append(out, indented(c.Why, w, 2)...)
		}
	}
	if r.goesOn() {
		out = append(append(out, ""), wrap("Some of it goes on by itself. U shows how far it is, now or days later.", w)...)
	}
	rep, first := m.s.Report(), m.s.First()
	out = append(out, "", fmt.Sprintf("Score: %d %% at the start, %d %% now.", first.Score.Percent, rep.Score.Percent))
	if n := r.next(m); n != nil {
		out = append(out, "", m.st.bold.Render("Next: "+n.fix.Title)+" (n)")
	}
	return out
}

func (r *resultScreen) View(m *Model, w, h int) string {
	return strings.Join(r.p.shown(r.lines(m, w), h), "\n")
}

func (r *resultScreen) Help() []binding {
	out := []binding{{"enter", "back to the list"}}
	if r.goesOn() {
		out = append(out, binding{"U", "how far it is"})
	} else if r.then != "" {
		out = append(out, binding{"n", "next"})
	}
	return append(out, binding{"j/k", "scroll"})
}
