package organization

import (
	"context"
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
		out = append(out, Cloud{
			Name: w.Name, Description: w.Description, Provider: w.Provider, Region: w.Region, Latitude: w.Latitude, Longitude: w.Longitude,
		})
	}
	return func(o *Organization) { o.Clouds = out }, nil, nil
}
