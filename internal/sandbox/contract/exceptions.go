package contract

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// nullable lists where null is right although the document, which marks
// almost nothing as nullable, does not say so; each with the reason.
var nullable = []struct{ side, suffix, reason string }{
	{"request", "project_vpc_id", "null takes a service out of its VPC; the official client declares it nullable"},
	{"response", "project_vpc_id", "null is a service on the public network"},
	{"response", "service_uri", "its description says that it may be null"},
	{"response", "service_integrations/*/dest_endpoint", "a service is the destination"},
	{"response", "service_integrations/*/dest_endpoint_id", "a service is the destination"},
	{"response", "service_integrations/*/source_endpoint", "a service is the source"},
	{"response", "service_integrations/*/source_endpoint_id", "a service is the source"},
	{"response", "updates/*/deadline", "the update is not forced"},
	{"response", "updates/*/start_after", "the update has no start time"},
	{"response", "tokens/*/max_age_seconds", "required, and a token may live without limit"},
	{"response", "delete_time", "required, and the method is not deleted"},
	{"response", "primary_billing_group_id", "required, and the unit may have none"},
	{"response", "auto_join_team_id", "its description says that it is always null"},
	{"response", "auto_join_user_group_id", "required, and the method may join no group"},
	{"response", "last_activity_time", "required, and the user may never have been active"},
	{"response", "tokens/*/last_used_time", "required, and the token may never have been used"},
}

// beyondDocument lists keys that Aiven sends and the document leaves out.
var beyondDocument = []string{
	"status", // errors[].status beside errors[].error_code
}

func allowedNull(side, at string, e *openapi3.SchemaError) bool {
	if e.Value != nil || e.SchemaField != "nullable" && !strings.Contains(e.Reason, "nullable") {
		return false
	}
	for _, n := range nullable {
		if n.side == side && (at == n.suffix || strings.HasSuffix(at, "/"+n.suffix)) {
			return true
		}
	}
	return false
}
