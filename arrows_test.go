package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers are our packages from the top down. A package may import only what
// stands in a layer below its own (and itself imports nothing above).
var layers = [][]string{
	{"avn-harden"},
	{"avn-harden/internal/cli"},
	{"avn-harden/tui", "avn-harden/internal/report"},
	{"avn-harden/internal/session"},
	{"avn-harden/steps"},
	{"avn-harden/remediate"},
	{"avn-harden/internal/organization", "avn-harden/internal/policy"},
	{"avn-harden/internal/aivenapi"},
}

func layer(pkg string) int {
	for i, l := range layers {
		for _, p := range l {
			if pkg == p || p != "avn-harden" && strings.HasPrefix(pkg, p+"/") {
				return i
			}
		}
	}
	return -1
}

func TestImportsRunOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	checked := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		pkg, imports := fields[0], fields[1:]
		sandboxed := strings.HasPrefix(pkg, "avn-harden/internal/sandbox")
		from := layer(pkg)
		if from < 0 && !sandboxed && pkg != "avn-harden/snapshots" {
			t.Errorf("%s has no place in the design's layers", pkg)
		}
		for _, imp := range imports {
			if !strings.HasPrefix(imp, "avn-harden/") {
				continue
			}
			checked++
			inside := strings.HasPrefix(imp, "avn-harden/internal/sandbox")
			switch {
			case sandboxed && !inside:
				t.Errorf("%s imports %s, but the sandbox imports none of ours", pkg, imp)
			case inside && !sandboxed && pkg != "avn-harden/internal/cli":
				t.Errorf("%s imports %s, but only the command line and tests may", pkg, imp)
			case !inside && !sandboxed && layer(imp) <= from && !samePackageTree(pkg, imp):
				t.Errorf("%s imports %s against the arrows of the design", pkg, imp)
			}
		}
	}
	if checked == 0 {
		t.Fatal("go list named no import of ours: this test looks at nothing")
	}
}

// samePackageTree allows a package its own sub-packages.
func samePackageTree(pkg, imp string) bool {
	return strings.HasPrefix(imp, pkg+"/") || slices.Contains(strings.Split(pkg, imp+"/"), "")
}
