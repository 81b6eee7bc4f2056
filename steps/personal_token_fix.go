package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const docsPersonal = docs + "platform/howto/create_authentication_token"

// personalTokenFinding is a finding about one personal token.
func personalTokenFinding(in Input, u organization.User, t organization.PersonalToken, says string, evidence ...Evidence) Finding {
	name := "a token " + t.Prefix.String() + "…"
	if !t.Description.Empty() {
		name = "the token \"" + t.Description.String() + "\""
	}
	last := "never"
	if !t.LastUsed.IsZero() {
		last = ago(in.Now.Sub(t.LastUsed))
		if !t.LastIP.Empty() {
			last += " from " + t.LastIP.String()
		}
	}
	f := Finding{
		Resource: tokenTarget(u.ID, t.Prefix, t.Description), Title: fmt.Sprintf("%s of %s %s", capital(name), u.Email, says),
		Evidence: append(evidence, Evidence{"last_used_time", last, "known and wanted"}),
	}
	if u.ManagingOrgID != in.Org.ID {
		f.Fixes = []string{}
		f.Evidence = append(f.Evidence, Evidence{"managed by", "the user", "revoked by the user, in their profile"})
	}
	return f
}

// personalTokenOf gives the person and token that a target means.
func personalTokenOf(o *organization.Organization, t remediate.Target) (organization.User, organization.PersonalToken, error) {
	for _, u := range o.Users {
		for _, token := range u.Tokens {
			if organization.TokenResource(u.ID.Raw(), token.Prefix.Raw()) == t.ID.Raw() {
				return u, token, nil
			}
		}
	}
	return organization.User{}, organization.PersonalToken{}, fmt.Errorf("the token %s is gone: read the organization again", t.Name)
}

// revokePersonalFix revokes personal tokens of managed people.
func revokePersonalFix() Fix {
	return Fix{
		ID: "revoke-personal-token", Title: "Revoke", Risk: remediate.Irreversible, Many: true, Order: 540,
		Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
			for _, f := range fs {
				u, t, err := personalTokenOf(in.Org, f.Resource)
				if err != nil {
					return err
				}
				d := delta(in.Org, organization.PartUserTokens, organization.TokenResource(u.ID.Raw(), t.Prefix.Raw()), "", nil)
				err = b.Add(ctx, remediate.Call{
					Change: remediate.Change{
						Check: f.Check, Fix: "revoke-personal-token", Resource: f.Resource, Says: fmt.Sprintf("Revoke the personal token %s of %s", f.Resource.Name, u.Email),
						Risk: remediate.Irreversible, Permission: "organization:users:write", NoUndo: "a revoked token is gone for good: what still uses it needs another",
						Touches: []organization.Part{organization.PartUsers, organization.PartUserTokens}, Deltas: []remediate.Delta{d},
					},
					Do: func(ctx context.Context, api *aivenapi.API) error {
						return api.OrganizationUserRevokeToken(ctx, in.Org.ID.Raw(), u.ID.Raw(), t.Prefix.Raw())
					},
				})
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// perPersonalToken evaluates a rule on each personal token that is listed; a
// rule says nothing of one that is right.
func perPersonalToken(in Input, rule func(organization.User, organization.PersonalToken) (says string, e Evidence)) Result {
	var r Result
	unread := 0
	for _, u := range in.Org.Users {
		if u.IsApplicationUser {
			continue
		}
		if !u.TokensRead {
			unread++
			continue
		}
		for _, t := range u.Tokens {
			if says, e := rule(u, t); says != "" {
				r.Findings = append(r.Findings, personalTokenFinding(in, u, t, says, e))
			} else {
				r.Passed++
			}
		}
	}
	if unread > 0 {
		r.Unknown = fmt.Sprintf("The tokens of %s could not be read.", count(unread, "person", "people"))
	}
	return r
}
