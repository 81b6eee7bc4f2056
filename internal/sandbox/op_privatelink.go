package sandbox

import (
	"slices"
	"strings"
)

func privateLinkOperations() []operation {
	access := holders("service:configuration:write")
	return []operation{
		{id: "ServicePrivatelinkAWSConnectionList", method: get, path: "/project/{project}/service/{service_name}/privatelink/aws/connections", access: access, serve: awsLinks},
		{id: "ServicePrivatelinkAzureConnectionList", method: get, path: "/project/{project}/service/{service_name}/privatelink/azure/connections", access: access, serve: azureLinks},
	}
}

// linksOn gives the connections of the service named, or a refusal where it
// has no private link on that provider.
func (c *call) linksOn(provider string) ([]*PrivateLink, *answer) {
	s, a := c.serviceNamed()
	if a != nil {
		return nil, a
	}
	has := len(s.PrivateLinks) > 0 || slices.ContainsFunc(s.Components, func(c *Component) bool { return c.Route == "privatelink" })
	if !has || !strings.HasPrefix(s.Cloud, provider+"-") {
		a := notFound("", "Privatelink not found")
		return nil, &a
	}
	return s.PrivateLinks, nil
}

// awsLinks answers ServicePrivatelinkAWSConnectionList.
func awsLinks(c *call) answer {
	links, a := c.linksOn("aws")
	if a != nil {
		return *a
	}
	return ok(obj{"connections": list(links, func(l *PrivateLink) obj {
		return obj{"privatelink_connection_id": l.ID, "vpc_endpoint_id": l.Endpoint, "dns_name": l.Address, "state": l.State}
	})})
}

// azureLinks answers ServicePrivatelinkAzureConnectionList.
func azureLinks(c *call) answer {
	links, a := c.linksOn("azure")
	if a != nil {
		return *a
	}
	return ok(obj{"connections": list(links, func(l *PrivateLink) obj {
		return obj{"privatelink_connection_id": l.ID, "private_endpoint_id": l.Endpoint, "user_ip_address": l.Address, "state": l.State}
	})})
}
