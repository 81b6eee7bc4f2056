package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// windowFix moves windows. Where maintenance was off there is no way back.
func windowFix(id, title string, undoable bool) Fix {
	return Fix{
		ID: id, Title: title, Risk: remediate.Reversible, Undoable: undoable, Many: true, Order: 300, Questions: windowQuestions,
		Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
			placed := placedBefore(b)
			var refs []string
			for _, f := range fs {
				if _, ok := placed[f.Resource.ID.Raw()]; !ok {
					refs = append(refs, f.Resource.ID.Raw())
				}
			}
			plan, err := schedule(in, refs, placed, a)
			if err != nil {
				return err
			}
			noteSchedule(b, plan)
			b.Note("If Terraform manages these services, set maintenance_window_dow and maintenance_window_time there too, or its next run moves them back.")
			for _, f := range fs {
				at, ok := plan[f.Resource.ID.Raw()]
				if !ok {
					continue
				}
				if err := addWindow(ctx, b, in, f, id, at); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// placedBefore are the windows that the plan moves already, for another check:
// they are good for this one too, and moving twice would be drift.
func placedBefore(b *remediate.Builder) map[string]slot {
	out := map[string]slot{}
	for _, c := range b.Plan.Changes {
		var body struct{ Maintenance struct{ DOW, Time string } }
		if c.Request.Operation != "ServiceUpdate" || json.Unmarshal(c.Request.Body, &body) != nil {
			continue
		}
		day := slices.Index(weekdays, body.Maintenance.DOW)
		if at, ok := clock(body.Maintenance.Time); ok && day >= 0 {
			out[c.Resource.ID.Raw()] = slotAt(time.Weekday(day), at)
		}
	}
	return out
}

func addWindow(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, to slot) error {
	s := remediate.ServiceByRef(in.Org, f.Resource.ID.Raw())
	if s == nil {
		return fmt.Errorf("move the window of %s: the service is not there any more", f.Resource.Name)
	}
	m := s.Maintenance
	ds := []remediate.Delta{
		delta(in.Org, organization.PartServices, s.Ref(), "maintenance.dow", to.day()),
		delta(in.Org, organization.PartServices, s.Ref(), "maintenance.time", to.time()),
	}
	if isOff(m.Enabled) {
		ds = append(ds, delta(in.Org, organization.PartServices, s.Ref(), "maintenance.enabled", true))
	}
	// Day and time go together, so both are named, also where one stays.
	set := func(dow, at string) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			return api.ServiceUpdateKeys(ctx, s.Project.Raw(), s.Name.Raw(), map[string]any{"maintenance": map[string]any{"dow": dow, "time": at}})
		}
	}
	c := remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf("Maintain %s on %s", inProject(*s), to),
			Risk: remediate.Reversible, Permission: permMaintenance, Touches: []organization.Part{organization.PartServices}, Deltas: ds,
		},
		Do: set(to.day(), to.time()),
	}
	old, why := slotOf(*s)
	switch {
	case isOff(m.Enabled) || m.DOW.Is("never"):
		c.Change.NoUndo = "Maintenance was off, and Aiven does not take that back."
	case why != "":
		c.Change.NoUndo = "Aiven does not tell the window of before."
	default:
		c.Inverse = []remediate.InverseCall{{
			Says: fmt.Sprintf("Maintain %s on %s again", inProject(*s), old), Deltas: back(ds...), Do: set(m.DOW.Raw(), m.Time.Raw()),
		}}
	}
	return b.Add(ctx, c)
}
