package contract

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"
)

// FaultHeader marks an answer that was spoiled on purpose: it is let through
// unchecked.
const FaultHeader = "X-Sandbox-Fault"

// Wrap checks everything that passes through the handler: each answer, and
// each request that was accepted. Without the document it says so in the
// test's log and checks nothing.
func Wrap(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	d, err := load()
	if err != nil {
		t.Logf("no contract check: %v", err)
		return next
	}
	w := &wrapped{t: t, doc: d, next: next}
	t.Cleanup(w.stop)
	return w
}

type wrapped struct {
	t    testing.TB
	doc  *Document
	next http.Handler

	mu   sync.Mutex
	over bool
}

// stop keeps late answers from touching a test that has ended.
func (w *wrapped) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
}

func (w *wrapped) report(err error, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil && !w.over {
		w.t.Errorf("contract: %s %s: %v", r.Method, r.URL.EscapedPath(), err)
	}
}

// ServeHTTP lets the request through and looks at both ways.
func (w *wrapped) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	op, known := w.doc.Find(r.Method, r.URL.EscapedPath())
	if !known {
		w.next.ServeHTTP(rw, r)
		return
	}
	var sent bytes.Buffer
	if r.Body != nil {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, &sent), r.Body}
	}
	rec := &recorder{ResponseWriter: rw, status: http.StatusOK}
	w.next.ServeHTTP(rec, r) // a panic that cuts the connection passes through
	if rec.Header().Get(FaultHeader) != "" || r.Context().Err() != nil {
		return
	}
	w.report(w.doc.Response(op, rec.status, rec.body.Bytes()), r)
	if rec.status < 300 {
		w.report(w.doc.Request(op, sent.Bytes()), r)
	}
}

type recorder struct {
	http.ResponseWriter

	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.NewResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
