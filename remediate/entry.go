package remediate

import (
	"encoding/json"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// entryOf is a change as the journal keeps it: for display, without secrets.
func entryOf(c Change, o *organization.Organization) Entry {
	by := o.Me.Email
	if by.Empty() {
		by = o.Me.Name
	}
	e := Entry{
		OrgID: o.ID.Raw(), By: by.String(), Says: safe(c.Says), Check: c.Check, Fix: c.Fix,
		Resource: showRefs(c.Resource.Name.String()), Type: c.Resource.Type, ResourceID: showRefs(c.Resource.ID.String()),
		Operation: c.Request.Operation, Method: c.Request.Method, Path: aivenapi.Mask(c.Request.Path),
		Risk: c.Risk, Permission: c.Permission, UndoOf: c.UndoOf, Touches: c.Touches,
		Deltas: withoutSecrets(c.Deltas), Until: withoutSecrets(c.Until), Facts: c.Facts,
	}
	if c.Hands != nil {
		e.Hands = safe(c.Hands.Says)
	}
	e.Undo, e.NoUndo = keepableUndo(c)
	return e
}

// keepableUndo leaves an undo out that has a secret in it: the journal keeps none.
func keepableUndo(c Change) ([]Inverse, string) {
	var out []Inverse
	for _, u := range c.Undo {
		r := u.Request
		if aivenapi.Mask(string(r.Body)) != string(r.Body) || aivenapi.Mask(r.Path) != r.Path || aivenapi.Mask(r.Query) != r.Query {
			return nil, "the undo request has a secret in it, which the journal does not keep"
		}
		u.Deltas = withoutSecrets(u.Deltas)
		out = append(out, u)
	}
	return out, c.NoUndo
}

// hidden stands for a secret value in recorded deltas.
const hidden = `"(hidden)"`

func hideSecret(field, value string) string {
	if value == "" {
		return value
	}
	key, err := json.Marshal(field)
	if err != nil {
		return hidden
	}
	if s := "{" + string(key) + ":" + value + "}"; aivenapi.Mask(s) != s || aivenapi.Mask(value) != value {
		return hidden
	}
	return value
}

func withoutSecrets(list []Delta) []Delta {
	var out []Delta
	for _, d := range list {
		d.Before, d.After = hideSecret(d.Field, d.Before), hideSecret(d.Field, d.After)
		out = append(out, d)
	}
	return out
}
