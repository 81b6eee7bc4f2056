package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// LoggedRequest is one request exactly as it came over the wire.
type LoggedRequest struct {
	Time      time.Time
	Operation string // the operation's id in Aiven's API description; "" when unknown
	Method    string
	Path      string // escaped as on the wire, with /v1
	Query     string // raw, without the question mark
	Body      []byte // exact
	Status    int    // 0 when the connection was cut before an answer
}

type requestLog struct {
	mu      sync.Mutex
	entries []LoggedRequest
	lines   io.Writer
}

// open writes the request down before it is looked at, so that the log is
// complete even when the answer never comes.
func (l *requestLog) open(e LoggedRequest) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	return len(l.entries) - 1
}

func (l *requestLog) close(i int, operation string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i >= len(l.entries) {
		return // forgotten in between
	}
	l.entries[i].Operation = operation
	l.entries[i].Status = status
	if l.lines == nil {
		return
	}
	e := l.entries[i]
	line, err := json.Marshal(struct {
		Time      time.Time `json:"time"`
		Operation string    `json:"operation,omitempty"`
		Method    string    `json:"method"`
		Path      string    `json:"path"`
		Query     string    `json:"query"`
		Body      string    `json:"body"`
		Status    int       `json:"status"`
	}{e.Time, e.Operation, e.Method, e.Path, e.Query, string(e.Body), e.Status})
	if err == nil {
		_, _ = l.lines.Write(append(line, '\n'))
	}
}

// Requests returns every request so far, in the order in which they came.
func (s *Sandbox) Requests() []LoggedRequest {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	out := slices.Clone(s.log.entries)
	for i := range out {
		out[i].Body = slices.Clone(out[i].Body)
	}
	return out
}

// Writes returns the requests that are neither GET nor HEAD nor OPTIONS.
func (s *Sandbox) Writes() []LoggedRequest {
	return slices.DeleteFunc(s.Requests(), func(r LoggedRequest) bool {
		return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	})
}
