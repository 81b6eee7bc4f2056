package remediate

import (
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

func text(s string) string { return aivenapi.Sanitise(s) }

// harmlessIdPKeys cannot keep anybody from logging in.
var harmlessIdPKeys = []string{
	"authentication_method_name", "auto_join_user_group_id", "auto_join_team_id", "saml_join_groups",
	"auth_token_max_age_seconds", "auth_token_extend_when_used", "internal_mcp_enabled",
}

// touchesIdP is for changes after which login through an identity provider may fail.
func touchesIdP(c Change) bool {
	if isOperation("AccountAuthenticationMethodDelete", "OrganizationAuthDomainUnlink")(c) {
		return true
	}
	if !isOperation("AccountAuthenticationMethodUpdate")(c) {
		return false
	}
	for key := range bodyOf(c) {
		if !slices.Contains(harmlessIdPKeys, key) {
			return true
		}
	}
	return false
}

var lastIdPGuard = Guard{
	ID: "another-way-in", Title: "An admin can still get in if this login fails",
	Parts: slices.Concat(idpParts, adminParts, []organization.Part{
		organization.PartMe, organization.PartAuthPolicy, organization.PartUserAuthMethods,
	}),
	Applies: touchesIdP,
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 3)
		if hasRef(id) {
			return holds("The identity provider is only being made: nobody depends on it yet.")
		}
		i := slices.IndexFunc(in.Org.IdPs, func(m organization.AuthMethod) bool { return m.ID.Raw() == id })
		if i < 0 {
			return blocks("The identity provider is not there any more. Read the organization again.")
		}
		if m := in.Org.IdPs[i]; !m.ActiveSAML() {
			return holds("Nobody logs in through %s now.", m.Name)
		}
		if in.Org.Me.IsApplicationUser && isAdmin(in.Org, in.Org.Me.UserID) {
			return holds("You use an application user's token with organization admin rights, to which logins do not matter.")
		}
		if way := otherWayIn(in, id); way != "" {
			return holds("If it fails, %s.", way)
		}
		return blocks("Login through %s is the only way in for admins. If the identity provider is not set up for this change, nobody gets in. Make a token for an application user with role:organization:admin first, or allow an admin another login.", in.Org.IdPs[i].Name)
	},
}

// otherWayIn gives an admin's way in that does not depend on one identity provider.
func otherWayIn(in GuardInput, without string) string {
	var idps []organization.AuthMethod
	for _, m := range in.Org.IdPs {
		if m.ActiveSAML() && m.ID.Raw() != without {
			idps = append(idps, m)
		}
	}
	after := policyAfter(in.Org.AuthPolicy, in.Earlier...)
	for _, u := range in.Org.Users {
		if !isAdmin(in.Org, u.ID) || !u.State.Empty() && !u.State.Is("active") {
			continue
		}
		if u.IsApplicationUser {
			return "the application user " + person(u) + " has organization admin rights"
		}
		for _, l := range u.LoginMethods {
			if l.Type.Is("saml") && l.LocalProviderID.Raw() == without {
				continue
			}
			if allowed(l, after, idps) {
				return person(u) + " can log in by " + loginName(l)
			}
		}
	}
	return ""
}

var domainOwnedGuard = Guard{
	ID: "domain-owned", Title: "Whose accounts the organization takes over is known",
	Parts:   []organization.Part{organization.PartDomains, organization.PartUsers},
	Applies: isOperation("OrganizationDomainVerify"),
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 3)
		i := slices.IndexFunc(in.Org.Domains, func(d organization.Domain) bool { return d.ID.Raw() == id })
		if i < 0 {
			return blocks("The domain is not in the organization's list. Add it first, and read the organization again.")
		}
		d := in.Org.Domains[i]
		if d.State.Is("deleted") {
			return blocks("The domain %s was removed. Add it again first.", d.Name)
		}
		var affected []string
		for _, u := range in.Org.Users {
			if activeHuman(u) && emailDomain(u) == strings.ToLower(d.Name.Raw()) && u.ManagingOrgID != in.Org.ID {
				affected = append(affected, person(u))
			}
		}
		if len(affected) > 0 {
			return mustAck(d.Name.String(), affected, "%s managed by the organization once %s is verified: they can no longer make organizations of their own, and admins can deactivate them.", people(len(affected), "becomes", "become"), d.Name)
		}
		return holds("Nobody's account changes hands in this organization.")
	},
}

func emailDomain(u organization.User) string {
	_, domain, _ := strings.Cut(strings.ToLower(u.Email.Raw()), "@")
	return domain
}

var domainRemovalGuard = Guard{
	ID: "domain-unverified", Title: "Only a domain that was never verified is removed",
	Parts:   []organization.Part{organization.PartDomains},
	Applies: isOperation("OrganizationDomainsRemove"),
	Check: func(in GuardInput) Verdict {
		id := segment(in.Change, 3)
		for _, d := range in.Org.Domains {
			if d.ID.Raw() != id {
				continue
			}
			if !d.State.Is("unverified") {
				return blocks("%s is %s: removing it cannot be undone and cuts its identity provider off. This program removes only domains that were never verified.", d.Name, d.State)
			}
			return holds("%s was never verified.", d.Name)
		}
		return blocks("The domain is not in the organization's list. Read the organization again.")
	},
}
