package remediate_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/internal/sandbox"
	"avn-harden/remediate"
)

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
