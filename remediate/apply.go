package remediate

import (
	"context"
	"errors"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// Outcome of one change.
type Outcome string

// The outcomes. Only after OutcomeDone (and OutcomeDryRun) does a plan go on.
const (
	OutcomeDone      Outcome = "done"      // sent, accepted, read back as promised
	OutcomeDiffers   Outcome = "differs"   // accepted, but the read-back is not what was promised
	OutcomeRefused   Outcome = "refused"   // the API refused it
	OutcomeDrift     Outcome = "drift"     // not sent: the organization changed since the preview
	OutcomeBlocked   Outcome = "blocked"   // not sent: a guard
	OutcomeUnclear   Outcome = "unclear"   // sent, answer lost; to be settled by reading
	OutcomeNotSent   Outcome = "not sent"  // an earlier change stopped the plan, or cancelled
	OutcomeDryRun    Outcome = "dry run"   // would have been sent
	OutcomeUnchecked Outcome = "unchecked" // accepted, but the read-back could not be read
	OutcomeFailed    Outcome = "failed"    // accepted, but the work that it started did not end well
	OutcomeLost      Outcome = "lost"      // accepted, but the secret that it made reached nobody
)

// ChangeResult is what became of one change. Why is a display sentence with the next step.
type ChangeResult struct {
	Change  Change
	Outcome Outcome
	Why     string
	Entry   string // journal entry id
}

// Result of applying a plan: one ChangeResult per change of the plan, and
// after them those of undoing one at a pause (with Change.UndoOf set).
type Result struct {
	Changes []ChangeResult
	// After is the organization as read after the last change; nil if nothing was read.
	After *organization.Organization
}

// The phases of an Event.
const (
	PhaseDrift    = "checking for drift"
	PhaseGuards   = "guards"
	PhaseJournal  = "writing the journal"
	PhaseSending  = "sending"
	PhaseReadBack = "reading back"
	PhaseHandOver = "handing over"
	PhaseAwait    = "under way"
)

// Event while applying.
type Event struct {
	Index, Total int
	Phase        string // one of the phases
	Change       Change
	Done         *ChangeResult
}

// PauseDecision is the answer at a pause: asked after a change with
// PauseAfter, it says what next.
type PauseDecision int

// The decisions.
const (
	PauseGoOn PauseDecision = iota
	PauseStop
	PauseUndo // undo the change just made, then stop
)

// Applier applies plans for one organization.
type Applier struct {
	API     *aivenapi.API
	Policy  *policy.Policy
	Journal *Journal
	Now     func() time.Time
	// Sleep waits between read-backs that are not yet right (API lag); injected.
	Sleep func(ctx context.Context, d time.Duration) error
	// DryRun makes Apply go through drift and guards, and send nothing.
	DryRun   bool
	CallerIP string
	// Gone says whether the finding a change is for is gone; nil skips that.
	Gone func(o *organization.Organization, c Change) bool
	// Pause asks the admin; nil stops at a pause.
	Pause func(ctx context.Context, c Change) PauseDecision
	// HandOver gives the admin what an answer holds once; it returns when they
	// have it. Without it a change that makes a secret is not sent.
	HandOver func(ctx context.Context, c Change, secrets []Secret) error
	// Progress may be nil.
	Progress func(Event)
}

// Secret is one value that is shown once.
type Secret struct{ Label, Value string }

// run is one plan being applied.
type run struct {
	*Applier
	base    Preview // of the organization that the plan was confirmed on
	conf    Confirmation
	refs    refValues
	now     *organization.Organization // as last read
	earlier []Change                   // already sent, references resolved
	total   int
	read    bool // now was read by this run
}

// Apply sends the plan's changes in order, each after a fresh drift and guard
// check, and stops at the first that is not done. o is the organization that
// the confirmed preview was made on. The error is for what keeps everything
// from being sent: a missing confirmation (ErrNotConfirmed) or journal.
func (a *Applier) Apply(ctx context.Context, o *organization.Organization, p Plan, c Confirmation) (Result, error) {
	r := &run{Applier: a, conf: c, refs: refValues{}, now: o, total: len(p.Changes)}
	r.base = MakePreview(p, o, a.Policy, a.Now(), a.CallerIP)
	res := Result{}
	for _, change := range p.Changes {
		res.Changes = append(res.Changes, ChangeResult{Change: change, Outcome: OutcomeNotSent, Why: "An earlier change stopped the plan."})
	}
	if r.base.Blocked {
		for i, cp := range r.base.Changes {
			res.Changes[i].Why = "Another change of the plan is blocked."
			if why := blockedBy(cp.Verdicts); why != "" {
				res.Changes[i].Outcome, res.Changes[i].Why = OutcomeBlocked, why
			}
		}
		return res, nil
	}
	if err := r.base.Confirmed(c); err != nil {
		for i := range res.Changes {
			res.Changes[i].Why = "It was not confirmed."
		}
		return res, err
	}
	if a.Journal == nil && !a.DryRun {
		return res, errors.New("nothing was sent: there is no journal to record it in")
	}
	for i := range p.Changes {
		var stop bool
		var undone []ChangeResult
		res.Changes[i], stop, undone = r.step(ctx, i, p)
		res.Changes = append(res.Changes, undone...)
		if stop {
			for k := i + 1; k < len(p.Changes) && res.Changes[i].Outcome == OutcomeDone; k++ {
				res.Changes[k].Why = "The plan was stopped after the change before it."
			}
			break
		}
	}
	if r.read {
		res.After = r.now
	}
	return res, nil
}

// step applies one change, asks at its pause, and says whether to stop.
func (r *run) step(ctx context.Context, i int, p Plan) (ChangeResult, bool, []ChangeResult) {
	if ctx.Err() != nil {
		return r.done(i, ChangeResult{Change: p.Changes[i], Outcome: OutcomeNotSent, Why: "Cancelled before it was sent."}), true, nil
	}
	change, err := r.refs.change(p.Changes[i])
	if err != nil && !r.DryRun {
		return r.done(i, ChangeResult{Change: p.Changes[i], Outcome: OutcomeNotSent, Why: sentence(err)}), true, nil
	}
	got := r.one(ctx, attempt{
		index: i, change: change, last: lastFor(p, i),
		acked: func(v Verdict) bool { return acked(v, r.base.Changes[i], r.conf) },
	})
	got.Change = change
	r.earlier = append(r.earlier, change)
	r.done(i, got)
	if got.Outcome == OutcomeDryRun {
		return got, false, nil
	}
	if got.Outcome != OutcomeDone {
		return got, true, nil
	}
	if change.Await != nil {
		if got = r.await(ctx, i, change, got); got.Outcome != OutcomeDone {
			r.done(i, got)
			return got, true, nil
		}
	}
	if change.PauseAfter == "" {
		return got, false, nil
	}
	if r.Pause == nil {
		return got, true, nil
	}
	switch r.Pause(ctx, change) {
	case PauseGoOn:
		return got, false, nil
	case PauseUndo:
		undone := r.undo(ctx, i, got.Entry)
		got.Why = "Done, and put back at your word."
		for _, u := range undone {
			if u.Outcome != OutcomeDone {
				got.Why = "Done, but it could not be put back: " + u.Why
			}
		}
		return got, true, undone
	default:
		return got, true, nil
	}
}

// undo puts a change just made back, through the same drift check, guards and
// journal. The word given at the pause is its confirmation.
func (r *run) undo(ctx context.Context, i int, entry string) []ChangeResult {
	fail := func(err error) []ChangeResult {
		return []ChangeResult{{Change: Change{UndoOf: entry}, Outcome: OutcomeNotSent, Why: sentence(err)}}
	}
	list, err := r.Journal.Entries()
	if err != nil {
		return fail(err)
	}
	for _, e := range list {
		if e.ID != entry {
			continue
		}
		plan, err := UndoPlan(e, r.now, r.Now())
		if err != nil {
			return fail(err)
		}
		var out []ChangeResult
		for _, c := range plan.Changes {
			got := r.one(ctx, attempt{index: i, change: c, acked: func(Verdict) bool { return true }})
			got.Change = c
			out = append(out, got)
			if got.Outcome != OutcomeDone {
				break
			}
		}
		return out
	}
	return fail(errors.New("the journal does not have the change"))
}

func (r *run) done(i int, res ChangeResult) ChangeResult {
	if r.Progress != nil {
		r.Progress(Event{Index: i, Total: r.total, Change: res.Change, Done: &res})
	}
	return res
}

func (r *run) phase(a attempt, phase string) {
	if r.Progress != nil {
		r.Progress(Event{Index: a.index, Total: r.total, Phase: phase, Change: a.change})
	}
}

// lastFor says whether no later change of the plan is for the same finding.
func lastFor(p Plan, i int) bool {
	c := p.Changes[i]
	for _, later := range p.Changes[i+1:] {
		if later.Check == c.Check && later.Resource.Type == c.Resource.Type && later.Resource.ID == c.Resource.ID {
			return false
		}
	}
	return true
}

func blockedBy(list []Verdict) string {
	for _, v := range list {
		if v.Kind == GuardBlocks {
			return v.Why
		}
	}
	return ""
}

// change resolves the references that earlier changes yielded; those that the
// change itself yields stay in its deltas and undo.
func (v refValues) change(c Change) (Change, error) {
	with := refValues{}
	for name, value := range v {
		with[name] = value
	}
	for name := range c.Yields {
		if _, ok := with[name]; !ok {
			with[name] = refToken(name)
		}
	}
	out := c
	var err error
	if out.Request, err = v.request(c.Request); err != nil {
		return c, err
	}
	if out.Deltas, err = with.deltas(c.Deltas); err != nil {
		return c, err
	}
	if out.Undo, err = with.undo(c.Undo); err != nil {
		return c, err
	}
	if out.Until, err = with.deltas(c.Until); err != nil {
		return c, err
	}
	if out.Facts, err = with.facts(c.Facts); err != nil {
		return c, err
	}
	for _, t := range []*aivenapi.Text{&out.Resource.ID, &out.Resource.Name} {
		raw, err := with.replace(t.Raw(), asIs)
		if err != nil {
			return c, err
		}
		*t = aivenapi.NewText(raw)
	}
	return out, nil
}
