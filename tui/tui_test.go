package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/aivenapi"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// at is a wizard without a session, on a clock that the test moves.
func at(now *time.Time) *Model {
	m := New(Options{Now: func() time.Time { return *now }, Sources: []Source{{ID: "demo", Title: "Practice"}}, Still: true})
	m.w, m.h = 80, 24
	return m
}

func press(m *Model, text string) {
	for _, r := range text {
		m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func asked(m *Model, p remediate.Preview) *int {
	sent := 0
	m.open(newConfirm(m, p, func(*Model, remediate.Confirmation) tea.Cmd { sent++; return nil }))
	return &sent
}

func TestWhatWasTypedAheadConfirmsNothing(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m := at(&now)
	sent := asked(m, remediate.Preview{Risk: remediate.Reversible})
	press(m, "y")
	if *sent != 0 || len(m.dialogs) != 1 {
		t.Fatalf("a key typed ahead sent %d", *sent)
	}
	now = now.Add(grace)
	press(m, "y")
	if *sent != 1 || len(m.dialogs) != 0 {
		t.Errorf("y sent %d", *sent)
	}
}

func TestEnterSendsNothing(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m := at(&now)
	sent := asked(m, remediate.Preview{Risk: remediate.Reversible})
	now = now.Add(time.Second)
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	if *sent != 0 || len(m.dialogs) != 0 {
		t.Errorf("enter sent %d, %d dialogs left", *sent, len(m.dialogs))
	}
}

func TestEveryNameMustBeTyped(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m := at(&now)
	sent := asked(m, remediate.Preview{Risk: remediate.Irreversible, TypeName: "shop", Acks: []string{"Example"}})
	now = now.Add(time.Second)
	for _, try := range []string{"y", "sho"} {
		press(m, try)
		m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		m.dialogs[0].(*confirmDialog).text = ""
	}
	press(m, "shop")
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	if *sent != 0 {
		t.Fatal("sent before all was typed")
	}
	press(m, "Example")
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	if *sent != 1 {
		t.Errorf("sent %d times", *sent)
	}
}

func TestKeysDoNothingWhereNothingCanBeSeen(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m := at(&now)
	sent := asked(m, remediate.Preview{Risk: remediate.Reversible})
	now, m.w, m.h = now.Add(time.Second), 20, 5
	press(m, "y")
	if *sent != 0 {
		t.Error("a dialog that cannot be seen was confirmed")
	}
}

// Raw text may go into calls, answers and the clipboard, not onto the screen.
func TestRawTextIsNotShown(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("files %v, %v", files, err)
	}
	allowed := []string{"newScan(", "Resource: ", "OrgID: ", "resource, title =", "SetClipboard("}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if !strings.Contains(line, ".Raw()") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			ok := false
			for _, a := range allowed {
				ok = ok || strings.Contains(line, a)
			}
			if !ok {
				t.Errorf("%s:%d uses raw text: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}

// BenchmarkKeyToFrame lists 10,000 findings and draws the screen, as a key
// press does.
func BenchmarkKeyToFrame(b *testing.B) {
	c := steps.CheckResult{Status: steps.Fail, Check: steps.Check{ID: "x", Title: "X"}}
	for i := range 10000 {
		c.Findings = append(c.Findings, steps.Finding{Check: "x", Severity: steps.High, Title: fmt.Sprintf("finding %d", i),
			Resource: remediate.Target{Type: "project", ID: aivenapi.NewText(fmt.Sprint(i)), Name: aivenapi.NewText("p")}})
	}
	report := steps.Report{Steps: []steps.StepResult{{Checks: []steps.CheckResult{c}}}}
	now := time.Time{}
	m := at(&now)
	w := walkScreen{chosen: map[string]bool{}, height: 20, rows: rowsOf(report, 0, showAll, "")}
	b.ResetTimer()
	for b.Loop() {
		w.p.press("j", len(w.rows), w.height)
		for i := w.p.top; i < w.p.top+w.height && i < len(w.rows); i++ {
			if m.row(w.rows[i], false, i == w.p.at, 80) == "" {
				b.Fatal("an empty row")
			}
		}
	}
}
