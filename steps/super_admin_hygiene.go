package steps

import (
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkSuperAdminHygiene asks for what only people can see.
//
// step: least-privilege
// order: 60
func checkSuperAdminHygiene() Check {
	return Check{
		ID: "super-admin-hygiene", Title: "Super admin credentials lie in a safe", Severity: Medium,
		Why:  "The last way in must work when all else is gone, and must not be anybody's alone.",
		How:  "Keep passwords and second factors offline under two people's control, change them after each use, and restrict the mailboxes.",
		Docs: docsSuperAdmin, Needs: []organization.Part{organization.PartOrganization},
		Attest: "Super admin passwords are printed and kept under two-party control; their 2FA secrets are kept offline; " +
			"credentials are changed after each use; and only few can read the super admins' mailboxes.",
		Fixes: []Fix{{
			ID: "seal-credentials", Title: "Seal the credentials", Risk: remediate.Reversible, Manual: true,
			Guide: func(in Input, _ []Finding, _ Answers) Guide {
				g := Guide{Title: "Seal the super admins' credentials", Lines: []string{
					"For each super admin below:",
					"1. Set a generated password, print it, seal it in an envelope, and put it where two people are needed to open it.",
					"2. Write down or print the second factor's secret, or enrol a second hardware key, and keep it in another safe.",
					"3. Change both after each use, and note who used them and why.",
					"4. Let only two people read the mailbox: whoever reads it can reset the password.",
				}}
				for _, u := range superAdmins(in.Org) {
					g.Copy = append(g.Copy, Copyable{"Super admin", u.Email})
				}
				return g
			},
		}},
		Eval: func(in Input) Result {
			return about(in, "Nobody has confirmed how super admin credentials are kept", Evidence{"attestation", "none", "a word from somebody responsible"})
		},
	}
}
