package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/google/renameio/v2"
)

// field is one line of an item.
type field struct{ key, value string }

// quoted writes any text as a YAML double-quoted scalar (JSON strings are such).
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}

// AddWaiver adds to the file atomically, keeping comments and order, and gives
// the policy with it. p stays as it was. It refuses when the file changed
// since it was read.
func (p *Policy) AddWaiver(w Waiver) (*Policy, error) {
	w.Expires = day(w.Expires)
	want := *p
	want.Waivers = append([]Waiver{w}, p.Waivers...)
	return p.add(&want, "waivers", []field{
		{"check", w.Check}, {"resource", quoted(w.Resource)}, {"reason", quoted(w.Reason)},
		{"owner", quoted(w.Owner)}, {"expires", w.Expires.Format(time.DateOnly)},
	})
}

// AddAttestation is AddWaiver for an attestation.
func (p *Policy) AddAttestation(a Attestation) (*Policy, error) {
	a.Date, a.Expires = day(a.Date), day(a.Expires)
	fields := []field{{"check", a.Check}}
	if a.Resource != "" {
		fields = append(fields, field{"resource", quoted(a.Resource)})
	}
	fields = append(fields, field{"statement", quoted(a.Statement)}, field{"person", quoted(a.Person)},
		field{"date", a.Date.Format(time.DateOnly)}, field{"expires", a.Expires.Format(time.DateOnly)})
	if a.Evidence != "" {
		fields = append(fields, field{"evidence", quoted(a.Evidence)})
	}
	want := *p
	want.Attestations = append([]Attestation{a}, p.Attestations...)
	return p.add(&want, "attestations", fields)
}

// day drops the time of day.
func day(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (p *Policy) add(want *Policy, list string, item []field) (*Policy, error) {
	path, err := filepath.EvalSymlinks(p.Path)
	if errors.Is(err, fs.ErrNotExist) {
		path = p.Path
	} else if err != nil {
		return nil, fmt.Errorf("write the policy file: %w", err)
	}
	now, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the policy file before writing it: %w", err)
	}
	if !bytes.Equal(now, p.read) {
		return nil, fmt.Errorf("%s was changed by somebody else since it was read. Rescan to read it again, then repeat", p.Path)
	}
	text, err := insert(string(now), list, item)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	next, err := parse(p.Path, []byte(text), p.knownChecks)
	if err != nil {
		return nil, fmt.Errorf("the policy file would not be right with it: %w", err)
	}
	if !same(next, want) {
		return nil, fmt.Errorf("%s is written in a form that cannot be added to without changing it. Add the entry by hand", p.Path)
	}
	mode := fs.FileMode(0o600)
	if st, err := os.Stat(path); err == nil {
		mode = st.Mode().Perm()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("write the policy file: %w", err)
	}
	if err := renameio.WriteFile(path, []byte(text), mode, renameio.IgnoreUmask()); err != nil {
		return nil, fmt.Errorf("write the policy file: %w", err)
	}
	return next, nil
}

// same says whether the file says what was wanted, all else unchanged.
func same(a, b *Policy) bool {
	return reflect.DeepEqual(a.Thresholds, b.Thresholds) && slices.Equal(a.TrustedNetworks, b.TrustedNetworks) &&
		equal(a.Waivers, b.Waivers) && equal(a.Attestations, b.Attestations)
}

func equal[T comparable](a, b []T) bool { return slices.Equal(a, b) }

// insert puts an item at the head of a list, as text, so that no byte of what
// stands there is touched.
func insert(text, list string, item []field) (string, error) {
	end := "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	value, keyLine, err := find(text, list)
	if err != nil {
		return "", err
	}
	if keyLine == 0 {
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += end
		}
		return text + list + ":" + end + lines(item, "  ", end), nil
	}
	all := strings.SplitAfter(text, "\n")
	indent := "  "
	switch s, ok := value.(*ast.SequenceNode); {
	case ok && s.IsFlowStyle && len(s.Values) > 0:
		return "", fmt.Errorf("%s is written in one line, in brackets. Put each entry on lines of its own, then repeat", list)
	case ok && s.IsFlowStyle:
		i := strings.Index(all[keyLine-1], "[")
		j := strings.Index(all[keyLine-1], "]")
		if i < 0 || j < i {
			return "", fmt.Errorf("%s is an empty list over several lines. Delete it, then repeat", list)
		}
		all[keyLine-1] = strings.TrimRight(all[keyLine-1][:i], " ") + all[keyLine-1][j+1:]
	case ok:
		indent = strings.Repeat(" ", max(0, s.Start.Position.Column-1))
	case !empty(value):
		return "", fmt.Errorf("%s is not a list", list)
	case value != nil && value.GetToken() != nil && value.GetToken().Value != "" && value.Type() == ast.NullType:
		line := all[keyLine-1]
		if i := strings.Index(line, ":"); i >= 0 && strings.HasPrefix(strings.TrimSpace(line[i+1:]), value.GetToken().Value) {
			all[keyLine-1] = line[:i+1] + strings.Replace(line[i+1:], " "+value.GetToken().Value, "", 1)
		}
	}
	if !strings.HasSuffix(all[keyLine-1], "\n") {
		all[keyLine-1] += end
	}
	return strings.Join(all[:keyLine], "") + lines(item, indent, end) + strings.Join(all[keyLine:], ""), nil
}

// find gives the value of a top-level key and the line of the key; 0 if it is not there.
func find(text, key string) (ast.Node, int, error) {
	f, err := parser.ParseBytes([]byte(text), parser.ParseComments)
	if err != nil {
		return nil, 0, syntaxError("it", err)
	}
	if len(f.Docs) == 0 || empty(f.Docs[0].Body) {
		return nil, 0, nil
	}
	var values []*ast.MappingValueNode
	switch m := f.Docs[0].Body.(type) {
	case *ast.MappingNode:
		if m.IsFlowStyle {
			return nil, 0, errors.New("it is written in braces, in one line. Put each key on a line of its own, then repeat")
		}
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	}
	for _, v := range values {
		if v.Key.GetToken().Value == key {
			return v.Value, v.Key.GetToken().Position.Line, nil
		}
	}
	return nil, 0, nil
}

func lines(item []field, indent, end string) string {
	var b strings.Builder
	for i, f := range item {
		dash := "  "
		if i == 0 {
			dash = "- "
		}
		b.WriteString(indent + dash + f.key + ": " + f.value + end)
	}
	return b.String()
}
