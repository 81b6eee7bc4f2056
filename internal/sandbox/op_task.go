package sandbox

import "strings"

func taskOperations() []operation {
	const all = "/project/{project}/service/{service_name}/task"
	mayMaintain := holders("role:services:maintenance")
	return []operation{
		{id: "ServiceTaskCreate", method: post, path: all, access: mayMaintain, serve: taskCreate},
		{id: "ServiceTaskGet", method: get, path: all + "/{task_id}", access: mayMaintain, serve: taskGet},
	}
}

type taskBody struct {
	Type          string `json:"task_type"`
	TargetVersion string `json:"target_version"` // deprecated, and still what older clients send
	UpgradeCheck  *struct {
		Async         bool   `json:"async"`
		TargetVersion string `json:"target_version"`
	} `json:"upgrade_check"`
}

// taskCreate answers ServiceTaskCreate. Only the check before an upgrade of
// PostgreSQL is emulated.
func taskCreate(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	var in taskBody
	if a := c.decode(&in, "task_type"); a != nil {
		return *a
	}
	target := in.TargetVersion
	if in.UpgradeCheck != nil {
		target = in.UpgradeCheck.TargetVersion
	}
	switch {
	case in.Type != "upgrade_check":
		return invalid("Invalid input: task_type: '%s' is not supported", in.Type)
	case s.Type != "pg":
		return invalid("Upgrade check is not supported for service type '%s'", s.Type)
	case target == "":
		return invalid("Invalid input: upgrade_check.target_version: required")
	case s.State != "RUNNING":
		return invalid("Service is not running")
	}
	t := &Task{
		ID: madeUUID("task", c.project.ID, s.Name, letters(c.box.rand, lowerHex, 16)), Type: in.Type, Target: target,
		CreateTime: At(c.now), Running: settlingReads,
	}
	s.Tasks = append(s.Tasks, t)
	return ok(obj{"task": t.wire()})
}

// taskGet answers ServiceTaskGet. Until the check is over it has no result,
// and success false means nothing.
func taskGet(c *call) answer {
	s, a := c.serviceNamed()
	if a != nil {
		return *a
	}
	t := find(s.Tasks, func(t *Task) bool { return t.ID == c.vars["task_id"] })
	if t == nil {
		return notFound("", "Task not found")
	}
	if t.Running > 0 {
		t.Running--
		if t.Running == 0 {
			t.finish(c, s)
		}
	}
	return ok(obj{"task": t.wire()})
}

// finish judges by what the service is when the check ends.
func (t *Task) finish(c *call, s *Service) {
	switch {
	case !c.available(s.Type, t.Target):
		t.Code, t.Result = "unknown_target_version", "Version "+t.Target+" is not available"
	case !newer(t.Target, s.version()):
		t.Code, t.Result = "target_version_not_newer", "Version "+t.Target+" is not newer than "+s.version()
	case len(s.UpgradeBlockers) > 0:
		t.Code, t.Result = "upgrade_blocked", strings.Join(s.UpgradeBlockers, "\n")
	default:
		t.Success, t.Code, t.Result = true, "ok", "Upgrade check passed"
	}
}

func (t *Task) wire() obj {
	codes := []obj{}
	if t.Code != "" {
		codes = append(codes, obj{"code": t.Code})
	}
	return obj{
		"task_id": t.ID, "task_type": t.Type, "create_time": t.CreateTime.wire(), "success": t.Success,
		"result": t.Result, "result_codes": codes,
	}
}
