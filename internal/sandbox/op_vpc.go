package sandbox

func vpcOperations() []operation {
	return []operation{
		{id: "VpcList", method: get, path: "/project/{project}/vpcs", access: holders("project:networking:read"), serve: vpcList},
		{id: "VpcGet", method: get, path: "/project/{project}/vpcs/{project_vpc_id}", access: holders("project:networking:read"), serve: vpcGet},
		{id: "OrganizationVpcList", method: get, path: "/organization/{organization_id}/vpcs", access: holders("organization:networking:read"), serve: orgVPCList},
		{id: "OrganizationVpcGet", method: get, path: "/organization/{organization_id}/vpc/{organization_vpc_id}", access: holders("organization:networking:read"), serve: orgVPCGet},
	}
}

func (v *VPC) wire() obj {
	return obj{
		"cloud_name": v.Cloud, "create_time": v.CreateTime.wire(), "network_cidr": v.CIDR, "project_vpc_id": v.ID,
		"state": v.State, "update_time": v.UpdateTime.wire(),
	}
}

func (v *VPC) peerings() []obj {
	return list(v.Peerings, (*Peering).wire)
}

func (p *Peering) wire() obj {
	w := obj{
		"create_time": p.CreateTime.wire(), "peer_azure_app_id": "", "peer_azure_tenant_id": "",
		"peer_cloud_account": p.Account, "peer_resource_group": "", "peer_vpc": p.VPC,
		"peering_connection_id": p.ID, "state": p.State, "update_time": p.UpdateTime.wire(),
		"state_info":              obj{"message": p.Message, "type": "", "warnings": []obj{}},
		"user_peer_network_cidrs": []string{}, "vpc_peering_connection_type": p.Type,
	}
	set(w, "peer_region", p.Region)
	return w
}

// vpcList answers VpcList. A deleted VPC can still be got by its id.
func vpcList(c *call) answer {
	out := []obj{}
	for _, v := range c.project.VPCs {
		if v.seen(); v.State != "DELETED" {
			out = append(out, v.wire())
		}
	}
	return ok(obj{"vpcs": out})
}

func (c *call) vpcNamed() (*VPC, *answer) {
	v := find(c.project.VPCs, func(v *VPC) bool { return v.ID == c.vars["project_vpc_id"] })
	if v == nil {
		a := notFound("", "VPC not found")
		return nil, &a
	}
	return v, nil
}

// wireWithPeerings is the VPC as everything but the list shows it.
func (v *VPC) wireWithPeerings() obj {
	w := v.wire()
	w["peering_connections"] = v.peerings()
	return w
}

// vpcGet answers VpcGet.
func vpcGet(c *call) answer {
	v, a := c.vpcNamed()
	if a != nil {
		return *a
	}
	v.seen()
	return ok(v.wireWithPeerings())
}

func (o *Organization) vpcWire(v *VPC) obj {
	return obj{
		"clouds": []obj{{"cloud_name": v.Cloud, "network_cidr": v.CIDR}}, "create_time": v.CreateTime.wire(),
		"display_name": v.Name, "organization_id": o.ID, "organization_vpc_id": v.ID, "state": v.State,
		"update_time": v.UpdateTime.wire(),
	}
}

// orgVPCList answers OrganizationVpcList.
func orgVPCList(c *call) answer { return ok(obj{"vpcs": list(c.org.VPCs, c.org.vpcWire)}) }

// orgVPCGet answers OrganizationVpcGet.
func orgVPCGet(c *call) answer {
	v := find(c.org.VPCs, func(v *VPC) bool { return v.ID == c.vars["organization_vpc_id"] })
	if v == nil {
		return notFound("", "VPC not found")
	}
	v.seen()
	w := c.org.vpcWire(v)
	w["peering_connections"] = v.peerings()
	return ok(w)
}
