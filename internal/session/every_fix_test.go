package session_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
				if len(findingsFor(c, f.ID)) == 0 {
					continue // it follows another fix
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
	if fix == "create-replica" { // a replica is never open: it needs networks to let in
		w.write("avn-harden.yaml", "trusted_networks: [203.0.113.0/24]\n")
	}
	s := w.open(false)
	before := w.state()
	r := result(t, s.Report(), check)
	choice := session.Choice{Check: r.Check, Findings: findingsFor(r, fix), Answers: steps.Answers{}}
	for _, f := range r.Check.Fixes {
		if f.ID == fix {
			choice.Fix = f
		}
	}
	if !choice.Fix.Many {
		choice.Findings = slices.DeleteFunc(choice.Findings, func(f steps.Finding) bool { return f.Resource.ID == s.Organization().Me.UserID })[:1]
	}
	in := s.Input()
	choice.Answers = answers(choice, in)
	if all := findingsFor(r, fix); !choice.Fix.Many && choice.Fix.Guide == nil {
		// One that no guard stops, if there is one: what guards stop is tested there.
		for _, f := range all {
			one := session.Choice{Check: r.Check, Fix: choice.Fix, Findings: []steps.Finding{f}}
			one.Answers = answers(one, in)
			if p, err := s.Plan(t.Context(), []session.Choice{one}); err == nil && !p.Blocked {
				choice = one
				break
			}
		}
	}
	w.publish(choice, in)
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
	settled(t, s)
	for _, c := range p.Changes {
		if len(c.Change.Undo) == 0 {
			return // it said so
		}
	}
	if after := w.state(); after != before {
		t.Errorf("what was undone is not as before:\n%s", difference(before, after))
	}
}

// volatile is what time and order leave on a state that is otherwise the same.
var volatile = []string{"UpdateTime", "CreateTime", "LastUsed", "LastIP", "ExpiryTime", "InvitedBy", "Components", "Rebuilding", "Rebuilds", "Events"}

// state is all that the sandbox holds, but for what is volatile.
func (w *world) state() string {
	w.t.Helper()
	b, err := json.Marshal(w.box.State())
	if err != nil {
		w.t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		w.t.Fatal(err)
	}
	b, err = json.MarshalIndent(lasting(v), "", " ")
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// lasting leaves out what is volatile, and sorts lists: their order says nothing.
func lasting(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range volatile {
			delete(v, k)
		}
		for k := range v {
			v[k] = lasting(v[k])
		}
	case []any:
		// What is deleted stays listed for a while.
		v = slices.DeleteFunc(v, func(x any) bool { m, _ := x.(map[string]any); return m["State"] == "DELETED" })
		for i := range v {
			v[i] = lasting(v[i])
		}
		if len(v) == 0 {
			return nil // none, however it is written
		}
		text := func(x any) string { b, _ := json.Marshal(x); return string(b) }
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		return v
	}
	return v
}

func difference(before, after string) string {
	b, a := strings.Split(before, "\n"), strings.Split(after, "\n")
	var out []string
	for _, l := range b {
		if !slices.Contains(a, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range a {
		if !slices.Contains(b, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.workdir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// findingsFor are those that a fix is offered on.
func findingsFor(r steps.CheckResult, fix string) []steps.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f steps.Finding) bool { return !slices.Contains(f.Fixes, fix) })
}

// typed are answers to questions that propose nothing.
var typed = steps.Answers{
	"email": "platform-team@nordwind.example", "name": "nordwind platform", "description": "for the platform team", "networks": "203.0.113.0/24",
}

// answers are what is proposed, and the first of what is offered.
func answers(c session.Choice, in steps.Input) steps.Answers {
	out := steps.Answers{}
	if c.Fix.Questions == nil {
		return out
	}
	for _, q := range c.Fix.Questions(in, c.Findings) {
		switch {
		case q.Kind == steps.AskConfirm:
			out[q.Key] = "true"
		case q.Default != "":
			out[q.Key] = q.Default
		case (q.Kind == steps.AskChoice || q.Kind == steps.AskMany) && len(q.Options) > 0:
			out[q.Key] = q.Options[0].Value
		default:
			out[q.Key] = typed[q.Key]
		}
	}
	return out
}

// undoAll puts back all that can be, newest first.
func undoAll(t *testing.T, s *session.Session) {
	t.Helper()
	settled(t, s)
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
		settled(t, s)
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

// settled waits until what was started is over: a service that moves cannot
// be moved back.
func settled(t *testing.T, s *session.Session) {
	t.Helper()
	for range 8 {
		work, err := s.Underway(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(work, func(w session.Work) bool { return !w.Over && w.Fix == "" }) {
			return
		}
	}
	t.Error("what was started does not end")
}
