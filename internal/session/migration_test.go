package session_test

import (
	"fmt"
	"testing"

	"avn-harden/internal/organization"
	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// migration moves two people who hold something directly into a new group.
func migration(t *testing.T, s *session.Session) session.Choice {
	t.Helper()
	r := result(t, s.Report(), "direct-user-grants")
	c := session.Choice{Check: r.Check, Fix: r.Check.Fixes[0], Answers: steps.Answers{"group": "new", "name": "platform owners", "description": "owns the platform"}}
	for _, f := range r.Findings {
		if len(c.Findings) < 2 {
			c.Findings = append(c.Findings, f)
		}
	}
	return c
}

// A move into a group that is stopped at any write takes access from nobody,
// and the same answers take it from there.
func TestAMoveIntoAGroupIsTakenUpWhereItStopped(t *testing.T) {
	writes := 1
	for at := 1; at <= writes; at++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, took effect %v", at, after), func(t *testing.T) {
				w := newWorld(t)
				s := w.open(false)
				before := s.Organization().EffectiveAccess()
				first := migration(t, s)
				keys := map[string]bool{}
				for _, f := range first.Findings {
					keys[f.Key()] = true
				}
				p := plan(t, s, first)
				writes = len(p.Changes)
				failing := p.Changes[at-1].Change.Request
				w.box.Fail(sandbox.Fault{Method: failing.Method, Operation: failing.Operation, Nth: nth(p, at-1), Status: 500, After: after})
				apply(t, s, p)
				w.box.ClearFaults()
				again := w.open(false)
				kept(t, before, again.Organization())
				for range 2 {
					var left []steps.Finding
					for _, f := range result(t, again.Report(), "direct-user-grants").Findings {
						if keys[f.Key()] {
							left = append(left, f)
						}
					}
					if len(left) == 0 {
						break
					}
					next := first
					next.Findings = left
					for _, c := range apply(t, again, plan(t, again, next)).Changes {
						if c.Outcome != remediate.OutcomeDone {
							t.Fatalf("%s: %q: %s", c.Change.Says, c.Outcome, c.Why)
						}
					}
				}
				for _, f := range result(t, again.Report(), "direct-user-grants").Findings {
					if keys[f.Key()] {
						t.Errorf("%s is still there", f.Title)
					}
				}
				kept(t, before, again.Organization())
				groups := 0
				for _, g := range again.Organization().Groups {
					if g.Name.Is("platform owners") || g.Name.Is("platform owners 1") || g.Name.Is("platform owners 2") {
						groups++
					}
				}
				if groups > 2 {
					t.Errorf("%d groups were made for two people", groups)
				}
			})
		}
	}
}

// nth says which of the requests of its operation a change is.
func nth(p remediate.Preview, at int) int {
	n := 0
	for _, c := range p.Changes[:at+1] {
		if c.Change.Request.Operation == p.Changes[at].Change.Request.Operation {
			n++
		}
	}
	return n
}

// kept fails where somebody lost something.
func kept(t *testing.T, before []organization.Access, o *organization.Organization) {
	t.Helper()
	if lost, _, _ := organization.AccessDiff(before, o.EffectiveAccess()); len(lost) > 0 {
		t.Errorf("%d permissions are lost, the first is %s on %s", len(lost), lost[0].Permission, lost[0].ResourceID)
	}
}
