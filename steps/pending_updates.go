package steps

import (
	"context"
	"fmt"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkPendingUpdates asks that maintenance does not wait.
//
// step: service-updates
// order: 50
func checkPendingUpdates() Check {
	return Check{
		ID: "pending-updates", Title: "No maintenance waits", Severity: Low,
		Why:  "Updates that wait are fixes that are known, to attackers too. At its deadline Aiven applies them whenever it suits it.",
		How:  "Start it now in a quiet hour, or let it come in the window.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{{
			ID: "start-maintenance", Title: "Start the maintenance now", Risk: remediate.Irreversible, Order: 920,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					if err := startMaintenance(ctx, b, in, f); err != nil {
						return err
					}
				}
				b.Note("Nodes are replaced one by one: connections are cut for a moment and must be made again, and node addresses change.")
				return nil
			},
		}},
		Eval: func(in Input) Result {
			soon := in.Now.AddDate(0, 0, in.Policy.Thresholds.UpdateDeadlineDays)
			return perWindow(in, func(s organization.Service) (Finding, bool) {
				f := Finding{Title: fmt.Sprintf("Maintenance of %s waits", shownService(s))}
				for _, u := range s.Maintenance.Updates {
					due := firstOf(u.Deadline, u.StartAt)
					f.Evidence = append(f.Evidence, Evidence{"update", u.Description.String() + ", due " + dayOf(due), "applied"})
					if !due.IsZero() && due.Before(soon) {
						f.Severity = Medium
					}
				}
				if !s.State.Is("RUNNING") {
					f.Fixes = []string{}
				}
				return f, len(s.Maintenance.Updates) > 0
			})
		},
	}
}

// firstOf is the earlier of two moments, of which either may be unknown.
func firstOf(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func startMaintenance(ctx context.Context, b *remediate.Builder, in Input, f Finding) error {
	s, err := found(in, f)
	if err != nil {
		return err
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: "start-maintenance", Resource: f.Resource, Says: fmt.Sprintf("Start the maintenance of %s now", shownService(s)),
			Risk: remediate.Irreversible, Permission: permMaintenance, NoUndo: "an update that was applied stays",
			Touches: []organization.Part{organization.PartServices},
			Deltas:  []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "maintenance.updates", 0)},
			Until:   untilRunning(in.Org, s),
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			return api.ServiceMaintenanceStart(ctx, s.Project.Raw(), s.Name.Raw())
		},
	})
}
