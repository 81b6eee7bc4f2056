package remediate

import (
	"fmt"
	"strings"
	"time"

	"avn-harden/internal/organization"
)

// Settle compares unclear entries with the organization as read and records
// what became of them. It gives those that are decided now, and sends nothing.
func (j *Journal) Settle(o *organization.Organization, now time.Time) ([]Entry, error) {
	list, err := j.Entries()
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, e := range list {
		if e.Outcome != OutcomeUnclear {
			continue
		}
		outcome, why := settle(e, o)
		if outcome == OutcomeUnclear {
			continue
		}
		if err := j.end(e.ID, now, outcome, why, nil); err != nil {
			return out, fmt.Errorf("record what became of %s: %w", e.ID, err)
		}
		e.Outcome, e.Why = outcome, why
		out = append(out, e)
	}
	return out, nil
}

// madeAndLost is for a secret that was made and that nobody has.
const madeAndLost = "It was made, but the answer with its secret was lost, so that nobody has it. Revoke or delete it, and make another."

func settle(e Entry, o *organization.Organization) (Outcome, string) {
	if strings.HasPrefix(e.ID, tornID) {
		if strings.HasPrefix(e.Why, "The program ended") {
			return OutcomeNotSent, e.Why
		}
		return OutcomeUnclear, e.Why
	}
	if e.OrgID != o.ID.Raw() || len(e.Deltas) == 0 {
		return OutcomeUnclear, "There is nothing to read that would tell."
	}
	before, after := true, true
	for _, d := range e.Deltas {
		v, ok := o.LookupOK(d.Part, d.Resource, d.Field)
		if !ok || hasRef(d.Resource) || hasRef(d.Before) || hasRef(d.After) {
			return OutcomeUnclear, "What would tell could not be read."
		}
		if d.Before == hidden || d.After == hidden {
			v = hideSecret(d.Field, v)
		}
		before, after = before && v == d.Before, after && v == d.After
	}
	switch {
	case before && after:
		return OutcomeUnclear, "It looks the same before and after, so reading cannot tell."
	case after && e.Hands != "" && e.HandedOver == nil:
		return OutcomeLost, madeAndLost
	case after:
		return OutcomeDone, "The answer was lost, but reading the organization shows that the change took effect."
	case before:
		return OutcomeNotSent, "Reading the organization shows that the change did not take effect. Plan it again if it is still wanted."
	}
	return OutcomeUnclear, "The organization is neither as it was before nor as the change would leave it. Look at it in the Aiven console."
}
