package sandbox

func backupOperations() []operation {
	return []operation{
		{id: "ServiceBackupsGet", method: get, path: "/project/{project}/service/{service_name}/backups", access: holders("project:services:read"), serve: backupList},
	}
}

// backupList answers ServiceBackupsGet.
func backupList(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	return ok(obj{"backups": list(s.Backups, (*Backup).wire)})
}
