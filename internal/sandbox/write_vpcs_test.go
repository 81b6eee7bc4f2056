package sandbox_test

import "testing"

const vpcs = shop + "/vpcs"

func TestVPCCreateAndDelete(t *testing.T) {
	f := small(t)
	made := f.want("admin", "POST", vpcs, `{"cloud_name":"aws-eu-north-1","network_cidr":"10.20.0.0/22","peering_connections":[]}`, 200, "")
	one := vpcs + "/" + made["project_vpc_id"].(string)
	states := func(want ...string) {
		t.Helper()
		for i, w := range want {
			if got := f.want("admin", "GET", one, "", 200, "")["state"]; got != w {
				t.Errorf("read %d: %v, want %s", i+1, got, w)
			}
		}
	}
	if made["state"] != "APPROVED" {
		t.Errorf("%v", made)
	}
	f.want("admin", "PUT", pg1, `{"cloud":"aws-eu-north-1","project_vpc_id":"`+made["project_vpc_id"].(string)+`"}`, 400, "")
	states("APPROVED", "APPROVED", "ACTIVE", "ACTIVE")
	f.want("admin", "PUT", pg1, `{"cloud":"aws-eu-north-1","project_vpc_id":"`+made["project_vpc_id"].(string)+`"}`, 200, "")
	f.want("admin", "DELETE", one, "", 409, "")
	f.want("admin", "PUT", pg1, `{"project_vpc_id":null}`, 200, "")
	if got := f.want("admin", "DELETE", one, "", 200, "")["state"]; got != "DELETING" {
		t.Errorf("%v", got)
	}
	states("DELETING", "DELETING", "DELETED")
	if left := f.want("admin", "GET", vpcs, "", 200, "")["vpcs"].([]any); len(left) != 2 {
		t.Errorf("%v", left)
	}
	f.want("admin", "DELETE", one, "", 404, "")
	f.want("admin", "POST", vpcs, `{"cloud_name":"aws-eu-north-1","network_cidr":"10.20.0.0/24","peering_connections":[]}`, 200, "")
}

func TestVPCCreateRefusals(t *testing.T) {
	f := small(t)
	create := func(token, cloud, cidr string, status int) {
		t.Helper()
		f.want(token, "POST", vpcs, `{"cloud_name":"`+cloud+`","network_cidr":"`+cidr+`","peering_connections":[]}`, status, "")
	}
	for _, cidr := range []string{"10.20.0.1/24", "10.20.0.0/19", "10.20.0.0/25", "fd00::/24", "10.20.0.0", "all"} {
		create("admin", "aws-eu-north-1", cidr, 400)
	}
	for _, taken := range []string{"10.8.0.0/24", "10.8.0.0/20", "10.9.0.0/24"} {
		create("admin", "aws-eu-north-1", taken, 409)
	}
	create("admin", "moon-1", "10.20.0.0/24", 400)
	create("reader", "aws-eu-north-1", "10.20.0.0/24", 403)
	f.want("admin", "POST", vpcs, `{"cloud_name":"aws-eu-north-1","network_cidr":"10.20.0.0/24"}`, 400, "")
	f.want("reader", "DELETE", vpcs+"/00000000-0000-4000-a000-00000000000c", "", 403, "")
}

func TestPeeringWaitsForItsPeer(t *testing.T) {
	f := small(t)
	const one = vpcs + "/00000000-0000-4000-a000-00000000000b"
	const body = `{"peer_cloud_account":"111122223333","peer_vpc":"vpc-1","peer_region":"eu-central-1"}`
	p := f.want("admin", "POST", one+"/peering-connections", body, 200, "")
	if p["state"] != "APPROVED" || p["vpc_peering_connection_type"] != "aws-vpc-peering-connection" {
		t.Errorf("%v", p)
	}
	f.want("admin", "POST", one+"/peering-connections", body, 409, "")
	f.want("admin", "POST", one+"/peering-connections", `{"peer_cloud_account":"","peer_vpc":"x"}`, 400, "")
	for range 5 {
		v := f.want("admin", "POST", one+"/peering-connections/refresh", "", 200, "")
		if got := v["peering_connections"].([]any)[0].(map[string]any)["state"]; got != "PENDING_PEER" {
			t.Errorf("%v", got)
		}
	}
	const orgs = org + "/vpc/00000000-0000-4000-a000-00000000000a/peering-connections/refresh"
	f.want("admin", "POST", orgs, "", 200, "")
	f.want("reader", "POST", orgs, "", 403, "")
	f.want("reader", "POST", one+"/peering-connections/refresh", "", 403, "")
}
