package steps

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"avn-harden/internal/organization"
)

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func cloudNamed(o *organization.Organization, name Text) (organization.Cloud, bool) {
	for _, c := range o.Clouds {
		if c.Name == name {
			return c, true
		}
	}
	return organization.Cloud{}, false
}

// providerOf gives the provider of a cloud, "" if it cannot be told: a cloud of
// the customer's own does not say whose it is.
func providerOf(o *organization.Organization, name Text) string {
	if c, ok := cloudNamed(o, name); ok && !c.Provider.Empty() {
		return c.Provider.Raw()
	}
	prefix, _, _ := strings.Cut(name.Raw(), "-")
	if slices.Contains([]string{"aws", "google", "azure", "do", "upcloud"}, prefix) {
		return prefix
	}
	return ""
}

// country reads it from "Europe, Finland - Google Cloud: Finland".
func country(c organization.Cloud) string {
	place, _, _ := strings.Cut(c.Description.String(), " - ")
	if continent, land, ok := strings.Cut(place, ", "); ok {
		if strings.HasPrefix(continent, "United States") {
			return continent
		}
		return land
	}
	if place == "" {
		return "a country that Aiven does not tell"
	}
	return place
}

// kilometres between two clouds along the surface of the earth; false if one
// of them is not placed.
func kilometres(a, b organization.Cloud) (float64, bool) {
	if a.Latitude == 0 && a.Longitude == 0 || b.Latitude == 0 && b.Longitude == 0 {
		return 0, false
	}
	const radius = 6371
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	lat, long := rad(b.Latitude-a.Latitude)/2, rad(b.Longitude-a.Longitude)/2
	h := math.Pow(math.Sin(lat), 2) + math.Cos(rad(a.Latitude))*math.Cos(rad(b.Latitude))*math.Pow(math.Sin(long), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h))), true
}

// otherClouds are those to copy into: other providers first, the nearest first.
func otherClouds(o *organization.Organization, from Text) []organization.Cloud {
	here, _ := cloudNamed(o, from)
	var out []organization.Cloud
	for _, c := range o.Clouds {
		if c.Name != from && !c.Name.Empty() {
			out = append(out, c)
		}
	}
	rank := func(c organization.Cloud) (int, float64) {
		same := 0
		if providerOf(o, c.Name) == providerOf(o, from) {
			same = 1
		}
		km, ok := kilometres(here, c)
		if !ok {
			km = math.MaxFloat64
		}
		return same, km
	}
	slices.SortStableFunc(out, func(a, b organization.Cloud) int {
		sa, ka := rank(a)
		sb, kb := rank(b)
		return cmp.Or(cmp.Compare(sa, sb), cmp.Compare(ka, kb), cmp.Compare(a.Name.Raw(), b.Name.Raw()))
	})
	return out
}

func cloudLabel(o *organization.Organization, from Text, c organization.Cloud) string {
	here, _ := cloudNamed(o, from)
	provider := "another provider"
	if providerOf(o, c.Name) == providerOf(o, from) {
		provider = "the same provider"
	}
	label := fmt.Sprintf("%s: %s, %s", c.Name, country(c), provider)
	if km, ok := kilometres(here, c); ok {
		label += fmt.Sprintf(", %.0f km away", km)
	}
	return label
}
