package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/vpc"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

func createVPCFix() Fix {
	return Fix{
		ID: "create-vpc", Title: "Create a VPC", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 705, Then: "move-into-vpc",
		Questions: func(in Input, fs []Finding) []Question {
			places := vpcPlaces(in, fs)
			q := Question{Key: "place", Kind: AskChoice, Title: "Where?", Help: "A VPC is of one project and one cloud."}
			for _, s := range places {
				q.Options = append(q.Options, Option{cloudPlace(s), fmt.Sprintf("project %s, cloud %s", s.Project, s.Cloud)})
			}
			if len(places) > 0 {
				q.Default = cloudPlace(places[0])
			}
			return []Question{q, {
				Key: "network", Kind: AskText, Title: "Network of the VPC", Default: freeNetwork(in.Org),
				Help:     "Private IPv4, /20 to /24. It must overlap none of your networks that will be peered, and it can never be changed.",
				Validate: func(s string) error { return remediate.VPCNetwork(in.Org, strings.TrimSpace(s)) },
			}}
		},
		Build: buildCreateVPC,
	}
}

// vpcPlaces are services that stand for the projects and clouds of findings.
func vpcPlaces(in Input, fs []Finding) []organization.Service {
	var out []organization.Service
	seen := map[string]bool{}
	for _, f := range fs {
		s, ok := serviceByRef(in.Org, f.Resource.ID.Raw())
		if ok && !s.Cloud.Empty() && s.VPCID.Empty() && !seen[cloudPlace(s)] {
			seen[cloudPlace(s)] = true
			out = append(out, s)
		}
	}
	return out
}

func cloudPlace(s organization.Service) string { return s.Project.Raw() + "/" + s.Cloud.Raw() }

// freeNetwork proposes a network that overlaps nothing known; "" if there is none.
func freeNetwork(o *organization.Organization) string {
	for i := range 256 {
		n := fmt.Sprintf("10.%d.0.0/22", (40+i)%256)
		if remediate.VPCNetwork(o, n) == nil {
			return n
		}
	}
	return ""
}

func buildCreateVPC(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	network := strings.TrimSpace(a["network"])
	if err := remediate.VPCNetwork(in.Org, network); err != nil {
		return err
	}
	var at organization.Service
	for _, s := range vpcPlaces(in, fs) {
		if cloudPlace(s) == a["place"] {
			at = s
		}
	}
	if at.Cloud.Empty() {
		return errors.New("choose the project and cloud for the VPC")
	}
	b.Note("A VPC alone moves nothing. Peer it with your network, then move services into it.")
	ref := fmt.Sprintf("vpc%d.id", len(b.Plan.Changes))
	id := b.Ref(ref)
	field := func(name string, before, after any) remediate.Delta {
		return remediate.Delta{Part: organization.PartVPCs, Resource: id, Field: name, Before: organization.Canonical(before), After: organization.Canonical(after)}
	}
	there := field("", nil, true)
	// The project is what the change names: the service stays a finding until it is moved.
	project := remediate.Target{Type: "project", ID: at.Project, Name: at.Project}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: fs[0].Check, Fix: "create-vpc", Resource: project,
			Says: fmt.Sprintf("Create the VPC %s of the project %s in %s", aivenapi.Sanitise(network), at.Project, at.Cloud),
			Risk: remediate.Reversible, Permission: permNetworking, Touches: []organization.Part{organization.PartVPCs},
			Deltas: []remediate.Delta{there, field("cloud_name", nil, at.Cloud.Raw()), field("network_cidr", nil, network)},
			Until:  []remediate.Delta{field("state", nil, "ACTIVE")},
			Yields: map[string]string{ref: "/project_vpc_id"},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.VpcCreate(ctx, at.Project.Raw(), &vpc.VpcCreateIn{
				CloudName: at.Cloud.Raw(), NetworkCidr: network, PeeringConnections: []vpc.PeeringConnectionIn{},
			})
			return err
		},
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Delete the VPC %s, which nothing may use", aivenapi.Sanitise(network)), Deltas: back(there),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				_, err := api.VpcDelete(ctx, at.Project.Raw(), id)
				return err
			},
		}},
	})
}

func moveIntoVPCFix() Fix {
	return Fix{
		ID: "move-into-vpc", Title: "Move into a VPC", Risk: remediate.Disruptive, Undoable: true, Order: 710,
		Questions: func(in Input, fs []Finding) []Question {
			q := Question{Key: "vpc", Kind: AskChoice, Title: "Into which VPC?", Help: "Those that are ready in the service's cloud."}
			seen := map[string]bool{}
			for _, f := range fs {
				s, _ := serviceByRef(in.Org, f.Resource.ID.Raw())
				for _, v := range vpcsFor(in.Org, s) {
					if v.State.Is("ACTIVE") && !seen[v.ID.Raw()] {
						seen[v.ID.Raw()] = true
						q.Options = append(q.Options, Option{v.ID.Raw(), vpcName(v).String()})
					}
				}
			}
			if len(q.Options) > 0 {
				q.Default = q.Options[0].Value
			}
			return []Question{q}
		},
		Build: buildMoveIntoVPC,
	}
}

// buildMoveIntoVPC sends one key: the migration that it starts goes on by itself.
func buildMoveIntoVPC(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	for _, f := range fs {
		s, err := found(in, f)
		if err != nil {
			return err
		}
		var to organization.VPC
		for _, v := range vpcsFor(in.Org, s) {
			if v.State.Is("ACTIVE") && v.ID.Is(a["vpc"]) {
				to = v
			}
		}
		if to.ID.Empty() {
			return fmt.Errorf("%s has no such VPC in its cloud that is ready", shownService(s))
		}
		var was any
		if !s.VPCID.Empty() {
			was = s.VPCID.Raw()
		}
		b.Note("This is a migration of %s to new servers. It may take long, depending on the amount of data.", shownService(s))
		b.Note("The service gets new addresses, and public access is blocked afterwards. Test routes and DNS from your network first. Putting it back is another migration.")
		err = updateService(ctx, b, f, s, serviceChange{
			fix: "move-into-vpc", says: "Move %s into " + strings.ReplaceAll(vpcName(to).String(), "%", "%%"), back: "Move %s back to where it was",
			risk: remediate.Disruptive, permission: permServices,
			keys: map[string]any{"project_vpc_id": to.ID.Raw()}, undo: map[string]any{"project_vpc_id": was},
			deltas: []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "project_vpc_id", to.ID.Raw())},
			until:  []remediate.Delta{{Part: organization.PartServices, Resource: s.Ref(), Field: "state", After: organization.Canonical("RUNNING")}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
