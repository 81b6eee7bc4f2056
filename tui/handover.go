package tui

import (
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/aivenapi"
	"avn-harden/remediate"
)

// handAsked is a secret that the admin must take now.
type handAsked struct {
	change  remediate.Change
	secrets []remediate.Secret
}

// handover shows a secret once. It is hidden until asked for, so that nobody
// reads it over a shoulder, and goes on only when it was taken.
type handover struct {
	asked   handAsked
	at      time.Time
	shown   bool
	taken   bool
	leaving bool
	naming  bool // the file's name is being typed
	path    string
	note    string
}

func newHandover(m *Model, a handAsked) *handover {
	return &handover{asked: a, at: m.o.Now(), path: "aiven-secret-" + m.o.Now().UTC().Format("20060102-150405") + ".txt"}
}

var errNotTaken = errors.New("nobody took it")

func (h *handover) update(m *Model, a *applyScreen, msg tea.Msg) tea.Cmd {
	if h.naming {
		return h.name(m, msg)
	}
	k := name(msg)
	if k == "" || m.o.Now().Sub(h.at) < grace {
		return nil
	}
	if h.leaving {
		h.leaving = false
		if k == "x" {
			return h.end(m, a, errNotTaken)
		}
		return nil
	}
	switch k {
	case "v":
		h.shown = !h.shown
		h.taken = h.taken || h.shown
	case "c":
		h.taken, h.note = true, "Copied, if your terminal lets programs copy. Check by pasting it where it belongs."
		return tea.SetClipboard(h.text(len(h.asked.secrets) > 1))
	case "w":
		if m.o.SaveSecret != nil {
			h.naming, h.note = true, ""
		}
	case "y":
		if !h.taken {
			h.note = "Take it first: look at it (v), copy it (c) or write it to a file (w)."
			return nil
		}
		return h.end(m, a, nil)
	case "esc":
		h.leaving = true
	}
	return nil
}

// end lets the plan go on, and forgets the secret.
func (h *handover) end(m *Model, a *applyScreen, err error) tea.Cmd {
	a.hand = nil
	if m.task != nil {
		m.task.waits = false
	}
	return func() tea.Msg { a.taken <- err; return nil }
}

// text is the secret to copy or write.
func (h *handover) text(labels bool) string {
	var out []string
	for _, s := range h.asked.secrets {
		if labels {
			out = append(out, s.Label+": "+s.Value)
		} else {
			out = append(out, s.Value)
		}
	}
	return strings.Join(out, "\n")
}

// name takes the name of the file to write to.
func (h *handover) name(m *Model, msg tea.Msg) tea.Cmd {
	switch k := msg.(type) {
	case tea.PasteMsg:
		h.path += strings.TrimSpace(k.Content)
	case tea.KeyPressMsg:
		switch s := k.String(); {
		case s == "esc":
			h.naming = false
		case s == "enter":
			h.naming = false
			if err := m.o.SaveSecret(h.path, h.text(len(h.asked.secrets) > 1)+"\n"); err != nil {
				h.note = explain(err)
				return nil
			}
			h.taken, h.note = true, "Written to "+aivenapi.Sanitise(h.path)+", readable by you alone. Move it to where it belongs, and delete it."
		case s == "backspace":
			if r := []rune(h.path); len(r) > 0 {
				h.path = string(r[:len(r)-1])
			}
		case s == "ctrl+u":
			h.path = ""
		case k.Text != "":
			h.path += k.Text
		}
	}
	return nil
}

func (h *handover) view(m *Model, w int) string {
	out := append([]string{""}, styled(m.st.title, "Take it now: "+h.asked.change.Hands.Says, w)...)
	out = append(append(out, ""), wrap("Aiven tells it this once, and this program does not keep it: when you go on, it is gone from here.", w)...)
	out = append(out, "")
	for _, s := range h.asked.secrets {
		value := strings.Repeat("•", 12)
		if m.o.ASCII {
			value = strings.Repeat("*", 12)
		}
		if h.shown {
			value = s.Value
		}
		out = append(out, m.st.bold.Render(s.Label))
		for _, l := range strings.Split(strings.TrimRight(value, "\n"), "\n") {
			out = append(out, chunks(aivenapi.Sanitise(l), w)...)
		}
	}
	out = append(out, "")
	switch {
	case h.naming:
		out = append(out, "Write to the file: "+aivenapi.Sanitise(h.path)+"_", "enter writes it, esc goes back")
	case h.leaving:
		out = append(out, wrap("Without it, what was made is of no use to anybody and has to be revoked or deleted. x goes on without it; any other key goes back.", w)...)
	default:
		show := "v  show it"
		if h.shown {
			show = "v  hide it"
		}
		out = append(out, show, "c  copy it")
		if m.o.SaveSecret != nil {
			out = append(out, "w  write it to a file that only you can read")
		}
		out = append(out, "y  I have it, go on")
	}
	if h.note != "" {
		out = append(append(out, ""), wrap(h.note, w)...)
	}
	return strings.Join(out, "\n")
}

// chunks breaks text without blanks, so that all of it can be read and marked.
func chunks(s string, w int) []string {
	r := []rune(s)
	var out []string
	for w = max(10, w); len(r) > w; r = r[w:] {
		out = append(out, string(r[:w]))
	}
	return append(out, string(r))
}

func (h *handover) help() []binding {
	switch {
	case h.naming:
		return []binding{{"enter", "write"}, {"esc", "back"}}
	case h.leaving:
		return []binding{{"x", "go on without it"}, {"esc", "back"}}
	}
	return []binding{{"v", "show"}, {"c", "copy"}, {"w", "write to a file"}, {"y", "I have it"}, {"esc", "leave it"}}
}
