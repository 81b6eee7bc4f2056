package sandbox

import "slices"

func customCloudOperations() []operation {
	return []operation{
		{id: "CustomCloudEnvironmentGet", method: get, path: "/organization/{organization_id}/custom-cloud-environments/{custom_cloud_environment_id}", access: members, serve: customCloudGet},
	}
}

func (x *CustomCloud) identify(o *Organization) {
	fill(&x.ID, madeUUID(o.ID, "custom cloud", x.Name))
	fill(&x.State, "active")
	fill(&x.DeploymentModel, "standard")
	fill(&x.Provider, "aws")
	fill(&x.Region, "eu-central-1")
	if x.CloudNames == nil {
		x.CloudNames = []string{"custom-" + x.Provider + "-" + x.Region + "-" + x.ID[:8]}
	}
	then(&x.UpdateTime, o.CreateTime)
}

// customCloudGet answers CustomCloudEnvironmentGet. There is no operation
// that lists them: whoever asks must know the id.
func customCloudGet(c *call) answer {
	x := find(c.org.CustomClouds, func(x *CustomCloud) bool { return x.ID == c.vars["custom_cloud_environment_id"] })
	if x == nil {
		return notFound("custom_cloud_environment_not_found", "Custom cloud environment not found")
	}
	return ok(obj{"custom_cloud_environment": obj{
		"custom_cloud_environment_id": x.ID, "display_name": x.Name, "state": x.State, "cloud_provider": x.Provider,
		"cloud_region": x.Region, "deployment_model": x.DeploymentModel, "custom_cloud_names": x.CloudNames,
		"contact_emails": emails(x.ContactEmails), "update_time": x.UpdateTime.wire(), "tags": obj{},
		"errors": list(x.Errors, func(text string) obj { return obj{"category": "general_error", "message": text} }),
	}})
}

// projectClouds are the public clouds and those of the organization's own
// that services can be in.
func (c *call) projectClouds() []*Cloud {
	all := slices.Clone(c.state.Clouds)
	for _, x := range c.org.CustomClouds {
		if x.State != "active" {
			continue
		}
		for _, name := range x.CloudNames {
			all = append(all, x.cloud(name, c.state.Clouds))
		}
	}
	return all
}

// cloud describes the custom cloud as it is listed, at the place of the
// public cloud that it is made in.
func (x *CustomCloud) cloud(name string, public []*Cloud) *Cloud {
	at := Cloud{}
	if p := find(public, func(p *Cloud) bool { return p.Name == x.Provider+"-"+x.Region }); p != nil {
		at = *p
	}
	at.Name, at.Provider = name, x.Provider
	at.Description = "Custom cloud: " + x.Name
	fill(&at.ProviderName, x.Provider)
	fill(&at.Region, "europe")
	return &at
}

// projectCloudList answers ListProjectClouds.
func projectCloudList(c *call) answer {
	return ok(obj{"clouds": list(c.projectClouds(), (*Cloud).wire)})
}

func (c *call) cloud(name string) *Cloud {
	return find(c.projectClouds(), func(x *Cloud) bool { return x.Name == name })
}
