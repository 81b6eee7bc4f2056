package steps

import "time"

// Status of a check.
type Status string

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

// Score: Points of Max over the decided checks, weighted by severity; Unknown
// checks count in Max and not in Points, and are counted apart.
type Score struct {
	Points int `json:"points"`
	Max    int `json:"max"`
	// Percent is Points of Max, rounded down: 100 only when all is done.
	Percent int `json:"percent"`
	Fail    int `json:"fail"`
	Pass    int `json:"pass"`
	Waived  int `json:"waived"`
	// Attested, NotApplicable and Unknown count checks.
	Attested      int `json:"attested"`
	NotApplicable int `json:"not_applicable"`
	Unknown       int `json:"unknown"`
}

// All is the checklist, in its order.
func All() []Step { panic("owner fills in") }

// Evaluate runs checks over one organization. Same input, same report.
func Evaluate(list []Step, in Input) Report { panic("owner fills in") }
