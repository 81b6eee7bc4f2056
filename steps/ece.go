package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

const docsECE = docs + "platform/concepts/enhanced-compliance-env"

// eceProviders are the clouds in which Aiven makes an environment (ECE).
var eceProviders = []string{"aws", "google", "azure"}

// logTypes are integrations that ship a service's logs.
var logTypes = []string{
	"rsyslog", "logs", "kafka_logs",
	"external_opensearch_logs", "external_elasticsearch_logs", "external_aws_cloudwatch_logs", "external_google_cloud_logging",
}

// regulated are the projects that are subject to a standard.
func regulated(in Input) []organization.Project {
	var out []organization.Project
	for _, p := range in.Org.Projects {
		if standardOf(in, p) != "" {
			out = append(out, p)
		}
	}
	return out
}

func standardOf(in Input, p organization.Project) string { return in.Policy.Standard(p.ID.Raw()) }

func servicesOf(in Input, p organization.Project) []organization.Service {
	var out []organization.Service
	for _, s := range in.Org.Services {
		if s.Project == p.ID {
			out = append(out, s)
		}
	}
	return out
}

// eceGaps says what keeps a service from being what a regulated one should
// be, and what of it is not known.
func eceGaps(in Input, s organization.Service) (gaps []Evidence, unknown string) {
	if public := publicRoutes(s); len(public) > 0 {
		gaps = append(gaps, Evidence{"public route", strings.Join(public, ", "), "none"})
	}
	if s.VPCID.Empty() {
		gaps = append(gaps, Evidence{"project_vpc_id", "none", "a VPC"})
	}
	if s.CMKID.Empty() {
		gaps = append(gaps, Evidence{"cmk_id", "none", "a key of your own"})
	}
	switch provider := providerOf(in.Org, s.Cloud); {
	case provider == "":
		unknown = fmt.Sprintf("whose cloud %s is, in which %s runs", orNotTold(s.Cloud), inProject(s))
	case !slices.Contains(eceProviders, provider):
		gaps = append(gaps, Evidence{"cloud_name", s.Cloud.String(), "AWS, Google Cloud or Azure"})
	}
	if !shipsLogs(s) {
		gaps = append(gaps, Evidence{"log integration", "none", "logs kept outside the service"})
	}
	return gaps, unknown
}

// publicRoutes names the components that are reachable from the internet
// though the service may be in a VPC.
func publicRoutes(s organization.Service) []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, c := range s.Components {
		if c.Route.Is("public") {
			add(c.Name.String())
		}
	}
	for k, open := range s.Config.PublicAccess {
		if open {
			add(aivenapi.Sanitise(k))
		}
	}
	slices.Sort(out)
	return out
}

func shipsLogs(s organization.Service) bool {
	return slices.ContainsFunc(s.Integrations, func(i organization.Integration) bool {
		source := i.SourceService == s.Name && (i.SourceProject == s.Project || i.SourceProject.Empty())
		return i.Active && source && slices.Contains(logTypes, i.Type.Raw())
	})
}
