package steps

import (
	"fmt"
	"time"

	"avn-harden/internal/organization"
)

// checkMaintenanceStagger asks that redundant services are not worked on together.
//
// step: service-updates
// order: 80
func checkMaintenanceStagger() Check {
	return Check{
		ID: "maintenance-stagger", Title: "A service and its replica are not worked on together", Severity: Medium,
		Why:  "A replica that is being worked on cannot stand in; and an update that breaks one should not have reached the other yet.",
		How:  "Give them windows at least a day apart, the replica first.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{windowFix("stagger-windows", "Move the replica's window", true)},
		Eval: func(in Input) Result {
			least := time.Duration(in.Policy.Thresholds.StaggerHours) * time.Hour
			var r Result
			pairs, untold := 0, 0
			for _, s := range in.Org.Services {
				for _, p := range partners(in.Org, s) {
					if !replicaOf(in.Org, s, p) {
						continue // told from the replica's side
					}
					pairs++
					a, ok := slotOf(s.Maintenance)
					b, also := slotOf(p.Maintenance)
					switch {
					case disabled(s.Maintenance) || disabled(p.Maintenance):
						r.Passed++ // one of them is never worked on: maintenance-disabled says so
					case !ok || !also:
						untold++
					case apart(a, b) >= least:
						r.Passed++
					default:
						r.Findings = append(r.Findings, Finding{
							Resource: serviceTarget(s), Title: fmt.Sprintf("%s and %s are worked on together", shownService(p), shownService(s)),
							Evidence: []Evidence{{"maintenance", fmt.Sprintf("%s, and %s", windowShown(p.Maintenance), windowShown(s.Maintenance)), fmt.Sprintf("%d hours apart", in.Policy.Thresholds.StaggerHours)}},
						})
					}
				}
			}
			if pairs == 0 {
				r.NotApplicable = "no service has a replica"
			}
			if untold > 0 {
				r.Unknown = fmt.Sprintf("The maintenance of %s was not told.", count(untold, "pair of services", "pairs of services"))
			}
			return r
		},
	}
}

// replicaOf says whether s is the copy and p the original.
func replicaOf(o *organization.Organization, s, p organization.Service) bool {
	for _, i := range integrationsFrom(o, p) {
		project := i.DestProject
		if project.Empty() {
			project = p.Project
		}
		if project == s.Project && i.DestSvc == s.Name {
			return true
		}
	}
	return false
}
