package steps

import (
	"fmt"
	"time"

	"avn-harden/internal/organization"
)

// checkDomainPending looks for domains that were added and forgotten.
//
// step: verify-domain
// order: 20
func checkDomainPending() Check {
	return Check{
		ID: "domain-pending", Title: "No domain waits for its verification", Severity: Low,
		Why:  "A domain that stays unverified protects nobody, and everybody believes that it does.",
		How:  "Publish the record and verify the domain.",
		Docs: docs + "platform/howto/manage-domains", Needs: []organization.Part{organization.PartDomains, organization.PartUsers},
		Fixes: []Fix{fixVerifyDomain()},
		Eval: func(in Input) Result {
			var r Result
			most := time.Duration(in.Policy.Thresholds.DomainPendingHours) * time.Hour
			for _, d := range in.Org.Domains {
				if !d.State.Is("unverified") {
					r.Passed++
					continue
				}
				if d.CreateTime.IsZero() {
					r.Unknown = fmt.Sprintf("Aiven does not say when %s was added.", d.Name)
					continue
				}
				age := in.Now.Sub(d.CreateTime)
				if age <= most {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: domainTarget(d), Title: fmt.Sprintf("%s has waited %d days for its verification", d.Name, int(age.Hours()/24)),
					Evidence: []Evidence{{"state", d.State.String(), "verified"}, {"create_time", d.CreateTime.UTC().Format(time.RFC3339), fmt.Sprintf("at most %d hours ago", in.Policy.Thresholds.DomainPendingHours)}},
				})
			}
			return r
		},
	}
}
