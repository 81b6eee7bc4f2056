package remediate

import (
	"context"
	"fmt"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// reading is what a read-back shows.
type reading int

const (
	held    reading = iota // every field is as promised
	differs                // some field is not
	unknown                // some field could not be read
	cutOff                 // the API no longer lets us in
)

// lags are the waits before each read-back: the API's reads lag behind its writes.
var lags = []time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}

func (r *run) readBack(ctx context.Context, a attempt, attempts int) reading {
	got := unknown
	for _, wait := range lags[:attempts] {
		if wait > 0 && r.sleep(ctx, wait) != nil {
			return got
		}
		fresh, err := organization.Again(ctx, r.API, r.now, organization.Options{Parts: partsOf(a.change, false), Now: r.Now})
		if err != nil {
			return unknown
		}
		r.now, r.read = fresh, true
		if got = compare(fresh, a.change); got == held || got == cutOff {
			return got
		}
	}
	return got
}

func (r *run) sleep(ctx context.Context, d time.Duration) error {
	if r.Sleep != nil {
		return r.Sleep(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func compare(o *organization.Organization, c Change) reading {
	got := held
	for _, d := range c.Deltas {
		v, ok := o.LookupOK(d.Part, d.Resource, d.Field)
		switch {
		case !ok && locksOut(c) && refused(o.Status(d.Part).Err):
			return cutOff
		case !ok:
			got = unknown
		case v != d.After && got == held:
			got = differs
		}
	}
	return got
}

func refused(err error) bool { return aivenapi.Unauthorized(err) || aivenapi.Forbidden(err) }

// locksOut is for changes that could have cut off the login or token in use.
func locksOut(c Change) bool { return isAuthPolicy(c) || isAllowlist(c) || touchesIdP(c) }

func (r *run) whyUnread(c Change) string {
	for _, d := range c.Deltas {
		if _, ok := r.now.LookupOK(d.Part, d.Resource, d.Field); !ok {
			return unreadOr(r.now, d.Part)
		}
	}
	return "it took too long."
}

func (r *run) whyDiffers(c Change) string {
	for _, d := range c.Deltas {
		if v, ok := r.now.LookupOK(d.Part, d.Resource, d.Field); ok && v != d.After {
			return fmt.Sprintf("%s of %s is %s, not %s.", fieldName(d.Field), resourceName(c, d, r.now), valueShown(d, v, r.now), valueShown(d, d.After, r.now))
		}
	}
	return "a field is not as promised."
}

// revert tries once to put back a change after which the API no longer lets us
// in, as long as it still takes that one request.
func (r *run) revert(ctx context.Context, a attempt, id string, resolved Entry) string {
	const cut = "It took effect, and you seem to be cut off: Aiven no longer lets you read the result. "
	const help = "Ask another admin, or use the token of an application user, to put it back."
	if a.change.UndoOf != "" || len(resolved.Undo) == 0 {
		return cut + help
	}
	for _, inv := range resolved.Undo {
		c := Change{
			Check: a.change.Check, Fix: a.change.Fix, Resource: a.change.Resource, Says: inv.Says,
			Request: inv.Request, Deltas: inv.Deltas, Risk: a.change.Risk, Touches: a.change.Touches,
			NoUndo: redo, UndoOf: id,
		}
		entry, err := r.Journal.begin(entryOf(c, r.now), r.Now())
		if err != nil {
			return cut + "The journal could not be written, so nothing more was sent. " + help
		}
		res := ChangeResult{Change: c, Outcome: OutcomeUnchecked, Why: "Put back at once, because the change seemed to cut you off.", Entry: entry}
		_, err = r.API.Send(ctx, inv.Request)
		switch {
		case err == nil && r.readBack(ctx, attempt{index: a.index, change: c}, len(lags)) == held:
			res.Outcome = OutcomeDone
		case err != nil && aivenapi.Unclear(err):
			res.Outcome, res.Why = OutcomeUnclear, aivenapi.Explain(err)
		case err != nil && neverSent(err):
			res.Outcome, res.Why = OutcomeNotSent, aivenapi.Explain(err)
		case err != nil:
			res.Outcome, res.Why = OutcomeRefused, aivenapi.Explain(err)
		}
		r.record(&res, nil)
		if err != nil {
			return cut + "Putting it back did not work: " + res.Why + " " + help
		}
	}
	return "It took effect, but cut you off: Aiven no longer let you read the result. It was put back at once."
}
