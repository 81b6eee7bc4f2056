package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkProjectContacts asks that each project names who is told.
//
// step: least-privilege
// order: 160
func checkProjectContacts() Check {
	return Check{
		ID: "project-contacts-set", Title: "Each project says who gets its notifications", Severity: Low,
		Why:  "Without contacts Aiven writes to the project's admins and operators, who change, and who may not read it.",
		How:  "Name a team's mailbox.",
		Docs: docsContacts, Needs: []organization.Part{organization.PartProjects, organization.PartUsers},
		Fixes: []Fix{{
			ID: "set-contacts", Title: "Name a mailbox", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 385,
			Questions: contactQuestions,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				email, err := contactOf(in, a)
				if err != nil {
					return err
				}
				for _, f := range fs {
					for _, p := range in.Org.Projects {
						if p.ID != f.Resource.ID {
							continue
						}
						if err := projectContacts(in.Org, p).set(ctx, b, in, f, "set-contacts", []string{email}); err != nil {
							return err
						}
					}
				}
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, p := range in.Org.Projects {
				if len(p.TechEmails) > 0 {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: projectTarget(p), Title: fmt.Sprintf("%s names nobody for notifications", projectName(p)),
					Evidence: []Evidence{{"tech_emails", "none", "a team's mailbox"}},
				})
			}
			return r
		},
	}
}
