package sandbox

import (
	"net/netip"
	"slices"
)

func organizationOperations() []operation {
	const config = "/organization/{organization_id}/config/"
	return []operation{
		{id: "OrganizationGet", method: get, path: "/organization/{organization_id}", access: members, serve: func(c *call) answer { return ok(c.org.wire()) }},
		{id: "OrganizationAuthenticationConfigGet", method: get, path: config + "authentication", access: admins, serve: authenticationConfigGet},
		{id: "OrganizationAuthenticationConfigUpdate", method: patch, path: config + "authentication", access: admins, serve: authenticationConfigUpdate},
		{id: "OrganizationIPAllowListGet", method: get, path: config + "api-client-ip-allowlist", access: admins, serve: allowlistGet},
		{id: "OrganizationIPAllowListSet", method: put, path: config + "api-client-ip-allowlist", access: admins, serve: allowlistSet},
		{id: "DiscoveredOrganizationList", method: get, path: "/organization/{organization_id}/discovered-organizations", access: holders("organization:domains:write"), serve: discoveredList},
	}
}

func (p *AuthenticationConfig) wire() obj {
	o := obj{}
	for key, field := range p.settings() {
		setBool(o, key, *field)
	}
	return o
}

func (p *AuthenticationConfig) settings() map[string]**bool {
	return map[string]**bool{
		"mcp_enabled": &p.MCPEnabled, "oauth_enabled": &p.OAuthEnabled,
		"password_auth_enabled": &p.PasswordAuthEnabled, "personal_tokens_enabled": &p.PersonalTokensEnabled,
		"personal_tokens_require_allowed_auth_method": &p.PersonalTokensRequireAllowed,
		"saml_allow_external":                         &p.SAMLAllowExternal, "saml_enabled": &p.SAMLEnabled,
		"two_factor_required": &p.TwoFactorRequired,
	}
}

// authenticationConfigGet answers OrganizationAuthenticationConfigGet.
func authenticationConfigGet(c *call) answer { return ok(c.org.Authentication.wire()) }

// authenticationConfigUpdate answers OrganizationAuthenticationConfigUpdate:
// only the keys that are sent change. The API does not keep a caller from
// locking itself out, and neither does this.
func authenticationConfigUpdate(c *call) answer {
	var in map[string]bool
	if a := c.decode(&in); a != nil {
		return *a
	}
	settings := c.org.Authentication.settings()
	for key := range in {
		if settings[key] == nil || c.isNull(key) {
			return invalid("Invalid input: %s", key)
		}
	}
	for key, value := range in {
		*settings[key] = &value
	}
	return authenticationConfigGet(c)
}

// allowlistGet answers OrganizationIPAllowListGet.
func allowlistGet(c *call) answer {
	l := c.org.IPAllowlist
	return ok(obj{"api_client_ip_allowlist": strs(l.Networks), "api_client_ip_allowlist_enabled": l.Enabled})
}

// allowlistSet answers OrganizationIPAllowListSet: a full replacement that
// may not lock its caller out.
func allowlistSet(c *call) answer {
	var in struct {
		Networks []string `json:"api_client_ip_allowlist"`
		Enabled  bool     `json:"api_client_ip_allowlist_enabled"`
	}
	if a := c.decode(&in, "api_client_ip_allowlist", "api_client_ip_allowlist_enabled"); a != nil {
		return *a
	}
	for _, n := range in.Networks {
		if _, err := parseNetwork(n); err != nil {
			return invalid("Invalid input: api_client_ip_allowlist: '%s' is not a network", n)
		}
	}
	if in.Enabled && !covers(in.Networks, c.box.callerIP) {
		return refuse(400, "api_client_ip_allowlist_blocks_caller", "The IP allowlist would block the caller's own address %s", c.box.callerIP)
	}
	c.org.IPAllowlist = IPAllowlist{Enabled: in.Enabled, Networks: in.Networks}
	return noContent()
}

// discoveredList answers DiscoveredOrganizationList.
func discoveredList(c *call) answer {
	return ok(obj{"discovered_organizations": list(c.org.Discovered, func(d *DiscoveredOrganization) obj {
		return obj{
			"create_time": d.CreateTime.wire(), "organization_id": d.ID, "organization_name": d.Name,
			"users": list(d.Users, func(u *DiscoveredUser) obj {
				return obj{
					"create_time": u.CreateTime.wire(), "is_super_admin": u.SuperAdmin, "real_name": u.Name,
					"user_email": u.Email, "user_id": u.ID,
				}
			}),
		}
	})})
}

// SetCallerIP changes the address that calls are taken to come from.
func (s *Sandbox) SetCallerIP(ip string) error {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callerIP = addr
	return nil
}

// without is the list without the value.
func without(in []string, value string) []string {
	return slices.DeleteFunc(slices.Clone(in), func(v string) bool { return v == value })
}
