package steps

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

// answers to the questions of the fixes, by key.
var answers = Answers{
	"domain": "new.example.com", "type": "dns", "name": "Production", "hours": "12", "algorithm": "rsa-sha512",
	"ranges": "203.0.113.0/24", "unit": newUnit, "description": "what it is for", "url": "https://idp.example.com/sso", "entity": "https://idp.example.com",
	"networks": "203.0.113.0/24", "place": "net/google-europe-west3", "network": "10.50.0.0/22", "vpc": "vpc1",
	"cloud": "google-europe-west3", "plan": "startup-8", "email": "team@example.com",
}

// answered answers the questions of a fix: by the answers above, by what is
// proposed, or by all or the first of what is offered.
func answered(fix Fix, in Input, found []Finding) Answers {
	a := Answers{}
	for k, v := range answers {
		a[k] = v
	}
	if fix.Questions == nil {
		return a
	}
	for _, q := range fix.Questions(in, found) {
		_, known := answers[q.Key]
		switch {
		case fix.ID == "create-replica" && q.Key == "name":
			a[q.Key] = q.Default
		case q.Kind == AskChoice && len(q.Options) > 0 && (q.Key == "domain" || !known && q.Default == ""):
			a[q.Key] = q.Options[0].Value
		case q.Key == "version" || q.Key == "hour" || q.Key == "days":
			a[q.Key] = q.Default
		case known:
		case q.Kind == AskConfirm:
			a[q.Key] = "true"
		case q.Kind == AskMany && q.Default == "":
			var all []string
			for _, o := range q.Options {
				all = append(all, o.Value)
			}
			a[q.Key] = strings.Join(all, "\n")
		default:
			a[q.Key] = q.Default
		}
	}
	return a
}

// organizationFor gives the organization on which a check fails; most fail on
// the messy one.
func organizationFor(id string) organization.Organization {
	o := messy()
	for i, s := range All() {
		for _, c := range s.Checks {
			switch {
			case c.ID != id:
			case i == 4 || i == 5:
				o = crowded()
			case i >= 8:
				o = dated()
			}
		}
	}
	switch id {
	case "idp-configured":
		o.IdPs = nil
	case "idp-domain-linked":
		o.Domains[0].State = text("verified")
	case "critical-services-named":
		for i := range o.Services {
			o.Services[i].Tags = nil
		}
	}
	return o
}

func TestGolden(t *testing.T) {
	for _, s := range All() {
		for _, c := range s.Checks {
			t.Run(c.ID, func(t *testing.T) {
				in := inputFor(c.ID)
				res := evaluated(in, c.ID)
				if res.Status != Fail {
					t.Fatalf("status %s: %s", res.Status, res.Reason)
				}
				var b strings.Builder
				fmt.Fprintf(&b, "%s (%s): %s, %d passed\n", c.ID, c.Severity, res.Status, res.Passed)
				for _, f := range res.Findings {
					fmt.Fprintf(&b, "\n%s: %s\n  %s %s %s\n", f.Severity, f.Title, f.Resource.Type, f.Resource.ID, f.Resource.Name)
					for _, e := range f.Evidence {
						fmt.Fprintf(&b, "  %s: %s -> %s\n", e.Field, e.Got, e.Want)
					}
				}
				for _, fix := range c.Fixes {
					planned(t, &b, in, res, fix)
				}
				if text := b.String(); strings.ContainsAny(text, "\x1b\u202e") {
					t.Errorf("API text is shown raw: %q", text)
				}
				golden.RequireEqual(t, b.String())
			})
		}
	}
}

// planned writes what a fix would send.
func planned(t *testing.T, b *strings.Builder, in Input, res CheckResult, fix Fix) {
	t.Helper()
	var found []Finding
	for _, f := range res.Findings {
		for _, id := range f.Fixes {
			if id == fix.ID {
				found = append(found, f)
			}
		}
	}
	fmt.Fprintf(b, "\nfix %s (%s, undoable %v, by hand %v)\n", fix.ID, fix.Risk, fix.Undoable, fix.Manual)
	if len(found) == 0 || fix.Build == nil {
		return
	}
	if !fix.Many {
		found = found[:1]
	}
	if !fix.Many {
		found = found[:1]
	}
	if fix.Questions != nil && slices.ContainsFunc(fix.Questions(in, found), func(q Question) bool { return q.Key == "certificate" }) {
		return // needs a real certificate: see TestCertificateIsChecked
	}
	a := answered(fix, in, found)
	bl := remediate.NewBuilder(in.Org, now)
	if err := fix.Build(t.Context(), bl, in, found, a); err != nil {
		t.Fatalf("plan %s: %v", fix.ID, err)
	}
	if fix.Undoable != (len(bl.Plan.Changes[len(bl.Plan.Changes)-1].Undo) > 0) {
		t.Errorf("fix %s says undoable %v", fix.ID, fix.Undoable)
	}
	for _, n := range bl.Plan.Notes {
		fmt.Fprintf(b, "  note: %s\n", n)
	}
	for _, c := range bl.Plan.Changes {
		fmt.Fprintf(b, "  %s [%s, %s]\n    %s %s %s\n", c.Says, c.Risk, c.Permission, c.Request.Method, c.Request.Path, c.Request.Body)
		for _, d := range c.Deltas {
			fmt.Fprintf(b, "    %s %s.%s: %s -> %s\n", d.Part, aivenapi.Sanitise(d.Resource), d.Field, d.Before, d.After)
		}
		for _, d := range c.Until {
			fmt.Fprintf(b, "    until %s %s.%s is %s\n", d.Part, aivenapi.Sanitise(d.Resource), d.Field, d.After)
		}
		for _, u := range c.Undo {
			fmt.Fprintf(b, "    undo: %s: %s %s %s\n", u.Says, u.Request.Method, u.Request.Path, u.Request.Body)
		}
		if c.NoUndo != "" {
			fmt.Fprintf(b, "    no undo: %s\n", c.NoUndo)
		}
		if c.PauseAfter != "" {
			fmt.Fprintf(b, "    pause: %s\n", c.PauseAfter)
		}
	}
}

// inputFor is the input on which a check fails.
func inputFor(id string) Input {
	in := input(organizationFor(id))
	switch id {
	case "role-template-drift":
		in.Policy.RoleGroups = []policy.RoleGroup{{Group: "g2", Role: "auditor"}}
	}
	return in
}
