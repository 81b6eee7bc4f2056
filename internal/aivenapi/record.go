package aivenapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	aiven "github.com/aiven/go-client-codegen"
)

// Recorder holds what was recorded.
type Recorder struct {
	mu       sync.Mutex
	requests []Request
	answer   func(Request) []byte
}

// Requests gives what was recorded so far, in order.
func (r *Recorder) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

func (r *Recorder) answerTo(rec Request, req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.requests = append(r.requests, rec)
	r.mu.Unlock()
	body := []byte("{}")
	if r.answer != nil {
		if b := r.answer(rec); b != nil {
			body = b
		}
	}
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}, nil
}

// Recording gives an API whose writes are recorded instead of sent, and
// answered with answer (JSON; "{}" if nil); reads are refused. Nothing of it
// can reach a network: it has neither address nor token.
func Recording(answer func(Request) []byte) (*API, *Recorder) {
	rec := &Recorder{answer: answer}
	o := Options{BaseURL: "https://recording.invalid", Token: "recording", Base: noWire{errors.New("a recording connection sends nothing")}}
	fillDefaults(&o)
	t := newTransport(o)
	t.record = rec
	// The address and token are constants of ours, so this cannot fail for
	// anything that a user could put right.
	c, _ := newClient(o, t)
	return &API{Client: c, t: t}, rec
}

// noWire is a transport that carries nothing, and says why.
type noWire struct{ why error }

func (n noWire) RoundTrip(*http.Request) (*http.Response, error) { return nil, n.why }

// holdsRedacted says whether a body has the API's placeholder for a secret in
// it, spelled plainly or as the client's JSON spells it.
func holdsRedacted(body []byte) bool {
	return bytes.Contains(body, []byte("<redacted>")) || bytes.Contains(body, []byte(`\u003credacted\u003e`))
}

// sendable says why a request, which may come from a file, cannot be one of
// the API's, or "".
func sendable(r Request) string {
	switch {
	case !strings.HasPrefix(r.Path, "/v1/"):
		return "the path does not start with /v1/"
	case strings.Contains(r.Path+"/", "/../"), strings.Contains(r.Path+"/", "/./"):
		return "the path leads elsewhere"
	case strings.ContainsFunc(r.Path+r.Query, func(c rune) bool { return c <= ' ' || c > '~' || c == '#' }):
		return "the address has characters that none has"
	}
	return ""
}

// Send sends a recorded request byte for byte, once. See Unclear for its errors.
func (a *API) Send(ctx context.Context, r Request) (Reply, error) {
	if why := sendable(r); why != "" {
		return Reply{}, &Error{Op: r.Operation, Kind: KindNotSent, cause: errors.New(why)}
	}
	ctx = context.WithValue(ctx, aiven.OperationIDKey{}, r.Operation)
	// The escaped path is taken as it was recorded: parsing it into URL.Path
	// and back could spell it another way.
	u, err := url.Parse(a.t.o.BaseURL + r.Path)
	if err != nil {
		return Reply{}, &Error{Op: r.Operation, Kind: KindNotSent, cause: err}
	}
	u.RawQuery = r.Query
	if u.EscapedPath() != r.Path {
		return Reply{}, &Error{Op: r.Operation, Kind: KindNotSent, cause: errors.New("the path cannot be sent as it was recorded")}
	}
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), body)
	if err != nil {
		return Reply{}, &Error{Op: r.Operation, Kind: KindNotSent, cause: err}
	}
	a.t.sign(req)
	resp, err := a.t.do(req)
	if err != nil {
		return Reply{}, err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return Reply{}, &Error{Op: r.Operation, Kind: KindBroken, cause: err, write: true}
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return Reply{}, answerError(r.Operation, resp.StatusCode, answer)
	}
	return Reply{Status: resp.StatusCode, Body: answer}, nil
}
