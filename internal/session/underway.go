package session

import (
	"context"
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// Work is something that was started and goes on: a service that moves, a
// token that is being replaced.
type Work struct {
	Entry string // of the journal
	Says  string
	State string // how far it is, in words
	Over  bool
	// Fix is what is due next on the finding of Resource, "" for nothing.
	Fix      string
	Resource remediate.Target
}

// rotations are the tokens that the journal says are being replaced.
func (s *Session) rotations(o *organization.Organization) []steps.Rotation {
	j, err := s.journalOf(o)
	if err != nil || j == nil {
		return nil
	}
	list, err := j.Entries()
	if err != nil {
		return nil
	}
	var out []steps.Rotation
	for _, e := range list {
		f := e.Facts
		if f[remediate.FactOld] == "" || f[remediate.FactMade] == "" || e.UndoneBy != "" {
			continue
		}
		switch e.Outcome {
		case remediate.OutcomeDone, remediate.OutcomeDiffers, remediate.OutcomeUnchecked, remediate.OutcomeLost, remediate.OutcomeUnclear:
			out = append(out, steps.Rotation{
				UserID: f[remediate.FactUser], Old: f[remediate.FactOld], Description: f[remediate.FactMade], Made: e.Time,
				HandedOver: e.HandedOver != nil, Entry: e.ID,
			})
		}
	}
	return out
}

// Pending counts what was started and is not known to be over, without a call.
func (s *Session) Pending() int {
	j, err := s.journalOf(s.Organization())
	if err != nil || j == nil {
		return 0
	}
	list, err := j.Entries()
	if err != nil {
		return 0
	}
	n := len(steps.RotationsUnderway(s.Input()))
	for _, e := range list {
		if e.Underway() {
			n++
		}
	}
	return n
}

// Underway reads what goes on, and records what is over.
func (s *Session) Underway(ctx context.Context) ([]Work, error) {
	if s.org == nil {
		return nil, errNotRead
	}
	j, err := s.open()
	if err != nil || j == nil {
		return nil, err
	}
	list, err := j.Entries()
	if err != nil {
		return nil, err
	}
	var going []remediate.Entry
	parts := []organization.Part{}
	for _, e := range list {
		if !e.Underway() {
			continue
		}
		going = append(going, e)
		for _, d := range e.Until {
			parts = append(parts, d.Part)
		}
	}
	if len(s.rotations(s.org)) > 0 {
		parts = append(parts, organization.PartUsers, organization.PartAppUsers, organization.PartAppTokens)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	slices.Sort(parts)
	o, err := organization.Again(ctx, s.opt.API, s.org, organization.Options{Parts: slices.Compact(parts), Now: s.opt.Now})
	if err != nil {
		return nil, fmt.Errorf("read how far it is: %w", err)
	}
	s.take(s.complete(ctx, o))
	var out []Work
	for _, e := range going {
		over, now := e.Over(s.org)
		if over {
			if err := j.Finish(e.ID, s.opt.Now()); err != nil {
				return nil, err
			}
		}
		out = append(out, Work{Entry: e.ID, Says: e.Says, State: now, Over: over})
	}
	for _, r := range steps.RotationsUnderway(s.Input()) {
		out = append(out, Work{
			Entry: r.Entry, Says: r.Says, State: r.State, Over: r.Ready, Fix: r.Fix, Resource: r.Resource,
		})
	}
	return out, nil
}
