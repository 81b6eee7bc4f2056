package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/organization"
	"avn-harden/internal/session"
)

// connectScreen offers the ways to connect.
type connectScreen struct {
	p     pager
	token string
	asks  bool // a token is being typed
}

type connected struct{ s *session.Session }

func (c *connectScreen) typing() bool { return c.asks }

func (c *connectScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	if done, ok := msg.(connected); ok {
		m.s = done.s
		if m.o.OrgID != "" {
			return m.replace(newScan(m.o.OrgID))
		}
		return m.replace(&orgsScreen{})
	}
	if m.task != nil {
		if name(msg) == "esc" {
			m.cancelTask()
		}
		return nil
	}
	if c.asks {
		return c.paste(m, msg)
	}
	if name(msg) == "enter" && len(m.o.Sources) > 0 {
		if m.o.Sources[c.p.at].NeedsToken {
			c.asks = true
			return nil
		}
		return c.connect(m, m.o.Sources[c.p.at])
	}
	c.p.press(name(msg), len(m.o.Sources), m.h)
	return nil
}

// paste takes a token, which is never shown.
func (c *connectScreen) paste(m *Model, msg tea.Msg) tea.Cmd {
	switch p := msg.(type) {
	case tea.PasteMsg:
		c.token += strings.TrimSpace(p.Content)
	case tea.KeyPressMsg:
		switch k := p.String(); {
		case k == "esc":
			c.asks, c.token = false, ""
		case k == "backspace":
			c.token = ""
		case k == "enter" && c.token != "":
			s := m.o.Sources[c.p.at]
			s.Token, c.token, c.asks = c.token, "", false
			return c.connect(m, s)
		case p.Text != "":
			c.token += p.Text
		}
	}
	return nil
}

func (c *connectScreen) connect(m *Model, s Source) tea.Cmd {
	return m.run("connecting", func(ctx context.Context, _ func(tea.Msg)) tea.Msg {
		out, err := m.o.Connect(ctx, s)
		if err != nil {
			return failed{err}
		}
		return connected{out}
	})
}

func (c *connectScreen) View(m *Model, w, _ int) string {
	out := []string{"", m.st.bold.Render("Which organization shall we look at?"), ""}
	out = append(out, wrap("No token was found in AIVEN_TOKEN, in AIVEN_AUTH_TOKEN or in avn's credentials file.", w)...)
	out = append(out, "")
	for i, s := range m.o.Sources {
		line := "  " + s.Title
		if i == c.p.at {
			line = m.st.cursor.Render(m.g.cursor + " " + s.Title)
		}
		out = append(out, line, "    "+m.st.dim.Render(s.Detail), "")
	}
	if c.asks {
		shown := strings.Repeat("*", min(40, len(c.token)))
		out = append(out, "Paste the token: "+shown+"_")
	}
	if m.task != nil {
		out = append(out, "Connecting...")
	}
	return strings.Join(out, "\n")
}

func (c *connectScreen) Help() []binding {
	if c.asks {
		return []binding{{"enter", "connect"}, {"backspace", "clear"}, {"esc", "back"}}
	}
	return []binding{{"j/k", "move"}, {"enter", "connect"}, {"q", "leave"}}
}

// orgsScreen lets the admin choose; a single organization is opened at once.
type orgsScreen struct {
	p    pager
	list []organization.Listed
	read bool // the list is what Aiven said
}

type orgsRead struct{ list []organization.Listed }

func (o *orgsScreen) start(m *Model) tea.Cmd {
	s := m.s
	return m.run("reading the organizations", func(ctx context.Context, _ func(tea.Msg)) tea.Msg {
		list, err := s.Organizations(ctx)
		if err != nil {
			return failed{err}
		}
		return orgsRead{list}
	})
}

func (o *orgsScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	if r, ok := msg.(orgsRead); ok {
		o.read = true
		if o.list = r.list; len(o.list) == 1 {
			return m.push(newScan(o.list[0].ID.Raw()))
		}
		return nil
	}
	switch k := name(msg); k {
	case "enter":
		if m.task == nil && len(o.list) > 0 {
			return m.push(newScan(o.list[o.p.at].ID.Raw()))
		}
		if m.task == nil {
			return o.start(m)
		}
	case "esc":
		if m.task == nil && len(m.o.Sources) > 0 {
			m.s = nil
			return m.replace(&connectScreen{})
		}
		m.cancelTask()
	default:
		o.p.press(k, len(o.list), m.h-6)
	}
	return nil
}

func (o *orgsScreen) View(m *Model, w, h int) string {
	out := []string{"", m.st.bold.Render("Choose the organization"), ""}
	if m.task != nil {
		return strings.Join(append(out, "Asking Aiven which organizations this token sees..."), "\n")
	}
	if !o.read {
		return strings.Join(append(out, wrap("The organizations could not be read. enter tries again, esc goes back.", w)...), "\n")
	}
	if len(o.list) == 0 {
		return strings.Join(append(out, wrap("This token sees no organization. Ask an organization admin to invite you, or use another token. enter asks again.", w)...), "\n")
	}
	for i := o.p.top; i < min(len(o.list), o.p.top+max(1, h-4)); i++ {
		l := o.list[i]
		line := "  " + l.Name.String() + "  " + l.ID.String()
		if i == o.p.at {
			line = m.st.cursor.Render(m.g.cursor + line[1:])
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func (*orgsScreen) Help() []binding {
	return []binding{{"j/k", "move"}, {"enter", "open"}, {"esc", "back"}, {"q", "leave"}}
}
