package cli

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/policy"
	"avn-harden/internal/session"
	"avn-harden/steps"
)

const defaultURL = "https://api.aiven.io"

// connection is how a command reaches an organization, and what must be
// closed when it is done.
type connection struct {
	env    Env
	shared shared
	// readOnly: the transport carries nothing but GET and HEAD (scan, dry run).
	readOnly bool
	dryRun   bool
	steps    []steps.Step // what to evaluate; all if nil
	closers  []func() error
}

func (c *connection) close() {
	for i := len(c.closers) - 1; i >= 0; i-- {
		_ = c.closers[i]() // nothing is left to do about it, and nothing depends on it
	}
	c.closers = nil
}

// open connects to the practice organization or, with the token found in the
// environment, to Aiven.
func (c *connection) open(ctx context.Context) (*session.Session, error) {
	if c.shared.demo {
		return c.practice()
	}
	cred, err := findToken(c.env)
	if err != nil {
		return nil, err
	}
	return c.real(cred)
}

func (c *connection) real(cred credential) (*session.Session, error) {
	base := c.env.Getenv("AIVEN_WEB_URL")
	if base == "" {
		base = defaultURL
	}
	api, err := c.api(base, cred.token)
	if err != nil {
		return nil, err
	}
	pol, err := c.policy(c.env.Workdir)
	if err != nil {
		return nil, err
	}
	state, err := stateDir(c.env)
	if err != nil {
		return nil, err
	}
	prober, practising, err := newProber(c.env)
	if err != nil {
		return nil, err
	}
	return session.New(session.Options{
		API: api, Policy: pol, Steps: c.checklist(), Now: c.env.Now, Sleep: sleep,
		Prober: prober, JournalDir: filepath.Join(state, "journal"),
		DryRun: c.dryRun, Where: host(base), Demo: practising,
	})
}

// practice serves the practice organization on a loopback port and connects to
// it. Its policy and journal live in a directory that goes away with it, so
// that trying things out leaves nothing behind.
func (c *connection) practice() (*session.Session, error) {
	sb, err := startPractice(c.env)
	if err != nil {
		return nil, err
	}
	c.closers = append(c.closers, sb.close)
	dir, err := os.MkdirTemp("", "avn-harden-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the practice organization's journal: %w", err)
	}
	c.closers = append(c.closers, func() error { return os.RemoveAll(dir) })
	api, err := c.api(sb.url, sb.token)
	if err != nil {
		return nil, err
	}
	// Its own file, so that the admin's own policy is neither read nor written.
	file := filepath.Join(dir, policy.FileName)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return nil, fmt.Errorf("make the practice organization's policy file: %w", err)
	}
	if c.shared.config != "" {
		file = c.shared.config
	}
	pol, err := policy.Load(file, dir, ids(steps.All(), true))
	if err != nil {
		return nil, err
	}
	return session.New(session.Options{
		API: api, Policy: pol, Steps: c.checklist(), Now: c.env.Now, Sleep: sleep,
		Prober: sb, JournalDir: filepath.Join(dir, "journal"),
		DryRun: c.dryRun, Where: "practice organization", Demo: true,
	})
}

func (c *connection) api(base, token string) (*aivenapi.API, error) {
	o := aivenapi.Options{
		BaseURL: base, Token: token, ReadOnly: c.readOnly || c.dryRun,
		UserAgent: "avn-harden/" + c.env.Version, Now: c.env.Now, Sleep: sleep,
	}
	if path := c.shared.debugLog; path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open the debug log: %w", err)
		}
		c.closers = append(c.closers, f.Close)
		o.Debug = f
	}
	return aivenapi.New(o)
}

// policy loads the policy, from --config or else from what workdir and the
// XDG configuration hold.
func (c *connection) policy(workdir string) (*policy.Policy, error) {
	return policy.Load(c.shared.config, workdir, ids(steps.All(), true))
}

// pick chooses the organization for commands that cannot ask.
func (c *connection) pick(ctx context.Context, s *session.Session) (string, error) {
	if c.shared.organization != "" {
		return c.shared.organization, nil
	}
	list, err := s.Organizations(ctx)
	if err != nil {
		return "", err
	}
	switch len(list) {
	case 0:
		return "", exitError{ExitError, fmt.Errorf("this token sees no organization. Ask an organization admin to invite you, or use another token")}
	case 1:
		return list[0].ID.Raw(), nil
	}
	var names []string
	for _, o := range list {
		names = append(names, fmt.Sprintf("%s (%s)", o.ID, o.Name))
	}
	return "", usage("this token sees several organizations; say which one with --organization: %s", strings.Join(names, ", "))
}

func (c *connection) checklist() []steps.Step {
	if c.steps != nil {
		return c.steps
	}
	return steps.All()
}

// stateDir is where the journal lives.
func stateDir(env Env) (string, error) {
	if d := env.Getenv("XDG_STATE_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "avn-harden"), nil
	}
	home, err := env.HomeDir()
	if err != nil {
		return "", fmt.Errorf("find the home directory for the journal: %w. Set XDG_STATE_HOME to a directory of yours", err)
	}
	return filepath.Join(home, ".local", "state", "avn-harden"), nil
}

func host(base string) string {
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		return aivenapi.Sanitise(u.Host)
	}
	return "Aiven"
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
