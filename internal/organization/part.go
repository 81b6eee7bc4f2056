// Package organization reads an Aiven organization into one immutable value,
// with, per part, either the data or the reason it could not be read.
package organization

import "time"

// Part is one thing that is read: a list or a family of lists.
type Part string

// The parts, in the order in which progress shows them.
const (
	PartMe              Part = "me"                       // UserInfo, AccessTokenList
	PartOrganization    Part = "organization"             // OrganizationGet
	PartUnits           Part = "units"                    // AccountList
	PartProjects        Part = "projects"                 // OrganizationProjectsList
	PartDomains         Part = "domains"                  // OrganizationDomainsList
	PartDiscovered      Part = "discovered organizations" // DiscoveredOrganizationList
	PartIdPs            Part = "identity providers"       // AccountAuthenticationMethodsList, OrganizationAuthDomainList
	PartAuthPolicy      Part = "authentication policy"    // OrganizationAuthenticationConfigGet
	PartIPAllowlist     Part = "IP allowlist"             // OrganizationIPAllowListGet
	PartUsers           Part = "users"                    // OrganizationUserList
	PartUserAuthMethods Part = "user login methods"       // OrganizationUserAuthenticationMethodsList, per user
	PartUserTokens      Part = "personal tokens"          // OrganizationUserTokensList, per user
	PartGroups          Part = "groups"                   // UserGroupsList, UserGroupMemberList
	PartAppUsers        Part = "application users"        // ApplicationUsersList
	PartAppTokens       Part = "application tokens"       // ApplicationUserAccessTokensList, per application user
	PartPermissions     Part = "permissions"              // PermissionsGet for organization, units, projects
	PartServices        Part = "services"                 // ServiceList, per project
	PartInvitations     Part = "invitations"              // OrganizationUserInvitationsList
	PartBilling         Part = "billing groups"           // OrganizationBillingGroupList
	PartVPCs            Part = "project VPCs"             // VpcList, VpcGet, per project
	PartOrgVPCs         Part = "organization VPCs"        // OrganizationVpcList, OrganizationVpcGet
	PartPrivateLinks    Part = "private links"            // ServicePrivatelinkAWSConnectionList and its Azure twin, per service that has one
	PartVersions        Part = "service versions"         // ListServiceVersions
	PartClouds          Part = "clouds"                   // ListClouds
	PartServiceTypes    Part = "service types"            // ListPublicServiceTypes
	PartPlans           Part = "service plans"            // ProjectServicePlanList, per project and type that can have a replica
)

// Status of one part.
type Status struct {
	Part Part
	// Read is when it was read (UTC); zero if never tried.
	Read time.Time
	// Err is why the whole part could not be read; nil if it was.
	Err error
	// Missing are the resources within the part that could not be read (one
	// project's services, one user's login methods). The rest is there.
	Missing []Missing
	// Permission is what the caller would need, where that is known.
	Permission string
}

// Complete says whether all of the part was read.
func (s Status) Complete() bool { return !s.Read.IsZero() && s.Err == nil && len(s.Missing) == 0 }

// Missing is one resource of a part that could not be read.
type Missing struct {
	Resource   Text
	Err        error
	Permission string
}
