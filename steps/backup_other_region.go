package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
)

// unbackedTypes are those that Aiven takes no backups of.
var unbackedTypes = slices.Concat(stateless, []string{"kafka", "dragonfly"})

// checkBackupOtherRegion asks that backups outlive the region of the service.
//
// step: multi-cloud
// order: 30
func checkBackupOtherRegion() Check {
	return Check{
		ID: "backup-other-region", Title: "Backups of critical services are kept in another region too", Severity: Low,
		Why:   "Backups in the region of the service are out of reach together with it.",
		How:   "Set additional_backup_regions in the service's advanced configuration, where the plan has it.",
		Docs:  docs + "platform/howto/btar/enable-backup-to-another-region",
		Needs: []organization.Part{organization.PartServices},
		Eval: func(in Input) Result {
			var r Result
			var untold []Text
			n := 0
			for _, s := range criticalServices(in) {
				if slices.ContainsFunc(unbackedTypes, s.Type.Is) {
					continue
				}
				n++
				switch {
				case backupElsewhere(s):
					r.Passed++
				case !s.Config.Told:
					untold = append(untold, s.Name)
				default:
					r.Findings = append(r.Findings, Finding{
						Resource: serviceTarget(s), Title: fmt.Sprintf("The backups of %s are in one region only", shownService(s)),
						Evidence: []Evidence{{"user_config.additional_backup_regions", "none", "another region than " + s.Cloud.String()}},
					})
				}
			}
			if n == 0 {
				r.NotApplicable = noneCritical
				if len(criticalServices(in)) > 0 {
					r.NotApplicable = "Aiven takes no backups of the critical services' types."
				}
			}
			r.Unknown = notEvaluated(untold, "additional_backup_regions was not told")
			return r
		},
	}
}

// backupElsewhere looks at what is asked for, and at what the newest backup has.
func backupElsewhere(s organization.Service) bool {
	elsewhere := func(list []Text) bool {
		return slices.ContainsFunc(list, func(t Text) bool { return !t.Empty() && t != s.Cloud })
	}
	if elsewhere(s.Config.BackupRegions) {
		return true
	}
	var newest organization.Backup
	for _, b := range s.Backups {
		if b.Time.After(newest.Time) {
			newest = b
		}
	}
	return elsewhere(newest.Regions)
}
