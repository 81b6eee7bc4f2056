package remediate_test

import (
	"net/http"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

// withServices adds services and VPCs to the safe organization: db and its
// replica outside a VPC, one VPC that is ready and one that is not.
func withServices(edit func(*org.Organization)) func(*org.Organization) {
	return func(o *org.Organization) {
		db := org.Service{Project: tx("prod"), Name: tx("db"), Type: tx("pg"), Cloud: tx("aws-eu-central-1"), State: tx("RUNNING")}
		dr := db
		dr.Name, dr.Cloud = tx("db-dr"), tx("azure-westeurope")
		dr.Integrations = []org.Integration{{Type: tx("read_replica"), SourceProject: tx("prod"), SourceService: tx("db"), DestProject: tx("prod"), DestSvc: tx("db-dr"), Active: true}}
		o.Services = append(o.Services, db, dr)
		at := func(cloud, cidr string) []org.VPCCloud {
			return []org.VPCCloud{{Cloud: tx(cloud), CIDR: tx(cidr)}}
		}
		peered := []org.Peering{{State: tx("ACTIVE"), PeerVPC: tx("office"), PeerCIDRs: []org.Text{tx("10.41.0.0/16")}}}
		o.VPCs = []org.VPC{
			{ID: tx("ready"), Project: tx("prod"), State: tx("ACTIVE"), Clouds: at("aws-eu-central-1", "10.40.0.0/22"), Peerings: peered},
			{ID: tx("orgs"), State: tx("ACTIVE"), Clouds: at("aws-eu-central-1", "10.60.0.0/22"), Peerings: peered},
			{ID: tx("lone"), Project: tx("prod"), State: tx("ACTIVE"), Clouds: at("aws-eu-central-1", "10.61.0.0/22")},
			{ID: tx("made"), Project: tx("prod"), State: tx("APPROVED"), Clouds: at("aws-eu-central-1", "10.62.0.0/22")},
			{ID: tx("far"), Project: tx("prod"), State: tx("ACTIVE"), Clouds: at("azure-westeurope", "10.63.0.0/22"), Peerings: peered},
			{ID: tx("else"), Project: tx("loose"), State: tx("ACTIVE"), Clouds: at("aws-eu-central-1", "10.64.0.0/22"), Peerings: peered},
		}
		if edit != nil {
			edit(o)
		}
	}
}

// update is a service update whose deltas name fields.
func update(body m, fields ...string) remediate.Change {
	c := write("ServiceUpdate", http.MethodPut, "project/prod/service/db", body)
	c.Resource = remediate.Target{Type: "service", ID: tx("prod/db"), Name: tx("db")}
	for _, f := range fields {
		c.Deltas = append(c.Deltas, remediate.Delta{Part: org.PartServices, Resource: "prod/db", Field: f})
	}
	return c
}

func filter(v any) m { return m{"user_config": m{"ip_filter": v}} }

func undone(c remediate.Change) remediate.Change {
	c.UndoOf = "1"
	return c
}

// newReplica is a request that holds, changed by edit.
func newReplica(edit func(m)) remediate.Change {
	body := m{
		"service_name": "db-new", "service_type": "pg", "plan": "startup-4", "cloud": "azure-westeurope", "project_vpc_id": nil, "termination_protection": true,
		"user_config":          m{"ip_filter": []string{"203.0.113.0/24"}},
		"service_integrations": []m{{"integration_type": "read_replica", "source_service": "db"}},
	}
	if edit != nil {
		edit(body)
	}
	return write("ServiceCreate", http.MethodPost, "project/prod/service", body)
}

func newVPC(cidr string) remediate.Change {
	return write("VpcCreate", http.MethodPost, "project/prod/vpcs", m{"cloud_name": "aws-eu-central-1", "network_cidr": cidr, "peering_connections": []m{}})
}

func deleteVPC(id string) remediate.Change {
	return write("VpcDelete", http.MethodDelete, "project/prod/vpcs/"+id, nil)
}

// serviceSamples has one change for each of these guards.
func serviceSamples() []remediate.Change {
	return []remediate.Change{
		update(filter([]string{"203.0.113.0/24"}), "user_config.ip_filter"), newReplica(nil), newVPC("10.80.0.0/22"), deleteVPC("lone"),
		undone(write("ServiceDelete", http.MethodDelete, "project/prod/service/db-dr", nil)),
	}
}

func TestKeysNamedGuard(t *testing.T) {
	other := update(m{"termination_protection": true})
	other.Deltas = []remediate.Delta{{Part: org.PartServices, Resource: "prod/db-dr", Field: "termination_protection"}}
	runGuard(t, "service-keys-named", []guardCase{
		{name: "named", edit: withServices(nil), changes: one(update(m{"termination_protection": true}, "termination_protection")), want: "holds"},
		{name: "of another service", edit: withServices(nil), changes: one(other), want: "blocks", why: "termination_protection"},
		{name: "one more", edit: withServices(nil), changes: one(update(m{"termination_protection": true, "plan": "hobbyist"}, "termination_protection")), want: "blocks", why: "plan"},
		{name: "power under its name", edit: withServices(nil), changes: one(update(m{"powered": false}, "state")), want: "holds"},
		{name: "one more in user_config", edit: withServices(nil), changes: one(update(m{"user_config": m{"ip_filter": []string{"203.0.113.0/24"}, "admin_password": "x"}}, "user_config.ip_filter")), want: "blocks", why: "admin_password"},
		{name: "no user_config", edit: withServices(nil), changes: one(update(m{"user_config": nil}, "user_config")), want: "blocks", why: "user_config"},
		{name: "nothing", edit: withServices(nil), changes: one(update(m{})), want: "blocks", why: "changes nothing"},
		{name: "maintenance", edit: withServices(nil), changes: one(update(m{"maintenance": m{"dow": "sunday"}}, "maintenance.dow")), want: "holds"},
	})
}

func TestFilterGuard(t *testing.T) {
	objects := []m{{"network": "203.0.113.0/24", "description": "office"}}
	runGuard(t, "ip-filter-narrow", []guardCase{
		{name: "narrow", changes: one(update(filter([]string{"203.0.113.0/24", "2001:db8::/32"}))), want: "holds"},
		{name: "objects", changes: one(update(filter(objects))), want: "holds"},
		{name: "empty", changes: one(update(filter([]string{}))), want: "blocks", why: "cuts off every client"},
		{name: "empty as an undo", changes: one(undone(update(filter([]string{})))), want: "blocks", why: "cuts off every client"},
		{name: "open", changes: one(update(filter([]string{"10.0.0.0/8", "::/0"}))), want: "blocks", why: "nearly everybody"},
		{name: "open object", changes: one(update(filter([]m{{"network": "0.0.0.0/0"}}))), want: "blocks", why: "nearly everybody"},
		{name: "everything written as IPv6", changes: one(update(filter([]string{"::ffff:0.0.0.0/96"}))), want: "blocks", why: "nearly everybody"},
		{name: "halves of IPv6", changes: one(update(filter([]string{"8000::/1", "::/1"}))), want: "blocks", why: "together"},
		{name: "too wide", changes: one(update(filter([]string{"0.0.0.0/1"}))), want: "blocks", why: "nearly everybody"},
		{name: "null", changes: one(update(filter(nil))), want: "blocks", why: "Without a filter"},
		{name: "null as an undo", changes: one(undone(update(filter(nil)))), want: "type to go on", why: "puts back"},
		{name: "open as an undo", changes: one(undone(update(filter([]string{"0.0.0.0/0"})))), want: "type to go on", why: "puts back"},
		{name: "open new service as an undo", changes: one(undone(newReplica(func(b m) { b["user_config"] = m{"ip_filter": []string{"0.0.0.0/0"}} }))), want: "blocks", why: "nearly everybody"},
		{name: "mixed", changes: one(update(filter([]any{"203.0.113.0/24", m{"network": "10.0.0.0/8"}}))), want: "blocks", why: "mixes"},
		{name: "no list", changes: one(update(filter("203.0.113.0/24"))), want: "blocks", why: "not a list"},
		{name: "no network", changes: one(update(filter([]string{"office"}))), want: "blocks", why: "no network"},
		{name: "no filter in it", changes: one(update(m{"termination_protection": true})), want: ""},
	})
}

func TestNewServiceGuard(t *testing.T) {
	with := func(key string, v any) []remediate.Change { return one(newReplica(func(b m) { b[key] = v })) }
	without := func(key string) []remediate.Change { return one(newReplica(func(b m) { delete(b, key) })) }
	integration := func(v m) []remediate.Change { return with("service_integrations", []m{v}) }
	runGuard(t, "new-service-closed", []guardCase{
		{name: "replica", edit: withServices(nil), changes: one(newReplica(nil)), want: "holds"},
		{name: "no filter", edit: withServices(nil), changes: without("user_config"), want: "blocks", why: "no IP filter"},
		{name: "null filter", edit: withServices(nil), changes: with("user_config", m{"ip_filter": nil}), want: "blocks", why: "no IP filter"},
		{name: "network left to Aiven", edit: withServices(nil), changes: without("project_vpc_id"), want: "blocks", why: "Aiven would choose"},
		{name: "name taken", edit: withServices(nil), changes: with("service_name", "db-dr"), want: "blocks", why: "of this name"},
		{name: "no name", edit: withServices(nil), changes: without("service_name"), want: "blocks", why: "names no service"},
		{name: "copies nothing", edit: withServices(nil), changes: without("service_integrations"), want: "blocks", why: "copies nothing"},
		{name: "another integration", edit: withServices(nil), changes: integration(m{"integration_type": "logs", "source_service": "db"}), want: "blocks", why: "other than"},
		{name: "source gone", edit: withServices(nil), changes: integration(m{"integration_type": "read_replica", "source_service": "x"}), want: "blocks", why: "not there"},
		{name: "another type", edit: withServices(nil), changes: with("service_type", "mysql"), want: "blocks", why: "of the type pg"},
		{name: "source off", edit: withServices(func(o *org.Organization) { o.Services[0].State = tx("POWEROFF") }), changes: one(newReplica(nil)), want: "blocks", why: "POWEROFF"},
		{name: "project gone", edit: withServices(func(o *org.Organization) { o.Projects = nil }), changes: one(newReplica(nil)), want: "blocks", why: "project"},
	})
}

func TestServiceDeleteGuard(t *testing.T) {
	gone := func(name string) remediate.Change {
		return write("ServiceDelete", http.MethodDelete, "project/prod/service/"+name, nil)
	}
	promoted := withServices(func(o *org.Organization) { o.Services[1].Integrations = nil })
	runGuard(t, "replica-only-deleted", []guardCase{
		{name: "replica made here", edit: withServices(nil), changes: one(undone(gone("db-dr"))), want: "holds"},
		{name: "not an undo", edit: withServices(nil), changes: one(gone("db-dr")), want: "blocks", why: "deletes no service"},
		{name: "its source", edit: withServices(func(o *org.Organization) { o.Services[0].Integrations = o.Services[1].Integrations }), changes: one(undone(gone("db"))), want: "blocks", why: "no read replica"},
		{name: "promoted", edit: promoted, changes: one(undone(gone("db-dr"))), want: "blocks", why: "no read replica"},
		{name: "gone", edit: withServices(nil), changes: one(undone(gone("x"))), want: "blocks", why: "not there"},
	})
}

func TestServiceRequestsThatAreNeverSent(t *testing.T) {
	runGuard(t, "operation-known", []guardCase{
		{name: "promote a replica", changes: one(write("ServiceIntegrationDelete", "DELETE", "project/prod/integration/i1", nil)), want: "blocks", why: "a service of its own"},
		{name: "reset a password", changes: one(write("ServiceUserCredentialsReset", "PUT", "project/prod/service/db/user/avnadmin/credentials/reset", m{})), want: "blocks", why: "breaks every client"},
		{name: "reset by another name", changes: one(write("Harmless", "PUT", "project/prod/service/db/user/avnadmin/credentials/reset", m{})), want: "blocks", why: "is not the request of"},
		{name: "delete by another name", changes: one(write("Harmless", "DELETE", "project/prod/service/db", nil)), want: "blocks", why: "is not the request of"},
		{name: "create by another name", changes: one(write("Harmless", "POST", "project/prod/service", m{})), want: "blocks", why: "is not the request of"},
	})
}
