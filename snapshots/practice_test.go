package snapshots

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/policy"
	"avn-harden/internal/sandbox"
	"avn-harden/internal/sandbox/contract"
	"avn-harden/internal/session"
	"avn-harden/steps"
	"avn-harden/tui"
)

// began is when every walk begins.
var began = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// practice is the practice organization with the wizard on it.
type practice struct {
	*walk
	box *sandbox.Sandbox
	// files are the secrets that the wizard wrote, by name.
	files map[string]string
}

// prober looks into the practice organization's own DNS.
type prober struct{ box *sandbox.Sandbox }

func (p prober) Lookup(ctx context.Context, probe steps.Probe) (bool, []string, error) {
	seen, err := p.box.LookupTXT(ctx, probe.Name)
	if err != nil {
		return false, nil, nil
	}
	for _, s := range seen {
		if s == probe.Value {
			return true, seen, nil
		}
	}
	return false, seen, nil
}

func (p prober) Publish(probe steps.Probe) {
	if probe.Kind == steps.ProbePeering {
		p.box.AcceptPeerings(probe.Name)
		return
	}
	p.box.PublishTXT(probe.Name, probe.Value)
}

// setting of a walk that differs from the usual.
type setting struct {
	token  string // name of the seed's token; "admin" by default
	dryRun bool
	ascii  bool
	fault  *sandbox.Fault
}

func open(t *testing.T, s size, set setting) *practice {
	t.Helper()
	c := &clock{at: began}
	box, err := sandbox.New(sandbox.Practice(), sandbox.Options{Now: c.Now, RandSeed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if set.fault != nil {
		box.Fail(*set.fault)
	}
	// Where Aiven's API description is at hand, every request and answer of
	// every walk is held against it.
	srv, err := sandbox.Serve(contract.Wrap(t, box), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	if set.token == "" {
		set.token = "admin"
	}
	now := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	api, err := aivenapi.New(aivenapi.Options{BaseURL: srv.URL, Token: box.Token(set.token), ReadOnly: set.dryRun,
		Now: c.Now, Sleep: now, Jitter: func() float64 { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	var ids []string
	for _, st := range steps.All() {
		for _, ch := range st.Checks {
			ids = append(ids, ch.ID)
		}
	}
	pol, err := policy.Load("", dir, ids)
	if err != nil {
		t.Fatal(err)
	}
	pol.Path = dir + "/" + policy.FileName
	sess, err := session.New(session.Options{API: api, Policy: pol, Steps: steps.All(), Now: c.Now, Sleep: now,
		Prober: prober{box}, JournalDir: dir + "/journal", DryRun: set.dryRun, Where: "practice organization", Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	random := rand.NewChaCha8([32]byte{1})
	m := tui.New(tui.Options{Session: sess, DryRun: set.dryRun, Now: c.Now, Rand: random, ASCII: set.ascii, Still: true,
		SaveReport: func(*session.Session, string) error { return nil },
		SaveSecret: func(path, content string) error { files[path] = content; return nil }})
	return &practice{start(t, s, c, m), box, files}
}

// wrote asserts that nothing was written, or exactly these requests.
func (p *practice) wrote(want ...string) {
	p.t.Helper()
	var got []string
	for _, r := range p.box.Writes() {
		var b bytes.Buffer
		b.WriteString(r.Method + " " + r.Path + " " + string(r.Body))
		got = append(got, b.String())
	}
	if len(got) != len(want) {
		p.t.Fatalf("%d writes, want %d: %q", len(got), len(want), got)
	}
	for i := range got {
		if got[i] != want[i] {
			p.t.Errorf("write %d is\n%s\nwant\n%s", i+1, got[i], want[i])
		}
	}
}
