package steps

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// updates is an organization of one project with the services.
func updates(list ...organization.Service) organization.Organization {
	o := dated()
	o.Services = list
	for i := range o.Services {
		if o.Services[i].Project.Empty() {
			o.Services[i].Project = text("wiki")
		}
	}
	return o
}

func oneOf(kind, version string) organization.Service {
	return outdated("one", kind, version, maintained("sunday", "03:00:00"))
}

func TestVersionRules(t *testing.T) {
	versions := func(o *organization.Organization, list ...organization.ServiceVersion) { o.ServiceVersions = list }
	extended := func(until time.Time, version string) func(*organization.Organization) {
		return func(o *organization.Organization) {
			o.Projects[1].Extensions = map[string]organization.Extension{"pg": {EndOfLife: until, Version: text(version)}}
		}
	}
	off := oneOf("pg", "13")
	off.State = text("POWEROFF")
	noticed := oneOf("pg", "16")
	noticed.Notifications = []organization.Notification{{Type: text("service_end_of_life"), EndOfLife: now.AddDate(0, 0, -1)}}
	for _, tc := range []struct {
		name, check string
		service     organization.Service
		edit        func(*organization.Organization)
		want        Status
		severity    Severity
		why         string
	}{
		{name: "eol", check: "service-version-eol", service: oneOf("pg", "13"), want: Fail, severity: Critical},
		{name: "written otherwise", check: "service-version-eol", service: oneOf("pg", "13.0"), want: Fail, severity: Critical},
		{name: "powered off counts", check: "service-version-eol", service: off, want: Fail, severity: Critical},
		{name: "supported", check: "service-version-eol", service: oneOf("pg", "16"), want: Pass},
		{name: "the service's own notice", check: "service-version-eol", service: noticed, want: Fail, severity: Critical},
		{name: "not listed", check: "service-version-eol", service: oneOf("pg", "12"), want: Unknown, why: "lists no pg 12"},
		{name: "not told", check: "service-version-eol", service: oneOf("pg", ""), want: Unknown, why: "not told"},
		{name: "no version at all", check: "service-version-eol", service: oneOf("dragonfly", ""), want: NotApplicable},
		{name: "kafka connect has none", check: "service-newer-major", service: oneOf("kafka_connect", ""), want: NotApplicable},
		{name: "extended", check: "service-version-eol", service: oneOf("pg", "13"), edit: extended(now.AddDate(0, 0, 30), "13"), want: Pass},
		{name: "extended for another version", check: "service-version-eol", service: oneOf("pg", "13"), edit: extended(now.AddDate(0, 0, 30), "12"), want: Fail, severity: Critical},
		{name: "extension over", check: "service-version-eol", service: oneOf("pg", "13"), edit: extended(now.AddDate(0, 0, -1), "13"), want: Fail, severity: Critical},
		{name: "end of life today", check: "service-version-eol", service: oneOf("pg", "9"), edit: func(o *organization.Organization) { versions(o, major("pg", "9", "available", now)) }, want: Fail, severity: Critical},
		{name: "odd state, no end", check: "service-version-eol", service: oneOf("pg", "9"), edit: func(o *organization.Organization) { versions(o, major("pg", "9", "resting", time.Time{})) }, want: Unknown, why: "resting"},
		{name: "near, urgent", check: "service-version-near-eol", service: oneOf("opensearch", "1"), want: Fail, severity: High},
		{name: "near", check: "service-version-near-eol", service: oneOf("redis", "7"), want: Fail, severity: Medium},
		{name: "ended is not near", check: "service-version-near-eol", service: oneOf("pg", "13"), want: Pass},
		{name: "extended is near", check: "service-version-near-eol", service: oneOf("pg", "13"), edit: extended(now.AddDate(0, 0, 30), "13"), want: Fail, severity: High},
		{name: "newer", check: "service-newer-major", service: oneOf("pg", "16"), want: Fail, severity: Low},
		{name: "newest", check: "service-newer-major", service: oneOf("pg", "17"), want: Pass},
		{name: "newer but young", check: "service-newer-major", service: oneOf("pg", "16"), edit: func(o *organization.Organization) { o.ServiceVersions[3].AvailableFrom = now.AddDate(0, 0, -89) }, want: Pass},
		{name: "newer since when", check: "service-newer-major", service: oneOf("pg", "16"), edit: func(o *organization.Organization) { o.ServiceVersions[3].AvailableFrom = time.Time{} }, want: Unknown, why: "since when"},
		{name: "newer is a preview", check: "service-newer-major", service: oneOf("pg", "16"), edit: func(o *organization.Organization) { o.ServiceVersions[3].State = text("preview") }, want: Pass},
		{name: "discontinued", check: "service-discontinued", service: oneOf("redis", "7"), want: Fail, severity: High},
		{name: "discontinued in all versions", check: "service-discontinued", service: oneOf("redis", "6"), want: Fail, severity: High},
		{name: "kept", check: "service-discontinued", service: oneOf("pg", "13"), want: Pass},
		{name: "type without a version", check: "service-discontinued", service: oneOf("cassandra", "4"), want: Unknown, why: "lists no version of cassandra"},
		{name: "version of a kept type", check: "service-discontinued", service: oneOf("pg", "12"), want: Unknown, why: "not listed"},
		{name: "not offered any more", check: "service-discontinued", service: oneOf("cassandra", "4"), edit: func(o *organization.Organization) { o.ServiceTypes = texts([]string{"pg"}) }, want: Fail, severity: High},
		{name: "dragonfly", check: "service-discontinued", service: oneOf("dragonfly", ""), want: NotApplicable},
	} {
		t.Run(tc.check+"/"+tc.name, func(t *testing.T) {
			o := updates(tc.service)
			if tc.edit != nil {
				tc.edit(&o)
			}
			got := evaluated(input(o), tc.check)
			if got.Status != tc.want || !strings.Contains(got.Reason, tc.why) {
				t.Fatalf("%s (%s), want %s (%s)", got.Status, got.Reason, tc.want, tc.why)
			}
			if tc.severity != "" && got.Findings[0].Severity != tc.severity {
				t.Errorf("severity %s, want %s", got.Findings[0].Severity, tc.severity)
			}
		})
	}
}

func TestUpgradeIsOfferedWhereItCanBe(t *testing.T) {
	offered := func(s organization.Service, edit func(*organization.Organization)) []string {
		o := updates(s)
		if edit != nil {
			edit(&o)
		}
		return evaluated(input(o), "service-version-eol").Findings[0].Fixes
	}
	if got := offered(oneOf("pg", "13"), nil); !slices.Equal(got, []string{fixUpgrade}) {
		t.Errorf("fixes: %v", got)
	}
	off, replica := oneOf("pg", "13"), oneOf("pg", "13")
	off.State = text("POWEROFF")
	replica.Integrations = []organization.Integration{{Type: text("read_replica"), SourceProject: text("shop"), SourceService: text("x"), DestProject: text("wiki"), DestSvc: replica.Name}}
	if len(offered(off, nil)) != 0 || len(offered(replica, nil)) != 0 {
		t.Error("a powered-off service or a replica is offered an upgrade")
	}
	if got := offered(oneOf("pg", "13"), func(o *organization.Organization) { o.ServiceVersions = o.ServiceVersions[:1] }); len(got) != 0 {
		t.Error("an upgrade is offered to nothing")
	}
}

func TestUpgradeNeedsAForkAndATarget(t *testing.T) {
	in := input(updates(oneOf("pg", "13")))
	found := evaluated(in, "service-version-eol").Findings
	q := upgradeQuestions(in, found)
	if len(q) != 2 || q[0].Default != "14" || len(q[0].Options) != 3 || q[1].Default != "" {
		t.Fatalf("questions: %+v", q)
	}
	build := func(a Answers) error {
		return buildUpgrade(t.Context(), remediate.NewBuilder(in.Org, now), in, found, a)
	}
	if err := build(Answers{q[0].Key: "14"}); !errors.Is(err, errNoFork) {
		t.Errorf("without a fork: %v", err)
	}
	for _, bad := range []string{"", "13", "12", "99"} {
		if err := build(Answers{q[0].Key: bad, keyForkTried: "true"}); err == nil {
			t.Errorf("the target %q is planned", bad)
		}
	}
	b := remediate.NewBuilder(in.Org, now)
	for range 2 { // for two checks that both found it
		if err := buildUpgrade(t.Context(), b, in, found, Answers{q[0].Key: "17", keyForkTried: "true"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.Plan.Changes) != 2 || b.Plan.Changes[0].Await == nil || b.Plan.Changes[1].Risk != remediate.Irreversible {
		t.Errorf("changes: %+v", b.Plan.Changes)
	}
}

func TestSuccessorGuide(t *testing.T) {
	in := input(dated())
	f := evaluated(in, "service-discontinued").Findings
	g := successorGuide(in, f, nil)
	if !strings.Contains(strings.Join(g.Lines, " "), "valkey") || len(g.Copy) != 1 || strings.Contains(strings.Join(g.Lines, ""), "\x1b") {
		t.Errorf("%+v", g)
	}
}
