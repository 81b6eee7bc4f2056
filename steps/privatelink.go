package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
)

// checkPrivatelink asks that private links work and are the only way in.
//
// step: virtual-private-clouds
// order: 60
func checkPrivatelink() Check {
	return Check{
		ID: "privatelink", Title: "Services with private links are reached through them", Severity: Info,
		Why:   "A private link is of use only while it works and nothing goes around it.",
		How:   "Accept the link in your cloud account, and turn public access off.",
		Docs:  docs + "platform/howto/use-aws-privatelinks",
		Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{publicAccessOffFix()},
		Eval: func(in Input) Result {
			var r Result
			for _, s := range onServices(in.Org) {
				if !wantsPrivatelink(s) {
					continue
				}
				f := Finding{Resource: serviceTarget(s), Title: fmt.Sprintf("%s has a private link that is not all there is", shownService(s)), Fixes: []string{}}
				if !hasPrivatelink(s) {
					f.Evidence = append(f.Evidence, Evidence{"components[].route", "none is privatelink", "a link that is active"})
				}
				if why := publicRoute(s); why != "" {
					f.Evidence = append(f.Evidence, Evidence{"public route", why, "none"})
				}
				if len(f.Evidence) == 0 {
					r.Passed++
					continue
				}
				if hasPrivatelink(s) && !s.VPCID.Empty() && len(publicAccess(s)) > 0 {
					// Turning it off is all that is missing, and cuts nobody off the link.
					f.Fixes = []string{"public-access-off"}
				}
				r.Findings = append(r.Findings, f)
			}
			if r.Passed+len(r.Findings) == 0 {
				r.NotApplicable = "No running service has a private link."
			}
			return r
		},
	}
}

// hasPrivatelink says whether a service has an address on a private link that works.
func hasPrivatelink(s organization.Service) bool {
	return slices.ContainsFunc(s.Components, func(c organization.Component) bool { return c.Route.Is("privatelink") })
}

func wantsPrivatelink(s organization.Service) bool {
	for _, on := range s.Config.PrivatelinkAccess {
		if on {
			return true
		}
	}
	return hasPrivatelink(s)
}
