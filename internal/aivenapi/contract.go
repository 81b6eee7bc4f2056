package aivenapi

import "context"

type transport struct{}

// New checks the options and gives the API. No call is made. Errors are
// sentences: no token, not https, not a URL.
func New(o Options) (*API, error) { panic("owner fills in") }

// Sanitise makes text from the API visible and harmless: control characters,
// escape sequences, bidi overrides, zero-width and other invisible characters
// become visible escapes (␛, \u202e …); newlines become ␊.
func Sanitise(s string) string { panic("owner fills in") }

// Send sends a recorded request byte for byte, once. See NotProcessed and Unclear for its errors.
func (a *API) Send(ctx context.Context, r Request) (Reply, error) { panic("owner fills in") }

// Recording gives an API whose writes are recorded instead of sent, and
// answered with answer (JSON; "{}" if nil); reads are refused.
func Recording(answer func(Request) []byte) (*API, *Recorder) { panic("owner fills in") }

// Recorder holds what was recorded.
type Recorder struct{ requests []Request }

// Requests gives what was recorded so far, in order.
func (r *Recorder) Requests() []Request { return r.requests }

// Unclear says whether a write may or may not have taken effect.
func Unclear(err error) bool { panic("owner fills in") }

// Forbidden (401 is Unauthorized) and NotFound classify API refusals.
func Forbidden(err error) bool    { panic("owner fills in") }
func Unauthorized(err error) bool { panic("owner fills in") }
func NotFound(err error) bool     { panic("owner fills in") }

// Truncated says that a list came back at the limit: possibly truncated.
func Truncated(err error) bool { panic("owner fills in") }

// Code is the documented error code of an API error ("" if none).
func Code(err error) string { panic("owner fills in") }

// Explain says what went wrong and what to do, as one or two sentences that
// can be shown: sanitised, no secrets, no stack.
func Explain(err error) string { panic("owner fills in") }

// Secrets masks tokens, passwords, service URIs, keys and certificates in text
// or JSON that is to be shown or logged.
func Mask(s string) string { panic("owner fills in") }

// Calls is how many requests have gone out.
func (a *API) Calls() int { panic("owner fills in") }
