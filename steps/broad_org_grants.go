package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkBroadOrgGrants asks that project rights are granted on projects.
//
// step: least-privilege
// order: 100
func checkBroadOrgGrants() Check {
	return Check{
		ID: "broad-org-grants", Title: "Rights on projects are granted on projects", Severity: Medium,
		Why:  "Granted on the organization, they hold in every project, those of tomorrow too.",
		How:  "Grant them on the projects where they are needed, then take them from the organization.",
		Docs: docsPermissions, Needs: []organization.Part{organization.PartOrganization, organization.PartUsers, organization.PartGroups, organization.PartProjects, organization.PartPermissions},
		Fixes: []Fix{{
			ID: "narrow-to-projects", Title: "Grant on projects instead", Risk: remediate.Disruptive, Undoable: true, Order: 350,
			Questions: func(in Input, _ []Finding) []Question {
				q := projectsQuestion(in, "In which projects is it needed?", nil)
				q.Optional, q.Validate = true, nil
				q.Help = "They keep it there. With none chosen it is only taken away."
				return []Question{q}
			},
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				n := len(b.Plan.Changes)
				for _, f := range fs {
					if err := narrow(ctx, b, in, f, lines(a["projects"])); err != nil {
						return err
					}
				}
				noteEffect(b, n)
				noteResidual(b)
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, g := range in.Org.Grants {
				if !g.ResourceType.Is("organization") || len(g.Permissions) == 0 {
					continue
				}
				broad := matching(g.Permissions, cascades)
				if len(broad) == 0 {
					r.Passed++
					continue
				}
				who := principalOf(in.Org, g)
				r.Findings = append(r.Findings, Finding{
					Resource: who.target(in.Org), Title: fmt.Sprintf("%s has %s on the whole organization", who.begins(), shownList(broad)),
					Evidence: []Evidence{{"granted on the organization", shownList(broad), "on the projects that need it"}},
				})
			}
			return r
		},
	}
}

// cascades says whether a permission on the organization gives power in every
// project. Roles that are not known count.
func cascades(p Text) bool {
	s := p.Raw()
	switch {
	case isOrgAdmin(p), strings.HasPrefix(s, "organization:"):
		return false
	case slices.Contains([]string{"admin", "operator", "developer", "service:secrets:read", "service:users:write"}, s):
		return true
	case s == "read_only" || s == "role:project:read":
		return false
	}
	return strings.HasPrefix(s, "role:") || strings.HasSuffix(s, ":write")
}

func narrow(ctx context.Context, b *remediate.Builder, in Input, f Finding, projects []string) error {
	for _, g := range principals(in.Org, orgPlace(in.Org), cascades) {
		if g.PrincipalID != f.Resource.ID {
			continue
		}
		c := accessChange{check: f.Check, fix: "narrow-to-projects", resource: f.Resource, who: principalOf(in.Org, g), permissions: matching(g.Permissions, cascades)}
		for _, id := range projects {
			c.operation, c.on = "grant", projectPlace(in.Org, texts([]string{id})[0])
			if err := c.add(ctx, b); err != nil {
				return err
			}
		}
		c.operation, c.on, c.risk = "revoke", orgPlace(in.Org), remediate.Disruptive
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	return nil
}
