package steps

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// ownerTags are the tags that tell what a service belongs to.
var ownerTags = []string{"owner", "app", "application", "team", "env", "environment"}

// stages are words in a service's name that tell what it is for.
var stages = map[string]string{
	"prod": "production", "production": "production", "prd": "production", "live": "production",
	"dev": "development", "development": "development", "test": "test", "testing": "test", "qa": "test",
	"staging": "staging", "stage": "staging", "stg": "staging",
}

// checkUnrelatedServices guesses which projects mix what does not belong together.
//
// step: units-and-projects
// order: 30
func checkUnrelatedServices() Check {
	return Check{
		ID: "unrelated-services-in-project", Title: "Services in one project belong together", Severity: Low,
		Why:  "Access to a project is access to all its services: who may see one sees its neighbours.",
		How:  "Keep stages and applications in projects of their own. Services cannot be moved; fork them into the new project and switch over.",
		Docs: docs + "platform/concepts/projects", Needs: []organization.Part{organization.PartProjects, organization.PartServices},
		Attest: "I have looked at what runs in this project, and its services belong together.",
		Fixes: []Fix{{
			ID: "separate-services", Title: "Separate what does not belong together", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, f []Finding, _ Answers) Guide {
				return Guide{Title: fmt.Sprintf("Separate the services of %s", f[0].Resource.Name), Lines: []string{
					"Aiven cannot move a service to another project. Make a project for each application or stage, fork the services into it, switch the applications over, and delete the old ones when nothing uses them.",
					"This check guesses from tags, names and integrations. If the services do belong together, attest it for this project.",
				}}
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, p := range in.Org.Projects {
				ev := mixed(in, p)
				if len(ev) == 0 {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: projectTarget(p), Title: fmt.Sprintf("%s seems to hold services that do not belong together", projectName(p)), Evidence: ev,
				})
			}
			return r
		},
	}
}

// mixed gives the signs that a project mixes things.
func mixed(in Input, p organization.Project) []Evidence {
	tags, names, types := map[string]map[string]bool{}, map[string]bool{}, map[string]bool{}
	n, joined := 0, 0
	for _, s := range in.Org.Services {
		if s.Project != p.ID && s.Project != p.Name {
			continue
		}
		n++
		types[s.Type.String()] = true
		if len(s.Integrations) > 0 {
			joined++
		}
		for _, k := range ownerTags {
			if v, ok := s.Tags[k]; ok && !v.Empty() {
				if tags[k] == nil {
					tags[k] = map[string]bool{}
				}
				tags[k][v.String()] = true
			}
		}
		for _, w := range strings.FieldsFunc(strings.ToLower(s.Name.Raw()), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
			if st, ok := stages[w]; ok {
				names[st] = true
			}
		}
	}
	var ev []Evidence
	for _, k := range ownerTags {
		if len(tags[k]) > 1 {
			ev = append(ev, Evidence{"tag " + k, keys(tags[k]), "one value"})
		}
	}
	if len(names) > 1 {
		ev = append(ev, Evidence{"stages in names", keys(names), "one stage"})
	}
	t := in.Policy.Thresholds
	if n > t.UnrelatedServicesPerProj && len(types) > t.UnrelatedServiceTypes && joined == 0 {
		ev = append(ev, Evidence{"services", fmt.Sprintf("%d of %d types, none integrated", n, len(types)),
			fmt.Sprintf("at most %d, or integrated", t.UnrelatedServicesPerProj)})
	}
	return ev
}

func keys(m map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
