package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkSuperAdminCount asks for a few super admins, and more than one.
//
// step: least-privilege
// order: 10
func checkSuperAdminCount() Check {
	return Check{
		ID: "super-admin-count", Title: "There are two or three super admins", Severity: High,
		Why: "A super admin can do everything, and nobody can stop them. Each is one more account whose loss is the loss of all; " +
			"with only one, a lost phone locks the organization.",
		How:  "Take super admin from those who do not need it, and give them what their work needs instead.",
		Docs: docsSuperAdmin, Needs: []organization.Part{organization.PartOrganization, organization.PartUsers},
		Fixes: []Fix{
			{
				ID: "reduce-super-admins", Title: "Take super admin from some", Risk: remediate.Disruptive, Undoable: true, Partial: true, Order: 320,
				Questions: func(in Input, _ []Finding) []Question {
					return append([]Question{{
						Key: "people", Kind: AskMany, Title: "Take super admin from whom?", Options: demotable(in),
						Validate: atLeastOne("choose at least one person"),
						Help:     "You are not in the list: another super admin has to take it from you.",
					}}, insteadQuestions(in, Text{})...)
				},
				Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
					n := len(b.Plan.Changes)
					people := lines(a["people"])
					if len(people) == 0 {
						return fmt.Errorf("choose at least one person")
					}
					for _, id := range people {
						if err := takeSuperAdmin(ctx, b, in, fs[0], "reduce-super-admins", aivenapi.NewText(id), a); err != nil {
							return err
						}
					}
					noteEffect(b, n)
					noteResidual(b)
					return nil
				},
			},
			{
				ID: "add-super-admin", Title: "Make a second person super admin", Risk: remediate.Disruptive, Undoable: true, Order: 300,
				Questions: func(in Input, _ []Finding) []Question {
					var opts []Option
					for _, u := range in.Org.Users {
						if !u.IsSuperAdmin && !u.IsApplicationUser && u.State.Is("active") && !u.ManagedBySCIM {
							opts = append(opts, Option{u.ID.Raw(), u.Email.String()})
						}
					}
					return []Question{{Key: "person", Kind: AskChoice, Title: "Who?", Options: opts}}
				},
				Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
					u, err := userByID(in.Org, aivenapi.NewText(a["person"]))
					if err != nil {
						return err
					}
					return setSuperAdmin(ctx, b, in, fs[0], "add-super-admin", u, true)
				},
			},
		},
		Eval: func(in Input) Result {
			list, most := superAdmins(in.Org), in.Policy.Thresholds.SuperAdminsMax
			var names []Text
			for _, u := range list {
				names = append(names, u.Email)
			}
			switch {
			case len(list) > most:
				r := about(in, fmt.Sprintf("There are %d super admins", len(list)), Evidence{"super admins", people(names), fmt.Sprintf("at most %d", most)})
				r.Findings[0].Fixes = []string{"reduce-super-admins"}
				return r
			case len(list) == 1:
				r := about(in, "There is only one super admin", Evidence{"super admins", people(names), "two or three"})
				r.Findings[0].Severity, r.Findings[0].Fixes = Low, []string{"add-super-admin"}
				return r
			case len(list) == 0:
				return Result{Unknown: "No active super admin is listed, which Aiven does not allow: the list may be incomplete."}
			}
			return Result{Passed: len(list)}
		},
	}
}

// demotable are the super admins that the caller may take it from, with what
// speaks against each.
func demotable(in Input) []Option {
	var out []Option
	for _, u := range superAdmins(in.Org) {
		if u.ID == in.Org.Me.UserID || u.ManagedBySCIM {
			continue
		}
		label := u.Email.String() + ", " + seen(u, in)
		if u.ManagingOrgID != in.Org.ID {
			label += ", not managed by the organization"
		}
		if u.LoginsRead && passwordAlone(u) {
			label += ", no second factor"
		}
		out = append(out, Option{u.ID.Raw(), label})
	}
	return out
}

// seen says when a person was last active.
func seen(u organization.User, in Input) string {
	if u.LastActivity.IsZero() {
		return "never seen"
	}
	return "last seen " + ago(in.Now.Sub(u.LastActivity))
}
