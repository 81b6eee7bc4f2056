package aivenapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	aiven "github.com/aiven/go-client-codegen"
)

// Most of an answer that is read, and the waits between tries of a read.
const (
	maxAnswer  = 64 << 20
	firstWait  = 250 * time.Millisecond
	longestTry = 8 * time.Second
	readTries  = 8
	writeTries = 4
	// An address that takes no connection three times in a row is said to be
	// unreachable while the admin still looks at the screen.
	dialTries = 3
	// listLimit is the limit that the client asks for on every list.
	listLimit = 999
)

// transport is the Doer under the official client.
type transport struct {
	o     Options
	reads *http.Client
	// writes go over connections of their own that are used once: net/http
	// repeats a PUT or DELETE by itself when a kept connection breaks.
	writes *http.Client
	// traced: the transport tells when it has a connection.
	traced bool
	limit  *limiter
	calls  atomic.Int64
	record *Recorder
}

func newTransport(o Options) *transport {
	if o.Base == nil {
		o.Base = pooled(o.MaxConcurrent)
	}
	reads, writes := o.Base, o.Base
	tcp, traced := o.Base.(*http.Transport)
	if traced {
		writes = single(tcp)
	}
	if o.ReadOnly {
		// Dry-run is structural: whatever happens above, no write has a wire.
		writes = noWire{ErrReadOnly}
	}
	// A redirect could carry the token to another host.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &transport{
		o:      o,
		reads:  &http.Client{Transport: reads, CheckRedirect: stay},
		writes: &http.Client{Transport: writes, CheckRedirect: stay},
		traced: traced,
		limit:  newLimiter(o.MaxConcurrent),
	}
}

// Do carries one request of the client. The client leaves + and = in paths as
// they are; the API's description wants them escaped in token prefixes, and to
// any server the escaped spelling is the same path.
func (t *transport) Do(req *http.Request) (*http.Response, error) {
	if path := req.URL.EscapedPath(); strings.ContainsAny(path, "+=") {
		req.URL.RawPath = strings.NewReplacer("+", "%2B", "=", "%3D").Replace(path)
	}
	return t.do(req)
}

// do carries a request with its path spelled as it is.
func (t *transport) do(req *http.Request) (*http.Response, error) {
	op, _ := req.Context().Value(aiven.OperationIDKey{}).(string)
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		if t.record != nil {
			return nil, &Error{Op: op, Kind: KindReadOnly, cause: errors.New("a fix must not read while it is recorded")}
		}
		return t.read(req, op)
	}
	// The client adds its list limit to writes as well, where it means nothing.
	q := req.URL.Query()
	if q.Get("limit") == strconv.Itoa(listLimit) {
		q.Del("limit")
		req.URL.RawQuery = q.Encode()
	}
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("read the request of %s: %w", op, err)
		}
	}
	if holdsRedacted(body) {
		return nil, &Error{Op: op, Kind: KindNotSent, cause: errors.New("the body holds <redacted>, which would be stored in place of the secret")}
	}
	if t.record != nil {
		return t.record.answerTo(Request{op, req.Method, req.URL.EscapedPath(), req.URL.RawQuery, body}, req)
	}
	return t.write(req, op, body)
}

// read sends a GET until it is answered, within the deadline.
func (t *transport) read(req *http.Request, op string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), t.o.ReadDeadline)
	defer cancel()
	started := t.o.Now()
	for try := 0; ; try++ {
		resp, body, err := t.once(t.reads, req.Clone(ctx), op)
		if err == nil && resp.StatusCode >= 200 && resp.StatusCode < 300 {
			err = checkList(op, req, body)
			if err == nil {
				return withBody(resp, body), nil
			}
		}
		if req.Context().Err() != nil {
			return nil, fmt.Errorf("%s: %w", op, req.Context().Err())
		}
		again, wait := retryRead(resp, err, t.o.Now())
		if again && (try+1 >= readTries || notSent(err) && try+1 >= dialTries) {
			again = false
		}
		if !again {
			if err != nil {
				return nil, err
			}
			return withBody(resp, body), nil
		}
		wait = max(wait, t.backoff(try))
		if t.o.Now().Add(wait).Sub(started) > t.o.ReadDeadline || t.o.Sleep(ctx, wait) != nil {
			if req.Context().Err() != nil {
				return nil, fmt.Errorf("%s: %w", op, req.Context().Err())
			}
			if err == nil {
				return withBody(resp, body), nil
			}
			return nil, err
		}
	}
}

// write sends once; again only when the API cannot have processed it.
func (t *transport) write(req *http.Request, op string, body []byte) (*http.Response, error) {
	if t.o.ReadOnly {
		return nil, &Error{Op: op, Kind: KindReadOnly, cause: ErrReadOnly}
	}
	ctx, cancel := context.WithTimeout(req.Context(), t.o.WriteDeadline)
	defer cancel()
	started := t.o.Now()
	for try := 0; ; try++ {
		r := req.Clone(ctx)
		// Without GetBody net/http has nothing to repeat a request with.
		r.GetBody = nil
		r.Body, r.ContentLength = http.NoBody, 0
		if body != nil {
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		resp, answer, err := t.once(t.writes, r, op)
		wait, processed := retryAfter(resp, t.o.Now()), true
		switch {
		case err != nil:
			processed = !notSent(err)
		case resp.StatusCode == http.StatusTooManyRequests,
			resp.StatusCode == http.StatusServiceUnavailable && wait > 0:
			processed = false
		}
		wait = max(wait, t.backoff(try))
		if !processed && try+1 < writeTries && t.o.Now().Add(wait).Sub(started) <= t.o.WriteDeadline {
			if serr := t.o.Sleep(ctx, wait); serr != nil {
				return nil, &Error{Op: op, Kind: KindNotSent, cause: serr}
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if !processed && resp.StatusCode == http.StatusServiceUnavailable {
			// As an answer this would look like any 5xx, which is unclear.
			return nil, &Error{Op: op, Kind: KindNotSent, Status: resp.StatusCode, cause: errors.New("the API is unavailable and did not process it")}
		}
		return withBody(resp, answer), nil
	}
}

// once makes one round trip and reads the whole answer.
func (t *transport) once(c *http.Client, req *http.Request, op string) (resp *http.Response, body []byte, err error) {
	if err := t.limit.acquire(req.Context()); err != nil {
		return nil, nil, &Error{Op: op, Kind: KindNotSent, cause: err}
	}
	begun := t.o.Now()
	calls := t.calls.Add(1)
	if t.o.OnCall != nil {
		t.o.OnCall(int(calls), op)
	}
	var connected atomic.Bool
	connected.Store(!t.traced)
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	defer func() {
		status := 0
		if resp != nil {
			status = resp.StatusCode
		}
		t.limit.release(status)
		t.debug(op, req, status, t.o.Now().Sub(begun), err)
	}()
	resp, err = c.Do(req)
	if err != nil {
		return nil, nil, transportError(op, req, err, connected.Load())
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	cerr := resp.Body.Close()
	if err == nil && len(body) > maxAnswer {
		err = errors.New("the answer is too large")
	}
	if err = errors.Join(err, cerr); err != nil {
		return resp, nil, transportError(op, req, err, true)
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return resp, nil, &Error{Op: op, Kind: KindRedirect, Status: resp.StatusCode, cause: errors.New("the API answered with a redirect")}
	}
	if resp.StatusCode >= 400 {
		body = tame(body, t.o.Token)
	}
	return resp, body, nil
}

func (t *transport) backoff(try int) time.Duration {
	d := min(firstWait<<min(try, 10), longestTry)
	return d/2 + time.Duration(t.o.Jitter()*float64(d)/2)
}

// retryRead says whether a read may be tried again, and the least wait.
func retryRead(resp *http.Response, err error, now time.Time) (bool, time.Duration) {
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			return e.Kind == KindUnreachable || e.Kind == KindUndecodable || e.Kind == KindTimeout && resp == nil, 0
		}
		return false, 0
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusRequestTimeout, resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented:
		return true, retryAfter(resp, now)
	}
	return false, 0
}

// retryAfter reads the header, as seconds or as a date. Zero: it says nothing.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp == nil {
		return 0
	}
	v := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if s, err := strconv.Atoi(v); err == nil && s > 0 {
		return min(time.Duration(s), 3600) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil && at.After(now) {
		return min(at.Sub(now), time.Hour)
	}
	return 0
}

// checkList refuses an answer that is not JSON, and a list that is as long as
// the limit that was asked for: there may be more.
func checkList(op string, req *http.Request, body []byte) error {
	var top map[string]json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		return &Error{Op: op, Kind: KindUndecodable, cause: errors.New("the answer is not the JSON that it should be")}
	}
	for _, v := range top {
		var list []json.RawMessage
		if len(v) > 0 && v[0] == '[' && json.Unmarshal(v, &list) == nil && len(list) >= listLimit {
			return &Error{Op: op, Kind: KindTruncated, cause: fmt.Errorf("the list has %d entries, as many as were asked for: there may be more", len(list))}
		}
	}
	return nil
}

func withBody(resp *http.Response, body []byte) *http.Response {
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp
}
