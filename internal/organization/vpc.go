package organization

import (
	"slices"
	"time"
)

// VPC is a private network of a project, or of the organization.
type VPC struct {
	ID, Name Text // name of the organization's own only
	// Project is empty for a VPC of the organization.
	Project    Text
	Clouds     []VPCCloud
	State      Text // APPROVED, ACTIVE, DELETING, DELETED
	CreateTime time.Time
	Peerings   []Peering
}

// VPCCloud is a cloud that a VPC is in, with its network there.
type VPCCloud struct{ Cloud, CIDR Text }

// Peering joins a VPC with a network of the customer's own.
type Peering struct {
	ID, Account, PeerVPC, Region, Type Text
	State, Message                     Text
	Warnings                           []Text
	PeerCIDRs                          []Text
	CreateTime                         time.Time // UTC, zero if not told
}

// In says whether the VPC reaches into a cloud.
func (v VPC) In(cloud Text) bool {
	return slices.ContainsFunc(v.Clouds, func(c VPCCloud) bool { return c.Cloud == cloud })
}

func (v VPC) idAndName() (Text, Text) { return v.ID, v.Name }

func (v VPC) fields() map[string]any {
	out := map[string]any{"state": orNil(v.State)}
	for _, c := range v.Clouds {
		out["cloud_name"], out["network_cidr"] = c.Cloud.Raw(), c.CIDR.Raw()
	}
	return out
}

// otherVPCs are those that a part did not read.
func otherVPCs(list []VPC, p Part) []VPC {
	return slices.DeleteFunc(slices.Clone(list), func(v VPC) bool { return v.Project.Empty() == (p == PartOrgVPCs) })
}

// ServiceVersion is one major version of a type of service (ListServiceVersions).
type ServiceVersion struct {
	Type, Version, State          Text // available, eol, preview, terminated, unavailable
	AvailableFrom, AvailableUntil time.Time
	EndOfLife                     time.Time // Aiven's own, UTC, zero if not told
	UpgradeToType, UpgradeTo      Text
	HelpURL                       Text
}

// Cloud is a region of a provider (ListClouds).
type Cloud struct {
	Name, Description, Provider, Region Text
	Latitude, Longitude                 float64
}

// Plan is a plan that a project can use for a type of service
// (ProjectServicePlanList).
type Plan struct {
	Project, ServiceType, Name Text
	NodeCount                  int
	Clouds                     []Text
}
