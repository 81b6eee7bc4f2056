package steps

import (
	"context"
	"fmt"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const fixStart = "start-maintenance"

// checkPendingUpdates looks for maintenance that waits.
//
// step: service-updates
// order: 50
func checkPendingUpdates() Check {
	return Check{
		ID: "pending-updates", Title: "No update waits for long", Severity: Medium,
		Why:  "Updates bring security fixes. At the deadline they are applied whether it suits you or not.",
		How:  "Let the next window apply them, or start them now in a quiet moment.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{{
			ID: fixStart, Title: "Apply the updates now", Risk: remediate.Irreversible, Order: 910, Build: buildStart,
		}},
		Eval: func(in Input) Result {
			return perService(in.Org.Services, func(s organization.Service) (*Finding, string) { return pendingUpdates(in, s) })
		},
	}
}

func pendingUpdates(in Input, s organization.Service) (*Finding, string) {
	if !s.Maintenance.Told {
		return nil, fmt.Sprintf("which updates wait for %s", inProject(s))
	}
	if len(s.Maintenance.Updates) == 0 {
		return nil, ""
	}
	t := in.Policy.Thresholds
	f := &Finding{Severity: Low, Title: fmt.Sprintf("%s waits for %s", inProject(s), countUpdates(len(s.Maintenance.Updates)))}
	for _, u := range s.Maintenance.Updates {
		due := u.Deadline
		if due.IsZero() || !u.StartAt.IsZero() && u.StartAt.Before(due) {
			due = u.StartAt
		}
		got := orNotTold(u.Description)
		if !u.Impact.Empty() {
			got += ": " + u.Impact.String()
		}
		want := "applied"
		if !due.IsZero() {
			want = "applied before " + due.UTC().Format(time.DateOnly)
			if due.Before(in.Now.Add(days(t.UpdateDeadlineDays))) {
				f.Severity = Medium
			}
		}
		f.Evidence = append(f.Evidence, Evidence{"maintenance.updates", got, want})
	}
	if !s.State.Is("RUNNING") {
		f.Fixes = []string{}
		f.Evidence = append(f.Evidence, Evidence{"state", orNotTold(s.State), "RUNNING, to apply them"})
	}
	return f, ""
}

func countUpdates(n int) string {
	if n == 1 {
		return "an update"
	}
	return fmt.Sprintf("%d updates", n)
}

func buildStart(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
	for _, f := range fs {
		s := remediate.ServiceByRef(in.Org, f.Resource.ID.Raw())
		if s == nil {
			return fmt.Errorf("update %s: it is not there any more", f.Resource.Name)
		}
		done := delta(in.Org, organization.PartServices, s.Ref(), "maintenance.updates", 0)
		err := b.Add(ctx, remediate.Call{
			Change: remediate.Change{
				Check: f.Check, Fix: fixStart, Resource: f.Resource, Says: fmt.Sprintf("Apply the updates of %s now", inProject(*s)),
				Risk: remediate.Irreversible, Permission: permMaintenance, NoUndo: "An update that was applied stays applied.",
				Touches: []organization.Part{organization.PartServices}, Deltas: []remediate.Delta{done},
				Until: []remediate.Delta{done, delta(in.Org, organization.PartServices, s.Ref(), "state", "RUNNING")},
			},
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.ServiceMaintenanceStart(ctx, s.Project.Raw(), s.Name.Raw())
			},
		})
		if err != nil {
			return err
		}
	}
	b.Note("The nodes are replaced one after the other, at once: clients reconnect within seconds, a database switches its primary, and the nodes' addresses change unless they are static.")
	return nil
}
