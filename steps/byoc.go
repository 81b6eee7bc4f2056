package steps

import (
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkBYOC asks for a decision: whether a cloud account of one's own is
// needed cannot be read.
//
// step: virtual-private-clouds
// order: 80
func checkBYOC() Check {
	return Check{
		ID: "byoc", Title: "Whether to bring your own cloud is decided", Severity: Info,
		Why:    "In a cloud account of your own the data never leaves it, and your own rules and audits cover it. Aiven offers it for larger use.",
		How:    "Decide whether any data needs it, and talk to Aiven if so.",
		Docs:   docs + "platform/concepts/byoc",
		Needs:  []organization.Part{organization.PartServices, organization.PartClouds},
		Attest: "We have decided which of our services need a cloud account of our own (BYOC), and those that do run there or are planned to.",
		Fixes: []Fix{{
			ID: "decide-byoc", Title: "Decide about your own cloud", Risk: remediate.Reversible, Manual: true,
			Guide: func(Input, []Finding, Answers) Guide {
				return Guide{
					Title: "Decide about your own cloud",
					Lines: []string{
						"Bring your own cloud (BYOC) runs Aiven services in your AWS, Google Cloud, Azure or OCI account. It suits strict compliance, data that must stay in your account, and commitments to a cloud provider.",
						"It takes a contract with Aiven: ask your account team or sales@aiven.io. Custom clouds are then made in the Aiven console with Terraform in your account.",
						"If none of your data needs it, attest that this was decided.",
					},
				}
			},
		}},
		Eval: func(in Input) Result {
			n := 0
			for _, s := range in.Org.Services {
				if ownCloud(in.Org, s) {
					n++
				}
			}
			switch {
			case len(in.Org.Services) == 0:
				return Result{NotApplicable: "There are no services."}
			case n > 0:
				return Result{Passed: n}
			}
			return about(in, "All services run in Aiven's accounts, and nobody has said that this is decided", Evidence{"cloud_name", "none of your own", "your own cloud, or a word that none is needed"})
		},
	}
}
