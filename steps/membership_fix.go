package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aiven/go-client-codegen/handler/usergroup"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const permGroups = "organization:groups:write, or role:organization:admin for a group that holds something"

// membership is one write of who is in a group. groupID may be a reference to
// a group that the plan makes.
type membership struct {
	check, fix string
	resource   remediate.Target
	group      organization.Group
	groupID    string
	people     []Text
}

// add puts people into the group, or takes them out. Who is there (or gone)
// already is left out, so that a plan that was stopped can be made again.
func (m membership) add(ctx context.Context, b *remediate.Builder, in Input, join bool) error {
	now := remediate.Effect(b.Org, b.Plan.Changes...)
	var members []Text
	for _, g := range now.Groups {
		if g.ID.Raw() == m.groupID {
			members = g.MemberIDs
		}
	}
	people := slices.DeleteFunc(slices.Clone(m.people), func(id Text) bool { return slices.Contains(members, id) == join })
	if len(people) == 0 {
		return nil
	}
	after := slices.DeleteFunc(slices.Clone(members), func(id Text) bool { return slices.Contains(people, id) })
	if join {
		after = append(after, people...)
	}
	d := remediate.Delta{
		Part: organization.PartGroups, Resource: m.groupID, Field: "member_ids",
		Before: organization.Canonical(raws(members)), After: organization.Canonical(raws(after)),
	}
	send := func(op usergroup.OperationType) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			return api.UserGroupMembersUpdate(ctx, in.Org.ID.Raw(), m.groupID, &usergroup.UserGroupMembersUpdateIn{MemberIds: raws(people), Operation: op})
		}
	}
	var names []string
	for _, id := range people {
		names = append(names, whoIs(in.Org, id))
	}
	does, undoes := usergroup.OperationTypeRemoveMembers, usergroup.OperationTypeAddMembers
	says, back1 := "Take %s out of the group %s", "Put %s back into the group %s"
	if join {
		does, undoes = undoes, does
		says, back1 = "Put %s into the group %s", "Take %s out of the group %s again"
	}
	who := strings.Join(names, ", ")
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: m.check, Fix: m.fix, Resource: m.resource, Says: fmt.Sprintf(says, who, m.group.Name), Risk: remediate.Reversible,
			Permission: permGroups, Touches: []organization.Part{organization.PartGroups}, Deltas: []remediate.Delta{d},
		},
		Do:      send(does),
		Inverse: []remediate.InverseCall{{Says: fmt.Sprintf(back1, who, m.group.Name), Deltas: back(d), Do: send(undoes)}},
	})
}
