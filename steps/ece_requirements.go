package steps

import (
	"fmt"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkECERequirements looks at the services of regulated projects.
//
// step: compliance
// order: 10
func checkECERequirements() Check {
	return Check{
		ID: "ece-requirements", Title: "Regulated services are private, with keys of your own and their logs kept", Severity: High,
		Why:  "Standards such as PCI DSS and HIPAA ask for a network of its own, keys under your control and logs that outlive the service; an enhanced compliance environment (ECE) builds on all of that.",
		How:  "Put the service into a VPC, close its public access, encrypt it with your own key, and ship its logs. Name the regulated projects in the policy file.",
		Docs: docsECE, Needs: []organization.Part{organization.PartProjects, organization.PartServices, organization.PartClouds},
		Attest: "What is named here is covered by other means that our auditor has accepted for this service.",
		Fixes: []Fix{{
			ID: "meet-requirements", Title: "Prepare the service for its standard", Risk: remediate.Reversible, Manual: true, Guide: requirementsGuide,
		}},
		Eval: evalRequirements,
	}
}

func evalRequirements(in Input) Result {
	var r Result
	var unknown []string
	projects := regulated(in)
	for _, g := range in.Policy.RegulatedProjects {
		if !known(in.Org, g.Project) {
			unknown = append(unknown, fmt.Sprintf("the project %s, which the policy names as regulated, is not in the organization", aivenapi.Sanitise(g.Project)))
		}
	}
	for _, p := range projects {
		for _, s := range servicesOf(in, p) {
			gaps, why := eceGaps(in, s)
			if why != "" {
				unknown = append(unknown, why)
			}
			switch {
			case len(gaps) > 0:
				r.Findings = append(r.Findings, Finding{
					Resource: updateTarget(s), Evidence: gaps,
					Title: fmt.Sprintf("%s falls short of %s", inProject(s), aivenapi.Sanitise(standardOf(in, p))),
				})
			case why == "":
				r.Passed++
			}
		}
	}
	r.Unknown = notKnown(unknown)
	if len(in.Policy.RegulatedProjects) == 0 {
		r.NotApplicable = "The policy file names no project that is subject to a standard."
	} else if r.Passed == 0 {
		r.NotApplicable = "The projects that are subject to a standard have no services."
	}
	return r
}

func known(o *organization.Organization, project string) bool {
	for _, p := range o.Projects {
		if p.ID.Is(project) {
			return true
		}
	}
	return false
}

// remedies are what to do about each gap, by the evidence's field.
var remedies = []struct{ field, do string }{
	{"project_vpc_id", "Move it into a VPC of its project (the step about virtual private clouds does that). A VPC for an ECE is made by Aiven."},
	{"public route", "Turn public access off for the components named."},
	{"cmk_id", "Register a key of your own in Aiven's console and assign it to the service. Aiven may need to turn this on for your organization first."},
	{"cloud_name", "Move it to a region of AWS, Google Cloud or Azure: an ECE is offered in no other cloud."},
	{"log integration", "Add an integration that ships its logs to where you keep them: rsyslog, CloudWatch, Google Cloud Logging, or an OpenSearch of your own."},
}

func requirementsGuide(_ Input, f []Finding, _ Answers) Guide {
	g := Guide{Title: fmt.Sprintf("Prepare %s for its standard", f[0].Resource.Name)}
	for _, r := range remedies {
		for _, e := range f[0].Evidence {
			if e.Field == r.field {
				g.Lines = append(g.Lines, fmt.Sprintf("%s: %s. %s", strings.ReplaceAll(e.Field, "_", " "), e.Got, r.do))
			}
		}
	}
	g.Lines = append(g.Lines,
		"Encrypt regulated data in the application before it is stored: that stays with you in an ECE too.",
		"Attest what other means cover, with the auditor's word as evidence.")
	return g
}
