package remediate

import (
	"context"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// Builder records the calls of fixes into a plan. It is handed to a fix's Build.
type Builder struct {
	Org  *organization.Organization
	Plan Plan
	// recorder and reference state: owner fills in
	rec builderState
}

type builderState struct{}

// NewBuilder starts a plan for an organization.
func NewBuilder(o *organization.Organization, now time.Time) *Builder { panic("owner fills in") }

// Call is one write that a fix makes, on the recording client. The Change
// carries all but Request, which is what do sends: exactly one write. For a
// create whose result later calls need, yields maps a reference name to the
// JSON pointer of the value in the real answer; Ref gives the placeholder to
// use in later calls. respond is the shape of the answer that the client must
// be able to decode ("{}" when nil); reference values are filled in for it.
type Call struct {
	Change Change
	Do     func(ctx context.Context, api *aivenapi.API) error
	// Inverse are the undo calls, recorded the same way.
	Inverse []InverseCall
}

// InverseCall records one undo request.
type InverseCall struct {
	Says   string
	Deltas []Delta
	Do     func(ctx context.Context, api *aivenapi.API) error
}

// Add records a call and appends its change to the plan. An error says what
// was recorded instead of exactly one write.
func (b *Builder) Add(ctx context.Context, c Call) error { panic("owner fills in") }

// Ref is the placeholder for a value that an earlier change yields; it can be
// put into paths and bodies and is shown as ⟨name⟩ in previews.
func (b *Builder) Ref(name string) string { panic("owner fills in") }

// Note adds a sentence about the plan as a whole to the preview.
func (b *Builder) Note(format string, args ...any) { panic("owner fills in") }

// VerdictKind of a guard.
type VerdictKind string

const (
	GuardHolds   VerdictKind = "holds"
	GuardBlocks  VerdictKind = "blocks"
	GuardMustAck VerdictKind = "type to go on"
)

// Verdict of one guard on one change.
type Verdict struct {
	Guard    string // kebab-case id
	Title    string
	Kind     VerdictKind
	Why      string   // a sentence; what to do when it blocks
	Affected []string // people or resources, for display
	Type     string   // what to type to go on, for GuardMustAck
}

// GuardInput is what a guard sees: fresh data, and the plan's earlier changes
// (already sent, or to be sent before this one).
type GuardInput struct {
	Org     *organization.Organization
	Policy  *policy.Policy
	Now     time.Time
	Change  Change
	Earlier []Change
	// CallerIP is the caller's public address where known ("" if not).
	CallerIP string
}

// Guard is a condition that must hold before a change may go out. It looks at
// the request itself (operation and body), not at which fix made it.
type Guard struct {
	ID, Title string
	// Parts it needs read fresh.
	Parts   []organization.Part
	Applies func(Change) bool
	Check   func(GuardInput) Verdict
}

// Guards is the ordered list of all guards.
func Guards() []Guard { panic("owner fills in") }

// Preview is what the admin sees before confirming; display-safe strings only.
type Preview struct {
	Plan     Plan
	Changes  []ChangePreview
	Blocked  bool
	Risk     Risk     // the worst
	TypeName string   // what to type to confirm; "" means y is enough
	Acks     []string // further things to type, from guards
}

// ChangePreview is one change for display.
type ChangePreview struct {
	Change   Change
	Method   string
	URL      string // path and query, references shown as ⟨name⟩
	Body     string // indented JSON, secrets masked
	Raw      string // the one-line exact body, secrets masked
	Diffs    []DeltaView
	Verdicts []Verdict
	UndoSays string
}

// DeltaView is one before → after line.
type DeltaView struct{ Resource, Field, Before, After string }

// MakePreview evaluates guards on o and renders the plan.
func MakePreview(p Plan, o *organization.Organization, pol *policy.Policy, now time.Time, callerIP string) Preview {
	panic("owner fills in")
}

// Confirmation is the admin's word: what was typed. Apply refuses without the
// right ones, whoever calls it.
type Confirmation struct {
	Yes   bool
	Typed []string
}

// Outcome of one change.
type Outcome string

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
)

// ChangeResult is what became of one change. Why is a display sentence with the next step.
type ChangeResult struct {
	Change  Change
	Outcome Outcome
	Why     string
	Entry   string // journal entry id
}

// Result of applying a plan.
type Result struct {
	Changes []ChangeResult
	// After is the organization as read after the last change; nil if nothing was read.
	After *organization.Organization
}

// Event while applying.
type Event struct {
	Index, Total int
	Phase        string // "checking for drift", "guards", "writing the journal", "sending", "reading back"
	Change       Change
	Done         *ChangeResult
}

// Pause is asked after a change with PauseAfter; the answer says what next.
type PauseDecision int

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
	// Progress may be nil.
	Progress func(Event)
}

// Apply sends the plan's changes in order, each after a fresh drift and guard
// check, and stops at the first that is not done. o is the organization the plan was built on.
func (a *Applier) Apply(ctx context.Context, o *organization.Organization, p Plan, c Confirmation) (Result, error) {
	panic("owner fills in")
}

// Journal is the append-only record of every change tried: one JSON line per
// entry, fsynced, 0600 in a 0700 directory.
type Journal struct{ path string }

// Entry of the journal as replayed: intent and outcome merged. No secrets.
type Entry struct {
	ID       string
	Time     time.Time
	OrgID    string
	By       string // who (e-mail, display form)
	Says     string
	Check    string
	Fix      string
	Resource string // display
	Method   string
	Path     string
	Outcome  Outcome
	Why      string
	Undo     []Inverse
	NoUndo   string
	UndoOf   string // id of the entry this undid
	UndoneBy string
	Touches  []organization.Part
	Deltas   []Delta
}

// OpenJournal opens or makes the journal of one organization in dir.
func OpenJournal(dir, orgID string) (*Journal, error) { panic("owner fills in") }

// Entries gives all entries, oldest first. A torn last line is an unclear entry, never an error.
func (j *Journal) Entries() ([]Entry, error) { panic("owner fills in") }

// Settle compares unclear entries with the organization as read and records what became of them.
func (j *Journal) Settle(o *organization.Organization, now time.Time) ([]Entry, error) {
	panic("owner fills in")
}

// UndoPlan builds the plan that puts back what an entry changed; an error says why it cannot.
func UndoPlan(e Entry, o *organization.Organization, now time.Time) (Plan, error) {
	panic("owner fills in")
}
