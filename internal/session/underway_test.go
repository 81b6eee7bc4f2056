package session_test

import (
	"testing"

	"avn-harden/internal/session"
	"avn-harden/remediate"
)

// What was started is picked up by the next program, watched until it is over,
// and then forgotten.
func TestWhatGoesOnIsPickedUpFromTheJournal(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	r := result(t, s.Report(), "service-in-vpc")
	c := session.Choice{Check: r.Check, Findings: findingsFor(r, "move-into-vpc")[:1]}
	for _, f := range r.Check.Fixes {
		if f.ID == "move-into-vpc" {
			c.Fix = f
		}
	}
	c.Answers = answers(c, s.Input())
	for _, change := range apply(t, s, plan(t, s, c)).Changes {
		if change.Outcome != remediate.OutcomeDone {
			t.Fatalf("%s: %q: %s", change.Change.Says, change.Outcome, change.Why)
		}
	}
	next, err := session.New(w.options(false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := next.Read(t.Context(), practiceID, nil); err != nil {
		t.Fatal(err)
	}
	if n := next.Pending(); n != 1 {
		t.Fatalf("%d things go on, want one", n)
	}
	var states []string
	for range 6 {
		work, err := next.Underway(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(work) == 0 {
			break
		}
		states = append(states, work[0].State)
		if work[0].Over != (work[0].State == "RUNNING") {
			t.Errorf("over %v at %s", work[0].Over, work[0].State)
		}
	}
	if len(states) == 0 || states[len(states)-1] != "RUNNING" || next.Pending() != 0 {
		t.Errorf("it went through %q, and %d things go on", states, next.Pending())
	}
	dry, err := session.New(w.options(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dry.Read(t.Context(), practiceID, nil); err != nil {
		t.Fatal(err)
	}
	if n := dry.Pending(); n != 0 {
		t.Errorf("%d things go on for the third program", n)
	}
}
