package aivenapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aiven/go-client-codegen/handler/account"
	"github.com/aiven/go-client-codegen/handler/usergroup"
)

// caught is one request as a server saw it.
type caught struct{ method, path, query, body, auth, agent string }

// server answers with f and remembers what it was asked.
func server(t *testing.T, f http.HandlerFunc) (*httptest.Server, func() []caught) {
	t.Helper()
	var mu sync.Mutex
	var all []caught
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		all = append(all, caught{r.Method, r.RequestURI[:strings.IndexAny(r.RequestURI+"?", "?")], r.URL.RawQuery, string(b), r.Header.Get("Authorization"), r.UserAgent()})
		mu.Unlock()
		f(w, r)
	}))
	t.Cleanup(s.Close)
	return s, func() []caught { mu.Lock(); defer mu.Unlock(); return append([]caught(nil), all...) }
}

// slept counts waits instead of waiting.
type slept struct {
	mu    sync.Mutex
	waits []time.Duration
}

func (s *slept) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	s.waits = append(s.waits, d)
	s.mu.Unlock()
	return ctx.Err()
}

func open(t *testing.T, url string, change ...func(*Options)) (*API, *slept) {
	t.Helper()
	s := &slept{}
	o := Options{BaseURL: url, Token: "tok", UserAgent: "avn-harden/test", Sleep: s.sleep, Jitter: func() float64 { return 0 }}
	for _, c := range change {
		c(&o)
	}
	api, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return api, s
}

func list(api *API) error {
	_, err := api.OrganizationIPAllowListGet(context.Background(), "org1")
	return err
}

func set(api *API) error {
	return api.OrganizationIPAllowListSet(context.Background(), "org1", IPAllowList{Ranges: []string{"192.0.2.0/24"}, Enabled: true})
}

func TestReadsAreTriedAgain(t *testing.T) {
	for _, bad := range []struct {
		name string
		f    http.HandlerFunc
	}{
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }},
		{"429", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "3"); w.WriteHeader(429) }},
		{"reset", func(w http.ResponseWriter, _ *http.Request) { reset(w) }},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"a":`)) }},
	} {
		t.Run(bad.name, func(t *testing.T) {
			var n atomic.Int32
			s, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) < 3 {
					bad.f(w, r)
					return
				}
				_, _ = w.Write([]byte(`{"api_client_ip_allowlist":[],"api_client_ip_allowlist_enabled":false}`))
			})
			api, waits := open(t, s.URL)
			if err := list(api); err != nil {
				t.Fatalf("after two bad answers: %v", err)
			}
			if n.Load() != 3 || len(waits.waits) != 2 {
				t.Errorf("%d requests and %d waits, want 3 and 2", n.Load(), len(waits.waits))
			}
			if bad.name == "429" && waits.waits[0] < 3*time.Second {
				t.Errorf("Retry-After was 3 s, waited %s", waits.waits[0])
			}
		})
	}
}

// reset closes the connection without an answer.
func reset(w http.ResponseWriter) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = c.Close()
	}
}

func TestReadsEndWithTheDeadline(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	api, _ := open(t, s.URL, func(o *Options) {
		o.Now = func() time.Time { now = now.Add(5 * time.Second); return now }
		o.ReadDeadline = 30 * time.Second
	})
	if err := list(api); status(err) != 500 {
		t.Fatalf("error %v, want the last 500", err)
	}
	if n := len(asked()); n < 2 || n > 10 {
		t.Errorf("%d requests in 30 s", n)
	}
}

func TestWritesAreSentOnce(t *testing.T) {
	for name, f := range map[string]http.HandlerFunc{
		"500":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"503":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"reset": func(w http.ResponseWriter, _ *http.Request) { reset(w) },
	} {
		t.Run(name, func(t *testing.T) {
			s, asked := server(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = w.Write([]byte(`{}`))
					return
				}
				f(w, r)
			})
			api, _ := open(t, s.URL)
			// A kept connection is what tempts net/http to repeat a write.
			if err := list(api); err != nil {
				t.Fatal(err)
			}
			for _, write := range []func() error{
				func() error { return set(api) },
				func() error { return api.UserGroupDelete(context.Background(), "org1", "g1") },
			} {
				before := len(asked())
				err := write()
				if !Unclear(err) {
					t.Errorf("%v: not called unclear", err)
				}
				if n := len(asked()) - before; n != 1 {
					t.Errorf("sent %d times", n)
				}
			}
		})
	}
}

func TestWritesAreSentAgainWhenNotProcessed(t *testing.T) {
	var n atomic.Int32
	s, _ := server(t, func(w http.ResponseWriter, _ *http.Request) {
		switch n.Add(1) {
		case 1:
			w.WriteHeader(429)
		case 2:
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(503)
		default:
			w.WriteHeader(204)
		}
	})
	api, _ := open(t, s.URL)
	if err := set(api); err != nil || n.Load() != 3 {
		t.Errorf("error %v after %d requests, want none after 3", err, n.Load())
	}
}

func TestReadOnlyCarriesNoWrite(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) })
	api, _ := open(t, s.URL, func(o *Options) { o.ReadOnly = true })
	if err := set(api); !errors.Is(err, ErrReadOnly) {
		t.Errorf("own operation: %v", err)
	}
	if _, err := api.AccountCreate(context.Background(), &account.AccountCreateIn{AccountName: "x"}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("client: %v", err)
	}
	for _, m := range []string{"POST", "PUT", "PATCH", "DELETE", "FANCY"} {
		if _, err := api.Send(context.Background(), Request{Operation: "X", Method: m, Path: "/v1/x"}); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v", m, err)
		}
	}
	if err := list(api); err != nil {
		t.Errorf("a read: %v", err)
	}
	for _, r := range asked() {
		if r.method != http.MethodGet {
			t.Errorf("a %s went out", r.method)
		}
	}
}

func TestRecordedIsWhatIsSent(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"user_group_id":"g"}`)) })
	do := func(api *API) {
		ctx := context.Background()
		desc := "quote \" and <tag> & é"
		if _, err := api.UserGroupCreate(ctx, "org/1", &usergroup.UserGroupCreateIn{UserGroupName: "a b", Description: desc}); err != nil {
			t.Fatal(err)
		}
		if err := api.OrganizationUserRevokeToken(ctx, "org1", "u1", "ab/c+d=="); err != nil {
			t.Fatal(err)
		}
		if err := set(api); err != nil {
			t.Fatal(err)
		}
	}
	recording, rec := Recording(nil)
	do(recording)
	direct, _ := open(t, s.URL)
	do(direct)
	n := len(asked())
	for _, r := range rec.Requests() {
		if _, err := direct.Send(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	all := asked()
	if len(all) != 2*n || n != 3 {
		t.Fatalf("%d direct and %d sent", n, len(all)-n)
	}
	for i, r := range rec.Requests() {
		if all[i] != all[n+i] {
			t.Errorf("the client sends %+v, Send %+v", all[i], all[n+i])
		}
		if got := all[n+i]; got.method != r.Method || got.path != r.Path || got.query != r.Query || got.body != string(r.Body) {
			t.Errorf("recorded %+v, sent %+v", r, got)
		}
		if strings.Contains(r.Query, "limit") {
			t.Errorf("%s carries a list limit", r.Operation)
		}
	}
}

func TestRecordingReadsNothing(t *testing.T) {
	api, rec := Recording(nil)
	if err := list(api); err == nil || len(rec.Requests()) != 0 {
		t.Errorf("a read while recording: %v, %d recorded", err, len(rec.Requests()))
	}
}

func TestAListAtTheLimitIsNotComplete(t *testing.T) {
	for n, want := range map[int]bool{998: false, 999: true} {
		s, _ := server(t, func(w http.ResponseWriter, _ *http.Request) {
			b, err := json.Marshal(map[string]any{"user_groups": make([]map[string]string, n)})
			if err != nil {
				t.Error(err)
			}
			_, _ = w.Write(bytes.ReplaceAll(b, []byte("null"), []byte("{}")))
		})
		api, _ := open(t, s.URL)
		if _, err := api.UserGroupsList(context.Background(), "org1"); Truncated(err) != want {
			t.Errorf("%d groups: %v", n, err)
		}
	}
}

func TestTheTokenGoesNowhereElse(t *testing.T) {
	other, asked := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) })
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	api, _ := open(t, s.URL)
	if err := list(api); err == nil {
		t.Error("a redirect was taken for an answer")
	}
	if err := set(api); err == nil {
		t.Error("a redirected write was taken for done")
	}
	if n := len(asked()); n != 0 {
		t.Errorf("%d requests followed the redirect", n)
	}
}

func TestTheDebugLogHasNoSecrets(t *testing.T) {
	s, _ := server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	var log bytes.Buffer
	api, _ := open(t, s.URL, func(o *Options) { o.Debug, o.Token = &log, "s3cr3t-token" })
	if err := api.OrganizationUserRevokeToken(context.Background(), "org1", "u1", "prefix123"); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); !strings.Contains(got, "OrganizationUserRevokeToken DELETE") || !strings.Contains(got, " 204 ") ||
		strings.Contains(got, "prefix123") || strings.Contains(got, "s3cr3t") {
		t.Errorf("log: %s", got)
	}
}

func TestPlacesAdaptTo429(t *testing.T) {
	l := newLimiter(8)
	for range 8 {
		if err := l.acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 8 {
		l.release(429)
	}
	if l.limit != 1 {
		t.Errorf("limit %d after eight 429, want 1", l.limit)
	}
	for range 100 {
		if err := l.acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.release(200)
	}
	if l.limit != 8 {
		t.Errorf("limit %d after many good answers, want 8", l.limit)
	}
}

func TestACancelledWaiterGivesItsPlaceBack(t *testing.T) {
	l := newLimiter(1)
	if err := l.acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- l.acquire(ctx) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled waiter: %v", err)
	}
	l.release(200)
	if err := l.acquire(t.Context()); err != nil || l.flying != 1 {
		t.Errorf("error %v, %d under way", err, l.flying)
	}
}

func TestBadOptionsGetASentence(t *testing.T) {
	for base, want := range map[string]string{
		"http://api.example.com":     "https",
		"ftp://api.example.com":      "not a web address",
		"https://u:p@api.aiven.io":   "password",
		"https://api.aiven.io/proxy": "only scheme and host",
		"nonsense":                   "not a web address",
	} {
		if _, err := New(Options{BaseURL: base, Token: "x"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", base, err, want)
		}
	}
	for _, token := range []string{"", "  ", "a b", "a\nb"} {
		if _, err := New(Options{Token: token}); err == nil {
			t.Errorf("token %q was taken", token)
		}
	}
	t.Setenv("AIVEN_CLIENT_RETRY_MAX", "many")
	if _, err := New(Options{Token: "x"}); err != nil {
		t.Errorf("a variable that has no effect here stops the start: %v", err)
	}
}

func TestExplainSaysWhatToDo(t *testing.T) {
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(403)
		_, _ = fmt.Fprint(w, `{"message":"not \u001b[31mallowed","errors":[{"message":"x","error_code":"user_not_organization_admin"}]}`)
	})
	api, _ := open(t, s.URL)
	err := set(api)
	if !Forbidden(err) || Code(err) != "user_not_organization_admin" || Unclear(err) {
		t.Errorf("403: %v, code %q", err, Code(err))
	}
	if got := Explain(err); strings.Contains(got, "\x1b") || !strings.Contains(got, "permission") {
		t.Errorf("explained as %q", got)
	}
	s.Close()
	if got := Explain(list(api)); !strings.Contains(got, "cannot be reached") {
		t.Errorf("unreachable: %q", got)
	}
}

func BenchmarkParallelReads(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }))
	defer s.Close()
	api, err := New(Options{BaseURL: s.URL, Token: "x"})
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := list(api); err != nil {
				b.Error(err)
			}
		}
	})
}
