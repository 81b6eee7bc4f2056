package steps

import "avn-harden/internal/organization"

func filterOf(list ...string) []organization.IPFilterEntry {
	out := []organization.IPFilterEntry{}
	for _, s := range list {
		out = append(out, organization.IPFilterEntry{Network: text(s)})
	}
	return out
}

func clouds() []organization.Cloud {
	c := func(name, description, provider string, lat, long float64) organization.Cloud {
		return organization.Cloud{Name: text(name), Description: text(description), Provider: text(provider), Region: text("europe"), Latitude: lat, Longitude: long}
	}
	return []organization.Cloud{
		c("aws-eu-central-1", "Europe, Germany - Amazon Web Services: Frankfurt", "aws", 50.11, 8.68),
		c("aws-eu-west-1", "Europe, Ireland - Amazon Web Services: Ireland", "aws", 53.4, -8),
		c("azure-westeurope", "Europe, Netherlands - Azure: West Europe", "azure", 52.37, 4.9),
		c("google-europe-west3", "Europe, Germany - Google Cloud: Frankfurt", "google", 50.11, 8.68),
		c("google-europe-north1", "Europe, Finland - Google Cloud: Finland", "google", 60.57, 27.19),
	}
}

// running is a service of the project net that passes what is not looked at.
func running(name, kind, cloud, vpc string) organization.Service {
	return organization.Service{
		Project: text("net"), Name: text(name), Type: text(kind), Plan: text("startup-4"), Cloud: text(cloud), State: text("RUNNING"), VPCID: text(vpc),
		TerminationProtection: ptr(true), Config: organization.ServiceConfig{Told: true, HasIPs: true, IPFilter: filterOf("10.0.0.0/16")},
	}
}

func replicates(kind, from, to string) organization.Integration {
	return organization.Integration{Type: text(kind), SourceProject: text("net"), SourceService: text(from), DestProject: text("net"), DestSvc: text(to), Active: true}
}

// addNetworks adds what the checks of networks and copies look at.
func addNetworks(o *organization.Organization) {
	orders := running("orders", "pg", "aws-eu-central-1", "vpc1")
	orders.Config.IPFilter = []organization.IPFilterEntry{
		{Network: text("0.0.0.0/0"), Description: text("everybody"), Object: true}, {Network: text("10.0.0.0/16"), Description: text("office"), Object: true},
	}
	orders.Config.PublicAccess = map[string]bool{"pg": true, "pgbouncer": false}
	orders.Config.PrivatelinkAccess = map[string]bool{"pg": true}
	orders.Components = []organization.Component{{Name: text("pg"), Host: text("orders.example"), Route: text("privatelink"), PrivatelinkID: text("plc1")}}
	orders.TerminationProtection = ptr(false)

	ledger := running("ledger", "mysql", "aws-eu-central-1", "vpc1")
	ledger.Tags = map[string]Text{"criticality": text("High")}
	ledger.Config.Version = text("8")
	ledger.Config.IPFilter = []organization.IPFilterEntry{{Network: text("10.0.0.0/16"), Description: text("office"), Object: true}}
	ledger.Integrations = []organization.Integration{replicates("read_replica", "ledger", "ledger-dr")}
	copied := running("ledger-dr", "mysql", "aws-eu-central-1", "vpc1")

	cache := running("cache", "valkey", "google-europe-west3", "")
	cache.Config.HasIPs, cache.Config.IPFilter = false, nil
	search := running("search", "opensearch", "aws-eu-central-1", "")
	search.Config.IPFilter = filterOf("0.0.0.0/1", "128.0.0.0/1", "::/0", "198.51.100.7")
	inside := running("inside", "kafka", "aws-eu-central-1", "vpc1")
	inside.Config.IPFilter = filterOf("10.0.0.0/7")
	inside.Config.PrivatelinkAccess = map[string]bool{"kafka": true, "kafka_connect": false}
	off := running("off", "pg", "aws-eu-central-1", "")
	off.State, off.TerminationProtection, off.Config = text("POWEROFF"), ptr(false), organization.ServiceConfig{}
	o.Services = append(o.Services, orders, ledger, copied, cache, search, inside, off)

	o.PrivateLinks = []organization.PrivateLink{
		{Project: text("net"), Service: text("orders"), Endpoint: text("vpce-1"), State: text("active")},
		{Project: text("net"), Service: text("inside"), Endpoint: text(hostile), State: text("pending-user-approval")},
		{Project: text("elsewhere"), Service: text("orders"), Endpoint: text("vpce-3"), State: text("connected")},
	}
	o.Clouds = clouds()
	o.VPCs = []organization.VPC{
		{ID: text("vpc1"), Project: text("net"), State: text("ACTIVE"), Clouds: []organization.VPCCloud{{Cloud: text("aws-eu-central-1"), CIDR: text("10.40.0.0/22")}},
			Peerings: []organization.Peering{
				{ID: text("peer1"), Account: text("203948571123"), PeerVPC: text("vpc-0a1b"), State: text("PENDING_PEER"), CreateTime: now.AddDate(0, 0, -20), PeerCIDRs: []Text{text("10.41.0.0/16")}},
				{ID: text("peer2"), Account: text("203948571123"), PeerVPC: text(hostile), State: text("REJECTED_BY_PEER"), Message: text("no")},
			}},
		{ID: text("vpc2"), Name: text("shared"), State: text("ACTIVE"), Clouds: []organization.VPCCloud{{Cloud: text("azure-westeurope"), CIDR: text("10.60.0.0/22")}}},
	}
}
