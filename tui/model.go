package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/session"
)

// The smallest terminal that the screens fit in.
const (
	leastWidth  = 60
	leastHeight = 15
)

// grace is how long a fresh dialog ignores keys: what was typed ahead for the
// screen before must not confirm anything.
const grace = 300 * time.Millisecond

// screen is one page. Update acts on the root model; View fills w by h cells,
// and what sticks out is cut.
type screen interface {
	Update(m *Model, msg tea.Msg) tea.Cmd
	View(m *Model, w, h int) string
	Help() []binding
}

// dialog stands over the screens and answers before them.
type dialog interface {
	screen
	Title() string
}

// Model is the root model. It alone makes the terminal's view.
type Model struct {
	o       Options
	s       *session.Session
	w, h    int
	st      styles
	g       glyphs
	screens []screen
	dialogs []dialog
	task    *task
	tasks   int
	leaving bool   // end when the work has ended
	flash   string // one line about what just happened, until the next key
}

// New makes the wizard.
func New(o Options) *Model {
	m := &Model{o: o, s: o.Session, st: newStyles(true), g: unicodeGlyphs}
	if o.ASCII {
		m.g = asciiGlyphs
	}
	switch {
	case m.s == nil:
		m.screens = []screen{&connectScreen{}}
	case o.OrgID != "":
		m.screens = []screen{newScan(o.OrgID)}
	default:
		m.screens = []screen{&orgsScreen{}}
	}
	return m
}

// starter is a screen that begins with work.
type starter interface{ start(m *Model) tea.Cmd }

// Init asks for the background colour, which may never come, and starts.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.begin())
}

func (m *Model) begin() tea.Cmd {
	if s, ok := m.top().(starter); ok {
		return s.start(m)
	}
	return nil
}

func (m *Model) top() screen { return m.screens[len(m.screens)-1] }

// push opens a screen on top.
func (m *Model) push(s screen) tea.Cmd {
	m.screens = append(m.screens, s)
	return m.begin()
}

// pop goes back one screen; the last stays.
func (m *Model) pop() {
	if len(m.screens) > 1 {
		m.screens = m.screens[:len(m.screens)-1]
	}
}

// home goes back to the walk.
func (m *Model) home() {
	for i, s := range m.screens {
		if w, ok := s.(*walkScreen); ok {
			m.screens = m.screens[:i+1]
			w.refresh(m)
		}
	}
}

// replace puts a screen in the place of all others.
func (m *Model) replace(s screen) tea.Cmd {
	m.screens = []screen{s}
	return m.begin()
}

func (m *Model) open(d dialog) tea.Cmd { m.dialogs = append(m.dialogs, d); return nil }

func (m *Model) closeDialog() {
	if n := len(m.dialogs); n > 0 {
		m.dialogs = m.dialogs[:n-1]
	}
}

// fail shows an error as a sentence; it never ends the program.
func (m *Model) fail(err error) tea.Cmd {
	return m.open(&errorDialog{text: explain(err)})
}

func (m *Model) tooSmall() bool { return m.w < leastWidth || m.h < leastHeight }

// leave cancels what is under way and ends the program when it has ended: a
// change that is being sent gets its outcome written down.
func (m *Model) leave() tea.Cmd {
	if m.task == nil {
		return tea.Quit
	}
	m.leaving = true
	m.cancelTask()
	return nil
}

// Busy says whether work is under way that will end by itself.
func (m *Model) Busy() bool { return m.task != nil && !m.task.waits }

// Update handles one message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		return m, m.deliver(msg)
	case tea.BackgroundColorMsg:
		m.st = newStyles(msg.IsDark())
		return m, m.deliver(msg)
	case taskMsg:
		return m, m.taskNews(msg)
	case tea.KeyPressMsg:
		return m, m.key(msg)
	}
	return m, m.deliver(msg)
}

// deliver hands a message to whatever is in front.
func (m *Model) deliver(msg tea.Msg) tea.Cmd {
	if n := len(m.dialogs); n > 0 {
		if _, isKey := msg.(tea.KeyPressMsg); isKey {
			return m.dialogs[n-1].Update(m, msg)
		}
		switch msg.(type) {
		case tea.PasteMsg:
			return m.dialogs[n-1].Update(m, msg)
		case tea.MouseMsg:
			// A dialog covers what is below: nothing there can be clicked.
			return nil
		}
	}
	return m.top().Update(m, msg)
}

func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	m.flash = ""
	switch name := k.String(); {
	case name == "ctrl+c":
		if m.task != nil && len(m.dialogs) == 0 {
			return m.open(&quitDialog{m.o.Now()})
		}
		return m.leave()
	case m.tooSmall():
		// What cannot be seen must not act.
		return nil
	case len(m.dialogs) > 0 || m.typing():
		return m.deliver(k)
	case name == "?" || name == "shift+/" || k.Text == "?":
		return m.open(&helpDialog{})
	case name == "q":
		return m.open(&quitDialog{m.o.Now()})
	}
	return m.deliver(k)
}

// typist is a screen that takes text: letters are no commands there.
type typist interface{ typing() bool }

func (m *Model) typing() bool {
	t, ok := m.top().(typist)
	return ok && t.typing()
}
