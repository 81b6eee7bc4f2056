package steps

import (
	"context"
	"fmt"

	"github.com/aiven/go-client-codegen/handler/usergroup"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkGroupDescription asks every group to say what it is for.
//
// step: least-privilege
// order: 200
func checkGroupDescription() Check {
	return Check{
		ID: "group-description", Title: "Every group says what it is for", Severity: Info,
		Why:  "Nobody dares to remove a group whose purpose is forgotten, so its access stays for ever.",
		How:  "Give the group a description.",
		Docs: docsGroups, Needs: []organization.Part{organization.PartGroups},
		Fixes: []Fix{{
			ID: "describe-group", Title: "Describe the group", Risk: remediate.Reversible, Undoable: true, Order: 410,
			Questions: func(Input, []Finding) []Question {
				return []Question{{Key: "description", Kind: AskText, Title: "What is the group for?", Validate: validText}}
			},
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				for _, f := range fs {
					g, err := groupByID(in.Org, f.Resource.ID)
					if err != nil {
						return err
					}
					d := delta(in.Org, organization.PartGroups, g.ID.Raw(), "description", a["description"])
					set := func(to string) func(context.Context, *aivenapi.API) error {
						return func(ctx context.Context, api *aivenapi.API) error {
							_, err := api.UserGroupUpdate(ctx, in.Org.ID.Raw(), g.ID.Raw(), &usergroup.UserGroupUpdateIn{Description: &to})
							return err
						}
					}
					err = b.Add(ctx, remediate.Call{
						Change: remediate.Change{
							Check: f.Check, Fix: "describe-group", Resource: f.Resource, Says: fmt.Sprintf("Describe the group %s", g.Name), Risk: remediate.Reversible,
							Permission: "organization:groups:write", Touches: []organization.Part{organization.PartGroups}, Deltas: []remediate.Delta{d},
						},
						Do:      set(a["description"]),
						Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("Put back the description of %s", g.Name), Deltas: back(d), Do: set(g.Description.Raw())}},
					})
					if err != nil {
						return err
					}
				}
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, g := range in.Org.Groups {
				if !blank(g.Description) {
					r.Passed++
					continue
				}
				f := Finding{
					Resource: groupTarget(g), Title: fmt.Sprintf("%s has no description", g.Name),
					Evidence: []Evidence{{"description", "none", "what the group is for"}},
				}
				if g.ManagedBySCIM {
					f.Fixes = []string{}
					f.Evidence = append(f.Evidence, Evidence{"managed by", "your identity provider (SCIM)", "described there"})
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}
