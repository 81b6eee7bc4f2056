package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
)

// replicating are the integrations that keep a copy of their source.
var replicating = []string{"read_replica", "disaster_recovery", "opensearch_cross_cluster_replication"}

// copied are types that create-replica can make a replica of.
var copied = []string{"pg", "mysql", "valkey"}

// checkCriticalRemoteReplica asks for a copy of what is critical with another
// provider.
//
// step: multi-cloud
// order: 20
func checkCriticalRemoteReplica() Check {
	return Check{
		ID: "critical-remote-replica", Title: "Critical services have a copy with another cloud provider", Severity: Medium,
		Why:   "When a region or a whole provider is down, a copy elsewhere takes over within minutes; a backup takes hours, and needs a place to be restored to.",
		How:   "Make a read replica in another cloud. It costs what its plan costs, and lags a little behind.",
		Docs:  docs + "products/postgresql/howto/create-read-replica",
		Needs: []organization.Part{organization.PartServices, organization.PartClouds, organization.PartVersions},
		Fixes: []Fix{createReplicaFix()},
		Eval: func(in Input) Result {
			var r Result
			var unsure []Text
			n := 0
			for _, s := range criticalServices(in) {
				if slices.ContainsFunc(stateless, s.Type.Is) {
					continue // there is nothing in it to copy
				}
				n++
				list, idle, untold := copiesOf(in.Org, s)
				f := Finding{Resource: serviceTarget(s), Fixes: []string{}}
				switch {
				case !slices.ContainsFunc(copied, s.Type.Is) || !s.On():
				case stillMade(in.Org, s):
					f.Fixes = []string{"create-replica"}
				default:
					f.Evidence = append(f.Evidence, Evidence{"version", s.Config.Version.String() + ", of which Aiven makes no new services", "upgraded first (service-version-eol)"})
				}
				if providerOf(in.Org, s.Cloud) == "" && len(list) > 0 {
					untold = true // a cloud of the customer's own may be with any provider
				}
				switch ok := judgeCopies(in.Org, s, list, &f); {
				case untold && !ok:
					unsure = append(unsure, s.Name)
				case ok:
					r.Passed++
				case len(list) == 0 && len(idle) > 0:
					// It may be on its way: another one is not what is missing.
					f.Fixes = []string{}
					f.Evidence = append(f.Evidence, Evidence{"copy", people(idle) + " does not run or is not active", "active"})
					r.Findings = append(r.Findings, f)
				default:
					r.Findings = append(r.Findings, f)
				}
			}
			if n == 0 {
				r.NotApplicable = noneCritical
			}
			r.Unknown = notEvaluated(unsure, "where their copies are could not be read")
			return r
		},
	}
}

// stillMade says whether Aiven makes new services of this version: a replica
// has its source's. A version that is not listed may be.
func stillMade(o *organization.Organization, s organization.Service) bool {
	for _, v := range o.ServiceVersions {
		if v.Type == s.Type && v.Version == s.Config.Version {
			return v.State.Is("available") || v.State.Is("preview")
		}
	}
	return true
}

// copiesOf finds the services that hold a copy of s, in whatever project they
// are, and those that would if they ran; untold is whether one of them, or
// where it is, is not known.
func copiesOf(o *organization.Organization, s organization.Service) (list []organization.Service, idle []Text, untold bool) {
	add := func(project, name Text, active bool) {
		if project.Empty() {
			project = s.Project
		}
		d, ok := serviceByRef(o, project.Raw()+"/"+name.Raw())
		switch {
		case !active || ok && !d.On():
			if !slices.Contains(idle, name) {
				idle = append(idle, name)
			}
		case !ok || d.Cloud.Empty() || providerOf(o, d.Cloud) == "":
			untold = true
		case d.Ref() != s.Ref() && !slices.ContainsFunc(list, func(x organization.Service) bool { return x.Ref() == d.Ref() }):
			list = append(list, d)
		}
	}
	for _, i := range integrationsFrom(o, s) {
		switch {
		case slices.ContainsFunc(replicating, i.Type.Is):
			add(i.DestProject, i.DestSvc, i.Active)
		case i.Type.Is("kafka_mirrormaker"):
			for _, k := range mirrored(o, i) {
				add(k.SourceProject, k.SourceService, i.Active && k.Active)
			}
		}
	}
	return list, idle, untold
}

// integrationsFrom are those with s as source. They stand with either end.
func integrationsFrom(o *organization.Organization, s organization.Service) []organization.Integration {
	var out []organization.Integration
	for _, at := range o.Services {
		for _, i := range at.Integrations {
			from := i.SourceProject
			if from.Empty() {
				from = at.Project
			}
			if from == s.Project && i.SourceService == s.Name {
				out = append(out, i)
			}
		}
	}
	return out
}

// mirrored are the integrations of the other clusters that a MirrorMaker
// service is joined with: every cluster, also one copied to, is a source of it.
func mirrored(o *organization.Organization, one organization.Integration) []organization.Integration {
	var out []organization.Integration
	for _, at := range o.Services {
		for _, i := range at.Integrations {
			if i.Type.Is("kafka_mirrormaker") && i.DestProject == one.DestProject && i.DestSvc == one.DestSvc && i.SourceService != one.SourceService {
				out = append(out, i)
			}
		}
	}
	return out
}

// judgeCopies says whether one copy is with another provider; else it writes
// the finding on the best there is.
func judgeCopies(o *organization.Organization, s organization.Service, list []organization.Service, f *Finding) bool {
	const want = "another provider"
	home := providerOf(o, s.Cloud)
	where := fmt.Sprintf("%s (the service itself)", s.Cloud)
	best := 0 // 1: same region, 2: same provider
	for _, d := range list {
		switch {
		case home != "" && providerOf(o, d.Cloud) != home:
			return true
		case d.Cloud != s.Cloud:
			best = 2
		default:
			best = max(best, 1)
		}
	}
	switch best {
	case 0:
		f.Severity, f.Title = Medium, fmt.Sprintf("%s is critical and has no copy elsewhere", shownService(s))
		f.Evidence = []Evidence{{"service_integrations", "no copy that runs", want}}
	case 1:
		f.Severity, f.Title = High, fmt.Sprintf("%s has its copy in the same region", shownService(s))
	case 2:
		f.Severity, f.Title = Low, fmt.Sprintf("%s has its copy with the same provider", shownService(s))
	}
	f.Evidence = append(f.Evidence, Evidence{"cloud_name", where, want})
	for _, d := range list {
		f.Evidence = append(f.Evidence, Evidence{"copy " + shownService(d), d.Cloud.String(), want})
	}
	return false
}
