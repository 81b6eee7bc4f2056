package remediate_test

import (
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func startUpdates(service string) remediate.Change {
	return write("ServiceMaintenanceStart", "PUT", "project/prod/service/"+service+"/maintenance/start", nil)
}

func window(dow, at string) remediate.Change {
	return write("ServiceUpdate", "PUT", "project/prod/service/pg", m{"maintenance": m{"dow": dow, "time": at}})
}

// withService adds a service that every guard lets pass, changed by edit.
func withService(edit func(*org.Service)) func(*org.Organization) {
	return func(o *org.Organization) {
		s := org.Service{
			Project: tx("prod"), Name: tx("pg"), Type: tx("pg"), State: tx("RUNNING"), NodeCount: 2,
			NodeStates:  []org.Text{tx("running"), tx("running")},
			Config:      org.ServiceConfig{Told: true, Version: tx("16")},
			Maintenance: org.Maintenance{Told: true, Enabled: tb(true), DOW: tx("sunday"), Time: tx("03:00:00"), Updates: []org.Update{{Description: tx("Patch")}}},
			Backups:     []org.Backup{{Time: noon.Add(-3 * hour)}},
		}
		if edit != nil {
			edit(&s)
		}
		o.Services = append(o.Services, s)
		for _, v := range []struct{ version, state string }{{"15", "available"}, {"16", "available"}, {"17", "available"}, {"18", "preview"}} {
			o.ServiceVersions = append(o.ServiceVersions, org.ServiceVersion{Type: tx("pg"), Version: tx(v.version), State: tx(v.state)})
		}
	}
}

// withReplica adds a read replica "ro" in another project in the given state.
func withReplica(state string) func(*org.Organization) {
	return func(o *org.Organization) {
		joined := []org.Integration{{Type: tx("read_replica"), SourceProject: tx("prod"), SourceService: tx("pg"), DestProject: tx("loose"), DestSvc: tx("ro")}}
		withService(func(s *org.Service) { s.Integrations = joined })(o)
		if state != "" {
			o.Services = append(o.Services, org.Service{Project: tx("loose"), Name: tx("ro"), Type: tx("pg"), State: tx(state)})
		}
	}
}

func TestMaintenanceGuards(t *testing.T) {
	runGuard(t, "maintenance-window", []guardCase{
		{name: "a day", changes: one(window("sunday", "03:00:00")), want: "holds"},
		{name: "never", changes: one(window("never", "03:00:00")), want: "blocks", why: "no day"},
		{name: "no time", changes: one(window("sunday", "3am")), want: "blocks", why: "no time"},
		{name: "taken away", changes: one(write("ServiceUpdate", "PUT", "project/prod/service/pg", m{"maintenance": nil})), want: "blocks", why: "away"},
		{name: "something else", changes: one(write("ServiceUpdate", "PUT", "project/prod/service/pg", m{"tech_emails": []any{}})), want: ""},
	})
	start := one(startUpdates("pg"))
	first := write("ServiceMaintenanceStart", "PUT", "project/loose/service/ro/maintenance/start", nil)
	runGuard(t, "maintenance-ready", []guardCase{
		{name: "ready", edit: withService(nil), changes: start, want: "holds"},
		{name: "gone", changes: start, want: "blocks", why: "not there any more"},
		{name: "powered off", edit: withService(func(s *org.Service) { s.State = tx("POWEROFF") }), changes: start, want: "blocks", why: "POWEROFF"},
		{name: "node coming up", edit: withService(func(s *org.Service) { s.NodeStates[1] = tx("syncing_data") }), changes: start, want: "blocks", why: "syncing_data"},
		{name: "nodes not told", edit: withService(func(s *org.Service) { s.NodeStates = nil }), changes: start, want: "blocks", why: "does not tell"},
		{name: "nothing waits", edit: withService(func(s *org.Service) { s.Maintenance.Updates = nil }), changes: start, want: "blocks", why: "No update waits"},
		{name: "replica runs", edit: withReplica("RUNNING"), changes: start, want: "holds"},
		{name: "replica rebuilding", edit: withReplica("REBUILDING"), changes: start, want: "blocks", why: "being rebuilt"},
		{name: "replica not read", edit: withReplica(""), changes: start, want: "blocks", why: "could not be read"},
		{name: "replica started before", edit: withReplica("RUNNING"), changes: []remediate.Change{first, startUpdates("pg")}, want: "blocks", why: "earlier change"},
		{name: "by another name", edit: withService(nil), changes: one(write("Harmless", "PUT", "project/prod/service/pg/maintenance/start", nil)), want: "holds"},
	})
	runGuard(t, "maintenance-standby", []guardCase{
		{name: "two nodes", edit: withService(nil), changes: start, want: "holds"},
		{name: "one node", edit: withService(func(s *org.Service) { s.NodeCount = 1 }), changes: start, want: "type to go on", why: "no standby"},
		{name: "counted by states", edit: withService(func(s *org.Service) { s.NodeCount, s.NodeStates = 0, s.NodeStates[:1] }), changes: start, want: "type to go on"},
	})
}

func TestPairs(t *testing.T) {
	both := []org.Integration{
		{Type: tx("read_replica"), SourceProject: tx("a"), SourceService: tx("x"), DestProject: tx("b"), DestSvc: tx("y")},
		{Type: tx("metrics"), SourceProject: tx("a"), SourceService: tx("x"), DestProject: tx("a"), DestSvc: tx("m")},
	}
	o := safeOrg(func(o *org.Organization) {
		o.Services = []org.Service{{Project: tx("a"), Name: tx("x"), Integrations: both}, {Project: tx("b"), Name: tx("y"), Integrations: both[:1]}}
	})
	if got := remediate.Pairs(o); len(got) != 1 || got[0] != (remediate.Pair{Primary: "a/x", Replica: "b/y", Type: "read_replica"}) {
		t.Errorf("pairs: %v", got)
	}
	if !remediate.ReadReplica(o, "b/y") || remediate.ReadReplica(o, "a/x") {
		t.Error("the wrong one is the replica")
	}
}
