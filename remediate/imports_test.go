package remediate_test

import (
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// remediate knows no step, no screen and no sandbox.
func TestImports(t *testing.T) {
	allowed := []string{"avn-harden/internal/aivenapi", "avn-harden/internal/organization", "avn-harden/internal/policy"}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(path, "avn-harden/") {
				seen++
				if !slices.Contains(allowed, path) {
					t.Errorf("%s imports %s", f.Name(), path)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no import was looked at")
	}
}
