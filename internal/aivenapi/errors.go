package aivenapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	aiven "github.com/aiven/go-client-codegen"
)

// ErrReadOnly is what a read-only API says to a write.
var ErrReadOnly = errors.New("this is a read-only connection: nothing was sent")

// Kind of what went wrong on the way, before the API's own answer.
type Kind string

// The kinds. What the API itself refused is an aiven.Error.
const (
	KindUnreachable Kind = "unreachable"
	KindTLS         Kind = "tls"
	KindTimeout     Kind = "timeout"
	KindBroken      Kind = "broken" // the connection broke after the request went out
	KindUndecodable Kind = "undecodable"
	KindTruncated   Kind = "truncated"
	KindRedirect    Kind = "redirect"
	KindReadOnly    Kind = "read-only"
	KindNotSent     Kind = "not sent"
)

// Error is what went wrong between us and the API.
type Error struct {
	Op     string
	Kind   Kind
	Status int
	cause  error
	write  bool
}

// Error is for logs; Explain is for people.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s: %s", Sanitise(e.Op), e.Kind, Sanitise(Mask(e.cause.Error())))
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// transportError classifies what a round trip failed with. connected is false
// only if it is certain that there was no connection to send anything over.
func transportError(op string, req *http.Request, err error, connected bool) error {
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err // without the address: it can hold a token prefix
	}
	e := &Error{Op: op, Kind: KindBroken, cause: err, write: req.Method != http.MethodGet && req.Method != http.MethodHead}
	var (
		verify *tls.CertificateVerificationError
		ua     x509.UnknownAuthorityError
		hn     x509.HostnameError
		record tls.RecordHeaderError
		dns    *net.DNSError
	)
	switch {
	case errors.Is(err, ErrReadOnly):
		e.Kind = KindReadOnly
	case errors.Is(err, context.Canceled) && (!connected || neverConnected(err)):
		e.Kind = KindNotSent
	case errors.As(err, &verify), errors.As(err, &ua), errors.As(err, &hn), errors.As(err, &record):
		e.Kind = KindTLS
	case !connected, neverConnected(err), errors.As(err, &dns):
		e.Kind = KindUnreachable
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		e.Kind = KindTimeout
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Kind = KindBroken
		if !e.write {
			e.Kind = KindUndecodable
		}
	case !e.write:
		// A read that broke halfway can be tried again like one that never began.
		e.Kind = KindUnreachable
	}
	return e
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// neverConnected says that no connection was made, so that nothing can have
// been processed.
func neverConnected(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// notSent says that a round trip failed before there was a connection.
func notSent(err error) bool {
	return isKind(err, KindUnreachable) && !isRead(err) || neverConnected(err)
}

func isRead(err error) bool {
	var e *Error
	return errors.As(err, &e) && !e.write
}

// Unclear says whether a write may or may not have taken effect: the answer
// was lost, or a server in between gave up.
func Unclear(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.write && (e.Kind == KindBroken || e.Kind == KindTimeout || e.Kind == KindUndecodable || e.Kind == KindRedirect)
	}
	var a aiven.Error
	return errors.As(err, &a) && (a.Status >= 500 || a.Status == http.StatusRequestTimeout)
}

func status(err error) int {
	var a aiven.Error
	if errors.As(err, &a) {
		return a.Status
	}
	return 0
}

// Forbidden says that the API refused for want of a permission.
func Forbidden(err error) bool { return status(err) == http.StatusForbidden }

// Unauthorized says that the API does not take the token.
func Unauthorized(err error) bool { return status(err) == http.StatusUnauthorized }

// NotFound says that the API has no such thing, or does not show it.
func NotFound(err error) bool { return status(err) == http.StatusNotFound }

// Truncated says that a list came back at the limit: possibly truncated.
func Truncated(err error) bool { return isKind(err, KindTruncated) }

func isKind(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// Code is the documented error code of an API error ("" if none).
func Code(err error) string {
	var a aiven.Error
	if !errors.As(err, &a) {
		return ""
	}
	list, _ := a.Errors.([]any)
	for _, item := range list {
		if m, ok := item.(map[string]any); ok {
			if c, ok := m["error_code"].(string); ok && c != "" {
				return c
			}
		}
	}
	return ""
}

// Explain says what went wrong and what to do, as one or two sentences that
// can be shown: sanitised, no secrets, no stack.
func Explain(err error) string {
	var e *Error
	var a aiven.Error
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	var clock *time.ParseError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrReadOnly):
		return "This is a read-only connection (dry run or scan), so nothing was sent."
	case errors.As(err, &a):
		return explainAnswer(a)
	case errors.As(err, &e):
		return explainWay(e)
	case errors.Is(err, context.Canceled):
		return "Cancelled. What was already sent stays; read again to see where things stand."
	case errors.Is(err, context.DeadlineExceeded):
		return "It took too long and was given up. Check the network and try again."
	case errors.As(err, &syntax), errors.As(err, &typed), errors.As(err, &clock):
		return "Aiven's answer could not be understood: " + Sanitise(Mask(clip(err.Error(), 300))) + ". Try again; if it stays, a newer avn-harden may know the new form."
	}
	return Sanitise(Mask(err.Error()))
}

func explainAnswer(a aiven.Error) string {
	said := ""
	if a.Message != "" {
		said = " Aiven says: " + Sanitise(Mask(clip(a.Message, 300))) + "."
	}
	if c := Code(a); c != "" {
		said += " (" + Sanitise(c) + ")"
	}
	switch {
	case a.Status == http.StatusUnauthorized:
		return "Aiven does not take this token: it is wrong, expired, revoked or no longer allowed by the authentication policy." + said + " Get a new one and set AIVEN_TOKEN."
	case a.Status == http.StatusForbidden:
		return "The token may not do this (" + a.OperationID + ")." + said + " " + needs(a.OperationID) + " Ask an organization admin for it, or use another token."
	case a.Status == http.StatusNotFound:
		return "Aiven has no such thing, or does not show it to this token (" + a.OperationID + ")." + said
	case a.Status == http.StatusTooManyRequests:
		return "Aiven asks to slow down, and kept asking." + said + " Wait a few minutes and try again."
	case a.Status >= 500:
		return fmt.Sprintf("Aiven had an error of its own (status %d, %s).%s Try again in a few minutes; https://status.aiven.io tells of outages.", a.Status, a.OperationID, said)
	}
	return fmt.Sprintf("Aiven refused it (status %d, %s).%s", a.Status, a.OperationID, said)
}

func explainWay(e *Error) string {
	cause := Sanitise(Mask(e.cause.Error()))
	switch e.Kind {
	case KindUnreachable:
		return "Aiven's API cannot be reached: " + cause + ". Check the network, the proxy and AIVEN_WEB_URL."
	case KindTLS:
		return "The connection is not safe: the server's certificate is not trusted (" + cause + "). Check AIVEN_WEB_URL and whether a proxy stands in between; nothing was sent."
	case KindTimeout:
		if e.write {
			return "No answer came in time, so it is unclear whether the change took effect. Read again before you try again."
		}
		return "No answer came in time. Check the network and try again."
	case KindBroken:
		return "The connection broke before the answer came, so it is unclear whether the change took effect. Read again before you try again."
	case KindUndecodable:
		return "Aiven's answer to " + e.Op + " was cut off or is not what it should be. Try again."
	case KindTruncated:
		return "The list of " + e.Op + " is as long as Aiven gives at once, so there may be more: it counts as not read."
	case KindRedirect:
		return "The server wants to send us elsewhere, which could hand the token to somebody else. Check AIVEN_WEB_URL."
	case KindNotSent:
		switch {
		case e.Status == http.StatusServiceUnavailable:
			return "Aiven's API is unavailable at the moment and did not process this. Nothing changed; try again in a few minutes."
		case errors.Is(e.cause, context.Canceled), errors.Is(e.cause, context.DeadlineExceeded):
			return "Cancelled before it was sent."
		}
		return "It was not sent: " + cause + "."
	}
	return cause
}

// needs says which permission an operation asks for, as far as the client's
// own list knows; several mean that any one of them may do.
func needs(op string) string {
	list := aiven.Permissions()[op]
	if len(list) == 0 {
		return "It needs a permission that this token lacks."
	}
	return "It needs the permission " + strings.Join(list, " or ") + "."
}

// tame makes an API's error body harmless before the client makes an error of
// it, since that error prints the message as it came: texts are sanitised,
// secrets masked, and what is not an error document becomes one.
func tame(body []byte, token string) []byte {
	var doc map[string]any
	if json.Unmarshal(body, &doc) != nil {
		doc = map[string]any{"message": clip(strings.TrimSpace(string(body)), 300)}
	}
	b, err := json.Marshal(tameValue(doc, token))
	if err != nil {
		return []byte(`{"message":"the error could not be read"}`)
	}
	return b
}

func tameValue(v any, token string) any {
	switch v := v.(type) {
	case string:
		return Sanitise(Mask(strings.ReplaceAll(v, token, masked)))
	case []any:
		for i := range v {
			v[i] = tameValue(v[i], token)
		}
	case map[string]any:
		for k := range v {
			v[k] = tameValue(v[k], token)
		}
	}
	return v
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
