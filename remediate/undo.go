package remediate

import (
	"errors"
	"fmt"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

const redo = "this is itself an undo: apply the fix again to redo it"

// UndoPlan builds the plan that puts back what an entry changed; an error says
// why it cannot. The plan goes through preview, guards and confirmation like any other.
func UndoPlan(e Entry, o *organization.Organization, now time.Time) (Plan, error) {
	p := Plan{Schema: PlanSchema, Organization: o.Name, OrgID: o.ID.Raw(), CreatedAt: now.UTC()}
	if err := undoable(e, o); err != nil {
		return Plan{}, fmt.Errorf("undo %q: %w", e.Says, err)
	}
	for _, inv := range e.Undo {
		deltas := inv.Deltas
		if len(deltas) == 0 && len(e.Undo) == 1 {
			deltas = swapped(e.Deltas)
		}
		back, err := undoState(deltas, o)
		if err != nil {
			return Plan{}, fmt.Errorf("undo %q: %w", e.Says, err)
		}
		if back { // an earlier undo stopped halfway
			continue
		}
		// What takes its time to do takes it to undo, if it is the same request
		// the other way round.
		var until []Delta
		if inv.Request.Operation == e.Operation {
			until = e.Until
		}
		p.Changes = append(p.Changes, Change{
			Check: e.Check, Fix: e.Fix,
			Resource: Target{Type: e.Type, ID: aivenapi.NewText(e.ResourceID), Name: aivenapi.NewText(e.Resource)},
			Says:     inv.Says, Request: inv.Request, Deltas: deltas, Risk: undoRisk(e.Risk),
			Permission: e.Permission, Touches: e.Touches, NoUndo: redo, UndoOf: e.ID, Until: until,
		})
	}
	if len(p.Changes) == 0 {
		return Plan{}, fmt.Errorf("undo %q: everything is already as it was before", e.Says)
	}
	return p, nil
}

func undoable(e Entry, o *organization.Organization) error {
	switch {
	case e.UndoOf != "":
		return errors.New(redo)
	case e.UndoneBy != "":
		return errors.New("it was already undone")
	case e.Outcome == OutcomeUnclear:
		return errors.New("it is unclear whether it took effect: read the organization again first")
	case e.Outcome != OutcomeDone && e.Outcome != OutcomeDiffers && e.Outcome != OutcomeUnchecked && e.Outcome != OutcomeLost:
		return errors.New("it never took effect, so there is nothing to undo")
	case e.OrgID != o.ID.Raw():
		return errors.New("it was made in another organization")
	case len(e.Undo) == 0 && e.NoUndo != "":
		return fmt.Errorf("it cannot be undone: %s", e.NoUndo)
	case len(e.Undo) == 0:
		return errors.New("it cannot be undone")
	}
	for _, u := range e.Undo {
		names, err := refsIn(append(requestTexts(u.Request), deltaTexts(u.Deltas)...)...)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			return fmt.Errorf("the answer with ⟨%s⟩ was lost, so it is not known what to undo: do it in the Aiven console", names[0])
		}
	}
	return nil
}

// undoState checks that what an undo is based on still holds; back says that
// the undo's result is there already.
func undoState(deltas []Delta, o *organization.Organization) (back bool, err error) {
	back = len(deltas) > 0
	var drift error
	for _, d := range deltas {
		v, ok := o.LookupOK(d.Part, d.Resource, d.Field)
		if !ok {
			return false, fmt.Errorf("the %s could not be read, so it is not known whether it still is as it was left", d.Part)
		}
		back = back && v == d.After
		if v != d.Before {
			drift = fmt.Errorf("%s is no longer as it was left: it is %s now", fieldName(d.Field), valueShown(d, v, o))
		}
	}
	if back {
		return true, nil
	}
	return false, drift
}

func swapped(list []Delta) []Delta {
	var out []Delta
	for _, d := range list {
		d.Before, d.After = d.After, d.Before
		out = append(out, d)
	}
	return out
}

func undoRisk(r Risk) Risk {
	if r == Reversible || r == "" {
		return Reversible
	}
	return Disruptive
}
