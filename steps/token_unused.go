package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkTokenUnused asks that tokens are used.
//
// step: application-users
// order: 60
func checkTokenUnused() Check {
	return Check{
		ID: "token-unused", Title: "Every token is in use", Severity: Medium,
		Why:  "Nobody misses a token that nobody uses, until somebody else finds it.",
		How:  "Revoke it.",
		Docs: docsTokens, Needs: []organization.Part{organization.PartAppUsers, organization.PartAppTokens},
		Fixes: []Fix{{
			ID: "revoke-unused", Title: "Revoke", Risk: remediate.Irreversible, Many: true, Order: 530,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					u, t, err := tokenOf(in.Org, f.Resource)
					if err != nil {
						return err
					}
					if err := revokeAppToken(ctx, b, in, f, "revoke-unused", u, t, ""); err != nil {
						return err
					}
				}
				return nil
			},
		}},
		Eval: func(in Input) Result {
			return perToken(in, []string{"revoke-unused"}, func(u organization.AppUser, t organization.AppToken) (Finding, bool) {
				want := fmt.Sprintf("used within %d days", in.Policy.Thresholds.TokenUnusedDays)
				if t.LastUsed.IsZero() {
					return Finding{
						Title: "was never used", Evidence: []Evidence{{"create_time", t.CreateTime.UTC().Format("2006-01-02"), want}},
					}, !inDoubt(in.Org, organization.PartAppTokens, u.ID.Raw()) && !isReplacement(in, u, t) && older(t.CreateTime, in.Now, in.Policy.Thresholds.TokenNewDays)
				}
				return Finding{Title: "was " + used(t, in), Evidence: []Evidence{{"last_used_time", t.LastUsed.UTC().Format("2006-01-02"), want}}},
					older(t.LastUsed, in.Now, in.Policy.Thresholds.TokenUnusedDays)
			})
		},
	}
}
