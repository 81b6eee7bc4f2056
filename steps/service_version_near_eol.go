package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkServiceVersionNearEOL looks for versions that end soon.
//
// step: service-updates
// order: 20
func checkServiceVersionNearEOL() Check {
	return Check{
		ID: "service-version-near-eol", Title: "No service runs a version that ends soon", Severity: Medium,
		Why:  "An upgrade takes a trial on a fork and a change of applications: weeks, which are better planned than found missing.",
		How:  "Try the upgrade on a fork, then upgrade before the end of life.",
		Docs: docsVersions, Needs: versionParts, Fixes: []Fix{upgradeFix()},
		Eval: func(in Input) Result {
			t := in.Policy.Thresholds
			return perVersion(in, func(s organization.Service, v release) (*Finding, string) {
				// What has ended already is the finding of service-version-eol.
				if v.ended(in.Now) || v.end.IsZero() || !v.end.Before(in.Now.Add(days(t.VersionNearEOLDays))) {
					return nil, ""
				}
				f := &Finding{
					Title:    fmt.Sprintf("%s runs %s, which ends in %d days", inProject(s), typeAndVersion(s), int(v.end.Sub(in.Now).Hours()/24)),
					Evidence: []Evidence{{"end of life", v.until(), fmt.Sprintf("more than %d days away", t.VersionNearEOLDays)}},
				}
				if v.end.Before(in.Now.Add(days(t.VersionUrgentEOLDays))) {
					f.Severity = High
				}
				return f, ""
			})
		},
	}
}
