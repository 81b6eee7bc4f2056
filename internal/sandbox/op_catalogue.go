package sandbox

import "time"

func catalogueOperations() []operation {
	return []operation{
		{id: "ListClouds", method: get, path: "/clouds", access: public, serve: cloudList},
		{id: "ListServiceVersions", method: get, path: "/service_versions", access: public, serve: versionList},
		{id: "OrganizationVpcCloudsList", method: get, path: "/organization/{organization_id}/vpc-clouds", access: members, serve: cloudList},
		{id: "ListProjectClouds", method: get, path: "/project/{project}/clouds", access: members, serve: projectCloudList},
	}
}

// cloudList answers ListClouds and OrganizationVpcCloudsList.
func cloudList(c *call) answer { return ok(obj{"clouds": list(c.state.Clouds, (*Cloud).wire)}) }

func (x *Cloud) wire() obj {
	return obj{
		"cloud_name": x.Name, "cloud_description": x.Description, "geo_region": x.Region,
		"geo_latitude": x.Latitude, "geo_longitude": x.Longitude, "provider": x.Provider,
		"provider_description": x.ProviderName,
	}
}

// versionList answers ListServiceVersions.
func versionList(c *call) answer {
	return ok(obj{"service_versions": list(c.state.ServiceVersions, func(v *ServiceVersion) obj {
		o := obj{"service_type": v.Type, "major_version": v.Version, "state": v.State}
		setTime(o, "availability_start_time", v.AvailabilityStart)
		setTime(o, "availability_end_time", v.AvailabilityEnd)
		setTime(o, "aiven_end_of_life_time", v.EndOfLife)
		setTime(o, "upstream_end_of_life_time", v.UpstreamEndOfLife)
		setTime(o, "termination_time", v.Termination)
		set(o, "upgrade_to_service_type", v.UpgradeToType)
		set(o, "upgrade_to_version", v.UpgradeToVersion)
		set(o, "end_of_life_help_article_url", v.HelpURL)
		return o
	})})
}

func defaultClouds() []*Cloud {
	c := func(name, provider, providerName, region, where string, lat, long float64) *Cloud {
		return &Cloud{Name: name, Provider: provider, ProviderName: providerName, Region: region,
			Description: where, Latitude: lat, Longitude: long}
	}
	const aws, google, azure = "Amazon Web Services", "Google Cloud", "Microsoft Azure"
	return []*Cloud{
		c("aws-eu-central-1", "aws", aws, "europe", "Europe, Germany - Amazon Web Services: Frankfurt", 50.11, 8.68),
		c("aws-eu-north-1", "aws", aws, "europe", "Europe, Sweden - Amazon Web Services: Stockholm", 59.33, 18.06),
		c("aws-eu-west-1", "aws", aws, "europe", "Europe, Ireland - Amazon Web Services: Ireland", 53.4, -8.0),
		c("aws-us-east-1", "aws", aws, "north america", "United States, Virginia - Amazon Web Services: N. Virginia", 38.13, -78.45),
		c("google-europe-north1", "google", google, "europe", "Europe, Finland - Google Cloud: Finland", 60.57, 27.19),
		c("google-europe-west3", "google", google, "europe", "Europe, Germany - Google Cloud: Frankfurt", 50.11, 8.68),
		c("google-us-central1", "google", google, "north america", "United States, Iowa - Google Cloud: Iowa", 41.26, -95.86),
		c("azure-westeurope", "azure", azure, "europe", "Europe, Netherlands - Azure: West Europe", 52.37, 4.9),
		c("azure-eastus2", "azure", azure, "north america", "United States, Virginia - Azure: East US 2", 36.67, -78.39),
		c("do-fra", "do", "DigitalOcean", "europe", "Europe, Germany - DigitalOcean: Frankfurt", 50.11, 8.68),
		c("upcloud-fi-hel", "upcloud", "UpCloud", "europe", "Europe, Finland - UpCloud: Helsinki", 60.17, 24.94),
	}
}

// defaultVersions is a believable catalogue relative to the sandbox's clock:
// of each type one version that is past its end, one near it and some good.
func defaultVersions() []*ServiceVersion {
	day := offsetUnits["d"]
	v := func(kind, version, state string, start, end int, to string) *ServiceVersion {
		x := &ServiceVersion{
			Type: kind, Version: version, State: state, AvailabilityStart: In(day * time.Duration(start)),
			EndOfLife: In(day * time.Duration(end)), UpgradeToVersion: to, UpgradeToType: kind,
		}
		x.UpstreamEndOfLife, x.AvailabilityEnd = x.EndOfLife, In(day*time.Duration(end-180))
		if state == "eol" {
			x.Termination = In(day * time.Duration(end+30))
		}
		return x
	}
	redis := v("redis", "7.2", "eol", -1200, -120, "8.1")
	redis.UpgradeToType = "valkey"
	return []*ServiceVersion{
		redis,
		v("pg", "13", "eol", -2000, -10, "14"), v("pg", "14", "available", -1700, 60, "15"),
		v("pg", "15", "available", -1400, 420, "16"), v("pg", "16", "available", -1000, 800, "17"),
		v("pg", "17", "available", -600, 1200, ""), v("pg", "18", "available", -40, 1700, ""),
		v("mysql", "8", "available", -2200, 150, "8.4"), v("mysql", "8.4", "available", -300, 1500, ""),
		v("kafka", "3.7", "eol", -800, -40, "3.8"), v("kafka", "3.8", "available", -700, 30, "3.9"),
		v("kafka", "3.9", "available", -400, 200, "4.0"), v("kafka", "4.0", "available", -120, 500, ""),
		v("opensearch", "1", "eol", -1800, -200, "2"), v("opensearch", "2", "available", -1500, 400, "3"),
		v("opensearch", "3", "available", -30, 1500, ""),
		v("valkey", "7.2", "available", -900, 100, "8.1"), v("valkey", "8.1", "available", -200, 1300, ""),
		v("clickhouse", "24.8", "available", -700, 120, "25.3"), v("clickhouse", "25.3", "available", -200, 600, ""),
		v("flink", "1.19", "available", -800, 240, "1.20"), v("flink", "1.20", "available", -300, 700, ""),
		v("grafana", "10", "eol", -1100, -90, "11"), v("grafana", "11", "available", -600, 500, ""),
	}
}
