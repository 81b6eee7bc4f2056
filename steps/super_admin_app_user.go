package steps

import (
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkSuperAdminAppUser asks that no application user is super admin.
//
// step: least-privilege
// order: 40
func checkSuperAdminAppUser() Check {
	return Check{
		ID: "super-admin-app-user", Title: "No application user is super admin", Severity: Critical,
		Why:  "A token in a pipeline would own the organization, without a person or a second factor.",
		How:  "Aiven no longer takes this change through the API: take it away in the console, or delete the application user and make another.",
		Docs: docs + "platform/concepts/application-users", Needs: []organization.Part{organization.PartAppUsers},
		Eval: func(in Input) Result {
			var r Result
			for _, u := range in.Org.AppUsers {
				if !u.IsSuperAdmin {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: remediate.Target{Type: "application user", ID: u.ID, Name: u.Name},
					Title:    fmt.Sprintf("The application user %s is super admin", u.Name),
					Evidence: []Evidence{{"is_super_admin", "true", "false"}},
				})
			}
			return r
		},
	}
}
