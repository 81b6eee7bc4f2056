package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// task is work under way: one at a time, since a session serves one.
type task struct {
	id     int
	title  string
	cancel context.CancelFunc
	news   chan tea.Msg
	// waits is set while the work waits for the admin.
	waits bool
}

// taskMsg is news of a task: progress, or its end with the result.
type taskMsg struct {
	id   int
	msg  tea.Msg
	done bool
}

// failed is the end of a task that did not get its result.
type failed struct{ err error }

// run starts work that the screen in front hears of. The work gets a context
// that esc cancels, and a function that sends progress.
func (m *Model) run(title string, work func(ctx context.Context, tell func(tea.Msg)) tea.Msg) tea.Cmd {
	if m.task != nil {
		m.flash = "Still " + m.task.title + ": wait for it, or esc to cancel it."
		return nil
	}
	m.tasks++
	ctx, cancel := context.WithCancel(context.Background())
	t := &task{id: m.tasks, title: title, cancel: cancel, news: make(chan tea.Msg)}
	m.task = t
	return func() tea.Msg {
		go func() {
			end := work(ctx, func(p tea.Msg) { t.news <- taskMsg{id: t.id, msg: p} })
			cancel()
			t.news <- taskMsg{id: t.id, msg: end, done: true}
		}()
		return <-t.news
	}
}

// taskNews hands news on and waits for more until the end.
func (m *Model) taskNews(n taskMsg) tea.Cmd {
	if m.task == nil || m.task.id != n.id {
		return nil
	}
	t := m.task
	if n.done {
		m.task = nil
		if m.leaving {
			return tea.Quit
		}
		if f, ok := n.msg.(failed); ok {
			cmd := m.top().Update(m, f)
			return tea.Batch(cmd, m.fail(f.err))
		}
		if p, ok := n.msg.(planned); ok {
			// A plan may come from any screen; its preview takes the place of
			// the screens that led to it.
			if p.depth > 0 && len(m.screens) > p.depth {
				m.screens = m.screens[:p.depth]
			}
			return m.push(&previewScreen{preview: p.preview, then: p.then, check: p.check})
		}
		return m.top().Update(m, n.msg)
	}
	return tea.Batch(m.top().Update(m, n.msg), func() tea.Msg { return <-t.news })
}

// cancelTask asks the work to stop; its end still comes.
func (m *Model) cancelTask() {
	if m.task != nil {
		m.task.cancel()
	}
}
