package sandbox

import (
	"crypto/x509"
	"encoding/pem"
	"slices"
)

func authenticationMethodOperations() []operation {
	const all = "/account/{account_id}/authentication"
	const one = all + "/{account_authentication_method_id}"
	return []operation{
		{id: "AccountAuthenticationMethodsList", method: get, path: all, access: admins, serve: methodList},
		{id: "AccountAuthenticationMethodCreate", method: post, path: all, access: admins, serve: methodCreate},
		{id: "AccountAuthenticationMethodGet", method: get, path: one, access: admins, serve: methodGet},
		{id: "AccountAuthenticationMethodUpdate", method: put, path: one, access: admins, serve: methodUpdate},
		{id: "AccountAuthenticationMethodDelete", method: remove, path: one, access: admins, serve: methodDelete},
	}
}

func (o *Organization) methodWire(m *AuthenticationMethod) obj {
	w := obj{
		"account_id": o.AccountID, "authentication_method_enabled": m.Enabled, "authentication_method_id": m.ID,
		"authentication_method_name": m.Name, "authentication_method_type": m.Type, "organization_id": o.ID,
		"auto_join_team_id": nil, "auto_join_user_group_id": orNull(m.AutoJoinGroup),
		"create_time": m.CreateTime.wire(), "delete_time": nil, "state": m.State, "update_time": m.UpdateTime.wire(),
	}
	setBool(w, "auth_token_extend_when_used", m.TokenExtendWhenUsed)
	set(w, "auth_token_max_age_seconds", m.TokenMaxAgeSeconds)
	setBool(w, "internal_mcp_enabled", m.InternalMCPEnabled)
	if m.Type != "saml" {
		return w
	}
	base := "https://api.aiven.io/v1/sso/saml/account/" + o.AccountID + "/method/" + m.ID
	w["saml_acs_url"], w["saml_metadata_url"] = base+"/acs", base+"/metadata"
	setBool(w, "saml_assertion_signed_enabled", m.AssertionSigned)
	setBool(w, "saml_authn_requests_signed_enabled", m.AuthnRequestsSigned)
	set(w, "saml_signature_algorithm", m.SignatureAlgorithm)
	set(w, "saml_digest_algorithm", m.DigestAlgorithm)
	set(w, "saml_certificate", m.Certificate)
	set(w, "saml_certificate_subject", m.CertificateSubject)
	set(w, "saml_certificate_issuer", m.CertificateIssuer)
	setTime(w, "saml_certificate_not_valid_before", m.CertificateNotBefore)
	setTime(w, "saml_certificate_not_valid_after", m.CertificateNotAfter)
	setBool(w, "saml_idp_login_allowed", m.IDPLoginAllowed)
	setBool(w, "saml_requested_authn_context_enabled", m.RequestedAuthnContext)
	setBool(w, "saml_join_groups", m.JoinGroups)
	set(w, "saml_idp_url", m.IDPURL)
	set(w, "saml_entity_id", m.EntityID)
	set(w, "saml_variant", m.Variant)
	setBool(w, "scim_enabled", m.SCIMEnabled)
	if len(m.FieldMapping) > 0 {
		w["saml_field_mapping"] = m.FieldMapping
	}
	return w
}

// methodList answers AccountAuthenticationMethodsList.
func methodList(c *call) answer {
	live := slices.DeleteFunc(slices.Clone(c.org.AuthenticationMethods), func(m *AuthenticationMethod) bool { return m.State == "deleted" })
	return ok(obj{"authentication_methods": list(live, c.org.methodWire)})
}

func (c *call) methodNamed() (*AuthenticationMethod, *answer) {
	m := c.org.method(c.vars["account_authentication_method_id"])
	if m == nil {
		a := notFound("", "Authentication method not found")
		return nil, &a
	}
	return m, nil
}

// methodGet answers AccountAuthenticationMethodGet.
func methodGet(c *call) answer {
	m, a := c.methodNamed()
	if a != nil {
		return *a
	}
	return ok(obj{"authentication_method": c.org.methodWire(m)})
}

// methodSettings are the settings that create and update share; nil leaves
// one as it is.
type methodSettings struct {
	Name                  *string            `json:"authentication_method_name"`
	MaxAge                *int               `json:"auth_token_max_age_seconds"`
	Extend                *bool              `json:"auth_token_extend_when_used"`
	AutoJoinTeam          *string            `json:"auto_join_team_id"`
	AutoJoinGroup         *string            `json:"auto_join_user_group_id"`
	AssertionSigned       *bool              `json:"saml_assertion_signed_enabled"`
	AuthnRequestsSigned   *bool              `json:"saml_authn_requests_signed_enabled"`
	Certificate           *string            `json:"saml_certificate"`
	Digest                *string            `json:"saml_digest_algorithm"`
	Signature             *string            `json:"saml_signature_algorithm"`
	EntityID              *string            `json:"saml_entity_id"`
	FieldMapping          *map[string]string `json:"saml_field_mapping"`
	IDPLoginAllowed       *bool              `json:"saml_idp_login_allowed"`
	IDPURL                *string            `json:"saml_idp_url"`
	JoinGroups            *bool              `json:"saml_join_groups"`
	RequestedAuthnContext *bool              `json:"saml_requested_authn_context_enabled"`
	Variant               *string            `json:"saml_variant"`
	SCIM                  *bool              `json:"scim_enabled"`
}

func (in *methodSettings) check(o *Organization) *answer {
	switch {
	case in.Name != nil && *in.Name == "":
		return invalidBody("Invalid input: authentication_method_name: too short")
	case in.MaxAge != nil && (*in.MaxAge < 300 || *in.MaxAge > 1296000):
		return invalidBody("Invalid input: auth_token_max_age_seconds: 300 to 1296000")
	case in.Digest != nil && !slices.Contains([]string{"sha1", "sha256", "sha384", "sha512"}, *in.Digest):
		return invalidBody("Invalid input: saml_digest_algorithm")
	case in.Signature != nil && !slices.Contains([]string{"rsa-sha1", "dsa-sha1", "rsa-sha256", "rsa-sha384", "rsa-sha512"}, *in.Signature):
		return invalidBody("Invalid input: saml_signature_algorithm")
	case in.Variant != nil && *in.Variant != "adfs":
		return invalidBody("Invalid input: saml_variant")
	case in.AutoJoinGroup != nil && o.group(*in.AutoJoinGroup) == nil:
		a := notFound("", "User group not found")
		return &a
	}
	return nil
}

func put1[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func put2[T any](field **T, value *T) {
	if value != nil {
		*field = value
	}
}

func (in *methodSettings) apply(m *AuthenticationMethod) {
	put1(&m.Name, in.Name)
	put1(&m.TokenMaxAgeSeconds, in.MaxAge)
	put2(&m.TokenExtendWhenUsed, in.Extend)
	put1(&m.AutoJoinGroup, in.AutoJoinGroup)
	put2(&m.AssertionSigned, in.AssertionSigned)
	put2(&m.AuthnRequestsSigned, in.AuthnRequestsSigned)
	put1(&m.DigestAlgorithm, in.Digest)
	put1(&m.SignatureAlgorithm, in.Signature)
	put1(&m.EntityID, in.EntityID)
	put1(&m.FieldMapping, in.FieldMapping)
	put2(&m.IDPLoginAllowed, in.IDPLoginAllowed)
	put1(&m.IDPURL, in.IDPURL)
	put2(&m.JoinGroups, in.JoinGroups)
	put2(&m.RequestedAuthnContext, in.RequestedAuthnContext)
	put1(&m.Variant, in.Variant)
	put2(&m.SCIMEnabled, in.SCIM)
	if in.Certificate != nil {
		m.setCertificate(*in.Certificate)
	}
	if m.Type == "saml" && m.State == "pending_configuration" && m.IDPURL != "" && m.EntityID != "" && m.Certificate != "" {
		m.State = "active"
	}
}

// setCertificate takes over the certificate and, when it can be read, what it
// says about itself.
func (m *AuthenticationMethod) setCertificate(text string) {
	m.Certificate = text
	m.CertificateSubject, m.CertificateIssuer = "", ""
	m.CertificateNotBefore, m.CertificateNotAfter = When{}, When{}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return
	}
	m.CertificateSubject, m.CertificateIssuer = cert.Subject.String(), cert.Issuer.String()
	m.CertificateNotBefore, m.CertificateNotAfter = At(cert.NotBefore), At(cert.NotAfter)
}

// methodCreate answers AccountAuthenticationMethodCreate.
func methodCreate(c *call) answer {
	var in struct {
		methodSettings
		Type    string `json:"authentication_method_type"`
		Domains []struct {
			ID string `json:"domain_id"`
		} `json:"linked_domains"`
	}
	if a := c.decode(&in, "authentication_method_name", "authentication_method_type"); a != nil {
		return *a
	}
	if in.Type != "saml" && in.Type != "internal" {
		return invalid("Invalid input: authentication_method_type: want internal or saml")
	}
	if a := in.check(c.org); a != nil {
		return *a
	}
	var linked []*Domain
	for _, d := range in.Domains {
		found := c.org.domain(d.ID)
		if found == nil {
			return notFound("", "Domain not found")
		}
		linked = append(linked, found)
	}
	m := &AuthenticationMethod{
		ID: "am" + letters(c.box.rand, lowerHex, 11), Type: in.Type, State: "active", Enabled: true,
		CreateTime: At(c.now),
	}
	if in.Type == "saml" {
		m.State, m.SignatureAlgorithm, m.DigestAlgorithm = "pending_configuration", "rsa-sha256", "sha256"
	}
	in.apply(m)
	m.UpdateTime = At(c.now)
	c.org.AuthenticationMethods = append(c.org.AuthenticationMethods, m)
	for _, d := range linked {
		d.LinkedMethods = append(d.LinkedMethods, m.ID)
	}
	return ok(obj{"authentication_method": c.org.methodWire(m)})
}

// methodUpdate answers AccountAuthenticationMethodUpdate: what is not sent
// stays.
func methodUpdate(c *call) answer {
	m, a := c.methodNamed()
	if a != nil {
		return *a
	}
	var in struct {
		methodSettings
		Enabled *bool `json:"authentication_method_enabled"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if a := in.check(c.org); a != nil {
		return *a
	}
	in.apply(m)
	put1(&m.Enabled, in.Enabled)
	m.UpdateTime = At(c.now)
	return ok(obj{"authentication_method": c.org.methodWire(m)})
}

// methodDelete answers AccountAuthenticationMethodDelete.
func methodDelete(c *call) answer {
	m, a := c.methodNamed()
	if a != nil {
		return *a
	}
	m.State, m.Enabled = "deleted", false
	for _, d := range c.org.Domains {
		d.LinkedMethods = without(d.LinkedMethods, m.ID)
	}
	return ok(obj{"message": "deleted"})
}
