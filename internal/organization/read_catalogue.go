package organization

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"avn-harden/internal/aivenapi"
)

type wireVersion struct {
	Type           Text `json:"service_type"`
	Version        Text `json:"major_version"`
	State          Text `json:"state"`
	AvailableFrom  when `json:"availability_start_time"`
	AvailableUntil when `json:"availability_end_time"`
	EndOfLife      when `json:"aiven_end_of_life_time"`
	UpgradeToType  Text `json:"upgrade_to_service_type"`
	UpgradeTo      Text `json:"upgrade_to_version"`
	HelpURL        Text `json:"end_of_life_help_article_url"`
}

type wireCloud struct {
	Name        Text    `json:"cloud_name"`
	Description Text    `json:"cloud_description"`
	Provider    Text    `json:"provider"`
	Region      Text    `json:"geo_region"`
	Latitude    float64 `json:"geo_latitude"`
	Longitude   float64 `json:"geo_longitude"`
}

func readVersions(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	got, err := list(ctx, f, lists("ListServiceVersions", "service_versions"), "service_versions", func(w wireVersion) Text { return w.Type })
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	out := make([]ServiceVersion, 0, len(got))
	for _, w := range got {
		odd.check(w.Type, w.AvailableFrom, w.AvailableUntil, w.EndOfLife)
		out = append(out, ServiceVersion{
			Type: w.Type, Version: w.Version, State: w.State, AvailableFrom: w.AvailableFrom.t, AvailableUntil: w.AvailableUntil.t,
			EndOfLife: w.EndOfLife.t, UpgradeToType: w.UpgradeToType, UpgradeTo: w.UpgradeTo, HelpURL: w.HelpURL,
		})
	}
	return func(o *Organization) { o.ServiceVersions = out }, odd.missing, nil
}

func readClouds(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	got, err := list(ctx, f, lists("ListClouds", "clouds"), "clouds", func(w wireCloud) Text { return w.Name })
	if err != nil {
		return nil, nil, err
	}
	out := make([]Cloud, 0, len(got))
	for _, w := range got {
		out = append(out, Cloud(w))
	}
	return func(o *Organization) { o.Clouds = out }, nil, nil
}

// readServiceTypes takes the names alone: the rest of the answer is what each
// type can be set to.
func readServiceTypes(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	var types map[string]json.RawMessage
	if err := f.keyed(ctx, op("ListPublicServiceTypes", "service_types"), "service_types", &types); err != nil {
		return nil, nil, err
	}
	var out []Text
	for _, name := range slices.Sorted(maps.Keys(types)) {
		out = append(out, aivenapi.NewText(name))
	}
	return func(o *Organization) { o.ServiceTypes = out }, nil, nil
}

// replicable are the types that a read replica can be made of through the API.
var replicable = []string{"pg", "mysql", "valkey"}

type wirePlan struct {
	Name      Text                       `json:"service_plan"`
	NodeCount int                        `json:"node_count"`
	Regions   map[string]json.RawMessage `json:"regions"`
}

// readPlans asks what each project can use, for the types that it has and that
// can have a replica.
func readPlans(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	type pair struct{ project, kind Text }
	var wanted []pair
	for _, s := range o.Services {
		p := pair{s.Project, s.Type}
		if slices.Contains(replicable, s.Type.Raw()) && !slices.Contains(wanted, p) {
			wanted = append(wanted, p)
		}
	}
	got, missing, err := each(ctx, f, wanted, func(p pair) Text { return p.project }, func(ctx context.Context, p pair) ([]wirePlan, error) {
		c := lists("ProjectServicePlanList", "project", p.project.Raw(), "service-types", p.kind.Raw(), "plans")
		return list(ctx, f, c, "service_plans", func(w wirePlan) Text { return w.Name })
	})
	if err != nil {
		return nil, nil, err
	}
	var plans []Plan
	for i, p := range wanted {
		if got[i] == nil {
			continue
		}
		for _, w := range *got[i] {
			x := Plan{Project: p.project, ServiceType: p.kind, Name: w.Name, NodeCount: w.NodeCount}
			for _, cloud := range slices.Sorted(maps.Keys(w.Regions)) {
				x.Clouds = append(x.Clouds, aivenapi.NewText(cloud))
			}
			plans = append(plans, x)
		}
	}
	return func(o *Organization) { o.Plans = plans }, missing, nil
}
