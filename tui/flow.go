package tui

import (
	"context"
	"fmt"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// flow takes chosen findings from the choice of a fix to the preview of the
// plan: for each fix its questions, then its guide.
type flow struct {
	choices []session.Choice
	at      int
	asked   bool // the questions of the fix at hand are answered
	guided  bool // its guide was followed
	depth   int  // screens below the flow
}

// startFlow groups findings by check and fix. Where one finding has several
// fixes, the admin chooses.
func startFlow(m *Model, picked []row) tea.Cmd {
	if len(picked) == 1 {
		if fixes := offered(picked[0].check, picked[0].finding); len(fixes) > 1 {
			return m.open(&chooseDialog{row: picked[0], fixes: fixes})
		}
	}
	fl := &flow{depth: len(m.screens)}
	for _, r := range picked {
		fixes := offered(r.check, r.finding)
		if len(fixes) == 0 {
			continue
		}
		fl.add(r, fixes[0])
	}
	if len(fl.choices) == 0 {
		m.flash = "There is no fix for this: read what to do in its detail."
		return nil
	}
	return fl.next(m)
}

// sayMore starts what a check without findings still takes: the admin's word
// for the policy file, such as which services are critical.
func sayMore(m *Model, c steps.CheckResult) tea.Cmd {
	for _, f := range c.Check.Fixes {
		if f.Record != nil && f.Questions != nil {
			fl := &flow{depth: len(m.screens), choices: []session.Choice{{Check: c.Check, Fix: f}}}
			return fl.next(m)
		}
	}
	m.flash = "There is nothing to fix here."
	return nil
}

func (fl *flow) add(r row, fix steps.Fix) {
	for i, c := range fl.choices {
		if c.Check.ID == r.check.Check.ID && c.Fix.ID == fix.ID {
			fl.choices[i].Findings = append(c.Findings, *r.finding)
			return
		}
	}
	fl.choices = append(fl.choices, session.Choice{Check: r.check.Check, Fix: fix, Findings: []steps.Finding{*r.finding}})
}

// next opens the next screen of the flow.
func (fl *flow) next(m *Model) tea.Cmd {
	for ; fl.at < len(fl.choices); fl.at, fl.asked, fl.guided = fl.at+1, false, false {
		c := &fl.choices[fl.at]
		in := fl.input(m)
		if !fl.asked && c.Fix.Questions != nil {
			fl.asked = true
			if q := c.Fix.Questions(in, c.Findings); len(q) > 0 {
				return m.push(newInputs(m, fl, c, q))
			}
		}
		if !fl.guided && c.Fix.Guide != nil {
			fl.guided = true
			return m.push(newGuide(fl, c, c.Fix.Guide(in, c.Findings, c.Answers)))
		}
	}
	return fl.plan(m)
}

func (fl *flow) input(m *Model) steps.Input {
	return m.s.Input()
}

// leave goes back to where the flow began.
func (fl *flow) leave(m *Model) {
	if len(m.screens) > fl.depth {
		m.screens = m.screens[:fl.depth]
	}
	m.home()
}

type planned struct {
	preview remediate.Preview
	then    string
	check   string
	depth   int // screens below what led to the plan; 0 keeps all
}

// plan records the calls of all fixes that make any.
func (fl *flow) plan(m *Model) tea.Cmd {
	var auto, words []session.Choice
	for _, c := range fl.choices {
		switch {
		case c.Fix.Record != nil:
			words = append(words, c)
		case !c.Fix.Manual && c.Fix.Build != nil:
			auto = append(auto, c)
		}
	}
	if len(words) > 0 {
		n, err := m.s.Record(words)
		if err != nil {
			fl.leave(m)
			return m.fail(err)
		}
		if len(auto) == 0 {
			fl.leave(m)
			m.flash = plural(n, "line") + " written to " + filepath.Base(m.s.Policy().Path)
			return nil
		}
	}
	if len(auto) == 0 {
		fl.leave(m)
		m.flash = "Done by hand: attest it (t) when it is in place."
		return nil
	}
	s := m.s
	last := auto[len(auto)-1]
	return m.run("planning", func(ctx context.Context, _ func(tea.Msg)) tea.Msg {
		p, err := s.Plan(ctx, auto)
		if err != nil {
			return failed{err}
		}
		return planned{p, last.Fix.Then, last.Check.ID, fl.depth}
	})
}

// took hears of a plan that could not be made; every screen of the flow passes
// its messages here.
func (fl *flow) took(m *Model, msg tea.Msg) (tea.Cmd, bool) {
	if _, ok := msg.(failed); !ok {
		return nil, false
	}
	if len(m.screens) > fl.depth {
		m.screens = m.screens[:fl.depth]
	}
	return nil, true
}

// chooseDialog lets the admin choose among the fixes of one finding.
type chooseDialog struct {
	row   row
	fixes []steps.Fix
	p     pager
}

func (*chooseDialog) Title() string { return "How shall it be fixed?" }

func (d *chooseDialog) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "esc":
		m.closeDialog()
	case "enter":
		m.closeDialog()
		fl := &flow{depth: len(m.screens)}
		fl.add(d.row, d.fixes[d.p.at])
		return fl.next(m)
	default:
		d.p.press(k, len(d.fixes), len(d.fixes))
	}
	return nil
}

func (d *chooseDialog) View(m *Model, w, _ int) string {
	out := ""
	for i, f := range d.fixes {
		line := fmt.Sprintf("  %s (%s)", f.Title, f.Risk)
		if f.Manual {
			line = fmt.Sprintf("  %s (by hand)", f.Title)
		}
		if i == d.p.at {
			line = m.st.cursor.Render(m.g.cursor + line[1:])
		}
		out += line + "\n"
	}
	return out
}

func (*chooseDialog) Help() []binding {
	return []binding{{"j/k", "move"}, {"enter", "choose"}, {"esc", "back"}}
}
