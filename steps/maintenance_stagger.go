package steps

import (
	"fmt"
	"slices"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkMaintenanceStagger looks for pairs that are maintained at the same time.
//
// step: service-updates
// order: 80
func checkMaintenanceStagger() Check {
	return Check{
		ID: "maintenance-stagger", Title: "Services that stand in for each other are maintained at different times", Severity: Medium,
		Why:  "An update that goes wrong takes the service and its replica down in the same night, when the replica is what should have helped.",
		How:  "Move the replica's window to another night.",
		Docs: docsMaintenance, Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{windowFix("stagger-windows", "Move the replica to another night", true)},
		Eval:  evalStagger,
	}
}

func evalStagger(in Input) Result {
	var r Result
	var unknown []string
	pairs := remediate.Pairs(in.Org)
	for _, p := range pairs {
		a, b := remediate.ServiceByRef(in.Org, p.Primary), remediate.ServiceByRef(in.Org, p.Replica)
		if a == nil || b == nil {
			unknown = append(unknown, fmt.Sprintf("%s and %s are a pair, and one of them could not be read", aivenapi.Sanitise(p.Primary), aivenapi.Sanitise(p.Replica)))
			continue
		}
		if neverMaintained(*a) || neverMaintained(*b) {
			continue // the finding of maintenance-disabled
		}
		at, why := slotOf(*a)
		ofReplica, whyB := slotOf(*b)
		if why == "" {
			why = whyB
		}
		switch {
		case why != "":
			unknown = append(unknown, why)
		case at.apart(ofReplica) >= stagger(in):
			r.Passed++
		default:
			r.Findings = addPair(r.Findings, *a, *b, p.Type, at, ofReplica, stagger(in))
		}
	}
	if len(pairs) == 0 {
		r.NotApplicable = "No service has a read replica, a disaster recovery service or a follower."
	}
	r.Unknown = notKnown(unknown)
	return r
}

// addPair makes one finding for each replica, however many it stands in for.
func addPair(list []Finding, a, b organization.Service, kind string, at, ofReplica slot, least time.Duration) []Finding {
	ev := Evidence{
		fmt.Sprintf("%s of %s", aivenapi.Sanitise(kind), inProject(a)),
		fmt.Sprintf("%s, the replica %s", at, ofReplica), fmt.Sprintf("%d hours apart", int(least.Hours())),
	}
	t := updateTarget(b)
	if i := slices.IndexFunc(list, func(f Finding) bool { return f.Resource.ID == t.ID }); i >= 0 {
		list[i].Evidence = append(list[i].Evidence, ev)
		return list
	}
	return append(list, Finding{
		Resource: t, Title: fmt.Sprintf("%s is maintained together with %s", inProject(b), inProject(a)), Evidence: []Evidence{ev},
	})
}
