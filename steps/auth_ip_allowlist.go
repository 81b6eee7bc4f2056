package steps

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkAuthIPAllowlist asks for an IP allowlist that keeps strangers out.
//
// step: authentication-policy
// order: 70
func checkAuthIPAllowlist() Check {
	return Check{
		ID: "auth-ip-allowlist", Title: "The API can be used only from your networks", Severity: Medium,
		Why:  "With an IP allowlist a stolen token is of no use from anywhere else.",
		How:  "List the networks of your offices, VPN and automation, look at who would be cut off, then enable the list.",
		Docs: docsAuth, Needs: []organization.Part{organization.PartIPAllowlist},
		Fixes: []Fix{{
			ID: "set-ip-allowlist", Title: "Allow only your networks", Risk: remediate.Disruptive, Undoable: true, Order: 160,
			Questions: func(in Input, _ []Finding) []Question {
				return []Question{{Key: "ranges", Kind: AskLong, Title: "Networks, one per line",
					Help:    "CIDR ranges of offices, VPN, CI and Terraform, IPv6 too. Proposed: your trusted networks and the addresses that tokens were used from.",
					Default: strings.Join(proposedRanges(in), "\n"), Validate: validRanges(in.Policy.Thresholds.AllowlistShortestIPv4Bits)}}
			},
			Build: buildAllowlist,
		}},
		Eval: func(in Input) Result {
			l := in.Org.IPAllowlist
			if !l.Enabled || len(l.Ranges) == 0 {
				got := "disabled"
				if l.Enabled {
					got = "empty"
				}
				return about(in, "The API can be used from anywhere", Evidence{"api_client_ip_allowlist", got, "enabled, with your networks"})
			}
			for _, s := range l.Ranges {
				if why := tooWide(s.Raw(), in.Policy.Thresholds.AllowlistShortestIPv4Bits); why != "" {
					return about(in, "The IP allowlist lets nearly everybody in", Evidence{"api_client_ip_allowlist", s.String(), why})
				}
			}
			return Result{Passed: 1}
		},
	}
}

// tooWide says why a range is no restriction, or "".
func tooWide(s string, shortest int) string {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		if _, err := netip.ParseAddr(s); err == nil {
			return ""
		}
		return "a network in CIDR form"
	case p.Bits() == 0:
		return "a network, not everything"
	case p.Addr().Is4() && p.Bits() < shortest:
		return fmt.Sprintf("/%d or narrower", shortest)
	}
	return ""
}

func parseRanges(s string) []string {
	var out []string
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == ',' || r == ' ' || r == '\r' || r == '\t' }) {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func validRanges(shortest int) func(string) error {
	return func(s string) error {
		list := parseRanges(s)
		if len(list) == 0 {
			return errors.New("an empty list would lock everybody out: give at least one network")
		}
		for _, r := range list {
			p, err := netip.ParsePrefix(r)
			if err != nil {
				return fmt.Errorf("%q is no network in CIDR form, such as 203.0.113.0/24", aivenapi.Sanitise(r))
			}
			if p != p.Masked() {
				return fmt.Errorf("%s has bits behind its mask: write %s", p, p.Masked())
			}
			if why := tooWide(r, shortest); why != "" {
				return fmt.Errorf("%s is too wide: it must be %s", p, why)
			}
		}
		return nil
	}
}

// proposedRanges are the policy's trusted networks and the addresses that
// tokens were last used from.
func proposedRanges(in Input) []string {
	out := slices.Clone(in.Policy.TrustedNetworks)
	add := func(t Text) {
		a, err := netip.ParseAddr(t.Raw())
		if err != nil {
			return
		}
		for _, r := range out {
			if p, err := netip.ParsePrefix(r); err == nil && p.Contains(a) {
				return
			}
		}
		out = append(out, netip.PrefixFrom(a, a.BitLen()).String())
	}
	for _, u := range in.Org.Users {
		for _, t := range u.Tokens {
			add(t.LastIP)
		}
	}
	for _, u := range in.Org.AppUsers {
		for _, t := range u.Tokens {
			add(t.LastIP)
		}
	}
	slices.Sort(out)
	return out
}

// buildAllowlist sets the list first and enables it after: what the list would
// do can be looked at while it does nothing yet.
func buildAllowlist(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error {
	if err := validRanges(in.Policy.Thresholds.AllowlistShortestIPv4Bits)(a["ranges"]); err != nil {
		return err
	}
	was := aivenapi.IPAllowList{Enabled: in.Org.IPAllowlist.Enabled, Ranges: []string{}}
	for _, r := range in.Org.IPAllowlist.Ranges {
		was.Ranges = append(was.Ranges, r.Raw())
	}
	list := aivenapi.IPAllowList{Ranges: parseRanges(a["ranges"])}
	steps := []struct {
		says, back string
		to         aivenapi.IPAllowList
	}{
		{"Set the IP allowlist, not enabled yet", "Put the IP allowlist back", list},
		{"Enable the IP allowlist", "Disable the IP allowlist", aivenapi.IPAllowList{Enabled: true, Ranges: list.Ranges}},
	}
	if was.Enabled {
		// A list in force is replaced while it stays in force.
		steps = steps[1:]
		steps[0].says, steps[0].back = "Replace the IP allowlist", "Put the IP allowlist back"
	} else if slices.Equal(was.Ranges, list.Ranges) {
		steps = steps[1:]
	}
	for _, s := range steps {
		from := was
		ds := allowlistDeltas(from, s.to)
		set := func(to aivenapi.IPAllowList) func(context.Context, *aivenapi.API) error {
			return func(ctx context.Context, api *aivenapi.API) error {
				return api.OrganizationIPAllowListSet(ctx, in.Org.ID.Raw(), to)
			}
		}
		err := b.Add(ctx, remediate.Call{
			Change: remediate.Change{
				Check: f[0].Check, Fix: "set-ip-allowlist", Resource: orgTarget(in.Org), Says: fmt.Sprintf("%s of %s", s.says, in.Org.Name),
				Risk: remediate.Disruptive, Permission: permOrgAdmin,
				Touches: []organization.Part{organization.PartIPAllowlist}, Deltas: ds,
			},
			Do:      set(s.to),
			Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("%s of %s", s.back, in.Org.Name), Deltas: back(ds...), Do: set(from)}},
		})
		if err != nil {
			return err
		}
		was = s.to
	}
	return nil
}

func allowlistDeltas(from, to aivenapi.IPAllowList) []remediate.Delta {
	d := func(field string, a, b any) remediate.Delta {
		return remediate.Delta{Part: organization.PartIPAllowlist, Field: field, Before: organization.Canonical(a), After: organization.Canonical(b)}
	}
	return []remediate.Delta{
		d("api_client_ip_allowlist", from.Ranges, to.Ranges),
		d("api_client_ip_allowlist_enabled", from.Enabled, to.Enabled),
	}
}
