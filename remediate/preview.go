package remediate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// Preview is what the admin sees before confirming; display-safe strings only.
type Preview struct {
	Plan     Plan
	Changes  []ChangePreview
	Blocked  bool
	Risk     Risk     // the worst
	TypeName string   // what to type to confirm; "" means y is enough
	Acks     []string // further things to type, from guards
}

// ChangePreview is one change for display.
type ChangePreview struct {
	Change   Change
	Method   string
	URL      string // path and query, references shown as ⟨name⟩
	Body     string // indented JSON, secrets masked
	Raw      string // the one-line exact body, secrets masked
	Diffs    []DeltaView
	Verdicts []Verdict
	UndoSays string
}

// DeltaView is one before → after line.
type DeltaView struct{ Resource, Field, Before, After string }

var riskOrder = []Risk{Reversible, Disruptive, CostsMoney, Irreversible}

// worse says how bad a risk is; what is not known is worst.
func worse(r Risk) int {
	if i := slices.Index(riskOrder, r); i >= 0 {
		return i
	}
	return len(riskOrder)
}

// MakePreview evaluates guards on o and renders the plan.
func MakePreview(p Plan, o *organization.Organization, pol *policy.Policy, now time.Time, callerIP string) Preview {
	out := Preview{Plan: p, Risk: Reversible}
	broken := planVerdict(p, o)
	for i, c := range p.Changes {
		v := verdicts(GuardInput{Org: o, Policy: pol, Now: now, Change: c, Earlier: p.Changes[:i], CallerIP: callerIP})
		if broken != nil {
			v = append([]Verdict{*broken}, v...)
		}
		for _, verdict := range v {
			switch {
			case verdict.Kind == GuardBlocks:
				out.Blocked = true
			case verdict.Kind == GuardMustAck && !slices.Contains(out.Acks, verdict.Type):
				out.Acks = append(out.Acks, verdict.Type)
			}
		}
		if worse(c.Risk) > worse(out.Risk) {
			out.Risk = c.Risk
			out.TypeName = targetName(c, o)
		}
		out.Changes = append(out.Changes, previewOf(c, v, o))
	}
	out.Acks = slices.DeleteFunc(out.Acks, func(s string) bool { return s == out.TypeName })
	return out
}

// planVerdict blocks a plan that cannot be what it says it is.
func planVerdict(p Plan, o *organization.Organization) *Verdict {
	var why string
	if err := checkRefs(p); err != nil {
		why = "The plan does not hold together: " + text(err.Error()) + ". Make it anew."
	} else if p.Schema != PlanSchema {
		why = "The plan is of another version of this program. Make it anew."
	} else if p.OrgID != o.ID.Raw() {
		why = "The plan is for another organization than the one that was read."
	}
	if why == "" {
		return nil
	}
	return &Verdict{Guard: "plan-sound", Title: "The plan is sound", Kind: GuardBlocks, Why: why}
}

// targetName is what to type for a change.
func targetName(c Change, o *organization.Organization) string {
	for _, t := range []aivenapi.Text{c.Resource.Name, c.Resource.ID, o.Name} {
		if s := showRefs(t.String()); strings.TrimSpace(s) != "" {
			return s
		}
	}
	return "apply"
}

func previewOf(c Change, v []Verdict, o *organization.Organization) ChangePreview {
	r := c.Request
	out := ChangePreview{
		Change: c, Method: text(r.Method), Verdicts: v,
		URL:  safe(r.Path),
		Raw:  safe(string(r.Body)),
		Body: safeLines(indented(r.Body)),
	}
	if r.Query != "" {
		out.URL += "?" + safe(r.Query)
	}
	for _, d := range c.Deltas {
		out.Diffs = append(out.Diffs, DeltaView{
			Resource: resourceName(c, d, o), Field: fieldShown(d, o),
			Before: valueShown(d, d.Before, o), After: valueShown(d, d.After, o),
		})
	}
	var says []string
	for _, u := range c.Undo {
		says = append(says, text(showRefs(u.Says)))
	}
	out.UndoSays = strings.Join(says, "; ")
	if out.UndoSays == "" {
		out.UndoSays = "Cannot be undone"
		if c.NoUndo != "" {
			out.UndoSays += ": " + text(c.NoUndo)
		}
	}
	return out
}

// safe masks secrets, shows references by name and makes the rest visible.
func safe(s string) string { return text(showRefs(aivenapi.Mask(s))) }

func safeLines(s string) string {
	lines := strings.Split(showRefs(aivenapi.Mask(s)), "\n")
	for i := range lines {
		lines[i] = text(lines[i])
	}
	return strings.Join(lines, "\n")
}

func indented(body []byte) string {
	var b bytes.Buffer
	if len(body) == 0 {
		return ""
	}
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return string(body)
	}
	return b.String()
}

// valueShown is canonical JSON for people: text without quotes, lists without
// brackets, ids with the names that belong to them.
func valueShown(d Delta, value string, o *organization.Organization) string {
	if value == "" {
		if d.Field == "" {
			return "no"
		}
		return "not set"
	}
	if d.Field == "" && value == "true" {
		return "yes"
	}
	var v any
	if err := json.Unmarshal([]byte(aivenapi.Mask(value)), &v); err != nil {
		return safe(value)
	}
	switch v := v.(type) {
	case string:
		if name := nameOf(o, v); name != "" {
			return name
		}
		return safe(v)
	case []any:
		var list []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return safe(value)
			}
			if name := nameOf(o, s); name != "" {
				s = name
			}
			list = append(list, safe(s))
		}
		if len(list) == 0 {
			return "none"
		}
		return strings.Join(list, ", ")
	}
	return safe(value)
}
