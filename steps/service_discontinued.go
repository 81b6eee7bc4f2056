package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkServiceDiscontinued asks that services are of a type that lives on.
//
// step: service-updates
// order: 40
func checkServiceDiscontinued() Check {
	return Check{
		ID: "service-discontinued", Title: "Services are of types that Aiven goes on with", Severity: High,
		Why:  "A discontinued type gets no fixes, and its services are shut down on a date that Aiven sets.",
		How:  "Move to the type that follows it, by fork, replication or dump, after a trial.",
		Docs: docsEOL, Needs: []organization.Part{organization.PartServices, organization.PartVersions, organization.PartServiceTypes},
		Attest: "The migration of this service to a type that Aiven goes on with is planned, with a date before Aiven's.",
		Fixes: []Fix{{
			ID: "plan-migration", Title: "Plan the migration", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, fs []Finding, _ Answers) Guide {
				g := Guide{Title: "Move to the type that follows", Lines: []string{
					"1. Look up which type follows (below), and whether your clients work with it.",
					"2. Create a service of that type, in the same VPC and with the same IP filter, and move the data by Aiven's migration or a dump.",
					"3. Try the applications with it, switch them over in a quiet hour, and power the old service off.",
					"4. Delete the old one once nobody has missed it. Attest the date here until then.",
				}}
				if s, err := found(in, fs[0]); err == nil {
					if to := successor(in, s); !to.Empty() {
						g.Copy = []Copyable{{"Follows " + s.Type.String(), to}}
					}
				}
				return g
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, s := range in.Org.Services {
				to := successor(in, s)
				listed := slices.Contains(in.Org.ServiceTypes, s.Type)
				if to.Empty() && (listed || len(in.Org.ServiceTypes) == 0) {
					r.Passed++
					continue
				}
				want := "a type that Aiven offers"
				if !to.Empty() {
					want = to.String()
				}
				r.Findings = append(r.Findings, Finding{
					Resource: serviceTarget(s), Title: fmt.Sprintf("%s is of the type %s, which is discontinued", shownService(s), s.Type),
					Evidence: []Evidence{{"service_type", s.Type.String(), want}},
				})
			}
			if len(in.Org.ServiceTypes) == 0 && len(in.Org.Services) > 0 {
				r.Unknown = "Aiven's list of types is empty, so which are still offered is not known."
			}
			return r
		},
	}
}

// successor is the other type that a service's version is to be upgraded to;
// empty if there is none.
func successor(in Input, s organization.Service) Text {
	v, why := versionOf(in, s)
	if why == "" && !v.UpgradeToType.Empty() && v.UpgradeToType != s.Type {
		return v.UpgradeToType
	}
	return Text{}
}
