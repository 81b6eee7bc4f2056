package remediate

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// The sizes of network that Aiven takes for a VPC.
const (
	vpcWidest    = 20
	vpcNarrowest = 24
)

var vpcParts = []organization.Part{organization.PartVPCs, organization.PartOrgVPCs}

// VPCNetwork says why a network cannot be that of a new VPC: its form, its
// size, or another network that it overlaps. It cannot be changed afterwards.
func VPCNetwork(o *organization.Organization, s string) error {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil || !p.Addr().Is4():
		return errors.New("a VPC needs an IPv4 network such as 10.20.0.0/22")
	case p != p.Masked():
		return fmt.Errorf("%s has bits behind its mask: write %s", p, p.Masked())
	case !p.Addr().IsPrivate() || !lastAddress(p).IsPrivate():
		return fmt.Errorf("%s is not private: choose one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16", p)
	case p.Bits() < vpcWidest || p.Bits() > vpcNarrowest:
		return fmt.Errorf("%s has the wrong size: Aiven takes /%d to /%d", p, vpcWidest, vpcNarrowest)
	}
	for _, v := range o.VPCs {
		if v.State.Is("DELETED") {
			continue
		}
		for _, c := range v.Clouds {
			if q, ok := ParseNetwork(c.CIDR.Raw()); ok && q.Overlaps(p) {
				return fmt.Errorf("%s overlaps %s, the VPC in %s", p, q, c.Cloud)
			}
		}
		for _, peer := range v.Peerings {
			for _, c := range peer.PeerCIDRs {
				if q, ok := ParseNetwork(c.Raw()); ok && q.Overlaps(p) {
					return fmt.Errorf("%s overlaps %s, a peered network of yours", p, q)
				}
			}
		}
	}
	return nil
}

var vpcCreateGuard = Guard{
	ID: "vpc-network-free", Title: "The VPC's network overlaps no other",
	Parts:   slices.Concat(vpcParts, []organization.Part{organization.PartProjects}),
	Applies: isOperation("VpcCreate"),
	Check: func(in GuardInput) Verdict {
		network, _ := bodyOf(in.Change)["network_cidr"].(string)
		if !hasProject(in.Org, segment(in.Change, 1)) {
			return blocks("The project is not in the organization any more. Read the organization again.")
		}
		if err := VPCNetwork(in.Org, network); err != nil {
			return blocks("The network cannot be used: %s.", aivenapi.Sanitise(err.Error()))
		}
		p, _ := ParseNetwork(network)
		for _, c := range in.Earlier {
			if !isOperation("VpcCreate")(c) {
				continue
			}
			other, _ := bodyOf(c)["network_cidr"].(string)
			if q, ok := ParseNetwork(other); ok && q.Overlaps(p) && !exists(in.Org, q) {
				return blocks("The network overlaps that of another VPC of this plan, %s.", q)
			}
		}
		return holds("%s overlaps no VPC and no peered network.", p)
	},
}

// exists says whether a VPC is read already: then VPCNetwork has judged it.
func exists(o *organization.Organization, p netip.Prefix) bool {
	return slices.ContainsFunc(o.VPCs, func(v organization.VPC) bool {
		return slices.ContainsFunc(v.Clouds, func(c organization.VPCCloud) bool { return c.CIDR.Is(p.String()) })
	})
}

var vpcDeleteGuard = Guard{
	ID: "vpc-unused", Title: "Only a VPC that nothing uses is deleted",
	Parts:   slices.Concat(vpcParts, []organization.Part{organization.PartServices}),
	Applies: isOperation("VpcDelete"),
	Check: func(in GuardInput) Verdict {
		v, ok := findVPC(in.Org, segment(in.Change, 1), segment(in.Change, 3))
		if !ok || v.Project.Empty() {
			return blocks("The project has no such VPC any more. Read the organization again.")
		}
		for _, s := range in.Org.Services {
			if s.VPCID == v.ID {
				return blocks("The service %s is in the VPC. Move it out first.", s.Name)
			}
		}
		for _, p := range v.Peerings {
			if !p.State.Is("DELETED") {
				return blocks("The VPC is peered with %s. Remove the peering first.", p.PeerVPC)
			}
		}
		return holds("No service is in the VPC, and nothing is peered with it.")
	},
}

// findVPC finds a VPC that services of a project can use: the project's own,
// or the organization's.
func findVPC(o *organization.Organization, project, id string) (organization.VPC, bool) {
	for _, v := range o.VPCs {
		if v.ID.Is(id) && (v.Project.Empty() || v.Project.Is(project)) {
			return v, true
		}
	}
	return organization.VPC{}, false
}

var vpcTargetGuard = Guard{
	ID: "vpc-ready", Title: "The VPC is ready for the service",
	Parts: slices.Concat([]organization.Part{organization.PartServices}, vpcParts),
	Applies: func(c Change) bool {
		v, ok := bodyOf(c)["project_vpc_id"]
		return isOperation("ServiceUpdate")(c) && ok || isOperation("ServiceCreate")(c) && v != nil
	},
	Check: func(in GuardInput) Verdict {
		body := bodyOf(in.Change)
		cloud, _ := body["cloud"].(string)
		name, _ := body["service_name"].(string)
		if isOperation("ServiceUpdate")(in.Change) {
			s, ok := serviceOf(in)
			switch {
			case !ok:
				return blocks("The service is not there any more. Read the organization again.")
			case !s.State.Is("RUNNING"):
				return blocks("%s is %s. Wait until it runs, then move it.", s.Name, s.State)
			case body["project_vpc_id"] == nil && in.Change.UndoOf == "":
				return blocks("It would take %s out of its VPC, onto the public internet. This program does that only as an undo.", s.Name)
			case body["project_vpc_id"] == nil:
				return holds("%s runs, and goes back to where it was.", s.Name)
			}
			cloud, name = s.Cloud.Raw(), s.Name.String()
			if c, ok := body["cloud"].(string); ok && c != cloud {
				return blocks("It would move %s to another cloud as well. Do one at a time.", s.Name)
			}
		}
		id, _ := body["project_vpc_id"].(string)
		v, ok := findVPC(in.Org, segment(in.Change, 1), id)
		switch {
		case !ok:
			return blocks("There is no such VPC in the project or the organization. Read the organization again once it is there.")
		case !v.State.Is("ACTIVE"):
			return blocks("The VPC is %s. Wait until it is ACTIVE.", v.State)
		case !v.In(aivenapi.NewText(cloud)):
			return blocks("The VPC is not in %s, where the service is.", aivenapi.Sanitise(cloud))
		case !slices.ContainsFunc(v.Peerings, func(p organization.Peering) bool { return p.State.Is("ACTIVE") }):
			return mustAck(aivenapi.Sanitise(name), nil, "No network of yours is peered with the VPC, so that nothing outside it could reach %s.", aivenapi.Sanitise(name))
		}
		return holds("The VPC is ACTIVE, in the service's cloud, and peered.")
	},
}
