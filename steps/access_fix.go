package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	clientorg "github.com/aiven/go-client-codegen/handler/organization"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const (
	docsPermissions = docs + "platform/concepts/permissions"
	docsGroups      = docs + "platform/howto/manage-groups"
	permProject     = "the project's admin role or role:organization:admin"
)

// principal is who holds a permission.
type principal struct {
	kind string // user or user_group
	id   Text
	name string // display-safe
}

func userPrincipal(o *organization.Organization, id Text) principal {
	return principal{"user", id, whoIs(o, id)}
}

func groupPrincipal(o *organization.Organization, id Text) principal {
	for _, g := range o.Groups {
		if g.ID == id {
			return principal{"user_group", id, "the group " + g.Name.String()}
		}
	}
	return principal{"user_group", id, "the group " + id.String()}
}

func principalOf(o *organization.Organization, g organization.Grant) principal {
	if g.PrincipalType.Is("user_group") {
		return groupPrincipal(o, g.PrincipalID)
	}
	return userPrincipal(o, g.PrincipalID)
}

// begins is the principal's name at the beginning of a sentence.
func (p principal) begins() string {
	if p.kind == "user_group" {
		return capital(p.name)
	}
	return p.name
}

// target is the principal as the resource of a finding.
func (p principal) target(o *organization.Organization) remediate.Target {
	if p.kind == "user_group" {
		for _, g := range o.Groups {
			if g.ID == p.id {
				return remediate.Target{Type: "group", ID: g.ID, Name: g.Name}
			}
		}
		return remediate.Target{Type: "group", ID: p.id, Name: p.id}
	}
	for _, u := range o.AppUsers {
		if u.ID == p.id {
			return remediate.Target{Type: "application user", ID: u.ID, Name: u.Name}
		}
	}
	for _, u := range o.Users {
		if u.ID == p.id {
			return userTarget(u)
		}
	}
	return remediate.Target{Type: "user", ID: p.id, Name: p.id}
}

func userTarget(u organization.User) remediate.Target {
	kind := "user"
	if u.IsApplicationUser {
		kind = "application user"
	}
	return remediate.Target{Type: kind, ID: u.ID, Name: u.Email}
}

// place is what permissions are granted on.
type place struct {
	kind string
	id   Text
	name string // display-safe
}

func orgPlace(o *organization.Organization) place {
	return place{"organization", o.ID, "the organization"}
}

func projectPlace(o *organization.Organization, id Text) place {
	for _, p := range o.Projects {
		if p.ID == id {
			return place{"project", id, "the project " + projectName(p).String()}
		}
	}
	return place{"project", id, "the project " + id.String()}
}

func placeOf(o *organization.Organization, g organization.Grant) place {
	switch {
	case g.ResourceType.Is("organization"):
		return orgPlace(o)
	case g.ResourceType.Is("project"):
		return projectPlace(o, g.ResourceID)
	}
	for _, u := range o.Units {
		if u.ID == g.ResourceID {
			return place{g.ResourceType.Raw(), u.ID, "the unit " + u.Name.String()}
		}
	}
	return place{g.ResourceType.Raw(), g.ResourceID, g.ResourceID.String()}
}

// accessChange is one write of what one principal holds on one resource.
type accessChange struct {
	check, fix  string
	resource    remediate.Target // of the finding
	who         principal
	on          place
	operation   string // grant, revoke
	permissions []string
	risk        remediate.Risk
	facts       map[string]string
	touches     []organization.Part
}

// change records a grant or revoke, based on what the plan's earlier changes
// leave. What changes nothing is left out, so that a plan that was stopped can
// be made again.
func (c accessChange) add(ctx context.Context, b *remediate.Builder) error {
	now := remediate.Effect(b.Org, b.Plan.Changes...)
	key, field := organization.PermissionResource(c.on.kind, c.on.id.Raw()), organization.PrincipalField(c.who.kind, c.who.id.Raw())
	held := heldBy(now, c.who, c.on)
	after := slices.Clone(held)
	for _, p := range c.permissions {
		switch has := slices.Contains(after, p); {
		case c.operation == "grant" && !has:
			after = append(after, p)
		case c.operation == "revoke" && has:
			after = slices.DeleteFunc(after, func(s string) bool { return s == p })
		}
	}
	if len(after) == len(held) {
		return nil
	}
	d := remediate.Delta{Part: organization.PartPermissions, Resource: key, Field: field, Before: listed(held), After: listed(after)}
	send := func(operation string, list []string) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			return api.PermissionsUpdate(ctx, b.Org.ID.Raw(), clientorg.ResourceType(c.on.kind), c.on.id.Raw(), &clientorg.PermissionsUpdateIn{
				Operation: clientorg.OperationType(operation),
				Permissions: []clientorg.PermissionIn{{
					Permissions: append([]string{}, list...), PrincipalId: c.who.id.Raw(), PrincipalType: clientorg.PrincipalType(c.who.kind),
				}},
			})
		}
	}
	says, permission := fmt.Sprintf("Take %s on %s from %s", shownList(c.permissions), c.on.name, c.who.name), permOrgAdmin
	if c.operation == "grant" {
		says = fmt.Sprintf("Give %s on %s to %s", shownList(c.permissions), c.on.name, c.who.name)
	}
	if c.on.kind == "project" {
		permission = permProject
	}
	risk := c.risk
	if risk == "" {
		risk = remediate.Reversible
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: c.check, Fix: c.fix, Resource: c.resource, Says: says, Risk: risk, Permission: permission, Facts: c.facts,
			Touches: append([]organization.Part{organization.PartPermissions}, c.touches...), Deltas: []remediate.Delta{d},
		},
		Do: send(c.operation, c.permissions),
		Inverse: []remediate.InverseCall{{
			Says:   fmt.Sprintf("Put back what %s held on %s", c.who.name, c.on.name),
			Deltas: back(d), Do: send("set", held),
		}},
	})
}

// listed is a list of permissions as Lookup gives it: none is not there at all.
func listed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return organization.Canonical(list)
}

func shownList(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, aivenapi.Sanitise(s))
	}
	return strings.Join(out, ", ")
}

// heldBy is what a principal holds on a resource itself, as it is written there.
func heldBy(o *organization.Organization, who principal, on place) []string {
	var out []string
	for _, g := range o.Grants {
		if g.PrincipalType.Is(who.kind) && g.PrincipalID == who.id && g.ResourceType.Is(on.kind) && g.ResourceID == on.id {
			out = append(out, raws(g.Permissions)...)
		}
	}
	return out
}

// addInstead gives what the answers say instead of what is about to be taken.
func addInstead(ctx context.Context, b *remediate.Builder, in Input, c accessChange, a Answers) error {
	c.operation, c.risk = "grant", remediate.Reversible
	if list := insteadOn(a, true); len(list) > 0 {
		c.on, c.permissions = orgPlace(in.Org), list
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	list := insteadOn(a, false)
	if len(list) == 0 {
		return nil
	}
	projects := lines(a["projects"])
	if len(projects) == 0 {
		return fmt.Errorf("choose at least one project for %s", shownList(list))
	}
	for _, id := range projects {
		c.on, c.permissions = projectPlace(in.Org, aivenapi.NewText(id)), list
		if err := c.add(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// noteEffect tells in the preview how effective access changes through what
// the plan has from its change n on.
func noteEffect(b *remediate.Builder, n int) {
	noteAccess(b, remediate.Effect(b.Org, b.Plan.Changes[:n]...), remediate.Effect(b.Org, b.Plan.Changes...))
}
