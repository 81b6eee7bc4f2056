package remediate

import (
	"net/netip"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// ParseNetwork reads an entry of ip_filter: a network, or one address. An IPv4
// network written as IPv6 (::ffff:0:0/96) is the IPv4 network that it stands
// for, or it would hide that it is open.
func ParseNetwork(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(strings.TrimSpace(s))
	if err != nil {
		a, err := netip.ParseAddr(strings.TrimSpace(s))
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, false
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// Everything says whether networks let in every IPv4 or every IPv6 address,
// alone or together: 0.0.0.0/1 and 128.0.0.0/1 are as open as 0.0.0.0/0.
func Everything(list []netip.Prefix) bool {
	return coversAll(list, netip.IPv4Unspecified()) || coversAll(list, netip.IPv6Unspecified())
}

// coversAll walks from a family's first address to its last.
func coversAll(list []netip.Prefix, next netip.Addr) bool {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	for _, p := range list {
		if p.Addr().Is4() != next.Is4() {
			continue
		}
		if p.Addr().Compare(next) > 0 {
			return false
		}
		end := lastAddress(p)
		if end.Compare(next) < 0 {
			continue // inside the one before
		}
		if next = end.Next(); !next.IsValid() {
			return true
		}
	}
	return false
}

func lastAddress(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// Wide says whether a network is no restriction: everything, or an IPv4
// network broader than shortest.
func Wide(p netip.Prefix, shortest int) bool {
	return p.Bits() == 0 || p.Addr().Is4() && p.Bits() < shortest
}

// filterOf gives the ip_filter that a request sets, as networks. has is
// whether it sets one at all, null whether it puts it back to Aiven's default,
// why what is wrong with its form.
func filterOf(c Change) (list []string, has, null bool, why string) {
	config, _ := bodyOf(c)["user_config"].(map[string]any)
	v, has := config["ip_filter"]
	if !has || v == nil {
		return nil, has, has, ""
	}
	entries, ok := v.([]any)
	if !ok {
		return nil, true, false, "ip_filter is not a list."
	}
	objects := 0
	for _, e := range entries {
		s, isString := e.(string)
		if o, isObject := e.(map[string]any); isObject {
			s, isString = o["network"].(string)
			objects++
		}
		if !isString {
			return nil, true, false, "ip_filter has an entry that is no network."
		}
		list = append(list, s)
	}
	if objects != 0 && objects != len(entries) {
		return nil, true, false, "ip_filter mixes strings and objects, which Aiven does not take."
	}
	return list, true, false, ""
}

// openFilter says why a filter would protect nothing, "" if it does.
func openFilter(list []string, shortest int) string {
	var ps []netip.Prefix
	for _, s := range list {
		p, ok := ParseNetwork(s)
		if !ok {
			return aivenapi.Sanitise(s) + " is no network such as 203.0.113.0/24."
		}
		if Wide(p, shortest) {
			return p.String() + " lets in nearly everybody."
		}
		ps = append(ps, p)
	}
	if Everything(ps) {
		return "The networks together let in everybody."
	}
	return ""
}

var filterGuard = Guard{
	ID: "ip-filter-narrow", Title: "The IP filter lets in some, not all and not none",
	Applies: func(c Change) bool {
		if !isOperation("ServiceUpdate", "ServiceCreate")(c) {
			return false
		}
		_, has, _, _ := filterOf(c)
		return has
	},
	Check: func(in GuardInput) Verdict {
		list, _, null, why := filterOf(in.Change)
		switch {
		case why != "":
			return blocks("%s Make the plan anew.", why)
		case !null && len(list) == 0:
			return blocks("An empty IP filter cuts off every client. Give at least one network.")
		}
		why = openFilter(list, in.Policy.Thresholds.IPFilterShortestBits)
		if null {
			why = "Without a filter Aiven lets in everybody."
		}
		switch {
		case why == "":
			return holds("The filter has %d networks, and is not open.", len(list))
		case in.Change.UndoOf != "" && isOperation("ServiceUpdate")(in.Change):
			return mustAck(in.Change.Resource.Name.String(), nil, "This puts back the filter from before, which protects nothing. %s", why)
		}
		return blocks("%s Give the networks of your clients.", why)
	},
}

// serviceOf finds the service that a request is about.
func serviceOf(in GuardInput) (organization.Service, bool) {
	return findService(in.Org, segment(in.Change, 1), segment(in.Change, 3))
}

func findService(o *organization.Organization, project, name string) (organization.Service, bool) {
	for _, s := range o.Services {
		if s.Project.Is(project) && s.Name.Is(name) {
			return s, true
		}
	}
	return organization.Service{}, false
}
