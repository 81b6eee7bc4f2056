package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkDomainVerified asks for one verified domain.
//
// step: verify-domain
// order: 10
func checkDomainVerified() Check {
	return Check{
		ID: "domain-verified", Title: "A domain is verified", Severity: High,
		Why:  "Without a verified domain Aiven cannot tell your people from strangers: no managed users, and no identity provider for your addresses.",
		How:  "Add your domain, publish the record that Aiven asks for, and verify it.",
		Docs: docs + "platform/howto/manage-domains", Needs: []organization.Part{organization.PartDomains, organization.PartUsers},
		Fixes: []Fix{fixAddDomain(), fixVerifyDomain()},
		Eval: func(in Input) Result {
			var r Result
			var pending []organization.Domain
			for _, d := range in.Org.Domains {
				switch {
				case d.State.Is("verified"):
					r.Passed++
				case !d.State.Is("deleted"):
					pending = append(pending, d)
				}
			}
			if r.Passed > 0 {
				return r
			}
			for _, d := range pending {
				r.Findings = append(r.Findings, Finding{
					Resource: domainTarget(d), Title: fmt.Sprintf("%s is added but not verified, and no other domain is", d.Name),
					Evidence: []Evidence{{"state", d.State.String(), "verified"}}, Fixes: []string{"verify-domain"},
				})
			}
			if len(pending) == 0 {
				r = about(in, "No domain is verified", Evidence{"domains", "none", "at least one, verified"})
				r.Findings[0].Fixes = []string{"add-domain"}
			}
			return r
		},
	}
}
