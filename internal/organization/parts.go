package organization

import (
	"context"
	"slices"
	"strings"

	aiven "github.com/aiven/go-client-codegen"
)

// applying puts what a part read onto the organization under construction. It
// replaces slices and never writes into them: other parts may hold them.
type applying func(*Organization)

// readable is one row of the table of parts.
type readable struct {
	part Part
	// operations that reading calls, as Aiven names them.
	operations []string
	// needs are the parts whose data reading uses: without them it cannot be read.
	needs []Part
	// uses are parts whose data reading can do without, but waits for.
	uses []Part
	// permission is set where permissions.yaml of the client lacks the operations.
	permission string
	// read makes the calls, on a snapshot of the organization that has needs and uses.
	read func(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error)
}

// parts is the table of parts, in the order in which progress shows them.
var parts = []readable{
	{part: PartMe, operations: []string{"UserInfo", "AccessTokenList"}, read: readMe},
	{part: PartOrganization, operations: []string{"OrganizationGet"}, read: readOrganization,
		permission: "membership of the organization"},
	{part: PartUnits, operations: []string{"AccountList"}, uses: []Part{PartOrganization}, read: readUnits,
		permission: "membership of the organization"},
	{part: PartProjects, operations: []string{"OrganizationProjectsList"}, read: readProjects,
		permission: "organization:projects:write"},
	{part: PartDomains, operations: []string{"OrganizationDomainsList"}, read: readDomains},
	{part: PartDiscovered, operations: []string{"DiscoveredOrganizationList"}, read: readDiscovered,
		permission: "organization:domains:write"},
	{part: PartIdPs, operations: []string{"AccountAuthenticationMethodsList", "OrganizationAuthDomainList"},
		needs: []Part{PartOrganization}, read: readIdPs},
	{part: PartAuthPolicy, operations: []string{"OrganizationAuthenticationConfigGet"}, read: readAuthPolicy,
		permission: "role:organization:admin"},
	{part: PartIPAllowlist, operations: []string{"OrganizationIPAllowListGet"}, read: readIPAllowlist,
		permission: "role:organization:admin"},
	{part: PartUsers, operations: []string{"OrganizationUserList"}, read: readUsers,
		permission: "organization:users:write"},
	{part: PartUserAuthMethods, operations: []string{"OrganizationUserAuthenticationMethodsList"},
		needs: []Part{PartUsers}, read: readLoginMethods},
	{part: PartUserTokens, operations: []string{"OrganizationUserTokensList"},
		needs: []Part{PartUsers}, read: readPersonalTokens},
	{part: PartGroups, operations: []string{"UserGroupsList", "UserGroupMemberList"}, read: readGroups,
		permission: "organization:groups:write"},
	{part: PartAppUsers, operations: []string{"ApplicationUsersList"}, read: readAppUsers},
	{part: PartAppTokens, operations: []string{"ApplicationUserAccessTokensList"},
		needs: []Part{PartAppUsers}, read: readAppTokens},
	{part: PartPermissions, operations: []string{"PermissionsGet"},
		needs: []Part{PartUnits, PartProjects}, read: readPermissions,
		permission: "role:organization:admin for the organization and units, project:permissions:read for projects"},
	{part: PartServices, operations: []string{"ServiceList"}, needs: []Part{PartProjects}, read: readServices},
	{part: PartInvitations, operations: []string{"OrganizationUserInvitationsList"}, read: readInvitations,
		permission: "organization:users:write"},
	{part: PartBilling, operations: []string{"OrganizationBillingGroupList"}, read: readBilling,
		permission: "organization:billing:read"},
	{part: PartVPCs, operations: []string{"VpcList", "VpcGet"}, needs: []Part{PartProjects}, read: readVPCs,
		permission: "project:networking:read"},
	{part: PartOrgVPCs, operations: []string{"OrganizationVpcList", "OrganizationVpcGet"}, read: readOrgVPCs,
		permission: "organization:networking:read"},
	{part: PartPrivateLinks, operations: []string{"ServicePrivatelinkAWSConnectionList", "ServicePrivatelinkAzureConnectionList"},
		needs: []Part{PartProjects, PartServices}, read: readPrivateLinks},
	{part: PartVersions, operations: []string{"ListServiceVersions"}, read: readVersions, permission: "nothing but a token"},
	{part: PartClouds, operations: []string{"ListClouds"}, read: readClouds, permission: "nothing but a token"},
	{part: PartServiceTypes, operations: []string{"ListPublicServiceTypes"}, read: readServiceTypes, permission: "nothing but a token"},
	{part: PartPlans, operations: []string{"ProjectServicePlanList"}, needs: []Part{PartProjects, PartServices}, read: readPlans,
		permission: "membership of the project"},
}

// Operations gives the API operations that reading a part calls.
func Operations(p Part) []string {
	for _, r := range parts {
		if r.part == p {
			return slices.Clone(r.operations)
		}
	}
	return nil
}

// Permission is what the caller needs to read a part; "" if every member may.
// From the client's permissions.yaml, which lacks half of the operations, and
// Aiven's docs for the rest.
func Permission(p Part) string {
	for _, r := range parts {
		if r.part == p {
			return r.needed()
		}
	}
	return ""
}

func (r readable) needed() string {
	if r.permission != "" {
		return r.permission
	}
	var out []string
	for _, op := range r.operations {
		for _, p := range aiven.Permissions()[op] {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return strings.Join(out, " or ")
}
