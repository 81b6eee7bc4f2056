// Package steps is the checklist: ten steps, their checks and their fixes, as
// plain values in one ordered list. It is pure: no I/O, no clock, no globals
// that change.
package steps

import (
	"context"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

// Severity of a check or finding.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Step is one section of the checklist.
type Step struct {
	ID    string // kebab-case
	Title string
	Asks  string // what the checklist asks for and why, a paragraph
	Docs  string
	// Checks in order; empty: the step is not built yet and never shown as done.
	Checks []Check
}

// Check is one rule.
type Check struct {
	ID       string
	Title    string // the state wanted, as a fact: "A domain is verified"
	Severity Severity
	Why      string // why it matters, plain words
	How      string // how it is put right
	Docs     string // https://aiven.io/docs/…
	Needs    []organization.Part
	// Eval is pure. It is called only with what could be read of Needs; see Evaluate.
	Eval func(Input) Result
	// Fixes in the order they are offered.
	Fixes []Fix
	// Attest is the statement an admin signs where the check cannot be decided
	// by reading; "" where it can.
	Attest string
}

// Input of Eval and fixes.
type Input struct {
	Org    *organization.Organization
	Policy *policy.Policy
	Now    time.Time
	// Rotations are the tokens that are being replaced, oldest first.
	Rotations []Rotation
}

// Result of Eval before waivers and attestations.
type Result struct {
	// Findings; none means pass unless one of the following is set.
	Findings []Finding
	// NotApplicable and Unknown are reasons ("" for neither).
	NotApplicable string
	Unknown       string
	// Passed counts resources that passed, for "12 of 14 projects".
	Passed int
}

// Finding is one resource that breaks one check.
type Finding struct {
	Check    string
	Severity Severity // the check's, unless the rule says otherwise
	Resource remediate.Target
	Title    string // one line, display-safe (built from Text through its String)
	Evidence []Evidence
	Fixes    []string // ids of the check's fixes that apply
}

// Key identifies the finding across evaluations: check and resource.
func (f Finding) Key() string {
	return f.Check + "\x00" + f.Resource.Type + "\x00" + f.Resource.ID.Raw()
}

// Evidence is display-safe.
type Evidence struct{ Field, Got, Want string }

// Fix is a way out of a finding.
type Fix struct {
	ID       string
	Title    string // imperative: "Turn password login off"
	Risk     remediate.Risk
	Undoable bool
	// Manual fixes have a Guide and no Build: done by hand, then attested.
	Manual bool
	// Many fixes can take several findings at once; others are planned one by one.
	Many bool
	// Order puts fixes of one plan in the safe order (lower first).
	Order int
	// Questions asked before planning; nil for none.
	Questions func(Input, []Finding) []Question
	// Guide is shown before planning (after Questions); nil for none.
	Guide func(Input, []Finding, Answers) Guide
	// Build records the fix's calls. Nil for manual fixes.
	Build func(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error
	// Record gives what the admin's word is written into the policy file as:
	// a fix with it has no Build, and sends nothing.
	Record func(Input, []Finding, Answers) []Record
	// Prices are what the plan's cost is looked up by before it is previewed;
	// nil for a fix that costs nothing. A price that cannot be read stops the plan.
	Prices func(Input, []Finding, Answers) []PriceQuery
	// Partial fixes may leave their finding there: they take away some of what
	// is too much, or one of its reasons.
	Partial bool
	// Then names the fix to offer right after this one was applied, on the
	// findings as they are then ("" for none): add-domain then verify-domain.
	Then string
}

// Record is one entry for the policy file; exactly one field is set.
type Record struct {
	RoleGroup *policy.RoleGroup
	Critical  *policy.CriticalService
	Regulated *policy.RegulatedProject
}

// PriceQuery asks what a plan costs in a cloud (ProjectServicePlanPriceGet).
type PriceQuery struct{ Project, ServiceType, Plan, Cloud string }

// QuestionKind of an input.
type QuestionKind string

const (
	AskText    QuestionKind = "text"
	AskLong    QuestionKind = "long" // several lines (a certificate)
	AskChoice  QuestionKind = "choice"
	AskMany    QuestionKind = "many" // several of Options; answer is newline-separated
	AskConfirm QuestionKind = "confirm"
	AskSecret  QuestionKind = "secret" // never shown, sent, logged or saved
)

// Question is one input of a fix. Validate is pure and gives a sentence.
type Question struct {
	Key      string
	Kind     QuestionKind
	Title    string
	Help     string
	Default  string
	Options  []Option
	Validate func(string) error
	Optional bool
	// Hidden leaves the question out depending on answers so far; nil: never.
	Hidden func(Answers) bool
}

// Option of a choice. Value is raw, Label display-safe.
type Option struct{ Value, Label string }

// Answers by question key.
type Answers map[string]string

// Guide is what must be done by hand, with what can be checked by machine.
type Guide struct {
	Title string
	Lines []string // paragraphs, display-safe
	Copy  []Copyable
	// Probe, when set, is polled while the admin waits; the fix goes on when it
	// is there (or when the admin insists, if Optional).
	Probe *Probe
	// Check, when set, is a local test of a secret answer (password rules): it
	// never leaves the process.
	Check func(candidate string) []RuleResult
}

// Copyable is a value to copy out; display-safe label, raw value shown sanitised.
type Copyable struct {
	Label string
	Value organization.Text
}

// ProbePeering looks at all peerings of the VPC whose id is the probe's name.
const ProbePeering = "peering"

// Probe is something outside Aiven that is looked up, or that Aiven tells of.
type Probe struct {
	Kind     string // "dns-txt", "http-file" or ProbePeering
	Name     string // record name or URL
	Value    string // what must be there
	Optional bool
}

// RuleResult is one password rule and whether the candidate meets it.
type RuleResult struct {
	Rule string
	OK   bool
}
