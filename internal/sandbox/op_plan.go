package sandbox

func planOperations() []operation {
	const all = "/project/{project}/service-types/{service_type}/plans"
	return []operation{
		{id: "ProjectServicePlanList", method: get, path: all, access: members, serve: planList},
		{id: "ProjectServicePlanSpecsGet", method: get, path: all + "/{service_plan}", access: members, serve: planSpecs},
		{id: "ProjectServicePlanPriceGet", method: get, path: "/project/{project}/pricing/service-types/{service_type}/plans/{service_plan}/clouds/{cloud}", access: members, serve: planPrice},
	}
}

// planNamed finds the plan that the path names.
func (c *call) planNamed() (plan, *answer) {
	if c.offered(c.vars["service_type"]) {
		if p, known := findPlan(c.vars["service_type"], c.vars["service_plan"]); known {
			return p, nil
		}
	}
	a := notFound("", "Service plan not found")
	return plan{}, &a
}

// planList answers ProjectServicePlanList.
func planList(c *call) answer {
	kind := c.vars["service_type"]
	if !c.offered(kind) {
		return notFound("", "Service type not found")
	}
	return ok(obj{"service_plans": c.planList(kind, c.projectClouds())})
}

// planSpecs answers ProjectServicePlanSpecsGet.
func planSpecs(c *call) answer {
	p, a := c.planNamed()
	if a != nil {
		return *a
	}
	kind := c.vars["service_type"]
	return ok(obj{
		"service_plan": p.name, "service_type": kind, "node_count": p.nodes, "disk_space_mb": p.diskMB(),
		"disk_space_cap_mb": 2 * p.diskMB(), "disk_space_step_mb": 10240, "backup_config": backupConfig(kind),
	})
}

// planPrice answers ProjectServicePlanPriceGet. An hour costs the same in
// every cloud.
func planPrice(c *call) answer {
	p, a := c.planNamed()
	if a != nil {
		return *a
	}
	if c.cloud(c.vars["cloud"]) == nil {
		return notFound("", "Cloud not found")
	}
	return ok(obj{
		"service_plan": p.name, "service_type": c.vars["service_type"], "cloud_name": c.vars["cloud"],
		"base_price_usd": p.price(), "extra_disk_price_per_gb_usd": "0.0004",
	})
}
