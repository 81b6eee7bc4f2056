package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/organization"
)

const docsMaintenance = docs + "platform/concepts/maintenance-window"

// windowHours is how long a maintenance window is taken to be.
const windowHours = 4

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// slot is a weekly moment: a day of the week (Sunday is 0) and minutes of that
// day, UTC.
type slot struct{ day, minute int }

func (s slot) dow() string   { return weekdays[s.day] }
func (s slot) clock() string { return fmt.Sprintf("%02d:%02d:00", s.minute/60, s.minute%60) }

// slotOf is the window of a service; false if it has none that is understood.
func slotOf(m organization.Maintenance) (slot, bool) {
	day := slices.Index(weekdays, strings.ToLower(m.DOW.Raw()))
	at, err := time.Parse("15:04:05", m.Time.Raw())
	if day < 0 || err != nil {
		return slot{}, false
	}
	return slot{day, at.Hour()*60 + at.Minute()}, true
}

// apart is how far two weekly moments are from each other, the shorter way.
func apart(a, b slot) time.Duration {
	const week = 7 * 24 * 60
	d := (a.day*1440 + a.minute - b.day*1440 - b.minute + 2*week) % week
	return time.Duration(min(d, week-d)) * time.Minute
}

// next is the next time that a slot comes.
func (s slot) next(now time.Time) time.Time {
	now = now.UTC()
	d := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC).
		AddDate(0, 0, (s.day-int(now.Weekday())+7)%7).Add(time.Duration(s.minute) * time.Minute)
	if d.Before(now) {
		d = d.AddDate(0, 0, 7)
	}
	return d
}

// inBusinessHours says whether a window that starts then reaches into the
// hours of business.
func inBusinessHours(in Input, s slot) bool {
	at := s.next(in.Now)
	for m := 0; m < windowHours*60; m += 30 {
		if in.Policy.BusinessHours.Within(at.Add(time.Duration(m) * time.Minute)) {
			return true
		}
	}
	return false
}

// disabled says whether a service gets no maintenance.
func disabled(m organization.Maintenance) bool {
	return m.DOW.Is("never") || m.Enabled != nil && !*m.Enabled
}

// partners are the services that stand in for one when it is down, or it for
// them: they must not be worked on together.
func partners(o *organization.Organization, s organization.Service) []organization.Service {
	var out []organization.Service
	add := func(project, name Text) {
		p, ok := serviceByRef(o, project.Raw()+"/"+name.Raw())
		if ok && p.Ref() != s.Ref() && !slices.ContainsFunc(out, func(x organization.Service) bool { return x.Ref() == p.Ref() }) {
			out = append(out, p)
		}
	}
	for _, at := range o.Services {
		for _, i := range at.Integrations {
			if !slices.ContainsFunc(replicating, i.Type.Is) {
				continue
			}
			from, to := i.SourceProject, i.DestProject
			if from.Empty() {
				from = at.Project
			}
			if to.Empty() {
				to = at.Project
			}
			switch {
			case from == s.Project && i.SourceService == s.Name:
				add(to, i.DestSvc)
			case to == s.Project && i.DestSvc == s.Name:
				add(from, i.SourceService)
			}
		}
	}
	return out
}

// windowShown is a window in words.
func windowShown(m organization.Maintenance) string {
	if disabled(m) {
		return "never"
	}
	return fmt.Sprintf("%s %s UTC", capital(m.DOW.String()), strings.TrimSuffix(m.Time.String(), ":00"))
}
