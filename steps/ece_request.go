package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

func requestGuide(in Input, _ []Finding, _ Answers) Guide {
	return Guide{
		Title: "Ask Aiven for an enhanced compliance environment",
		Lines: []string{
			"An ECE is made under contract: it takes a commitment deal and Advanced or Premium support. Aiven then makes its VPCs, with a network for each region and environment that you choose and that overlaps with none of yours.",
			"Have your legal team agree on what the standard asks for (a business associate agreement for HIPAA, the list of responsibilities for PCI DSS) before data moves.",
			"Send the text to your contact at Aiven or to Aiven's sales team. Services are then made anew in the environment and data is migrated: nothing can be moved into it as it is.",
			"When it is in use, attest it, with the number of the contract as evidence.",
		},
		Copy: []Copyable{{Label: "Request to Aiven's sales team", Value: aivenapi.NewText(requestText(in))}},
	}
}

// requestText is filled in with what is known; what is not stands in brackets.
func requestText(in Input) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Subject: Enhanced compliance environment for %s (%s)", in.Org.Name, in.Org.ID)
	line("")
	line("We ask for an enhanced compliance environment for the following projects.")
	projects := regulated(in)
	if len(projects) == 0 {
		line("- [projects and the standard of each]")
	}
	for _, p := range projects {
		line("")
		line("Project %s, subject to %s", projectName(p), aivenapi.Sanitise(standardOf(in, p)))
		services := servicesOf(in, p)
		for _, s := range services {
			line("- service %s: %s, plan %s, cloud %s", s.Name, s.Type, orNotTold(s.Plan), orNotTold(s.Cloud))
		}
		for _, c := range cloudsOf(services) {
			line("- network in %s: %s", c, networkIn(in, p, c))
		}
	}
	line("")
	line("Support tier: [Advanced or Premium]")
	line("Commitment deal: [yes, since ...]")
	line("Contact for security and compliance: [name, e-mail]")
	return b.String()
}

func cloudsOf(list []organization.Service) []Text {
	var out []Text
	for _, s := range list {
		if !s.Cloud.Empty() && !slices.Contains(out, s.Cloud) {
			out = append(out, s.Cloud)
		}
	}
	slices.SortFunc(out, func(a, b Text) int { return strings.Compare(a.Raw(), b.Raw()) })
	return out
}

// networkIn asks for a network that does not overlap with those in use.
func networkIn(in Input, p organization.Project, cloud Text) string {
	var used []string
	for _, v := range in.Org.VPCs {
		if !v.Project.Empty() && v.Project != p.ID {
			continue
		}
		for _, c := range v.Clouds {
			if c.Cloud == cloud {
				used = append(used, c.CIDR.String())
			}
		}
	}
	switch {
	case !in.Org.Status(organization.PartVPCs).Complete() || !in.Org.Status(organization.PartOrgVPCs).Complete():
		return "[CIDR, not in use elsewhere; the networks in use could not all be read]"
	case len(used) > 0:
		return "[CIDR, not overlapping " + strings.Join(used, ", ") + "]"
	}
	return "[CIDR, not in use elsewhere]"
}
