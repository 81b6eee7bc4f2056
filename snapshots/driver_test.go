package snapshots

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/charmbracelet/x/exp/teatest/v2"
)

// patience bounds every wait of a walk; it is no measurement.
const patience = 20 * time.Second

// size of a terminal.
type size struct{ w, h int }

func (s size) String() string { return fmt.Sprintf("%dx%d", s.w, s.h) }

// sizes are the terminals that every walk is taken on.
var sizes = []size{{80, 24}, {120, 40}}

// root is what the driver needs of the wizard beyond tea.Model.
type root interface {
	tea.Model
	Busy() bool
}

// witness passes everything through to the wizard and keeps its latest frame,
// so that a walk can wait for a screen without racing the program.
type witness struct {
	inner root
	seen  *seen
}

type seen struct {
	mu     sync.Mutex
	frame  string
	busy   bool
	change chan struct{}
}

func (w witness) Init() tea.Cmd {
	cmd := w.inner.Init()
	w.note()
	return cmd
}

func (w witness) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if s, ok := msg.(handled); ok {
		close(s.ack)
		return w, nil
	}
	m, cmd := w.inner.Update(msg)
	next := witness{m.(root), w.seen}
	next.note()
	return next, cmd
}

func (w witness) View() tea.View { return w.inner.View() }

func (w witness) note() {
	frame, busy := plain(w.inner.View().Content), w.inner.Busy()
	w.seen.mu.Lock()
	w.seen.frame, w.seen.busy = frame, busy
	close(w.seen.change)
	w.seen.change = make(chan struct{})
	w.seen.mu.Unlock()
}

// plain is a frame as text: no styles, no trailing blanks.
func plain(s string) string {
	lines := strings.Split(ansi.Strip(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// walk is one program being driven by key presses.
type walk struct {
	t     *testing.T
	tm    *teatest.TestModel
	seen  *seen
	clock *clock
}

// clock moves only when a key is pressed, so that screens and plans are the
// same in every run.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) tick(d time.Duration) {
	c.mu.Lock()
	c.at = c.at.Add(d)
	c.mu.Unlock()
}

func start(t *testing.T, s size, c *clock, m root) *walk {
	t.Helper()
	sn := &seen{change: make(chan struct{})}
	tm := teatest.NewTestModel(t, witness{m, sn}, teatest.WithInitialTermSize(s.w, s.h),
		teatest.WithProgramOptions(
			tea.WithContext(context.Background()),
			tea.WithColorProfile(colorprofile.TrueColor),
			tea.WithEnvironment([]string{"TERM=xterm-256color"}),
		))
	w := &walk{t: t, tm: tm, seen: sn, clock: c}
	t.Cleanup(func() {
		if err := tm.Quit(); err != nil {
			t.Errorf("quit: %v", err)
		}
		tm.WaitFinished(t, teatest.WithFinalTimeout(patience))
	})
	return w
}

// press sends keys by name: "j", "enter", "esc", "space", "shift+tab".
func (w *walk) press(keys ...string) {
	w.t.Helper()
	for _, k := range keys {
		w.idle()
		w.clock.tick(time.Second)
		w.tm.Send(key(k))
	}
	w.idle()
}

// write types text, one key press per character.
func (w *walk) write(text string) {
	w.t.Helper()
	w.idle()
	w.clock.tick(time.Second)
	for _, r := range text {
		w.tm.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	w.idle()
}

// idle waits until all sent so far is handled and nothing is under way.
func (w *walk) idle() {
	w.t.Helper()
	ack := make(chan struct{})
	w.tm.Send(handled{ack})
	select {
	case <-ack:
	case <-time.After(patience):
		w.t.Fatalf("the program does not take messages; it shows:\n%s", w.frame())
	}
	w.wait("idle", func(_ string, busy bool) bool { return !busy })
}

// see waits for text on a screen at rest.
func (w *walk) see(text string) {
	w.t.Helper()
	w.wait(fmt.Sprintf("%q", text), func(f string, busy bool) bool { return !busy && strings.Contains(f, text) })
}

func (w *walk) wait(what string, ok func(string, bool) bool) {
	w.t.Helper()
	deadline := time.After(patience)
	for {
		w.seen.mu.Lock()
		frame, busy, change := w.seen.frame, w.seen.busy, w.seen.change
		w.seen.mu.Unlock()
		if ok(frame, busy) {
			return
		}
		select {
		case <-change:
		case <-deadline:
			w.t.Fatalf("waited for %s; the screen shows:\n%s", what, frame)
		}
	}
}

func (w *walk) frame() string {
	w.seen.mu.Lock()
	defer w.seen.mu.Unlock()
	return w.seen.frame
}

// settled waits for the screen to stay as it is: forms draw themselves in
// several steps, by messages of their own.
func (w *walk) settled() string {
	w.t.Helper()
	const rounds = 4
	w.idle()
	last := w.frame()
	for same := 0; same < rounds; same++ {
		time.Sleep(25 * time.Millisecond)
		w.idle()
		if now := w.frame(); now != last {
			last, same = now, -1
		}
	}
	return last
}

// golden compares the screen with testdata/<test>/<name>.golden.
func (w *walk) golden(name string) {
	w.t.Helper()
	frame := w.settled()
	w.t.Run(name, func(t *testing.T) {
		used.add(t.Name())
		golden.RequireEqual(t, frame)
	})
}

// handled is a message that the wizard ignores; its handling proves that all
// sent before it was handled.
type handled struct{ ack chan struct{} }

// goldens that a test asked for, by test name.
type names struct {
	mu  sync.Mutex
	set map[string]bool
}

func (n *names) add(s string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set[s] = true
}

var used = &names{set: map[string]bool{}}

// TestMain fails when a golden file is there that no test used. With -run or
// -short not all tests run, so nothing can be said about the files.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && wholeRun() {
		for _, f := range unused("testdata") {
			fmt.Fprintf(os.Stderr, "no test uses the golden file %s: delete it\n", f)
			code = 1
		}
	}
	os.Exit(code)
}

func wholeRun() bool {
	for _, a := range os.Args[1:] {
		if strings.HasPrefix(a, "-test.run=") || strings.HasPrefix(a, "-test.skip=") || strings.HasPrefix(a, "-test.list=") || strings.HasPrefix(a, "-test.fuzz=") {
			return false
		}
	}
	return true
}

func unused(dir string) []string {
	var out []string
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), dir+"/"), ".golden")
		if !used.set[name] {
			out = append(out, path)
		}
		return nil
	})
	return out
}
