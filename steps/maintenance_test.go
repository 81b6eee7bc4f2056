package steps

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

func named(name string, m organization.Maintenance) organization.Service {
	return outdated(name, "pg", "16", m)
}

// replicaOf joins two services of the project wiki.
func replicaOf(primary organization.Service, name, kind string) organization.Service {
	primary.Integrations = append(primary.Integrations, organization.Integration{
		Type: text(kind), SourceProject: text("wiki"), SourceService: primary.Name, DestProject: text("wiki"), DestSvc: text(name),
	})
	return primary
}

func TestMaintenanceRules(t *testing.T) {
	oslo := policy.BusinessHours{From: "06:00", To: "20:00", Zone: "Europe/Oslo"} // an hour ahead of UTC in November
	update := func(u organization.Update) organization.Maintenance { return maintained("sunday", "03:00:00", u) }
	one := func(m organization.Maintenance) []organization.Service { return []organization.Service{named("a", m)} }
	pair := func(kind string, a, b organization.Maintenance) []organization.Service {
		return []organization.Service{replicaOf(named("a", a), "b", kind), named("b", b)}
	}
	for _, tc := range []struct {
		name, check string
		services    []organization.Service
		hours       *policy.BusinessHours
		want        Status
		severity    Severity
		why         string
	}{
		{name: "not told", check: "maintenance-disabled", services: one(organization.Maintenance{}), want: Unknown, why: "whether"},
		{name: "enabled not told", check: "maintenance-disabled", services: one(organization.Maintenance{Told: true, DOW: text("sunday"), Time: text("03:00:00")}), want: Unknown},
		{name: "never without enabled", check: "maintenance-disabled", services: one(organization.Maintenance{Told: true, DOW: text("never")}), want: Fail, severity: High},
		{name: "disabled with a day", check: "maintenance-disabled", services: one(organization.Maintenance{Told: true, Enabled: ptr(false), DOW: text("sunday"), Time: text("03:00:00")}), want: Fail},
		{name: "on", check: "maintenance-disabled", services: one(maintained("sunday", "03:00:00")), want: Pass},
		{name: "none", check: "maintenance-disabled", want: NotApplicable},

		{name: "night", check: "maintenance-window-hours", services: one(maintained("tuesday", "01:00:00")), want: Pass},
		{name: "reaches into the morning", check: "maintenance-window-hours", services: one(maintained("tuesday", "02:30:00")), want: Fail, severity: Low},
		{name: "ends as business starts", check: "maintenance-window-hours", services: one(maintained("tuesday", "02:00:00")), want: Pass},
		{name: "starts as business ends", check: "maintenance-window-hours", services: one(maintained("tuesday", "20:00:00")), want: Pass},
		{name: "business is an hour earlier there", check: "maintenance-window-hours", services: one(maintained("tuesday", "02:00:00")), hours: &oslo, want: Fail},
		{name: "evening there", check: "maintenance-window-hours", services: one(maintained("tuesday", "19:00:00")), hours: &oslo, want: Pass},
		{name: "weekend at noon", check: "maintenance-window-hours", services: one(maintained("saturday", "12:00:00")), want: Pass},
		{name: "Sunday night into Monday", check: "maintenance-window-hours", services: one(maintained("sunday", "22:00:00")), want: Pass},
		{name: "Sunday night in Auckland is Monday", check: "maintenance-window-hours", services: one(maintained("sunday", "18:00:00")), hours: &policy.BusinessHours{From: "06:00", To: "20:00", Zone: "Pacific/Auckland"}, want: Fail},
		{name: "odd time", check: "maintenance-window-hours", services: one(maintained("sunday", "tea")), want: Unknown, why: "understood"},
		{name: "not told", check: "maintenance-window-hours", services: one(organization.Maintenance{}), want: Unknown},
		{name: "never", check: "maintenance-window-hours", services: one(organization.Maintenance{Told: true, DOW: text("never")}), want: NotApplicable},

		{name: "nothing waits", check: "pending-updates", services: one(maintained("sunday", "03:00:00")), want: Pass},
		{name: "not told", check: "pending-updates", services: one(organization.Maintenance{}), want: Unknown},
		{name: "far away", check: "pending-updates", services: one(update(organization.Update{Deadline: now.AddDate(0, 0, 15)})), want: Fail, severity: Low},
		{name: "no deadline", check: "pending-updates", services: one(update(organization.Update{})), want: Fail, severity: Low},
		{name: "soon", check: "pending-updates", services: one(update(organization.Update{Deadline: now.AddDate(0, 0, 13)})), want: Fail, severity: Medium},
		{name: "starts soon", check: "pending-updates", services: one(update(organization.Update{Deadline: now.AddDate(0, 0, 40), StartAt: now.AddDate(0, 0, 1)})), want: Fail, severity: Medium},

		{name: "the same night", check: "maintenance-stagger", services: pair("read_replica", maintained("sunday", "03:00:00"), maintained("sunday", "03:30:00")), want: Fail, severity: Medium},
		{name: "the next night", check: "maintenance-stagger", services: pair("disaster_recovery", maintained("sunday", "03:00:00"), maintained("monday", "03:00:00")), want: Pass},
		{name: "not quite", check: "maintenance-stagger", services: pair("opensearch_cross_cluster_replication", maintained("sunday", "03:00:00"), maintained("monday", "02:59:00")), want: Fail},
		{name: "over the end of the week", check: "maintenance-stagger", services: pair("read_replica", maintained("saturday", "23:00:00"), maintained("sunday", "01:00:00")), want: Fail},
		{name: "only metrics", check: "maintenance-stagger", services: pair("metrics", maintained("sunday", "03:00:00"), maintained("sunday", "03:00:00")), want: NotApplicable},
		{name: "replica not told", check: "maintenance-stagger", services: pair("read_replica", maintained("sunday", "03:00:00"), organization.Maintenance{}), want: Unknown, why: "b in wiki"},
		{name: "replica not read", check: "maintenance-stagger", services: pair("read_replica", maintained("sunday", "03:00:00"), maintained("sunday", "03:00:00"))[:1], want: Unknown, why: "could not be read"},
	} {
		t.Run(tc.check+"/"+tc.name, func(t *testing.T) {
			in := input(updates(tc.services...))
			if tc.hours != nil {
				in.Policy.BusinessHours = *tc.hours
			}
			got := evaluated(in, tc.check)
			if got.Status != tc.want || !strings.Contains(got.Reason, tc.why) {
				t.Fatalf("%s (%s), want %s (%s)", got.Status, got.Reason, tc.want, tc.why)
			}
			if tc.severity != "" && got.Findings[0].Severity != tc.severity {
				t.Errorf("severity %s, want %s", got.Findings[0].Severity, tc.severity)
			}
		})
	}
}

func TestNextWindow(t *testing.T) {
	at := slotAt(time.Monday, 12*time.Hour)
	if got := at.next(now); !got.Equal(now.Add(week)) { // now is Monday noon: it starts this moment
		t.Errorf("next: %s", got)
	}
	if got := at.next(now.Add(-time.Minute)); !got.Equal(now) {
		t.Errorf("next: %s", got)
	}
	if at.String() != "monday 12:00 UTC" || at.time() != "12:00:00" {
		t.Errorf("shown: %s, %s", at, at.time())
	}
}

// Whatever is chosen, a schedule leaves nothing for the checks to find.
func TestScheduleIsGood(t *testing.T) {
	day := maintained("wednesday", "12:00:00")
	var list []organization.Service
	var refs []string
	for i := range 6 {
		s := named(fmt.Sprintf("p%d", i), day)
		s = replicaOf(s, fmt.Sprintf("r%d", i), "read_replica")
		list = append(list, replicaOf(s, "fixed", "disaster_recovery"), named(fmt.Sprintf("r%d", i), day))
		refs = append(refs, s.Ref(), fmt.Sprintf("wiki/r%d", i))
	}
	list = append(list, named("fixed", maintained("saturday", "12:00:00")))
	for _, zone := range []string{"UTC", "America/Los_Angeles", "Asia/Tokyo"} {
		in := input(updates(list...))
		in.Policy.BusinessHours.Zone = zone
		questions := windowQuestions(in, nil)
		for _, night := range questions[0].Options {
			for _, hour := range questions[1].Options {
				plan, err := schedule(in, refs, nil, Answers{keyNights: night.Value, keyHour: hour.Value})
				if err != nil {
					t.Fatalf("%s, %s, %s: %v", zone, night.Value, hour.Value, err)
				}
				moved := updates(list...)
				for i, s := range moved.Services {
					if at, ok := plan[s.Ref()]; ok {
						moved.Services[i].Maintenance = maintained(at.day(), at.time())
					}
				}
				after := input(moved)
				after.Policy = in.Policy
				for _, check := range []string{"maintenance-window-hours", "maintenance-stagger", "maintenance-disabled"} {
					if got := evaluated(after, check); got.Status != Pass {
						t.Errorf("%s, %s, %s: %s is %s", zone, night.Value, hour.Value, check, got.Status)
					}
				}
			}
		}
	}
}

func TestScheduleSpreads(t *testing.T) {
	in := input(updates(named("a", maintained("monday", "12:00:00")), named("b", maintained("monday", "12:00:00"))))
	plan, err := schedule(in, []string{"wiki/b", "wiki/a"}, nil, Answers{keyNights: weekend, keyHour: "2"})
	if err != nil || plan["wiki/a"].day() != "saturday" || plan["wiki/b"].day() != "sunday" {
		t.Errorf("%v, %v", plan, err)
	}
	if _, err := schedule(in, []string{"wiki/a"}, nil, Answers{keyNights: weekend, keyHour: "12"}); err == nil {
		t.Error("noon is taken though business is on in the week")
	}
	in.Policy.Thresholds.StaggerHours = 100 // more than half a week
	in = Input{Org: input(updates(replicaOf(named("a", maintained("monday", "12:00:00")), "b", "read_replica"), named("b", maintained("monday", "12:00:00")))).Org, Policy: in.Policy, Now: now}
	if _, err := schedule(in, []string{"wiki/a", "wiki/b"}, nil, Answers{keyNights: weekend, keyHour: "2"}); err == nil {
		t.Error("what cannot be is planned")
	}
}

// A service that two checks found is moved once.
func TestWindowMovesOnce(t *testing.T) {
	in := input(dated())
	b := remediate.NewBuilder(in.Org, now)
	a := Answers{keyNights: weekend, keyHour: "2"}
	for _, check := range []string{"maintenance-window-hours", "maintenance-stagger"} {
		r := evaluated(in, check)
		if err := r.Check.Fixes[0].Build(t.Context(), b, in, r.Findings, a); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.Plan.Changes) != 2 {
		t.Errorf("%d changes, want one for each of two services", len(b.Plan.Changes))
	}
}
