package remediate

import (
	"slices"

	"avn-harden/internal/organization"
)

// Pair is two services of which one stands in for the other. Both are named
// project/service.
type Pair struct{ Primary, Replica, Type string }

// standIns are the integrations whose destination stands in for the source.
var standIns = []string{"read_replica", "disaster_recovery", "opensearch_cross_cluster_replication"}

// Pairs gives every redundant pair once, whichever of the two services tells
// of it; pairs go across projects.
func Pairs(o *organization.Organization) []Pair {
	var out []Pair
	for _, s := range o.Services {
		for _, i := range s.Integrations {
			if i.SourceService.Empty() || i.DestSvc.Empty() || !slices.Contains(standIns, i.Type.Raw()) {
				continue
			}
			p := Pair{
				Primary: orElse(i.SourceProject, s.Project).Raw() + "/" + i.SourceService.Raw(),
				Replica: orElse(i.DestProject, s.Project).Raw() + "/" + i.DestSvc.Raw(), Type: i.Type.Raw(),
			}
			if p.Primary != p.Replica && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

func orElse(a, b organization.Text) organization.Text {
	if a.Empty() {
		return b
	}
	return a
}

// Partners are the services that a service is in a redundant pair with.
func Partners(o *organization.Organization, ref string) []string {
	var out []string
	for _, p := range Pairs(o) {
		other := ""
		switch ref {
		case p.Primary:
			other = p.Replica
		case p.Replica:
			other = p.Primary
		default:
			continue
		}
		if !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	return out
}

// ReadReplica says whether a service is the read replica of another.
func ReadReplica(o *organization.Organization, ref string) bool {
	return slices.ContainsFunc(Pairs(o), func(p Pair) bool { return p.Replica == ref && p.Type == "read_replica" })
}

// ServiceByRef finds a service by project/service; nil if it was not read.
func ServiceByRef(o *organization.Organization, ref string) *organization.Service {
	for i, s := range o.Services {
		if s.Ref() == ref {
			return &o.Services[i]
		}
	}
	return nil
}

// namedService finds the service that a request is about, and its name.
func namedService(in GuardInput) (s *organization.Service, ref string) {
	ref = serviceRef(in.Change)
	return ServiceByRef(in.Org, ref), ref
}

func serviceRef(c Change) string { return segment(c, 1) + "/" + segment(c, 3) }

const serviceGone = "The service is not there any more. Read the organization again."

// unfitNodes says what keeps a service from being worked on: it has to run,
// with all its nodes; "" if it does.
func unfitNodes(s *organization.Service) string {
	if !s.State.Is("RUNNING") {
		return "The service is " + orUntold(s.State) + ", not RUNNING. Wait until it runs, then read again."
	}
	if len(s.NodeStates) == 0 {
		return "Aiven does not tell how the service's nodes are, so this cannot be judged."
	}
	for _, n := range s.NodeStates {
		if !n.Is("running") {
			return "One of the service's nodes is " + orUntold(n) + ", not running. Wait until all nodes run, then read again."
		}
	}
	return ""
}

func orUntold(t organization.Text) string {
	if t.Empty() {
		return "in a state that is not told"
	}
	return t.String()
}
