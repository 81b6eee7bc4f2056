package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

var networkParts = []organization.Part{organization.PartServices, organization.PartVPCs, organization.PartOrgVPCs}

// vpcName shows a VPC: those of projects have no name.
func vpcName(v organization.VPC) Text {
	if !v.Name.Empty() {
		return v.Name
	}
	var at []string
	for _, c := range v.Clouds {
		at = append(at, c.CIDR.Raw()+" in "+c.Cloud.Raw())
	}
	if !v.Project.Empty() {
		at = append(at, "project "+v.Project.Raw())
	}
	return aivenapi.NewText(strings.Join(at, ", "))
}

func vpcTarget(v organization.VPC) remediate.Target {
	return remediate.Target{Type: "vpc", ID: v.ID, Name: vpcName(v)}
}

func inVPC(o *organization.Organization, v organization.VPC) []organization.Service {
	var out []organization.Service
	for _, s := range o.Services {
		if s.VPCID == v.ID {
			out = append(out, s)
		}
	}
	return out
}

// checkVPCPeeringHealthy asks that the networks that should reach a VPC do.
//
// step: virtual-private-clouds
// order: 40
func checkVPCPeeringHealthy() Check {
	return Check{
		ID: "vpc-peering-healthy", Title: "The peerings of each VPC work", Severity: Medium,
		Why:   "Where a peering is broken, people open the service to the internet instead. A request left open can be taken up by whoever gets hold of the network's name.",
		How:   "Accept the peering in your cloud account, or remove one that is not wanted.",
		Docs:  docs + "platform/howto/list-project-vpc-peering",
		Needs: networkParts,
		Attest: "I have looked at these peerings: those that are wanted are accepted in our cloud account, and the others are removed " +
			"or left as they are on purpose.",
		Fixes: []Fix{
			{ID: "accept-peering", Title: "Accept or repair the peering", Risk: remediate.Reversible, Manual: true, Guide: peeringGuide},
			{ID: "refresh-peering", Title: "Have Aiven look at the peerings again", Risk: remediate.Reversible, Partial: true, Order: 720, Build: refreshPeering},
		},
		Eval: func(in Input) Result {
			var r Result
			var undated []Text
			n := 0
			for _, v := range in.Org.VPCs {
				if !v.State.Is("ACTIVE") {
					continue
				}
				n++
				ev, unsure := peeringProblems(in, v)
				if unsure {
					undated = append(undated, vpcName(v))
				}
				switch {
				case len(ev) > 0:
					r.Findings = append(r.Findings, Finding{Resource: vpcTarget(v), Title: fmt.Sprintf("The peerings of the VPC %s do not all work", vpcName(v)), Evidence: ev})
				case !unsure:
					r.Passed++
				}
			}
			if n == 0 {
				r.NotApplicable = "There is no active VPC."
			}
			r.Unknown = notEvaluated(undated, "Aiven does not tell since when a peering waits")
			return r
		},
	}
}

// waiting are states that end by themselves or by somebody's word.
var waiting = []string{"PENDING_PEER", "APPROVED_PEER_REQUESTED", "APPROVED"}

// peeringProblems gives what is wrong with a VPC's peerings; unsure is whether
// one waits for a time that is not told.
func peeringProblems(in Input, v organization.VPC) (ev []Evidence, unsure bool) {
	active, pending := 0, 0
	for _, p := range v.Peerings {
		name := fmt.Sprintf("peering with %s/%s", p.Account, p.PeerVPC)
		switch {
		case p.State.Is("ACTIVE"):
			active++
			for _, w := range p.Warnings {
				ev = append(ev, Evidence{name, w.String(), "no warning"})
			}
		case p.State.Is("DELETED") || p.State.Is("DELETING"):
		case slices.ContainsFunc(waiting, p.State.Is):
			pending++
			if p.CreateTime.IsZero() {
				unsure = true
			} else if limit := in.Policy.Thresholds.PeeringPendingDays; in.Now.Sub(p.CreateTime) > days(limit) {
				ev = append(ev, Evidence{name, fmt.Sprintf("%s for %d days", p.State, int(in.Now.Sub(p.CreateTime).Hours()/24)), fmt.Sprintf("accepted within %d days", limit)})
			}
		default:
			got := p.State.String()
			if !p.Message.Empty() {
				got += ": " + p.Message.String()
			}
			ev = append(ev, Evidence{name, got, "ACTIVE"})
		}
	}
	if active == 0 && pending == 0 && !slices.ContainsFunc(inVPC(in.Org, v), organization.Service.HasPrivateLink) {
		ev = append(ev, Evidence{"peering_connections", "none is ACTIVE", "one with your network, or privatelink"})
	}
	return ev, unsure
}

// peeringGuide gives the ids that the other side's cloud asks for.
func peeringGuide(in Input, fs []Finding, _ Answers) Guide {
	g := Guide{
		Title: "Accept the peering in your cloud account",
		Probe: &Probe{Kind: ProbePeering, Name: fs[0].Resource.ID.Raw(), Value: "ACTIVE", Optional: true},
		Lines: []string{
			"AWS: VPC console, Peering connections, the request from Aiven, Accept request; then add a route to the VPC's network to your route tables.",
			"Google Cloud: VPC network peering, create a peering back to Aiven's project and network, which the Aiven console shows for the peering.",
			"Azure: give Aiven's app the Network Contributor role on your virtual network, as the Aiven console shows for the peering.",
			"A peering that was rejected or has an error is removed in the Aiven console and made again. One that nobody wants is removed.",
		},
	}
	for _, f := range fs {
		for _, v := range in.Org.VPCs {
			if v.ID != f.Resource.ID {
				continue
			}
			for _, c := range v.Clouds {
				g.Copy = append(g.Copy, Copyable{"network of the VPC in " + c.Cloud.String(), c.CIDR})
			}
			g.Copy = append(g.Copy, Copyable{"id of the VPC", v.ID})
			for _, p := range v.Peerings {
				name := fmt.Sprintf("%s (%s)", p.PeerVPC, p.State)
				for _, c := range []Copyable{{"your account of " + name, p.Account}, {"your network of " + name, p.PeerVPC}, {"id of the peering with " + name, p.ID}} {
					if !c.Value.Empty() {
						g.Copy = append(g.Copy, c)
					}
				}
			}
		}
	}
	return g
}

// refreshPeering has Aiven ask the other side's cloud again: what was accepted
// there is seen sooner.
func refreshPeering(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
	for _, f := range fs {
		i := slices.IndexFunc(in.Org.VPCs, func(v organization.VPC) bool { return v.ID == f.Resource.ID })
		if i < 0 {
			return fmt.Errorf("the VPC %s is not there any more", f.Resource.Name)
		}
		v := in.Org.VPCs[i]
		part, permission := organization.PartVPCs, permNetworking
		if v.Project.Empty() {
			part, permission = organization.PartOrgVPCs, "organization:networking:write"
		}
		err := b.Add(ctx, remediate.Call{
			Change: remediate.Change{
				Check: f.Check, Fix: "refresh-peering", Resource: f.Resource, Says: fmt.Sprintf("Have Aiven look at the peerings of the VPC %s again", vpcName(v)),
				Risk: remediate.Reversible, Permission: permission, NoUndo: "looking changes nothing", Touches: []organization.Part{part},
			},
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.PeeringConnectionsRefresh(ctx, in.Org.ID.Raw(), v.Project.Raw(), v.ID.Raw())
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
