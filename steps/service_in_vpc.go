package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/organization"
)

// exemptTag on a service says that it belongs on the internet.
const exemptTag = "vpc-exempt"

// stateless are types that keep no data of their own.
var stateless = []string{"grafana", "flink", "kafka_connect", "kafka_mirrormaker", "m3aggregator"}

// checkServiceInVPC asks that services are off the internet.
//
// step: virtual-private-clouds
// order: 10
func checkServiceInVPC() Check {
	return Check{
		ID: "service-in-vpc", Title: "Each service is in a VPC", Severity: High,
		Why:   "A service outside a VPC has its addresses on the internet, where an IP filter and a password are all that protect it.",
		How:   "Make a VPC in the service's cloud, peer it with your network, then move the service into it. A service that has to be public gets the tag " + exemptTag + ".",
		Docs:  docs + "platform/howto/manage-project-vpc",
		Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{createVPCFix(), moveIntoVPCFix()},
		Eval: func(in Input) Result {
			var r Result
			var list []organization.Service
			for _, s := range onServices(in.Org) {
				if _, exempt := s.Tags[exemptTag]; exempt || ownCloud(in.Org, s) {
					continue
				}
				list = append(list, s)
				if !s.VPCID.Empty() {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, publicService(in, s))
			}
			if len(list) == 0 {
				r.NotApplicable = "No service runs in Aiven's clouds that is not exempt."
			}
			return r
		},
	}
}

func publicService(in Input, s organization.Service) Finding {
	f := Finding{
		Resource: serviceTarget(s), Title: fmt.Sprintf("%s is on the public internet", shownService(s)),
		Evidence: []Evidence{{"project_vpc_id", "none", strings.TrimSuffix("a VPC in "+s.Cloud.String(), " in ")}},
	}
	if slices.ContainsFunc(stateless, s.Type.Is) {
		f.Severity = Medium
	}
	made := false
	for _, v := range vpcsFor(in.Org, s) {
		if v.State.Is("ACTIVE") {
			f.Fixes = []string{"move-into-vpc"}
			f.Evidence = append(f.Evidence, Evidence{"VPC", vpcName(v).String() + " is ready", "used"})
			return f
		}
		made = made || v.State.Is("APPROVED")
	}
	f.Fixes = []string{"create-vpc"}
	if s.Cloud.Empty() {
		f.Fixes = []string{}
	}
	if made {
		f.Fixes = []string{}
		f.Evidence = append(f.Evidence, Evidence{"VPC", "still being made", "read again in a while"})
	}
	return f
}

// vpcsFor are the VPCs that a service could be in: its project's and the
// organization's, in its cloud.
func vpcsFor(o *organization.Organization, s organization.Service) []organization.VPC {
	var out []organization.VPC
	for _, v := range o.VPCs {
		if (v.Project.Empty() || v.Project == s.Project) && v.In(s.Cloud) {
			out = append(out, v)
		}
	}
	return out
}
