package organization

import (
	"context"
	"encoding/json"
	"fmt"

	"avn-harden/internal/aivenapi"
)

// accessTokens names the half of PartMe that tells which token is in use.
var accessTokens = aivenapi.NewText("access tokens")

func readMe(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(2)
	var me wireMe
	if err := f.keyed(ctx, op("UserInfo", "me"), "user", &me); err != nil {
		f.count.add(f.part, 0, -1) // the tokens of nobody are not asked for
		return nil, nil, err
	}
	if me.UserID.Empty() {
		f.count.add(f.part, 0, -1)
		return nil, nil, fmt.Errorf("UserInfo: %w (no user id)", errNoList)
	}
	tokens, err := list(ctx, f, lists("AccessTokenList", "access_token"), "tokens", func(w wireToken) Text { return w.Prefix })
	var missing []Missing
	if err != nil {
		missing = append(missing, Missing{Resource: accessTokens, Err: err})
	}
	out := Me{UserID: me.UserID, Email: me.Email, Name: me.Name, ManagingOrgID: me.ManagingOrgID, AuthMethods: me.Auth}
	for _, t := range tokens {
		if t.CurrentlyActive {
			out.TokenPrefix, out.CreatedManually, out.TokenCreated = t.Prefix, t.CreatedManually, t.Created.t
			break
		}
	}
	return func(o *Organization) { o.Me = out }, missing, nil
}

func readOrganization(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	var w wireOrganization
	if err := f.object(ctx, op("OrganizationGet", "organization", f.id), &w); err != nil {
		return nil, nil, err
	}
	if w.ID.Empty() || w.AccountID.Empty() {
		return nil, nil, fmt.Errorf("OrganizationGet: %w (no organization id or root account id)", errNoList)
	}
	return func(o *Organization) {
		o.ID, o.Name, o.RootAccountID, o.Tier = w.ID, w.Name, w.AccountID, w.Tier
	}, nil, nil
}

// readUnits picks the units out of all accounts that the caller can see: there
// is no operation that lists the units of one organization.
func readUnits(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	f.expect(1)
	accounts, err := list(ctx, f, lists("AccountList", "account"), "accounts", func(w wireAccount) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	var units []Unit
	for _, a := range accounts {
		ours := a.OrgID.Is(f.id) || a.OrgID.Empty() && !o.RootAccountID.Empty() && a.RootID == o.RootAccountID
		if ours && !a.ParentID.Empty() && a.ID != a.RootID && a.ID != o.RootAccountID {
			units = append(units, Unit{ID: a.ID, Name: a.Name, ParentID: a.ParentID})
		}
	}
	return func(o *Organization) { o.Units = units }, nil, nil
}

func readProjects(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	var body struct {
		Projects json.RawMessage `json:"projects"`
		Total    int             `json:"total_project_count"`
	}
	c := lists("OrganizationProjectsList", "organization", f.id, "projects")
	if err := f.object(ctx, c, &body); err != nil {
		return nil, nil, err
	}
	got, err := entries(c, "projects", body.Projects, func(w wireProject) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	var missing []Missing
	if body.Total > len(got) {
		missing = append(missing, Missing{Err: fmt.Errorf("%w (%d of %d projects)", errCutShort, len(got), body.Total)})
	}
	projects := make([]Project, 0, len(got))
	for _, w := range got {
		p := Project{
			ID: w.ID, Name: w.ID, ParentID: w.ParentID, BillingGroupID: w.BillingGroupID,
			TechEmails: emails(w.TechEmails), Tags: w.Tags,
		}
		for kind, x := range w.Extensions {
			if p.Extensions == nil {
				p.Extensions = map[string]Extension{}
			}
			p.Extensions[kind] = Extension{EndOfLife: x.EndOfLife.t, Version: x.Version}
		}
		projects = append(projects, p)
	}
	return func(o *Organization) { o.Projects = projects }, missing, nil
}
