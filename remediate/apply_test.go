package remediate_test

import (
	"context"
	"encoding/json"
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

func TestPauses(t *testing.T) {
	for name, tc := range map[string]struct {
		pause  func(context.Context, remediate.Change) remediate.PauseDecision
		want   []remediate.Outcome
		writes int
		oauth  string
	}{
		"go on":     {func(context.Context, remediate.Change) remediate.PauseDecision { return remediate.PauseGoOn }, []remediate.Outcome{"done", "done"}, 2, "false"},
		"stop":      {func(context.Context, remediate.Change) remediate.PauseDecision { return remediate.PauseStop }, []remediate.Outcome{"done", "not sent"}, 1, "false"},
		"undo":      {func(context.Context, remediate.Change) remediate.PauseDecision { return remediate.PauseUndo }, []remediate.Outcome{"done", "not sent", "done"}, 2, "true"},
		"not asked": {nil, []remediate.Outcome{"done", "not sent"}, 1, "false"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := newBuilder(w)
			addAuth(t, b, "oauth_enabled", false)
			addAuth(t, b, "saml_allow_external", false)
			b.Plan.Changes[0].PauseAfter = "Log in once. Did it work?"
			a := w.applier()
			a.Pause = tc.pause
			wantOutcomes(t, w.apply(a, b.Plan), tc.want...)
			if n := len(w.box.Writes()); n != tc.writes {
				t.Errorf("%d writes, want %d", n, tc.writes)
			}
			if got := w.read().Lookup(org.PartAuthPolicy, "", "oauth_enabled"); got != tc.oauth {
				t.Errorf("oauth_enabled is %s", got)
			}
			if name == "undo" {
				list := w.entries()
				if list[1].UndoOf != list[0].ID || list[0].UndoneBy != list[1].ID {
					t.Errorf("the journal does not link undo and undone: %+v", list)
				}
			}
		})
	}
}

func TestCutOffIsPutBackAtOnce(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "saml_allow_external", false)
	// Right after the change Aiven no longer lets the token read the policy.
	w.onWrite = func(*http.Request) {
		w.onWrite = nil
		w.box.Fail(sandbox.Fault{Operation: "OrganizationAuthenticationConfigGet", Status: http.StatusUnauthorized, Times: 1})
	}
	res := w.apply(w.applier(), b.Plan)
	wantOutcomes(t, res, remediate.OutcomeDiffers)
	if !strings.Contains(res.Changes[0].Why, "put back at once") {
		t.Errorf("why: %s", res.Changes[0].Why)
	}
	if got := w.read().Lookup(org.PartAuthPolicy, "", "saml_allow_external"); got != "true" {
		t.Errorf("saml_allow_external is %s", got)
	}
	list := w.entries()
	if len(list) != 2 || list[1].UndoOf != list[0].ID || list[1].Outcome != remediate.OutcomeDone {
		t.Errorf("the journal has %+v", list)
	}
}

func TestSecretsStayOutOfPreviewAndJournal(t *testing.T) {
	const secret = "AVNS_verySecret0123456789"
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	body, err := json.Marshal(map[string]any{"oauth_enabled": false, "new_password": secret})
	if err != nil {
		t.Fatal(err)
	}
	b.Plan.Changes[0].Request.Body = body
	b.Plan.Changes[0].Undo[0].Request.Body = body
	b.Plan.Changes[0].Deltas = append(b.Plan.Changes[0].Deltas, remediate.Delta{Part: org.PartUnits, Resource: "x", Field: "password", Before: "", After: `"` + secret + `"`})
	p := w.preview(b.Plan)
	shown, err := json.Marshal([]any{p.Changes[0].Body, p.Changes[0].Raw, p.Changes[0].URL, p.Changes[0].Diffs[0]})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(shown), secret) {
		t.Errorf("the preview shows the secret: %s", shown)
	}
	w.apply(w.applier(), b.Plan)
	if text := w.journalText(); strings.Contains(text, secret) || len(text) == 0 {
		t.Errorf("the journal: %s", text)
	}
	if e := w.entries()[0]; len(e.Undo) != 0 || !strings.Contains(e.NoUndo, "secret") {
		t.Errorf("an undo with a secret was kept: %+v", e)
	}
}
