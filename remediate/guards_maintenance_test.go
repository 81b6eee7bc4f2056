package remediate_test

import (
	"net/http"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func onDB(edit func(*org.Service)) func(*org.Organization) {
	return func(o *org.Organization) {
		s := org.Service{
			Project: tx("prod"), Name: tx("db"), Type: tx("pg"), State: tx("RUNNING"), NodeCount: 2, NodeStates: []org.Text{tx("running"), tx("running")},
			Config: org.ServiceConfig{Told: true, Version: tx("14")}, Backups: []org.Backup{{Time: noon.Add(-3600e9)}},
			Maintenance: org.Maintenance{Told: true, Updates: []org.Update{{Description: tx("fix")}}},
		}
		if edit != nil {
			edit(&s)
		}
		dr := org.Service{Project: tx("prod"), Name: tx("db-dr"), Type: tx("pg"), State: tx("RUNNING"), NodeCount: 1, Config: org.ServiceConfig{Told: true, Version: tx("14")},
			Integrations: []org.Integration{{Type: tx("read_replica"), SourceService: tx("db"), DestSvc: tx("db-dr")}}, Maintenance: org.Maintenance{Told: true, Updates: []org.Update{{}}}}
		o.Services = []org.Service{s, dr}
		for _, v := range []string{"13", "14", "16", "17"} {
			o.ServiceVersions = append(o.ServiceVersions, org.ServiceVersion{Type: tx("pg"), Version: tx(v), State: tx("available")})
		}
		o.ServiceVersions = append(o.ServiceVersions, org.ServiceVersion{Type: tx("pg"), Version: tx("18"), State: tx("preview")})
	}
}

func idle(s *org.Service) { s.Maintenance.Updates = nil }

func startOf(name string) remediate.Change {
	return write("ServiceMaintenanceStart", http.MethodPut, "project/prod/service/"+name+"/maintenance/start", nil)
}

func upgradeTo(version string) remediate.Change {
	return update(m{"user_config": m{"pg_version": version}}, "user_config.pg_version")
}

func checkOf(version string) remediate.Change {
	c := write("ServiceTaskCreate", http.MethodPost, "project/prod/service/db/task", m{"task_type": "upgrade_check", "upgrade_check": m{"target_version": version}})
	c.Await = &remediate.Await{Says: "the check"}
	return c
}

func upgradeSamples() []remediate.Change {
	return []remediate.Change{
		startOf("db"), checkOf("16"), upgradeTo("16"),
		update(m{"maintenance": m{"dow": "sunday", "time": "03:00:00"}}, "maintenance.dow", "maintenance.time"),
	}
}

func TestMaintenanceStartsWhenItCan(t *testing.T) {
	runGuard(t, "maintenance-start", []guardCase{
		{name: "standby", edit: onDB(nil), changes: one(startOf("db")), want: "holds"},
		{name: "one node", edit: onDB(func(s *org.Service) { s.NodeCount = 1 }), changes: one(startOf("db")), want: "type to go on", why: "no standby"},
		{name: "rebuilding", edit: onDB(func(s *org.Service) { s.State = tx("REBUILDING") }), changes: one(startOf("db")), want: "blocks", why: "REBUILDING"},
		{name: "node not up", edit: onDB(func(s *org.Service) { s.NodeStates[1] = tx("setting_up_vm") }), changes: one(startOf("db")), want: "blocks", why: "setting_up_vm"},
		{name: "nothing waits", edit: onDB(idle), changes: one(startOf("db")), want: "blocks", why: "No maintenance"},
		{name: "replica in the same plan", edit: onDB(nil), changes: []remediate.Change{startOf("db-dr"), startOf("db")}, want: "blocks", why: "same plan"},
		{name: "primary being rebuilt", edit: onDB(func(s *org.Service) { s.State = tx("REBUILDING") }), changes: one(startOf("db-dr")), want: "blocks", why: "stands in"},
		{name: "gone", edit: onDB(nil), changes: one(startOf("nothing")), want: "blocks", why: "not there"},
	})
}

func TestWindowsAreDaysAndTimes(t *testing.T) {
	window := func(dow, clock string) remediate.Change {
		return update(m{"maintenance": m{"dow": dow, "time": clock}}, "maintenance.dow", "maintenance.time")
	}
	runGuard(t, "maintenance-window", []guardCase{
		{name: "right", edit: onDB(nil), changes: one(window("sunday", "03:00:00")), want: "holds"},
		{name: "never", edit: onDB(nil), changes: one(window("never", "03:00:00")), want: "blocks", why: "no security fixes"},
		{name: "no day", edit: onDB(nil), changes: one(window("someday", "03:00:00")), want: "blocks", why: "no day"},
		{name: "no time", edit: onDB(nil), changes: one(window("sunday", "25:00")), want: "blocks", why: "no time"},
	})
}

func TestUpgradesAreCheckedAndBackedUp(t *testing.T) {
	plan := func(version string) []remediate.Change {
		return []remediate.Change{checkOf(version), upgradeTo(version)}
	}
	blind := checkOf("16")
	blind.Await = nil
	runGuard(t, "upgrade", []guardCase{
		{name: "right", edit: onDB(idle), changes: plan("16"), want: "holds"},
		{name: "not checked", edit: onDB(idle), changes: one(upgradeTo("16")), want: "blocks", why: "not checked"},
		{name: "another version checked", edit: onDB(idle), changes: []remediate.Change{checkOf("17"), upgradeTo("16")}, want: "blocks", why: "not checked"},
		{name: "check that nobody awaits", edit: onDB(idle), changes: []remediate.Change{blind, upgradeTo("16")}, want: "blocks", why: "not checked"},
		{name: "downgrade", edit: onDB(idle), changes: plan("13"), want: "blocks", why: "no way back"},
		{name: "not offered", edit: onDB(idle), changes: plan("18"), want: "blocks", why: "does not offer"},
		{name: "maintenance waits", edit: onDB(nil), changes: plan("16"), want: "blocks", why: "Maintenance waits"},
		{name: "off", edit: onDB(func(s *org.Service) { idle(s); s.State = tx("POWEROFF") }), changes: plan("16"), want: "blocks", why: "POWEROFF"},
		{name: "old backup", edit: onDB(func(s *org.Service) { idle(s); s.Backups[0].Time = ago(3) }), changes: plan("16"), want: "type to go on", why: "backup"},
		{name: "no backup", edit: onDB(func(s *org.Service) { idle(s); s.Backups = nil }), changes: plan("16"), want: "type to go on", why: "backup"},
		{name: "another type's version", edit: onDB(func(s *org.Service) { idle(s); s.Type = tx("mysql") }), changes: plan("16"), want: "blocks", why: "not the version"},
		{name: "replica", edit: func(o *org.Organization) {
			onDB(idle)(o)
			o.Services[1].Integrations[0].SourceService, o.Services[1].Integrations[0].DestSvc = tx("other"), tx("db")
		}, changes: plan("16"), want: "blocks", why: "read replica"},
	})
	other := write("ServiceTaskCreate", http.MethodPost, "project/prod/service/db/task", m{"task_type": "create_user_backup", "create_user_backup": m{"backup_name": "x"}})
	runGuard(t, "task-harmless", []guardCase{
		{name: "check", edit: onDB(idle), changes: one(checkOf("16")), want: "holds"},
		{name: "another task", edit: onDB(idle), changes: one(other), want: "blocks", why: "only upgrade checks"},
		{name: "not awaited", edit: onDB(idle), changes: one(blind), want: "blocks", why: "Nobody"},
	})
}
