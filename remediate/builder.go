package remediate

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// Builder records the calls of fixes into a plan. It is handed to a fix's Build.
type Builder struct {
	Org  *organization.Organization
	Plan Plan
	// refuse is why nothing can be added at all; nil if it can.
	refuse error
}

// NewBuilder starts a plan for an organization.
func NewBuilder(o *organization.Organization, now time.Time) *Builder {
	b := &Builder{Org: o, Plan: Plan{Schema: PlanSchema, CreatedAt: now.UTC()}}
	if o == nil {
		b.refuse = fmt.Errorf("plan changes: no organization was read")
		return b
	}
	b.Plan.Organization, b.Plan.OrgID = o.Name, o.ID.Raw()
	if text := marked(o); text != "" {
		b.refuse = fmt.Errorf("plan changes: %s contains the text %s, which is kept for references between changes: rename it first", text, refMark)
	}
	return b
}

// Call is one write that a fix makes, on the recording client.
type Call struct {
	// Change carries all but Request, which is what Do sends, and Undo, which
	// is what Inverse sends. For a create whose result later calls need, its
	// Yields map a reference name to the JSON pointer of the value in the real
	// answer; Ref gives the placeholder to use in later calls and in Inverse.
	Change Change
	// Do makes exactly one write.
	Do func(ctx context.Context, api *aivenapi.API) error
	// Inverse are the undo calls, recorded the same way.
	Inverse []InverseCall
	// Respond is the shape of the answer that the client must be able to
	// decode, "{}" when nil; the values of Yields are filled in.
	Respond json.RawMessage
}

// InverseCall records one undo request.
type InverseCall struct {
	Says   string
	Deltas []Delta
	Do     func(ctx context.Context, api *aivenapi.API) error
}

// Add records a call and appends its change to the plan. An error says what
// was recorded instead of exactly one write, or which reference is not known;
// the plan is then as it was.
func (b *Builder) Add(ctx context.Context, c Call) error {
	if b.refuse != nil {
		return b.refuse
	}
	answer, err := syntheticAnswer(c.Respond, c.Change.Yields)
	if err != nil {
		return fmt.Errorf("plan %q: %w", c.Change.Says, err)
	}
	change := c.Change
	change.Undo = append([]Inverse(nil), change.Undo...)
	if change.Request, err = recordOne(ctx, answer, c.Do); err != nil {
		return fmt.Errorf("plan %q: %w", c.Change.Says, err)
	}
	for _, inv := range c.Inverse {
		r, err := recordOne(ctx, nil, inv.Do)
		if err != nil {
			return fmt.Errorf("plan the undo of %q (%s): %w", c.Change.Says, inv.Says, err)
		}
		change.Undo = append(change.Undo, Inverse{Says: inv.Says, Request: r, Deltas: inv.Deltas})
	}
	if len(change.Undo) == 0 && change.NoUndo == "" {
		return fmt.Errorf("plan %q: it has neither an undo nor the reason why there is none", c.Change.Says)
	}
	if change.Risk == "" {
		change.Risk = Reversible
	}
	grown := b.Plan
	grown.Changes = append(append([]Change(nil), b.Plan.Changes...), change)
	if err := checkRefs(grown); err != nil {
		return fmt.Errorf("plan %q: %w", c.Change.Says, err)
	}
	b.Plan = grown
	return nil
}

// Ref is the placeholder for a value that an earlier change yields; it can be
// put into paths and bodies and is shown as ⟨name⟩ in previews. Names have
// letters, digits, dots, dashes and underscores.
func (b *Builder) Ref(name string) string { return refToken(name) }

// Note adds a sentence about the plan as a whole to the preview.
func (b *Builder) Note(format string, args ...any) {
	b.Plan.Notes = append(b.Plan.Notes, fmt.Sprintf(format, args...))
}

func recordOne(ctx context.Context, answer []byte, do func(context.Context, *aivenapi.API) error) (aivenapi.Request, error) {
	if do == nil {
		return aivenapi.Request{}, fmt.Errorf("it has no call")
	}
	api, rec := aivenapi.Recording(func(aivenapi.Request) []byte { return answer })
	err := do(ctx, api)
	got := rec.Requests()
	if err != nil {
		return aivenapi.Request{}, fmt.Errorf("record the call: %w", err)
	}
	if len(got) != 1 {
		return aivenapi.Request{}, fmt.Errorf("it made %d writes instead of one%s", len(got), operations(got))
	}
	return got[0], nil
}

func operations(list []aivenapi.Request) string {
	if len(list) == 0 {
		return ""
	}
	s := ":"
	for _, r := range list {
		s += " " + r.Operation
	}
	return s
}

// syntheticAnswer is what the recorder answers: the shape, with references at
// the places of the values that the real answer will have.
func syntheticAnswer(shape json.RawMessage, yields map[string]string) ([]byte, error) {
	var doc any = map[string]any{}
	if len(shape) > 0 {
		if err := json.Unmarshal(shape, &doc); err != nil {
			return nil, fmt.Errorf("its sample answer is not JSON: %w", err)
		}
	}
	for _, name := range sortedKeys(yields) {
		doc = put(doc, pointerTokens(yields[name]), refToken(name))
	}
	return json.Marshal(doc)
}
