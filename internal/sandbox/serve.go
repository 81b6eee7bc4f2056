package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

const maxBody = 8 << 20

// call is one request on its way through an operation.
type call struct {
	box   *Sandbox
	state *State
	now   time.Time
	op    *operation
	req   *http.Request
	vars  map[string]string
	body  []byte
	keys  map[string]json.RawMessage

	who     *identity
	org     *Organization
	project *Project
}

// ServeHTTP answers one request as Aiven's API would.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == ResolverPath {
		s.serveResolver(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	entry := LoggedRequest{
		Time: s.now().UTC(), Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Body: body,
	}
	i := s.log.open(entry)
	if err != nil {
		a := refuse(http.StatusRequestEntityTooLarge, "", "Request body could not be read")
		s.log.close(i, "", a.status)
		send(w, a)
		return
	}
	op, vars, allowed := table.find(r.Method, entry.Path)
	id := ""
	if op != nil {
		id = op.id
	}
	fault := s.faults.next(id, r.Method, entry.Path)
	if !wait(r.Context(), s.latency+fault.Latency) {
		s.log.close(i, id, 0)
		return
	}
	if a, done := fault.before(); done {
		s.log.close(i, id, a.status)
		fault.send(w, a)
		return
	}
	a := s.answer(op, vars, allowed, r, body)
	a = fault.after(a)
	status := a.status
	if fault.Reset {
		status = 0
	}
	s.log.close(i, id, status)
	fault.send(w, a)
}

// answer runs the operation under the lock.
func (s *Sandbox) answer(op *operation, vars map[string]string, allowed []string, r *http.Request, body []byte) answer {
	if op == nil {
		if len(allowed) > 0 {
			a := refuse(http.StatusMethodNotAllowed, "", "Method not allowed")
			a.allow = allowed
			return a
		}
		return notFound("", "Not Found")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{box: s, state: s.state, now: s.now().UTC(), op: op, req: r, vars: vars, body: body}
	if refusal := c.admit(); refusal != nil {
		return *refusal
	}
	a := op.serve(c)
	c.record(a)
	// The body is made of the state itself: encode it before the lock is
	// given back.
	if a.body != nil {
		a.body = json.RawMessage(a.encode())
	}
	return a
}

func send(w http.ResponseWriter, a answer) {
	b := a.encode()
	a.header(w.Header(), len(b))
	w.WriteHeader(a.status)
	_, _ = w.Write(b)
}
