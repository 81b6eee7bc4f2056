package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkServiceNewerMajor asks that services keep up.
//
// step: service-updates
// order: 30
func checkServiceNewerMajor() Check {
	return Check{
		ID: "service-newer-major", Title: "Services run the newest proven version", Severity: Low,
		Why:  "Small steps are easier than a big one, and newer versions are fixed first.",
		How:  "Upgrade, after trying it on a fork.",
		Docs: docsEOL, Needs: []organization.Part{organization.PartProjects, organization.PartServices, organization.PartVersions},
		Fixes: []Fix{upgradeFix("upgrade-version", true)},
		Eval: func(in Input) Result {
			return perVersion(in, "upgrade-version", func(s organization.Service, _ organization.ServiceVersion) (Finding, bool) {
				proven := provenVersions(in, s)
				if len(proven) == 0 {
					return Finding{}, false
				}
				newest := proven[len(proven)-1]
				return Finding{
					Title:    fmt.Sprintf("%s runs %s %s, and there is %s", shownService(s), s.Type, s.Config.Version, newest.Version),
					Evidence: []Evidence{{s.VersionKey(), s.Config.Version.String(), newest.Version.String() + ", available since " + dayOf(newest.AvailableFrom)}},
				}, true
			})
		},
	}
}

// provenVersions are those newer ones that have been there for a while.
func provenVersions(in Input, s organization.Service) []organization.ServiceVersion {
	var out []organization.ServiceVersion
	for _, v := range newerThan(in, s) {
		if older(v.AvailableFrom, in.Now, in.Policy.Thresholds.VersionNewerDays) {
			out = append(out, v)
		}
	}
	return out
}
