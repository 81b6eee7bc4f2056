package steps

import (
	"fmt"

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
		Needs: []organization.Part{organization.PartServices, organization.PartPrivateLinks},
		Fixes: []Fix{publicAccessOffFix()},
		Eval: func(in Input) Result {
			var r Result
			for _, s := range onServices(in.Org) {
				if !s.WantsPrivateLink() {
					continue
				}
				f := Finding{Resource: serviceTarget(s), Title: fmt.Sprintf("%s has a private link that is not all there is", shownService(s)), Fixes: []string{}}
				if !s.HasPrivateLink() {
					f.Evidence = append(f.Evidence, Evidence{"components[].route", "none is privatelink", "a link that is active"})
				}
				waiting := linksNotActive(in.Org, s)
				f.Evidence = append(f.Evidence, waiting...)
				if why := publicRoute(s); why != "" {
					f.Evidence = append(f.Evidence, Evidence{"public route", why, "none"})
				}
				if len(f.Evidence) == 0 {
					r.Passed++
					continue
				}
				if s.HasPrivateLink() && len(waiting) == 0 && !s.VPCID.Empty() && len(publicAccess(s)) > 0 {
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

// linksNotActive tells of each connection to a service that does not work.
func linksNotActive(o *organization.Organization, s organization.Service) []Evidence {
	var out []Evidence
	for _, l := range o.PrivateLinks {
		if l.Project == s.Project && l.Service == s.Name && !l.State.Is("active") {
			got := "no state"
			if !l.State.Empty() {
				got = l.State.String()
			}
			out = append(out, Evidence{"connection " + l.Endpoint.String(), got, "active"})
		}
	}
	return out
}
