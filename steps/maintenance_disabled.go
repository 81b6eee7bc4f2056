package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// perWindow evaluates a rule on each service whose maintenance is told.
func perWindow(in Input, rule func(organization.Service) (Finding, bool)) Result {
	var r Result
	untold := 0
	for _, s := range in.Org.Services {
		if !s.Maintenance.Told {
			untold++
			continue
		}
		f, wrong := rule(s)
		if !wrong {
			r.Passed++
			continue
		}
		f.Resource = serviceTarget(s)
		r.Findings = append(r.Findings, f)
	}
	if len(in.Org.Services) == 0 {
		r.NotApplicable = "there are no services"
	}
	if untold > 0 {
		r.Unknown = fmt.Sprintf("The maintenance of %s was not told.", count(untold, "service", "services"))
	}
	return r
}

// checkMaintenanceDisabled asks that every service gets maintenance.
//
// step: service-updates
// order: 60
func checkMaintenanceDisabled() Check {
	return Check{
		ID: "maintenance-disabled", Title: "Every service gets maintenance", Severity: High,
		Why:  "Security fixes come with maintenance. A service without a window gets them late, or not at all.",
		How:  "Set a window in a quiet hour.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{windowFix("turn-on-maintenance", "Set a maintenance window", false)},
		Eval: func(in Input) Result {
			return perWindow(in, func(s organization.Service) (Finding, bool) {
				return Finding{
					Title:    fmt.Sprintf("%s gets no maintenance", shownService(s)),
					Evidence: []Evidence{{"maintenance", windowShown(s.Maintenance), "a weekly window"}},
				}, disabled(s.Maintenance)
			})
		},
	}
}
