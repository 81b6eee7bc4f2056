package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/aivenapi"
	"avn-harden/remediate"
)

// errorDialog says what went wrong and what to do.
type errorDialog struct{ text string }

func (*errorDialog) Title() string { return "That did not work" }
func (d *errorDialog) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch name(msg) {
	case "enter", "esc", "space", "q":
		m.closeDialog()
	}
	return nil
}
func (d *errorDialog) View(_ *Model, w, _ int) string { return strings.Join(wrap(d.text, w), "\n") }
func (*errorDialog) Help() []binding                  { return []binding{{"enter", "close"}} }

// helpDialog lists all keys of the screen in front.
type helpDialog struct{ p pager }

func (*helpDialog) Title() string { return "Keys" }
func (d *helpDialog) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "esc", "enter", "q", "?", "shift+/":
		m.closeDialog()
	default:
		d.p.scroll(k, len(d.lines(m)), m.h-8)
	}
	return nil
}
func (d *helpDialog) lines(m *Model) []string {
	var out []string
	for _, b := range append(append([]binding(nil), m.top().Help()...), everywhere...) {
		out = append(out, m.st.bold.Render(pad(b.key, 12))+b.says)
	}
	return out
}
func (d *helpDialog) View(m *Model, _, h int) string {
	return strings.Join(d.p.shown(d.lines(m), h-2), "\n")
}
func (*helpDialog) Help() []binding { return []binding{{"esc", "close"}} }

// quitDialog asks before leaving. Default: stay.
type quitDialog struct{ opened time.Time }

func (*quitDialog) Title() string { return "Leave avn-harden?" }
func (d *quitDialog) Update(m *Model, msg tea.Msg) tea.Cmd {
	if m.o.Now().Sub(d.opened) < grace {
		return nil
	}
	switch name(msg) {
	case "y":
		m.closeDialog()
		return m.leave()
	case "n", "esc", "enter":
		m.closeDialog()
	}
	return nil
}
func (d *quitDialog) View(m *Model, w, _ int) string {
	text := "Nothing is under way."
	if m.task != nil {
		text = "Under way: " + m.task.title + ". It is cancelled; a change that is being sent is recorded in the journal and settled at the next start."
	}
	return strings.Join(wrap(text, w), "\n") + "\n\ny leave   n stay"
}
func (*quitDialog) Help() []binding { return []binding{{"y", "leave"}, {"n", "stay"}} }

// confirmDialog asks for the confirmation of a plan: y for what is reversible,
// typed names for the rest. Default: no.
type confirmDialog struct {
	preview remediate.Preview
	want    []string // what must be typed, in order
	typed   []string
	text    string
	wrong   bool
	opened  time.Time
	yes     func(*Model, remediate.Confirmation) tea.Cmd
}

func newConfirm(m *Model, p remediate.Preview, yes func(*Model, remediate.Confirmation) tea.Cmd) *confirmDialog {
	d := &confirmDialog{preview: p, opened: m.o.Now(), yes: yes}
	if p.TypeName != "" {
		d.want = append(d.want, p.TypeName)
	}
	for _, a := range p.Acks {
		if a != p.TypeName {
			d.want = append(d.want, a)
		}
	}
	return d
}

func (d *confirmDialog) Title() string {
	if len(d.preview.Changes) == 1 {
		return "Send this change?"
	}
	return "Send these changes?"
}

func (d *confirmDialog) Update(m *Model, msg tea.Msg) tea.Cmd {
	if m.o.Now().Sub(d.opened) < grace {
		return nil
	}
	k := name(msg)
	switch {
	case k == "esc":
		m.closeDialog()
		m.flash = "Nothing was sent."
		return nil
	case len(d.want) == 0 && k == "y":
		m.closeDialog()
		return d.yes(m, remediate.Confirmation{Yes: true})
	case len(d.want) == 0 && (k == "n" || k == "enter"):
		m.closeDialog()
		m.flash = "Nothing was sent."
		return nil
	case len(d.want) > 0:
		return d.write(m, msg, k)
	}
	return nil
}

func (d *confirmDialog) write(m *Model, msg tea.Msg, k string) tea.Cmd {
	d.wrong = false
	switch p := msg.(type) {
	case tea.PasteMsg:
		d.text += strings.TrimSpace(p.Content)
		return nil
	case tea.KeyPressMsg:
		switch {
		case k == "enter":
			if strings.TrimSpace(d.text) != d.want[len(d.typed)] {
				d.wrong = true
				return nil
			}
			d.typed, d.text = append(d.typed, strings.TrimSpace(d.text)), ""
			if len(d.typed) == len(d.want) {
				m.closeDialog()
				return d.yes(m, remediate.Confirmation{Yes: true, Typed: d.typed})
			}
		case k == "backspace":
			if r := []rune(d.text); len(r) > 0 {
				d.text = string(r[:len(r)-1])
			}
		case p.Text != "":
			d.text += p.Text
		}
	}
	return nil
}

func (d *confirmDialog) View(m *Model, w, _ int) string {
	var out []string
	for i, c := range d.preview.Changes {
		if i == 6 && len(d.preview.Changes) > 7 {
			out = append(out, m.st.dim.Render("and more: esc goes back to the preview"))
			break
		}
		out = append(out, wrap(m.g.bullet+" "+c.Change.Says, w)...)
	}
	out = append(out, "", "Risk: "+string(d.preview.Risk)+".")
	if m.o.DryRun {
		out = append(out, wrap("This is a dry run: nothing is sent.", w)...)
	}
	if len(d.want) == 0 {
		return strings.Join(append(out, "", "y yes   n no (enter)"), "\n")
	}
	at := min(len(d.typed), len(d.want)-1)
	out = append(out, "", "To confirm, type:  "+m.st.bold.Render(d.want[at]))
	out = append(out, "> "+aivenapi.Sanitise(d.text)+"_")
	if d.wrong {
		out = append(out, m.st.bad.Render("That is not the same. Type it exactly, or esc to go back."))
	}
	return strings.Join(out, "\n")
}

func (d *confirmDialog) Help() []binding {
	if len(d.want) == 0 {
		return []binding{{"y", "send"}, {"n", "do not send"}}
	}
	return []binding{{"enter", "confirm what is typed"}, {"esc", "do not send"}}
}

// pad fills s with blanks to n columns.
func pad(s string, n int) string {
	if w := len([]rune(s)); w < n {
		return s + strings.Repeat(" ", n-w)
	}
	return s + " "
}
