// Package contract checks, in tests, that what is sent to and answered by an
// emulation of Aiven's API is what Aiven's OpenAPI document says.
package contract

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Environment names the variable that points to the OpenAPI document.
const Environment = "AVN_HARDEN_OPENAPI"

// Document is Aiven's OpenAPI document, ready to look operations up in.
type Document struct {
	doc    *openapi3.T
	bySize map[int][]*route
}

type route struct {
	path  string
	parts []string
	item  *openapi3.PathItem
}

// Operation is one operation of the document.
type Operation struct {
	ID, Method, Path string

	op *openapi3.Operation
}

var load = sync.OnceValues(func() (*Document, error) {
	path, err := locate()
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	d := &Document{doc: doc, bySize: map[int][]*route{}}
	for path, item := range doc.Paths.Map() {
		parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
		d.bySize[len(parts)] = append(d.bySize[len(parts)], &route{path, parts, item})
	}
	return d, nil
})

// locate finds the document by the environment or beside one of the parents
// of the working directory.
func locate() (string, error) {
	if path := os.Getenv(Environment); path != "" {
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, "shared", "api", "openapi.json")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no shared/api/openapi.json beside a parent of the package, and %s is not set", Environment)
		}
		dir = parent
	}
}

// Load returns the document, read once per process, or skips the test and
// says why.
func Load(t testing.TB) *Document {
	t.Helper()
	d, err := load()
	if err != nil {
		t.Skipf("no contract check: %v", err)
	}
	return d
}

// Find looks an operation up by its method and a path as on the wire, with
// /v1.
func (d *Document) Find(method, escapedPath string) (*Operation, bool) {
	rest, found := strings.CutPrefix(escapedPath, "/v1/")
	if !found {
		return nil, false
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return nil, false
		}
		segments[i] = plain
	}
	var best *route
	for _, r := range d.bySize[len(segments)] {
		if r.item.GetOperation(method) != nil && r.matches(segments) && (best == nil || r.variables() < best.variables()) {
			best = r
		}
	}
	if best == nil {
		return nil, false
	}
	op := best.item.GetOperation(method)
	return &Operation{ID: op.OperationID, Method: method, Path: best.path, op: op}, true
}

// Lookup finds an operation by its id.
func (d *Document) Lookup(id string) (*Operation, bool) {
	for path, item := range d.doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == id {
				return &Operation{ID: id, Method: method, Path: path, op: op}, true
			}
		}
	}
	return nil, false
}

func (r *route) matches(segments []string) bool {
	for i, p := range r.parts {
		if !strings.HasPrefix(p, "{") && p != segments[i] {
			return false
		}
	}
	return true
}

func (r *route) variables() int { return strings.Count(r.path, "{") }
