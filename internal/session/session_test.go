package session_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

const practiceID = "org4f8e2a1c9d3"

type world struct {
	t       *testing.T
	box     *sandbox.Sandbox
	url     string
	workdir string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOf(t, sandbox.Practice())
}

// smallWorld is for what is tried at every single call.
func smallWorld(t *testing.T) *world {
	t.Helper()
	const file = "testdata/rotation.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := sandbox.ParseSeed(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return worldOf(t, seed)
}

func worldOf(t *testing.T, seed *sandbox.Seed) *world {
	t.Helper()
	box, err := sandbox.New(seed, sandbox.Options{Now: clock, RandSeed: 1})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := box.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return &world{t: t, box: box, url: srv.URL, workdir: t.TempDir()}
}

func (w *world) options(readOnly bool) session.Options {
	w.t.Helper()
	api, err := aivenapi.New(aivenapi.Options{BaseURL: w.url, Token: w.box.Token("admin"), ReadOnly: readOnly, Now: clock, Sleep: noSleep})
	if err != nil {
		w.t.Fatal(err)
	}
	pol, err := policy.Load("", w.workdir, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return session.Options{
		API: api, Policy: pol, Now: clock, Sleep: noSleep, DryRun: readOnly,
		JournalDir: filepath.Join(w.workdir, "journal"),
	}
}

func (w *world) open(readOnly bool) *session.Session {
	w.t.Helper()
	s, err := session.New(w.options(readOnly))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := s.Read(w.t.Context(), practiceID, nil); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// choose gives a check's first fix for all of its findings.
func choose(t *testing.T, s *session.Session, check string, a steps.Answers) session.Choice {
	t.Helper()
	r := result(t, s.Report(), check)
	if len(r.Findings) == 0 || len(r.Check.Fixes) == 0 {
		t.Fatalf("%s has nothing to fix: %s %s", check, r.Status, r.Reason)
	}
	return session.Choice{Fix: r.Check.Fixes[0], Check: r.Check, Findings: r.Findings, Answers: a}
}

func result(t *testing.T, rep steps.Report, check string) steps.CheckResult {
	t.Helper()
	for _, step := range rep.Steps {
		for _, c := range step.Checks {
			if c.Check.ID == check {
				return c
			}
		}
	}
	t.Fatalf("there is no check %s", check)
	return steps.CheckResult{}
}

func confirmed(p remediate.Preview) remediate.Confirmation {
	return remediate.Confirmation{Yes: true, Typed: append([]string{p.TypeName}, p.Acks...)}
}

func goOn(context.Context, remediate.Change) remediate.PauseDecision { return remediate.PauseGoOn }

func takeIt(context.Context, remediate.Change, []remediate.Secret) error { return nil }

func plan(t *testing.T, s *session.Session, choices ...session.Choice) remediate.Preview {
	t.Helper()
	p, err := s.Plan(t.Context(), choices)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func apply(t *testing.T, s *session.Session, p remediate.Preview) remediate.Result {
	t.Helper()
	res, err := s.Apply(t.Context(), p, confirmed(p), session.Talk{Pause: goOn, HandOver: takeIt})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestFixesGoInTheSafeOrderAndTheFindingsAreGone(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	checks := []string{"auth-password-off", "auth-third-party-off", "auth-require-idp"}
	var choices []session.Choice
	for _, c := range checks {
		choices = append(choices, choose(t, s, c, nil))
	}
	p := plan(t, s, choices...)
	var order []string
	for _, c := range p.Changes {
		order = append(order, c.Change.Check)
	}
	if !slices.Equal(order, []string{"auth-require-idp", "auth-third-party-off", "auth-password-off"}) {
		t.Errorf("the order is %q", order)
	}
	before := s.Report().Score.Points
	for _, r := range apply(t, s, p).Changes {
		if r.Outcome != remediate.OutcomeDone {
			t.Fatalf("%s is %q: %s", r.Change.Says, r.Outcome, r.Why)
		}
	}
	for _, c := range checks {
		if got := result(t, s.Report(), c); got.Status == steps.Fail {
			t.Errorf("%s still fails", c)
		}
	}
	if s.Report().Score.Points <= before || s.First().Score.Points != before {
		t.Errorf("score was %d, is %d; the first is %d", before, s.Report().Score.Points, s.First().Score.Points)
	}
	for i, r := range w.box.Writes() {
		if c := p.Changes[i]; string(r.Body) != c.Raw || r.Path != c.URL {
			t.Errorf("sent %s %s, previewed %s %s", r.Path, r.Body, c.URL, c.Raw)
		}
	}
}

func TestMovingProjectsIntoANewUnitAndUndo(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	c := choose(t, s, "projects-in-units", steps.Answers{"unit": "new", "name": "Lab"})
	p := plan(t, s, c)
	res := apply(t, s, p)
	for _, r := range res.Changes {
		if r.Outcome != remediate.OutcomeDone {
			t.Fatalf("%s is %q: %s", r.Change.Says, r.Outcome, r.Why)
		}
	}
	if got := result(t, s.Report(), "projects-in-units"); got.Status != steps.Pass {
		t.Errorf("the check is %s", got.Status)
	}
	if !s.Organization().Status(organization.PartPermissions).Complete() {
		t.Error("the permissions on what was made were not read")
	}
	history, err := s.History()
	if err != nil || len(history) != len(p.Changes) {
		t.Fatalf("%d entries, %v", len(history), err)
	}
	for _, e := range history { // newest first
		u, err := s.Undo(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range apply(t, s, u).Changes {
			if r.Outcome != remediate.OutcomeDone {
				t.Fatalf("undo of %s is %q: %s", e.Says, r.Outcome, r.Why)
			}
		}
	}
	if got := len(result(t, s.Report(), "projects-in-units").Findings); got != len(c.Findings) {
		t.Errorf("%d findings after undo, %d before", got, len(c.Findings))
	}
	if _, err := s.Undo(t.Context(), history[0].ID); err == nil {
		t.Error("an entry can be undone twice")
	}
	if _, err := s.Undo(t.Context(), "nothing"); err == nil {
		t.Error("an entry that is not there can be undone")
	}
}

// Half a fix is done although its finding is still there: the other half follows.
func TestHalfAFixIsDone(t *testing.T) {
	w := newWorld(t)
	w.box.Mutate(func(st *sandbox.State) { st.Organizations[0].Domains = nil })
	s := w.open(false)
	c := choose(t, s, "domain-verified", nil)
	if c.Fix.Then == "" {
		t.Fatalf("%s is not half of another fix", c.Fix.ID)
	}
	c.Answers = steps.Answers{}
	for _, q := range c.Fix.Questions(steps.Input{Org: s.Organization(), Policy: s.Policy(), Now: noon}, c.Findings) {
		c.Answers[q.Key] = q.Default
		if q.Kind == steps.AskText {
			c.Answers[q.Key] = "nordwind.example"
		}
	}
	r := apply(t, s, plan(t, s, c)).Changes[0]
	if r.Outcome != remediate.OutcomeDone {
		t.Errorf("%q: %s", r.Outcome, r.Why)
	}
	if result(t, s.Report(), "domain-verified").Status != steps.Fail {
		t.Error("the check passes with a domain that is not verified")
	}
}

// The same where the change names the very resource of the finding.
func TestOnlyAFixWithASecondHalfMayLeaveItsFinding(t *testing.T) {
	for then, want := range map[string]remediate.Outcome{"": remediate.OutcomeDiffers, "second": remediate.OutcomeDone} {
		w := newWorld(t)
		o := w.options(false)
		all, err := session.New(o)
		if err != nil {
			t.Fatal(err)
		}
		check := result(t, steps.Evaluate(all.Options().Steps, steps.Input{Org: organization.Assemble(organization.Organization{}, nil), Policy: o.Policy, Now: noon}), "auth-third-party-off").Check
		check.Fixes = slices.Clone(check.Fixes)
		check.Fixes[0].Then = then
		right := check.Eval
		check.Eval = func(in steps.Input) steps.Result { // the finding never goes away
			on := true
			o := *in.Org
			o.AuthPolicy.OAuth = &on
			in.Org = &o
			return right(in)
		}
		o.Steps = []steps.Step{{ID: "only", Checks: []steps.Check{check}}}
		s, err := session.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(t.Context(), practiceID, nil); err != nil {
			t.Fatal(err)
		}
		if r := apply(t, s, plan(t, s, choose(t, s, check.ID, nil))).Changes[0]; r.Outcome != want {
			t.Errorf("with Then %q: %q (%s), want %q", then, r.Outcome, r.Why, want)
		}
	}
}

// Every fix that can be planned on the practice organization sends nothing in a dry run.
func TestDryRunOfEveryFixWritesNothing(t *testing.T) {
	w := newWorld(t)
	s := w.open(true)
	planned, would := 0, 0
	for _, step := range s.Report().Steps {
		for _, c := range step.Checks {
			for _, f := range c.Check.Fixes {
				if f.Build == nil || len(c.Findings) == 0 {
					continue
				}
				answers := steps.Answers{}
				if f.Questions != nil {
					in := steps.Input{Org: s.Organization(), Policy: s.Policy(), Now: noon}
					for _, q := range f.Questions(in, c.Findings) {
						answers[q.Key] = q.Default
					}
				}
				p, err := s.Plan(t.Context(), []session.Choice{{Fix: f, Check: c.Check, Findings: c.Findings, Answers: answers}})
				if err != nil { // needs an answer that has no default
					t.Logf("not planned: %s: %v", f.ID, err)
					continue
				}
				planned++
				for _, r := range apply(t, s, p).Changes {
					if r.Outcome == remediate.OutcomeDryRun {
						would++
					}
				}
			}
		}
	}
	if planned < 5 || would == 0 || len(s.WouldSend()) != would {
		t.Errorf("%d plans, %d changes would be sent, the session says %d", planned, would, len(s.WouldSend()))
	}
	if n := len(w.box.Writes()); n != 0 {
		t.Errorf("the dry run wrote %d times", n)
	}
}

func TestADryRunNeedsAReadOnlyConnection(t *testing.T) {
	w := newWorld(t)
	o := w.options(false)
	o.DryRun = true
	if _, err := session.New(o); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("error is %v", err)
	}
	if _, err := session.New(session.Options{}); err == nil {
		t.Error("a session without API was made")
	}
}

func TestTheNextStartSettlesWhatIsUnclear(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	p := plan(t, s, choose(t, s, "auth-third-party-off", nil))
	w.box.Fail(sandbox.Fault{Operation: "OrganizationAuthenticationConfigUpdate", Status: http.StatusInternalServerError, After: true})
	// Reading back fails as well, so it stays unclear.
	w.box.Fail(sandbox.Fault{Operation: "OrganizationAuthenticationConfigGet", Status: http.StatusForbidden, Nth: 2, Times: -1})
	if r := apply(t, s, p).Changes[0]; r.Outcome != remediate.OutcomeUnclear {
		t.Fatalf("%q: %s", r.Outcome, r.Why)
	}
	w.box.ClearFaults()
	next, err := session.New(w.options(false))
	if err != nil {
		t.Fatal(err)
	}
	settled, err := next.Read(t.Context(), practiceID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(settled) != 1 || settled[0].Outcome != remediate.OutcomeDone {
		t.Errorf("settled: %+v", settled)
	}
	if n := len(w.box.Writes()); n != 1 {
		t.Errorf("%d writes, want 1", n)
	}
}

func TestConfirmedIsWhatThePreviewShowed(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	p := plan(t, s, choose(t, s, "auth-require-idp", nil))
	w.box.Mutate(func(st *sandbox.State) {
		for _, u := range st.Organizations[0].Users {
			if u.Email == "nora.moen@nordwind.example" {
				u.Logins = nil
			}
		}
	})
	if err := s.Rescan(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if r := apply(t, s, p).Changes[0]; r.Outcome != remediate.OutcomeBlocked {
		t.Errorf("%q: somebody is affected whom the preview did not show (%s)", r.Outcome, r.Why)
	}
	if n := len(w.box.Writes()); n != 0 {
		t.Errorf("%d writes", n)
	}
}

func TestWaiveAndAttest(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	old := s.Policy()
	if err := s.Waive(policy.Waiver{Check: "auth-third-party-off", Resource: "*", Reason: "partners", Owner: "ada", Expires: noon.AddDate(0, 1, 0)}); err != nil {
		t.Fatal(err)
	}
	if got := result(t, s.Report(), "auth-third-party-off").Status; got != steps.Waived {
		t.Errorf("the check is %s", got)
	}
	if err := s.Attest(policy.Attestation{Check: "password-policy", Statement: "we use a password manager", Person: "ada", Date: noon, Expires: noon.AddDate(0, 6, 0)}); err != nil {
		t.Fatal(err)
	}
	if got := result(t, s.Report(), "password-policy").Status; got != steps.Attested {
		t.Errorf("the check is %s", got)
	}
	if len(old.Waivers) != 0 || len(s.Policy().Waivers) != 1 {
		t.Error("the policy handed out was changed, or the new one is not in force")
	}
	if _, err := os.Stat(s.Policy().Path); err != nil {
		t.Error(err)
	}
}

func TestNothingWithoutReading(t *testing.T) {
	w := newWorld(t)
	s, err := session.New(w.options(false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Plan(t.Context(), nil); err == nil {
		t.Error("planned without an organization")
	}
	if _, err := s.Apply(t.Context(), remediate.Preview{}, remediate.Confirmation{Yes: true}, session.Talk{}); err == nil {
		t.Error("applied without an organization")
	}
	if err := s.Rescan(t.Context(), nil); err == nil {
		t.Error("rescanned without an organization")
	}
	if s.Publish(steps.Probe{}) {
		t.Error("published without a publisher")
	}
}
