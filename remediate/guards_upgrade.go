package remediate

import (
	"maps"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// versionKey gives the key of user_config with which a request changes a
// major version, and what it is set to; "" if the request does not.
func versionKey(c Change) (string, any) {
	if !isOperation("ServiceUpdate")(c) {
		return "", nil
	}
	config, _ := bodyOf(c)["user_config"].(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(config)) {
		if strings.HasSuffix(k, "_version") {
			return k, config[k]
		}
	}
	return "", nil
}

func upgrades(c Change) bool {
	k, _ := versionKey(c)
	return k != ""
}

var upgradeTargetGuard = Guard{
	ID: "upgrade-target", Title: "The version is newer and Aiven offers it",
	Parts:   []organization.Part{organization.PartServices, organization.PartVersions},
	Applies: upgrades,
	Check: func(in GuardInput) Verdict {
		s, _ := namedService(in)
		if s == nil {
			return blocks(serviceGone)
		}
		key, value := versionKey(in.Change)
		to, _ := value.(string)
		shown := aivenapi.Sanitise(to)
		if key != s.VersionKey() || to == "" {
			return blocks("The request does not set %s, which is the version of this service, to a version.", aivenapi.Sanitise(s.VersionKey()))
		}
		if config, _ := bodyOf(in.Change)["user_config"].(map[string]any); len(config) != 1 {
			return blocks("The request changes more of the configuration than the version. Upgrade alone.")
		}
		if s.Config.Version.Empty() {
			return blocks("Which version the service runs is not told, so nobody knows whether %s is newer.", shown)
		}
		c, ok := CompareVersions(to, s.Config.Version.Raw())
		switch v := KnownVersion(in.Org, s.Type.Raw(), to); {
		case !ok || v == nil:
			return blocks("Aiven lists no version %s of %s.", shown, s.Type)
		case c <= 0:
			return blocks("%s is not newer than %s, which the service runs. There is no way back to an older version.", shown, s.Config.Version)
		case !v.State.Is("available"):
			return blocks("The version %s is %s, not available.", shown, orUntold(v.State))
		}
		return holds("%s is newer than %s, and available.", shown, s.Config.Version)
	},
}

var upgradeReadyGuard = Guard{
	ID: "upgrade-ready", Title: "The service can be upgraded now",
	Parts:   []organization.Part{organization.PartServices},
	Applies: upgrades,
	Check: func(in GuardInput) Verdict {
		s, ref := namedService(in)
		if s == nil {
			return blocks(serviceGone)
		}
		if why := unfitNodes(s); why != "" {
			return blocks("%s", why)
		}
		switch {
		case ReadReplica(in.Org, ref):
			return blocks("It is a read replica, which cannot be upgraded on its own.")
		case !s.Maintenance.Told:
			return blocks("Whether updates wait is not told, and an upgrade with updates waiting fails.")
		case len(s.Maintenance.Updates) > 0:
			return blocks("Updates wait. Apply them first: an upgrade with updates waiting fails.")
		case slices.ContainsFunc(in.Earlier, func(c Change) bool {
			return isOperation("ServiceMaintenanceStart")(c) && serviceRef(c) == ref
		}):
			return blocks("An earlier change starts the updates of this service. Upgrade when they are done.")
		}
		return holds("It runs with all its nodes, and no update waits.")
	},
}

var upgradeCheckedGuard = Guard{
	ID: "upgrade-checked", Title: "Aiven checked the upgrade first",
	// Only for PostgreSQL the check is proven to exist.
	Applies: func(c Change) bool {
		k, _ := versionKey(c)
		return k == "pg_version"
	},
	Check: func(in GuardInput) Verdict {
		_, to := versionKey(in.Change)
		for _, c := range in.Earlier {
			check, _ := bodyOf(c)["upgrade_check"].(map[string]any)
			if startsCheck(c) && serviceRef(c) == serviceRef(in.Change) && to != nil && check["target_version"] == to && c.Await != nil {
				return holds("The upgrade check of the same version comes first.")
			}
		}
		return blocks("No upgrade check of this service for this version comes first. Plan the upgrade with its check.")
	},
}

func startsCheck(c Change) bool {
	return isOperation("ServiceTaskCreate")(c) && bodyOf(c)["task_type"] == "upgrade_check"
}

var taskKindGuard = Guard{
	ID: "task-only-checks", Title: "The task only looks",
	Applies: isOperation("ServiceTaskCreate"),
	Check: func(in GuardInput) Verdict {
		if !startsCheck(in.Change) {
			return blocks("This program starts no tasks but upgrade checks.")
		}
		return holds("An upgrade check changes nothing.")
	},
}

// withBackups are the versions of types that Aiven takes backups of.
var withBackups = []string{"pg_version", "mysql_version", "opensearch_version", "valkey_version", "clickhouse_version"}

var upgradeBackupGuard = Guard{
	ID: "upgrade-backup", Title: "There is a fresh backup",
	Parts: []organization.Part{organization.PartServices},
	Applies: func(c Change) bool {
		k, _ := versionKey(c)
		return slices.Contains(withBackups, k)
	},
	Check: func(in GuardInput) Verdict {
		s, _ := namedService(in)
		if s == nil {
			return blocks(serviceGone)
		}
		var newest time.Time
		for _, b := range s.Backups {
			if b.Time.After(newest) {
				newest = b.Time
			}
		}
		hours := in.Policy.Thresholds.BackupFreshHours
		switch {
		case newest.IsZero():
			return mustAck(s.Name.String(), nil, "Aiven lists no backup of the service, and an upgrade cannot be undone.")
		case newest.Before(in.Now.Add(-time.Duration(hours) * time.Hour)):
			return mustAck(s.Name.String(), nil, "The newest backup is of %s, older than %d hours, and an upgrade cannot be undone.", newest.UTC().Format("2006-01-02 15:04 UTC"), hours)
		}
		return holds("The newest backup is of %s.", newest.UTC().Format("2006-01-02 15:04 UTC"))
	},
}
