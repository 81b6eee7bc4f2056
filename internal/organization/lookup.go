package organization

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// namePrefix addresses a resource by its name instead of its id, for what is
// yet to be created: "name:Production".
const namePrefix = "name:"

// NameResource is the resource to give to Lookup for a unit, domain, identity
// provider, group or application user known only by name (its id does not
// exist yet). Its fields are those of the first resource of that name.
func NameResource(name string) string { return namePrefix + name }

// PermissionResource is the resource to give to Lookup for the grants on one
// organization, organization_unit or project.
func PermissionResource(resourceType, id string) string { return resourceType + "/" + id }

// PrincipalField is the field of a PermissionResource that holds what one user
// or user_group is granted.
func PrincipalField(principalType, id string) string { return principalType + "/" + id }

// Canonical is a value as Lookup gives it: what json.Marshal makes of it, with
// lists of strings sorted (sets, all of them). It gives "" for what cannot be
// JSON and for nil.
func Canonical(v any) string {
	if list, ok := v.([]string); ok {
		list = slices.Clone(list)
		slices.Sort(list)
		if list == nil {
			list = []string{}
		}
		v = list
	}
	if v == nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// Lookup gives the canonical JSON (see Canonical) of one field of one
// resource, "" if the resource or field is not there or the part was not
// read. Field names are the API's own ("password_auth_enabled", "parent_id",
// "saml_assertion_signed_enabled", "state"); the field "" is the resource's
// existence ("true" or ""). Resources are raw ids; "" for the parts that are
// single (authentication policy, IP allowlist); token prefixes for personal and
// application tokens, "project/service" for services; NameResource and
// PermissionResource see there. Values are as the API sent them, never
// the shown form: mask and sanitise before showing.
// It is what drift checks and read-backs compare.
func (o *Organization) Lookup(p Part, resource, field string) string {
	v, ok := o.LookupOK(p, resource, field)
	if !ok {
		return ""
	}
	return v
}

// LookupOK is Lookup that tells "not there" from "not known": false if the
// part or this resource of it was not read, or if the list was cut short and
// the resource is not in it.
func (o *Organization) LookupOK(p Part, resource, field string) (string, bool) {
	s := o.Status(p)
	if s.Read.IsZero() || s.Err != nil {
		return "", false
	}
	fields, id := o.fieldsOf(p, resource)
	for _, m := range s.Missing {
		switch {
		case m.Resource.Empty() && fields == nil:
			return "", false // cut short: it may be beyond the cut
		case fields == nil && (p == PartUserTokens || p == PartAppTokens):
			return "", false // it may be a token of the one whose tokens are missing
		case m.Resource.Empty():
		case m.Resource.Raw() == id || m.Resource.Raw() == resource:
			// The resource is known to be there, but not all of its fields.
			if field != "" || fields == nil {
				return "", false
			}
		}
	}
	if fields == nil {
		return "", true
	}
	if field == "" {
		return "true", true
	}
	return Canonical(fields[field]), true
}

// fieldsOf gives the fields of a resource that Lookup knows, and its id; nil
// if there is no such resource. A field that the API did not tell is nil.
func (o *Organization) fieldsOf(p Part, resource string) (map[string]any, string) {
	switch p {
	case PartAuthPolicy:
		return o.AuthPolicy.fields(), ""
	case PartIPAllowlist:
		return map[string]any{
			"api_client_ip_allowlist":         rawList(o.IPAllowlist.Ranges),
			"api_client_ip_allowlist_enabled": o.IPAllowlist.Enabled,
		}, ""
	case PartOrganization:
		if resource == "" || resource == o.ID.Raw() {
			return map[string]any{"organization_name": o.Name.Raw(), "account_id": orNil(o.RootAccountID), "tier": orNil(o.Tier)}, o.ID.Raw()
		}
	case PartUnits:
		return find(o.Units, resource, Unit.idAndName, Unit.fields)
	case PartProjects:
		return find(o.Projects, resource, Project.idAndName, Project.fields)
	case PartDomains:
		return find(o.Domains, resource, Domain.idAndName, Domain.fields)
	case PartIdPs:
		return find(o.IdPs, resource, AuthMethod.idAndName, AuthMethod.fields)
	case PartUsers:
		return find(o.Users, resource, User.idAndName, User.fields)
	case PartGroups:
		return find(o.Groups, resource, Group.idAndName, Group.fields)
	case PartAppUsers:
		return find(o.AppUsers, resource, AppUser.idAndName, AppUser.fields)
	case PartPermissions:
		return o.grantFields(resource), resource
	case PartUserTokens:
		return o.personalTokenFields(resource)
	case PartAppTokens:
		return o.appTokenFields(resource)
	case PartInvitations:
		return find(o.Invitations, resource, Invitation.idAndName, Invitation.fields)
	case PartBilling:
		return find(o.BillingGroups, resource, BillingGroup.idAndName, BillingGroup.fields)
	case PartVPCs, PartOrgVPCs:
		return find(otherVPCs(o.VPCs, map[Part]Part{PartVPCs: PartOrgVPCs, PartOrgVPCs: PartVPCs}[p]), resource, VPC.idAndName, VPC.fields)
	case PartServices:
		for _, s := range o.Services {
			if s.Project.Raw()+"/"+s.Name.Raw() == resource {
				return s.fields(), s.Project.Raw()
			}
		}
		project, _, _ := strings.Cut(resource, "/")
		return nil, project
	}
	return nil, resource
}

// find looks a resource up by its id or, with namePrefix, its name.
func find[T any](list []T, resource string, key func(T) (id, name Text), fields func(T) map[string]any) (map[string]any, string) {
	name, byName := strings.CutPrefix(resource, namePrefix)
	for _, r := range list {
		id, n := key(r)
		if id.Raw() == resource || byName && n.Raw() == name {
			return fields(r), id.Raw()
		}
	}
	return nil, resource
}

func (u Unit) idAndName() (Text, Text)       { return u.ID, u.Name }
func (p Project) idAndName() (Text, Text)    { return p.ID, p.Name }
func (d Domain) idAndName() (Text, Text)     { return d.ID, d.Name }
func (m AuthMethod) idAndName() (Text, Text) { return m.ID, m.Name }
func (u User) idAndName() (Text, Text)       { return u.ID, u.Email }
func (g Group) idAndName() (Text, Text)      { return g.ID, g.Name }
func (u AppUser) idAndName() (Text, Text)    { return u.ID, u.Name }

func (u Unit) fields() map[string]any {
	return map[string]any{"account_name": u.Name.Raw(), "parent_account_id": orNil(u.ParentID)}
}

func (p Project) fields() map[string]any {
	return map[string]any{
		"parent_id":        orNil(p.ParentID),
		"billing_group_id": orNil(p.BillingGroupID),
		"tech_emails":      rawList(p.TechEmails),
	}
}

func (d Domain) fields() map[string]any {
	return map[string]any{
		"domain_name":                      d.Name.Raw(),
		"state":                            orNil(d.State),
		"verification_type":                orNil(d.VerificationType),
		"linked_authentication_method_ids": rawList(d.LinkedMethodIDs),
	}
}

func (m AuthMethod) fields() map[string]any {
	return map[string]any{
		"authentication_method_name":         m.Name.Raw(),
		"authentication_method_type":         orNil(m.Type),
		"authentication_method_enabled":      m.Enabled,
		"state":                              orNil(m.State),
		"saml_assertion_signed_enabled":      deref(m.AssertionSigned),
		"saml_authn_requests_signed_enabled": deref(m.AuthnRequestsSigned),
		"saml_signature_algorithm":           orNil(m.SignatureAlgorithm),
		"saml_digest_algorithm":              orNil(m.DigestAlgorithm),
		"saml_certificate_subject":           orNil(m.CertificateSubject),
		"saml_certificate_issuer":            orNil(m.CertificateIssuer),
		"saml_certificate_not_valid_after":   orNever(m.CertificateNotValidAfter),
		"saml_entity_id":                     orNil(m.EntityID),
		"saml_idp_url":                       orNil(m.IdPURL),
		"saml_metadata_url":                  orNil(m.MetadataURL),
		"saml_acs_url":                       orNil(m.AcsURL),
		"saml_join_groups":                   m.JoinGroups,
		"scim_enabled":                       m.SCIMEnabled,
		"auto_join_user_group_id":            orNil(m.AutoJoinGroupID),
		"auth_token_max_age_seconds":         deref(m.TokenMaxAgeSeconds),
		"auth_token_extend_when_used":        deref(m.TokenExtendWhenUsed),
		"linked_domains":                     rawList(m.LinkedDomainIDs),
	}
}

func (p AuthPolicy) fields() map[string]any {
	return map[string]any{
		"password_auth_enabled":                       deref(p.PasswordAuth),
		"oauth_enabled":                               deref(p.OAuth),
		"saml_enabled":                                deref(p.SAML),
		"saml_allow_external":                         deref(p.SAMLAllowExternal),
		"two_factor_required":                         deref(p.TwoFactorRequired),
		"personal_tokens_enabled":                     deref(p.PersonalTokens),
		"personal_tokens_require_allowed_auth_method": deref(p.PersonalTokensRequireAllowed),
	}
}

func (u User) fields() map[string]any {
	return map[string]any{"is_super_admin": u.IsSuperAdmin, "state": orNil(u.State), "user_email": u.Email.Raw()}
}

func (g Group) fields() map[string]any {
	return map[string]any{
		"user_group_name": g.Name.Raw(),
		"description":     g.Description.Raw(),
		"member_ids":      rawList(g.MemberIDs),
	}
}

func (u AppUser) fields() map[string]any {
	return map[string]any{"name": u.Name.Raw(), "is_super_admin": u.IsSuperAdmin}
}

// grantFields gives what each principal holds on "type/id"; nil if nobody
// holds anything there.
func (o *Organization) grantFields(resource string) map[string]any {
	var out map[string]any
	for _, g := range o.Grants {
		if PermissionResource(g.ResourceType.Raw(), g.ResourceID.Raw()) != resource || len(g.Permissions) == 0 {
			continue
		}
		if out == nil {
			out = make(map[string]any)
		}
		out[PrincipalField(g.PrincipalType.Raw(), g.PrincipalID.Raw())] = rawList(g.Permissions)
	}
	return out
}

// rawList gives the raw texts; Canonical sorts them.
func rawList(list []Text) []string {
	out := make([]string, 0, len(list))
	for _, t := range list {
		out = append(out, t.Raw())
	}
	return out
}

// orNil gives nil for text that the API did not send.
func orNil(t Text) any {
	if t.Empty() {
		return nil
	}
	return t.Raw()
}

// deref keeps a nil pointer from becoming a typed nil, which is JSON null.
func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// orNever is a time as the API writes it, in UTC; nil for none.
func orNever(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
