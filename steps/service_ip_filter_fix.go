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

// mostNetworks is how long a list Aiven takes.
const mostNetworks = 8000

func restrictFilterFix() Fix {
	return Fix{
		ID: "restrict-ip-filter", Title: "Let in only your networks", Risk: remediate.Disruptive, Undoable: true, Many: true, Order: 720,
		Questions: func(in Input, _ []Finding) []Question {
			return []Question{{
				Key: "networks", Kind: AskLong, Title: "Networks of the clients, one per line",
				Help: "CIDR, such as 203.0.113.0/24. Proposed: your trusted networks. Narrow networks that a service has already are kept. " +
					"Aiven does not tell who is connected: think of other services that connect to it, peered networks and CI.",
				Default: strings.Join(in.Policy.TrustedNetworks, "\n"), Validate: validNetworks(in.Policy.Thresholds.IPFilterShortestBits),
			}}
		},
		Build: buildRestrictFilter,
	}
}

// validNetworks takes what protects: networks in proper form that are not
// everything, not even together.
func validNetworks(shortest int) func(string) error {
	return func(s string) error {
		list := parseRanges(s)
		if len(list) == 0 {
			return errors.New("an empty list would cut off every client: give at least one network")
		}
		if err := validRanges(shortest)(s); err != nil {
			return err
		}
		var ps []netip.Prefix
		for _, n := range list {
			p, ok := remediate.ParseNetwork(n)
			if !ok || remediate.Wide(p, shortest) {
				return fmt.Errorf("%s is too wide", aivenapi.Sanitise(n))
			}
			ps = append(ps, p)
		}
		if remediate.Everything(ps) {
			return errors.New("together these networks are everything: name those of your clients")
		}
		return nil
	}
}

func buildRestrictFilter(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	shortest := in.Policy.Thresholds.IPFilterShortestBits
	if err := validNetworks(shortest)(a["networks"]); err != nil {
		return err
	}
	b.Note("Clients outside these networks are cut off at once, also those connected now. Nothing restarts.")
	b.Note("If Terraform manages these services, change ip_filter there too, or its next run opens them again.")
	for _, f := range fs {
		s, err := found(in, f)
		if err != nil {
			return err
		}
		state := readFilter(s, shortest)
		if state.unknown != "" {
			return fmt.Errorf("the IP filter of %s is not understood (%s): change it in the Aiven console", shownService(s), state.unknown)
		}
		list := withNetworks(state.keep, parseRanges(a["networks"]), objectForm(s))
		if len(list) > mostNetworks {
			return fmt.Errorf("%s would have %d networks, and Aiven takes %d", shownService(s), len(list), mostNetworks)
		}
		var was any
		says := "Put back that %s lets in everybody"
		if s.Config.HasIPs {
			was, says = organization.Filter(s.Config.IPFilter), "Put back the IP filter of %s"
		}
		to := organization.Filter(list)
		err = updateService(ctx, b, f, s, serviceChange{
			fix: "restrict-ip-filter", says: "Let only known networks into %s", back: says, risk: remediate.Disruptive, permission: permServiceConfig,
			keys: configKeys("ip_filter", to), undo: configKeys("ip_filter", was),
			deltas: []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "user_config.ip_filter", to)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func configKeys(key string, v any) map[string]any {
	return map[string]any{"user_config": map[string]any{key: v}}
}

// objectForm says whether a service's filter is written as objects. A list has
// one kind only.
func objectForm(s organization.Service) bool {
	return slices.ContainsFunc(s.Config.IPFilter, func(e organization.IPFilterEntry) bool { return e.Object })
}

// withNetworks adds networks to entries that stay as they are.
func withNetworks(keep []organization.IPFilterEntry, add []string, object bool) []organization.IPFilterEntry {
	out := slices.Clone(keep)
	for _, n := range add {
		p, _ := remediate.ParseNetwork(n)
		if !slices.ContainsFunc(out, func(e organization.IPFilterEntry) bool {
			q, ok := remediate.ParseNetwork(e.Network.Raw())
			return ok && q == p
		}) {
			out = append(out, organization.IPFilterEntry{Network: aivenapi.NewText(n), Object: object})
		}
	}
	return out
}
