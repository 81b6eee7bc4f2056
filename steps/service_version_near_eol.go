package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkServiceVersionNearEOL asks that upgrades are planned in time.
//
// step: service-updates
// order: 20
func checkServiceVersionNearEOL() Check {
	return Check{
		ID: "service-version-near-eol", Title: "No service's version is near its end of life", Severity: Medium,
		Why:  "An upgrade needs a fork, a trial and a quiet hour. Who starts too late gets Aiven's date.",
		How:  "Upgrade, after trying it on a fork.",
		Docs: docsEOL, Needs: []organization.Part{organization.PartProjects, organization.PartServices, organization.PartVersions},
		Fixes: []Fix{upgradeFix("upgrade-version", false)},
		Eval: func(in Input) Result {
			t := in.Policy.Thresholds
			return perVersion(in, "upgrade-version", func(s organization.Service, v organization.ServiceVersion) (Finding, bool) {
				left := v.EndOfLife.Sub(in.Now)
				f := Finding{
					Title:    fmt.Sprintf("%s runs %s %s, whose life ends in %d days", shownService(s), s.Type, s.Config.Version, int(left.Hours()/24)),
					Evidence: []Evidence{{"aiven_end_of_life_time", dayOf(v.EndOfLife), fmt.Sprintf("%d days away at least", t.VersionNearEOLDays)}},
				}
				if left < days(t.VersionUrgentEOLDays) {
					f.Severity = High
				}
				return f, !ended(v, in.Now) && !v.EndOfLife.IsZero() && left < days(t.VersionNearEOLDays)
			})
		},
	}
}
