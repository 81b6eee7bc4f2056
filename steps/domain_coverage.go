package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkDomainCoverage looks for people outside the verified domains.
//
// step: verify-domain
// order: 30
func checkDomainCoverage() Check {
	return Check{
		ID: "domain-coverage", Title: "Everybody's address is of a verified domain", Severity: Medium,
		Why:  "People with other addresses, or not managed by the organization, keep their account when they leave the company.",
		How:  "Verify their domain too, or replace their account by one with a company address.",
		Docs: docs + "platform/howto/manage-org-users", Needs: []organization.Part{organization.PartDomains, organization.PartUsers},
		Attest: "I have reviewed the people with addresses outside our verified domains, and each of them is meant to have access.",
		Fixes: []Fix{{
			ID: "review-outside-people", Title: "Review the people outside your domains", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, f []Finding, _ Answers) Guide {
				return Guide{Title: "Review the people outside your domains", Lines: []string{
					fmt.Sprintf("In the Aiven Console, open Admin > Users of %s and look at each of the people named in this finding.", in.Org.Name),
					"Verify their e-mail domain if it is yours. Otherwise invite them again with a company address and remove the old account, which ends its access for good.",
					"Attest the check when each of those who remain is meant to.",
				}}
			},
		}},
		Eval: func(in Input) Result {
			var verified []string
			for _, d := range in.Org.Domains {
				if d.State.Is("verified") {
					verified = append(verified, strings.ToLower(d.Name.Raw()))
				}
			}
			var r Result
			var outside, unmanaged []Text
			for _, u := range in.Org.Users {
				switch {
				case u.IsApplicationUser:
				case !slices.Contains(verified, emailDomain(u.Email)):
					outside = append(outside, masked(u.Email))
				case u.ManagingOrgID != in.Org.ID:
					unmanaged = append(unmanaged, masked(u.Email))
				default:
					r.Passed++
				}
			}
			if len(outside)+len(unmanaged) == 0 {
				return r
			}
			f := about(in, fmt.Sprintf("%d people are outside the verified domains or not managed", len(outside)+len(unmanaged)))
			f.Passed = r.Passed
			ev := &f.Findings[0].Evidence
			if len(outside) > 0 {
				*ev = append(*ev, Evidence{"other domain", people(outside), "an address of a verified domain"})
			}
			if len(unmanaged) > 0 {
				*ev = append(*ev, Evidence{"not managed", people(unmanaged), "managed by the organization"})
			}
			return f
		},
	}
}

// masked keeps the first letter and the domain of an address.
func masked(t Text) Text {
	s := t.Raw()
	i := strings.LastIndex(s, "@")
	if i <= 0 {
		return aivenapi.NewText("•••")
	}
	first := []rune(s[:i])[0]
	return aivenapi.NewText(string(first) + "•••" + s[i:])
}
