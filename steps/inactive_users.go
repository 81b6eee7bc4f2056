package steps

import (
	"context"
	"fmt"

	"github.com/aiven/go-client-codegen/handler/organizationuser"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkInactiveUsers asks that who is gone is out.
//
// step: least-privilege
// order: 120
func checkInactiveUsers() Check {
	return Check{
		ID: "inactive-users", Title: "Everybody with an account uses it", Severity: Medium,
		Why:  "Nobody notices when the account of somebody who left is used by somebody else.",
		How:  "Deactivate accounts that nobody uses; they can be activated again. People that the organization does not manage are removed in the console.",
		Docs: docsUsers, Needs: []organization.Part{organization.PartUsers},
		Fixes: []Fix{{
			ID: "deactivate", Title: "Deactivate", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 360,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					if err := deactivate(ctx, b, in, f); err != nil {
						return err
					}
				}
				noteResidual(b)
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			n := in.Policy.Thresholds.InactiveDays
			for _, u := range in.Org.Users {
				if u.IsApplicationUser || !u.State.Is("active") {
					continue
				}
				since := u.LastActivity
				title := fmt.Sprintf("%s was last active %s", u.Email, ago(in.Now.Sub(since)))
				if since.IsZero() && inDoubt(in.Org, organization.PartUsers, u.ID.Raw()) {
					continue // a time that could not be understood is not never
				}
				if since.IsZero() {
					// Nothing was ever seen: what counts is how long they have been here.
					since = u.JoinTime
					title = fmt.Sprintf("%s was never active", u.Email)
				}
				if !since.IsZero() && !older(since, in.Now, n) {
					r.Passed++
					continue
				}
				f := Finding{
					Resource: userTarget(u), Title: title,
					Evidence: []Evidence{{"last_activity_time", seen(u, in), fmt.Sprintf("within %d days", n)}},
				}
				switch {
				case u.ManagedBySCIM:
					f.Fixes = []string{}
					f.Evidence = append(f.Evidence, Evidence{"managed by", "your identity provider (SCIM)", "deactivated there"})
				case u.ManagingOrgID != in.Org.ID:
					f.Fixes = []string{}
					f.Evidence = append(f.Evidence, Evidence{"managed by", "themselves", "removed in the console"})
				}
				r.Findings = append(r.Findings, f)
			}
			return r
		},
	}
}

func deactivate(ctx context.Context, b *remediate.Builder, in Input, f Finding) error {
	u, err := userByID(in.Org, f.Resource.ID)
	if err != nil {
		return err
	}
	d := delta(in.Org, organization.PartUsers, u.ID.Raw(), "state", "deactivated")
	set := func(to organizationuser.OrganizationUserStateType) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationUserUpdate(ctx, in.Org.ID.Raw(), u.ID.Raw(), &organizationuser.OrganizationUserUpdateIn{State: to})
			return err
		}
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: "deactivate", Resource: f.Resource, Says: fmt.Sprintf("Deactivate %s", u.Email), Risk: remediate.Disruptive,
			Permission: "organization:users:write", Touches: []organization.Part{organization.PartUsers}, Deltas: []remediate.Delta{d},
		},
		Do:      set(organizationuser.OrganizationUserStateTypeDeactivated),
		Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("Activate %s again", u.Email), Deltas: back(d), Do: set(organizationuser.OrganizationUserStateTypeActive)}},
	})
}
