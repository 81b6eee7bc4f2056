package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkServiceVersionEOL looks for versions that get no fixes any more.
//
// step: service-updates
// order: 10
func checkServiceVersionEOL() Check {
	return Check{
		ID: "service-version-eol", Title: "No service runs a version past its end of life", Severity: Critical,
		Why:  "A version past its end gets no security fixes, and Aiven upgrades or powers off what still runs it, at a time of its own choosing.",
		How:  "Try the upgrade on a fork, then upgrade. Powered-off services count too: they are deleted at the end of life.",
		Docs: docsVersions, Needs: versionParts, Fixes: []Fix{upgradeFix()},
		Eval: func(in Input) Result {
			return perVersion(in, func(s organization.Service, v release) (*Finding, string) {
				if !v.ended(in.Now) {
					return nil, ""
				}
				return &Finding{
					Title: fmt.Sprintf("%s runs %s, which is past its end of life", inProject(s), typeAndVersion(s)),
					Evidence: []Evidence{
						{"state", orNotTold(v.State), "available"},
						{"end of life", v.until(), "in the future"},
					},
				}, ""
			})
		},
	}
}
