package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkTokenExpiry asks that tokens end.
//
// step: application-users
// order: 40
func checkTokenExpiry() Check {
	return Check{
		ID: "token-expiry", Title: "Tokens end by themselves", Severity: High,
		Why:  "A token that never ends still works years after everybody forgot where it lies.",
		How:  "Replace it by one that ends, and plan the next replacement before that.",
		Docs: docsTokens, Needs: []organization.Part{organization.PartAppUsers, organization.PartAppTokens},
		Fixes: rotateFixes(),
		Eval: func(in Input) Result {
			most := in.Policy.Thresholds.TokenMaxAgeDays
			want := fmt.Sprintf("at most %d days", most)
			return perToken(in, []string{fixRotate}, func(u organization.AppUser, t organization.AppToken) (Finding, bool) {
				switch {
				case t.MaxAgeSeconds == nil && t.ExpiryTime.IsZero() && !inDoubt(in.Org, organization.PartAppTokens, u.ID.Raw()):
					return Finding{Title: "never ends", Evidence: []Evidence{{"max_age_seconds", "none", want}}}, true
				case t.MaxAgeSeconds != nil && *t.MaxAgeSeconds > most*86400: // the worse of the two, should it be extended as well
					f := Finding{Title: fmt.Sprintf("lives %d days", *t.MaxAgeSeconds/86400), Evidence: []Evidence{{"max_age_seconds", fmt.Sprint(*t.MaxAgeSeconds), want}}}
					if t.ExtendWhenUsed {
						f.Title += " from each use"
						f.Evidence = append(f.Evidence, Evidence{"extend_when_used", "true", "false"})
					}
					return f, true
				case t.ExtendWhenUsed:
					return Finding{Severity: Low, Title: "is extended with each use, so it may never end", Evidence: []Evidence{{"extend_when_used", "true", "false"}}}, true
				case t.MaxAgeSeconds == nil && !t.CreateTime.IsZero() && t.ExpiryTime.Sub(t.CreateTime) > days(most):
					return Finding{Title: fmt.Sprintf("lives %d days", int(t.ExpiryTime.Sub(t.CreateTime).Hours()/24)), Evidence: []Evidence{{"expiry_time", t.ExpiryTime.UTC().Format("2006-01-02"), want}}}, true
				}
				return Finding{}, false
			})
		},
	}
}
