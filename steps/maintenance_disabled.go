package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkMaintenanceDisabled looks for services that get no updates.
//
// step: service-updates
// order: 60
func checkMaintenanceDisabled() Check {
	return Check{
		ID: "maintenance-disabled", Title: "Every service has a maintenance window", Severity: High,
		Why:  "Without a window a service gets no updates, security fixes among them, until Aiven forces them at a time of its own.",
		How:  "Give the service a window in a quiet night. Setting a window costs no downtime.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{windowFix("set-window", "Set a maintenance window", false)},
		Eval: func(in Input) Result {
			return perService(in.Org.Services, func(s organization.Service) (*Finding, string) {
				off := noMaintenance(s.Maintenance)
				switch {
				case off == nil:
					return nil, fmt.Sprintf("whether %s is maintained", inProject(s))
				case !*off:
					return nil, ""
				}
				return &Finding{
					Title: fmt.Sprintf("%s is never maintained", inProject(s)),
					Evidence: []Evidence{
						{"maintenance.enabled", on(s.Maintenance.Enabled), "on"},
						{"maintenance.dow", orNotTold(s.Maintenance.DOW), "a day"},
					},
				}, ""
			})
		},
	}
}
