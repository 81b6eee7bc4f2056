// Package aivenapi is the one way to Aiven's API: the official generated
// client on our own transport, and beside it the few operations that the
// client lacks.
package aivenapi

import (
	"context"
	"io"
	"net/http"
	"time"

	aiven "github.com/aiven/go-client-codegen"
)

// Options say how to reach the API. BaseURL and Token are required; the zero
// value of the rest is what production uses.
type Options struct {
	// BaseURL is AIVEN_WEB_URL; https unless the host is loopback. Default https://api.aiven.io.
	BaseURL string
	// Token is the whole Authorization token, without the scheme.
	Token string
	// ReadOnly refuses everything but GET and HEAD before it reaches the network (invariant I1).
	ReadOnly bool
	// UserAgent is appended to the client's own.
	UserAgent string
	// Debug, when set, takes one line per request with secrets redacted.
	Debug io.Writer
	// Base is the transport under ours; nil means a pooled one.
	Base http.RoundTripper
	// Now, Sleep and Jitter (0 ≤ f < 1) make time and chance injectable.
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Jitter func() float64
	// ReadDeadline bounds a GET with all its retries. Default 60 s.
	ReadDeadline time.Duration
	// WriteDeadline bounds a write, waiting while the API does not process it
	// included. Past it, the outcome of a write that went out is unclear. Default 120 s.
	WriteDeadline time.Duration
	// MaxConcurrent bounds requests under way at once; the limit adapts below it. Default 16.
	MaxConcurrent int
	// OnCall, when set, is told of each request that goes out, retries
	// included, from many goroutines at once. It must be quick.
	OnCall func(calls int, operation string)
}

// API is the official client with the operations it lacks (extra.go) and the
// means to send recorded requests. Safe for concurrent use.
type API struct {
	aiven.Client
	t *transport
}

// Request is one API request as it goes over the wire.
type Request struct {
	// Operation is Aiven's operation id.
	Operation string `json:"operation"`
	Method    string `json:"method"`
	// Path is escaped and starts with /v1.
	Path string `json:"path"`
	// Query is encoded, without the question mark.
	Query string `json:"query,omitempty"`
	// Body is the exact bytes; nil for none.
	Body []byte `json:"body,omitempty"`
}

// Reply is the answer to a Request that was sent; Status is 2xx.
type Reply struct {
	Status int
	Body   []byte
}
