// Package remediate turns fixes into plans and plans into changes that were
// confirmed, guarded, sent once, journalled and verified. It knows no step:
// what "the finding is gone" means is handed to it.
package remediate

import (
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// PlanSchema names the format of a saved plan.
const PlanSchema = "avn-harden/plan/v1"

// Risk says what it takes to confirm a change.
type Risk string

// The risks, mildest first. Everything above Reversible is confirmed by typing
// the resource's name.
const (
	Reversible   Risk = "reversible"
	Disruptive   Risk = "disruptive"
	CostsMoney   Risk = "costs money"
	Irreversible Risk = "irreversible"
)

// Plan is the changes that fixes would make, in order. Plain data: it can be
// shown, diffed, saved and applied later.
type Plan struct {
	Schema       string        `json:"schema"`
	Organization aivenapi.Text `json:"-"`
	OrgID        string        `json:"organization_id"`
	CreatedAt    time.Time     `json:"created_at"`
	Changes      []Change      `json:"changes"`
	// Note says in words what the admin should know about the plan as a whole
	// (effective access gained and lost, people affected). Shown in the preview.
	Notes []string `json:"notes,omitempty"`
}

// Change is one API write.
type Change struct {
	// Check and Fix say where the change comes from; Resource is what it names.
	Check    string `json:"check"`
	Fix      string `json:"fix"`
	Resource Target `json:"resource"`
	// Says is what the change does, in words ("Turn password login off for Nordwind").
	Says    string           `json:"says"`
	Request aivenapi.Request `json:"request"`
	// Deltas are the state it is based on and the state it makes. They are the
	// before → after of the preview, the drift check (Before must still hold
	// right before sending) and the read-back (After must hold afterwards).
	Deltas []Delta `json:"deltas"`
	Risk   Risk    `json:"risk"`
	// Permission is what the caller needs.
	Permission string `json:"permission"`
	// Touches are the parts of the organization that are read again afterwards.
	Touches []organization.Part `json:"touches"`
	// Yields names values that later changes refer to, as JSON pointers into
	// the answer: reference name → pointer ("unit.id" → "/account/account_id").
	Yields map[string]string `json:"yields,omitempty"`
	// Undo is the inverse, in order; empty with NoUndo saying why there is none.
	Undo   []Inverse `json:"undo,omitempty"`
	NoUndo string    `json:"no_undo,omitempty"`
	// PauseAfter is a prompt that must be answered before the next change goes
	// out ("Log in once through the IdP in a private window. Did it work?").
	PauseAfter string `json:"pause_after,omitempty"`
	// Hands is what the answer holds once and never again: it is handed over
	// before anything else is done. Nil for all else.
	Hands *Handed `json:"hands,omitempty"`
	// Await is work that the change starts and that must end well before the
	// next change goes out (an upgrade check). Nil for all else.
	Await *Await `json:"await,omitempty"`
	// Until is what holds once the long work is over that the change starts and
	// that goes on by itself (a service that is moved): only After is compared.
	Until []Delta `json:"until,omitempty"`
	// Facts are plain words for the journal by which work over several days is
	// picked up again ("old" and "new" token); no secrets, references allowed.
	Facts map[string]string `json:"facts,omitempty"`
	// UndoOf is the journal entry that this change puts back; "" for all else.
	UndoOf string `json:"undo_of,omitempty"`
}

// Handed says which values of an answer are secrets for the admin.
type Handed struct {
	// Says names it for people: "the new token of terraform".
	Says string `json:"says"`
	// Values are label → JSON pointer into the answer; what is not there is left out.
	Values map[string]string `json:"values"`
}

// Await is how to see that work ended, by reading.
type Await struct {
	Says string `json:"says"` // "the upgrade check"
	// Operation and Path of the GET; references are allowed in the path.
	Operation string `json:"operation"`
	Path      string `json:"path"`
	// Done points to a text that is empty until the end, OK to whether it ended
	// well, Text to what to show. Done and Text may be the same.
	Done string `json:"done"`
	OK   string `json:"ok"`
	Text string `json:"text"`
}

// Target is the resource that a change names.
type Target struct {
	Type string        `json:"type"`
	ID   aivenapi.Text `json:"id"`
	Name aivenapi.Text `json:"name"`
}

// Delta is one field of one resource before and after a change. Values are
// canonical JSON as organization.Lookup gives it; "" means that the resource
// or field is not there.
type Delta struct {
	Part     organization.Part `json:"part"`
	Resource string            `json:"resource"`
	Field    string            `json:"field"`
	Before   string            `json:"before"`
	After    string            `json:"after"`
}

// Inverse is a request that puts back what a change did.
type Inverse struct {
	Says    string           `json:"says"`
	Request aivenapi.Request `json:"request"`
	Deltas  []Delta          `json:"deltas"`
}
