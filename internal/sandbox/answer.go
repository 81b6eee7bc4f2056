package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// obj is a JSON object on its way out.
type obj = map[string]any

// answer is what an operation gives back.
type answer struct {
	status     int
	body       any
	retryAfter int
	allow      []string
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }
func noContent() answer  { return answer{status: http.StatusNoContent} }

// refuse is an error as Aiven writes it. The code is left out when the API
// description documents none for this refusal.
func refuse(status int, code, format string, args ...any) answer {
	message := fmt.Sprintf(format, args...)
	detail := obj{"message": message, "status": status}
	if code != "" {
		detail["error_code"] = code
	}
	return answer{status: status, body: obj{"message": message, "errors": []obj{detail}}}
}

func invalid(format string, args ...any) answer {
	return refuse(http.StatusBadRequest, "", format, args...)
}

func notFound(code, format string, args ...any) answer {
	return refuse(http.StatusNotFound, code, format, args...)
}

func forbidden(code, format string, args ...any) answer {
	return refuse(http.StatusForbidden, code, format, args...)
}

// write sends the answer's body and says how it was encoded.
func (a answer) encode() []byte {
	if a.body == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a.body); err != nil {
		return []byte(`{"message":"Internal server error","errors":[]}`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

func (a answer) header(h http.Header, size int) {
	if len(a.allow) > 0 {
		h.Set("Allow", strings.Join(a.allow, ", "))
	}
	if a.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(a.retryAfter))
	}
	if size > 0 {
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(size))
	}
}

// decode reads the request's body strictly: unknown keys, wrong types and
// missing required keys are refused as the API refuses them.
func (c *call) decode(into any, required ...string) *answer {
	var keys map[string]json.RawMessage
	if len(bytes.TrimSpace(c.body)) == 0 {
		return invalidBody("Invalid input: a JSON object is required")
	}
	if err := json.Unmarshal(c.body, &keys); err != nil || keys == nil {
		return invalidBody("Invalid input: not a JSON object")
	}
	sort.Strings(required)
	for _, k := range required {
		if v, found := keys[k]; !found || string(v) == "null" {
			return invalidBody("Invalid input: %s: required", k)
		}
	}
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return invalidBody("Invalid input: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); err != io.EOF {
		return invalidBody("Invalid input: data after the JSON object")
	}
	c.keys = keys
	return nil
}

func invalidBody(format string, args ...any) *answer {
	a := invalid(format, args...)
	return &a
}

// exact is decode for the bodies in which no key may be null.
func (c *call) exact(into any, required ...string) *answer {
	if a := c.decode(into, required...); a != nil {
		return a
	}
	for _, k := range slices.Sorted(maps.Keys(c.keys)) {
		if c.isNull(k) {
			return invalidBody("Invalid input: %s: null is not allowed", k)
		}
	}
	return nil
}

// length refuses a text with fewer or more characters than the API takes.
func length(key, text string, least, most int) *answer {
	if n := utf8.RuneCountInString(text); n < least || n > most {
		return invalidBody("Invalid input: %s: %d to %d characters", key, least, most)
	}
	return nil
}

// isNull says that the body has the key with the value null.
func (c *call) isNull(key string) bool { return string(c.keys[key]) == "null" }

// list makes a JSON array, never null.
func list[T any](in []T, each func(T) obj) []obj {
	out := make([]obj, 0, len(in))
	for _, v := range in {
		out = append(out, each(v))
	}
	return out
}

func strs(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}

func emails(in []string) []obj {
	return list(in, func(e string) obj { return obj{"email": e} })
}

// set adds the key unless the value is the zero value.
func set[T comparable](o obj, key string, value T) {
	var zero T
	if value != zero {
		o[key] = value
	}
}

// setBool adds the key unless nothing is known.
func setBool(o obj, key string, value *bool) {
	if value != nil {
		o[key] = *value
	}
}

// setTime adds the key unless the moment is never.
func setTime(o obj, key string, w When) {
	if !w.Never() {
		o[key] = w.wire()
	}
}

func isTrue(b *bool) bool { return b != nil && *b }
