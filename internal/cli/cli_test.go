package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/sandbox"
	"avn-harden/internal/sandbox/contract"
)

// run runs a command line in an empty home, with these variables.
func run(t *testing.T, vars map[string]string, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	dir := t.TempDir()
	env := Env{
		Version: "test", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv:  func(k string) string { return vars[k] },
		Now:     func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		HomeDir: func() (string, error) { return dir, nil }, Workdir: dir, Width: 100,
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	exit = Main(ctx, env, args)
	return exit, out.String(), errs.String()
}

func refuses(t *testing.T, wantExit, exit int, stderr string, says ...string) {
	t.Helper()
	if exit != wantExit {
		t.Errorf("exit code %d, want %d", exit, wantExit)
	}
	for _, s := range says {
		if !strings.Contains(stderr, s) {
			t.Errorf("the message does not say %q:\n%s", s, stderr)
		}
	}
	for _, s := range []string{"goroutine ", "panic", ".go:", "%!"} {
		if strings.Contains(stderr, s) {
			t.Errorf("the message is for developers (%q):\n%s", s, stderr)
		}
	}
}

func TestBadInputGetsASentence(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	notTrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer notTrusted.Close()
	denied := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message":"Invalid token","errors":[{"message":"Invalid token","status":401}]}`))
	}))
	defer denied.Close()
	tests := []struct {
		name string
		vars map[string]string
		args []string
		exit int
		says []string
	}{
		{"no token", nil, []string{"scan"}, ExitError, []string{"no Aiven token", "AIVEN_TOKEN", "--demo"}},
		{"bad token", map[string]string{"AIVEN_TOKEN": "x", "AIVEN_WEB_URL": denied.URL}, []string{"scan"}, ExitError, []string{"token"}},
		{"unreachable", map[string]string{"AIVEN_TOKEN": "x", "AIVEN_WEB_URL": gone.URL}, []string{"scan"}, ExitError, []string{"reach"}},
		{"TLS", map[string]string{"AIVEN_TOKEN": "x", "AIVEN_WEB_URL": notTrusted.URL}, []string{"scan"}, ExitError, []string{"certificate"}},
		{"plain http", map[string]string{"AIVEN_TOKEN": "x", "AIVEN_WEB_URL": "http://api.example.com"}, []string{"scan"}, ExitError, []string{"https"}},
		{"no terminal", nil, []string{"--demo"}, ExitUsage, []string{"terminal", "avn-harden scan"}},
		{"no such organization", nil, []string{"scan", "--demo", "--organization", "org00000000"}, ExitError, []string{"org00000000"}},
		{"no such command", nil, []string{"fix"}, ExitUsage, []string{`"fix"`, "scan"}},
		{"no such flag", nil, []string{"scan", "--formt", "json"}, ExitUsage, []string{"--formt", "--help"}},
		{"no such format", nil, []string{"scan", "--demo", "--format", "pdf"}, ExitUsage, []string{"pdf", "json"}},
		{"no such check", nil, []string{"scan", "--demo", "--check", "domain-verifed"}, ExitUsage, []string{"domain-verifed", "domain-verified"}},
		{"no such severity", nil, []string{"scan", "--demo", "--fail-on", "severe"}, ExitUsage, []string{"severe", "critical"}},
		{"no such policy", nil, []string{"scan", "--demo", "--config", "absent.yaml"}, ExitError, []string{"absent.yaml"}},
		{"no such seed", nil, []string{"sandbox", "--seed", "absent.yaml"}, ExitError, []string{"absent.yaml"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			exit, _, stderr := run(t, tt.vars, tt.args...)
			refuses(t, tt.exit, exit, stderr, tt.says...)
		})
	}
}

func TestSeedMistakeNamesLineAndColumn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte("organizations:\n  - id: org1\n    nmae: Typo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	exit, _, stderr := run(t, nil, "sandbox", "--seed", path)
	refuses(t, ExitError, exit, stderr, "seed.yaml:3:5", "name")
}

func TestTokenComesFromWhereTheEcosystemKeepsIt(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "creds.json")
	if err := os.WriteFile(file, []byte(`{"auth_token":"from-file"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"auth_token":"s3cret`), 0o600); err != nil {
		t.Fatal(err)
	}
	find := func(vars map[string]string) (credential, error) {
		return findToken(Env{Getenv: func(k string) string { return vars[k] }, HomeDir: func() (string, error) { return dir, nil }})
	}
	for _, tt := range []struct {
		vars map[string]string
		want string
	}{
		{map[string]string{"AIVEN_TOKEN": "a", "AIVEN_AUTH_TOKEN": "b"}, "a"},
		{map[string]string{"AIVEN_AUTH_TOKEN": "b", "AIVEN_CREDENTIALS_FILE": file}, "b"},
		{map[string]string{"AIVEN_CREDENTIALS_FILE": file}, "from-file"},
	} {
		if c, err := find(tt.vars); err != nil || c.token != tt.want {
			t.Errorf("%v: token %q, error %v; want %q", tt.vars, c.token, err, tt.want)
		}
	}
	if _, err := find(nil); !errors.Is(err, errNoToken) {
		t.Errorf("without any: %v", err)
	}
	if _, err := find(map[string]string{"AIVEN_CREDENTIALS_FILE": broken}); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a broken file: %v", err)
	}
}

// serve serves a seed on a port, as the sandbox command does.
func serve(t *testing.T) (*sandbox.Sandbox, string) {
	t.Helper()
	box, err := sandbox.New(sandbox.Practice(), sandbox.Options{Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }, RandSeed: 1})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := sandbox.Serve(contract.Wrap(t, box), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return box, srv.URL
}

func TestScanSaysWhatItCouldNotRead(t *testing.T) {
	box, url := serve(t)
	for token, want := range map[string]int{"admin": ExitFindings, "read-only": ExitIncomplete} {
		t.Run(token, func(t *testing.T) {
			exit, out, stderr := run(t, map[string]string{"AIVEN_TOKEN": box.Token(token), "AIVEN_WEB_URL": url}, "scan", "--format", "json")
			if exit != want {
				t.Errorf("exit code %d, want %d: %s", exit, want, stderr)
			}
			var doc struct {
				Schema   string `json:"schema"`
				Complete bool   `json:"complete"`
				Steps    []struct {
					Checks []struct {
						ID, Status, Reason string
					} `json:"checks"`
				} `json:"steps"`
			}
			if err := json.Unmarshal([]byte(out), &doc); err != nil {
				t.Fatalf("the report is not JSON: %v", err)
			}
			if doc.Schema != "avn-harden/report/v1" || len(doc.Steps) != 10 || doc.Complete != (want == ExitFindings) {
				t.Errorf("schema %q, %d steps, complete %v", doc.Schema, len(doc.Steps), doc.Complete)
			}
			if token != "read-only" {
				return
			}
			for _, st := range doc.Steps {
				for _, c := range st.Checks {
					if c.Status == "unknown" && c.Reason == "" {
						t.Errorf("%s is unknown without a reason", c.ID)
					}
					if (c.ID == "projects-in-units" || c.ID == "auth-password-off") && c.Status != "unknown" {
						t.Errorf("%s is %s for a member who sees a part", c.ID, c.Status)
					}
				}
			}
		})
	}
	if w := box.Writes(); len(w) != 0 {
		t.Errorf("a scan wrote: %+v", w)
	}
}

func TestScanNarrowsAndWritesPrivately(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	exit, out, stderr := run(t, nil, "scan", "--demo", "--check", "domain-verified", "--format", "json", "--output", file)
	if exit != ExitClean || out != "" {
		t.Errorf("exit code %d, output %q: %s", exit, out, stderr)
	}
	st, err := os.Stat(file)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("report file: %v, %v", st, err)
	}
	b, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(b), `"domain-verified"`) || strings.Contains(string(b), `"idp-configured"`) {
		t.Errorf("report %s, %v", b, err)
	}
}

func TestDemoLeavesTheOwnPolicyAlone(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	file := filepath.Join(dir, "avn-harden", "avn-harden.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("nonsense: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, _, stderr := run(t, nil, "scan", "--demo", "--check", "domain-verified"); exit != ExitClean {
		t.Errorf("exit code %d: %s", exit, stderr)
	}
}
