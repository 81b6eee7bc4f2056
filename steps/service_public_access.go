package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkServicePublicAccess asks that a service in a VPC is reached through it only.
//
// step: virtual-private-clouds
// order: 20
func checkServicePublicAccess() Check {
	return Check{
		ID: "service-public-access", Title: "Services in a VPC have no public route", Severity: High,
		Why:   "Public access goes around the VPC: the service has an address on the internet too.",
		How:   "Turn public access off once no client uses the public host name. There is no downtime for the others.",
		Docs:  docs + "platform/howto/public-access-in-vpc",
		Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{publicAccessOffFix()},
		Eval: func(in Input) Result {
			var r Result
			var untold []Text
			var inVPC []organization.Service
			for _, s := range in.Org.Services {
				if s.VPCID.Empty() {
					continue
				}
				inVPC = append(inVPC, s)
				why := publicRoute(s)
				switch {
				case why != "":
					f := Finding{Resource: serviceTarget(s), Title: fmt.Sprintf("%s is in a VPC and on the internet too", shownService(s)),
						Evidence: []Evidence{{"user_config.public_access", why, "off"}}}
					if len(publicAccess(s)) == 0 {
						f.Fixes = []string{} // no key is on that could be turned off
					}
					r.Findings = append(r.Findings, f)
				case !s.Config.Told:
					untold = append(untold, s.Name)
				default:
					r.Passed++
				}
			}
			if len(inVPC) == 0 {
				r.NotApplicable = "No service is in a VPC."
			}
			r.Unknown = notEvaluated(untold, "public_access was not told")
			return r
		},
	}
}

func publicAccessOffFix() Fix {
	return Fix{ID: "public-access-off", Title: "Turn public access off", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 730, Build: buildPublicAccessOff}
}

// buildPublicAccessOff sends every key that was there: the object is replaced whole.
func buildPublicAccessOff(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
	b.Note("Clients of the public host names (those that begin with public-) are cut off. The others notice nothing.")
	for _, f := range fs {
		s, err := found(in, f)
		if err != nil {
			return err
		}
		if len(publicAccess(s)) == 0 {
			return fmt.Errorf("%s has no public access that could be turned off", shownService(s))
		}
		off := map[string]bool{}
		for name := range s.Config.PublicAccess {
			off[name] = false
		}
		err = updateService(ctx, b, f, s, serviceChange{
			fix: "public-access-off", says: "Turn public access to %s off", back: "Turn public access to %s on again",
			risk: remediate.Disruptive, permission: permServiceConfig,
			keys: configKeys("public_access", off), undo: configKeys("public_access", s.Config.PublicAccess),
			deltas: []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "user_config.public_access", off)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
