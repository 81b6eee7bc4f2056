package steps

import (
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkDiscoveredOrganizations looks for organizations beside this one.
//
// step: verify-domain
// order: 40
func checkDiscoveredOrganizations() Check {
	return Check{
		ID: "discovered-organizations", Title: "Nobody of your domains runs another organization", Severity: Low,
		Why:  "Organizations that your people made on the side hold services and data that none of your rules reach.",
		How:  "Talk to their super admins: move the projects here, or close the organization.",
		Docs: docs + "platform/howto/manage-domains", Needs: []organization.Part{organization.PartDiscovered},
		Attest: "I have talked to the super admins of the other organizations of our domains, and each of them is meant to exist.",
		Fixes: []Fix{{
			ID: "review-organizations", Title: "Review the other organizations", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, f []Finding, _ Answers) Guide {
				return Guide{Title: "Review the other organizations", Lines: []string{
					"Ask the super admins named in the finding what the organization is for.",
					fmt.Sprintf("Move its projects to %s, or have it closed. Attest the check when those that remain are meant to exist.", in.Org.Name),
				}}
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, d := range in.Org.Discovered {
				admins := "none of them"
				if len(d.SuperAdmins) > 0 {
					admins = people(d.SuperAdmins)
				}
				r.Findings = append(r.Findings, Finding{
					Resource: remediate.Target{Type: "organization", ID: d.ID, Name: d.Name},
					Title:    fmt.Sprintf("%s has %d people of your domains", d.Name, d.Users),
					Evidence: []Evidence{{"users", fmt.Sprint(d.Users), "0"}, {"super admins", admins, "known to you"}},
				})
			}
			return r
		},
	}
}
