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

	knownChecks []string
	read        []byte // the file as it was read; nil if there was none
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
func Default() *Policy {
	return &Policy{Thresholds: Thresholds{
		DomainPendingHours: 72, CertificateExpiryDays: 30, IdPSessionMaxSeconds: 43200,
		AdminSSOUsedDays: 30, TokenUsedDays: 30, UnrelatedServicesPerProj: 8, UnrelatedServiceTypes: 3,
		StrongestSignature: "rsa-sha512", AttestationDays: 180, AllowlistShortestIPv4Bits: 8,
	}}
}

// through says whether now is not past the day.
func through(day, now time.Time) bool { return now.Before(day.AddDate(0, 0, 1)) }

func (w Waiver) covers(check, resource string) bool {
	return w.Check == check && (w.Resource == "*" || w.Resource == resource)
}

// Waived gives the waiver in force for a finding, or nil.
func (p *Policy) Waived(check, resource string, now time.Time) *Waiver {
	for i, w := range p.Waivers {
		if w.covers(check, resource) && through(w.Expires, now) {
			return &p.Waivers[i]
		}
	}
	return nil
}

// Expired gives the waiver of a finding that ran out last, or nil.
func (p *Policy) Expired(check, resource string, now time.Time) *Waiver {
	var out *Waiver
	for i, w := range p.Waivers {
		if w.covers(check, resource) && !through(w.Expires, now) && (out == nil || w.Expires.After(out.Expires)) {
			out = &p.Waivers[i]
		}
	}
	return out
}

// Attested gives the attestation in force, or nil.
func (p *Policy) Attested(check, resource string, now time.Time) *Attestation {
	for i, a := range p.Attestations {
		if a.Check == check && (a.Resource == "" || a.Resource == resource) && !a.Date.After(now) && through(a.Expires, now) {
			return &p.Attestations[i]
		}
	}
	return nil
}

// AttestationExpired gives the attestation that ran out last, or nil.
func (p *Policy) AttestationExpired(check, resource string, now time.Time) *Attestation {
	var out *Attestation
	for i, a := range p.Attestations {
		if a.Check == check && (a.Resource == "" || a.Resource == resource) && !through(a.Expires, now) && (out == nil || a.Expires.After(out.Expires)) {
			out = &p.Attestations[i]
		}
	}
	return out
}
