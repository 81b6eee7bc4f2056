package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"

	"avn-harden/internal/session"
	"avn-harden/steps"
)

// inputsScreen asks the questions of a fix.
type inputsScreen struct {
	title string
	lead  string // a paragraph above the questions
	form  *huh.Form
	// leave goes back when the admin gives up; nil: one screen back.
	leave func(m *Model)
	read  func() steps.Answers
	done  func(m *Model, a steps.Answers) tea.Cmd
	also  func(m *Model, msg tea.Msg) (tea.Cmd, bool)
}

type submitted struct{}
type aborted struct{}

func newInputs(m *Model, fl *flow, c *session.Choice, qs []steps.Question) *inputsScreen {
	title := c.Fix.Title
	lead := ""
	switch len(c.Findings) {
	case 0:
	case 1:
		lead = c.Findings[0].Title
	default:
		title += " (" + plural(len(c.Findings), "finding") + ")"
	}
	s := newForm(m, title, qs)
	s.lead = lead
	s.done = func(m *Model, a steps.Answers) tea.Cmd { c.Answers = a; return fl.next(m) }
	s.also, s.leave = fl.took, fl.leave
	return s
}

// newForm builds the form for questions.
func newForm(m *Model, title string, qs []steps.Question) *inputsScreen {
	values := map[string]*string{}
	yes := map[string]*bool{}
	many := map[string]*[]string{}
	read := func() steps.Answers {
		a := steps.Answers{}
		for _, q := range qs {
			switch q.Kind {
			case steps.AskConfirm:
				if *yes[q.Key] {
					a[q.Key] = "true"
				}
			case steps.AskMany:
				a[q.Key] = strings.Join(*many[q.Key], "\n")
			default:
				a[q.Key] = *values[q.Key]
			}
		}
		for _, q := range qs {
			if q.Hidden != nil && q.Hidden(a) {
				delete(a, q.Key)
			}
		}
		return a
	}
	var groups []*huh.Group
	for _, q := range qs {
		v := q.Default
		values[q.Key], yes[q.Key], many[q.Key] = &v, new(bool), &[]string{}
		if q.Kind == steps.AskMany && v != "" {
			*many[q.Key] = strings.Split(v, "\n")
		}
		g := huh.NewGroup(field(q, values[q.Key], yes[q.Key], many[q.Key]))
		if q.Hidden != nil {
			g = g.WithHideFunc(func() bool { return q.Hidden(read()) })
		}
		groups = append(groups, g)
	}
	keys := huh.NewDefaultKeyMap()
	keys.Quit = key.NewBinding(key.WithKeys("esc"))
	form := huh.NewForm(groups...).WithKeyMap(keys).WithShowHelp(false).WithTheme(huh.ThemeFunc(m.formTheme))
	form.SubmitCmd = func() tea.Msg { return submitted{} }
	form.CancelCmd = func() tea.Msg { return aborted{} }
	return &inputsScreen{title: title, form: form, read: read}
}

// mostOptions are in sight at once; the rest is scrolled to.
const mostOptions = 12

func field(q steps.Question, v *string, yes *bool, many *[]string) huh.Field {
	check := func(s string) error {
		if q.Optional && strings.TrimSpace(s) == "" || q.Validate == nil {
			return nil
		}
		return q.Validate(s)
	}
	switch q.Kind {
	case steps.AskLong:
		return huh.NewText().Title(q.Title).Description(q.Help).Lines(6).CharLimit(0).ExternalEditor(false).Value(v).Validate(check)
	case steps.AskChoice:
		return huh.NewSelect[string]().Title(q.Title).Description(q.Help).Options(options(q)...).Value(v).Validate(check)
	case steps.AskMany:
		return huh.NewMultiSelect[string]().Title(q.Title).Description(q.Help).Options(options(q)...).Value(many).
			Height(min(len(q.Options), mostOptions) + 2).
			Validate(func(list []string) error { return check(strings.Join(list, "\n")) })
	case steps.AskConfirm:
		return huh.NewConfirm().Title(q.Title).Description(q.Help).Value(yes).WithButtonAlignment(lipgloss.Left)
	case steps.AskSecret:
		return huh.NewInput().Title(q.Title).Description(q.Help).EchoMode(huh.EchoModePassword).Value(v).Validate(check)
	}
	return huh.NewInput().Title(q.Title).Description(q.Help).Value(v).Validate(check)
}

func options(q steps.Question) []huh.Option[string] {
	out := make([]huh.Option[string], 0, len(q.Options))
	for _, o := range q.Options {
		out = append(out, huh.NewOption(o.Label, o.Value))
	}
	return out
}

func (s *inputsScreen) typing() bool { return true }

func (s *inputsScreen) start(m *Model) tea.Cmd {
	return tea.Batch(s.form.Init(), func() tea.Msg { return tea.WindowSizeMsg{Width: m.w, Height: m.h} })
}

func (s *inputsScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch size := msg.(type) {
	case submitted:
		return s.done(m, s.read())
	case aborted:
		if s.leave != nil {
			s.leave(m)
		} else {
			m.pop()
		}
		m.flash = "Nothing was changed."
		return nil
	case tea.WindowSizeMsg:
		// The form draws itself as large as the terminal: it gets what is ours.
		s.form = s.form.WithWidth(min(size.Width-2, 90))
		// Header, footer, title and what leads in are not the form's.
		above := 6
		if s.lead != "" {
			above += len(wrap(s.lead, size.Width)) + 1
		}
		msg = tea.WindowSizeMsg{Width: size.Width - 2, Height: max(6, size.Height-above)}
	}
	if s.also != nil {
		if cmd, ok := s.also(m, msg); ok {
			return cmd
		}
	}
	f, cmd := s.form.Update(msg)
	if form, ok := f.(*huh.Form); ok {
		s.form = form
	}
	return cmd
}

func (s *inputsScreen) View(m *Model, w, _ int) string {
	out := []string{m.st.title.Render(s.title), ""}
	if s.lead != "" {
		out = append(append(out, wrap(s.lead, w)...), "")
	}
	return strings.Join(append(out, s.form.View()), "\n")
}

// Help names the keys of the question in front: the form shows none of its own.
func (s *inputsScreen) Help() []binding {
	var out []binding
	switch s.form.GetFocusedField().(type) {
	case *huh.Select[string]:
		out = []binding{{"up/down", "choose"}, {"/", "filter"}}
	case *huh.MultiSelect[string]:
		out = []binding{{"space", "mark"}, {"ctrl+a", "mark all"}, {"/", "filter"}}
	case *huh.Text:
		out = []binding{{"alt+enter", "new line"}}
	case *huh.Confirm:
		out = []binding{{"y", "yes"}, {"n", "no"}}
	}
	return append(append([]binding{{"enter", "next"}}, out...), binding{"esc", "give up"}, binding{"shift+tab", "back a question"})
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strings.Join([]string{itoa(n), what + "s"}, " ")
}
