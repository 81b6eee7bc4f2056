package steps

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// windowFix proposes maintenance windows for all services of its findings at
// once: in quiet hours, spread, and redundant services apart.
func windowFix(id, title string, undoable bool) Fix {
	return Fix{
		ID: id, Title: title, Risk: remediate.Reversible, Undoable: undoable, Many: true, Order: 910,
		Questions: windowQuestions,
		Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
			plan, err := schedule(in, fs, a)
			if err != nil {
				return err
			}
			for _, f := range fs {
				s, err := found(in, f)
				if err != nil {
					return err
				}
				if err := setWindow(ctx, b, in, f, id, s, plan[s.Ref()]); err != nil {
					return err
				}
			}
			b.Note("No service is touched now. Maintenance that waits is done in its new window.")
			return nil
		},
	}
}

func windowQuestions(in Input, _ []Finding) []Question {
	var hours []Option
	def := ""
	for h := range 24 {
		v := strconv.Itoa(h)
		weekend, week := quiet(in, weekend, h), quiet(in, weeknights, h)
		if len(weekend) == 0 && len(week) == 0 {
			continue
		}
		hours = append(hours, Option{v, fmt.Sprintf("%02d:00 UTC", h)})
		if h == 2 {
			def = v
		}
	}
	if def == "" && len(hours) > 0 {
		def = hours[0].Value
	}
	return []Question{
		{Key: "days", Kind: AskChoice, Title: "On which days?", Options: []Option{{"weekend", "at weekends"}, {"week", "on weekdays, outside business hours"}}, Default: "weekend"},
		{Key: "hour", Kind: AskChoice, Title: "From which hour on?", Help: "Windows start then or in the hours that follow, so that not all services are worked on at once.", Options: hours, Default: def},
	}
}

var (
	weekend    = []int{6, 0}
	weeknights = []int{2, 3, 4, 1, 5}
)

// quiet are the days on which a window that starts at this hour is outside
// business hours.
func quiet(in Input, list []int, hour int) []int {
	var out []int
	for _, d := range list {
		if !inBusinessHours(in, slot{d, hour * 60}) {
			out = append(out, d)
		}
	}
	return out
}

// schedule gives each service its slot: the least used that keeps it away from
// its partners. The same input gives the same schedule.
func schedule(in Input, fs []Finding, a Answers) (map[string]slot, error) {
	first, err := strconv.Atoi(a["hour"])
	if err != nil || first < 0 || first > 23 {
		return nil, fmt.Errorf("choose the hour from which on windows start")
	}
	list := weekend
	if a["days"] == "week" {
		list = weeknights
	}
	var slots []slot
	for _, spread := range []int{0, 1, 2} {
		h := (first + spread) % 24
		for _, d := range quiet(in, list, h) {
			slots = append(slots, slot{d, h * 60})
		}
	}
	if len(slots) == 0 {
		return nil, fmt.Errorf("no window that starts at %02d:00 UTC on these days is outside business hours: choose another hour or other days", first)
	}
	plan, used := map[string]slot{}, map[slot]int{}
	for _, f := range fs {
		s, err := found(in, f)
		if err != nil {
			return nil, err
		}
		best, ok := slot{}, false
		for _, c := range slots {
			if awayFromPartners(in, s, c, plan) && (!ok || used[c] < used[best]) {
				best, ok = c, true
			}
		}
		if !ok {
			return nil, fmt.Errorf("%s cannot be kept apart from the services that stand in for it on these days: choose other days", shownService(s))
		}
		plan[s.Ref()] = best
		used[best]++
	}
	return plan, nil
}

func awayFromPartners(in Input, s organization.Service, c slot, plan map[string]slot) bool {
	for _, p := range partners(in.Org, s) {
		other, ok := plan[p.Ref()]
		if !ok {
			other, ok = slotOf(p.Maintenance)
		}
		if ok && apart(c, other) < time.Duration(in.Policy.Thresholds.StaggerHours)*time.Hour {
			return false
		}
	}
	return true
}

func setWindow(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, s organization.Service, to slot) error {
	ds := []remediate.Delta{
		delta(in.Org, organization.PartServices, s.Ref(), "maintenance.dow", to.dow()),
		delta(in.Org, organization.PartServices, s.Ref(), "maintenance.time", to.clock()),
	}
	keys := map[string]any{"maintenance": map[string]any{"dow": to.dow(), "time": to.clock()}}
	says := fmt.Sprintf("Do the maintenance of %s on %s from %s UTC", shownService(s), capital(to.dow()), to.clock()[:5])
	if disabled(s.Maintenance) {
		return b.Add(ctx, remediate.Call{
			Change: remediate.Change{
				Check: f.Check, Fix: fix, Resource: f.Resource, Says: says, Risk: remediate.Reversible, Permission: permMaintenance,
				NoUndo:  "Aiven does not take “never” back as a window",
				Touches: []organization.Part{organization.PartServices}, Deltas: ds,
			},
			Do: putKeys(s, keys),
		})
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: says, Risk: remediate.Reversible, Permission: permMaintenance,
			Touches: []organization.Part{organization.PartServices}, Deltas: ds,
		},
		Do: putKeys(s, keys),
		Inverse: []remediate.InverseCall{{
			Says:   fmt.Sprintf("Do the maintenance of %s on %s again", shownService(s), windowShown(s.Maintenance)),
			Deltas: back(ds...),
			Do:     putKeys(s, map[string]any{"maintenance": map[string]any{"dow": s.Maintenance.DOW.Raw(), "time": s.Maintenance.Time.Raw()}}),
		}},
	})
}

// putKeys sends only the keys that change.
func putKeys(s organization.Service, keys map[string]any) func(context.Context, *aivenapi.API) error {
	return func(ctx context.Context, api *aivenapi.API) error {
		return api.ServiceUpdateKeys(ctx, s.Project.Raw(), s.Name.Raw(), keys)
	}
}
