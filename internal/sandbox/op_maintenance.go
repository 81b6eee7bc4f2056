package sandbox

func maintenanceOperations() []operation {
	return []operation{
		{id: "ServiceMaintenanceStart", method: put, path: "/project/{project}/service/{service_name}/maintenance/start", access: holders("role:services:maintenance"), serve: maintenanceStart},
	}
}

// maintenanceStart answers ServiceMaintenanceStart: what waits is done at
// once, on new nodes and whatever the maintenance window says.
func maintenanceStart(c *call) answer {
	s, a := c.serviceNamed()
	switch {
	case a != nil:
		return *a
	case s.State != "RUNNING":
		return invalid("Service is not running")
	case len(s.Maintenance.Updates) == 0:
		return invalid("No maintenance updates are pending")
	}
	s.Maintenance.Updates = nil
	s.rebuild()
	s.UpdateTime = At(c.now)
	return ok(obj{"message": "started"})
}
