package remediate_test

import (
	"testing"
	"time"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

const hour = time.Hour

func upgradeTo(version any) remediate.Change {
	return write("ServiceUpdate", "PUT", "project/prod/service/pg", m{"user_config": m{"pg_version": version}})
}

func checkUpgrade(service, version string) remediate.Change {
	c := write("ServiceTaskCreate", "POST", "project/prod/service/"+service+"/task", m{"task_type": "upgrade_check", "upgrade_check": m{"target_version": version}})
	c.Await = &remediate.Await{Operation: "ServiceTaskGet"}
	return c
}

// idle is a service without updates waiting, as an upgrade needs it.
func idle(edit func(*org.Service)) func(*org.Organization) {
	return withService(func(s *org.Service) {
		s.Maintenance.Updates = nil
		if edit != nil {
			edit(s)
		}
	})
}

func TestUpgradeGuards(t *testing.T) {
	up := one(upgradeTo("17"))
	config := func(c m) []remediate.Change {
		return one(write("ServiceUpdate", "PUT", "project/prod/service/pg", m{"user_config": c}))
	}
	runGuard(t, "upgrade-target", []guardCase{
		{name: "newer", edit: idle(nil), changes: up, want: "holds"},
		{name: "written otherwise", edit: idle(func(s *org.Service) { s.Config.Version = tx("16.0") }), changes: up, want: "holds"},
		{name: "the same", edit: idle(nil), changes: one(upgradeTo("16")), want: "blocks", why: "not newer"},
		{name: "older", edit: idle(nil), changes: one(upgradeTo("15")), want: "blocks", why: "no way back"},
		{name: "preview", edit: idle(nil), changes: one(upgradeTo("18")), want: "blocks", why: "not available"},
		{name: "unheard of", edit: idle(nil), changes: one(upgradeTo("99")), want: "blocks", why: "lists no version"},
		{name: "null", edit: idle(nil), changes: one(upgradeTo(nil)), want: "blocks", why: "does not set"},
		{name: "of another type", edit: idle(nil), changes: config(m{"mysql_version": "17"}), want: "blocks", why: "does not set"},
		{name: "with more", edit: idle(nil), changes: config(m{"pg_version": "17", "ip_filter": []any{}}), want: "blocks", why: "Upgrade alone"},
		{name: "version not told", edit: idle(func(s *org.Service) { s.Config.Version = org.Text{} }), changes: up, want: "blocks", why: "not told"},
		{name: "gone", changes: up, want: "blocks", why: "not there"},
		{name: "other configuration", edit: idle(nil), changes: config(m{"ip_filter": []any{}}), want: ""},
	})
	replica := func(o *org.Organization) {
		idle(func(s *org.Service) {
			s.Integrations = []org.Integration{{Type: tx("read_replica"), SourceProject: tx("x"), SourceService: tx("y"), DestProject: tx("prod"), DestSvc: tx("pg")}}
		})(o)
	}
	runGuard(t, "upgrade-ready", []guardCase{
		{name: "ready", edit: idle(nil), changes: up, want: "holds"},
		{name: "updates wait", edit: withService(nil), changes: up, want: "blocks", why: "Updates wait"},
		{name: "updates not told", edit: idle(func(s *org.Service) { s.Maintenance.Told = false }), changes: up, want: "blocks", why: "not told"},
		{name: "rebuilding", edit: idle(func(s *org.Service) { s.State = tx("REBUILDING") }), changes: up, want: "blocks", why: "REBUILDING"},
		{name: "replica", edit: replica, changes: up, want: "blocks", why: "read replica"},
		{name: "updates started before", edit: idle(nil), changes: []remediate.Change{startUpdates("pg"), upgradeTo("17")}, want: "blocks", why: "earlier change"},
	})
	unawaited := checkUpgrade("pg", "17")
	unawaited.Await = nil
	runGuard(t, "upgrade-checked", []guardCase{
		{name: "checked", edit: idle(nil), changes: []remediate.Change{checkUpgrade("pg", "17"), upgradeTo("17")}, want: "holds"},
		{name: "not checked", edit: idle(nil), changes: up, want: "blocks", why: "No upgrade check"},
		{name: "another version checked", edit: idle(nil), changes: []remediate.Change{checkUpgrade("pg", "18"), upgradeTo("17")}, want: "blocks"},
		{name: "another service checked", edit: idle(nil), changes: []remediate.Change{checkUpgrade("other", "17"), upgradeTo("17")}, want: "blocks"},
		{name: "not waited for", edit: idle(nil), changes: []remediate.Change{unawaited, upgradeTo("17")}, want: "blocks"},
		{name: "mysql has no check", edit: idle(nil), changes: config(m{"mysql_version": "8.4"}), want: ""},
	})
	runGuard(t, "task-only-checks", []guardCase{
		{name: "check", changes: one(checkUpgrade("pg", "17")), want: "holds"},
		{name: "import", changes: one(write("ServiceTaskCreate", "POST", "project/prod/service/pg/task", m{"task_type": "dataset_import"})), want: "blocks"},
		{name: "by another name", changes: one(write("Harmless", "POST", "project/prod/service/pg/task", m{"task_type": "dataset_import"})), want: "blocks"},
	})
	runGuard(t, "upgrade-backup", []guardCase{
		{name: "fresh", edit: idle(nil), changes: up, want: "holds"},
		{name: "old", edit: idle(func(s *org.Service) { s.Backups[0].Time = noon.Add(-25 * hour) }), changes: up, want: "type to go on", why: "24 hours"},
		{name: "none", edit: idle(func(s *org.Service) { s.Backups = nil }), changes: up, want: "type to go on", why: "no backup"},
		{name: "kafka has none", changes: config(m{"kafka_version": "4.0"}), want: ""},
	})
}

func TestCompareVersions(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
		ok   bool
	}{
		{"8", "8.0", 0, true}, {"8.4", "8", 1, true}, {"1.9", "1.20", -1, true}, {"10", "9", 1, true}, {"10", "1", 1, true},
		{"3.9", "4.0", -1, true}, {"", "8", 0, false}, {"8", "latest", 0, false}, {"-8", "8", 0, false}, {"8.", "8", 0, false},
	} {
		got, ok := remediate.CompareVersions(tc.a, tc.b)
		if ok != tc.ok || ok && got != tc.want {
			t.Errorf("%q and %q: %d, %v", tc.a, tc.b, got, ok)
		}
	}
}
