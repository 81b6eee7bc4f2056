package remediate

import (
	"net/netip"
	"strings"
	"time"

	"avn-harden/internal/organization"
)

var isAllowlist = isOperation("OrganizationIPAllowListSet")

// allowlistWindowDays is how far back a token's address counts as one it is used from.
const allowlistWindowDays = 90

// allowlistOf gives what a request sets.
func allowlistOf(c Change) (enabled bool, ranges []string, ok bool) {
	body := bodyOf(c)
	enabled, okEnabled := body["api_client_ip_allowlist_enabled"].(bool)
	list, okList := body["api_client_ip_allowlist"].([]any)
	for _, e := range list {
		s, isString := e.(string)
		if !isString {
			return false, nil, false
		}
		ranges = append(ranges, s)
	}
	return enabled, ranges, okEnabled && okList
}

// enables is for allowlists that will be in force.
func enables(c Change) bool {
	if !isAllowlist(c) {
		return false
	}
	enabled, _, ok := allowlistOf(c)
	return enabled || !ok
}

func parseRange(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), a.Zone() == ""
	}
	p, err := netip.ParsePrefix(s)
	return p, err == nil
}

func covers(ranges []string, address string) bool {
	a, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	for _, r := range ranges {
		if p, ok := parseRange(r); ok && p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

var allowlistValidGuard = Guard{
	ID: "allowlist-valid", Title: "The IP allowlist is one that protects",
	Parts:   []organization.Part{organization.PartIPAllowlist},
	Applies: isAllowlist,
	Check: func(in GuardInput) Verdict {
		enabled, ranges, ok := allowlistOf(in.Change)
		if !ok {
			return blocks("The request does not have both the list of ranges and whether it is on.")
		}
		for _, r := range ranges {
			p, valid := parseRange(r)
			switch {
			case !valid:
				return blocks("%s is not a CIDR range such as 192.0.2.0/24.", text(r))
			case p.Bits() == 0 && enabled:
				return blocks("%s allows every address, so the list would protect nothing.", text(r))
			}
		}
		if enabled && len(ranges) == 0 {
			return blocks("An empty list that is on locks everybody out. Set ranges first.")
		}
		if enabled && !sameRanges(ranges, current(in)) {
			return blocks("Set the list first while it is off, then turn on that same list: that way it can be looked at before it takes effect.")
		}
		return holds("The list has %d ranges.", len(ranges))
	},
}

// current gives the ranges as they are, or as earlier changes of the plan leave them.
func current(in GuardInput) []string {
	var ranges []string
	for _, r := range in.Org.IPAllowlist.Ranges {
		ranges = append(ranges, r.Raw())
	}
	for _, c := range in.Earlier {
		if isAllowlist(c) {
			if _, r, ok := allowlistOf(c); ok {
				ranges = r
			}
		}
	}
	return ranges
}

func sameRanges(a, b []string) bool {
	return organization.Canonical(append([]string{}, a...)) == organization.Canonical(append([]string{}, b...))
}

// ownAddresses are the addresses that the caller's own token was seen from.
func ownAddresses(in GuardInput) []string {
	var out []string
	if in.CallerIP != "" {
		out = append(out, in.CallerIP)
	}
	me := in.Org.Me
	for _, u := range in.Org.AppUsers {
		for _, t := range u.Tokens {
			if u.ID == me.UserID && t.CurrentlyActive && !t.LastIP.Empty() {
				out = append(out, t.LastIP.Raw())
			}
		}
	}
	for _, u := range in.Org.Users {
		for _, t := range u.Tokens {
			if u.ID == me.UserID && !me.TokenPrefix.Empty() && t.Prefix == me.TokenPrefix && !t.LastIP.Empty() {
				out = append(out, t.LastIP.Raw())
			}
		}
	}
	return out
}

var allowlistCallerGuard = Guard{
	ID: "allowlist-covers-caller", Title: "The IP allowlist has your own address",
	Parts:   []organization.Part{organization.PartMe, organization.PartUserTokens, organization.PartAppTokens},
	Applies: enables,
	Check: func(in GuardInput) Verdict {
		_, ranges, _ := allowlistOf(in.Change)
		own := ownAddresses(in)
		for _, a := range own {
			if !covers(ranges, a) {
				return blocks("Your address %s is not in the list: you would be cut off. Add it.", text(a))
			}
		}
		if len(own) == 0 {
			return mustAck(orgName(in.Org), nil, "Your own public address is not known here. Aiven refuses a list that leaves out the address of whoever sets it, but not those you use at other times. Make sure that they are in the list.")
		}
		return holds("Your address %s is in the list.", text(own[0]))
	},
}

var allowlistTokensGuard = Guard{
	ID: "allowlist-covers-tokens", Title: "The IP allowlist has the addresses that tokens are used from",
	Parts:   []organization.Part{organization.PartUsers, organization.PartUserTokens, organization.PartAppUsers, organization.PartAppTokens},
	Applies: enables,
	Check: func(in GuardInput) Verdict {
		_, ranges, _ := allowlistOf(in.Change)
		since := in.Now.AddDate(0, 0, -allowlistWindowDays)
		var out []string
		see := func(who string, used time.Time, ip organization.Text) {
			if !used.IsZero() && !used.Before(since) && !ip.Empty() && !covers(ranges, ip.Raw()) {
				out = append(out, who+" from "+ip.String())
			}
		}
		for _, u := range in.Org.Users {
			for _, t := range u.Tokens {
				see(person(u), t.LastUsed, t.LastIP)
			}
		}
		for _, u := range in.Org.AppUsers {
			for _, t := range u.Tokens {
				see(u.Name.String(), t.LastUsed, t.LastIP)
			}
		}
		if len(out) > 0 {
			return mustAck(orgName(in.Org), out, "%s used within %d days from addresses that are not in the list, and would stop working.", tokens(len(out)), allowlistWindowDays)
		}
		return holds("Every address that a token was used from within %d days is in the list.", allowlistWindowDays)
	},
}

func tokens(n int) string {
	if n == 1 {
		return "1 token was"
	}
	return itoa(n) + " tokens were"
}
