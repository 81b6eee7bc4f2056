package organization

import (
	"time"

	"avn-harden/internal/aivenapi"
)

// Text is text from the API; see aivenapi.Text.
type Text = aivenapi.Text

// Organization is what was read, immutable once Read returned it. Ask Status
// before trusting a part: a list that could not be read is empty too.
type Organization struct {
	ID, Name Text
	// RootAccountID is the account id of the root unit (OrganizationGet.account_id).
	RootAccountID Text
	Tier          Text

	Me          Me
	Units       []Unit
	Projects    []Project
	Domains     []Domain
	Discovered  []DiscoveredOrganization
	IdPs        []AuthMethod // all authentication methods, type internal included
	AuthPolicy  AuthPolicy
	IPAllowlist IPAllowlist
	Users       []User // application users included, with IsApplicationUser
	Groups      []Group
	AppUsers    []AppUser
	Grants      []Grant
	Services    []Service

	Invitations     []Invitation
	BillingGroups   []BillingGroup
	VPCs            []VPC // of projects and of the organization
	PrivateLinks    []PrivateLink
	ServiceVersions []ServiceVersion
	Clouds          []Cloud
	ServiceTypes    []Text // those that Aiven offers
	Plans           []Plan

	status map[Part]Status
}

// Status tells how reading a part went. A part never asked for has a zero Read.
func (o *Organization) Status(p Part) Status {
	s, ok := o.status[p]
	if !ok {
		s.Part = p
	}
	return s
}

// TokenKind is what kind of token the caller runs on.
type TokenKind string

// The kinds of token. Unknown when AccessTokenList could not tell.
const (
	TokenUnknown     TokenKind = ""
	TokenSession     TokenKind = "login session"
	TokenPersonal    TokenKind = "personal token"
	TokenApplication TokenKind = "application token"
)

// Me is the caller (UserInfo, AccessTokenList, OrganizationUserList).
type Me struct {
	UserID, Email, Name Text
	ManagingOrgID       Text
	// AuthMethods are the user.auth[] of UserInfo: ways this user logs in.
	AuthMethods []Text
	// Token is the token in use; TokenPrefix its prefix, TokenCreated when it was
	// made (zero if not told), CreatedManually as the API says (nil: no token was
	// found to be in use). The API does not tell which way of logging in a
	// session or token came from.
	Token             TokenKind
	TokenPrefix       Text
	TokenCreated      time.Time
	CreatedManually   *bool
	IsSuperAdmin      bool
	IsApplicationUser bool
	// InOrganization is whether the user list has the caller.
	InOrganization bool
}

// Unit is an organizational unit (AccountList with parent_account_id set).
type Unit struct {
	ID, Name, ParentID Text
}

// Project as OrganizationProjectsList gives it.
type Project struct {
	ID, Name Text
	// ParentID is an organization id, a root account id or a unit id.
	ParentID       Text
	BillingGroupID Text
	TechEmails     []Text
	Tags           map[string]Text
	// Extensions are longer lives granted to versions, by service type.
	Extensions map[string]Extension
}

// Extension is a longer life that Aiven granted to one version in one project.
type Extension struct {
	EndOfLife time.Time // UTC, zero if not told
	Version   Text
}

// InUnit says whether the project's parent is one of the units.
func (o *Organization) InUnit(p Project) bool {
	return !p.ParentID.Empty() && p.ParentID != o.ID && p.ParentID != o.RootAccountID
}

// Domain as OrganizationDomainsList gives it.
type Domain struct {
	ID, Name         Text
	State            Text // unverified, verified, deleted
	VerificationType Text // dns, http
	ChallengeToken   Text
	LinkedMethodIDs  []Text
	CreateTime       time.Time // zero if not told
}

// DiscoveredOrganization is another organization whose users have e-mail
// addresses of our verified domains (DiscoveredOrganizationList, unstable).
type DiscoveredOrganization struct {
	ID, Name    Text
	Users       int
	SuperAdmins []Text // e-mail addresses
}

// AuthMethod is an authentication method of the root account.
type AuthMethod struct {
	ID, Name                   Text
	Type                       Text // internal, saml
	State                      Text // active, deleted, pending_configuration
	Enabled                    bool
	AssertionSigned            *bool
	AuthnRequestsSigned        *bool
	SignatureAlgorithm         Text
	DigestAlgorithm            Text
	CertificateNotValidAfter   time.Time // UTC, zero if not told
	CertificateSubject         Text
	CertificateIssuer          Text
	MetadataURL, AcsURL        Text
	EntityID, IdPURL           Text
	SCIMEnabled                bool
	JoinGroups                 bool
	AutoJoinGroupID            Text
	TokenMaxAgeSeconds         *int // null: Aiven's default
	TokenExtendWhenUsed        *bool
	LinkedDomainIDs            []Text
	LastUsedByAdmins, LastUsed time.Time // reserved; zero
}

// ActiveSAML says whether people can log in through it.
func (m AuthMethod) ActiveSAML() bool {
	return m.Type.Is("saml") && m.State.Is("active") && m.Enabled
}

// AuthPolicy is OrganizationAuthenticationConfigGet. Nil: the API did not say.
type AuthPolicy struct {
	PasswordAuth, OAuth, SAML, SAMLAllowExternal *bool
	TwoFactorRequired                            *bool
	PersonalTokens, PersonalTokensRequireAllowed *bool
}

// IPAllowlist is OrganizationIPAllowListGet.
type IPAllowlist struct {
	Enabled bool
	Ranges  []Text
}

// User as OrganizationUserList gives it, with their login methods.
type User struct {
	ID, Email, Name   Text
	IsSuperAdmin      bool
	IsApplicationUser bool
	ManagedBySCIM     bool
	ManagingOrgID     Text
	State             Text
	LastActivity      time.Time // zero: never, or not told
	JoinTime          time.Time
	// LoginMethods is nil if they could not be read (see PartUserAuthMethods).
	LoginMethods []LoginMethod
	LoginsRead   bool
	// Tokens are personal tokens (OrganizationUserTokensList).
	Tokens     []PersonalToken
	TokensRead bool
}

// LoginMethod is one entry of OrganizationUserAuthenticationMethodsList.
type LoginMethod struct {
	Type, Name      Text // type e.g. password, saml, google...; as the API says
	LocalProviderID Text // id of the authentication method, for saml
	TwoFactor       bool // null counts as false
	LastUsed        time.Time
	OrganizationID  Text
}

// PersonalToken is one entry of OrganizationUserTokensList.
type PersonalToken struct {
	Prefix, Description Text
	IPAllowlist         []Text
	LastIP              Text
	LastUsed            time.Time
	LastUserAgent       Text
}

// Group is a user group with its members.
type Group struct {
	ID, Name, Description Text
	ManagedBySCIM         bool
	MemberIDs             []Text
}

// AppUser is an application user with its tokens.
type AppUser struct {
	ID, Name, Email Text
	CreateTime      time.Time
	IsSuperAdmin    bool
	Tokens          []AppToken
	TokensRead      bool
}

// AppToken is one entry of ApplicationUserAccessTokensList.
type AppToken struct {
	Prefix, Description Text
	CreateTime          time.Time
	ExpiryTime          time.Time // zero: none
	MaxAgeSeconds       *int
	ExtendWhenUsed      bool
	IPAllowlist         []Text
	LastUsed            time.Time
	LastIP              Text
	LastUserAgent       Text
	Scopes              []Text
	CurrentlyActive     bool
}

// Grant is what one principal holds on one resource (PermissionsGet).
type Grant struct {
	ResourceType  Text // organization, organization_unit, project
	ResourceID    Text
	PrincipalType Text // user, user_group
	PrincipalID   Text
	Permissions   []Text // unknown strings verbatim
}

// Access is one thing that one person can do on one resource, and through what.
type Access struct {
	UserID       Text
	ResourceType Text // organization, organization_unit, project
	ResourceID   Text
	Permission   Text
	// Via are the grants it comes through, in words ("group Platform on unit Production").
	Via []string
}
