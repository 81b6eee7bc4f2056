package remediate

import (
	"slices"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

var weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

var maintenanceWindowGuard = Guard{
	ID: "maintenance-window", Title: "The service keeps a maintenance window",
	Applies: func(c Change) bool {
		_, ok := bodyOf(c)["maintenance"]
		return ok && isOperation("ServiceUpdate")(c)
	},
	Check: func(in GuardInput) Verdict {
		m, ok := bodyOf(in.Change)["maintenance"].(map[string]any)
		if !ok {
			return blocks("The request takes the maintenance window away.")
		}
		if dow, ok := m["dow"]; ok {
			day, _ := dow.(string)
			if !slices.Contains(weekdays, day) {
				return blocks("%q is no day of the week: without one, the service gets no updates.", aivenapi.Sanitise(day))
			}
		}
		if at, ok := m["time"]; ok {
			text, _ := at.(string)
			if _, err := time.Parse(time.TimeOnly, text); err != nil {
				return blocks("%q is no time of day such as 03:00:00.", aivenapi.Sanitise(text))
			}
		}
		return holds("The window is a time on a day of the week.")
	},
}

var maintenanceReadyGuard = Guard{
	ID: "maintenance-ready", Title: "The service can take its updates now",
	Parts:   []organization.Part{organization.PartServices},
	Applies: isOperation("ServiceMaintenanceStart"),
	Check: func(in GuardInput) Verdict {
		s, ref := namedService(in)
		if s == nil {
			return blocks(serviceGone)
		}
		if why := unfitNodes(s); why != "" {
			return blocks("%s", why)
		}
		if len(s.Maintenance.Updates) == 0 {
			return blocks("No update waits. Read the organization again.")
		}
		for _, other := range Partners(in.Org, ref) {
			name := aivenapi.Sanitise(other)
			if slices.ContainsFunc(in.Earlier, func(c Change) bool {
				return isOperation("ServiceMaintenanceStart")(c) && serviceRef(c) == other
			}) {
				return blocks("An earlier change starts the updates of %s, which stands in for this service. Update the second one when the first runs again.", name)
			}
			p := ServiceByRef(in.Org, other)
			switch {
			case p == nil:
				return blocks("The service %s belongs to this one and could not be read, so nobody knows whether it is being worked on.", name)
			case p.State.Is("REBUILDING"):
				return blocks("The service %s, which stands in for this one or the other way round, is being rebuilt. Wait until it runs.", name)
			}
		}
		return holds("It runs with all its nodes, and nothing that stands in for it is being worked on.")
	},
}

var maintenanceStandbyGuard = Guard{
	ID: "maintenance-standby", Title: "Another node takes over during the updates",
	Parts:   []organization.Part{organization.PartServices},
	Applies: isOperation("ServiceMaintenanceStart"),
	Check: func(in GuardInput) Verdict {
		s, _ := namedService(in)
		if s == nil {
			return blocks(serviceGone)
		}
		n := s.NodeCount
		if n == 0 {
			n = len(s.NodeStates)
		}
		if n > 1 {
			return holds("It has %d nodes, which are replaced one after the other.", n)
		}
		return mustAck(s.Name.String(), nil, "It has one node and no standby: it cannot be reached while the node is replaced.")
	},
}
