package organization

import (
	"context"
	"fmt"
	"strconv"

	"avn-harden/internal/aivenapi"
)

// Price is what a plan costs in a cloud, before taxes and extra disk.
type Price struct {
	Hourly Text // USD, as Aiven writes it
}

// hoursAMonth is what Aiven counts a month as.
const hoursAMonth = 730

// Monthly is the price of a month in whole USD, "?" if it is no number.
func (p Price) Monthly() string {
	f, err := strconv.ParseFloat(p.Hourly.Raw(), 64)
	if err != nil {
		return "?"
	}
	return strconv.FormatFloat(f*hoursAMonth, 'f', 0, 64)
}

// ReadPrice looks up what a plan costs (ProjectServicePlanPriceGet).
func ReadPrice(ctx context.Context, api *aivenapi.API, project, serviceType, plan, cloud string) (Price, error) {
	c := op("ProjectServicePlanPriceGet", "project", project, "pricing", "service-types", serviceType, "plans", plan, "clouds", cloud)
	path, err := c.path()
	if err != nil {
		return Price{}, err
	}
	var w struct {
		Price Text `json:"base_price_usd"`
	}
	if err := api.GetJSON(ctx, c.operation, path, &w); err != nil {
		return Price{}, err
	}
	if w.Price.Empty() {
		return Price{}, fmt.Errorf("%s: %w", c.operation, errNoList)
	}
	return Price{Hourly: w.Price}, nil
}
