// Package session is one organization at work: read, evaluate, plan, apply,
// read again. The wizard and the commands share it.
package session

import (
	"context"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// Prober looks up what a guide's probe names. Publisher is what the practice
// organization's prober is as well: it puts the record there when the admin says so.
type Prober interface {
	Lookup(ctx context.Context, p steps.Probe) (found bool, seen []string, err error)
}

// Publisher is a Prober that can publish (practice organization only).
type Publisher interface {
	Publish(p steps.Probe)
}

// Options of a session.
type Options struct {
	API        *aivenapi.API // read-only in a dry run
	Policy     *policy.Policy
	Steps      []steps.Step // steps.All() by default
	Now        func() time.Time
	Sleep      func(context.Context, time.Duration) error
	Prober     Prober
	JournalDir string
	DryRun     bool
	// Where names the API for display: "practice organization" or the host.
	Where string
	Demo  bool
}

// Session holds the state; safe for use from one goroutine at a time plus
// read access to the immutable values it hands out.
type Session struct {
	opt    Options
	org    *organization.Organization
	report steps.Report
	first  steps.Report // report of the first reading, for before and after
}

// New makes a session; no call is made.
func New(o Options) (*Session, error) { panic("owner fills in") }

// Organizations lists what the token can see.
func (s *Session) Organizations(ctx context.Context) ([]organization.Listed, error) {
	panic("owner fills in")
}

// Read reads the organization and evaluates. Settled are journal entries that
// were unclear and are now decided by reading.
func (s *Session) Read(ctx context.Context, orgID string, progress func(organization.Progress)) (settled []remediate.Entry, err error) {
	panic("owner fills in")
}

// Rescan reads everything again.
func (s *Session) Rescan(ctx context.Context, progress func(organization.Progress)) error {
	panic("owner fills in")
}

// Organization, Report, First and Policy give the current values; immutable.
func (s *Session) Organization() *organization.Organization { return s.org }
func (s *Session) Report() steps.Report                     { return s.report }
func (s *Session) First() steps.Report                      { return s.first }
func (s *Session) Policy() *policy.Policy                   { return s.opt.Policy }
func (s *Session) Options() Options                         { return s.opt }

// Choice is one fix for some findings with its answers.
type Choice struct {
	Fix      steps.Fix
	Check    steps.Check
	Findings []steps.Finding
	Answers  steps.Answers
}

// Plan records choices, in the safe order, and previews the plan.
func (s *Session) Plan(ctx context.Context, choices []Choice) (remediate.Preview, error) {
	panic("owner fills in")
}

// Apply applies a previewed plan, re-reads what it touched and evaluates again.
func (s *Session) Apply(ctx context.Context, p remediate.Preview, c remediate.Confirmation, progress func(remediate.Event), pause func(context.Context, remediate.Change) remediate.PauseDecision) (remediate.Result, error) {
	panic("owner fills in")
}

// History gives the journal, newest first.
func (s *Session) History() ([]remediate.Entry, error) { panic("owner fills in") }

// Undo previews the plan that puts an entry back; apply it with Apply.
func (s *Session) Undo(ctx context.Context, entryID string) (remediate.Preview, error) {
	panic("owner fills in")
}

// WouldSend gives what a dry run would have sent so far.
func (s *Session) WouldSend() []remediate.Change { panic("owner fills in") }

// Probe looks a probe up; Publish publishes it on the practice organization (false elsewhere).
func (s *Session) Probe(ctx context.Context, p steps.Probe) (bool, []string, error) {
	panic("owner fills in")
}
func (s *Session) Publish(p steps.Probe) bool { panic("owner fills in") }

// Waive and Attest write the policy file and evaluate again.
func (s *Session) Waive(w policy.Waiver) error       { panic("owner fills in") }
func (s *Session) Attest(a policy.Attestation) error { panic("owner fills in") }
