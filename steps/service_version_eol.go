package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkServiceVersionEOL asks that versions get security fixes.
//
// step: service-updates
// order: 10
func checkServiceVersionEOL() Check {
	return Check{
		ID: "service-version-eol", Title: "No service runs a version past its end of life", Severity: Critical,
		Why:  "Nobody fixes its holes any more, and Aiven upgrades or deletes such services by itself; powered-off ones are deleted.",
		How:  "Upgrade, after trying it on a fork.",
		Docs: docsEOL, Needs: []organization.Part{organization.PartProjects, organization.PartServices, organization.PartVersions},
		Fixes: []Fix{upgradeFix("upgrade-version", false)},
		Eval: func(in Input) Result {
			return perVersion(in, "upgrade-version", func(s organization.Service, v organization.ServiceVersion) (Finding, bool) {
				return Finding{
					Title:    fmt.Sprintf("%s runs %s %s, which is past its end of life", shownService(s), s.Type, s.Config.Version),
					Evidence: []Evidence{{"aiven_end_of_life_time", dayOf(v.EndOfLife) + ", state " + v.State.String(), "a version that is supported"}},
				}, ended(v, in.Now)
			})
		},
	}
}
