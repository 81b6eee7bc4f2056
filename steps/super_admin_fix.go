package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/aiven/go-client-codegen/handler/organizationuser"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const (
	docsSuperAdmin = docs + "platform/howto/make-super-admin"
	docsUsers      = docs + "platform/howto/manage-org-users"
	permSuperAdmin = "super admin"
)

// superAdmins are the active people who are super admins.
func superAdmins(o *organization.Organization) []organization.User {
	var out []organization.User
	for _, u := range o.Users {
		if u.IsSuperAdmin && !u.IsApplicationUser && u.State.Is("active") {
			out = append(out, u)
		}
	}
	return out
}

func userByID(o *organization.Organization, id Text) (organization.User, error) {
	for _, u := range o.Users {
		if u.ID == id {
			return u, nil
		}
	}
	return organization.User{}, fmt.Errorf("the user %s is not in the organization any more: read it again", id)
}

// perSuperAdmin evaluates a rule on each super admin; a rule says false of one
// who is right.
func perSuperAdmin(in Input, rule func(organization.User) (Finding, bool)) Result {
	var r Result
	for _, u := range superAdmins(in.Org) {
		f, wrong := rule(u)
		if !wrong {
			r.Passed++
			continue
		}
		f.Resource = userTarget(u)
		r.Findings = append(r.Findings, f)
	}
	return r
}

// takeSuperAdminFix takes super admin from the people of findings.
func takeSuperAdminFix(id string) Fix {
	return Fix{
		ID: id, Title: "Take super admin away", Risk: remediate.Disruptive, Undoable: true, Order: 320,
		Questions: func(in Input, _ []Finding) []Question { return insteadQuestions(in, Text{}) },
		Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
			n := len(b.Plan.Changes)
			for _, f := range fs {
				if err := takeSuperAdmin(ctx, b, in, f, id, f.Resource.ID, a); err != nil {
					return err
				}
			}
			noteEffect(b, n)
			noteResidual(b)
			return nil
		},
	}
}

// noteResidual says what taking rights away does not do.
func noteResidual(b *remediate.Builder) {
	const says = "Passwords of services that they know keep working: change those in the services where it matters."
	if !slices.Contains(b.Plan.Notes, says) {
		b.Note(says)
	}
}

func takeSuperAdmin(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, id Text, a Answers) error {
	u, err := userByID(in.Org, id)
	if err != nil {
		return err
	}
	who := userPrincipal(in.Org, id)
	if err := addInstead(ctx, b, in, accessChange{check: f.Check, fix: fix, resource: f.Resource, who: who}, a); err != nil {
		return err
	}
	return setSuperAdmin(ctx, b, in, f, fix, u, false)
}

// setSuperAdmin makes a person super admin or takes it away.
func setSuperAdmin(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, u organization.User, to bool) error {
	d := delta(in.Org, organization.PartUsers, u.ID.Raw(), "is_super_admin", to)
	set := func(v bool) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationUserUpdate(ctx, in.Org.ID.Raw(), u.ID.Raw(), &organizationuser.OrganizationUserUpdateIn{IsSuperAdmin: &v})
			return err
		}
	}
	does, undoes := "Take super admin from %s", "Make %s super admin again"
	if to {
		does, undoes = "Make %s super admin", "Take super admin from %s again"
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf(does, u.Email), Risk: remediate.Disruptive,
			Permission: permSuperAdmin, Touches: []organization.Part{organization.PartUsers}, Deltas: []remediate.Delta{d},
		},
		Do:      set(to),
		Inverse: []remediate.InverseCall{{Says: fmt.Sprintf(undoes, u.Email), Deltas: back(d), Do: set(!to)}},
	})
}
