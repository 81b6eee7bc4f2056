package remediate_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func TestJournalIsForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "journal")
	j, err := remediate.OpenJournal(dir, "../../org/1")
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(j.Path()) != dir {
		t.Errorf("a hostile organization id puts the journal at %s", j.Path())
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, j.Path(): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// A kill at any point leaves a prefix of the file.
func TestJournalSurvivesAKillAtAnyByte(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	addAuth(t, b, "saml_allow_external", false)
	w.apply(w.applier(), b.Plan)
	whole := w.journalText()
	full := w.entries()
	for n := 0; n <= len(whole); n++ {
		if err := os.WriteFile(w.journal.Path(), []byte(whole[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		list := w.entries()
		if n > 0 && len(list) == 0 {
			t.Fatalf("after %d bytes the journal knows nothing", n)
		}
		for i, e := range list {
			if e.Outcome == "" || i < len(full) && e.ID == full[i].ID && e.Outcome != full[i].Outcome && e.Outcome != remediate.OutcomeUnclear && e.Outcome != remediate.OutcomeUnchecked {
				t.Fatalf("after %d bytes entry %d is %q", n, i, e.Outcome)
			}
		}
	}
}

func TestATornLineStaysAloneAndIsSettled(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(w.journal.Path(), []byte(`{"record":"intent","entry":{"id":"2026`), 0o600); err != nil {
		t.Fatal(err)
	}
	if list := w.entries(); len(list) != 1 || list[0].Outcome != remediate.OutcomeUnclear {
		t.Fatalf("a torn line gives %+v", list)
	}
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	wantOutcomes(t, w.apply(w.applier(), b.Plan), remediate.OutcomeDone)
	settled, err := w.journal.Settle(w.read(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(settled) != 1 || settled[0].Outcome != remediate.OutcomeNotSent {
		t.Errorf("settled: %+v", settled)
	}
	list := w.entries()
	if len(list) != 2 || list[0].Outcome != remediate.OutcomeNotSent || list[1].Outcome != remediate.OutcomeDone {
		t.Errorf("entries: %+v", list)
	}
}

// The program is killed after the intent: the next start settles by reading.
func TestSettle(t *testing.T) {
	for name, tc := range map[string]struct {
		after string // what the sandbox has when the next start reads
		want  remediate.Outcome
	}{
		"took effect":    {"took", remediate.OutcomeDone},
		"did not":        {"not", remediate.OutcomeNotSent},
		"something else": {"other", remediate.OutcomeUnclear},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := newBuilder(w)
			project := w.looseProject()
			addMove(t, b, project, w.org.Units[0].ID.Raw())
			wantOutcomes(t, w.apply(w.applier(), b.Plan), remediate.OutcomeDone)
			intent, _, _ := strings.Cut(w.journalText(), "\n")
			if err := os.WriteFile(w.journal.Path(), []byte(intent+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			switch tc.after {
			case "not":
				w = rewind(t, w)
			case "other":
				moved := newBuilder(w)
				w.org = w.read()
				moved.Org = w.org
				addMove(t, moved, project, w.org.Units[1].ID.Raw())
				a := w.applier()
				other, err := remediate.OpenJournal(t.TempDir(), "other")
				if err != nil {
					t.Fatal(err)
				}
				a.Journal = other
				wantOutcomes(t, w.apply(a, moved.Plan), remediate.OutcomeDone)
			}
			before := len(w.box.Writes())
			settled, err := w.journal.Settle(w.read(), noon)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.entries()[0].Outcome; got != tc.want {
				t.Errorf("settled as %q, want %q", got, tc.want)
			}
			if (len(settled) == 1) != (tc.want != remediate.OutcomeUnclear) {
				t.Errorf("settled: %+v", settled)
			}
			if len(w.box.Writes()) != before {
				t.Error("settling sent something")
			}
		})
	}
}

// rewind is a fresh sandbox with the journal of w.
func rewind(t *testing.T, w *world) *world {
	t.Helper()
	fresh := newWorld(t)
	fresh.journal, fresh.dir = w.journal, w.dir
	return fresh
}

func TestJournalOfSeveralProcesses(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	b.Plan.Changes[0].Deltas = nil
	for range 6 {
		j, err := remediate.OpenJournal(w.dir, w.org.ID.Raw())
		if err != nil {
			t.Fatal(err)
		}
		a := w.applier()
		a.Journal = j
		confirm := confirmed(w.preview(b.Plan))
		wg.Go(func() {
			if _, err := a.Apply(t.Context(), w.org, b.Plan, confirm); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, e := range w.entries() {
		if e.Outcome != remediate.OutcomeDone {
			t.Errorf("%s is %q: %s", e.ID, e.Outcome, e.Why)
		}
		ids[e.ID] = true
	}
	if len(ids) != 6 {
		t.Errorf("%d entries, want 6", len(ids))
	}
}

func TestUndoPlanRefuses(t *testing.T) {
	o := smallOrg(func(o *org.Organization) {
		on := true
		o.AuthPolicy.OAuth = &on
	})
	good := remediate.Entry{
		ID: "1", OrgID: "org1", Outcome: remediate.OutcomeDone, Says: "X",
		Undo: []remediate.Inverse{{Says: "back", Deltas: []remediate.Delta{{Part: org.PartAuthPolicy, Field: "oauth_enabled", Before: "true", After: "false"}}}},
	}
	if p, err := remediate.UndoPlan(good, o, noon); err != nil || len(p.Changes) != 1 || p.Changes[0].UndoOf != "1" {
		t.Fatalf("the good one: %+v, %v", p, err)
	}
	for says, edit := range map[string]func(*remediate.Entry){
		"itself an undo":       func(e *remediate.Entry) { e.UndoOf = "0" },
		"already undone":       func(e *remediate.Entry) { e.UndoneBy = "2" },
		"is unclear":           func(e *remediate.Entry) { e.Outcome = remediate.OutcomeUnclear },
		"never took effect":    func(e *remediate.Entry) { e.Outcome = remediate.OutcomeRefused },
		"another organization": func(e *remediate.Entry) { e.OrgID = "org2" },
		"because it is final":  func(e *remediate.Entry) { e.Undo, e.NoUndo = nil, "because it is final" },
		"no longer as it was":  func(e *remediate.Entry) { e.Undo[0].Deltas[0].Before, e.Undo[0].Deltas[0].After = "false", `"x"` },
		"already as it was":    func(e *remediate.Entry) { e.Undo[0].Deltas[0].Before, e.Undo[0].Deltas[0].After = "false", "true" },
	} {
		e := good
		e.Undo = []remediate.Inverse{{Says: "back", Deltas: []remediate.Delta{good.Undo[0].Deltas[0]}}}
		edit(&e)
		if _, err := remediate.UndoPlan(e, o, noon); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
}

func TestUndoIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	b := newBuilder(w)
	addAuth(t, b, "oauth_enabled", false)
	w.apply(w.applier(), b.Plan)
	w.org = w.read()
	plan, err := remediate.UndoPlan(w.entries()[0], w.org, noon)
	if err != nil {
		t.Fatal(err)
	}
	wantOutcomes(t, w.apply(w.applier(), plan), remediate.OutcomeDone)
	if got := w.read().Lookup(org.PartAuthPolicy, "", "oauth_enabled"); got != "true" {
		t.Errorf("oauth_enabled is %s", got)
	}
	for _, e := range w.entries() {
		if _, err := remediate.UndoPlan(e, w.read(), noon); err == nil {
			t.Errorf("%s can be undone again", e.ID)
		}
	}
}

func FuzzJournal(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte(`{"record":"intent","entry":{"id":"1","method":"PUT"}}` + "\n" + `{"record":"outcome","entry":{"id":"1","outcome":"done"}}` + "\n"))
	f.Add([]byte(`{"record":"intent","entry":{"id":"1","undo_of":"1","outcome":"done"}}` + "\n{}\n" + `{"record":"outcome","entry":{"id":"line-2"}}`))
	f.Add([]byte("\x00\xff\n\n{\"record\":\"outcome"))
	o := smallOrg(nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		j, err := remediate.OpenJournal(dir, "org1")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(j.Path(), data, 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := j.Entries()
		if err != nil {
			t.Fatalf("entries: %v", err)
		}
		if _, err := j.Settle(o, noon); err != nil {
			t.Fatalf("settle: %v", err)
		}
		for _, e := range list {
			if e.ID == "" {
				t.Errorf("an entry without id: %+v", e)
			}
			if p, err := remediate.UndoPlan(e, o, noon); err == nil && len(p.Changes) == 0 {
				t.Errorf("an undo plan of nothing for %+v", e)
			}
		}
	})
}
