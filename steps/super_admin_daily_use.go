package steps

import (
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkSuperAdminDailyUse asks that super admin accounts rest.
//
// step: least-privilege
// order: 20
func checkSuperAdminDailyUse() Check {
	return Check{
		ID: "super-admin-daily-use", Title: "Super admin accounts are not used every day", Severity: Medium,
		Why:  "An account that is used all day meets more phishing, more open sessions and more mistakes than one that rests in a safe.",
		How:  "Work with an ordinary account, and keep the super admin's for emergencies; or take super admin away.",
		Docs: docsSuperAdmin, Needs: []organization.Part{organization.PartUsers},
		Attest: "This person has a second, ordinary account for daily work, and used the super admin's for a reason that is written down.",
		Fixes: []Fix{
			takeSuperAdminFix("take-super-admin"),
			{
				ID: "second-account", Title: "Give them a second account for daily work", Risk: remediate.Reversible, Manual: true,
				Guide: func(_ Input, fs []Finding, _ Answers) Guide {
					return Guide{Title: "A second account for daily work", Lines: []string{
						fmt.Sprintf("Invite %s under a second address, and give that account what the daily work needs: organization admin at most.", fs[0].Resource.Name),
						"Log out of the super admin's account everywhere. Use it again only for what needs it, and note each use.",
						"Once that is in place, attest it here. The finding is back when the attestation runs out.",
					}}
				},
			},
		},
		Eval: func(in Input) Result {
			n := in.Policy.Thresholds.SuperAdminDailyDays
			return perSuperAdmin(in, func(u organization.User) (Finding, bool) {
				return Finding{
					Title:    fmt.Sprintf("%s is super admin and was active %s", u.Email, ago(in.Now.Sub(u.LastActivity))),
					Evidence: []Evidence{{"last_activity_time", seen(u, in), fmt.Sprintf("not within %d days", n)}},
				}, within(u.LastActivity, in.Now, n)
			})
		},
	}
}
