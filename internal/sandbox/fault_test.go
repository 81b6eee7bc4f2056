package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"avn-harden/internal/sandbox"
)

const domainPost = `{"domain_name":"fault.example"}`

func (f *fixture) raw(method, path, body string) (*http.Response, []byte, error) {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.ctx(), method, f.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "aivenv1 "+f.Token("admin"))
	rsp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rsp.Body.Close() }()
	b, err := io.ReadAll(rsp.Body)
	return rsp, b, err
}

func (f *fixture) domains() int { return len(f.State().Organizations[0].Domains) }

func TestFaultBeforeAndAfterTheWrite(t *testing.T) {
	f := small(t)
	before := f.domains()
	f.Fail(sandbox.Fault{Operation: "OrganizationDomainAdd", Status: 500})
	rsp, _, err := f.raw("POST", org+"/domains", domainPost)
	if err != nil || rsp.StatusCode != 500 || f.domains() != before {
		t.Fatalf("before: %v %v, %d domains", rsp, err, f.domains())
	}
	f.Fail(sandbox.Fault{Operation: "OrganizationDomainAdd", Status: 500, After: true})
	rsp, _, err = f.raw("POST", org+"/domains", domainPost)
	if err != nil || rsp.StatusCode != 500 || f.domains() != before+1 {
		t.Fatalf("after: %v %v, %d domains", rsp, err, f.domains())
	}
}

func TestFaultNthAndTimes(t *testing.T) {
	f := small(t)
	f.Fail(sandbox.Fault{Method: "GET", Nth: 2, Times: 2, Status: 429, RetryAfter: 7})
	var got []int
	for range 5 {
		rsp, _, err := f.raw("GET", "/v1/me", "")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rsp.StatusCode)
		if rsp.StatusCode == 429 && rsp.Header.Get("Retry-After") != "7" {
			t.Errorf("Retry-After %q", rsp.Header.Get("Retry-After"))
		}
	}
	if want := []int{200, 429, 429, 200, 200}; !equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func equal(a, b []int) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

func TestFaultResetTakesEffectUnseen(t *testing.T) {
	f := small(t)
	before := f.domains()
	f.Fail(sandbox.Fault{Method: "POST", Reset: true})
	if _, _, err := f.raw("POST", org+"/domains", domainPost); err == nil {
		t.Error("a whole answer came through")
	}
	if f.domains() != before+1 {
		t.Error("the write did not take")
	}
	if w := f.Writes(); len(w) != 1 || w[0].Status != 0 {
		t.Errorf("log: %+v", w)
	}
}

func TestFaultTruncateAndSlow(t *testing.T) {
	f := small(t)
	f.Fail(sandbox.Fault{Operation: "UserInfo", Truncate: true})
	rsp, body, err := f.raw("GET", "/v1/me", "")
	if err != nil || rsp.StatusCode != 200 || json.Valid(body) || len(body) == 0 {
		t.Errorf("truncated: %v %v %q", rsp, err, body)
	}
	f.Fail(sandbox.Fault{Operation: "UserInfo", Slow: 30 * time.Millisecond})
	start := time.Now()
	if _, body, err = f.raw("GET", "/v1/me", ""); err != nil || !json.Valid(body) || time.Since(start) < 30*time.Millisecond {
		t.Errorf("slow: %v after %s", err, time.Since(start))
	}
}

func TestParseFault(t *testing.T) {
	got, err := sandbox.ParseFault("operation=ServiceUpdate, nth=2,times=-1,status=503,retry-after=3,after")
	want := sandbox.Fault{Operation: "ServiceUpdate", Nth: 2, Times: -1, Status: 503, RetryAfter: 3, After: true}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "operation=Nope", "status=200", "status=x", "latency=fast", "nonsense"} {
		if _, err := sandbox.ParseFault(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestLogIsExact(t *testing.T) {
	var lines bytes.Buffer
	box, err := sandbox.New(parse(t, "testdata/small.yaml"), sandbox.Options{Now: func() time.Time { return noon }, Requests: &lines})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := box.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	f := &fixture{box, t, srv.URL}
	const body = "{ \"domain_name\" :\t\"spaced.example\"}\n"
	f.want("admin", "POST", org+"/domains?limit=999&x=%2F", body, 200, "")
	f.want("admin", "GET", org+"/user/a%2Fb%2B%3D/access-tokens", "", 404, "")
	all, writes := f.Requests(), f.Writes()
	if len(all) != 2 || len(writes) != 1 {
		t.Fatalf("%d requests, %d writes", len(all), len(writes))
	}
	w := writes[0]
	if w.Operation != "OrganizationDomainAdd" || w.Method != "POST" || w.Path != org+"/domains" || w.Query != "limit=999&x=%2F" ||
		string(w.Body) != body || w.Status != 200 || !w.Time.Equal(noon) {
		t.Errorf("logged %+v", w)
	}
	if all[1].Path != org+"/user/a%2Fb%2B%3D/access-tokens" {
		t.Errorf("path %s", all[1].Path)
	}
	var line struct{ Method, Path, Query, Body string }
	if err := json.Unmarshal(bytes.SplitN(lines.Bytes(), []byte("\n"), 2)[0], &line); err != nil || line.Body != body || line.Query != w.Query {
		t.Errorf("line %+v, %v", line, err)
	}
	if bytes.Contains(lines.Bytes(), []byte(f.Token("admin"))) {
		t.Error("the token is in the log")
	}
}
