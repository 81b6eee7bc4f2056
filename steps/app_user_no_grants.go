package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkAppUserNoGrants points out application users that can do nothing.
//
// step: application-users
// order: 90
func checkAppUserNoGrants() Check {
	return Check{
		ID: "app-user-no-grants", Title: "Application users hold something", Severity: Low,
		Why:  "One that can do nothing is left over, or was never finished; both deserve a look.",
		How:  "Give it what its application needs, or delete it (app-user-unused).",
		Docs: docsAppUsers, Needs: []organization.Part{
			organization.PartUsers, organization.PartAppUsers, organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions,
		},
		Eval: func(in Input) Result {
			holds := map[Text]bool{}
			for _, a := range in.Org.EffectiveAccess() {
				holds[a.UserID] = true
			}
			// What was not read may be where somebody holds something.
			whole := true
			for _, p := range []organization.Part{organization.PartGroups, organization.PartUnits, organization.PartProjects, organization.PartPermissions} {
				whole = whole && in.Org.Status(p).Complete()
			}
			var r Result
			for _, u := range in.Org.AppUsers {
				if holds[u.ID] {
					r.Passed++
					continue
				}
				if !whole {
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: appUserTarget(u), Title: fmt.Sprintf("%s holds no permission", u.Name),
					Evidence: []Evidence{{"permissions", "none", "what the application needs, or deleted"}},
				})
			}
			return r
		},
	}
}
