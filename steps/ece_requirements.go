package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const docsECE = docs + "platform/concepts/enhanced-compliance-env"

// eceProviders are those that enhanced compliance environments are made in.
var eceProviders = []string{"aws", "google", "azure"}

// logIntegrations send a service's logs somewhere.
var logIntegrations = []string{
	"logs", "kafka_logs", "rsyslog", "external_aws_cloudwatch_logs", "external_elasticsearch_logs", "external_google_cloud_logging", "external_opensearch_logs",
}

// checkECERequirements asks of regulated projects what can be seen from here.
//
// step: compliance
// order: 10
func checkECERequirements() Check {
	return Check{
		ID: "ece-requirements", Title: "Services of regulated projects are closed, encrypted and logged", Severity: High,
		Why:  "PCI DSS, HIPAA and their like ask for no way in from the internet, keys of your own, and logs that are kept.",
		How:  "Close what is open (section 7), send logs to a place that keeps them, and have Aiven set up keys and the environment.",
		Docs: docsECE, Needs: []organization.Part{organization.PartProjects, organization.PartServices, organization.PartClouds},
		Attest: "What is missing on this service is covered by another measure that our assessor accepted.",
		Fixes: []Fix{{
			ID: "meet-requirements", Title: "Meet the requirements", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, fs []Finding, _ Answers) Guide {
				g := Guide{Title: "Meet the requirements of " + fs[0].Resource.Name.String(), Lines: []string{
					"No way in from the internet: move the service into a VPC and switch public access off (section 7).",
					"Keys of your own: add a customer-managed key to the project, and ask Aiven to apply it to the service.",
					"Logs: integrate the service with a log service or an external one (integrations, in the console).",
					"A cloud that enhanced compliance environments are made in: AWS, Google Cloud or Azure.",
				}}
				for _, e := range fs[0].Evidence {
					g.Lines = append(g.Lines, fmt.Sprintf("Now: %s is %s; wanted: %s.", e.Field, e.Got, e.Want))
				}
				return g
			},
		}},
		Eval: func(in Input) Result {
			if len(in.Policy.RegulatedProjects) == 0 {
				return Result{NotApplicable: "no project is named as regulated: name those that are with ece-compliance, or under regulated_projects in avn-harden.yaml"}
			}
			var r Result
			for _, s := range in.Org.Services {
				standard := in.Policy.Standard(s.Project.Raw())
				if standard == "" {
					continue
				}
				ev := eceEvidence(in, s)
				if len(ev) == 0 {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: serviceTarget(s), Title: fmt.Sprintf("%s does not meet what %s asks for", shownService(s), standard), Evidence: ev,
				})
			}
			var gone []string
			for _, g := range in.Policy.RegulatedProjects {
				if !slices.ContainsFunc(in.Org.Projects, func(p organization.Project) bool { return p.ID.Is(g.Project) }) {
					gone = append(gone, g.Project)
				}
			}
			if len(gone) > 0 {
				r.Unknown = fmt.Sprintf("avn-harden.yaml names the project %s, which is not there or cannot be seen.", shownList(gone))
			}
			return r
		},
	}
}

func eceEvidence(in Input, s organization.Service) []Evidence {
	var ev []Evidence
	if s.On() {
		switch route := publicRoute(s); {
		case s.VPCID.Empty() && !ownCloud(in.Org, s):
			ev = append(ev, Evidence{"project_vpc_id", "none", "a VPC"})
		case route != "" && !s.VPCID.Empty():
			ev = append(ev, Evidence{"public route", route, "none"})
		}
	}
	if s.CMKID.Empty() {
		ev = append(ev, Evidence{"cmk_id", "none", "a key of your own"})
	}
	if p := providerOf(in.Org, s.Cloud); p != "" && !slices.Contains(eceProviders, p) {
		ev = append(ev, Evidence{"cloud_name", s.Cloud.String(), "AWS, Google Cloud or Azure"})
	}
	logs := slices.ContainsFunc(s.Integrations, func(i organization.Integration) bool {
		return slices.ContainsFunc(logIntegrations, i.Type.Is) && (i.SourceService == s.Name || i.SourceService.Empty())
	})
	if !logs {
		ev = append(ev, Evidence{"log integration", "none", "logs are kept elsewhere"})
	}
	return ev
}

// regulated lists what the policy says, for people.
func regulated(in Input) string {
	var out []string
	for _, g := range in.Policy.RegulatedProjects {
		out = append(out, g.Project+" ("+g.Standard+")")
	}
	return strings.Join(out, ", ")
}
