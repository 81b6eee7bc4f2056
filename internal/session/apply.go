package session

import (
	"context"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// Talk is how a plan that is being applied speaks with the admin. A pause that
// nobody answers stops the plan, and a secret that nobody takes is not made.
type Talk struct {
	Progress func(remediate.Event)
	Pause    func(context.Context, remediate.Change) remediate.PauseDecision
	HandOver func(context.Context, remediate.Change, []remediate.Secret) error
}

// Apply applies a previewed plan, re-reads what it touched and evaluates again.
func (s *Session) Apply(ctx context.Context, p remediate.Preview, c remediate.Confirmation, talk Talk) (remediate.Result, error) {
	if s.org == nil || s.planned == nil {
		return remediate.Result{}, errNotRead
	}
	j, err := s.open()
	if err != nil {
		return remediate.Result{}, err
	}
	a := &remediate.Applier{
		API: s.opt.API, Policy: s.opt.Policy, Journal: j, Now: s.opt.Now, Sleep: s.opt.Sleep,
		DryRun: s.opt.DryRun, CallerIP: callerIP(s.planned),
		Gone: s.gone, Pause: talk.Pause, Progress: talk.Progress, HandOver: talk.HandOver,
	}
	res, err := a.Apply(ctx, s.planned, p.Plan, c)
	for _, r := range res.Changes {
		if r.Outcome == remediate.OutcomeDryRun {
			s.wouldSend = append(s.wouldSend, r.Change)
		}
	}
	if res.After != nil {
		res.After = s.complete(ctx, res.After)
		s.take(res.After)
	}
	return res, err
}

// complete reads again those parts that were known before and no longer are,
// because what the changes made is not in them yet.
func (s *Session) complete(ctx context.Context, o *organization.Organization) *organization.Organization {
	var parts []organization.Part
	for _, p := range organization.AllParts() {
		if s.org.Status(p).Complete() && !o.Status(p).Complete() && o.Status(p).Err == nil {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return o
	}
	fresh, err := organization.Again(ctx, s.opt.API, o, organization.Options{Parts: parts, Now: s.opt.Now})
	if err != nil { // cancelled: o says itself what it lacks
		return o
	}
	return fresh
}

// gone says whether the finding that a change is for is gone from o. A fix
// that is only half of the way (see Fix.Then and Fix.Partial) leaves it there.
func (s *Session) gone(o *organization.Organization, c remediate.Change) bool {
	for _, step := range s.opt.Steps {
		for _, check := range step.Checks {
			if check.ID != c.Check {
				continue
			}
			if slices.ContainsFunc(check.Fixes, func(f steps.Fix) bool { return f.ID == c.Fix && (f.Then != "" || f.Partial) }) {
				return true
			}
			return !s.finds(o, check, c)
		}
	}
	return true
}

// finds evaluates one check on o and looks for the finding that a change is for.
func (s *Session) finds(o *organization.Organization, check steps.Check, c remediate.Change) bool {
	key := steps.Finding{Check: c.Check, Resource: c.Resource}.Key()
	in := s.inputOn(o, s.opt.Policy)
	report := steps.Evaluate([]steps.Step{{ID: "one", Checks: []steps.Check{check}}}, in)
	for _, step := range report.Steps {
		for _, r := range step.Checks {
			for _, f := range append(slices.Clone(r.Findings), r.WaivedFindings...) {
				if f.Key() == key {
					return true
				}
			}
		}
	}
	return false
}

// WouldSend gives what a dry run would have sent so far.
func (s *Session) WouldSend() []remediate.Change { return slices.Clone(s.wouldSend) }
