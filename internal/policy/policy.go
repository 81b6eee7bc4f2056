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
	// RoleGroups are groups that should hold what a role example says.
	RoleGroups []RoleGroup
	// CriticalServices are those that the business cannot do without, as
	// project/service.
	CriticalServices []CriticalService
	// RegulatedProjects are subject to a standard such as PCI DSS.
	RegulatedProjects []RegulatedProject
	BusinessHours     BusinessHours

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

	SuperAdminsMax      int // 3
	OrgAdminsMax        int // 5
	OrgAdminsMaxPercent int // 10: of all active people
	ProjectAdminsMax    int // 3
	SuperAdminDailyDays int // 30: a super admin seen within is used every day
	InactiveDays        int // 90
	InvitationDays      int // 14
	TokenMaxAgeDays     int // 90
	TokenRotationDays   int // 90
	TokenUnusedDays     int // 90
	TokenNewDays        int // 30: a token never used is unused after
	TokenInUseDays      int // 7: a token used within is not revoked without its name typed

	PeeringPendingDays   int // 7
	VersionNearEOLDays   int // 180
	VersionUrgentEOLDays int // 90
	VersionNewerDays     int // 90: a newer version counts once it is this old
	UpdateDeadlineDays   int // 14
	StaggerHours         int // 24: between the windows of a redundant pair
	BackupFreshHours     int // 24: before an upgrade
	IPFilterShortestBits int // 8: of an IPv4 network in ip_filter
}

// RoleGroup says which role example a group follows: finance, auditor, dba or devops.
type RoleGroup struct{ Group, Role string }

// CriticalService is a service that the business cannot do without.
type CriticalService struct{ Service string }

// RegulatedProject is a project that is subject to a standard.
type RegulatedProject struct{ Project, Standard string }

// BusinessHours are when maintenance hurts, Monday to Friday. From and To are
// HH:MM in Zone, an IANA name.
type BusinessHours struct{ From, To, Zone string }

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
		SuperAdminsMax: 3, OrgAdminsMax: 5, OrgAdminsMaxPercent: 10, ProjectAdminsMax: 3, SuperAdminDailyDays: 30,
		InactiveDays: 90, InvitationDays: 14, TokenMaxAgeDays: 90, TokenRotationDays: 90, TokenUnusedDays: 90,
		TokenNewDays: 30, TokenInUseDays: 7, PeeringPendingDays: 7, VersionNearEOLDays: 180, VersionUrgentEOLDays: 90,
		VersionNewerDays: 90, UpdateDeadlineDays: 14, StaggerHours: 24, BackupFreshHours: 24, IPFilterShortestBits: 8,
	}, BusinessHours: BusinessHours{From: "06:00", To: "20:00", Zone: "UTC"}}
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
