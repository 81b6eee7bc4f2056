package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkNotificationEmail asks that notifications do not go to super admins.
//
// step: least-privilege
// order: 150
func checkNotificationEmail() Check {
	return Check{
		ID: "notification-email-not-super-admin", Title: "Notifications go to mailboxes other than super admins'", Severity: Medium,
		Why:  "An address that everybody can see on notifications and invoices is the one that phishing goes to; and a super admin's mailbox should be read by few.",
		How:  "Send them to a team's mailbox.",
		Docs: docsContacts, Needs: []organization.Part{organization.PartUsers, organization.PartProjects, organization.PartServices, organization.PartBilling},
		Fixes: []Fix{{
			ID: "move-notifications", Title: "Send them to another mailbox", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 380,
			Questions: contactQuestions,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
				email, err := contactOf(in, a)
				if err != nil {
					return err
				}
				for _, f := range fs {
					for _, c := range contactLists(in.Org) {
						if c.resource.ID != f.Resource.ID || c.resource.Type != f.Resource.Type || len(superAdminIn(in.Org, c.now)) == 0 {
							continue
						}
						to := []string{}
						for _, t := range c.now {
							if len(superAdminIn(in.Org, []Text{t})) == 0 && t.Raw() != email {
								to = append(to, t.Raw())
							}
						}
						if err := c.set(ctx, b, in, f, "move-notifications", append(to, email)); err != nil {
							return err
						}
					}
				}
				return nil
			},
		}},
		Eval: func(in Input) Result {
			var r Result
			at := map[string]int{}
			for _, c := range contactLists(in.Org) {
				bad := superAdminIn(in.Org, c.now)
				if len(bad) == 0 {
					if len(c.now) > 0 {
						r.Passed++
					}
					continue
				}
				e := Evidence{c.field, people(bad), "a team's mailbox"}
				key := c.resource.Type + "\x00" + c.resource.ID.Raw()
				if i, ok := at[key]; ok {
					r.Findings[i].Evidence = append(r.Findings[i].Evidence, e)
					continue
				}
				at[key] = len(r.Findings)
				r.Findings = append(r.Findings, Finding{
					Resource: c.resource, Title: fmt.Sprintf("Notifications of %s go to a super admin", c.what), Evidence: []Evidence{e},
				})
			}
			return r
		},
	}
}

// superAdminIn gives the addresses that are super admins' own, deactivated
// ones included: their mailboxes are no better, or read by nobody.
func superAdminIn(o *organization.Organization, list []Text) []Text {
	var out []Text
	for _, t := range list {
		if isSuperAdminAddress(o, t.Raw()) {
			out = append(out, t)
		}
	}
	return out
}

func isSuperAdminAddress(o *organization.Organization, address string) bool {
	return slices.ContainsFunc(o.Users, func(u organization.User) bool {
		return u.IsSuperAdmin && !u.IsApplicationUser && strings.EqualFold(u.Email.Raw(), address)
	})
}
