package steps

import (
	"context"
	"fmt"

	"github.com/aiven/go-client-codegen/handler/organizationuser"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkStaleInvitations asks that invitations do not lie about.
//
// step: least-privilege
// order: 140
func checkStaleInvitations() Check {
	return Check{
		ID: "stale-invitations", Title: "No invitation lies about", Severity: Low,
		Why:  "An old invitation in a mailbox is a way in that nobody thinks of.",
		How:  "Delete it. Who still needs access can be invited again.",
		Docs: docsUsers, Needs: []organization.Part{organization.PartInvitations},
		Fixes: []Fix{{
			ID: "delete-invitation", Title: "Delete the invitation", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 370,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					email := f.Resource.ID.Raw()
					d := delta(in.Org, organization.PartInvitations, email, "", nil)
					err := b.Add(ctx, remediate.Call{
						Change: remediate.Change{
							Check: f.Check, Fix: "delete-invitation", Resource: f.Resource, Says: fmt.Sprintf("Delete the invitation of %s", f.Resource.Name),
							Risk: remediate.Reversible, Permission: "organization:users:write",
							Touches: []organization.Part{organization.PartInvitations}, Deltas: []remediate.Delta{d},
						},
						Do: func(ctx context.Context, api *aivenapi.API) error {
							return api.OrganizationUserInvitationDelete(ctx, in.Org.ID.Raw(), email)
						},
						Inverse: []remediate.InverseCall{{
							Says: fmt.Sprintf("Invite %s again", f.Resource.Name), Deltas: back(d),
							Do: func(ctx context.Context, api *aivenapi.API) error {
								return api.OrganizationUserInvite(ctx, in.Org.ID.Raw(), &organizationuser.OrganizationUserInviteIn{UserEmail: email})
							},
						}},
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
			n := in.Policy.Thresholds.InvitationDays
			for _, i := range in.Org.Invitations {
				expired := !i.Expires.IsZero() && i.Expires.Before(in.Now)
				if !expired && !older(i.Created, in.Now, n) {
					r.Passed++
					continue
				}
				f := Finding{
					Resource: remediate.Target{Type: "invitation", ID: i.Email, Name: i.Email},
					Title:    fmt.Sprintf("The invitation of %s was sent %s", i.Email, ago(in.Now.Sub(i.Created))),
					Evidence: []Evidence{{"invited by", i.InvitedBy.String(), fmt.Sprintf("taken up within %d days", n)}},
				}
				if expired {
					f.Title = fmt.Sprintf("The invitation of %s has run out", i.Email)
					f.Evidence = append(f.Evidence, Evidence{"expiry_time", i.Expires.UTC().Format("2006-01-02"), "in the future, or deleted"})
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}
