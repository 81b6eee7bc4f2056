package sandbox

// State is all that the sandbox knows. A seed file has the same structure;
// the yaml names are its keys.
type State struct {
	CallerIP        string            `yaml:"caller_ip"`
	Organizations   []*Organization   `yaml:"organizations"`
	Tokens          []*Token          `yaml:"tokens"`
	Clouds          []*Cloud          `yaml:"clouds"`
	ServiceVersions []*ServiceVersion `yaml:"service_versions"`
}

// Organization is one organization with all that hangs on it.
type Organization struct {
	ID                    string                    `yaml:"id"`
	AccountID             string                    `yaml:"account_id"` // of the root unit
	Name                  string                    `yaml:"name"`
	Tier                  string                    `yaml:"tier"` // business or personal
	CreateTime            When                      `yaml:"create_time"`
	UpdateTime            When                      `yaml:"update_time"`
	Authentication        AuthenticationConfig      `yaml:"authentication"`
	IPAllowlist           IPAllowlist               `yaml:"ip_allowlist"`
	Domains               []*Domain                 `yaml:"domains"`
	AuthenticationMethods []*AuthenticationMethod   `yaml:"authentication_methods"`
	Units                 []*Unit                   `yaml:"units"`
	Users                 []*User                   `yaml:"users"`
	ApplicationUsers      []*User                   `yaml:"application_users"`
	Groups                []*Group                  `yaml:"groups"`
	Grants                []*Grant                  `yaml:"grants"` // on the organization itself
	Projects              []*Project                `yaml:"projects"`
	BillingGroups         []*BillingGroup           `yaml:"billing_groups"`
	Invitations           []*Invitation             `yaml:"invitations"`
	VPCs                  []*VPC                    `yaml:"vpcs"`
	CustomClouds          []*CustomCloud            `yaml:"custom_clouds"`
	Discovered            []*DiscoveredOrganization `yaml:"discovered_organizations"`
}

// CustomCloud is a cloud account of the organization's own that Aiven runs
// services in.
type CustomCloud struct {
	ID              string   `yaml:"id"`
	Name            string   `yaml:"name"`
	State           string   `yaml:"state"`
	DeploymentModel string   `yaml:"deployment_model"`
	Provider        string   `yaml:"provider"`
	Region          string   `yaml:"region"`
	CloudNames      []string `yaml:"cloud_names"` // what services say they are in
	ContactEmails   []string `yaml:"contact_emails"`
	Errors          []string `yaml:"errors"`
	UpdateTime      When     `yaml:"update_time"`
}

// AuthenticationConfig is the organization's authentication policy. A nil
// setting is absent from the answer.
type AuthenticationConfig struct {
	PasswordAuthEnabled          *bool `yaml:"password_auth_enabled"`
	OAuthEnabled                 *bool `yaml:"oauth_enabled"`
	SAMLEnabled                  *bool `yaml:"saml_enabled"`
	SAMLAllowExternal            *bool `yaml:"saml_allow_external"`
	TwoFactorRequired            *bool `yaml:"two_factor_required"`
	PersonalTokensEnabled        *bool `yaml:"personal_tokens_enabled"`
	PersonalTokensRequireAllowed *bool `yaml:"personal_tokens_require_allowed_auth_method"`
	MCPEnabled                   *bool `yaml:"mcp_enabled"`
}

// IPAllowlist is the organization's list of networks that the API may be
// called from.
type IPAllowlist struct {
	Enabled  bool     `yaml:"enabled"`
	Networks []string `yaml:"networks"`
}

// Domain is an e-mail domain of the organization.
type Domain struct {
	ID               string   `yaml:"id"`
	Name             string   `yaml:"name"`
	State            string   `yaml:"state"`             // unverified, verified or deleted
	VerificationType string   `yaml:"verification_type"` // dns or http
	ChallengeToken   string   `yaml:"challenge_token"`
	CreateTime       When     `yaml:"create_time"`
	LinkedMethods    []string `yaml:"linked_methods"` // ids or names of authentication methods
}

// AuthenticationMethod is a way to log in that the organization set up.
type AuthenticationMethod struct {
	ID                    string            `yaml:"id"`
	Name                  string            `yaml:"name"`
	Type                  string            `yaml:"type"`  // internal or saml
	State                 string            `yaml:"state"` // active, deleted or pending_configuration
	Enabled               bool              `yaml:"enabled"`
	CreateTime            When              `yaml:"create_time"`
	UpdateTime            When              `yaml:"update_time"`
	AssertionSigned       *bool             `yaml:"saml_assertion_signed_enabled"`
	AuthnRequestsSigned   *bool             `yaml:"saml_authn_requests_signed_enabled"`
	SignatureAlgorithm    string            `yaml:"saml_signature_algorithm"`
	DigestAlgorithm       string            `yaml:"saml_digest_algorithm"`
	Certificate           string            `yaml:"saml_certificate"`
	CertificateSubject    string            `yaml:"saml_certificate_subject"`
	CertificateIssuer     string            `yaml:"saml_certificate_issuer"`
	CertificateNotBefore  When              `yaml:"saml_certificate_not_valid_before"`
	CertificateNotAfter   When              `yaml:"saml_certificate_not_valid_after"`
	IDPLoginAllowed       *bool             `yaml:"saml_idp_login_allowed"`
	RequestedAuthnContext *bool             `yaml:"saml_requested_authn_context_enabled"`
	JoinGroups            *bool             `yaml:"saml_join_groups"`
	IDPURL                string            `yaml:"saml_idp_url"`
	EntityID              string            `yaml:"saml_entity_id"`
	FieldMapping          map[string]string `yaml:"saml_field_mapping"`
	Variant               string            `yaml:"saml_variant"`
	SCIMEnabled           *bool             `yaml:"scim_enabled"`
	AutoJoinGroup         string            `yaml:"auto_join_group"`            // id or name of a group
	TokenMaxAgeSeconds    int               `yaml:"auth_token_max_age_seconds"` // 0 for none
	TokenExtendWhenUsed   *bool             `yaml:"auth_token_extend_when_used"`
	InternalMCPEnabled    *bool             `yaml:"internal_mcp_enabled"`
}

// Unit is an organizational unit below the root.
type Unit struct {
	ID             string   `yaml:"id"` // an account id
	Name           string   `yaml:"name"`
	BillingGroupID string   `yaml:"billing_group"`
	CreateTime     When     `yaml:"create_time"`
	UpdateTime     When     `yaml:"update_time"`
	Grants         []*Grant `yaml:"grants"`
}

// User is a person or an application in an organization. The same id in two
// organizations is the same user.
type User struct {
	ID             string   `yaml:"id"`
	Email          string   `yaml:"email"`
	Name           string   `yaml:"name"`
	SuperAdmin     bool     `yaml:"super_admin"`
	State          string   `yaml:"state"` // active, deactivated or deleted
	CreateTime     When     `yaml:"create_time"`
	JoinTime       When     `yaml:"join_time"`
	LastActivity   When     `yaml:"last_activity"` // zero for never
	Managed        bool     `yaml:"managed"`       // the organization manages the account
	ManagedBySCIM  bool     `yaml:"managed_by_scim"`
	JobTitle       string   `yaml:"job_title"`
	Department     string   `yaml:"department"`
	City           string   `yaml:"city"`
	Country        string   `yaml:"country"`
	Logins         []*Login `yaml:"logins"`
	Internal       bool     `yaml:"internal"`        // one of Aiven's own application users
	TokensListable *bool    `yaml:"tokens_listable"` // false hides the tokens from the organization's list
}

// Login is one way in which a user can log in.
type Login struct {
	Type      string `yaml:"type"`   // internal, saml, google, github, microsoft
	Method    string `yaml:"method"` // id or name of the authentication method, for saml
	TwoFactor bool   `yaml:"two_factor"`
	LastUsed  When   `yaml:"last_used"`
}

// Group is a user group.
type Group struct {
	ID            string   `yaml:"id"`
	Name          string   `yaml:"name"`
	Description   string   `yaml:"description"`
	ManagedBySCIM bool     `yaml:"managed_by_scim"`
	CreateTime    When     `yaml:"create_time"`
	UpdateTime    When     `yaml:"update_time"`
	Members       []string `yaml:"members"` // ids or e-mail addresses
}

// Grant is what one principal may do on one resource.
type Grant struct {
	User        string   `yaml:"user"`  // id, e-mail address or an application user's name
	Group       string   `yaml:"group"` // id or name
	Permissions []string `yaml:"permissions"`
	CreateTime  When     `yaml:"create_time"`
	UpdateTime  When     `yaml:"update_time"`
}

// BillingGroup pays for projects.
type BillingGroup struct {
	ID            string   `yaml:"id"`
	Name          string   `yaml:"name"`
	Emails        []string `yaml:"emails"`
	ContactEmails []string `yaml:"contact_emails"`
	CreateTime    When     `yaml:"create_time"`

	// What a call set; no keys of a seed.
	BillingAddress, ShippingAddress, VATID, InvoiceText string
}

// Invitation is an invitation to the organization that nobody took up yet.
type Invitation struct {
	Email      string `yaml:"email"`
	InvitedBy  string `yaml:"invited_by"`
	CreateTime When   `yaml:"create_time"`
	ExpiryTime When   `yaml:"expiry_time"`
}

// DiscoveredOrganization is another organization that users with an e-mail
// address of a verified domain belong to.
type DiscoveredOrganization struct {
	ID         string            `yaml:"id"`
	Name       string            `yaml:"name"`
	CreateTime When              `yaml:"create_time"`
	Users      []*DiscoveredUser `yaml:"users"`
}

// DiscoveredUser is a member of a discovered organization.
type DiscoveredUser struct {
	ID         string `yaml:"id"`
	Email      string `yaml:"email"`
	Name       string `yaml:"name"`
	SuperAdmin bool   `yaml:"super_admin"`
	CreateTime When   `yaml:"create_time"`
}

// Token kinds.
const (
	SessionToken     = "session"     // born of a login
	PersonalToken    = "personal"    // made by a user for tools
	ApplicationToken = "application" // made for an application user
)

// Token is an access token. Those with a name can be had from Sandbox.Token.
type Token struct {
	Name           string   `yaml:"name"`
	User           string   `yaml:"user"`       // id, e-mail address or an application user's name
	Kind           string   `yaml:"kind"`       // session, personal or application
	CreatedBy      string   `yaml:"created_by"` // password, saml or oauth: the login that it was born of
	Method         string   `yaml:"method"`     // id or name of the authentication method, when created_by is saml
	FullToken      string   `yaml:"full_token"`
	Prefix         string   `yaml:"prefix"`
	Description    string   `yaml:"description"`
	CreateTime     When     `yaml:"create_time"`
	ExpiryTime     When     `yaml:"expiry_time"`
	MaxAgeSeconds  int      `yaml:"max_age_seconds"`
	ExtendWhenUsed bool     `yaml:"extend_when_used"`
	IPAllowlist    []string `yaml:"ip_allowlist"`
	Scopes         []string `yaml:"scopes"`
	LastUsed       When     `yaml:"last_used"`
	LastIP         string   `yaml:"last_ip"`
	LastUserAgent  string   `yaml:"last_user_agent"`
}

// Cloud is a region of a cloud provider.
type Cloud struct {
	Name         string  `yaml:"name"`
	Description  string  `yaml:"description"`
	Provider     string  `yaml:"provider"`
	ProviderName string  `yaml:"provider_description"`
	Region       string  `yaml:"geo_region"`
	Latitude     float64 `yaml:"geo_latitude"`
	Longitude    float64 `yaml:"geo_longitude"`
}

// ServiceVersion is a major version of a service type.
type ServiceVersion struct {
	Type              string `yaml:"service_type"`
	Version           string `yaml:"major_version"`
	State             string `yaml:"state"`
	AvailabilityStart When   `yaml:"availability_start_time"`
	AvailabilityEnd   When   `yaml:"availability_end_time"`
	EndOfLife         When   `yaml:"aiven_end_of_life_time"`
	UpstreamEndOfLife When   `yaml:"upstream_end_of_life_time"`
	Termination       When   `yaml:"termination_time"`
	UpgradeToType     string `yaml:"upgrade_to_service_type"`
	UpgradeToVersion  string `yaml:"upgrade_to_version"`
	HelpURL           string `yaml:"end_of_life_help_article_url"`
}
