package aivenapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	aiven "github.com/aiven/go-client-codegen"
)

// Recorder holds what was recorded.
type Recorder struct {
	requests []Request
	answer   func(Request) []byte
}

// Requests gives what was recorded so far, in order.
func (r *Recorder) Requests() []Request { return r.requests }

func (r *Recorder) answerTo(rec Request, req *http.Request) (*http.Response, error) {
	r.requests = append(r.requests, rec)
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
	o := Options{BaseURL: "https://recording.invalid", Token: "recording", Base: refuseAll{}}
	fillDefaults(&o)
	t := newTransport(o)
	t.record = rec
	// The address and token are constants of ours, so this cannot fail for
	// anything that a user could put right.
	c, _ := newClient(o, t)
	return &API{Client: c, t: t}, rec
}

type refuseAll struct{}

func (refuseAll) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("a recording connection sends nothing")
}

// Send sends a recorded request byte for byte, once. See Unclear for its errors.
func (a *API) Send(ctx context.Context, r Request) (Reply, error) {
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
	resp, err := a.t.Do(req)
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
