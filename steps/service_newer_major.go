package steps

import (
	"fmt"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkServiceNewerMajor looks for services that a newer version is out for.
//
// step: service-updates
// order: 30
func checkServiceNewerMajor() Check {
	return Check{
		ID: "service-newer-major", Title: "Services follow the major versions", Severity: Low,
		Why:  "Each version skipped makes the next upgrade larger, and one version at a time is the way that works best.",
		How:  "Try the next version on a fork, then upgrade.",
		Docs: docsVersions, Needs: versionParts, Fixes: []Fix{upgradeFix()},
		Eval: func(in Input) Result {
			return perVersion(in, func(s organization.Service, _ release) (*Finding, string) { return newerMajor(in, s) })
		},
	}
}

func newerMajor(in Input, s organization.Service) (*Finding, string) {
	limit := in.Now.Add(-days(in.Policy.Thresholds.VersionNewerDays))
	var untold string
	var newest *organization.ServiceVersion
	for _, v := range remediate.NewerVersions(in.Org, s.Type.Raw(), s.Config.Version.Raw()) {
		if v.AvailableFrom.IsZero() {
			untold = fmt.Sprintf("since when %s %s is available", v.Type, v.Version)
			continue
		}
		if v.AvailableFrom.Before(limit) {
			newest = &v
		}
	}
	if newest == nil {
		return nil, untold
	}
	return &Finding{
		Title: fmt.Sprintf("%s runs %s, while %s is out", inProject(s), typeAndVersion(s), newest.Version),
		Evidence: []Evidence{
			{s.VersionKey(), s.Config.Version.String(), newest.Version.String()},
			{"available since", newest.AvailableFrom.UTC().Format(time.DateOnly), fmt.Sprintf("upgraded within %d days of that", in.Policy.Thresholds.VersionNewerDays)},
		},
	}, ""
}
