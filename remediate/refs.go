package remediate

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// A reference is written into paths and bodies as refMark + name + refEnd.
// All of its characters are unreserved in URLs and plain in JSON strings, so
// that the client's escaping leaves it as it is.
const (
	refMark = "~avn-ref~"
	refEnd  = "~"
)

var refPattern = regexp.MustCompile(regexp.QuoteMeta(refMark) + `([A-Za-z0-9._-]+)` + refEnd)

var refName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func refToken(name string) string { return refMark + name + refEnd }

// refsIn gives the names that texts refer to, and an error for a marker that is no reference.
func refsIn(texts ...string) ([]string, error) {
	var names []string
	for _, s := range texts {
		found := refPattern.FindAllStringSubmatch(s, -1)
		if len(found) != strings.Count(s, refMark) {
			return nil, errors.New("a value contains the text " + refMark + ", which is kept for references between changes")
		}
		for _, m := range found {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	return names, nil
}

// showRefs replaces references by ⟨name⟩, for display.
func showRefs(s string) string { return refPattern.ReplaceAllString(s, "⟨$1⟩") }

func hasRef(s string) bool { return strings.Contains(s, refMark) }

func requestTexts(r aivenapi.Request) []string {
	return []string{r.Path, r.Query, string(r.Body)}
}

func deltaTexts(list []Delta) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Resource, d.Field, d.Before, d.After)
	}
	return out
}

func factTexts(c Change) []string {
	var out []string
	for _, k := range sortedKeys(c.Facts) {
		out = append(out, c.Facts[k])
	}
	if c.Await != nil {
		out = append(out, c.Await.Path)
	}
	return out
}

// checkRefs says whether every reference of a plan is yielded by an earlier
// change (in deltas and undo: by an earlier one or the change itself).
func checkRefs(p Plan) error {
	known := map[string]bool{}
	check := func(what string, texts []string) error {
		names, err := refsIn(texts...)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		for _, n := range names {
			if !known[n] {
				return fmt.Errorf("%s refers to ⟨%s⟩, which no earlier change yields", what, n)
			}
		}
		return nil
	}
	for i, c := range p.Changes {
		what := fmt.Sprintf("change %d (%s)", i+1, c.Request.Operation)
		if hasRef(c.Resource.ID.Raw()) || hasRef(c.Resource.Name.Raw()) {
			if err := check(what, []string{c.Resource.ID.Raw(), c.Resource.Name.Raw()}); err != nil {
				return err
			}
		}
		if err := check(what, requestTexts(c.Request)); err != nil {
			return err
		}
		for name := range c.Yields {
			if !refName.MatchString(name) {
				return fmt.Errorf("%s yields %q: a reference's name has only letters, digits, dots, dashes and underscores", what, name)
			}
			if known[name] {
				return fmt.Errorf("%s yields ⟨%s⟩, which an earlier change yields already", what, name)
			}
			known[name] = true
		}
		if err := check(what, slices.Concat(deltaTexts(c.Deltas), deltaTexts(c.Until), factTexts(c))); err != nil {
			return err
		}
		for _, u := range c.Undo {
			if err := check(what+"'s undo", append(requestTexts(u.Request), deltaTexts(u.Deltas)...)); err != nil {
				return err
			}
		}
	}
	return nil
}

// marked gives a text of the organization that contains the reference marker:
// in a request it would be taken for a reference. The text is for display.
func marked(o *organization.Organization) string {
	if o == nil {
		return ""
	}
	return markedIn(reflect.ValueOf(*o))
}

func markedIn(v reflect.Value) string {
	if t, ok := v.Interface().(aivenapi.Text); ok {
		if strings.Contains(t.Raw(), refMark) {
			return t.String()
		}
		return ""
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); !f.IsExported() {
				continue
			}
			if s := markedIn(v.Field(i)); s != "" {
				return s
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if s := markedIn(v.Index(i)); s != "" {
				return s
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if strings.Contains(it.Key().String(), refMark) {
				return aivenapi.Sanitise(it.Key().String())
			}
			if s := markedIn(it.Value()); s != "" {
				return s
			}
		}
	}
	return ""
}

// refValues are references resolved so far: name → raw value.
type refValues map[string]string

func (v refValues) replace(s string, escape func(string) string) (string, error) {
	if !hasRef(s) {
		return s, nil
	}
	names, err := refsIn(s)
	if err != nil {
		return "", err
	}
	for _, n := range names {
		value, ok := v[n]
		if !ok {
			return "", fmt.Errorf("the value of ⟨%s⟩ is not known, because the answer that should give it was lost or did not have it", n)
		}
		s = strings.ReplaceAll(s, refToken(n), escape(value))
	}
	return s, nil
}

func jsonEscape(s string) string {
	b, err := json.Marshal(s)
	if err != nil || len(b) < 2 {
		return ""
	}
	return string(b[1 : len(b)-1])
}

func asIs(s string) string { return s }

func (v refValues) request(r aivenapi.Request) (aivenapi.Request, error) {
	var err error
	if r.Path, err = v.replace(r.Path, url.PathEscape); err != nil {
		return r, err
	}
	if r.Query, err = v.replace(r.Query, url.QueryEscape); err != nil {
		return r, err
	}
	if hasRef(string(r.Body)) {
		body, err := v.replace(string(r.Body), jsonEscape)
		if err != nil {
			return r, err
		}
		r.Body = []byte(body)
	}
	return r, nil
}

func (v refValues) deltas(list []Delta) ([]Delta, error) {
	out := slices.Clone(list)
	for i := range out {
		var err error
		if out[i].Resource, err = v.replace(out[i].Resource, asIs); err != nil {
			return nil, err
		}
		if out[i].Field, err = v.replace(out[i].Field, asIs); err != nil {
			return nil, err
		}
		if out[i].Before, err = v.replace(out[i].Before, jsonEscape); err != nil {
			return nil, err
		}
		if out[i].After, err = v.replace(out[i].After, jsonEscape); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (v refValues) undo(list []Inverse) ([]Inverse, error) {
	out := slices.Clone(list)
	for i := range out {
		var err error
		if out[i].Request, err = v.request(out[i].Request); err != nil {
			return nil, err
		}
		if out[i].Deltas, err = v.deltas(out[i].Deltas); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (v refValues) facts(m map[string]string) (map[string]string, error) {
	var out map[string]string
	for _, k := range sortedKeys(m) {
		value, err := v.replace(m[k], asIs)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[string]string{}
		}
		out[k] = value
	}
	return out, nil
}

// take reads the values that a change yields out of the real answer.
func (v refValues) take(yields map[string]string, answer []byte) error {
	if len(yields) == 0 {
		return nil
	}
	var doc any
	if err := json.Unmarshal(answer, &doc); err != nil {
		return fmt.Errorf("the answer is not JSON, so what it should name (%s) is not known", strings.Join(sortedKeys(yields), ", "))
	}
	for _, name := range sortedKeys(yields) {
		value, ok := pointed(doc, yields[name]).(string)
		// A dot segment would address another resource.
		if !ok || value == "" || value == "." || value == ".." || hasRef(value) {
			return fmt.Errorf("the answer does not have the value of ⟨%s⟩ at %s", name, yields[name])
		}
		v[name] = value
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func pointerTokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, t := range tokens {
		tokens[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
	}
	return tokens
}

// pointed gives what a JSON pointer (RFC 6901) points at, nil if nothing.
func pointed(doc any, pointer string) any {
	for _, t := range pointerTokens(pointer) {
		switch d := doc.(type) {
		case map[string]any:
			doc = d[t]
		case []any:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(d) {
				return nil
			}
			doc = d[i]
		default:
			return nil
		}
	}
	return doc
}

// put sets what a JSON pointer points at, making objects (and lists for
// numbers) on the way.
func put(doc any, tokens []string, value any) any {
	if len(tokens) == 0 {
		return value
	}
	t, rest := tokens[0], tokens[1:]
	if i, err := strconv.Atoi(t); err == nil && i >= 0 && i < 16 {
		if _, isObject := doc.(map[string]any); !isObject {
			list, _ := doc.([]any)
			for len(list) <= i {
				list = append(list, nil)
			}
			list[i] = put(list[i], rest, value)
			return list
		}
	}
	object, ok := doc.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	object[t] = put(object[t], rest, value)
	return object
}
