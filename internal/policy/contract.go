// Package policy is avn-harden.yaml: thresholds, trusted networks, waivers and
// attestations.
package policy

import (
	"time"
)

// Policy is the file's content, defaults filled in. The zero Policy is not
// valid; Default gives the one used without a file.
type Policy struct {
	// Path is the file it came from or would be written to.
	Path            string
	Thresholds      Thresholds
	TrustedNetworks []string // CIDRs
	Waivers         []Waiver
	Attestations    []Attestation
}

// Thresholds in the units their names say.
type Thresholds struct {
	DomainPendingHours        int    // 72
	CertificateExpiryDays     int    // 30
	IdPSessionMaxSeconds      int    // 43200
	AdminSSOUsedDays          int    // 30: an admin's SSO login counts as working if used within
	TokenUsedDays             int    // 30: a personal token is a consumer if used within
	UnrelatedServicesPerProj  int    // 8
	UnrelatedServiceTypes     int    // 3
	StrongestSignature        string // rsa-sha512
	AttestationDays           int    // 180
	AllowlistShortestIPv4Bits int    // 8
}

// Waiver is a finding accepted on purpose. Resource "*" covers all.
type Waiver struct {
	Check, Resource, Reason, Owner string
	Expires                        time.Time // a day, UTC; the waiver holds through it
}

// Attestation is an admin's word that a manual item is done.
type Attestation struct {
	Check, Statement, Person string
	Resource                 string // "" for the whole organization
	Date, Expires            time.Time
	Evidence                 string
}

// Default is the policy without a file.
func Default() *Policy { panic("owner fills in") }

// Load reads the policy: path if given, else ./avn-harden.yaml, else
// $XDG_CONFIG_HOME/avn-harden/avn-harden.yaml, else the default with Path set
// to where it would be written (the working directory). An error names file, line, column and,
// for a mistyped key or check id, the nearest right word. knownChecks may be nil.
func Load(path, workdir string, knownChecks []string) (*Policy, error) { panic("owner fills in") }

// AddWaiver appends to the file atomically, keeping comments and order, and
// gives the policy with it. p stays as it was.
func (p *Policy) AddWaiver(w Waiver) (*Policy, error) { panic("owner fills in") }

// AddAttestation is AddWaiver for an attestation.
func (p *Policy) AddAttestation(a Attestation) (*Policy, error) { panic("owner fills in") }

// Waived gives the waiver in force for a finding, or nil. Expired gives the newest expired one.
func (p *Policy) Waived(check, resource string, now time.Time) *Waiver { panic("owner fills in") }

// Attested gives the attestation in force, or nil.
func (p *Policy) Attested(check, resource string, now time.Time) *Attestation {
	panic("owner fills in")
}
