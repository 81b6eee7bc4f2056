package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	clientorg "github.com/aiven/go-client-codegen/handler/organization"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkIdPDomainLinked asks that each identity provider serves a verified domain.
//
// step: identity-provider
// order: 20
func checkIdPDomainLinked() Check {
	return Check{
		ID: "idp-domain-linked", Title: "Each identity provider is linked to a verified domain", Severity: Medium,
		Why:   "An identity provider without a domain is not offered to your people when they type their address.",
		How:   "Link it to your verified domain.",
		Docs:  docs + "platform/howto/saml/add-identity-providers",
		Needs: []organization.Part{organization.PartIdPs, organization.PartDomains},
		Fixes: []Fix{{
			ID: "link-domain", Title: "Link it to a verified domain", Risk: remediate.Reversible, Undoable: true, Order: 30,
			Questions: func(in Input, _ []Finding) []Question {
				opts := verifiedDomains(in.Org)
				q := Question{Key: "domain", Kind: AskChoice, Title: "Domain", Options: opts}
				if len(opts) > 0 {
					q.Default = opts[0].Value
				}
				return []Question{q}
			},
			Build: buildLinkDomain,
		}},
		Eval: func(in Input) Result {
			return perMethod(in, func(m organization.AuthMethod) (Finding, bool) {
				if len(linkedVerified(in.Org, m)) > 0 {
					return Finding{}, false
				}
				return Finding{
					Title:    fmt.Sprintf("%s is linked to no verified domain", m.Name),
					Evidence: []Evidence{{"linked verified domains", "none", "at least one"}},
				}, true
			})
		},
	}
}

// linkedVerified are the verified domains that a method serves, by either
// side's word.
func linkedVerified(o *organization.Organization, m organization.AuthMethod) []organization.Domain {
	var out []organization.Domain
	for _, d := range o.Domains {
		if d.State.Is("verified") && (slices.Contains(m.LinkedDomainIDs, d.ID) || slices.Contains(d.LinkedMethodIDs, m.ID)) {
			out = append(out, d)
		}
	}
	return out
}

func buildLinkDomain(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	m, err := methodByID(in.Org, fs[0].Resource.ID)
	if err != nil {
		return err
	}
	d, ok := domainByID(in.Org, aivenapi.NewText(a["domain"]))
	if !ok || !d.State.Is("verified") {
		return errors.New("there is no verified domain to link: verify a domain first (step 1)")
	}
	ids := []string{d.ID.Raw()}
	for _, id := range m.LinkedDomainIDs {
		ids = append(ids, id.Raw())
	}
	ds := delta(in.Org, organization.PartIdPs, m.ID.Raw(), "linked_domains", ids)
	org := in.Org.ID.Raw()
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: fs[0].Check, Fix: "link-domain", Resource: methodTarget(m),
			Says: fmt.Sprintf("Link %s to the domain %s", m.Name, d.Name), Risk: remediate.Reversible, Permission: permOrgAdmin,
			Touches: []organization.Part{organization.PartIdPs, organization.PartDomains}, Deltas: []remediate.Delta{ds},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			return api.OrganizationAuthDomainLink(ctx, org, m.ID.Raw(), &clientorg.OrganizationAuthDomainLinkIn{DomainId: d.ID.Raw()})
		},
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Unlink %s from the domain %s", m.Name, d.Name), Deltas: back(ds),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.OrganizationAuthDomainUnlink(ctx, org, m.ID.Raw(), d.ID.Raw())
			},
		}},
	})
}
