package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
)

// checkMaintenanceWindowHours looks for windows in business hours.
//
// step: service-updates
// order: 70
func checkMaintenanceWindowHours() Check {
	return Check{
		ID: "maintenance-window-hours", Title: "Maintenance happens outside business hours", Severity: Low,
		Why:  "Updates replace nodes one after the other: clients reconnect, and a database switches its primary. That hurts least when nobody works.",
		How:  "Move the window into a quiet night. Business hours are a setting of the policy file.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{windowFix("set-window", "Move the maintenance window", true)},
		Eval: func(in Input) Result {
			hours := in.Policy.BusinessHours
			// What is never maintained is the finding of maintenance-disabled.
			windowed := slices.DeleteFunc(slices.Clone(in.Org.Services), neverMaintained)
			return perService(windowed, func(s organization.Service) (*Finding, string) {
				at, why := slotOf(s)
				if why != "" || !at.disturbs(hours, in.Now) {
					return nil, why
				}
				return &Finding{
					Title:    fmt.Sprintf("%s is maintained in business hours", inProject(s)),
					Evidence: []Evidence{{"maintenance window", at.String() + ", four hours", "outside " + businessHours(hours)}},
				}, ""
			})
		},
	}
}
