package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

// checkECECompliance asks for a word on which standards apply: Aiven's API
// tells nothing of enhanced compliance environments.
//
// step: compliance
// order: 20
func checkECECompliance() Check {
	return Check{
		ID: "ece-compliance", Title: "What is regulated runs in an environment made for it", Severity: Info,
		Why:  "Aiven's ordinary environment is not made for cardholder or health data. Its enhanced compliance environments are, and only Aiven's sales team sets them up.",
		How:  "Say which projects are regulated, ask Aiven for the environment, and note the contract.",
		Docs: docsECE, Needs: []organization.Part{organization.PartOrganization, organization.PartProjects, organization.PartServices, organization.PartVPCs},
		Attest: "The standards that our projects are subject to were looked at. Regulated projects run in an enhanced compliance environment under contract, " +
			"and regulated data is encrypted by us before it reaches Aiven; or none is regulated.",
		Fixes: []Fix{
			{
				ID: "name-regulated", Title: "Say which projects are regulated", Risk: remediate.Reversible,
				Questions: func(in Input, _ []Finding) []Question {
					var opts, standards []Option
					for _, p := range in.Org.Projects {
						if in.Policy.Standard(p.ID.Raw()) == "" {
							opts = append(opts, Option{p.ID.Raw(), projectName(p).String()})
						}
					}
					for _, s := range policy.Standards() {
						standards = append(standards, Option{s, s})
					}
					return []Question{
						{Key: "projects", Kind: AskMany, Title: "Which projects?", Options: opts, Validate: atLeastOne("choose at least one project")},
						{Key: "standard", Kind: AskChoice, Title: "Subject to what?", Options: standards, Default: "PCI DSS"},
					}
				},
				Record: func(_ Input, _ []Finding, a Answers) []Record {
					var out []Record
					for _, p := range lines(a["projects"]) {
						out = append(out, Record{Regulated: &policy.RegulatedProject{Project: p, Standard: a["standard"]}})
					}
					return out
				},
			},
			{
				ID: "request-ece", Title: "Ask Aiven for an environment", Risk: remediate.Reversible, Manual: true,
				Guide: func(in Input, _ []Finding, _ Answers) Guide {
					return Guide{
						Title: "Ask Aiven for an enhanced compliance environment",
						Lines: []string{
							"It needs a commitment, Advanced or Premium support, and a network (CIDR) for each environment and region that overlaps none of yours.",
							"Aiven makes its VPCs, you make the peerings. Encrypt regulated data before it reaches Aiven.",
							"Send the text below to your account team or to sales@aiven.io, with what is missing filled in. When it is in place, attest it here with the contract's number as evidence.",
						},
						Copy: []Copyable{{"Request", aivenapi.NewText(eceRequest(in))}},
					}
				},
			},
		},
		Eval: func(in Input) Result {
			got := "nobody has said which projects are regulated"
			if len(in.Policy.RegulatedProjects) > 0 {
				got = "regulated: " + aivenapi.Sanitise(regulated(in))
			}
			return about(in, "Nobody has confirmed how regulated data is kept", Evidence{"attestation", "none; " + got, "standards, projects, contract, owner"})
		},
	}
}

// eceRequest is the text for Aiven's sales team, in one line so that it can be
// copied as it is.
func eceRequest(in Input) string {
	o := in.Org
	var projects, clouds, networks []string
	for _, p := range o.Projects {
		if s := in.Policy.Standard(p.ID.Raw()); s != "" {
			projects = append(projects, p.ID.Raw()+" ("+s+")")
		}
	}
	services := 0
	for _, s := range o.Services {
		if in.Policy.Standard(s.Project.Raw()) == "" {
			continue
		}
		services++
		if c := s.Cloud.Raw(); !slices.Contains(clouds, c) {
			clouds = append(clouds, c)
		}
	}
	for _, v := range o.VPCs {
		for _, c := range v.Clouds {
			networks = append(networks, c.CIDR.Raw())
		}
	}
	list := func(s []string, none string) string {
		if len(s) == 0 {
			return none
		}
		return strings.Join(sorted(s), ", ")
	}
	return fmt.Sprintf("We ask for an enhanced compliance environment. Organization: %s (%s). Projects: %s. Services: %d. Clouds: %s. "+
		"Networks in use, not to be overlapped: %s. Network wanted for each region: (to be filled in). Support tier: (to be filled in). Contact: (to be filled in).",
		o.Name.Raw(), o.ID.Raw(), list(projects, "(to be filled in)"), services, list(clouds, "(to be filled in)"), list(networks, "none"))
}
