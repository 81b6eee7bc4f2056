package steps

import (
	"context"
	"fmt"

	"github.com/aiven/go-client-codegen/handler/usergroup"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

func groupTarget(g organization.Group) remediate.Target {
	return remediate.Target{Type: "group", ID: g.ID, Name: g.Name}
}

func groupByID(o *organization.Organization, id Text) (organization.Group, error) {
	for _, g := range o.Groups {
		if g.ID == id {
			return g, nil
		}
	}
	return organization.Group{}, fmt.Errorf("the group %s is gone: read the organization again", id)
}

// addGroup makes a group, and gives the reference to its id.
func addGroup(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix, name, description string) (string, error) {
	ref := fmt.Sprintf("group%d.id", len(b.Plan.Changes))
	id := b.Ref(ref)
	d := delta(in.Org, organization.PartGroups, organization.NameResource(name), "", true)
	err := b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf("Create the group %s", aivenapi.Sanitise(name)),
			Risk: remediate.Reversible, Permission: "organization:groups:write",
			Touches: []organization.Part{organization.PartGroups}, Deltas: []remediate.Delta{d}, Yields: map[string]string{ref: "/user_group_id"},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.UserGroupCreate(ctx, in.Org.ID.Raw(), &usergroup.UserGroupCreateIn{UserGroupName: name, Description: description})
			return err
		},
		Respond: []byte(`{"user_group_id":""}`),
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Delete the group %s", aivenapi.Sanitise(name)), Deltas: back(d),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.UserGroupDelete(ctx, in.Org.ID.Raw(), id)
			},
		}},
	})
	return id, err
}
