package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Request checks the body of a request that was accepted.
func (d *Document) Request(op *Operation, body []byte) error {
	ref := op.op.RequestBody
	if ref == nil || ref.Value == nil {
		if len(body) > 0 {
			return fmt.Errorf("%s takes no body", op.ID)
		}
		return nil
	}
	media := ref.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil
	}
	return check(op.ID, "request", media.Schema.Value, body)
}

// Response checks an answer. Refusals that the document does not declare for
// the operation must have the shape that Aiven gives to every refusal.
func (d *Document) Response(op *Operation, status int, body []byte) error {
	declared := op.op.Responses.Value(strconv.Itoa(status))
	if declared == nil || declared.Value == nil {
		if status < 400 {
			return fmt.Errorf("%s: status %d is not documented", op.ID, status)
		}
		return refusal(op.ID, body)
	}
	media := declared.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		if len(body) > 0 && status == 204 {
			return fmt.Errorf("%s: %d has a body", op.ID, status)
		}
		return nil
	}
	return check(op.ID, "response", media.Schema.Value, body)
}

func refusal(id string, body []byte) error {
	var in struct {
		Message *string `json:"message"`
		Errors  []struct {
			Message *string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return fmt.Errorf("%s: refusal is not JSON: %w", id, err)
	}
	if in.Message == nil || len(in.Errors) == 0 || in.Errors[0].Message == nil {
		return fmt.Errorf("%s: refusal lacks message or errors: %s", id, body)
	}
	return nil
}

func check(id, side string, schema *openapi3.Schema, body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("%s %s: not JSON: %w", id, side, err)
	}
	var problems []error
	for _, e := range flatten(schema.VisitJSON(value, openapi3.MultiErrors())) {
		var s *openapi3.SchemaError
		if errors.As(e, &s) {
			at := pointer(s.JSONPointer())
			if allowedNull(side, at, s) {
				continue
			}
			problems = append(problems, fmt.Errorf("%s %s: /%s: %s", id, side, strings.Join(s.JSONPointer(), "/"), s.Reason))
			continue
		}
		problems = append(problems, fmt.Errorf("%s %s: %w", id, side, e))
	}
	for _, path := range undeclared(schema, value, "") {
		problems = append(problems, fmt.Errorf("%s %s: %s is not in the document", id, side, path))
	}
	return errors.Join(problems...)
}

func flatten(err error) []error {
	if err == nil {
		return nil
	}
	var many openapi3.MultiError
	if !errors.As(err, &many) {
		return []error{err}
	}
	var out []error
	for _, e := range many {
		out = append(out, flatten(e)...)
	}
	return out
}

// pointer is a JSON pointer with every index written as a star.
func pointer(parts []string) string {
	out := slices.Clone(parts)
	for i, p := range out {
		if _, err := strconv.Atoi(p); err == nil {
			out[i] = "*"
		}
	}
	return strings.Join(out, "/")
}

// anyKey is how the document writes a property of any name.
const anyKey = "ANY"

// undeclared lists the keys that the schema does not know. Objects without
// declared properties, and those open to others, are left alone.
func undeclared(schema *openapi3.Schema, value any, at string) []string {
	if schema == nil {
		return nil
	}
	var out []string
	switch v := value.(type) {
	case map[string]any:
		open := len(schema.Properties) == 0 || schema.AdditionalProperties.Schema != nil || len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) > 0
		for k, item := range v {
			ref, known := schema.Properties[k]
			if placeholder, is := schema.Properties[anyKey]; is && !known {
				ref, known = placeholder, true
			}
			if known {
				out = append(out, undeclared(ref.Value, item, at+"/"+k)...)
			} else if !open && !slices.Contains(beyondDocument, k) {
				out = append(out, at+"/"+k)
			}
		}
	case []any:
		if schema.Items == nil {
			return nil
		}
		for i, item := range v {
			out = append(out, undeclared(schema.Items.Value, item, fmt.Sprintf("%s/%d", at, i))...)
		}
	}
	slices.Sort(out)
	return out
}
