package sandbox

import (
	"maps"
	"slices"
)

func serviceTypeOperations() []operation {
	return []operation{
		{id: "ListPublicServiceTypes", method: get, path: "/service_types", access: public, serve: publicTypeList},
		{id: "ListProjectServiceTypes", method: get, path: "/project/{project}/service_types", access: members, serve: projectTypeListWithPlans},
		{id: "ProjectServiceTypesList", method: get, path: "/project/{project}/service-types", access: members, serve: projectTypeList},
		{id: "ProjectServiceTypesGet", method: get, path: "/project/{project}/service-types/{service_type}", access: members, serve: projectTypeGet},
	}
}

func (c *call) offeredTypes() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(shapes)), func(k string) bool { return !c.offered(k) })
}

func (c *call) typeWire(kind string) obj {
	w := obj{"description": shape(kind).title, "user_config_schema": obj{}}
	stable := c.newest(kind, 90)
	if stable == "" {
		stable = c.newest(kind, 0)
	}
	set(w, "default_version", stable)
	set(w, "latest_available_version", c.newest(kind, 0))
	return w
}

func (c *call) typesWithPlans(clouds []*Cloud) answer {
	types := obj{}
	for _, kind := range c.offeredTypes() {
		w := c.typeWire(kind)
		w["service_plans"] = c.planList(kind, clouds)
		types[kind] = w
	}
	return ok(obj{"service_types": types})
}

func (c *call) planList(kind string, clouds []*Cloud) []obj {
	out := []obj{}
	for _, p := range plans(kind) {
		out = append(out, p.wire(kind, clouds))
	}
	return out
}

// publicTypeList answers ListPublicServiceTypes.
func publicTypeList(c *call) answer { return c.typesWithPlans(c.state.Clouds) }

// projectTypeListWithPlans answers ListProjectServiceTypes.
func projectTypeListWithPlans(c *call) answer { return c.typesWithPlans(c.projectClouds()) }

// projectTypeList answers ProjectServiceTypesList.
func projectTypeList(c *call) answer {
	types := obj{}
	for _, kind := range c.offeredTypes() {
		types[kind] = c.typeWire(kind)
	}
	return ok(types)
}

// projectTypeGet answers ProjectServiceTypesGet.
func projectTypeGet(c *call) answer {
	kind := c.vars["service_type"]
	if !c.offered(kind) {
		return notFound("", "Service type not found")
	}
	return ok(c.typeWire(kind))
}
