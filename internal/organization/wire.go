package organization

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// when is a time in an answer. The API's description promises RFC 3339; null,
// "" and other forms occur. What cannot be understood is zero and odd.
type when struct {
	t   time.Time
	odd bool
}

// layouts that are understood. Without a zone it is UTC, as all of Aiven's times.
var layouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 Z07:00",
	"2006-01-02 15:04:05.999999999 MST",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02",
	"20060102150405Z",
	"Jan _2 15:04:05 2006 MST",
}

// UnmarshalJSON never fails: a time is not worth losing a list for.
func (w *when) UnmarshalJSON(b []byte) error {
	*w = when{}
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		w.odd = true
		return nil
	}
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, strings.TrimSpace(*s)); err == nil {
			w.t = t.UTC()
			return nil
		}
	}
	w.odd = true
	return nil
}

// oddities collects the resources with times that could not be understood.
type oddities struct{ missing []Missing }

// check notes the resource if one of the times is odd.
func (o *oddities) check(resource Text, times ...when) {
	if slices.ContainsFunc(times, func(w when) bool { return w.odd }) {
		o.missing = append(o.missing, Missing{Resource: resource, Err: errOddTime})
	}
}

type wireMe struct {
	UserID        Text   `json:"user_id"`
	Email         Text   `json:"user"`
	Name          Text   `json:"real_name"`
	ManagingOrgID Text   `json:"managing_organization_id"`
	Auth          []Text `json:"auth"`
}

// wireToken is a token in AccessTokenList, ApplicationUserAccessTokensList and
// OrganizationUserTokensList, which tells only some of it.
type wireToken struct {
	Prefix          Text     `json:"token_prefix"`
	Description     Text     `json:"description"`
	Created         when     `json:"create_time"`
	CreatedManually *bool    `json:"created_manually"`
	CurrentlyActive bool     `json:"currently_active"`
	Expires         when     `json:"expiry_time"`
	ExtendWhenUsed  bool     `json:"extend_when_used"`
	MaxAgeSeconds   *float64 `json:"max_age_seconds"`
	IPAllowlist     []Text   `json:"ip_allowlist"`
	LastIP          Text     `json:"last_ip"`
	LastUsed        when     `json:"last_used_time"`
	LastUserAgent   Text     `json:"last_user_agent"`
	Scopes          []Text   `json:"scopes"`
}

type wireOrganization struct {
	ID        Text `json:"organization_id"`
	Name      Text `json:"organization_name"`
	AccountID Text `json:"account_id"`
	Tier      Text `json:"tier"`
}

type wireAccount struct {
	ID       Text `json:"account_id"`
	Name     Text `json:"account_name"`
	OrgID    Text `json:"organization_id"`
	ParentID Text `json:"parent_account_id"`
	RootID   Text `json:"root_account_id"`
}

type wireEmail struct {
	Email Text `json:"email"`
}

type wireProject struct {
	ID             Text            `json:"project_id"`
	ParentID       Text            `json:"parent_id"`
	BillingGroupID Text            `json:"billing_group_id"`
	TechEmails     []wireEmail     `json:"tech_emails"`
	Tags           map[string]Text `json:"tags"`
	Extensions     map[string]struct {
		EndOfLife when `json:"eol_date"`
		Version   Text `json:"version"`
	} `json:"end_of_life_extension"`
}

type wireDomain struct {
	ID               Text   `json:"domain_id"`
	Name             Text   `json:"domain_name"`
	State            Text   `json:"state"`
	VerificationType Text   `json:"verification_type"`
	ChallengeToken   Text   `json:"challenge_token"`
	LinkedMethodIDs  []Text `json:"linked_authentication_method_ids"`
	Created          when   `json:"create_time"`
}

type wireDiscovered struct {
	ID    Text `json:"organization_id"`
	Name  Text `json:"organization_name"`
	Users []struct {
		Email        Text `json:"user_email"`
		IsSuperAdmin bool `json:"is_super_admin"`
	} `json:"users"`
}

type wireAuthMethod struct {
	ID                  Text     `json:"authentication_method_id"`
	Name                Text     `json:"authentication_method_name"`
	Type                Text     `json:"authentication_method_type"`
	State               Text     `json:"state"`
	Enabled             bool     `json:"authentication_method_enabled"`
	AssertionSigned     *bool    `json:"saml_assertion_signed_enabled"`
	AuthnRequestsSigned *bool    `json:"saml_authn_requests_signed_enabled"`
	SignatureAlgorithm  Text     `json:"saml_signature_algorithm"`
	DigestAlgorithm     Text     `json:"saml_digest_algorithm"`
	CertificateNotAfter when     `json:"saml_certificate_not_valid_after"`
	CertificateSubject  Text     `json:"saml_certificate_subject"`
	CertificateIssuer   Text     `json:"saml_certificate_issuer"`
	MetadataURL         Text     `json:"saml_metadata_url"`
	AcsURL              Text     `json:"saml_acs_url"`
	EntityID            Text     `json:"saml_entity_id"`
	IdPURL              Text     `json:"saml_idp_url"`
	SCIMEnabled         bool     `json:"scim_enabled"`
	JoinGroups          bool     `json:"saml_join_groups"`
	AutoJoinGroupID     Text     `json:"auto_join_user_group_id"`
	TokenMaxAgeSeconds  *float64 `json:"auth_token_max_age_seconds"`
	TokenExtendWhenUsed *bool    `json:"auth_token_extend_when_used"`
}

type wireAuthPolicy struct {
	PasswordAuth                 *bool `json:"password_auth_enabled"`
	OAuth                        *bool `json:"oauth_enabled"`
	SAML                         *bool `json:"saml_enabled"`
	SAMLAllowExternal            *bool `json:"saml_allow_external"`
	TwoFactorRequired            *bool `json:"two_factor_required"`
	PersonalTokens               *bool `json:"personal_tokens_enabled"`
	PersonalTokensRequireAllowed *bool `json:"personal_tokens_require_allowed_auth_method"`
}

type wireUser struct {
	ID           Text `json:"user_id"`
	IsSuperAdmin bool `json:"is_super_admin"`
	LastActivity when `json:"last_activity_time"`
	Joined       when `json:"join_time"`
	Info         struct {
		Email             Text `json:"user_email"`
		Name              Text `json:"real_name"`
		IsApplicationUser bool `json:"is_application_user"`
		ManagedBySCIM     bool `json:"managed_by_scim"`
		ManagingOrgID     Text `json:"managing_organization_id"`
		State             Text `json:"state"`
	} `json:"user_info"`
}

type wireLogin struct {
	Type            Text `json:"type"`
	Name            Text `json:"name"`
	LocalProviderID Text `json:"local_provider_id"`
	TwoFactor       bool `json:"is_enabled_2fa"`
	LastUsed        when `json:"last_used_time"`
	OrganizationID  Text `json:"organization_id"`
}

type wireGroup struct {
	ID            Text `json:"user_group_id"`
	Name          Text `json:"user_group_name"`
	Description   Text `json:"description"`
	ManagedBySCIM bool `json:"managed_by_scim"`
}

type wireMember struct {
	UserID Text `json:"user_id"`
}

type wireAppUser struct {
	ID           Text `json:"user_id"`
	Name         Text `json:"name"`
	Email        Text `json:"user_email"`
	IsSuperAdmin bool `json:"is_super_admin"`
	Created      when `json:"create_time"`
}

type wireGrant struct {
	PrincipalType Text   `json:"principal_type"`
	PrincipalID   Text   `json:"principal_id"`
	Permissions   []Text `json:"permissions"`
}

// seconds gives a duration in whole seconds, nil for null.
func seconds(f *float64) *int {
	if f == nil {
		return nil
	}
	n := int(*f)
	return &n
}

func emails(list []wireEmail) []Text {
	var out []Text
	for _, e := range list {
		out = append(out, e.Email)
	}
	return out
}
