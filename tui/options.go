// Package tui is the wizard: one file per screen over one root model, which
// alone makes the terminal's view.
package tui

import (
	"context"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/session"
)

// Source is one way to connect, offered on the first screen.
type Source struct {
	ID, Title, Detail string
	// NeedsToken asks for a token, which comes back in Token.
	NeedsToken bool
	Token      string
}

// Options of the wizard. Now and either Session or Connect with Sources are required.
type Options struct {
	// Session is set when the command line has connected already.
	Session *session.Session
	// OrgID is the organization to open without asking.
	OrgID   string
	Sources []Source
	Connect func(context.Context, Source) (*session.Session, error)
	DryRun  bool
	Now     func() time.Time
	// Rand makes passphrases.
	Rand io.Reader
	// OpenURL opens a page in a browser; nil: only copying is offered.
	OpenURL func(string) error
	// SaveSecret writes a secret to a new file that only its owner can read; it
	// never overwrites. Nil: only showing and copying are offered.
	SaveSecret func(path, content string) error
	// SaveReport writes the report of the session to a file.
	SaveReport func(*session.Session, string) error
	// ASCII draws without characters beyond ASCII.
	ASCII bool
	// Still keeps everything that moves by itself off the screen, for tests.
	Still bool
}

// Run shows the wizard until the admin leaves it.
func Run(ctx context.Context, o Options) error {
	if _, err := tea.NewProgram(New(o), tea.WithContext(ctx)).Run(); err != nil {
		return fmt.Errorf("run the wizard: %w", err)
	}
	return nil
}
