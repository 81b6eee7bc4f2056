package remediate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// attempt is one change on its way.
type attempt struct {
	index  int
	change Change
	// last says that its finding should be gone afterwards.
	last  bool
	acked func(Verdict) bool
}

// afterSending bounds what is done once a change is out, even if cancelled.
const afterSending = time.Minute

// one checks, journals, sends and reads back one change.
func (r *run) one(ctx context.Context, a attempt) ChangeResult {
	if stop := r.check(ctx, a); stop != nil {
		return *stop
	}
	if a.change.Hands != nil && r.HandOver == nil && !r.DryRun {
		return ChangeResult{Outcome: OutcomeBlocked, Why: "Not sent: the answer holds " + safe(a.change.Hands.Says) + " once, and there is nobody here to hand it to. Do it in the wizard."}
	}
	if r.DryRun {
		return ChangeResult{Outcome: OutcomeDryRun, Why: "Would have been sent."}
	}
	if ctx.Err() != nil {
		return ChangeResult{Outcome: OutcomeNotSent, Why: "Cancelled before it was sent."}
	}
	r.phase(a, PhaseJournal)
	id, err := r.Journal.begin(entryOf(a.change, r.now), r.Now())
	if err != nil {
		return ChangeResult{Outcome: OutcomeNotSent, Why: "Nothing was sent, because the journal could not be written: " + sentence(err) + " Make room or fix its permissions and try again."}
	}
	r.phase(a, PhaseSending)
	reply, err := r.API.Send(ctx, a.change.Request)
	// What is out is followed up even if the admin cancels now.
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterSending)
	defer cancel()
	if err != nil {
		return r.failed(after, a, id, err)
	}
	return r.accepted(after, ctx, a, id, reply)
}

// check is drift and guards on fresh data; nil to go on.
func (r *run) check(ctx context.Context, a attempt) *ChangeResult {
	r.phase(a, PhaseDrift)
	fresh, err := organization.Again(ctx, r.API, r.now, organization.Options{Parts: partsOf(a.change, true), Now: r.Now})
	if err != nil {
		if ctx.Err() != nil {
			return &ChangeResult{Outcome: OutcomeNotSent, Why: "Cancelled before it was sent."}
		}
		return &ChangeResult{Outcome: OutcomeBlocked, Why: "Not sent, because the organization could not be read again: " + aivenapi.Explain(err)}
	}
	r.now, r.read = fresh, true
	for _, d := range a.change.Deltas {
		if r.DryRun && (hasRef(d.Resource) || r.changedBefore(d)) {
			continue // an earlier change of the plan would have made it so
		}
		v, ok := fresh.LookupOK(d.Part, d.Resource, d.Field)
		switch {
		case !ok:
			return &ChangeResult{Outcome: OutcomeBlocked, Why: "Not sent: " + unreadOr(fresh, d.Part)}
		case v != d.Before && v == d.After:
			return &ChangeResult{Outcome: OutcomeDrift, Why: fmt.Sprintf("Not sent: %s of %s is already %s. Somebody else changed it; plan again.", fieldName(d.Field), resourceName(a.change, d, fresh), valueShown(d, v, fresh))}
		case v != d.Before:
			return &ChangeResult{Outcome: OutcomeDrift, Why: fmt.Sprintf("Not sent: %s of %s was %s when this was planned and is %s now. Somebody changed it; plan again.", fieldName(d.Field), resourceName(a.change, d, fresh), valueShown(d, d.Before, fresh), valueShown(d, v, fresh))}
		}
	}
	r.phase(a, PhaseGuards)
	for _, v := range verdicts(GuardInput{Org: fresh, Policy: r.Policy, Now: r.Now(), Change: a.change, Earlier: r.earlier, CallerIP: r.CallerIP}) {
		switch {
		case v.Kind == GuardBlocks:
			return &ChangeResult{Outcome: OutcomeBlocked, Why: v.Why}
		case v.Kind == GuardMustAck && !a.acked(v):
			return &ChangeResult{Outcome: OutcomeBlocked, Why: "Not sent: who is affected is no longer what you confirmed. " + v.Why + " Plan again."}
		}
	}
	return nil
}

func (r *run) changedBefore(d Delta) bool {
	return slices.ContainsFunc(r.earlier, func(c Change) bool {
		return slices.ContainsFunc(c.Deltas, func(e Delta) bool {
			return e.Part == d.Part && e.Resource == d.Resource && e.Field == d.Field
		})
	})
}

func unreadOr(o *organization.Organization, p organization.Part) string {
	if why := unread(o, []organization.Part{p}); why != "" {
		return why
	}
	return fmt.Sprintf("The %s could not be read, so it is not known whether it still is as planned. Read the organization again.", p)
}

// partsOf are the parts that a change depends on, and with guards what those need.
func partsOf(c Change, guards bool) []organization.Part {
	list := slices.Clone(c.Touches)
	for _, d := range c.Deltas {
		list = append(list, d.Part)
	}
	if guards {
		list = append(list, guardParts(c)...)
	}
	var out []organization.Part
	for _, p := range organization.AllParts() {
		if slices.Contains(list, p) {
			out = append(out, p)
		}
	}
	if out == nil {
		out = []organization.Part{organization.PartOrganization} // nil would read everything
	}
	return out
}

// failed records a change that was not accepted, or may not have been.
func (r *run) failed(ctx context.Context, a attempt, id string, err error) ChangeResult {
	res := ChangeResult{Outcome: OutcomeRefused, Why: aivenapi.Explain(err), Entry: id}
	switch {
	case aivenapi.Unclear(err):
		res.Outcome = OutcomeUnclear
	case neverSent(err):
		res.Outcome = OutcomeNotSent
	}
	r.record(&res, nil)
	if res.Outcome != OutcomeUnclear {
		return res
	}
	// Reading tells more than guessing; sending again is never an option.
	r.phase(a, PhaseReadBack)
	if len(a.change.Deltas) > 0 && r.readBack(ctx, a, 1) == held {
		res.Outcome, res.Why = OutcomeDone, "The answer was lost, but reading the organization shows that the change took effect."
		if a.change.Hands != nil {
			res.Outcome, res.Why = OutcomeLost, madeAndLost
		}
		r.record(&res, nil)
	}
	return res
}

func neverSent(err error) bool {
	var e *aivenapi.Error
	if errors.As(err, &e) {
		return e.Kind == aivenapi.KindNotSent || e.Kind == aivenapi.KindReadOnly || e.Kind == aivenapi.KindUnreachable || e.Kind == aivenapi.KindTLS
	}
	return errors.Is(err, context.Canceled)
}

// accepted takes what the answer yields, and reads back. asked is the
// admin's context: a cancelled one is not waited for API lag in.
func (r *run) accepted(ctx, asked context.Context, a attempt, id string, reply aivenapi.Reply) ChangeResult {
	res := ChangeResult{Outcome: OutcomeUnchecked, Why: "Aiven accepted it, but it was not read back yet.", Entry: id}
	missing := r.refs.take(a.change.Yields, reply.Body)
	resolved := entryOf(a.change, r.now)
	if list, err := r.refs.deltas(a.change.Deltas); err == nil {
		a.change.Deltas = list
		resolved.Deltas = withoutSecrets(list)
	}
	if list, err := r.refs.deltas(a.change.Until); err == nil {
		resolved.Until = withoutSecrets(list)
	}
	if facts, err := r.refs.facts(a.change.Facts); err == nil {
		resolved.Facts = facts
	}
	if list, err := r.refs.undo(resolved.Undo); err == nil {
		resolved.Undo = list
	} else {
		resolved.Undo, resolved.NoUndo = nil, sentence(err)
	}
	r.record(&res, &resolved) // before anything else can go wrong
	var lost error
	if a.change.Hands != nil {
		// Cancelling cannot unmake it, so the admin gets it all the same; and
		// they may take longer than a read-back may.
		lost = r.handOver(context.WithoutCancel(asked), a, id, reply.Body)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(asked), afterSending)
		defer cancel()
	}
	r.phase(a, PhaseReadBack)
	attempts := len(lags)
	if asked.Err() != nil {
		attempts = 1
	}
	switch got := r.readBack(ctx, a, attempts); {
	case lost != nil:
		res.Outcome, res.Why = OutcomeLost, "It was made, but "+sentence(lost)+". Revoke or delete it, and make another."
	case got == cutOff:
		res.Outcome = OutcomeDiffers
		res.Why = r.revert(ctx, a, id, resolved)
	case got == unknown:
		res.Outcome, res.Why = OutcomeUnchecked, "Aiven accepted it, but it could not be read back: "+r.whyUnread(a.change)+" Read the organization again."
	case got == differs:
		res.Outcome, res.Why = OutcomeDiffers, "Aiven accepted it, but reading it back shows something else: "+r.whyDiffers(a.change)+" Read again in a minute, and look in the Aiven console."
	case missing != nil:
		res.Outcome, res.Why = OutcomeDiffers, "It took effect, but "+missing.Error()+", which later changes need. Read again and plan the rest anew."
	case a.last && a.change.UndoOf == "" && r.Gone != nil && !r.Gone(r.now, a.change):
		res.Outcome, res.Why = OutcomeDiffers, "It took effect as promised, but the finding is still there. Look at the finding again."
	default:
		res.Outcome, res.Why = OutcomeDone, "Done, and read back as promised."
	}
	r.record(&res, nil)
	return res
}

// record writes an outcome; what cannot be written is said.
func (r *run) record(res *ChangeResult, resolved *Entry) {
	if err := r.Journal.end(res.Entry, r.Now(), res.Outcome, res.Why, resolved); err != nil {
		const lost = " The journal could not record this"
		if !strings.Contains(res.Why, lost) {
			res.Why += lost + ": " + sentence(err)
		}
	}
}

func sentence(err error) string { return text(aivenapi.Mask(err.Error())) }
