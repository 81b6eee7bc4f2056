package remediate_test

import (
	"net/http"
	"testing"

	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func TestVPCCreateGuard(t *testing.T) {
	var cases []guardCase
	for _, c := range []struct{ cidr, why string }{
		{"10.80.0.0/22", ""}, {"192.168.4.0/24", ""}, {"172.16.0.0/20", ""},
		{"10.80.0.0/19", "wrong size"}, {"10.80.0.0/25", "wrong size"}, {"8.8.8.0/24", "not private"},
		{"10.80.0.1/22", "behind its mask"}, {"fd00::/24", "IPv4"}, {"", "IPv4"},
		{"10.40.2.0/24", "overlaps 10.40.0.0/22"}, {"10.60.0.0/20", "overlaps 10.60.0.0/22"}, {"10.41.8.0/22", "peered network"},
	} {
		tc := guardCase{name: c.cidr, edit: withServices(nil), changes: one(newVPC(c.cidr)), want: "holds", why: c.why}
		if c.why != "" {
			tc.want = "blocks"
		}
		cases = append(cases, tc)
	}
	runGuard(t, "vpc-network-free", append(cases,
		guardCase{name: "two of one plan", edit: withServices(nil), changes: []remediate.Change{newVPC("10.80.0.0/22"), newVPC("10.80.1.0/24")}, want: "blocks", why: "another VPC of this plan"},
		guardCase{name: "project gone", edit: withServices(func(o *org.Organization) { o.Projects = nil }), changes: one(newVPC("10.80.0.0/22")), want: "blocks", why: "project"},
	))
}

func TestVPCDeleteGuard(t *testing.T) {
	used := withServices(func(o *org.Organization) { o.Services[0].VPCID = tx("lone") })
	runGuard(t, "vpc-unused", []guardCase{
		{name: "unused", edit: withServices(nil), changes: one(deleteVPC("lone")), want: "holds"},
		{name: "used", edit: used, changes: one(deleteVPC("lone")), want: "blocks", why: "db is in the VPC"},
		{name: "peered", edit: withServices(nil), changes: one(deleteVPC("ready")), want: "blocks", why: "peered with office"},
		{name: "the organization's", edit: withServices(nil), changes: one(deleteVPC("orgs")), want: "blocks", why: "no such VPC"},
		{name: "of another project", edit: withServices(nil), changes: one(deleteVPC("else")), want: "blocks", why: "no such VPC"},
	})
}

func TestVPCTargetGuard(t *testing.T) {
	into := func(id any) remediate.Change { return update(m{"project_vpc_id": id}, "project_vpc_id") }
	busy := withServices(func(o *org.Organization) { o.Services[0].State = tx("REBALANCING") })
	gone := write("ServiceUpdate", http.MethodPut, "project/prod/service/x", m{"project_vpc_id": "ready"})
	runGuard(t, "vpc-ready", []guardCase{
		{name: "ready", edit: withServices(nil), changes: one(into("ready")), want: "holds"},
		{name: "the organization's", edit: withServices(nil), changes: one(into("orgs")), want: "holds"},
		{name: "of another project", edit: withServices(nil), changes: one(into("else")), want: "blocks", why: "no such VPC"},
		{name: "not made yet", edit: withServices(nil), changes: one(into("made")), want: "blocks", why: "APPROVED"},
		{name: "of another cloud", edit: withServices(nil), changes: one(into("far")), want: "blocks", why: "not in aws-eu-central-1"},
		{name: "another cloud as well", edit: withServices(nil), changes: one(update(m{"project_vpc_id": "far", "cloud": "azure-westeurope"})), want: "blocks", why: "another cloud as well"},
		{name: "not peered", edit: withServices(nil), changes: one(into("lone")), want: "type to go on", why: "reach db"},
		{name: "busy", edit: busy, changes: one(into("ready")), want: "blocks", why: "REBALANCING"},
		{name: "service gone", edit: withServices(nil), changes: one(gone), want: "blocks", why: "not there"},
		{name: "out of the VPC", edit: withServices(nil), changes: one(into(nil)), want: "blocks", why: "public internet"},
		{name: "out of the VPC as an undo", edit: withServices(nil), changes: one(undone(into(nil))), want: "holds"},
		{name: "new service on the internet", edit: withServices(nil), changes: one(newReplica(nil)), want: ""},
		{name: "new service in its cloud", edit: withServices(nil), changes: one(newReplica(func(b m) { b["project_vpc_id"] = "far" })), want: "holds"},
		{name: "new service in another cloud", edit: withServices(nil), changes: one(newReplica(func(b m) { b["project_vpc_id"] = "ready" })), want: "blocks", why: "not in azure-westeurope"},
	})
}
