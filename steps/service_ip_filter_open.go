package steps

import (
	"fmt"
	"net/netip"
	"strings"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkServiceIPFilterOpen asks that each service lets in only known networks.
//
// step: virtual-private-clouds
// order: 30
func checkServiceIPFilterOpen() Check {
	return Check{
		ID: "service-ip-filter-open", Title: "Each service lets in only your networks", Severity: Critical,
		Why:   "With an open IP filter everybody on the internet can try passwords and exploits against the service.",
		How:   "Give the networks of the clients. Those outside are cut off at once, and nothing restarts.",
		Docs:  docs + "platform/howto/restrict-access",
		Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{restrictFilterFix()},
		Eval: func(in Input) Result {
			var r Result
			var untold []Text
			// A powered-off one counts: its filter is as open once it is powered on.
			list := in.Org.Services
			for _, s := range list {
				f := readFilter(s, in.Policy.Thresholds.IPFilterShortestBits)
				switch {
				case f.problem == "" && f.unknown != "":
					untold = append(untold, s.Name)
				case f.problem == "":
					r.Passed++
				default:
					r.Findings = append(r.Findings, filterFinding(in, s, f))
				}
			}
			r.Unknown = notEvaluated(untold, "ip_filter was not told")
			return orNone(r, list)
		},
	}
}

// notEvaluated says which services a check knows too little of.
func notEvaluated(list []Text, why string) string {
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprintf("Not evaluated, because %s: %s.", why, people(list))
}

// filterState is what a service's ip_filter does.
type filterState struct {
	problem string // what is wrong, "" if nothing is
	unknown string // what could not be understood
	open    bool   // everybody gets in, rather than very many
	keep    []organization.IPFilterEntry
}

func readFilter(s organization.Service, shortest int) filterState {
	switch {
	case !s.Config.Told:
		return filterState{unknown: "user_config is not told"}
	case !s.Config.HasIPs:
		return filterState{problem: "absent, which is 0.0.0.0/0 and ::/0", open: true}
	}
	var f filterState
	var all, narrow []netip.Prefix
	var wide []string
	for _, e := range s.Config.IPFilter {
		p, ok := remediate.ParseNetwork(e.Network.Raw())
		if !ok {
			f.unknown = e.Network.String()
			continue
		}
		all = append(all, p)
		if remediate.Wide(p, shortest) {
			wide = append(wide, e.Network.String())
			continue
		}
		narrow, f.keep = append(narrow, p), append(f.keep, e)
	}
	if remediate.Everything(narrow) {
		// Many small networks that cover all: none of them restricts anything.
		f.keep = nil
	}
	f.open = remediate.Everything(all)
	switch {
	case len(wide) > 0:
		f.problem = strings.Join(wide, ", ")
	case f.open:
		f.problem = fmt.Sprintf("%d networks that together are everything", len(all))
	}
	return f
}

func filterFinding(in Input, s organization.Service, f filterState) Finding {
	out := Finding{
		Resource: serviceTarget(s), Severity: Medium,
		Title:    fmt.Sprintf("%s lets in very large networks", shownService(s)),
		Evidence: []Evidence{{"ip_filter", f.problem, fmt.Sprintf("your networks, IPv4 /%d or narrower", in.Policy.Thresholds.IPFilterShortestBits)}},
	}
	where := publicRoute(s)
	if f.open {
		out.Title = fmt.Sprintf("%s lets in everybody", shownService(s))
		if where != "" {
			out.Severity = Critical
		}
	}
	switch {
	case !s.On():
		where = "once it is powered on"
	case where == "":
		where = "its VPC only"
	}
	out.Evidence = append(out.Evidence, Evidence{"reachable", where, "from known networks only"})
	if f.unknown != "" {
		out.Evidence = append(out.Evidence, Evidence{"ip_filter", f.unknown + " is not understood", "a network"})
		out.Fixes = []string{} // what is not understood cannot be kept or dropped safely
	}
	return out
}
