package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// version is the major version that the service is set to, or "".
func (s *Service) version() string {
	v, found := s.UserConfig[shape(s.Type).versionKey]
	if !found || v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (c *call) available(kind, version string) bool {
	return slices.ContainsFunc(c.state.ServiceVersions, func(v *ServiceVersion) bool {
		return v.Type == kind && v.Version == version && v.State == "available" && !v.AvailabilityStart.After(c.now)
	})
}

// wantedVersion reads the version out of a user_config; "" is none. The
// version of another type has no place in it.
func wantedVersion(kind string, config map[string]any) (string, *answer) {
	key := shape(kind).versionKey
	for k := range config {
		isVersion := strings.HasSuffix(k, "_version") && shapes[strings.TrimSuffix(k, "_version")].title != ""
		if isVersion && k != key {
			return "", invalidBody("Invalid 'user_config': Additional properties are not allowed ('%s' was unexpected)", k)
		}
	}
	v := config[key]
	if v == nil || key == "" {
		return "", nil
	}
	text, isText := v.(string)
	if !isText {
		return "", invalidBody("Invalid 'user_config': %s: want a string", key)
	}
	return text, nil
}

// checkUpgrade refuses a change of the version that cannot be made now. It
// says whether there is one to make.
func (c *call) checkUpgrade(s *Service, config map[string]any) (bool, *answer) {
	wanted, a := wantedVersion(s.Type, config)
	current := s.version()
	switch {
	case a != nil:
		return false, a
	case wanted == "" || wanted == current:
		return false, nil
	case !c.available(s.Type, wanted):
		return false, invalidBody("Invalid 'user_config': %s: version '%s' is not available", shape(s.Type).versionKey, wanted)
	case newer(current, wanted):
		return false, invalidBody("Downgrade from version %s to %s is not supported", current, wanted)
	case s.State != "RUNNING":
		return false, invalidBody("Service must be running to be upgraded")
	case len(s.Maintenance.Updates) > 0:
		return false, invalidBody("Pending maintenance updates must be applied before an upgrade")
	case s.Type == "pg" && c.isReplica(s):
		return false, invalidBody("A read replica cannot be upgraded")
	case len(s.UpgradeBlockers) > 0:
		return false, invalidBody("Upgrade check failed: %s", s.UpgradeBlockers[0])
	}
	return true, nil
}

// isReplica says whether the service follows another one.
func (c *call) isReplica(s *Service) bool {
	return c.anyIntegration(func(x *Integration) bool {
		return x.Type == "read_replica" && x.DestProject == c.project.ID && x.Dest == s.Name
	})
}

func (c *call) anyIntegration(match func(*Integration) bool) bool {
	for _, p := range c.org.Projects {
		for _, s := range p.Services {
			if slices.ContainsFunc(s.Integrations, match) {
				return true
			}
		}
	}
	return false
}
