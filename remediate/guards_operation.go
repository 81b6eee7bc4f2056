package remediate

import (
	"net/url"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// shape is how an operation's request looks; * stands for any one segment.
type shape struct{ operation, method, path string }

// shapes are the operations that guards decide on, so that a request cannot
// slip past a guard under another operation's id.
var shapes = []shape{
	{"OrganizationAuthenticationConfigUpdate", "PATCH", "organization/*/config/authentication"},
	{"OrganizationIPAllowListSet", "PUT", "organization/*/config/api-client-ip-allowlist"},
	{"OrganizationDomainAdd", "POST", "organization/*/domains"},
	{"OrganizationDomainVerify", "POST", "organization/*/domains/*/verify"},
	{"OrganizationDomainUpdate", "PATCH", "organization/*/domains/*"},
	{"OrganizationDomainsRemove", "DELETE", "organization/*/domains/*"},
	{"OrganizationAuthDomainLink", "PUT", "organization/*/authentication-methods/*/domains"},
	{"OrganizationAuthDomainUnlink", "DELETE", "organization/*/authentication-methods/*/domains/*"},
	{"AccountAuthenticationMethodCreate", "POST", "account/*/authentication"},
	{"AccountAuthenticationMethodUpdate", "PUT", "account/*/authentication/*"},
	{"AccountAuthenticationMethodDelete", "DELETE", "account/*/authentication/*"},
	{"AccountCreate", "POST", "account"},
	{"AccountDelete", "DELETE", "account/*"},
	{"AccountMove", "PUT", "account/*/parent_account"},
	{"OrganizationDelete", "DELETE", "organization/*"},
	{"OrganizationProjectsUpdate", "PATCH", "organization/*/project/*"},
	{"OrganizationProjectsDelete", "DELETE", "organization/*/project/*"},
	{"ProjectUpdate", "PUT", "project/*"},
	{"PermissionsSet", "PUT", "organization/*/permissions/*/*"},
	{"PermissionsUpdate", "PATCH", "organization/*/permissions/*/*"},
	{"ServiceUpdate", "PUT", "project/*/service/*"},
	{"OrganizationUserUpdate", "PATCH", "organization/*/user/*"},
	{"OrganizationUserDelete", "DELETE", "organization/*/user/*"},
	{"OrganizationUserRevokeToken", "DELETE", "organization/*/user/*/access-token/*"},
	{"OrganizationUserInvite", "POST", "organization/*/invitation"},
	{"OrganizationUserInvitationDelete", "DELETE", "organization/*/invitation/*"},
	{"UserGroupCreate", "POST", "organization/*/user-groups"},
	{"UserGroupUpdate", "PATCH", "organization/*/user-groups/*"},
	{"UserGroupDelete", "DELETE", "organization/*/user-groups/*"},
	{"UserGroupMembersUpdate", "PATCH", "organization/*/user-groups/*/members"},
	{"ApplicationUserCreate", "POST", "organization/*/application-users"},
	{"ApplicationUserUpdate", "PATCH", "organization/*/application-users/*"},
	{"ApplicationUserDelete", "DELETE", "organization/*/application-users/*"},
	{"ApplicationUserAccessTokenCreate", "POST", "organization/*/application-users/*/access-tokens"},
	{"ApplicationUserAccessTokenDelete", "DELETE", "organization/*/application-users/*/access-tokens/*"},
	{"OrganizationBillingGroupUpdate", "PUT", "organization/*/billing-group/*"},
	{"ServiceUserCreate", "POST", "project/*/service/*/user"},
	{"ServiceUserDelete", "DELETE", "project/*/service/*/user/*"},
	{"ServiceUserCredentialsModify", "PUT", "project/*/service/*/user/*"},
	{"ServicePGBouncerUpdate", "PUT", "project/*/service/*/connection_pool/*"},
	{"ServiceCreate", "POST", "project/*/service"},
	{"ServiceDelete", "DELETE", "project/*/service/*"},
	{"ServiceIntegrationDelete", "DELETE", "project/*/integration/*"},
	{"ServiceUserCredentialsReset", "PUT", "project/*/service/*/user/*/credentials/reset"},
	{"ServiceTaskCreate", "POST", "project/*/service/*/task"},
	{"ServiceMaintenanceStart", "PUT", "project/*/service/*/maintenance/start"},
	{"VpcCreate", "POST", "project/*/vpcs"},
	{"VpcPeeringConnectionsRefresh", "POST", "project/*/vpcs/*/peering-connections/refresh"},
	{"OrganizationVpcPeeringConnectionsRefresh", "POST", "organization/*/vpc/*/peering-connections/refresh"},
	{"VpcDelete", "DELETE", "project/*/vpcs/*"},
}

// banned are never sent, with the reason.
var banned = map[string]string{
	"PermissionsSet":               "It replaces what everybody holds on the resource, so that access given a moment ago by someone else would be lost. Change one person or group at a time (PermissionsUpdate).",
	"AccountMove":                  "Moving a unit to another parent is not something this program does.",
	"OrganizationDelete":           "Deleting an organization is not something this program does.",
	"OrganizationProjectsDelete":   "Deleting a project is not something this program does.",
	"OrganizationUserDelete":       "It loses a person's groups and grants for good. Deactivate them instead.",
	"ServiceIntegrationDelete":     "Without its integration a read replica becomes a service of its own that takes writes, and its data goes its own way.",
	"ServiceUserCredentialsReset":  "It breaks every client of the service at once. Do it in the Aiven console, when they are ready.",
	"ServiceUserCredentialsModify": "It can break every client of the service at once. Do it in the Aiven console, when they are ready.",
	"ProjectUpdate":                "It is deprecated and can rename a project, which breaks every client of it.",
}

// structuralOperation tells the operation from method and path; "" if it is
// none that guards know.
func structuralOperation(r aivenapi.Request) string {
	path, ok := strings.CutPrefix(r.Path, "/v1/")
	if !ok {
		return ""
	}
	got := strings.Split(path, "/")
	for _, s := range shapes {
		want := strings.Split(s.path, "/")
		if s.method != r.Method || len(want) != len(got) {
			continue
		}
		if matches(want, got) {
			return s.operation
		}
	}
	return ""
}

func matches(want, got []string) bool {
	for i, w := range want {
		// An escaped letter addresses the same resource.
		g, err := url.PathUnescape(got[i])
		if err != nil || g == "" || w != "*" && w != g {
			return false
		}
	}
	return true
}

func everyChange(Change) bool { return true }

var operationKnownGuard = Guard{
	ID: "operation-known", Title: "The request is one that this program makes",
	Applies: everyChange,
	Check: func(in GuardInput) Verdict {
		r := in.Change.Request
		if !slices.Contains([]string{"POST", "PUT", "PATCH", "DELETE"}, r.Method) || !strings.HasPrefix(r.Path, "/v1/") {
			return blocks("%s %s is not a write of Aiven's API.", aivenapi.Sanitise(r.Method), aivenapi.Sanitise(r.Path))
		}
		for _, s := range strings.Split(strings.TrimPrefix(r.Path, "/v1/"), "/") {
			if s == "" || s == "." || s == ".." || strings.EqualFold(s, "%2e") || strings.EqualFold(s, "%2e%2e") {
				return blocks("The path %s has an empty or dotted segment, and would address something else.", aivenapi.Sanitise(r.Path))
			}
		}
		op := structuralOperation(r)
		known := slices.ContainsFunc(shapes, func(s shape) bool { return s.operation == r.Operation })
		if (op != "" || known) && op != r.Operation {
			return blocks("%s %s is not the request of %s. Make the plan anew.", r.Method, aivenapi.Sanitise(r.Path), aivenapi.Sanitise(r.Operation))
		}
		if why, ok := banned[r.Operation]; ok {
			return blocks("%s is never sent. %s", r.Operation, why)
		}
		if len(r.Body) > 0 && bodyOf(in.Change) == nil {
			return blocks("The body is not a JSON object, so it cannot be checked.")
		}
		if s := segments(in.Change); len(s) > 1 && s[0] == "organization" && s[1] != in.Org.ID.Raw() {
			return blocks("The request is for another organization than the one that was read.")
		}
		if s := segments(in.Change); len(s) > 2 && s[0] == "account" && s[2] == "authentication" && s[1] != in.Org.RootAccountID.Raw() {
			return blocks("The request is for another organization's identity providers than the one that was read.")
		}
		if r.Operation == "OrganizationProjectsUpdate" {
			body := bodyOf(in.Change)
			if _, ok := body["organization_id"]; ok {
				return blocks("It would move the project to another organization. This program moves projects only between units.")
			}
			for _, key := range []string{"project_name", "project_id"} {
				if _, ok := body[key]; ok {
					return blocks("It would rename the project, which breaks every client that uses it by name.")
				}
			}
		}
		return holds("%s is a known request.", aivenapi.Sanitise(r.Operation))
	},
}

var redactedGuard = Guard{
	ID: "not-redacted", Title: "No hidden value is written back",
	Applies: func(c Change) bool { return len(c.Request.Body) > 0 },
	Check: func(in GuardInput) Verdict {
		const redacted = "<redacted>"
		if strings.Contains(string(in.Change.Request.Body), redacted) || anyString(bodyOf(in.Change), func(s string) bool { return strings.Contains(s, redacted) }) {
			return blocks("The body has the text %s, with which Aiven hides secrets. Sent back, it would become the secret. Change only what needs changing.", redacted)
		}
		return holds("The body has no hidden value.")
	},
}

func anyString(v any, is func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return anyString(e, is) })
	case map[string]any:
		for k, e := range v {
			if is(k) || anyString(e, is) {
				return true
			}
		}
	}
	return false
}

var vpcKeptGuard = Guard{
	ID: "vpc-kept", Title: "The service stays in its VPC",
	Applies: func(c Change) bool {
		if !isOperation("ServiceUpdate")(c) {
			return false
		}
		_, ok := bodyOf(c)["project_vpc_id"]
		return ok
	},
	Check: func(in GuardInput) Verdict {
		named := slices.ContainsFunc(in.Change.Deltas, func(d Delta) bool {
			return d.Part == organization.PartServices && d.Field == "project_vpc_id"
		})
		if !named {
			return blocks("The request sets project_vpc_id, which this change does not name: the service could be taken out of its VPC. Send only the keys that change.")
		}
		return holds("The change of VPC is what this change names.")
	},
}
