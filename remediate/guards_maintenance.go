package remediate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

var serviceParts = []organization.Part{organization.PartProjects, organization.PartServices}

var maintenanceWindowGuard = Guard{
	ID: "maintenance-window", Title: "The maintenance window is one that Aiven takes",
	Applies: func(c Change) bool {
		_, ok := bodyOf(c)["maintenance"]
		return ok && isOperation("ServiceUpdate")(c)
	},
	Check: func(in GuardInput) Verdict {
		m, _ := bodyOf(in.Change)["maintenance"].(map[string]any)
		dow, _ := m["dow"].(string)
		clock, _ := m["time"].(string)
		if dow == "never" {
			return blocks("Without maintenance a service gets no security fixes, and Aiven does not take “never”.")
		}
		if !slices.Contains([]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}, dow) {
			return blocks("%s is no day of the week.", safe(dow))
		}
		if _, err := time.Parse("15:04:05", clock); err != nil {
			return blocks("%s is no time of day.", safe(clock))
		}
		return holds("It is %s from %s UTC.", safe(dow), safe(clock))
	},
}

// ready says why a service cannot be worked on now, "" if it can.
func ready(s organization.Service) string {
	if !s.State.Is("RUNNING") {
		return "It is " + s.State.String() + ". Wait until it runs."
	}
	for _, n := range s.NodeStates {
		if !n.Is("running") {
			return "One of its nodes is " + n.String() + ". Wait until all run."
		}
	}
	return ""
}

// standIns are the services joined with one by replication.
func standIns(o *organization.Organization, s organization.Service) []organization.Service {
	var out []organization.Service
	for _, at := range o.Services {
		for _, i := range at.Integrations {
			if !i.Type.Is("read_replica") && !i.Type.Is("disaster_recovery") && !i.Type.Is("opensearch_cross_cluster_replication") {
				continue
			}
			project := func(p organization.Text) string {
				if p.Empty() {
					return at.Project.Raw()
				}
				return p.Raw()
			}
			from, fromOK := findService(o, project(i.SourceProject), i.SourceService.Raw())
			to, toOK := findService(o, project(i.DestProject), i.DestSvc.Raw())
			switch {
			case toOK && fromOK && from.Ref() == s.Ref():
				out = append(out, to)
			case toOK && fromOK && to.Ref() == s.Ref():
				out = append(out, from)
			}
		}
	}
	return out
}

var maintenanceStartGuard = Guard{
	ID: "maintenance-start", Title: "The service can be worked on now, and nothing that stands in for it is",
	Parts: serviceParts, Applies: isOperation("ServiceMaintenanceStart"),
	Check: func(in GuardInput) Verdict {
		s, ok := serviceOf(in)
		if !ok {
			return blocks("The service is not there any more. Read the organization again.")
		}
		if why := ready(s); why != "" {
			return blocks("%s", why)
		}
		if len(s.Maintenance.Updates) == 0 {
			return blocks("No maintenance waits for it any more.")
		}
		for _, p := range standIns(in.Org, s) {
			if !p.State.Is("RUNNING") {
				return blocks("%s, which stands in for it, is %s. Wait until that runs.", p.Name, p.State)
			}
			if startedEarlier(in, p) {
				return blocks("%s, which stands in for it, is worked on by the same plan. Do one, wait until it runs, then the other.", p.Name)
			}
		}
		if s.NodeCount < 2 {
			return mustAck(s.Name.String(), []string{s.Ref()}, "It has one node and no standby: it is down while that is replaced.")
		}
		return holds("It runs, and has a standby.")
	},
}

// startedEarlier says whether the plan works on a service before this change.
func startedEarlier(in GuardInput, s organization.Service) bool {
	return slices.ContainsFunc(in.Earlier, func(c Change) bool {
		return isOperation("ServiceMaintenanceStart")(c) && segment(c, 1) == s.Project.Raw() && segment(c, 3) == s.Name.Raw()
	})
}

var taskGuard = Guard{
	ID: "task-harmless", Title: "The task only looks",
	Parts: serviceParts, Applies: isOperation("ServiceTaskCreate"),
	Check: func(in GuardInput) Verdict {
		body := bodyOf(in.Change)
		if body["task_type"] != "upgrade_check" || len(body) != 2 {
			return blocks("This program starts only upgrade checks.")
		}
		if in.Change.Await == nil {
			return blocks("Nobody would see what the check finds.")
		}
		s, ok := serviceOf(in)
		if !ok {
			return blocks("The service is not there any more. Read the organization again.")
		}
		if why := ready(s); why != "" {
			return blocks("%s", why)
		}
		return holds("An upgrade check changes nothing.")
	},
}

// versionIn is the version that an update sets, and its key.
func versionIn(c Change) (key, version string, ok bool) {
	config, _ := bodyOf(c)["user_config"].(map[string]any)
	for k, v := range config {
		if strings.HasSuffix(k, "_version") {
			s, isText := v.(string)
			return k, s, isText || v == nil
		}
	}
	return "", "", false
}

// withBackups are the types that Aiven backs up.
var withBackups = []string{"pg", "mysql", "opensearch", "valkey", "redis", "clickhouse"}

var upgradeGuard = Guard{
	ID: "upgrade", Title: "The upgrade is possible, and there is something to fall back on",
	Parts:   append(slices.Clone(serviceParts), organization.PartVersions),
	Applies: func(c Change) bool { _, _, ok := versionIn(c); return ok && isOperation("ServiceUpdate")(c) },
	Check: func(in GuardInput) Verdict {
		s, ok := serviceOf(in)
		if !ok {
			return blocks("The service is not there any more. Read the organization again.")
		}
		if why := upgradeBlocked(in, s); why != "" {
			return blocks("%s", why)
		}
		fresh := in.Now.Add(-time.Duration(in.Policy.Thresholds.BackupFreshHours) * time.Hour)
		recent := slices.ContainsFunc(s.Backups, func(b organization.Backup) bool { return b.Time.After(fresh) })
		if !recent && slices.ContainsFunc(withBackups, s.Type.Is) {
			return mustAck(s.Name.String(), []string{s.Ref()}, "Its newest backup is older than %d hours, or none is listed: what was written since is lost if the upgrade goes wrong.", in.Policy.Thresholds.BackupFreshHours)
		}
		return holds("It runs, nothing waits, and there is a recent backup or nothing to back up.")
	},
}

// upgradeBlocked says why an upgrade must not go out, "" if it may.
func upgradeBlocked(in GuardInput, s organization.Service) string {
	key, target, _ := versionIn(in.Change)
	if key != s.VersionKey() {
		return safe(key) + " is not the version of a service of type " + s.Type.String() + "."
	}
	if why := ready(s); why != "" {
		return why
	}
	if len(s.Maintenance.Updates) > 0 {
		return "Maintenance waits for it. Have that done first."
	}
	i := slices.IndexFunc(in.Org.ServiceVersions, func(v organization.ServiceVersion) bool {
		return v.Type == s.Type && v.Version.Is(target) && v.State.Is("available")
	})
	if i < 0 {
		return "Aiven does not offer the version " + safe(target) + " for " + s.Type.String() + "."
	}
	if !newer(target, s.Config.Version.Raw()) {
		return "It runs " + s.Config.Version.String() + ", and there is no way back to " + safe(target) + "."
	}
	for _, at := range in.Org.Services {
		for _, x := range at.Integrations {
			if x.Type.Is("read_replica") && x.DestSvc == s.Name && (x.DestProject == s.Project || x.DestProject.Empty() && at.Project == s.Project) {
				return "It is a read replica. Upgrade its primary, and make the replica anew."
			}
		}
	}
	if s.Type.Is("pg") && !checkedEarlier(in, s, target) {
		return "Aiven has not checked this upgrade. Make the plan anew."
	}
	return ""
}

// checkedEarlier says whether the plan has this very upgrade checked first.
func checkedEarlier(in GuardInput, s organization.Service, target string) bool {
	return slices.ContainsFunc(in.Earlier, func(c Change) bool {
		check, _ := bodyOf(c)["upgrade_check"].(map[string]any)
		return isOperation("ServiceTaskCreate")(c) && c.Await != nil && segment(c, 1) == s.Project.Raw() && segment(c, 3) == s.Name.Raw() && check["target_version"] == target
	})
}

// newer compares dotted numbers; what is none is not newer.
func newer(a, than string) bool {
	x, xOK := dotted(a)
	y, yOK := dotted(than)
	return xOK && yOK && slices.Compare(x, y) > 0
}

func dotted(s string) (out []int, ok bool) {
	for _, p := range strings.Split(aivenapi.Sanitise(s), ".") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}
