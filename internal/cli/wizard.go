package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/pflag"

	"avn-harden/internal/report"
	"avn-harden/internal/session"
	"avn-harden/tui"
)

// wizardFlags are the flags of the wizard itself.
type wizardFlags struct {
	shared
	dryRun bool
	ascii  bool
}

func (w *wizardFlags) flags(f *pflag.FlagSet) {
	w.shared.flags(f)
	f.BoolVar(&w.dryRun, "dry-run", false, "walk through everything and send nothing: shows what would have been sent")
	f.BoolVar(&w.ascii, "ascii", false, "draw with plain ASCII characters")
}

// The ids of the sources on the connect screen.
const (
	sourceDemo        = "demo"
	sourceEnvironment = "environment"
	sourcePaste       = "paste"
)

func runWizard(ctx context.Context, env Env, w wizardFlags) error {
	if !env.Terminal {
		return usage("the wizard needs a terminal, and standard input or output is none. " +
			"Run it in a terminal, or use avn-harden scan")
	}
	c := &connection{env: env, shared: w.shared, dryRun: w.dryRun}
	defer c.close()
	o := tui.Options{
		OrgID: w.organization, DryRun: w.dryRun, Now: env.Now, Rand: rand.Reader,
		OpenURL: openURL, ASCII: w.ascii,
		Connect: func(_ context.Context, s tui.Source) (*session.Session, error) { return c.connect(s) },
	}
	cred, tokenErr := findToken(env)
	switch {
	case w.demo:
		s, err := c.practice()
		if err != nil {
			return err
		}
		o.Session = s
	case tokenErr == nil:
		// What is wrong with the token, address or policy is said before the
		// screen changes, where it can be read and copied.
		s, err := c.real(cred)
		if err != nil {
			return err
		}
		if _, err := s.Organizations(ctx); err != nil {
			return err
		}
		o.Session = s
	case errors.Is(tokenErr, errNoToken):
		o.Sources = []tui.Source{
			{ID: sourceDemo, Title: "Practice organization", Detail: "a made-up company on this machine: nothing can go wrong"},
			{ID: sourcePaste, Title: "Paste a token", Detail: "it is kept in memory only", NeedsToken: true},
		}
	default:
		return tokenErr
	}
	o.SaveReport = func(s *session.Session, path string) error { return saveReport(env, s, path) }
	o.SaveSecret = saveSecret
	err := tui.Run(ctx, o)
	if errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return err
}

// connect opens the source chosen on the connect screen.
func (c *connection) connect(s tui.Source) (*session.Session, error) {
	switch s.ID {
	case sourceDemo:
		return c.practice()
	case sourcePaste:
		return c.real(credential{s.Token, "pasted"})
	case sourceEnvironment:
		cred, err := findToken(c.env)
		if err != nil {
			return nil, err
		}
		return c.real(cred)
	}
	return nil, fmt.Errorf("there is no way to connect by %q", s.ID)
}

func saveReport(env Env, s *session.Session, path string) error {
	in := report.Input{Org: s.Organization(), Report: s.Report(), GeneratedAt: env.Now().UTC()}
	var b bytes.Buffer
	if err := report.Write(&b, "json", in); err != nil {
		return err
	}
	return writeReport(env, path, func(w io.Writer) error { _, err := b.WriteTo(w); return err })
}

// saveSecret writes a secret to a new file, which only its owner can read.
func saveSecret(path, content string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and is not overwritten: choose another name", path)
	}
	if err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	_, err = f.WriteString(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// openURL opens a page in the desktop's browser.
func openURL(url string) error {
	name := "xdg-open"
	if runtime.GOOS == "darwin" {
		name = "open"
	}
	if err := exec.Command(name, url).Start(); err != nil {
		return fmt.Errorf("open %s: %w. Copy the address instead (y)", url, err)
	}
	return nil
}
