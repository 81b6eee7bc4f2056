package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func peeringOperations() []operation {
	const all = "/project/{project}/vpcs/{project_vpc_id}/peering-connections"
	write := holders("project:networking:write")
	return []operation{
		{id: "VpcPeeringConnectionCreate", method: post, path: all, access: write, serve: peeringCreate},
		{id: "VpcPeeringConnectionsRefresh", method: post, path: all + "/refresh", access: write, serve: peeringRefresh},
		{id: "OrganizationVpcPeeringConnectionsRefresh", method: post, path: "/organization/{organization_id}/vpc/{organization_vpc_id}/peering-connections/refresh", access: holders("organization:networking:write"), serve: orgVPCGet},
	}
}

type peeringBody struct {
	AzureApp      string   `json:"peer_azure_app_id"`
	AzureTenant   string   `json:"peer_azure_tenant_id"`
	Account       string   `json:"peer_cloud_account"`
	Region        string   `json:"peer_region"`
	ResourceGroup string   `json:"peer_resource_group"`
	VPC           string   `json:"peer_vpc"`
	Networks      []string `json:"user_peer_network_cidrs"`
}

func (in *peeringBody) check() *answer {
	if in.Account == "" || in.VPC == "" {
		return invalidBody("Invalid input: peering_connections: peer_cloud_account and peer_vpc are required")
	}
	for _, n := range in.Networks {
		if _, err := parseNetwork(n); err != nil {
			return invalidBody("Invalid input: user_peer_network_cidrs: not a network")
		}
	}
	return nil
}

func (in *peeringBody) peering(c *call, v *VPC) *Peering {
	return &Peering{
		ID: madeUUID("peering", v.ID, letters(c.box.rand, lowerHex, 16)), Account: in.Account, VPC: in.VPC,
		Region: in.Region, Type: peeringType(v.Cloud, in.VPC), State: "APPROVED", Requested: true,
		CreateTime: At(c.now), UpdateTime: At(c.now),
	}
}

func peeringType(cloud, peer string) string {
	provider, _, _ := strings.Cut(strings.TrimPrefix(cloud, "custom-"), "-")
	switch {
	case strings.HasPrefix(peer, "tgw-"):
		return "aws-tgw-vpc-attachment"
	case provider == "azure":
		return "azure-vnet-peering"
	case provider == "google", provider == "do", provider == "upcloud":
		return provider + "-vpc-peering"
	}
	return "aws-vpc-peering-connection"
}

// peeringCreate answers VpcPeeringConnectionCreate. From the next read on the
// peering waits for someone to accept it on the other side, for ever.
func peeringCreate(c *call) answer {
	v, a := c.vpcNamed()
	if a != nil {
		return *a
	}
	var in peeringBody
	if a := c.decode(&in, "peer_cloud_account", "peer_vpc"); a != nil {
		return *a
	}
	if a := in.check(); a != nil {
		return *a
	}
	same := func(p *Peering) bool { return p.Account == in.Account && p.VPC == in.VPC && p.Region == in.Region }
	switch {
	case v.State == "DELETING", v.State == "DELETED":
		return invalid("VPC is being deleted")
	case slices.ContainsFunc(v.Peerings, same):
		return refuse(http.StatusConflict, "", "VPC peering connection already exists")
	}
	p := in.peering(c, v)
	v.Peerings = append(v.Peerings, p)
	return ok(p.wire())
}

// peeringRefresh answers VpcPeeringConnectionsRefresh, and orgVPCGet that of
// the organization's VPCs. Only the other side can change what a peering
// waits for: to read is all that there is to do.
func peeringRefresh(c *call) answer { return vpcGet(c) }
