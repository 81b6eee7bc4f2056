package aivenapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	aiven "github.com/aiven/go-client-codegen"
)

// IPAllowList is the organization's IP allowlist (OrganizationIPAllowListGet
// and OrganizationIPAllowListSet). Both fields are always sent: the set
// replaces all.
type IPAllowList struct {
	Ranges  []string `json:"api_client_ip_allowlist"`
	Enabled bool     `json:"api_client_ip_allowlist_enabled"`
}

// OrganizationIPAllowListGet reads the IP allowlist.
// GET /organization/{organization_id}/config/api-client-ip-allowlist
func (a *API) OrganizationIPAllowListGet(ctx context.Context, org string) (IPAllowList, error) {
	var out IPAllowList
	err := a.GetJSON(ctx, "OrganizationIPAllowListGet", allowlistPath(org), &out)
	return out, err
}

// OrganizationIPAllowListSet replaces the IP allowlist (204). The API refuses
// one that is enabled without the caller's address
// (api_client_ip_allowlist_blocks_caller).
// PUT /organization/{organization_id}/config/api-client-ip-allowlist
func (a *API) OrganizationIPAllowListSet(ctx context.Context, org string, in IPAllowList) error {
	if in.Ranges == nil {
		in.Ranges = []string{}
	}
	return a.call(ctx, "OrganizationIPAllowListSet", http.MethodPut, allowlistPath(org), in, nil)
}

func allowlistPath(org string) string {
	return "/v1/organization/" + url.PathEscape(org) + "/config/api-client-ip-allowlist"
}

// MemberPermission is what a member holds on one resource
// (OrganizationMemberPermissionsList).
type MemberPermission struct {
	ResourceType Text   `json:"resource_type"`
	ResourceID   Text   `json:"resource_id"`
	Permissions  []Text `json:"permissions"`
}

// OrganizationMemberPermissionsList lists what a member holds.
// GET /organization/{organization_id}/user/{member_user_id}/permissions
func (a *API) OrganizationMemberPermissionsList(ctx context.Context, org, user string) ([]MemberPermission, error) {
	var out struct {
		Permissions []MemberPermission `json:"permissions"`
	}
	err := a.GetJSON(ctx, "OrganizationMemberPermissionsList",
		"/v1/organization/"+url.PathEscape(org)+"/user/"+url.PathEscape(user)+"/permissions", &out)
	return out.Permissions, err
}

// DiscoveredOrganization is another organization with users of our domains
// (DiscoveredOrganizationList, which Aiven may change at any time).
type DiscoveredOrganization struct {
	OrganizationID   Text `json:"organization_id"`
	OrganizationName Text `json:"organization_name"`
	Users            []struct {
		UserID       Text `json:"user_id"`
		Email        Text `json:"user_email"`
		IsSuperAdmin bool `json:"is_super_admin"`
	} `json:"users"`
}

// DiscoveredOrganizationList lists organizations with users of our verified domains.
// GET /organization/{organization_id}/discovered-organizations
func (a *API) DiscoveredOrganizationList(ctx context.Context, org string) ([]DiscoveredOrganization, error) {
	var out struct {
		List []DiscoveredOrganization `json:"discovered_organizations"`
	}
	err := a.GetJSON(ctx, "DiscoveredOrganizationList", "/v1/organization/"+url.PathEscape(org)+"/discovered-organizations", &out)
	return out.List, err
}

// VpcCloud is a cloud in which the organization can have a VPC.
type VpcCloud struct {
	CloudName Text `json:"cloud_name"`
}

// OrganizationVpcCloudsList lists the clouds for organization VPCs.
// GET /organization/{organization_id}/vpc-clouds
func (a *API) OrganizationVpcCloudsList(ctx context.Context, org string) ([]VpcCloud, error) {
	var out struct {
		Clouds []VpcCloud `json:"clouds"`
	}
	err := a.GetJSON(ctx, "OrganizationVpcCloudsList", "/v1/organization/"+url.PathEscape(org)+"/vpc-clouds", &out)
	return out.Clouds, err
}

// ServiceUpdateKeys changes only the keys given (operation ServiceUpdate). The
// client's own update always sends project_vpc_id, which takes a service out
// of its VPC when it is null.
// PUT /project/{project}/service/{service_name}
func (a *API) ServiceUpdateKeys(ctx context.Context, project, service string, keys map[string]any) error {
	if len(keys) == 0 {
		return errors.New("a service update needs at least one key")
	}
	b, err := json.Marshal(keys)
	if err != nil {
		return fmt.Errorf("write the update of service %s: %w", Sanitise(service), err)
	}
	if holdsRedacted(b) {
		return fmt.Errorf("the update of service %s holds a redacted value, which would be stored as the secret", Sanitise(service))
	}
	return a.call(ctx, "ServiceUpdate", http.MethodPut,
		"/v1/project/"+url.PathEscape(project)+"/service/"+url.PathEscape(service), keys, nil)
}

// PeeringConnectionsRefresh has Aiven look at the peerings of a VPC again, of a
// project or (project "") of the organization. Aiven may change it at any time.
// POST /project/{project}/vpcs/{project_vpc_id}/peering-connections/refresh
// POST /organization/{organization_id}/vpc/{organization_vpc_id}/peering-connections/refresh
func (a *API) PeeringConnectionsRefresh(ctx context.Context, organization, project, vpc string) error {
	if project == "" {
		return a.call(ctx, "OrganizationVpcPeeringConnectionsRefresh", http.MethodPost,
			"/v1/organization/"+url.PathEscape(organization)+"/vpc/"+url.PathEscape(vpc)+"/peering-connections/refresh", nil, nil)
	}
	return a.call(ctx, "VpcPeeringConnectionsRefresh", http.MethodPost,
		"/v1/project/"+url.PathEscape(project)+"/vpcs/"+url.PathEscape(vpc)+"/peering-connections/refresh", nil, nil)
}

// GetJSON reads path (escaped, from /v1) into out: for operations that the
// client lacks, and for lists that its types cannot decode. It asks for as
// long a list as the client does. Errors as the client's, and Truncated.
func (a *API) GetJSON(ctx context.Context, operation, path string, out any) error {
	if !strings.Contains(path, "?") {
		path += "?limit=" + strconv.Itoa(listLimit)
	}
	return a.call(ctx, operation, http.MethodGet, path, nil, out)
}

func (a *API) call(ctx context.Context, op, method, path string, in, out any) error {
	ctx = context.WithValue(ctx, aiven.OperationIDKey{}, op)
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("write the request of %s: %w", op, err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.t.o.BaseURL+path, body)
	if err != nil {
		return fmt.Errorf("make the request of %s: %w", op, err)
	}
	a.t.sign(req)
	resp, err := a.t.Do(req)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", op, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answerError(op, resp.StatusCode, answer)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return &Error{Op: op, Kind: KindUndecodable, cause: err}
	}
	return nil
}

// sign sets the headers that the client sets.
func (t *transport) sign(req *http.Request) {
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "go-client-codegen/"+strings.TrimLeft(aiven.Version(), "v")+" "+strings.TrimSpace(t.o.UserAgent))
	req.Header.Set("Authorization", "aivenv1 "+t.o.Token)
}

// answerError makes the client's own error of a refusal.
func answerError(op string, status int, body []byte) error {
	e := aiven.Error{OperationID: op, Status: status}
	if json.Unmarshal(body, &e) != nil {
		e.Message = "the answer was no error that Aiven documents"
	}
	return e
}

// Calls is how many requests have gone out.
func (a *API) Calls() int { return int(a.t.calls.Load()) }

// ReadOnly says whether the connection can carry reads only.
func (a *API) ReadOnly() bool { return a.t.o.ReadOnly }
