package sandbox_test

import (
	"slices"
	"testing"

	"avn-harden/internal/sandbox"
)

func TestServiceTypesAndPrices(t *testing.T) {
	f := small(t)
	types := f.want("", "GET", "/v1/service_types", "", 200, "")["service_types"].(map[string]any)
	if _, still := types["redis"]; still {
		t.Error("a discontinued type is offered")
	}
	pg := types["pg"].(map[string]any)
	if pg["default_version"] != "17" || pg["latest_available_version"] != "18" || len(pg["service_plans"].([]any)) == 0 {
		t.Errorf("%v %v", pg["default_version"], pg["latest_available_version"])
	}
	const price = "/pricing/service-types/pg/plans/"
	for plan, want := range map[string]string{"startup-4": "0.120", "business-8": "0.480", "hobbyist": "0.026"} {
		got := f.want("admin", "GET", shop+price+plan+"/clouds/aws-eu-central-1", "", 200, "")
		if got["base_price_usd"] != want {
			t.Errorf("%s: %v, want %s", plan, got["base_price_usd"], want)
		}
	}
	f.want("admin", "GET", shop+price+"startup-5/clouds/aws-eu-central-1", "", 404, "")
	f.want("admin", "GET", shop+price+"startup-4/clouds/moon-1", "", 404, "")
	f.want("admin", "GET", shop+"/service-types/redis", "", 404, "")
	f.want("admin", "GET", shop+"/service-types/redis/plans", "", 404, "")
}

func TestCustomCloudsAreTheProjectsAlone(t *testing.T) {
	f := serve(t, sandbox.Practice())
	o := f.State().Organizations[0]
	active, failed := o.CustomClouds[0], o.CustomClouds[1]
	path := "/v1/organization/" + o.ID + "/custom-cloud-environments/"
	if x := f.want("admin", "GET", path+active.ID, "", 200, "")["custom_cloud_environment"].(map[string]any); x["deployment_model"] != "pci_dss" {
		t.Errorf("%v", x)
	}
	f.want("admin", "GET", path+"none", "", 404, "custom_cloud_environment_not_found")
	names := func(path string) []string {
		var out []string
		for _, x := range f.want("admin", "GET", path, "", 200, "")["clouds"].([]any) {
			out = append(out, x.(map[string]any)["cloud_name"].(string))
		}
		return out
	}
	mine := names("/v1/project/nordwind-prod/clouds")
	if slices.Contains(names("/v1/clouds"), active.CloudNames[0]) || !slices.Contains(mine, active.CloudNames[0]) || slices.Contains(mine, failed.CloudNames[0]) {
		t.Errorf("%v", mine)
	}
}
