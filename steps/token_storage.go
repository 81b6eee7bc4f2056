package steps

import (
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkTokenStorage asks for what only people can see.
//
// step: application-users
// order: 120
func checkTokenStorage() Check {
	return Check{
		ID: "token-storage", Title: "Tokens are kept in a secret store", Severity: Medium,
		Why:  "A token in a repository, a wiki or a chat is everybody's.",
		How:  "Keep tokens in a secret store that applications read them from, and search the places where they should not be.",
		Docs: docsTokens, Needs: []organization.Part{organization.PartOrganization},
		Attest: "Application tokens are kept in a secret store, are not in code, wikis, chats or logs, and are replaced at once when they were.",
		Fixes: []Fix{{
			ID: "store-tokens", Title: "Move tokens into a secret store", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, _ []Finding, _ Answers) Guide {
				g := Guide{Title: "Move tokens into a secret store", Lines: []string{
					"For each application user below: find where its tokens are used, and let the application read them from your secret store (Vault, a cloud's secret manager, sealed secrets).",
					"Search repositories, CI variables, wikis and chats for the tokens' first characters. Replace every token that was found there: deleting the text is not enough.",
					"Turn secret scanning on where your code is.",
				}}
				for _, u := range in.Org.AppUsers {
					for _, t := range u.Tokens {
						g.Copy = append(g.Copy, Copyable{"Token of " + u.Name.String() + " begins with", t.Prefix})
					}
				}
				return g
			},
		}},
		Eval: func(in Input) Result {
			return about(in, "Nobody has confirmed where tokens are kept", Evidence{"attestation", "none", "a word from somebody responsible"})
		},
	}
}
