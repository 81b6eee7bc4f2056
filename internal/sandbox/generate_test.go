package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/sandbox"
)

func TestGenerate(t *testing.T) {
	seed, err := sandbox.Generate(200, 20)
	if err != nil {
		t.Fatal(err)
	}
	f := serve(t, seed)
	if got := f.want("admin", "GET", "/v1/organization/org0generated/projects", "", 200, "")["total_project_count"]; got != 20.0 {
		t.Errorf("%v projects", got)
	}
}

// TestSameSeedSameAnswers holds everything to the seed: ids and tokens are
// made the same way twice.
func TestSameSeedSameAnswers(t *testing.T) {
	var bodies []string
	for range 2 {
		box, err := sandbox.New(parse(t, "testdata/small.yaml"), sandbox.Options{Now: func() time.Time { return noon }, RandSeed: 7})
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/account", strings.NewReader(`{"account_name":"x","parent_account_id":"a1root"}`))
		req.Header.Set("Authorization", "aivenv1 "+box.Token("admin"))
		rec := httptest.NewRecorder()
		box.ServeHTTP(rec, req)
		bodies = append(bodies, box.Token("admin")+rec.Body.String())
	}
	if bodies[0] != bodies[1] {
		t.Errorf("%s\n%s", bodies[0], bodies[1])
	}
}

func FuzzServeHTTP(f *testing.F) {
	seed, err := sandbox.Generate(3, 1)
	if err != nil {
		f.Fatal(err)
	}
	for _, op := range sandbox.Operations() {
		f.Add(op.Method, "/v1"+op.Path, `{"permissions":[{}]}`)
	}
	paths := strings.NewReplacer("{organization_id}", "org0generated", "{account_id}", "a0generated", "{project}", "project-00000",
		"{project_id}", "project-00000", "{service_name}", "service-0", "{resource_type}", "organization", "{resource_id}", "org0generated")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		box, err := sandbox.New(seed, sandbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), method, "http://sandbox"+paths.Replace(path), strings.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "aivenv1 "+box.Token("admin"))
		rec := httptest.NewRecorder()
		box.ServeHTTP(rec, req)
		if rec.Code == http.StatusInternalServerError {
			t.Errorf("%s %s %s: %s", method, path, body, rec.Body)
		}
	})
}

// TestManyAtOnce is for the race detector.
func TestManyAtOnce(t *testing.T) {
	f := small(t)
	done := make(chan bool)
	for i := range 8 {
		go func() {
			defer func() { done <- true }()
			for range 20 {
				if i%2 == 0 {
					f.State()
					f.Mutate(func(s *sandbox.State) { s.Organizations[0].Name += "." })
					f.Requests()
					continue
				}
				req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/account", nil)
				req.Header.Set("Authorization", "aivenv1 "+f.Token("admin"))
				f.ServeHTTP(httptest.NewRecorder(), req)
			}
		}()
	}
	for range 8 {
		<-done
	}
}
