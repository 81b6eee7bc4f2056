package tui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/session"
	"avn-harden/steps"
)

// every is how often a probe is looked up while the admin waits.
const every = 5 * time.Second

// words of a generated passphrase.
const passphraseWords = 6

// guideScreen shows what must be done by hand and looks whether it is there.
type guideScreen struct {
	fl     *flow
	choice *session.Choice
	guide  steps.Guide
	found  bool
	seen   []string
	looked time.Time
	probes int
	err    string
	secret string // a candidate password: never leaves this screen
	made   bool   // it was generated, so it may be shown
	p      pager
}

func newGuide(fl *flow, c *session.Choice, g steps.Guide) *guideScreen {
	return &guideScreen{fl: fl, choice: c, guide: g}
}

type probed struct {
	found bool
	seen  []string
	err   error
}

type probeTick struct{ g *guideScreen }

func (g *guideScreen) start(m *Model) tea.Cmd { return g.look(m) }

func (g *guideScreen) typing() bool { return g.guide.Check != nil }

// look looks the probe up once.
func (g *guideScreen) look(m *Model) tea.Cmd {
	if g.guide.Probe == nil || m.task != nil {
		return nil
	}
	p, s := *g.guide.Probe, m.s
	return m.run("looking whether it is there", func(ctx context.Context, _ func(tea.Msg)) tea.Msg {
		found, seen, err := s.Probe(ctx, p)
		return probed{found, seen, err}
	})
}

func (g *guideScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case probed:
		g.found, g.seen, g.looked, g.err = msg.found, msg.seen, m.o.Now(), ""
		g.probes++
		if msg.err != nil {
			g.err = explain(msg.err)
		}
		if g.found || m.o.Still {
			return nil
		}
		return tea.Tick(every, func(time.Time) tea.Msg { return probeTick{g} })
	case probeTick:
		if msg.g == g && !g.found {
			return g.look(m)
		}
		return nil
	}
	if cmd, ok := g.fl.took(m, msg); ok {
		return cmd
	}
	if g.guide.Check != nil {
		return g.password(m, msg)
	}
	return g.press(m, name(msg))
}

func (g *guideScreen) press(m *Model, k string) tea.Cmd {
	switch k {
	case "esc":
		m.cancelTask()
		g.fl.leave(m)
		m.flash = "Left as it is; you can come back to it."
	case "enter":
		if m.task != nil {
			return nil
		}
		if p := g.guide.Probe; p != nil && !g.found {
			m.flash = "It is not there yet."
			if p.Optional {
				m.flash += " Press i to go on without waiting."
			}
			return g.look(m)
		}
		return g.fl.next(m)
	case "i":
		if p := g.guide.Probe; p != nil && p.Optional && !g.found && m.task == nil {
			return g.fl.next(m)
		}
	case "p":
		if g.guide.Probe != nil && m.task == nil && m.s.Publish(*g.guide.Probe) {
			return g.look(m)
		}
	case "t":
		if g.choice.Fix.Manual {
			return attestCheck(m, g.choice.Check, &g.choice.Findings[0])
		}
	case "1", "2", "3", "4", "5", "6", "7", "8", "9", "c":
		n := 1
		if k != "c" {
			n, _ = strconv.Atoi(k)
		}
		if n <= len(g.guide.Copy) {
			c := g.guide.Copy[n-1]
			m.flash = "Copied: " + c.Label
			return tea.SetClipboard(c.Value.Raw())
		}
	default:
		g.p.scroll(k, len(g.lines(m, m.w)), m.h-4)
	}
	return nil
}

// password tries a candidate against the rules, on this machine only.
func (g *guideScreen) password(m *Model, msg tea.Msg) tea.Cmd {
	switch k := msg.(type) {
	case tea.PasteMsg:
		g.secret, g.made = strings.TrimRight(k.Content, "\r\n"), false
	case tea.KeyPressMsg:
		switch s := k.String(); {
		case s == "esc", s == "enter":
			g.secret = ""
			if s == "esc" {
				g.fl.leave(m)
				return nil
			}
			return g.fl.next(m)
		case s == "ctrl+g":
			words, err := steps.Passphrase(m.o.Rand, passphraseWords)
			if err != nil {
				return m.fail(fmt.Errorf("make a passphrase: %w", err))
			}
			g.secret, g.made = words, true
		case s == "ctrl+y" && g.made:
			m.flash = "Copied the passphrase. Put it into your password manager now."
			return tea.SetClipboard(g.secret)
		case s == "ctrl+t":
			g.secret = ""
			return attestCheck(m, g.choice.Check, &g.choice.Findings[0])
		case s == "backspace":
			if r := []rune(g.secret); len(r) > 0 && !g.made {
				g.secret = string(r[:len(r)-1])
			} else {
				g.secret = ""
			}
			g.made = false
		case k.Text != "":
			if g.made {
				g.secret = ""
			}
			g.secret, g.made = g.secret+k.Text, false
		}
	}
	return nil
}

func (g *guideScreen) View(m *Model, w, h int) string {
	return strings.Join(g.p.shown(g.lines(m, w), h), "\n")
}

func (g *guideScreen) lines(m *Model, w int) []string {
	out := []string{m.st.title.Render(g.guide.Title), ""}
	for _, l := range g.guide.Lines {
		out = append(append(out, wrap(l, w)...), "")
	}
	if g.guide.Probe != nil {
		out = append(append(out, g.waiting(m, w)...), "")
	}
	for i, c := range g.guide.Copy {
		out = append(out, m.st.bold.Render(fmt.Sprintf("%d  %s", i+1, c.Label)))
		out = append(out, indented(c.Value.String(), w, 3)...)
	}
	if g.guide.Check != nil {
		out = append(out, g.rules(m)...)
	}
	return out
}

func (g *guideScreen) waiting(m *Model, w int) []string {
	var out []string
	switch {
	case m.task != nil:
		out = append(out, m.st.dim.Render("Looking..."))
	case g.found:
		return []string{m.st.good.Render(m.g.pass + " It is there. enter goes on.")}
	case g.err != "":
		out = append(out, wrap(m.g.unknown+" It could not be looked up: "+g.err, w)...)
	case g.probes > 0:
		out = append(out, m.st.warn.Render(fmt.Sprintf("%s Not there yet (looked %s).", m.g.unknown, plural(g.probes, "time"))))
		if len(g.seen) > 0 {
			out = append(out, indented("Seen instead: "+shown(g.seen), w, 2)...)
		}
	}
	if m.s.Options().Demo {
		says := "On the practice organization nobody runs your DNS: press p to say that it is published."
		if g.guide.Probe.Kind == steps.ProbePeering {
			says = "On the practice organization there is no other side: press p to say that it accepted."
		}
		out = append(out, wrap(says, w)...)
	}
	return out
}

func (g *guideScreen) rules(m *Model) []string {
	text := strings.Repeat("*", len([]rune(g.secret)))
	if g.made {
		text = g.secret
	}
	out := []string{"Candidate: " + text + "_", ""}
	for _, r := range g.guide.Check(g.secret) {
		line := m.st.warn.Render(m.g.open + " " + r.Rule)
		if r.OK {
			line = m.st.good.Render(m.g.pass + " " + r.Rule)
		}
		out = append(out, line)
	}
	return out
}

func (g *guideScreen) Help() []binding {
	if g.guide.Check != nil {
		return []binding{{"ctrl+g", "make a passphrase"}, {"ctrl+y", "copy it"}, {"ctrl+t", "attest"}, {"enter", "done"}, {"esc", "back"}}
	}
	out := []binding{{"enter", "go on"}, {"esc", "back"}}
	if len(g.guide.Copy) > 0 {
		out = append(out, binding{"1-9", "copy a value"}, binding{"j/k", "scroll"})
	}
	if g.guide.Probe != nil && g.guide.Probe.Optional {
		out = append(out, binding{"i", "go on without waiting"})
	}
	if g.choice.Fix.Manual {
		out = append(out, binding{"t", "attest"})
	}
	return out
}
