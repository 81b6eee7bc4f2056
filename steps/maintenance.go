package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

const docsMaintenance = docs + "platform/concepts/maintenance-window"

// windowLength is how long a maintenance window is taken to be.
const windowLength = 4 * time.Hour

const week = 7 * 24 * time.Hour

// weekdays as Aiven writes them, at the places of time.Weekday.
var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// slot is when a window starts, counted from Sunday 00:00 UTC.
type slot time.Duration

func slotAt(day time.Weekday, at time.Duration) slot {
	return slot(time.Duration(day)*24*time.Hour + at)
}

// slotOf reads a service's window; the reason is why there is none to judge.
func slotOf(s organization.Service) (at slot, why string) {
	m := s.Maintenance
	day := slices.Index(weekdays, strings.ToLower(m.DOW.Raw()))
	t, ok := clock(m.Time.Raw())
	switch {
	case !m.Told:
		return 0, fmt.Sprintf("the maintenance of %s is not told", inProject(s))
	case day < 0 || !ok:
		return 0, fmt.Sprintf("the window of %s is not told in a way that is understood", inProject(s))
	}
	return slotAt(time.Weekday(day), t), ""
}

func clock(s string) (time.Duration, bool) {
	for _, layout := range []string{time.TimeOnly, "15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, true
		}
	}
	return 0, false
}

func (s slot) day() string { return weekdays[int(time.Duration(s)/(24*time.Hour))] }

func (s slot) time() string {
	return time.Time{}.Add(time.Duration(s) % (24 * time.Hour)).Format(time.TimeOnly)
}

func (s slot) String() string { return fmt.Sprintf("%s %s UTC", s.day(), s.time()[:len("15:04")]) }

// apart is the time between two starts on the circle of the week.
func (s slot) apart(o slot) time.Duration {
	d := (time.Duration(s) - time.Duration(o)).Abs()
	return min(d, week-d)
}

// next is when the window starts next after a moment.
func (s slot) next(now time.Time) time.Time {
	now = now.UTC()
	sunday := time.Date(now.Year(), now.Month(), now.Day()-int(now.Weekday()), 0, 0, 0, 0, time.UTC)
	t := sunday.Add(time.Duration(s))
	if !t.After(now) {
		t = t.Add(week)
	}
	return t
}

// disturbs says whether any of the window falls into business hours. It looks
// every 15 minutes: business hours shorter than that are none.
func (s slot) disturbs(b policy.BusinessHours, now time.Time) bool {
	start := s.next(now)
	for t := start; t.Before(start.Add(windowLength)); t = t.Add(15 * time.Minute) {
		if b.Within(t) {
			return true
		}
	}
	return false
}

// noMaintenance says whether a service gets no updates; nil if it is not told.
func noMaintenance(m organization.Maintenance) *bool {
	never := m.DOW.Is("never")
	switch {
	case !m.Told, m.Enabled == nil && !never:
		return nil
	}
	off := never || !*m.Enabled
	return &off
}

func neverMaintained(s organization.Service) bool {
	off := noMaintenance(s.Maintenance)
	return off != nil && *off
}

func businessHours(b policy.BusinessHours) string {
	return fmt.Sprintf("%s to %s %s, Monday to Friday", b.From, b.To, b.Zone)
}

// perService judges the maintenance of services; judge gives nil where nothing
// is wrong, and a reason where it cannot tell.
func perService(list []organization.Service, judge func(organization.Service) (*Finding, string)) Result {
	var r Result
	var unknown []string
	for _, s := range list {
		f, why := judge(s)
		switch {
		case why != "":
			unknown = append(unknown, why)
		case f == nil:
			r.Passed++
		default:
			f.Resource = updateTarget(s)
			r.Findings = append(r.Findings, *f)
		}
	}
	if len(list) == 0 {
		r.NotApplicable = "There is no service to maintain."
	}
	r.Unknown = notKnown(unknown)
	return r
}
