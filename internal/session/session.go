// Package session is one organization at work: read, evaluate, plan, apply,
// read again. The wizard and the commands share it.
package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// Session holds the state. Its work is for one goroutine at a time; meanwhile
// others may ask for the immutable values that it hands out.
type Session struct {
	// mu guards what the getters hand out against the work that replaces it.
	mu      sync.RWMutex
	opt     Options
	org     *organization.Organization
	report  steps.Report
	first   steps.Report // report of the first reading, for before and after
	journal *remediate.Journal
	// journalOrg is the id of the organization that the journal is of.
	journalOrg string
	// planned is the organization that the newest preview was made on: what
	// the admin confirms is that, even if it was read again meanwhile.
	planned   *organization.Organization
	wouldSend []remediate.Change
}

// New makes a session; no call is made.
func New(o Options) (*Session, error) {
	switch {
	case o.API == nil:
		return nil, errors.New("start a session: there is no connection to the API")
	case o.DryRun && !o.API.ReadOnly():
		return nil, errors.New("start a session: a dry run needs a read-only connection, so that it cannot change anything")
	}
	if o.Policy == nil {
		o.Policy = policy.Default()
	}
	if o.Steps == nil {
		o.Steps = steps.All()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Session{opt: o}, nil
}

// Organizations lists what the token can see.
func (s *Session) Organizations(ctx context.Context) ([]organization.Listed, error) {
	return organization.List(ctx, s.opt.API)
}

// Read reads the organization and evaluates. Settled are journal entries that
// were unclear and are now decided by reading.
func (s *Session) Read(ctx context.Context, orgID string, progress func(organization.Progress)) (settled []remediate.Entry, err error) {
	o, err := organization.Read(ctx, s.opt.API, orgID, organization.Options{Progress: progress, Now: s.opt.Now})
	if aivenapi.NotFound(err) {
		return nil, fmt.Errorf("there is no organization %s, or this token does not see it. Check the id, or leave it out to choose", aivenapi.Sanitise(orgID))
	}
	if err != nil {
		return nil, err
	}
	if s.org == nil || s.org.ID != o.ID {
		s.planned = nil
		s.take(o)
		s.mu.Lock()
		s.first = s.report
		s.mu.Unlock()
	} else {
		s.take(o)
	}
	j, err := s.open()
	if err != nil || j == nil {
		return nil, err
	}
	settled, err = j.Settle(o, s.opt.Now())
	if err != nil {
		return settled, fmt.Errorf("settle what was unclear: %w", err)
	}
	return settled, nil
}

// open opens the journal of the organization, once; nil without a directory for it.
func (s *Session) open() (*remediate.Journal, error) { return s.journalOf(s.org) }

func (s *Session) journalOf(o *organization.Organization) (*remediate.Journal, error) {
	if s.opt.JournalDir == "" || o == nil {
		return nil, nil
	}
	s.mu.RLock()
	j, of := s.journal, s.journalOrg
	s.mu.RUnlock()
	if j != nil && of == o.ID.Raw() {
		return j, nil
	}
	j, err := remediate.OpenJournal(s.opt.JournalDir, o.ID.Raw())
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal, s.journalOrg = j, o.ID.Raw()
	return j, nil
}

func (s *Session) take(o *organization.Organization) {
	s.replace(o, s.opt.Policy)
}

// replace evaluates before it takes the lock, so that nobody waits for it.
func (s *Session) replace(o *organization.Organization, p *policy.Policy) {
	var r steps.Report
	if o != nil {
		r = steps.Evaluate(s.opt.Steps, s.inputOn(o, p))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org, s.opt.Policy, s.report = o, p, r
}

// Input is what checks and fixes see now.
func (s *Session) Input() steps.Input {
	return s.inputOn(s.Organization(), s.Policy())
}

func (s *Session) inputOn(o *organization.Organization, p *policy.Policy) steps.Input {
	return steps.Input{Org: o, Policy: p, Now: s.opt.Now(), Rotations: s.rotations(o)}
}

var errNotRead = errors.New("no organization was read yet")

// Rescan reads everything again, and settles what the journal has as unclear.
func (s *Session) Rescan(ctx context.Context, progress func(organization.Progress)) error {
	if s.org == nil {
		return errNotRead
	}
	_, err := s.Read(ctx, s.org.ID.Raw(), progress)
	return err
}

// Organization is what was last read; immutable.
func (s *Session) Organization() *organization.Organization {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.org
}

// Report is the checklist evaluated on Organization; immutable.
func (s *Session) Report() steps.Report {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.report
}

// First is the report of the first reading.
func (s *Session) First() steps.Report {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.first
}

// Policy is the policy in force, with what was waived and attested meanwhile.
func (s *Session) Policy() *policy.Policy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.opt.Policy
}

// Options are those that the session was made with, defaults filled in.
func (s *Session) Options() Options {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.opt
}

// Probe looks a probe up.
func (s *Session) Probe(ctx context.Context, p steps.Probe) (bool, []string, error) {
	if p.Kind == steps.ProbePeering {
		return s.peerings(ctx, p)
	}
	if s.opt.Prober == nil {
		return false, nil, errors.New("there is nothing to look this up with")
	}
	return s.opt.Prober.Lookup(ctx, p)
}

// peerings reads whether all peerings of a VPC are as wanted, and what they
// are instead.
func (s *Session) peerings(ctx context.Context, p steps.Probe) (bool, []string, error) {
	o, err := organization.Again(ctx, s.opt.API, s.Organization(), organization.Options{
		Parts: []organization.Part{organization.PartVPCs, organization.PartOrgVPCs}, Now: s.opt.Now,
	})
	if err != nil {
		return false, nil, fmt.Errorf("read the peerings: %w", err)
	}
	s.take(s.complete(ctx, o))
	for _, v := range o.VPCs {
		if !v.ID.Is(p.Name) {
			continue
		}
		all := len(v.Peerings) > 0
		var seen []string
		for _, x := range v.Peerings {
			if x.State.Is("DELETED") || x.State.Is("DELETING") {
				continue
			}
			seen = append(seen, fmt.Sprintf("%s: %s", x.PeerVPC, x.State))
			all = all && x.State.Is(p.Value)
		}
		return all, seen, nil
	}
	return false, nil, errors.New("the VPC is not there any more: read the organization again")
}

// Publish publishes a probe on the practice organization (false elsewhere).
func (s *Session) Publish(p steps.Probe) bool {
	pub, ok := s.opt.Prober.(Publisher)
	if !ok {
		return false
	}
	pub.Publish(p)
	return true
}

// Waive writes a waiver to the policy file and evaluates again.
func (s *Session) Waive(w policy.Waiver) error {
	p, err := s.opt.Policy.AddWaiver(w)
	return s.adopt(p, err)
}

// Attest writes an attestation to the policy file and evaluates again.
func (s *Session) Attest(a policy.Attestation) error {
	p, err := s.opt.Policy.AddAttestation(a)
	return s.adopt(p, err)
}

// Record writes what the fixes of choices say into the policy file, and
// evaluates again. It sends nothing.
func (s *Session) Record(choices []Choice) (int, error) {
	n := 0
	for _, c := range choices {
		if c.Fix.Record == nil {
			continue
		}
		for _, r := range c.Fix.Record(s.Input(), c.Findings, c.Answers) {
			var p *policy.Policy
			var err error
			switch {
			case r.RoleGroup != nil:
				p, err = s.opt.Policy.AddRoleGroup(*r.RoleGroup)
			case r.Critical != nil:
				p, err = s.opt.Policy.AddCriticalService(*r.Critical)
			case r.Regulated != nil:
				p, err = s.opt.Policy.AddRegulatedProject(*r.Regulated)
			default:
				continue
			}
			if err := s.adopt(p, err); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func (s *Session) adopt(p *policy.Policy, err error) error {
	if err != nil {
		return err
	}
	s.replace(s.org, p)
	return nil
}
