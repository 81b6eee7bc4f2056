package session_test

import (
	"strings"
	"testing"

	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// blockedOnPractice are fixes that a guard rightly stops on the practice
// organization; each with a part of the reason.
var blockedOnPractice = map[string]string{"password-off": "goes off last"}

// What is previewed is what is sent, byte for byte, for every fix; and what
// was done is done: the finding is gone, and nothing was sent twice.
func TestEveryFixForReal(t *testing.T) {
	first := newWorld(t).open(false)
	tried := 0
	for _, step := range first.Report().Steps {
		for _, c := range step.Checks {
			for _, f := range c.Check.Fixes {
				if f.Build == nil || len(c.Findings) == 0 || f.ID == "renew-certificate" { // the latter needs a certificate typed in
					continue
				}
				tried++
				t.Run(c.Check.ID+"/"+f.ID, func(t *testing.T) { forReal(t, c.Check.ID, f.ID) })
			}
		}
	}
	if tried < 8 {
		t.Errorf("only %d fixes were tried", tried)
	}
}

func forReal(t *testing.T, check, fix string) {
	w := newWorld(t)
	s := w.open(false)
	r := result(t, s.Report(), check)
	choice := session.Choice{Check: r.Check, Findings: r.Findings, Answers: steps.Answers{}}
	for _, f := range r.Check.Fixes {
		if f.ID == fix {
			choice.Fix = f
		}
	}
	in := steps.Input{Org: s.Organization(), Policy: s.Policy(), Now: noon}
	if q := choice.Fix.Questions; q != nil {
		for _, q := range q(in, r.Findings) {
			choice.Answers[q.Key] = q.Default
		}
	}
	if g := choice.Fix.Guide; g != nil {
		if probe := g(in, r.Findings, choice.Answers).Probe; probe != nil {
			switch probe.Kind {
			case "dns-txt":
				w.box.PublishTXT(probe.Name, probe.Value)
			default:
				w.box.PublishFile(probe.Name, probe.Value)
			}
		}
	}
	p := plan(t, s, choice)
	res := apply(t, s, p)
	if why, ok := blockedOnPractice[fix]; ok {
		if !p.Blocked || !strings.Contains(res.Changes[0].Why, why) || len(w.box.Writes()) != 0 {
			t.Errorf("it is not blocked for %q: %+v", why, res.Changes[0])
		}
		return
	}
	for _, c := range res.Changes {
		if c.Outcome != remediate.OutcomeDone {
			t.Errorf("%s: %q: %s", c.Change.Says, c.Outcome, c.Why)
		}
	}
	sent := w.box.Writes()
	if len(sent) != len(p.Changes) {
		t.Fatalf("%d requests sent, %d previewed", len(sent), len(p.Changes))
	}
	for i, c := range p.Changes {
		if strings.Contains(c.URL+c.Raw, "⟨") {
			continue // its references are filled in when it is sent
		}
		url := sent[i].Path
		if sent[i].Query != "" {
			url += "?" + sent[i].Query
		}
		if sent[i].Method != c.Method || url != c.URL || string(sent[i].Body) != c.Raw {
			t.Errorf("sent %s %s %s\npreviewed %s %s %s", sent[i].Method, url, sent[i].Body, c.Method, c.URL, c.Raw)
		}
	}
	undoAll(t, s)
}

// undoAll puts back all that can be, newest first.
func undoAll(t *testing.T, s *session.Session) {
	t.Helper()
	history, err := s.History()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range history {
		if len(e.Undo) == 0 {
			if e.NoUndo == "" {
				t.Errorf("%s has neither undo nor a reason why not", e.Says)
			}
			continue
		}
		p, err := s.Undo(t.Context(), e.ID)
		if err != nil {
			t.Errorf("undo of %s: %v", e.Says, err)
			continue
		}
		for _, c := range apply(t, s, p).Changes {
			if c.Outcome != remediate.OutcomeDone {
				t.Errorf("undo of %s: %q: %s", e.Says, c.Outcome, c.Why)
			}
		}
	}
}
