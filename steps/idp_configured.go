package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/accountauthentication"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkIdPConfigured asks for one identity provider that works.
//
// step: identity-provider
// order: 10
func checkIdPConfigured() Check {
	return Check{
		ID: "idp-configured", Title: "An identity provider is active", Severity: High,
		Why:   "Without single sign-on every person has a password of their own at Aiven, and leaving the company does not end their access.",
		How:   "Add your identity provider by SAML: tell Aiven about it, then tell it about Aiven.",
		Docs:  docs + "platform/howto/saml/add-identity-providers",
		Needs: []organization.Part{organization.PartIdPs, organization.PartDomains},
		Fixes: []Fix{fixCreateIdP(), fixFinishIdP()},
		Eval: func(in Input) Result {
			var r Result
			var unfinished []organization.AuthMethod
			for _, m := range samlMethods(in.Org) {
				if m.ActiveSAML() {
					r.Passed++
				} else {
					unfinished = append(unfinished, m)
				}
			}
			if r.Passed > 0 {
				return r
			}
			for _, m := range unfinished {
				r.Findings = append(r.Findings, Finding{
					Resource: methodTarget(m), Title: fmt.Sprintf("%s is set up but not in use, and no other is", m.Name),
					Evidence: []Evidence{{"state", m.State.String(), "active"}, {"authentication_method_enabled", fmt.Sprint(m.Enabled), "true"}},
					Fixes:    []string{"finish-idp"},
				})
			}
			if len(unfinished) == 0 {
				r = about(in, "No identity provider is set up", Evidence{"SAML methods", "none", "one, active and enabled"})
				r.Findings[0].Fixes = []string{"create-idp"}
			}
			return r
		},
	}
}

func idpQuestions(in Input) []Question {
	return []Question{
		{Key: "url", Kind: AskText, Title: "IdP URL", Help: "The single sign-on (login) URL of your identity provider.", Validate: validURL},
		{Key: "entity", Kind: AskText, Title: "Entity ID", Help: "The issuer or entity ID of your identity provider.", Validate: validText},
		{Key: "certificate", Kind: AskLong, Title: "Certificate", Help: "The identity provider's signing certificate, in PEM form.", Validate: validCertificate(in.Now)},
	}
}

func fixCreateIdP() Fix {
	return Fix{
		ID: "create-idp", Title: "Add your identity provider", Risk: remediate.Reversible, Undoable: true, Order: 10, Then: "finish-idp",
		Questions: func(in Input, _ []Finding) []Question {
			q := []Question{{Key: "name", Kind: AskText, Title: "Name", Help: "What people see on the login page, for example: Company SSO.", Validate: validText}}
			if opts := verifiedDomains(in.Org); len(opts) > 0 {
				q = append(q, Question{Key: "domain", Kind: AskChoice, Title: "Domain whose people log in through it", Options: opts, Default: opts[0].Value})
			}
			return q
		},
		Build: func(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error {
			name := strings.TrimSpace(a["name"])
			d := delta(in.Org, organization.PartIdPs, organization.NameResource(name), "", true)
			if d.Before != "" {
				return fmt.Errorf("there is an authentication method called %s already", aivenapi.Sanitise(name))
			}
			create := &accountauthentication.AccountAuthenticationMethodCreateIn{
				AuthenticationMethodName: name, AuthenticationMethodType: accountauthentication.AuthenticationMethodTypeSaml,
			}
			if id := a["domain"]; id != "" {
				create.LinkedDomains = &[]accountauthentication.LinkedDomainIn{{DomainId: id}}
			}
			account, id := in.Org.RootAccountID.Raw(), b.Ref("idp.id")
			return b.Add(ctx, remediate.Call{
				Change: remediate.Change{
					Check: f[0].Check, Fix: "create-idp", Resource: orgTarget(in.Org),
					Says: fmt.Sprintf("Add the SAML identity provider %s, still without its own values", aivenapi.Sanitise(name)),
					Risk: remediate.Reversible, Permission: permOrgAdmin,
					Touches: []organization.Part{organization.PartIdPs, organization.PartDomains}, Deltas: []remediate.Delta{d},
					Yields: map[string]string{"idp.id": "/authentication_method/authentication_method_id"},
				},
				Do: func(ctx context.Context, api *aivenapi.API) error {
					_, err := api.AccountAuthenticationMethodCreate(ctx, account, create)
					return err
				},
				Inverse: []remediate.InverseCall{{
					Says: fmt.Sprintf("Delete the identity provider %s", aivenapi.Sanitise(name)), Deltas: back(d),
					Do: func(ctx context.Context, api *aivenapi.API) error {
						return api.AccountAuthenticationMethodDelete(ctx, account, id)
					},
				}},
			})
		},
	}
}

func fixFinishIdP() Fix {
	return Fix{
		ID: "finish-idp", Title: "Connect it with your identity provider", Risk: remediate.Disruptive, Order: 20,
		Questions: func(in Input, _ []Finding) []Question { return idpQuestions(in) },
		Guide: func(in Input, f []Finding, _ Answers) Guide {
			m, err := methodByID(in.Org, f[0].Resource.ID)
			if err != nil {
				return Guide{Title: "The identity provider is gone", Lines: []string{"Read the organization again."}}
			}
			return Guide{
				Title: fmt.Sprintf("Tell your identity provider about Aiven (%s)", m.Name),
				Lines: []string{
					"In your identity provider, make a SAML application for Aiven with these two addresses, have it sign its assertions, and assign the people who may log in.",
					"Its own URL, entity ID and certificate are the ones that you have just entered.",
				},
				Copy: []Copyable{{"Metadata URL", m.MetadataURL}, {"ACS URL", m.AcsURL}},
			}
		},
		Build: func(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error {
			m, err := methodByID(in.Org, f[0].Resource.ID)
			if err != nil {
				return err
			}
			idp, entity, cert, enabled := a["url"], a["entity"], strings.TrimSpace(a["certificate"]), true
			return addSetting(ctx, b, in, f[0], m, setting{
				fix: "finish-idp", says: fmt.Sprintf("Give %s the values of your identity provider and let people log in through it", m.Name),
				set:    &methodUpdate{SamlIdpUrl: &idp, SamlEntityId: &entity, SamlCertificate: &cert, AuthenticationMethodEnabled: &enabled},
				noUndo: "The values before are not known to be whole. The identity provider can be switched off in the Aiven Console.",
				after:  map[string]any{"saml_idp_url": idp, "saml_entity_id": entity, "authentication_method_enabled": true},
				order:  []string{"saml_idp_url", "saml_entity_id", "authentication_method_enabled"}, pause: testLogin, risk: remediate.Disruptive,
			})
		},
	}
}
