package session

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// Choice is one fix for some findings with its answers.
type Choice struct {
	Fix      steps.Fix
	Check    steps.Check
	Findings []steps.Finding
	Answers  steps.Answers
}

// Plan records choices, in the safe order, and previews the plan.
func (s *Session) Plan(ctx context.Context, choices []Choice) (remediate.Preview, error) {
	if s.org == nil {
		return remediate.Preview{}, errNotRead
	}
	if len(choices) == 0 {
		return remediate.Preview{}, errors.New("nothing was chosen to fix")
	}
	in := s.Input()
	b := remediate.NewBuilder(s.org, s.opt.Now())
	for _, c := range s.ordered(choices) {
		if c.Fix.Manual || c.Fix.Build == nil {
			return remediate.Preview{}, fmt.Errorf("%s is done by hand: follow its guide, then attest it", c.Fix.Title)
		}
		groups := [][]steps.Finding{c.Findings}
		if !c.Fix.Many && len(c.Findings) > 1 {
			groups = nil
			for _, f := range c.Findings {
				groups = append(groups, []steps.Finding{f})
			}
		}
		for _, g := range groups {
			if err := s.notePrices(ctx, b, c, in, g); err != nil {
				return remediate.Preview{}, fmt.Errorf("plan %q: %w", c.Fix.Title, err)
			}
			if err := c.Fix.Build(ctx, b, in, g, c.Answers); err != nil {
				return remediate.Preview{}, fmt.Errorf("plan %q: %w", c.Fix.Title, err)
			}
		}
	}
	if len(b.Plan.Changes) == 0 {
		return remediate.Preview{}, errors.New("there is nothing to change: read the organization again")
	}
	return s.preview(b.Plan), nil
}

// notePrices looks up what a fix costs: money is not spent on a guess.
func (s *Session) notePrices(ctx context.Context, b *remediate.Builder, c Choice, in steps.Input, fs []steps.Finding) error {
	if c.Fix.Prices == nil {
		return nil
	}
	for _, q := range c.Fix.Prices(in, fs, c.Answers) {
		p, err := organization.ReadPrice(ctx, s.opt.API, q.Project, q.ServiceType, q.Plan, q.Cloud)
		if err != nil {
			return fmt.Errorf("look up what the plan %s costs in %s: %w. Choose a plan that there is in that cloud", aivenapi.Sanitise(q.Plan), aivenapi.Sanitise(q.Cloud), err)
		}
		b.Note("The plan %s in %s costs USD %s an hour, about USD %s a month, from when it is made.", aivenapi.Sanitise(q.Plan), aivenapi.Sanitise(q.Cloud), p.Hourly, p.Monthly())
	}
	return nil
}

// ordered sorts choices by the fixes' safe order, then the checklist's.
func (s *Session) ordered(choices []Choice) []Choice {
	place := map[string]int{}
	for _, step := range s.opt.Steps {
		for _, c := range step.Checks {
			place[c.ID] = len(place)
		}
	}
	out := slices.Clone(choices)
	slices.SortStableFunc(out, func(a, b Choice) int {
		if a.Fix.Order != b.Fix.Order {
			return a.Fix.Order - b.Fix.Order
		}
		return place[a.Check.ID] - place[b.Check.ID]
	})
	return out
}

// Preview shows a plan that was made before, on the organization as it is read now.
func (s *Session) Preview(p remediate.Plan) (remediate.Preview, error) {
	if s.org == nil {
		return remediate.Preview{}, errNotRead
	}
	return s.preview(p), nil
}

func (s *Session) preview(p remediate.Plan) remediate.Preview {
	s.planned = s.org
	return remediate.MakePreview(p, s.org, s.opt.Policy, s.opt.Now(), callerIP(s.org))
}

// callerIP is the address that the token in use was last seen from, "" if the
// API does not tell.
func callerIP(o *organization.Organization) string {
	for _, u := range o.AppUsers {
		for _, t := range u.Tokens {
			if u.ID == o.Me.UserID && t.CurrentlyActive {
				return t.LastIP.Raw()
			}
		}
	}
	for _, u := range o.Users {
		for _, t := range u.Tokens {
			if u.ID == o.Me.UserID && !o.Me.TokenPrefix.Empty() && t.Prefix == o.Me.TokenPrefix {
				return t.LastIP.Raw()
			}
		}
	}
	return ""
}

// History gives the journal, newest first.
func (s *Session) History() ([]remediate.Entry, error) {
	j, err := s.open()
	if err != nil || j == nil {
		return nil, err
	}
	list, err := j.Entries()
	slices.Reverse(list)
	return list, err
}

// Undo previews the plan that puts an entry back; apply it with Apply.
func (s *Session) Undo(_ context.Context, entryID string) (remediate.Preview, error) {
	if s.org == nil {
		return remediate.Preview{}, errNotRead
	}
	list, err := s.History()
	if err != nil {
		return remediate.Preview{}, err
	}
	for _, e := range list {
		if e.ID != entryID {
			continue
		}
		p, err := remediate.UndoPlan(e, s.org, s.opt.Now())
		if err != nil {
			return remediate.Preview{}, err
		}
		return s.preview(p), nil
	}
	return remediate.Preview{}, fmt.Errorf("the journal has no entry %q: see the history for those that it has", entryID)
}
