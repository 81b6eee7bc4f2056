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

const (
	keyProjects = "projects"
	keyStandard = "standard"
)

// checkECECompliance asks for a word about regulated data: an ECE is a
// contract, and the API has nothing to read about it.
//
// step: compliance
// order: 20
func checkECECompliance() Check {
	return Check{
		ID: "ece-compliance", Title: "Regulated data is in an enhanced compliance environment", Severity: Info,
		Why:  "For PCI DSS, HIPAA and the like, Aiven runs services in separate environments under a contract of their own. Outside of one, Aiven gives no such assurance.",
		How:  "Name the regulated projects, ask Aiven's sales team for an environment, and attest when it is in use, or when nothing here is regulated.",
		Docs: docsECE, Needs: []organization.Part{organization.PartOrganization, organization.PartProjects, organization.PartServices},
		Attest: "Either nothing in this organization is subject to a standard, or all that is runs in an enhanced compliance environment under contract with Aiven, and regulated data is encrypted before it is stored.",
		Fixes: []Fix{
			{
				ID: "name-regulated", Title: "Say which projects are subject to a standard", Risk: remediate.Reversible,
				Questions: regulatedQuestions, Record: recordRegulated,
			},
			{
				ID: "request-ece", Title: "Ask Aiven for an environment", Risk: remediate.Reversible, Manual: true, Guide: requestGuide,
			},
		},
		Eval: func(in Input) Result {
			got := "none named"
			if list := regulated(in); len(list) > 0 {
				var names []string
				for _, p := range list {
					names = append(names, fmt.Sprintf("%s (%s)", projectName(p), aivenapi.Sanitise(standardOf(in, p))))
				}
				got = strings.Join(names, ", ")
			}
			r := about(in, "Nobody has confirmed how regulated data is handled",
				Evidence{"regulated projects", got, "all that are subject to a standard"},
				Evidence{"attestation", "none", "standards, projects and the contract with Aiven"})
			if len(unnamed(in)) == 0 {
				r.Findings[0].Fixes = []string{"request-ece"}
			}
			return r
		},
	}
}

// unnamed are the projects that the policy says nothing about.
func unnamed(in Input) []organization.Project {
	return slices.DeleteFunc(slices.Clone(in.Org.Projects), func(p organization.Project) bool { return standardOf(in, p) != "" })
}

func regulatedQuestions(in Input, _ []Finding) []Question {
	projects := Question{
		Key: keyProjects, Kind: AskMany, Title: "Which projects hold data that is subject to a standard?",
		Help: "This is written into the policy file. Come again for projects of another standard.",
		Validate: func(s string) error {
			if strings.TrimSpace(s) == "" {
				return fmt.Errorf("choose at least one project, or attest that nothing is regulated")
			}
			return nil
		},
	}
	for _, p := range unnamed(in) {
		projects.Options = append(projects.Options, Option{p.ID.Raw(), projectName(p).String()})
	}
	standard := Question{Key: keyStandard, Kind: AskChoice, Title: "Which standard?", Default: policy.Standards()[0]}
	for _, s := range policy.Standards() {
		standard.Options = append(standard.Options, Option{s, s})
	}
	return []Question{projects, standard}
}

// recordRegulated takes what was chosen of the projects that are there.
func recordRegulated(in Input, _ []Finding, a Answers) []Record {
	if !slices.Contains(policy.Standards(), a[keyStandard]) {
		return nil
	}
	chosen := strings.Split(a[keyProjects], "\n")
	var out []Record
	for _, p := range unnamed(in) {
		if slices.Contains(chosen, p.ID.Raw()) {
			out = append(out, Record{Regulated: &policy.RegulatedProject{Project: p.ID.Raw(), Standard: a[keyStandard]}})
		}
	}
	return out
}
