package sandbox

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// access says who may call an operation.
type access struct {
	anyone     bool     // no token needed
	member     bool     // any member of the organization
	any        []string // or whoever holds one of these, on the organization or, with a project, on it
	self       bool     // also the user that the path names, about itself
	orgAdmin   bool     // an organization admin, and no permission will do
	superAdmin bool     // a super admin
	code       string   // the error code of the refusal, where documented
}

var (
	public   = access{anyone: true}
	signedIn = access{}
	members  = access{member: true}
	admins   = access{orgAdmin: true}
)

func holders(permissions ...string) access { return access{any: permissions} }

const organizationAdmin = "role:organization:admin"

// identity is whose token a call came with.
type identity struct {
	token *Token
	user  *User // as the first organization knows it
}

// identify finds the token of the request.
func (c *call) identify() *answer {
	kind, full, _ := strings.Cut(strings.TrimSpace(c.req.Header.Get("Authorization")), " ")
	full = strings.TrimSpace(full)
	if full == "" || !strings.EqualFold(kind, "aivenv1") && !strings.EqualFold(kind, "bearer") {
		a := refuse(http.StatusUnauthorized, "", "Missing authentication token")
		return &a
	}
	for _, t := range c.state.Tokens {
		if t.FullToken == "" || t.FullToken != full {
			continue
		}
		user, _ := c.state.user(t.User)
		if user == nil || user.State == "deactivated" || user.State == "deleted" {
			a := refuse(http.StatusForbidden, "", "User account is not active")
			return &a
		}
		if !t.ExpiryTime.Never() && !t.ExpiryTime.After(c.now) {
			a := refuse(http.StatusUnauthorized, "", "Expired token")
			return &a
		}
		if len(t.IPAllowlist) > 0 && !covers(t.IPAllowlist, c.box.callerIP) {
			a := forbidden("", "Access token is not allowed from address %s", c.box.callerIP)
			return &a
		}
		t.LastUsed = At(c.now)
		t.LastIP = c.box.callerIP.String()
		if t.ExtendWhenUsed && t.MaxAgeSeconds > 0 {
			t.ExpiryTime = At(c.now.Add(time.Duration(t.MaxAgeSeconds) * time.Second))
		}
		c.who = &identity{token: t, user: user}
		return nil
	}
	a := refuse(http.StatusUnauthorized, "", "Invalid token")
	return &a
}

// admit finds out who calls and what the call is about, and refuses those
// who may not.
func (c *call) admit() *answer {
	if c.op.access.anyone && c.req.Header.Get("Authorization") == "" {
		return nil
	}
	if a := c.identify(); a != nil {
		return a
	}
	if a := c.locate(); a != nil {
		return a
	}
	if c.org == nil {
		return nil
	}
	if a := c.policyRefusal(c.org); a != nil {
		return a
	}
	if !c.allowed(c.op.access) {
		a := forbidden(c.op.access.code, "Operation not allowed for this user")
		return &a
	}
	return nil
}

// locate finds the organization and the project that the path names. What
// the caller has no part in does not exist for them.
func (c *call) locate() *answer {
	missing := func(code, what string) *answer { a := notFound(code, "%s", what+" not found"); return &a }
	if id, named := c.vars["organization_id"]; named {
		c.org = c.state.organization(id)
		if c.org == nil || c.org.member(c.who.user.ID) == nil {
			c.org = nil
			return missing("organization_not_found", "Organization")
		}
	}
	if id, named := c.vars["account_id"]; named {
		c.org = c.state.organizationOfAccount(id)
		if c.org == nil || c.org.member(c.who.user.ID) == nil {
			c.org = nil
			return missing("", "Account")
		}
	}
	name, named := c.vars["project"]
	if !named {
		name, named = c.vars["project_id"]
	}
	if !named {
		return nil
	}
	org, project := c.state.project(name)
	if project == nil || c.org != nil && c.org != org || org.member(c.who.user.ID) == nil {
		return missing("project_not_found", "Project")
	}
	c.org, c.project = org, project
	return nil
}

// allowed says whether the caller may do what wants this access.
func (c *call) allowed(a access) bool {
	u := c.org.member(c.who.user.ID)
	switch {
	case u == nil:
		return false
	case u.SuperAdmin:
		return true
	case a.superAdmin:
		return false
	case c.isOrgAdmin():
		return true
	case a.orgAdmin:
		return false
	case a.member, len(a.any) == 0:
		return true
	case a.self && (c.vars["member_user_id"] == u.ID || c.vars["user_id"] == u.ID):
		return true
	}
	return c.holds(a.any...)
}

func (c *call) isOrgAdmin() bool {
	u := c.org.member(c.who.user.ID)
	return u != nil && (u.SuperAdmin || slices.Contains(c.org.heldOn(c.org.Grants, u.ID), organizationAdmin))
}

// holds says whether the caller holds one of the permissions on the
// organization, or on the project that the call is about.
func (c *call) holds(permissions ...string) bool {
	id := c.who.user.ID
	held := c.org.heldOn(c.org.Grants, id)
	if c.project != nil {
		held = append(held, c.org.heldOnProject(c.project, id)...)
	}
	for _, h := range held {
		for _, p := range permissions {
			if implies(h, p) {
				return true
			}
		}
	}
	return false
}

// heldOn lists what the user holds through these grants, groups included.
func (o *Organization) heldOn(grants []*Grant, userID string) []string {
	var held []string
	for _, g := range grants {
		if g.User == userID && userID != "" || o.inGroup(g.Group, userID) {
			held = append(held, g.Permissions...)
		}
	}
	return held
}

// heldOnProject lists what the user holds on the project: from the unit that
// it is in and from the project itself.
func (o *Organization) heldOnProject(p *Project, userID string) []string {
	held := o.heldOn(p.Grants, userID)
	if u := o.unit(p.Parent); u != nil {
		held = append(held, o.heldOn(u.Grants, userID)...)
	}
	return held
}

// implies says whether holding one permission or role is enough for another.
func implies(held, wanted string) bool {
	if held == wanted || held == organizationAdmin {
		return true
	}
	if read, isRead := strings.CutSuffix(wanted, ":read"); isRead && held == read+":write" {
		return true
	}
	switch held {
	case "admin", "role:project:admin", "role:project:manager":
		return strings.HasPrefix(wanted, "project:") || strings.HasPrefix(wanted, "service:") ||
			slices.Contains([]string{"operator", "developer", "read_only", "role:services:maintenance", "role:services:recover"}, wanted)
	case "operator":
		return wanted != "project:permissions:write" && (strings.HasPrefix(wanted, "project:") || strings.HasPrefix(wanted, "service:")) ||
			wanted == "role:services:maintenance" || wanted == "role:services:recover"
	case "developer":
		return slices.Contains([]string{"project:services:read", "project:integrations:read", "project:networking:read",
			"service:users:write", "service:data:write", "service:logs:read", "service:metrics:read", "service:secrets:read"}, wanted)
	case "read_only", "role:project:read":
		return slices.Contains([]string{"project:services:read", "project:integrations:read", "project:networking:read",
			"service:logs:read", "service:metrics:read"}, wanted)
	case "project:services:write", "service:configuration:write", "role:services:maintenance", "role:services:recover":
		return wanted == "project:services:read"
	}
	return false
}

// covers says whether one of the networks, or bare addresses, has the address.
func covers(networks []string, addr netip.Addr) bool {
	for _, n := range networks {
		p, err := parseNetwork(n)
		if err == nil && p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

func parseNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}
