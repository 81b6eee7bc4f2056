package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// Text is text from the API.
type Text = organization.Text

func orgTarget(o *organization.Organization) remediate.Target {
	return remediate.Target{Type: "organization", ID: o.ID, Name: o.Name}
}

// about makes the one finding of a check that is about the whole organization.
func about(in Input, title string, evidence ...Evidence) Result {
	return Result{Findings: []Finding{{Resource: orgTarget(in.Org), Title: title, Evidence: evidence}}}
}

func delta(o *organization.Organization, p organization.Part, resource, field string, after any) remediate.Delta {
	return remediate.Delta{Part: p, Resource: resource, Field: field, Before: o.Lookup(p, resource, field), After: organization.Canonical(after)}
}

// back is a delta turned round.
func back(ds ...remediate.Delta) []remediate.Delta {
	out := make([]remediate.Delta, 0, len(ds))
	for _, d := range ds {
		d.Before, d.After = d.After, d.Before
		out = append(out, d)
	}
	return out
}

// people lists at most six, and how many more there are.
func people(list []Text) string {
	const most = 6
	var names []string
	for i, p := range list {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(list)-most))
			break
		}
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func on(b *bool) string {
	switch {
	case b == nil:
		return "not told"
	case *b:
		return "on"
	}
	return "off"
}

// blank says whether a text says nothing.
func blank(t Text) bool { return strings.TrimSpace(t.Raw()) == "" }

// inDoubt says whether one resource of a part could not be read, or not all of
// it: what it seems to lack, it may have.
func inDoubt(o *organization.Organization, p organization.Part, resource string) bool {
	return slices.ContainsFunc(o.Status(p).Missing, func(m organization.Missing) bool { return m.Resource.Is(resource) })
}

func isOn(b *bool) bool  { return b != nil && *b }
func isOff(b *bool) bool { return b != nil && !*b }
