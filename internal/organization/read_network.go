package organization

import (
	"context"
	"slices"
)

type wireVPC struct {
	ID      Text `json:"project_vpc_id"`
	OrgID   Text `json:"organization_vpc_id"`
	Name    Text `json:"display_name"`
	Cloud   Text `json:"cloud_name"`
	CIDR    Text `json:"network_cidr"`
	State   Text `json:"state"`
	Created when `json:"create_time"`
	Clouds  []struct {
		Cloud Text `json:"cloud_name"`
		CIDR  Text `json:"network_cidr"`
	} `json:"clouds"`
	Peerings []struct {
		ID        Text   `json:"peering_connection_id"`
		Account   Text   `json:"peer_cloud_account"`
		PeerVPC   Text   `json:"peer_vpc"`
		Region    Text   `json:"peer_region"`
		Type      Text   `json:"vpc_peering_connection_type"`
		State     Text   `json:"state"`
		Created   when   `json:"create_time"`
		PeerCIDRs []Text `json:"user_peer_network_cidrs"`
		Info      struct {
			Message  Text `json:"message"`
			Warnings []struct {
				Message Text `json:"message"`
			} `json:"warnings"`
		} `json:"state_info"`
	} `json:"peering_connections"`
}

func (w wireVPC) id() Text {
	if w.ID.Empty() {
		return w.OrgID
	}
	return w.ID
}

func (w wireVPC) vpc(project Text) VPC {
	out := VPC{ID: w.id(), Name: w.Name, Project: project, State: w.State, CreateTime: w.Created.t}
	for _, c := range w.Clouds {
		out.Clouds = append(out.Clouds, VPCCloud{Cloud: c.Cloud, CIDR: c.CIDR})
	}
	if !w.Cloud.Empty() {
		out.Clouds = append(out.Clouds, VPCCloud{Cloud: w.Cloud, CIDR: w.CIDR})
	}
	for _, p := range w.Peerings {
		x := Peering{
			ID: p.ID, Account: p.Account, PeerVPC: p.PeerVPC, Region: p.Region, Type: p.Type, State: p.State,
			Message: p.Info.Message, PeerCIDRs: p.PeerCIDRs, CreateTime: p.Created.t,
		}
		for _, m := range p.Info.Warnings {
			x.Warnings = append(x.Warnings, m.Message)
		}
		out.Peerings = append(out.Peerings, x)
	}
	return out
}

// readVPCs lists each project's VPCs and then asks for each: peerings are told
// only one by one.
func readVPCs(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	got, missing, err := each(ctx, f, o.Projects, func(p Project) Text { return p.ID }, func(ctx context.Context, p Project) ([]wireVPC, error) {
		return list(ctx, f, lists("VpcList", "project", p.ID.Raw(), "vpcs"), "vpcs", wireVPC.id)
	})
	if err != nil {
		return nil, nil, err
	}
	var all []VPC
	for i, p := range o.Projects {
		if got[i] == nil {
			continue
		}
		for _, w := range *got[i] {
			all = append(all, w.vpc(p.ID))
		}
	}
	detailed, gone, err := each(ctx, f, all, func(v VPC) Text { return v.Project }, func(ctx context.Context, v VPC) (wireVPC, error) {
		var w wireVPC
		err := f.object(ctx, op("VpcGet", "project", v.Project.Raw(), "vpcs", v.ID.Raw()), &w)
		if err == nil && w.id().Empty() {
			err = errNoList
		}
		return w, err
	})
	if err != nil {
		return nil, nil, err
	}
	vpcs := make([]VPC, 0, len(all))
	for i, v := range all {
		if detailed[i] != nil {
			v = detailed[i].vpc(v.Project)
		}
		vpcs = append(vpcs, v)
	}
	return func(o *Organization) { o.VPCs = slices.Concat(otherVPCs(o.VPCs, PartVPCs), vpcs) }, append(missing, gone...), nil
}

func readOrgVPCs(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	got, err := list(ctx, f, lists("OrganizationVpcList", "organization", f.id, "vpcs"), "vpcs", wireVPC.id)
	if err != nil {
		return nil, nil, err
	}
	detailed, missing, err := each(ctx, f, got, wireVPC.id, func(ctx context.Context, v wireVPC) (wireVPC, error) {
		var w wireVPC
		err := f.object(ctx, op("OrganizationVpcGet", "organization", f.id, "vpc", v.id().Raw()), &w)
		if err == nil && w.id().Empty() {
			err = errNoList
		}
		return w, err
	})
	if err != nil {
		return nil, nil, err
	}
	vpcs := make([]VPC, 0, len(got))
	for i, w := range got {
		if detailed[i] != nil {
			w = *detailed[i]
		}
		vpcs = append(vpcs, w.vpc(Text{}))
	}
	return func(o *Organization) { o.VPCs = slices.Concat(vpcs, otherVPCs(o.VPCs, PartOrgVPCs)) }, missing, nil
}
