package steps

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/aiven/go-client-codegen/handler/organizationbilling"
	"github.com/aiven/go-client-codegen/handler/organizationprojects"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const docsContacts = docs + "platform/howto/technical-emails"

// contactList is one list of e-mail addresses that notifications go to.
type contactList struct {
	what       string // for display: "the project shop"
	resource   remediate.Target
	part       organization.Part
	id         string // for Lookup
	field      string
	now        []Text
	permission string
	put        func(list []string) func(context.Context, *aivenapi.API) error
}

// contactLists are all lists of the organization, in its order.
func contactLists(o *organization.Organization) []contactList {
	var out []contactList
	for _, p := range o.Projects {
		out = append(out, projectContacts(o, p))
	}
	for _, s := range o.Services {
		out = append(out, contactList{
			what: "the service " + s.Name.String() + " in " + s.Project.String(), resource: serviceTarget(s), part: organization.PartServices,
			id: s.Ref(), field: "tech_emails", now: s.TechEmails, permission: "project:services:write or service:configuration:write",
			put: func(list []string) func(context.Context, *aivenapi.API) error {
				return func(ctx context.Context, api *aivenapi.API) error {
					return api.ServiceUpdateKeys(ctx, s.Project.Raw(), s.Name.Raw(), map[string]any{"tech_emails": mails(list)})
				}
			},
		})
	}
	for _, g := range o.BillingGroups {
		for _, field := range []string{"billing_emails", "billing_contact_emails"} {
			now := g.Emails
			if field == "billing_contact_emails" {
				now = g.ContactEmails
			}
			out = append(out, contactList{
				what:     "the billing group " + g.Name.String(),
				resource: remediate.Target{Type: "billing group", ID: g.ID, Name: g.Name}, part: organization.PartBilling, id: g.ID.Raw(),
				field: field, now: now, permission: "organization:billing:write", put: putBilling(o, g, field),
			})
		}
	}
	return out
}

func projectContacts(o *organization.Organization, p organization.Project) contactList {
	return contactList{
		what: "the project " + projectName(p).String(), resource: projectTarget(p), part: organization.PartProjects, id: p.ID.Raw(),
		field: "tech_emails", now: p.TechEmails, permission: "organization:projects:write",
		put: func(list []string) func(context.Context, *aivenapi.API) error {
			return func(ctx context.Context, api *aivenapi.API) error {
				emails := []organizationprojects.TechEmailIn{}
				for _, s := range list {
					emails = append(emails, organizationprojects.TechEmailIn{Email: s})
				}
				_, err := api.OrganizationProjectsUpdate(ctx, o.ID.Raw(), p.ID.Raw(), &organizationprojects.OrganizationProjectsUpdateIn{TechEmails: &emails})
				return err
			}
		},
	}
}

func putBilling(o *organization.Organization, g organization.BillingGroup, field string) func([]string) func(context.Context, *aivenapi.API) error {
	return func(list []string) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			in := &organizationbilling.OrganizationBillingGroupUpdateIn{}
			if field == "billing_emails" {
				emails := []organizationbilling.BillingEmailIn{}
				for _, s := range list {
					emails = append(emails, organizationbilling.BillingEmailIn{Email: s})
				}
				in.BillingEmails = &emails
			} else {
				emails := []organizationbilling.BillingContactEmailIn{}
				for _, s := range list {
					emails = append(emails, organizationbilling.BillingContactEmailIn{Email: s})
				}
				in.BillingContactEmails = &emails
			}
			_, err := api.OrganizationBillingGroupUpdate(ctx, o.ID.Raw(), g.ID.Raw(), in)
			return err
		}
	}
}

func mails(list []string) []map[string]string {
	out := []map[string]string{}
	for _, s := range list {
		out = append(out, map[string]string{"email": s})
	}
	return out
}

// set changes the list, which Aiven replaces as a whole.
func (c contactList) set(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, to []string) error {
	d := delta(in.Org, c.part, c.id, c.field, to)
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf("Send the notifications of %s to %s", c.what, shownList(to)),
			Risk: remediate.Reversible, Permission: c.permission, Touches: []organization.Part{c.part}, Deltas: []remediate.Delta{d},
		},
		Do:      c.put(to),
		Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("Send the notifications of %s to the addresses of before", c.what), Deltas: back(d), Do: c.put(raws(c.now))}},
	})
}

// contactQuestions ask for a mailbox that is read.
func contactQuestions(in Input, _ []Finding) []Question {
	return []Question{
		{Key: "email", Kind: AskText, Title: "Which mailbox should get them?", Help: "One that a team reads. Who gets these cannot unsubscribe.", Validate: validContact(in)},
		{Key: "mailbox", Kind: AskConfirm, Title: "Does this mailbox exist, and does somebody read it?"},
	}
}

// contactOf is the mailbox that the answers name and vouch for.
func contactOf(in Input, a Answers) (string, error) {
	email := strings.TrimSpace(a["email"])
	if err := validContact(in)(email); err != nil {
		return "", err
	}
	if a["mailbox"] != "true" {
		return "", errors.New("make sure first that the mailbox exists and that somebody reads it")
	}
	return email, nil
}

func validContact(in Input) func(string) error {
	return func(s string) error {
		s = strings.TrimSpace(s)
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			return errors.New("this is not an e-mail address")
		}
		if isSuperAdminAddress(in.Org, s) {
			return errors.New("this is a super admin's own address: name a team's mailbox")
		}
		return nil
	}
}
