package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	aiven "github.com/aiven/go-client-codegen"

	"avn-harden/internal/sandbox"
	"avn-harden/internal/sandbox/contract"
)

var noon = time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)

type fixture struct {
	*sandbox.Sandbox

	t   *testing.T
	url string
}

// small serves testdata/small.yaml, every answer checked against the contract.
func small(t *testing.T) *fixture { return serve(t, parse(t, "testdata/small.yaml")) }

func parse(t *testing.T, file string) *sandbox.Seed {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := sandbox.ParseSeed(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

func serve(t *testing.T, seed *sandbox.Seed) *fixture {
	t.Helper()
	box, err := sandbox.New(seed, sandbox.Options{Now: func() time.Time { return noon }, RandSeed: 1})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := sandbox.Serve(contract.Wrap(t, box), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return &fixture{box, t, srv.URL}
}

// client is the official client with the named token.
func (f *fixture) client(token string) aiven.Client {
	f.t.Helper()
	c, err := clientWith(f, f.Token(token))
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func clientWith(f *fixture, full string) (aiven.Client, error) {
	return aiven.NewClient(aiven.HostOpt(f.url), aiven.TokenOpt(full), aiven.RetryMaxOpt(0), aiven.EnableSingleFlightOpt(false))
}

func (f *fixture) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	f.t.Cleanup(cancel)
	return ctx
}

// send makes a bare request and returns status and decoded body.
func (f *fixture) send(token, method, path, body string) (int, map[string]any) {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.ctx(), method, f.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		f.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "aivenv1 "+f.Token(token))
	}
	rsp, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = rsp.Body.Close() }()
	raw, err := io.ReadAll(rsp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	var out map[string]any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			f.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return rsp.StatusCode, out
}

// want sends and fails the test unless the status, and the error code if one
// is named, come back.
func (f *fixture) want(token, method, path, body string, status int, code string) map[string]any {
	f.t.Helper()
	got, out := f.send(token, method, path, body)
	if got != status {
		f.t.Fatalf("%s %s %s: %d %v, want %d", method, path, body, got, out, status)
	}
	if code != "" {
		errs, _ := out["errors"].([]any)
		if len(errs) == 0 || errs[0].(map[string]any)["error_code"] != code {
			f.t.Fatalf("%s %s: %v, want error code %s", method, path, out, code)
		}
	}
	return out
}

// must stops the test, by a panic, when a call that has to work does not.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func same(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

func contains(body []byte, text string) bool { return bytes.Contains(body, []byte(text)) }
