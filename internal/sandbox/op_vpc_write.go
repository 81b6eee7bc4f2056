package sandbox

import (
	"net/http"
	"net/netip"
	"slices"
)

func vpcWriteOperations() []operation {
	const all = "/project/{project}/vpcs"
	write := holders("project:networking:write")
	return []operation{
		{id: "VpcCreate", method: post, path: all, access: write, serve: vpcCreate},
		{id: "VpcDelete", method: remove, path: all + "/{project_vpc_id}", access: write, serve: vpcDelete},
	}
}

type vpcBody struct {
	Cloud    string        `json:"cloud_name"`
	CIDR     string        `json:"network_cidr"`
	Peerings []peeringBody `json:"peering_connections"`
}

// vpcCreate answers VpcCreate. The VPC is ready at the third read.
func vpcCreate(c *call) answer {
	var in vpcBody
	if a := c.decode(&in, "cloud_name", "network_cidr", "peering_connections"); a != nil {
		return *a
	}
	if a := in.check(c); a != nil {
		return *a
	}
	v := &VPC{
		ID: madeUUID("vpc", c.project.ID, letters(c.box.rand, lowerHex, 16)), Cloud: in.Cloud, CIDR: in.CIDR,
		State: "APPROVED", Changing: settlingReads, CreateTime: At(c.now), UpdateTime: At(c.now),
	}
	for _, p := range in.Peerings {
		v.Peerings = append(v.Peerings, p.peering(c, v))
	}
	c.project.VPCs = append(c.project.VPCs, v)
	return ok(v.wireWithPeerings())
}

func (in *vpcBody) check(c *call) *answer {
	if a := c.checkCloud(in.Cloud); a != nil {
		return a
	}
	network, err := netip.ParsePrefix(in.CIDR)
	switch {
	case err != nil || !network.Addr().Is4() || network != network.Masked():
		return invalidBody("Invalid input: network_cidr: want an IPv4 network without host bits")
	case network.Bits() < 20 || network.Bits() > 24:
		return invalidBody("Invalid input: network_cidr: want a prefix length from 20 to 24")
	}
	for _, v := range slices.Concat(c.project.VPCs, c.org.VPCs) {
		other, err := netip.ParsePrefix(v.CIDR)
		if err == nil && v.State != "DELETED" && other.Overlaps(network) {
			a := refuse(http.StatusConflict, "", "Network %s overlaps with %s of VPC %s", in.CIDR, v.CIDR, v.ID)
			return &a
		}
	}
	for _, p := range in.Peerings {
		if a := p.check(); a != nil {
			return a
		}
	}
	return nil
}

// vpcDelete answers VpcDelete. A powered-off service still holds its VPC.
func vpcDelete(c *call) answer {
	v, a := c.vpcNamed()
	switch {
	case a != nil:
		return *a
	case v.State == "DELETED":
		return notFound("", "VPC not found")
	case slices.ContainsFunc(c.project.Services, func(s *Service) bool { return s.VPC == v.ID }):
		return refuse(http.StatusConflict, "", "VPC is in use by services")
	}
	if v.State != "DELETING" {
		v.State, v.Changing, v.UpdateTime = "DELETING", settlingReads, At(c.now)
	}
	return ok(v.wireWithPeerings())
}
