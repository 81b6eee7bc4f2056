package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkServiceDiscontinued looks for types of service that Aiven gives up.
//
// step: service-updates
// order: 40
func checkServiceDiscontinued() Check {
	return Check{
		ID: "service-discontinued", Title: "No service is of a type that Aiven gives up", Severity: High,
		Why:  "A type that is given up is moved to its successor or shut down on Aiven's schedule, not on yours.",
		How:  "Make a service of the successor, move the data, switch the applications over.",
		Docs: docsVersions, Needs: append(slices.Clone(versionParts), organization.PartServiceTypes),
		Attest: "The move of this service to its successor is planned, with a date before its end of life.",
		Fixes: []Fix{{
			ID: "move-to-successor", Title: "Move to the successor", Risk: remediate.Reversible, Manual: true, Guide: successorGuide,
		}},
		Eval: evalDiscontinued,
	}
}

func evalDiscontinued(in Input) Result {
	var r Result
	var unknown []string
	seen := false
	for _, s := range in.Org.Services {
		listed := slices.ContainsFunc(in.Org.ServiceVersions, func(v organization.ServiceVersion) bool { return v.Type == s.Type })
		if n := len(in.Org.ServiceTypes); n > 0 && !slices.Contains(in.Org.ServiceTypes, s.Type) && !listed {
			seen = true
			r.Findings = append(r.Findings, Finding{
				Resource: updateTarget(s), Title: fmt.Sprintf("%s is %s, which Aiven no longer offers", inProject(s), s.Type),
				Evidence: []Evidence{{"service_type", s.Type.String(), "one of the types that Aiven offers"}},
			})
			continue
		}
		if !versioned(s) && !listed {
			continue // it has no version in which Aiven could say so
		}
		seen = true
		switch to, known := successor(in.Org, s); {
		case !to.Empty():
			ev := []Evidence{{"upgrade_to_service_type", to.String(), s.Type.String()}}
			if v, why := releaseOf(in, s); why == "" {
				ev = append(ev, Evidence{"end of life", v.until(), "moved before"})
			}
			r.Findings = append(r.Findings, Finding{
				Resource: updateTarget(s), Title: fmt.Sprintf("%s is %s, which Aiven replaces with %s", inProject(s), s.Type, to), Evidence: ev,
			})
		case known:
			r.Passed++
		case listed:
			unknown = append(unknown, fmt.Sprintf("what becomes of %s, whose version is not listed", inProject(s)))
		default:
			unknown = append(unknown, fmt.Sprintf("what becomes of %s: Aiven lists no version of %s", inProject(s), s.Type))
		}
	}
	if !seen {
		r.NotApplicable = "There is no service of a type that has versions."
	}
	r.Unknown = notKnown(unknown)
	return r
}

// successor is the type that a service's version is upgraded to where that is
// another one. A version that is not listed counts only if all that are agree.
func successor(o *organization.Organization, s organization.Service) (to Text, known bool) {
	if v := remediate.KnownVersion(o, s.Type.Raw(), s.Config.Version.Raw()); v != nil {
		if v.UpgradeToType.Empty() || v.UpgradeToType == s.Type {
			return Text{}, true
		}
		return v.UpgradeToType, true
	}
	for _, v := range o.ServiceVersions {
		if v.Type != s.Type {
			continue
		}
		if v.UpgradeToType.Empty() || v.UpgradeToType == s.Type {
			return Text{}, !versioned(s)
		}
		to = v.UpgradeToType
	}
	return to, !to.Empty()
}

func successorGuide(in Input, f []Finding, _ Answers) Guide {
	g := Guide{Title: fmt.Sprintf("Move %s to its successor", f[0].Resource.Name)}
	s := remediate.ServiceByRef(in.Org, f[0].Resource.ID.Raw())
	if s == nil {
		g.Lines = []string{"The service is not there any more."}
		return g
	}
	to, _ := successor(in.Org, *s)
	g.Lines = []string{
		fmt.Sprintf("Fork %s in Aiven's console and try the move of the fork first; nothing of it touches the service itself.", s.Name),
		fmt.Sprintf("Make a service of the type %s beside it, with the same VPC, IP filter, users and maintenance window, and move the data with Aiven's migration for that type.", to),
		"Switch the applications over one by one, watch them for some days, then power the old service off, and delete it when nothing asks for it.",
		"When there is a date for all that, attest it for this service.",
	}
	for _, v := range in.Org.ServiceVersions {
		if v.Type == s.Type && !v.HelpURL.Empty() {
			g.Copy = append(g.Copy, Copyable{Label: "Aiven's page about it", Value: v.HelpURL})
			break
		}
	}
	return g
}
