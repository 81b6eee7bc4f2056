package steps

import (
	"context"
	"fmt"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkAppUserUnused asks that application users are used.
//
// step: application-users
// order: 80
func checkAppUserUnused() Check {
	return Check{
		ID: "app-user-unused", Title: "Every application user is in use", Severity: Medium,
		Why:  "An application user without an application is a way in that nobody watches.",
		How:  "Revoke its tokens, and delete it when nothing stops working.",
		Docs: docsAppUsers, Needs: []organization.Part{organization.PartUsers, organization.PartAppUsers, organization.PartAppTokens},
		Fixes: []Fix{{
			ID: "delete-app-user", Title: "Delete", Risk: remediate.Irreversible, Many: true, Order: 580,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					id := f.Resource.ID.Raw()
					err := b.Add(ctx, remediate.Call{
						Change: remediate.Change{
							Check: f.Check, Fix: "delete-app-user", Resource: f.Resource, Says: fmt.Sprintf("Delete the application user %s with its tokens and grants", f.Resource.Name),
							Risk: remediate.Irreversible, Permission: permAppUsers, NoUndo: "its tokens and grants are gone with it: another has to be made",
							Touches: []organization.Part{organization.PartUsers, organization.PartAppUsers, organization.PartAppTokens},
							Deltas:  []remediate.Delta{delta(in.Org, organization.PartAppUsers, id, "", nil)},
						},
						Do: func(ctx context.Context, api *aivenapi.API) error {
							return api.ApplicationUserDelete(ctx, in.Org.ID.Raw(), id)
						},
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
			n := in.Policy.Thresholds.TokenUnusedDays
			unread := 0
			for _, u := range in.Org.AppUsers {
				if !u.TokensRead {
					unread++
					continue
				}
				last := lastUse(in.Org, u)
				// A new one has had no time to be used.
				since, limit := last, n
				if last.IsZero() {
					since, limit = u.CreateTime, in.Policy.Thresholds.TokenNewDays
				}
				if last.IsZero() && (inDoubt(in.Org, organization.PartAppTokens, u.ID.Raw()) || inDoubt(in.Org, organization.PartUsers, u.ID.Raw())) {
					continue // a time that could not be understood is not never
				}
				if !since.IsZero() && !older(since, in.Now, limit) {
					r.Passed++
					continue
				}
				seen := "never"
				if !last.IsZero() {
					seen = ago(in.Now.Sub(last))
				}
				title := fmt.Sprintf("%s has not been used", u.Name)
				if len(u.Tokens) == 0 {
					title = fmt.Sprintf("%s has no tokens", u.Name)
				}
				r.Findings = append(r.Findings, Finding{
					Resource: appUserTarget(u), Title: title,
					Evidence: []Evidence{{"tokens", fmt.Sprint(len(u.Tokens)), "one"}, {"last used", seen, fmt.Sprintf("within %d days", n)}},
				})
			}
			if unread > 0 {
				r.Unknown = fmt.Sprintf("The tokens of %s could not be read.", count(unread, "application user", "application users"))
			}
			return r
		},
	}
}

// lastUse is the newest use of a token, or what the list of users says.
func lastUse(o *organization.Organization, a organization.AppUser) time.Time {
	var last time.Time
	for _, t := range a.Tokens {
		if t.LastUsed.After(last) {
			last = t.LastUsed
		}
	}
	for _, u := range o.Users {
		if u.ID == a.ID && u.LastActivity.After(last) {
			last = u.LastActivity
		}
	}
	return last
}
