package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/domain"
	"golang.org/x/net/idna"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const permDomains = "organization:domains:write"

func domainTarget(d organization.Domain) remediate.Target {
	return remediate.Target{Type: "domain", ID: d.ID, Name: d.Name}
}

func domainByID(o *organization.Organization, id Text) (organization.Domain, bool) {
	for _, d := range o.Domains {
		if d.ID == id {
			return d, true
		}
	}
	return organization.Domain{}, false
}

// validDomain checks a DNS name the way registries do.
func validDomain(s string) error {
	if _, err := idna.Registration.ToASCII(s); err != nil || !strings.Contains(strings.Trim(s, "."), ".") || strings.HasSuffix(s, ".") {
		return errors.New("this is no domain name: write it as in example.com")
	}
	return nil
}

func verificationTypes() []Option {
	return []Option{
		{string(domain.VerificationTypeDns), "a TXT record in DNS"},
		{string(domain.VerificationTypeHttp), "a file on the domain's web server"},
	}
}

func fixAddDomain() Fix {
	return Fix{
		ID: "add-domain", Title: "Add your domain", Risk: remediate.Reversible, Undoable: true, Order: 10, Then: "verify-domain",
		Questions: func(Input, []Finding) []Question {
			return []Question{
				{Key: "domain", Kind: AskText, Title: "Domain", Help: "The part of your people's e-mail addresses after the @.", Validate: validDomain},
				{Key: "type", Kind: AskChoice, Title: "How will you prove that it is yours?", Default: string(domain.VerificationTypeDns), Options: verificationTypes()},
			}
		},
		Build: buildAddDomain,
	}
}

func buildAddDomain(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error {
	name := strings.ToLower(a["domain"])
	if err := validDomain(name); err != nil {
		return err
	}
	org := in.Org.ID.Raw()
	d := delta(in.Org, organization.PartDomains, organization.NameResource(name), "", true)
	if d.Before != "" {
		return fmt.Errorf("the organization has the domain %s already", aivenapi.Sanitise(name))
	}
	id := b.Ref("domain.id")
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f[0].Check, Fix: "add-domain", Resource: orgTarget(in.Org),
			Says: fmt.Sprintf("Add the domain %s to %s, not verified yet", aivenapi.Sanitise(name), in.Org.Name),
			Risk: remediate.Reversible, Permission: permDomains,
			Touches: []organization.Part{organization.PartDomains},
			Deltas:  []remediate.Delta{d}, Yields: map[string]string{"domain.id": "/domain_id"},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationDomainAdd(ctx, org, &domain.OrganizationDomainAddIn{DomainName: name, VerificationType: domain.VerificationType(a["type"])})
			return err
		},
		Inverse: []remediate.InverseCall{{
			Says:   fmt.Sprintf("Take the domain %s out again, as long as it is not verified", aivenapi.Sanitise(name)),
			Deltas: back(d),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.OrganizationDomainsRemove(ctx, org, id)
			},
		}},
	})
}

func fixVerifyDomain() Fix {
	return Fix{
		ID: "verify-domain", Title: "Prove that the domain is yours", Risk: remediate.Irreversible, Order: 20,
		Guide: guideVerifyDomain, Build: buildVerifyDomain,
	}
}

// guideVerifyDomain shows the record as Aiven gave its value: the token is
// already in the form that is looked for.
func guideVerifyDomain(in Input, f []Finding, _ Answers) Guide {
	d, ok := domainByID(in.Org, f[0].Resource.ID)
	if !ok {
		return Guide{Title: "The domain is gone", Lines: []string{"Read the organization again."}}
	}
	if d.VerificationType.Is(string(domain.VerificationTypeHttp)) {
		url := "https://" + d.Name.Raw() + "/.well-known/aiven"
		return Guide{
			Title: fmt.Sprintf("Put a file on the web server of %s", d.Name),
			Lines: []string{
				"Put a text file with exactly this content at this address, then wait here: it is fetched until it is there.",
				"The address is the usual one; if the Aiven Console shows another for this domain, use that one and go on when it is in place.",
			},
			Copy:  []Copyable{{"Address", aivenapi.NewText(url)}, {"Content", d.ChallengeToken}},
			Probe: &Probe{Kind: "http-file", Name: url, Value: d.ChallengeToken.Raw(), Optional: true},
		}
	}
	record := "_aiven-challenge." + d.Name.Raw()
	return Guide{
		Title: fmt.Sprintf("Publish a TXT record for %s", d.Name),
		Lines: []string{
			"Add this TXT record where the domain's DNS is run, then wait here: it is looked up until it is there. That can take minutes, at worst 72 hours; you can leave and come back.",
		},
		Copy:  []Copyable{{"Name", aivenapi.NewText(record)}, {"Value", d.ChallengeToken}},
		Probe: &Probe{Kind: "dns-txt", Name: record, Value: d.ChallengeToken.Raw(), Optional: true},
	}
}

func buildVerifyDomain(ctx context.Context, b *remediate.Builder, in Input, f []Finding, _ Answers) error {
	d, ok := domainByID(in.Org, f[0].Resource.ID)
	if !ok {
		return fmt.Errorf("the domain %s is gone: read the organization again", f[0].Resource.Name)
	}
	if managed := becomeManaged(in.Org, d); len(managed) > 0 {
		b.Note("%d people become managed users of the organization: %s. Admins can then change their profile and deactivate them.", len(managed), people(managed))
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f[0].Check, Fix: "verify-domain", Resource: domainTarget(d),
			Says: fmt.Sprintf("Verify the domain %s", d.Name),
			Risk: remediate.Irreversible, Permission: permDomains,
			NoUndo:  "Verifying a domain makes its people managed users, and Aiven has no way back.",
			Touches: []organization.Part{organization.PartDomains, organization.PartUsers},
			Deltas:  []remediate.Delta{delta(in.Org, organization.PartDomains, d.ID.Raw(), "state", "verified")},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationDomainVerify(ctx, in.Org.ID.Raw(), d.ID.Raw())
			return err
		},
	})
}

// becomeManaged are the people whose address is of the domain and who are not
// managed by this organization yet.
func becomeManaged(o *organization.Organization, d organization.Domain) []Text {
	var out []Text
	for _, u := range o.Users {
		if !u.IsApplicationUser && emailDomain(u.Email) == strings.ToLower(d.Name.Raw()) && u.ManagingOrgID != o.ID {
			out = append(out, u.Email)
		}
	}
	return out
}

func emailDomain(t Text) string {
	s := t.Raw()
	return strings.ToLower(s[strings.LastIndex(s, "@")+1:])
}
