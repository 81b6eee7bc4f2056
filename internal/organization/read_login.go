package organization

import (
	"context"
	"encoding/json"
	"fmt"
)

func readDomains(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("OrganizationDomainsList", "organization", f.id, "domains")
	got, err := list(ctx, f, c, "domains", func(w wireDomain) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	domains := make([]Domain, 0, len(got))
	for _, w := range got {
		odd.check(w.ID, w.Created)
		domains = append(domains, Domain{
			ID: w.ID, Name: w.Name, State: w.State, VerificationType: w.VerificationType,
			ChallengeToken: w.ChallengeToken, LinkedMethodIDs: w.LinkedMethodIDs, CreateTime: w.Created.t,
		})
	}
	return func(o *Organization) { o.Domains = domains }, odd.missing, nil
}

// readDiscovered reads what Aiven may change or remove at any time: a 404 or
// another shape makes it unknown, like every failure.
func readDiscovered(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("DiscoveredOrganizationList", "organization", f.id, "discovered-organizations")
	got, err := list(ctx, f, c, "discovered_organizations", func(w wireDiscovered) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	found := make([]DiscoveredOrganization, 0, len(got))
	for _, w := range got {
		d := DiscoveredOrganization{ID: w.ID, Name: w.Name, Users: len(w.Users)}
		for _, u := range w.Users {
			if u.IsSuperAdmin {
				d.SuperAdmins = append(d.SuperAdmins, u.Email)
			}
		}
		found = append(found, d)
	}
	return func(o *Organization) { o.Discovered = found }, nil, nil
}

// readIdPs reads the authentication methods and, for those that are not the
// built-in one, the domains linked to each.
func readIdPs(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("AccountAuthenticationMethodsList", "account", o.RootAccountID.Raw(), "authentication")
	got, err := list(ctx, f, c, "authentication_methods", func(w wireAuthMethod) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	var linkable []int
	methods := make([]AuthMethod, 0, len(got))
	for i, w := range got {
		odd.check(w.ID, w.CertificateNotAfter)
		methods = append(methods, w.method())
		if !w.Type.Is("internal") && !w.State.Is("deleted") {
			linkable = append(linkable, i)
		}
	}
	id := func(i int) Text { return methods[i].ID }
	linked, missing, err := each(ctx, f, linkable, id, func(ctx context.Context, i int) ([]wireDomain, error) {
		c := lists("OrganizationAuthDomainList", "organization", f.id, "authentication-methods", id(i).Raw(), "domains")
		return list(ctx, f, c, "domains", func(w wireDomain) Text { return w.ID })
	})
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil { // no links could be read, but the methods were
		for _, i := range linkable {
			missing = append(missing, Missing{Resource: id(i), Err: err})
		}
		linked = make([]*[]wireDomain, len(linkable))
	}
	for n, i := range linkable {
		if linked[n] == nil {
			continue
		}
		for _, d := range *linked[n] {
			methods[i].LinkedDomainIDs = append(methods[i].LinkedDomainIDs, d.ID)
		}
	}
	return func(o *Organization) { o.IdPs = methods }, append(missing, odd.missing...), nil
}

func (w wireAuthMethod) method() AuthMethod {
	return AuthMethod{
		ID: w.ID, Name: w.Name, Type: w.Type, State: w.State, Enabled: w.Enabled,
		AssertionSigned: w.AssertionSigned, AuthnRequestsSigned: w.AuthnRequestsSigned,
		SignatureAlgorithm: w.SignatureAlgorithm, DigestAlgorithm: w.DigestAlgorithm,
		CertificateNotValidAfter: w.CertificateNotAfter.t,
		CertificateSubject:       w.CertificateSubject, CertificateIssuer: w.CertificateIssuer,
		MetadataURL: w.MetadataURL, AcsURL: w.AcsURL, EntityID: w.EntityID, IdPURL: w.IdPURL,
		SCIMEnabled: w.SCIMEnabled, JoinGroups: w.JoinGroups, AutoJoinGroupID: w.AutoJoinGroupID,
		TokenMaxAgeSeconds: seconds(w.TokenMaxAgeSeconds), TokenExtendWhenUsed: w.TokenExtendWhenUsed,
	}
}

func readAuthPolicy(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	var w wireAuthPolicy
	if err := f.object(ctx, op("OrganizationAuthenticationConfigGet", "organization", f.id, "config", "authentication"), &w); err != nil {
		return nil, nil, err
	}
	return func(o *Organization) { o.AuthPolicy = AuthPolicy(w) }, nil, nil
}

func readIPAllowlist(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	var w struct {
		Ranges  json.RawMessage `json:"api_client_ip_allowlist"`
		Enabled *bool           `json:"api_client_ip_allowlist_enabled"`
	}
	c := op("OrganizationIPAllowListGet", "organization", f.id, "config", "api-client-ip-allowlist")
	if err := f.object(ctx, c, &w); err != nil {
		return nil, nil, err
	}
	if w.Enabled == nil {
		return nil, nil, fmt.Errorf("%s: %w (whether it is enabled)", c.operation, errNoList)
	}
	ranges, err := entries(c, "api_client_ip_allowlist", w.Ranges, func(t Text) Text { return t })
	if err != nil {
		return nil, nil, err
	}
	return func(o *Organization) { o.IPAllowlist = IPAllowlist{Enabled: *w.Enabled, Ranges: ranges} }, nil, nil
}
