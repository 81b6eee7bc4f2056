package organization

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"avn-harden/internal/aivenapi"
)

// atOnce is how many requests one part has under way; the API paces all of them.
const atOnce = 16

// getter is the one thing reading needs of the API. Lists are decoded here, and
// not by the generated client, for three reasons: one odd time must not lose a
// whole list, an answer without its list must not pass for an empty one, and
// fields that may hold secrets are never decoded at all.
type getter interface {
	GetJSON(ctx context.Context, operation, path string, out any) error
}

// errNoList is for a well-formed answer that lacks what was asked for; it must
// not pass for an empty list.
var errNoList = errors.New("the answer does not hold what was asked for")

// errCutShort is for a list that is shorter than the API says.
var errCutShort = errors.New("the list was cut short: the API says that there is more")

// errOddTime is for a resource one of whose times could not be understood.
var errOddTime = errors.New("a time in the answer could not be understood")

// errOddConfig is for a service whose settings are written in a way that is not
// understood.
var errOddConfig = errors.New("a setting of a service is written in a way that could not be understood")

// call is one GET: operation id, path segments after /v1, and query.
type call struct {
	operation string
	segments  []string
	query     string
}

func op(operation string, segments ...string) call {
	return call{operation: operation, segments: segments}
}

// lists is op for an operation that gives a list. The limit is the generated
// client's own: with it the transport can tell a list that may go on from one
// that is complete, and the server's default, if smaller, does not cut it short.
func lists(operation string, segments ...string) call {
	return call{operation: operation, segments: segments, query: "limit=999"}
}

// path escapes the segments. Empty and dot segments are refused: they would
// address another resource.
func (c call) path() (string, error) {
	var b strings.Builder
	b.WriteString("/v1")
	for _, s := range c.segments {
		if s == "" || s == "." || s == ".." {
			return "", fmt.Errorf("%s cannot be asked for %q: not an id", c.operation, aivenapi.NewText(s).String())
		}
		b.WriteString("/")
		b.WriteString(url.PathEscape(s))
	}
	if c.query != "" {
		b.WriteString("?")
		b.WriteString(c.query)
	}
	return b.String(), nil
}

// fetcher makes the calls of one part and counts them.
type fetcher struct {
	api   getter
	id    string // organization
	part  Part
	count *counter
}

// counter tells progress, to one goroutine at a time.
type counter struct {
	mu    sync.Mutex
	calls int
	parts map[Part]*Progress
	tell  func(Progress)
}

func (c *counter) add(p Part, done, total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.of(p)
	at.Done += done
	at.Total += total
	c.calls += done
	c.send(at)
}

func (c *counter) finish(p Part, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.of(p)
	at.Finished, at.Err = true, err
	c.send(at)
}

func (c *counter) of(p Part) *Progress {
	at, ok := c.parts[p]
	if !ok {
		at = &Progress{Part: p}
		c.parts[p] = at
	}
	return at
}

func (c *counter) send(at *Progress) {
	if c.tell == nil {
		return
	}
	at.Calls = c.calls
	c.tell(*at)
}

// expect announces calls, so that progress knows the total beforehand.
func (f *fetcher) expect(n int) { f.count.add(f.part, 0, n) }

// object reads one JSON object into out.
func (f *fetcher) object(ctx context.Context, c call, out any) error {
	path, err := c.path()
	if err != nil {
		f.count.add(f.part, 0, -1) // no call comes of it
		return err
	}
	err = f.api.GetJSON(ctx, c.operation, path, out)
	f.count.add(f.part, 1, 0)
	return err
}

// keyed reads one JSON object and gives the value at key, which must be there.
func (f *fetcher) keyed(ctx context.Context, c call, key string, out any) error {
	var body map[string]json.RawMessage
	if err := f.object(ctx, c, &body); err != nil {
		return err
	}
	return value(c, key, body[key], out)
}

// value decodes the value at key, which must be there and not null.
func value(c call, key string, raw json.RawMessage, out any) error {
	if len(raw) == 0 || bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return fmt.Errorf("%s: %w (no %q)", c.operation, errNoList, key)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%s: understanding %q: %w", c.operation, key, err)
	}
	return nil
}

// entries decodes the list at key; every entry must have its id.
func entries[W any](c call, key string, raw json.RawMessage, id func(W) Text) ([]W, error) {
	var out []W
	if err := value(c, key, raw, &out); err != nil {
		return nil, err
	}
	for _, w := range out {
		if id(w).Empty() {
			return nil, fmt.Errorf("%s: %w (an entry of %q has no id)", c.operation, errNoList, key)
		}
	}
	return out, nil
}

// list reads the list at key.
func list[W any](ctx context.Context, f *fetcher, c call, key string, id func(W) Text) ([]W, error) {
	var raw json.RawMessage
	if err := f.keyed(ctx, c, key, &raw); err != nil {
		return nil, err
	}
	return entries(c, key, raw, id)
}

// each reads one thing per resource, concurrently, and gives the results in the
// order of the resources; nil where it failed. The error is set if all failed
// or ctx ended; what failed of many is in missing.
func each[R, T any](ctx context.Context, f *fetcher, resources []R, name func(R) Text, read func(context.Context, R) (T, error)) (results []*T, missing []Missing, err error) {
	f.expect(len(resources))
	results = make([]*T, len(resources))
	errs := make([]error, len(resources))
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i, r := range resources {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			out, err := read(ctx, r)
			if err != nil {
				errs[i] = err
			} else {
				results[i] = &out
			}
			return nil
		})
	}
	_ = g.Wait() // never an error: they are kept one by one
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	for i, err := range errs {
		if err != nil {
			missing = append(missing, Missing{Resource: name(resources[i]), Err: err})
		}
	}
	if len(missing) > 0 && len(missing) == len(resources) {
		return nil, nil, missing[0].Err
	}
	return results, missing, nil
}

func newCounter(tell func(Progress)) *counter {
	return &counter{parts: map[Part]*Progress{}, tell: tell}
}
