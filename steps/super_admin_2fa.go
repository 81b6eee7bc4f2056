package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkSuperAdmin2FA asks super admins with a password for a second factor.
//
// step: least-privilege
// order: 30
func checkSuperAdmin2FA() Check {
	return Check{
		ID: "super-admin-2fa", Title: "Super admins with a password have a second factor", Severity: Critical,
		Why:  "One guessed or phished password would be enough to own everything.",
		How:  "Only they can turn it on: in the console under Profile, Authentication, Two-factor authentication. Until then take super admin from them.",
		Docs: docs + "platform/howto/user-2fa", Needs: []organization.Part{organization.PartUsers, organization.PartUserAuthMethods},
		Fixes: []Fix{takeSuperAdminFix("take-super-admin")},
		Eval: func(in Input) Result {
			unread := 0
			r := perSuperAdmin(in, func(u organization.User) (Finding, bool) {
				if !u.LoginsRead {
					unread++
					return Finding{}, false
				}
				return Finding{
					Title:    fmt.Sprintf("%s is super admin with a password alone", u.Email),
					Evidence: []Evidence{{"is_enabled_2fa", "off", "on"}},
				}, passwordAlone(u)
			})
			r.Passed -= unread
			if unread > 0 {
				r.Unknown = fmt.Sprintf("How %d of the super admins log in could not be read.", unread)
			}
			return r
		},
	}
}

// passwordAlone says whether a person has a password without a second factor.
func passwordAlone(u organization.User) bool {
	password, second := false, false
	for _, l := range u.LoginMethods {
		if l.Type.Is("internal") || l.Type.Is("password") {
			password, second = true, second || l.TwoFactor
		}
	}
	return password && !second
}
