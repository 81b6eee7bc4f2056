package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/remediate"
)

// isCritical says whether the admin named a service, or it is tagged so.
func isCritical(in Input, s organization.Service) bool {
	if in.Policy.Critical(s.Project.Raw(), s.Name.Raw()) {
		return true
	}
	tag := strings.ToLower(strings.TrimSpace(s.Tags["criticality"].Raw()))
	return tag == "high" || tag == "critical"
}

func criticalServices(in Input) []organization.Service {
	var out []organization.Service
	for _, s := range in.Org.Services {
		if isCritical(in, s) {
			out = append(out, s)
		}
	}
	return out
}

const noneCritical = "No service is named critical yet: see whether critical services are named."

// checkCriticalServicesNamed asks for a word: what the business cannot do
// without is written nowhere that could be read.
//
// step: multi-cloud
// order: 10
func checkCriticalServicesNamed() Check {
	return Check{
		ID: "critical-services-named", Title: "The mission-critical services are named", Severity: Low,
		Why:   "Only who knows the business can say what it cannot do without for a day. Until then nothing tells which services need a copy elsewhere.",
		How:   "Name them here, or give them the tag criticality=high in the Aiven console.",
		Docs:  docs + "platform/howto/tag-resources",
		Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{{
			ID: "name-critical", Title: "Name the critical services", Risk: remediate.Reversible, Order: 800,
			Questions: func(in Input, _ []Finding) []Question {
				q := Question{Key: "services", Kind: AskMany, Title: "Which services can the business not do without?",
					Help: "They are written into the policy file, and nothing is sent.", Validate: atLeastOne("choose at least one service")}
				for _, s := range in.Org.Services {
					if isCritical(in, s) {
						continue
					}
					q.Options = append(q.Options, Option{s.Ref(), fmt.Sprintf("%s (%s)", shownService(s), s.Type)})
				}
				return []Question{q}
			},
			Record: recordCritical,
		}},
		Eval: func(in Input) Result {
			if len(in.Org.Services) == 0 {
				return Result{NotApplicable: "There are no services."}
			}
			if n := len(criticalServices(in)); n > 0 {
				return Result{Passed: n}
			}
			return about(in, "Nobody has said which services are mission-critical",
				Evidence{"critical_services", "none in the policy file that exists", "project/service"}, Evidence{"tag criticality", "on no service", "high or critical"})
		},
	}
}

// recordCritical writes only services that exist and are not named yet.
func recordCritical(in Input, _ []Finding, a Answers) []Record {
	chosen := strings.Split(a["services"], "\n")
	var out []Record
	for _, s := range in.Org.Services {
		if slices.Contains(chosen, s.Ref()) && !in.Policy.Critical(s.Project.Raw(), s.Name.Raw()) {
			out = append(out, Record{Critical: &policy.CriticalService{Service: s.Ref()}})
		}
	}
	return out
}
