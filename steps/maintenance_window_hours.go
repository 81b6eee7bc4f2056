package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkMaintenanceWindowHours asks for quiet hours.
//
// step: service-updates
// order: 70
func checkMaintenanceWindowHours() Check {
	return Check{
		ID: "maintenance-window-hours", Title: "Maintenance is done outside business hours", Severity: Low,
		Why:  "Maintenance replaces nodes: connections are cut for a moment, and now and then for longer.",
		How:  "Move the window to a quiet hour. What counts as business hours stands in avn-harden.yaml.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{windowFix("set-window", "Move the maintenance window", true)},
		Eval: func(in Input) Result {
			h := in.Policy.BusinessHours
			r := perWindow(in, func(s organization.Service) (Finding, bool) {
				at, ok := slotOf(s.Maintenance)
				return Finding{
					Title:    fmt.Sprintf("The maintenance of %s reaches into business hours", shownService(s)),
					Evidence: []Evidence{{"maintenance", windowShown(s.Maintenance), fmt.Sprintf("outside %s to %s (%s), Monday to Friday", h.From, h.To, h.Zone)}},
				}, ok && !disabled(s.Maintenance) && inBusinessHours(in, at)
			})
			if n := notUnderstood(in); n > 0 {
				r.Unknown = fmt.Sprintf("The maintenance window of %s could not be understood.", count(n, "service", "services"))
			}
			return r
		},
	}
}

// notUnderstood counts windows that are neither off nor a day with a time.
func notUnderstood(in Input) int {
	n := 0
	for _, s := range in.Org.Services {
		if _, ok := slotOf(s.Maintenance); s.Maintenance.Told && !ok && !disabled(s.Maintenance) {
			n++
		}
	}
	return n
}
