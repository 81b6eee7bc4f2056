package steps

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var kebab = regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)

func TestTheChecklistIsValid(t *testing.T) {
	all := All()
	if len(all) != 10 {
		t.Fatalf("%d steps, want 10", len(all))
	}
	seen := map[string]bool{}
	once := func(kind, id string) {
		if !kebab.MatchString(id) || seen[kind+id] {
			t.Errorf("%s %q is not a new kebab-case id", kind, id)
		}
		seen[kind+id] = true
	}
	checks := 0
	for _, s := range all {
		once("step ", s.ID)
		if s.Title == "" || s.Asks == "" || !strings.HasPrefix(s.Docs, docs) {
			t.Errorf("step %s lacks a text or its docs page", s.ID)
		}
		for _, c := range s.Checks {
			checks++
			once("check ", c.ID)
			if c.Title == "" || c.Why == "" || c.How == "" || !strings.HasPrefix(c.Docs, docs) || len(c.Needs) == 0 || c.Eval == nil {
				t.Errorf("check %s lacks a text, its docs page, its parts or its rule", c.ID)
			}
			if weight(c.Severity) == 0 && c.Severity != Info {
				t.Errorf("check %s has the severity %q", c.ID, c.Severity)
			}
			if _, err := os.Stat(filepath.Join("testdata", "TestGolden", c.ID+".golden")); err != nil {
				t.Errorf("check %s has no golden: go test ./steps -update", c.ID)
			}
			validFixes(t, c)
		}
	}
	if checks < 22 {
		t.Errorf("%d checks: sections 1 to 4 alone have 22", checks)
	}
}

func validFixes(t *testing.T, c Check) {
	t.Helper()
	ids := map[string]bool{}
	for _, f := range c.Fixes {
		if ids[f.ID] || !kebab.MatchString(f.ID) || f.Title == "" || f.Risk == "" {
			t.Errorf("fix %q of %s is not whole", f.ID, c.ID)
		}
		ids[f.ID] = true
		switch {
		case f.Manual && (f.Guide == nil || f.Build != nil || c.Attest == ""):
			t.Errorf("fix %s of %s is by hand: it needs a guide, no calls, and a statement to attest", f.ID, c.ID)
		case f.Record != nil && (f.Build != nil || f.Manual):
			t.Errorf("fix %s of %s writes the policy file: it makes no calls and is not by hand", f.ID, c.ID)
		case !f.Manual && f.Build == nil && f.Record == nil:
			t.Errorf("fix %s of %s makes no calls", f.ID, c.ID)
		}
	}
	for _, f := range c.Fixes {
		if f.Then != "" && !ids[f.Then] && f.Then != "verify-domain" {
			t.Errorf("fix %s of %s is followed by %q, which is none", f.ID, c.ID, f.Then)
		}
	}
}

func TestStepsIsPure(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("files: %v, %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			switch i.Path.Value {
			case `"net/http"`, `"os"`, `"math/rand"`, `"math/rand/v2"`, `"crypto/rand"`, `"net"`:
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "time.Now(") {
			t.Errorf("%s asks a clock of its own", name)
		}
	}
}
