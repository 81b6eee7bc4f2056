package policy

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// signatures from the weakest that counts as strong.
var signatures = []string{"rsa-sha256", "rsa-sha384", "rsa-sha512"}

func (r *reader) thresholds(t *Thresholds, n ast.Node) {
	keys := map[string]func(ast.Node){
		"strongest_signature": func(n ast.Node) {
			s, ok := r.text(n, "strongest_signature")
			if !ok {
				return
			}
			if !slices.Contains(signatures, s) {
				r.fail(n, "strongest_signature is one of %s, not %q%s", strings.Join(signatures, ", "), s, proposal(nearest(s, signatures)))
				return
			}
			t.StrongestSignature = s
		},
	}
	for _, k := range []struct {
		name        string
		to          *int
		least, most int
	}{
		{"domain_pending_hours", &t.DomainPendingHours, 1, 8760},
		{"certificate_expiry_days", &t.CertificateExpiryDays, 1, 365},
		{"idp_session_max_seconds", &t.IdPSessionMaxSeconds, 300, 1296000},
		{"admin_sso_used_days", &t.AdminSSOUsedDays, 1, 365},
		{"token_used_days", &t.TokenUsedDays, 1, 365},
		{"unrelated_services_per_project", &t.UnrelatedServicesPerProj, 1, 1000},
		{"unrelated_service_types", &t.UnrelatedServiceTypes, 1, 100},
		{"attestation_days", &t.AttestationDays, 1, 1095},
		{"allowlist_shortest_ipv4_bits", &t.AllowlistShortestIPv4Bits, 1, 32},
		{"super_admins_max", &t.SuperAdminsMax, 1, 100},
		{"organization_admins_max", &t.OrgAdminsMax, 1, 1000},
		{"organization_admins_max_percent", &t.OrgAdminsMaxPercent, 1, 100},
		{"project_admins_max", &t.ProjectAdminsMax, 1, 1000},
		{"super_admin_daily_days", &t.SuperAdminDailyDays, 1, 365},
		{"inactive_days", &t.InactiveDays, 1, 1095},
		{"invitation_days", &t.InvitationDays, 1, 365},
		{"token_max_age_days", &t.TokenMaxAgeDays, 1, 3650},
		{"token_rotation_days", &t.TokenRotationDays, 1, 3650},
		{"token_unused_days", &t.TokenUnusedDays, 1, 1095},
		{"token_new_days", &t.TokenNewDays, 1, 365},
		{"token_in_use_days", &t.TokenInUseDays, 1, 90},
		{"peering_pending_days", &t.PeeringPendingDays, 1, 365},
		{"version_near_eol_days", &t.VersionNearEOLDays, 1, 1095},
		{"version_urgent_eol_days", &t.VersionUrgentEOLDays, 1, 1095},
		{"version_newer_days", &t.VersionNewerDays, 1, 1095},
		{"update_deadline_days", &t.UpdateDeadlineDays, 1, 365},
		{"stagger_hours", &t.StaggerHours, 1, 72},
		{"backup_fresh_hours", &t.BackupFreshHours, 1, 720},
		{"ip_filter_shortest_ipv4_bits", &t.IPFilterShortestBits, 1, 32},
	} {
		keys[k.name] = r.number(k.to, k.name, k.least, k.most)
	}
	r.mapping(n, "thresholds", keys)
}
