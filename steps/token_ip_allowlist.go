package steps

import (
	"net/netip"

	"avn-harden/internal/organization"
)

// checkTokenIPAllowlist asks that tokens work from known networks alone.
//
// step: application-users
// order: 30
func checkTokenIPAllowlist() Check {
	return Check{
		ID: "token-ip-allowlist", Title: "Tokens work from known networks alone", Severity: High,
		Why:  "A token that leaks into a log or a repository works for whoever finds it, from anywhere.",
		How:  "Replace it by one that works only from the application's networks. An existing token cannot be restricted.",
		Docs: docsTokens, Needs: []organization.Part{organization.PartAppUsers, organization.PartAppTokens},
		Fixes: rotateFixes(),
		Eval: func(in Input) Result {
			return perToken(in, []string{fixRotate}, func(_ organization.AppUser, t organization.AppToken) (Finding, bool) {
				got := "none"
				for _, r := range t.IPAllowlist {
					if everywhere(r) {
						got = r.String()
					}
				}
				return Finding{Title: "works from anywhere", Evidence: []Evidence{{"ip_allowlist", got, "the application's networks"}, {"last use", used(t, in), "from there"}}},
					len(t.IPAllowlist) == 0 || got != "none"
			})
		},
	}
}

func everywhere(network Text) bool {
	p, err := netip.ParsePrefix(network.Raw())
	return err == nil && p.Bits() == 0
}
