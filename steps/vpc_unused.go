package steps

import (
	"fmt"

	"avn-harden/internal/organization"
)

// checkVPCUnused asks what VPCs without services are for.
//
// step: virtual-private-clouds
// order: 50
func checkVPCUnused() Check {
	return Check{
		ID: "vpc-unused", Title: "Each VPC has services in it", Severity: Info,
		Why:   "A VPC that nothing uses keeps a network range taken and its peerings open for nothing.",
		How:   "Move services into it, or delete it in the Aiven console with its peerings.",
		Docs:  docs + "platform/howto/manage-project-vpc",
		Needs: networkParts,
		Eval: func(in Input) Result {
			var r Result
			for _, v := range in.Org.VPCs {
				if !v.State.Is("ACTIVE") {
					continue
				}
				if len(inVPC(in.Org, v)) > 0 {
					r.Passed++
					continue
				}
				f := Finding{
					Resource: vpcTarget(v), Title: fmt.Sprintf("The VPC %s has no services", vpcName(v)),
					Evidence: []Evidence{{"services", "none", "some, or no VPC"}},
				}
				if n := countPeerings(v); n > 0 {
					f.Evidence = append(f.Evidence, Evidence{"peering_connections", fmt.Sprint(n), "none, before the VPC is deleted"})
				}
				r.Findings = append(r.Findings, f)
			}
			if r.Passed+len(r.Findings) == 0 {
				r.NotApplicable = "There is no active VPC."
			}
			return r
		},
	}
}

func countPeerings(v organization.VPC) int {
	n := 0
	for _, p := range v.Peerings {
		if !p.State.Is("DELETED") {
			n++
		}
	}
	return n
}
