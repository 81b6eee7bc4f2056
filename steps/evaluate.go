package steps

import (
	"fmt"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// Status of a check.
type Status string

// The statuses. Unknown is never counted as pass.
const (
	Fail          Status = "fail"
	Pass          Status = "pass"
	Waived        Status = "waived"
	Attested      Status = "attested"
	NotApplicable Status = "not-applicable"
	Unknown       Status = "unknown"
)

// CheckResult is one check evaluated.
type CheckResult struct {
	Check  Check
	Status Status
	Reason string // why unknown, not applicable, waived, attested; display-safe
	// Findings that stand; WaivedFindings those accepted.
	Findings       []Finding
	WaivedFindings []Finding
	// Incomplete: part of what it needs could not be read (status may still be fail).
	Incomplete bool
	Passed     int
}

// StepResult is one step evaluated.
type StepResult struct {
	Step   Step
	Checks []CheckResult
}

// Report is all of the checklist evaluated.
type Report struct {
	At       time.Time
	Steps    []StepResult
	Score    Score
	Complete bool // nothing is unknown or incomplete
}

// Evaluate runs checks over one organization. Same input, same report.
func Evaluate(list []Step, in Input) Report {
	r := Report{At: in.Org.Status(organization.PartOrganization).Read, Complete: true}
	if r.At.IsZero() {
		r.At = in.Now
	}
	for _, s := range list {
		sr := StepResult{Step: s}
		for _, c := range s.Checks {
			cr := evaluate(c, in)
			if cr.Status == Unknown || cr.Incomplete {
				r.Complete = false
			}
			r.Score.add(cr)
			sr.Checks = append(sr.Checks, cr)
		}
		r.Steps = append(r.Steps, sr)
	}
	r.Score.finish()
	return r
}

func evaluate(c Check, in Input) CheckResult {
	out := CheckResult{Check: c}
	unread, partly := missing(c, in.Org)
	if unread != "" {
		out.Status, out.Reason, out.Incomplete = Unknown, unread, true
		return out
	}
	res := c.Eval(in)
	out.Passed = res.Passed
	out.Incomplete = partly != ""
	for _, f := range res.Findings {
		f.Check = c.ID
		if f.Severity == "" {
			f.Severity = c.Severity
		}
		if f.Fixes == nil {
			f.Fixes = fixIDs(c)
		}
		if w := in.Policy.Waived(c.ID, f.Resource.ID.Raw(), in.Now); w != nil {
			out.WaivedFindings = append(out.WaivedFindings, f)
			out.Reason = fmt.Sprintf("waived until %s by %s: %s", w.Expires.Format(time.DateOnly), aivenapi.Sanitise(w.Owner), aivenapi.Sanitise(w.Reason))
			continue
		}
		if w := in.Policy.Expired(c.ID, f.Resource.ID.Raw(), in.Now); w != nil {
			f.Evidence = append(f.Evidence, Evidence{"waiver", "ran out on " + w.Expires.Format(time.DateOnly), "fixed, or waived again"})
		}
		out.Findings = append(out.Findings, f)
	}
	out.settle(res, partly, in)
	return out
}

// settle gives the status. What stands fails; what could not be read is
// unknown before anything passes.
func (out *CheckResult) settle(res Result, partly string, in Input) {
	if out.Check.Attest != "" && len(out.Findings) > 0 {
		if a := in.Policy.Attested(out.Check.ID, out.Findings[0].Resource.ID.Raw(), in.Now); a != nil && allAttested(out, in) {
			out.Status, out.Findings = Attested, nil
			out.Reason = fmt.Sprintf("attested by %s on %s, until %s", aivenapi.Sanitise(a.Person), a.Date.Format(time.DateOnly), a.Expires.Format(time.DateOnly))
			return
		}
		for i, f := range out.Findings {
			if a := in.Policy.AttestationExpired(out.Check.ID, f.Resource.ID.Raw(), in.Now); a != nil {
				out.Findings[i].Evidence = append(f.Evidence, Evidence{"attestation", "ran out on " + a.Expires.Format(time.DateOnly), "attested again"})
			}
		}
	}
	switch {
	case len(out.Findings) > 0:
		out.Status, out.Reason = Fail, partly
	case res.Unknown != "":
		out.Status, out.Reason, out.Incomplete = Unknown, res.Unknown, true
	case partly != "":
		out.Status, out.Reason = Unknown, partly
	case len(out.WaivedFindings) > 0:
		out.Status = Waived
	case res.NotApplicable != "":
		out.Status, out.Reason = NotApplicable, res.NotApplicable
	default:
		out.Status = Pass
	}
	if res.Unknown != "" && out.Status == Fail {
		out.Incomplete, out.Reason = true, strings.TrimSpace(out.Reason+" "+res.Unknown)
	}
}

func allAttested(out *CheckResult, in Input) bool {
	for _, f := range out.Findings {
		if in.Policy.Attested(out.Check.ID, f.Resource.ID.Raw(), in.Now) == nil {
			return false
		}
	}
	return true
}

func fixIDs(c Check) []string {
	out := make([]string, 0, len(c.Fixes))
	for _, f := range c.Fixes {
		out = append(out, f.ID)
	}
	return out
}

// missing says what a check needs and could not be read: all of a part, or
// resources of it.
func missing(c Check, o *organization.Organization) (unread, partly string) {
	for _, p := range c.Needs {
		s := o.Status(p)
		need := ""
		if s.Permission != "" {
			need = " It needs " + s.Permission + "."
		}
		switch {
		case s.Err != nil:
			return fmt.Sprintf("%s could not be read: %s%s", capital(string(p)), aivenapi.Explain(s.Err), need), ""
		case s.Read.IsZero():
			return fmt.Sprintf("%s was not read.%s", capital(string(p)), need), ""
		case len(s.Missing) > 0 && partly == "":
			m := s.Missing[0]
			if m.Permission != "" {
				need = " It needs " + m.Permission + "."
			}
			if m.Resource.Empty() {
				partly = fmt.Sprintf("%s may be incomplete: %s.%s", capital(string(p)), strings.TrimSuffix(aivenapi.Explain(m.Err), "."), need)
				continue
			}
			partly = fmt.Sprintf("%d of %s could not be read, the first is %s: %s%s", len(s.Missing), p, m.Resource, aivenapi.Explain(m.Err), need)
		}
	}
	return "", partly
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
