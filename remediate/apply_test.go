package remediate_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/internal/sandbox"
	"avn-harden/remediate"
)

func TestApplySendsWhatThePreviewShows(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "saml_allow_external", false)
	addAuth(t, b, "oauth_enabled", false)
	p := w.preview(b.Plan)
	if p.Blocked {
		t.Fatalf("the plan is blocked: %+v", p.Changes)
	}
	wantOutcomes(t, w.apply(w.applier(), b.Plan), remediate.OutcomeDone, remediate.OutcomeDone)
	sent := w.box.Writes()
	if len(sent) != len(p.Changes) {
		t.Fatalf("%d requests were sent, %d previewed", len(sent), len(p.Changes))
	}
	for i, c := range p.Changes {
		if sent[i].Method != c.Method || sent[i].Path != c.URL || string(sent[i].Body) != c.Raw {
			t.Errorf("sent %s %s %s\npreviewed %s %s %s", sent[i].Method, sent[i].Path, sent[i].Body, c.Method, c.URL, c.Raw)
		}
	}
	for _, e := range w.entries() {
		if e.Outcome != remediate.OutcomeDone || e.By != "ingrid.solberg@nordwind.example" || len(e.Undo) != 1 {
			t.Errorf("the journal has %+v", e)
		}
	}
}

func TestApplyNeedsTheRightConfirmation(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "saml_allow_external", false)
	p := w.preview(b.Plan)
	if !slices.Equal(p.Acks, []string{"Nordwind Logistics"}) {
		t.Fatalf("to type: %q", p.Acks)
	}
	for name, c := range map[string]remediate.Confirmation{
		"none":         {},
		"only yes":     {Yes: true},
		"another name": {Yes: true, Typed: []string{"nordwind"}},
	} {
		res, err := w.applier().Apply(t.Context(), w.org, b.Plan, c)
		if !errors.Is(err, remediate.ErrNotConfirmed) {
			t.Errorf("%s: error is %v", name, err)
		}
		wantOutcomes(t, res, remediate.OutcomeNotSent)
	}
	if n := len(w.box.Writes()); n != 0 {
		t.Errorf("%d requests were sent without a confirmation", n)
	}
}

func TestRiskyChangesAreConfirmedByName(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "two_factor_required", false)
	b.Plan.Changes[0].Risk = remediate.Irreversible
	b.Plan.Changes[0].Deltas = nil
	p := w.preview(b.Plan)
	if p.TypeName != "Nordwind Logistics" || p.Risk != remediate.Irreversible {
		t.Fatalf("risk %q asks for %q", p.Risk, p.TypeName)
	}
	if _, err := w.applier().Apply(t.Context(), w.org, b.Plan, remediate.Confirmation{Yes: true}); !errors.Is(err, remediate.ErrNotConfirmed) {
		t.Errorf("y was enough: %v", err)
	}
}

func TestDriftIsRefused(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	off := false
	w.box.Mutate(func(s *sandbox.State) { s.Organizations[0].Authentication.OAuthEnabled = &off })
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeDrift)
	if len(w.box.Writes()) != 0 || len(w.entries()) != 0 {
		t.Error("something was sent or journalled")
	}
	if !strings.Contains(res.Changes[0].Why, "plan again") {
		t.Errorf("why: %s", res.Changes[0].Why)
	}
}

func TestDriftToSomethingElseIsRefused(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	project := w.looseProject()
	addMove(t, b, project, w.org.Units[0].ID.Raw())
	other := newBuilder(w)
	addMove(t, other, project, w.org.Units[1].ID.Raw())
	wantOutcomes(t, w.apply(w.applier(), other.Plan), remediate.OutcomeDone)
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeDrift)
	if n := len(w.box.Writes()); n != 1 {
		t.Errorf("%d writes, want only the other admin's", n)
	}
	if why := res.Changes[0].Why; !strings.Contains(why, w.org.Units[1].Name.String()) {
		t.Errorf("it does not say what it is now: %s", why)
	}
}

func TestABlockedChangeKeepsTheWholePlanFromGoing(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	addAuth(t, b, "password_auth_enabled", false) // the identity provider is not required yet
	wantOutcomes(t, w.apply(w.applier(), b.Plan), remediate.OutcomeNotSent, remediate.OutcomeBlocked)
	if n := len(w.box.Writes()); n != 0 {
		t.Errorf("%d writes", n)
	}
}

func TestCancelledAfterSendingIsStillReadBack(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	ctx, cancel := context.WithCancel(t.Context())
	a := w.applier()
	a.Progress = func(e remediate.Event) {
		if e.Phase == remediate.PhaseReadBack {
			cancel()
		}
	}
	res, err := a.Apply(ctx, w.org, b.Plan, confirmed(w.preview(b.Plan)))
	if err != nil {
		t.Fatal(err)
	}
	wantOutcomes(t, res, remediate.OutcomeDone)
	if got := w.entries()[0].Outcome; got != remediate.OutcomeDone {
		t.Errorf("the journal says %q", got)
	}
}

func TestUnreadableStateIsNotDriftAndNotSent(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "mcp_enabled", true)
	b.Plan.Changes[0].Deltas[0].Field = "oauth_enabled"
	b.Plan.Changes[0].Deltas[0].Before = "true"
	w.box.Fail(sandbox.Fault{Operation: "OrganizationAuthenticationConfigGet", Status: http.StatusForbidden, Times: -1})
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeBlocked)
	if !strings.Contains(res.Changes[0].Why, "role:organization:admin") || len(w.box.Writes()) != 0 {
		t.Errorf("why: %s; writes: %d", res.Changes[0].Why, len(w.box.Writes()))
	}
}

func TestGuardsRunOnFreshData(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "saml_allow_external", false)
	confirm := confirmed(w.preview(b.Plan))
	w.box.Mutate(func(s *sandbox.State) {
		for _, m := range s.Organizations[0].AuthenticationMethods {
			m.Enabled = false
		}
	})
	res, err := w.applier().Apply(t.Context(), w.org, b.Plan, confirm)
	if err != nil {
		t.Fatal(err)
	}
	wantOutcomes(t, res, remediate.OutcomeBlocked)
	if len(w.box.Writes()) != 0 {
		t.Error("it was sent although no identity provider works any more")
	}
}

func TestSomebodyNewlyAffectedIsNotConfirmed(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "saml_allow_external", false)
	confirm := confirmed(w.preview(b.Plan))
	w.box.Mutate(func(s *sandbox.State) {
		for _, u := range s.Organizations[0].Users {
			if u.Email == "nora.moen@nordwind.example" {
				u.Logins = nil
			}
		}
	})
	res, err := w.applier().Apply(t.Context(), w.org, b.Plan, confirm)
	if err != nil {
		t.Fatal(err)
	}
	wantOutcomes(t, res, remediate.OutcomeBlocked)
	if len(w.box.Writes()) != 0 || !strings.Contains(res.Changes[0].Why, "no longer what you confirmed") {
		t.Errorf("why: %s", res.Changes[0].Why)
	}
}

func TestDryRunSendsNothing(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	project := w.looseProject()
	addUnit(t, b, "Sandbox")
	addMove(t, b, project, b.Ref("unit.id"))
	addAuth(t, b, "oauth_enabled", false)
	a := w.applier()
	a.API, a.DryRun, a.Journal = w.connect("admin", true), true, nil
	res := w.apply(a, b.Plan)
	wantOutcomes(t, res, remediate.OutcomeDryRun, remediate.OutcomeDryRun, remediate.OutcomeDryRun)
	if len(w.box.Writes()) != 0 || len(w.entries()) != 0 {
		t.Error("a dry run wrote something")
	}
}

func TestReferencesAreFilledInFromTheAnswer(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	project := w.looseProject()
	addUnit(t, b, `Field "A" & B`)
	addMove(t, b, project, b.Ref("unit.id"))
	p := w.preview(b.Plan)
	if !strings.Contains(p.Changes[1].Raw, "⟨unit.id⟩") || strings.Contains(p.Changes[1].Raw, "avn-ref") {
		t.Errorf("the preview shows %s", p.Changes[1].Raw)
	}
	wantOutcomes(t, w.apply(w.applier(), b.Plan), remediate.OutcomeDone, remediate.OutcomeDone)
	after := w.read()
	i := slices.IndexFunc(after.Units, func(u org.Unit) bool { return u.Name.Is(`Field "A" & B`) })
	if i < 0 {
		t.Fatal("the unit is not there")
	}
	id := after.Units[i].ID.Raw()
	if got := after.Lookup(org.PartProjects, project, "parent_id"); got != org.Canonical(id) {
		t.Errorf("the project's parent is %s, want %s", got, id)
	}
	first := w.entries()[0]
	if len(first.Undo) != 1 || first.Undo[0].Request.Path != "/v1/account/"+id {
		t.Errorf("the journal's undo of the unit is %+v", first.Undo)
	}
	// Undo, newest first, leaves it as it was.
	for _, e := range []remediate.Entry{w.entries()[1], first} {
		w.org = w.read()
		undo, err := remediate.UndoPlan(e, w.org, noon)
		if err != nil {
			t.Fatal(err)
		}
		wantOutcomes(t, w.apply(w.applier(), undo), remediate.OutcomeDone)
	}
	end := w.read()
	if len(end.Units) != len(after.Units)-1 || end.InUnit(end.Projects[slices.IndexFunc(end.Projects, func(p org.Project) bool { return p.ID.Is(project) })]) {
		t.Error("undo did not restore units and projects")
	}
}

func TestALostReferenceStopsThePlan(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addUnit(t, b, "Sandbox")
	addMove(t, b, w.looseProject(), b.Ref("unit.id"))
	b.Plan.Changes[0].Yields = map[string]string{"unit.id": "/account/nothing_there"}
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeDiffers, remediate.OutcomeNotSent)
	if n := len(w.box.Writes()); n != 1 {
		t.Errorf("%d requests were sent, want only the first", n)
	}
	if _, err := remediate.UndoPlan(w.entries()[0], w.read(), noon); err == nil || !strings.Contains(err.Error(), "⟨unit.id⟩") {
		t.Errorf("undo without the id says %v", err)
	}
}

func TestRefusedByTheAPI(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	addAuth(t, b, "two_factor_required", false)
	b.Plan.Changes[1].Deltas = nil
	w.box.Fail(sandbox.Fault{Operation: "OrganizationAuthenticationConfigUpdate", Status: http.StatusConflict, Times: -1})
	wantOutcomes(t, w.apply(w.applier(), b.Plan), remediate.OutcomeRefused, remediate.OutcomeNotSent)
	if len(w.box.Writes()) != 1 || w.entries()[0].Outcome != remediate.OutcomeRefused {
		t.Errorf("writes: %d, journal: %+v", len(w.box.Writes()), w.entries())
	}
}

// An answer that is lost is settled by reading, and nothing is sent twice.
func TestLostAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		fault sandbox.Fault
		want  remediate.Outcome
	}{
		"took effect, connection cut": {sandbox.Fault{Reset: true}, remediate.OutcomeDone},
		"took effect, error 500":      {sandbox.Fault{Status: 500, After: true}, remediate.OutcomeDone},
		"did not take, error 500":     {sandbox.Fault{Status: 500}, remediate.OutcomeUnclear},
		"cut-off JSON":                {sandbox.Fault{Truncate: true}, remediate.OutcomeDone},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := newBuilder(w)
			addAuth(t, b, "oauth_enabled", false)
			tc.fault.Operation = "OrganizationAuthenticationConfigUpdate"
			w.box.Fail(tc.fault)
			wantOutcomes(t, w.apply(w.applier(), b.Plan), tc.want)
			if n := len(w.box.Writes()); n != 1 {
				t.Errorf("sent %d times", n)
			}
			if got := w.entries()[0].Outcome; got != tc.want {
				t.Errorf("the journal says %q", got)
			}
			settled, err := w.journal.Settle(w.read(), noon)
			if err != nil {
				t.Fatal(err)
			}
			if tc.want == remediate.OutcomeUnclear && (len(settled) != 1 || settled[0].Outcome != remediate.OutcomeNotSent) {
				t.Errorf("settled: %+v", settled)
			}
			if n := len(w.box.Writes()); n != 1 {
				t.Errorf("settling sent something: %d writes", n)
			}
		})
	}
}

func TestCancelledWhileSending(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	addAuth(t, b, "mcp_enabled", true)
	b.Plan.Changes[1].Deltas = nil
	ctx, cancel := context.WithCancel(t.Context())
	w.onWrite = func(*http.Request) { cancel() }
	res, err := w.applier().Apply(ctx, w.org, b.Plan, confirmed(w.preview(b.Plan)))
	if err != nil {
		t.Fatal(err)
	}
	if o := res.Changes[0].Outcome; o != remediate.OutcomeDone && o != remediate.OutcomeUnclear {
		t.Errorf("outcome %q (%s)", o, res.Changes[0].Why)
	}
	if res.Changes[1].Outcome != remediate.OutcomeNotSent || len(w.box.Writes()) != 1 {
		t.Errorf("the second change is %q; %d writes", res.Changes[1].Outcome, len(w.box.Writes()))
	}
	if got := w.entries()[0].Outcome; got != res.Changes[0].Outcome {
		t.Errorf("the journal says %q, the result %q", got, res.Changes[0].Outcome)
	}
}

func TestCancelledBeforeSending(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	for _, phase := range []string{remediate.PhaseDrift, remediate.PhaseGuards} {
		ctx, cancel := context.WithCancel(t.Context())
		a := w.applier()
		a.Progress = func(e remediate.Event) {
			if e.Phase == phase {
				cancel()
			}
		}
		res, err := a.Apply(ctx, w.org, b.Plan, confirmed(w.preview(b.Plan)))
		if err != nil {
			t.Fatal(err)
		}
		wantOutcomes(t, res, remediate.OutcomeNotSent)
	}
	if len(w.box.Writes()) != 0 || len(w.entries()) != 0 {
		t.Error("something was sent or journalled")
	}
}

func TestWithoutJournalNothingIsSent(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	if err := os.Remove(w.journal.Path()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.journal.Path(), 0o700); err != nil { // a directory cannot be written to, even by root
		t.Fatal(err)
	}
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeNotSent)
	if len(w.box.Writes()) != 0 || !strings.Contains(res.Changes[0].Why, "journal") {
		t.Errorf("writes: %d, why: %s", len(w.box.Writes()), res.Changes[0].Why)
	}
}

func TestTheIntentIsOnDiskBeforeTheRequestIsOut(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	var seen []remediate.Entry
	w.onWrite = func(*http.Request) { seen = w.entries() }
	w.apply(w.applier(), b.Plan)
	if len(seen) != 1 || seen[0].Outcome != remediate.OutcomeUnclear || seen[0].Operation != "OrganizationAuthenticationConfigUpdate" {
		t.Errorf("while the request was under way the journal had %+v", seen)
	}
}

func TestReadBackThatDiffersStopsThePlan(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	addAuth(t, b, "mcp_enabled", true)
	b.Plan.Changes[1].Deltas = nil
	b.Plan.Changes[0].Deltas = append(b.Plan.Changes[0].Deltas, remediate.Delta{Part: org.PartAuthPolicy, Field: "saml_enabled", Before: "true", After: "false"})
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeDiffers, remediate.OutcomeNotSent)
	if !strings.Contains(res.Changes[0].Why, "saml_enabled") {
		t.Errorf("why: %s", res.Changes[0].Why)
	}
}

func TestTheFindingMustBeGone(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	a := w.applier()
	a.Gone = func(o *org.Organization, c remediate.Change) bool { return c.Check != "auth-test" }
	wantOutcomes(t, w.apply(a, b.Plan), remediate.OutcomeDiffers)
}
