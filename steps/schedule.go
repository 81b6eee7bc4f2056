package steps

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/remediate"
)

const (
	keyNights  = "nights"
	keyHour    = "hour"
	weekend    = "weekend"
	weekNights = "week"
)

// nights in the order in which they are taken: first those preferred, then the
// others for what does not fit. Friday and Monday are the last of a week.
func nights(preferred string) (first, rest []time.Weekday) {
	ends := []time.Weekday{time.Saturday, time.Sunday}
	in := []time.Weekday{time.Tuesday, time.Wednesday, time.Thursday, time.Monday, time.Friday}
	if preferred == weekNights {
		return in, ends
	}
	return ends, in
}

// quietHours are the hours (UTC) at which a window disturbs business on no day
// of the week; where there are none, those that do not at the weekend.
func quietHours(in Input) []int {
	quiet := func(days ...time.Weekday) []int {
		var out []int
		for h := range 24 {
			if !slices.ContainsFunc(days, func(d time.Weekday) bool {
				return slotAt(d, time.Duration(h)*time.Hour).disturbs(in.Policy.BusinessHours, in.Now)
			}) {
				out = append(out, h)
			}
		}
		return out
	}
	if out := quiet(0, 1, 2, 3, 4, 5, 6); len(out) > 0 {
		return out
	}
	return quiet(time.Saturday, time.Sunday)
}

// windowQuestions ask for the nights and the hour of a schedule.
func windowQuestions(in Input, _ []Finding) []Question {
	zone := in.Policy.BusinessHours.Zone
	local, err := time.LoadLocation(zone)
	if err != nil {
		local, zone = time.UTC, "UTC"
	}
	hour := Question{Key: keyHour, Kind: AskChoice, Title: "From what time on (UTC)?", Help: "Outside business hours: " + businessHours(in.Policy.BusinessHours) + "."}
	best := 24
	for _, h := range quietHours(in) {
		there := slotAt(time.Sunday, time.Duration(h)*time.Hour).next(in.Now).In(local)
		value, label := fmt.Sprint(h), fmt.Sprintf("%02d:00 UTC", h)
		if zone != "UTC" {
			label += fmt.Sprintf(" (%s in %s)", there.Format("15:04"), zone)
		}
		hour.Options = append(hour.Options, Option{value, label})
		// Two at night is when the fewest are awake.
		if away := (there.Hour() + 24 - 2) % 24; min(away, 24-away) < best {
			best, hour.Default = min(away, 24-away), value
		}
	}
	return []Question{{
		Key: keyNights, Kind: AskChoice, Title: "Which nights?", Default: weekend,
		Help:    "Services that stand in for each other get different nights; where two nights are too few, others are used too.",
		Options: []Option{{weekend, "at the weekend"}, {weekNights, "in the week, when people are there the next day"}},
	}, hour}
}

// schedule gives each service a window: outside business hours, away from the
// services it is in a pair with, and spread over the nights. Those placed
// before keep theirs.
func schedule(in Input, refs []string, before map[string]slot, a Answers) (map[string]slot, error) {
	hour := -1
	for _, h := range quietHours(in) {
		if fmt.Sprint(h) == a[keyHour] {
			hour = h
		}
	}
	if hour < 0 {
		return nil, fmt.Errorf("choose an hour outside business hours (%s)", businessHours(in.Policy.BusinessHours))
	}
	out, placed := map[string]slot{}, map[string]slot{}
	maps.Copy(placed, before)
	used := map[time.Weekday]int{}
	sorted := slices.Clone(refs)
	slices.Sort(sorted)
	for _, ref := range slices.Compact(sorted) {
		at, ok := pick(in, ref, sorted, placed, used, a[keyNights], time.Duration(hour)*time.Hour)
		if !ok {
			return nil, fmt.Errorf("no night at %02d:00 UTC keeps %s %d hours away from the services that stand in for it: choose another hour, or plan fewer services at once",
				hour, aivenapi.Sanitise(ref), in.Policy.Thresholds.StaggerHours)
		}
		out[ref], placed[ref] = at, at
	}
	return out, nil
}

// pick takes the least used of the preferred nights that fit, or the first of
// the others.
func pick(in Input, ref string, moving []string, placed map[string]slot, used map[time.Weekday]int, preferred string, at time.Duration) (slot, bool) {
	first, rest := nights(preferred)
	best := time.Weekday(-1)
	for _, d := range first {
		if (best < 0 || used[d] < used[best]) && fits(in, ref, moving, placed, slotAt(d, at)) {
			best = d
		}
	}
	for _, d := range rest {
		if best < 0 && fits(in, ref, moving, placed, slotAt(d, at)) {
			best = d
		}
	}
	if best < 0 {
		return 0, false
	}
	used[best]++
	return slotAt(best, at), true
}

func fits(in Input, ref string, moving []string, placed map[string]slot, at slot) bool {
	if at.disturbs(in.Policy.BusinessHours, in.Now) {
		return false
	}
	for _, other := range remediate.Partners(in.Org, ref) {
		o, ok := placed[other]
		if s := remediate.ServiceByRef(in.Org, other); !ok && s != nil && !slices.Contains(moving, other) && !neverMaintained(*s) {
			var why string
			o, why = slotOf(*s)
			ok = why == ""
		}
		if ok && at.apart(o) < stagger(in) {
			return false
		}
	}
	return true
}

func stagger(in Input) time.Duration {
	return time.Duration(in.Policy.Thresholds.StaggerHours) * time.Hour
}

// noteSchedule shows the schedule as a whole in the preview.
func noteSchedule(b *remediate.Builder, plan map[string]slot) {
	by := map[slot][]string{}
	for ref, at := range plan {
		by[at] = append(by[at], aivenapi.Sanitise(ref))
	}
	var order []slot
	for at := range by {
		slices.Sort(by[at])
		order = append(order, at)
	}
	slices.Sort(order)
	for _, at := range order {
		b.Note("%s: %s.", at, strings.Join(by[at], ", "))
	}
}
