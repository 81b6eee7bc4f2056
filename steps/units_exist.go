package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/account"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkUnitsExist asks for units at all.
//
// step: units-and-projects
// order: 10
func checkUnitsExist() Check {
	return Check{
		ID: "units-exist", Title: "There are organizational units", Severity: Low,
		Why:  "Without units access is granted project by project, or to everything at once.",
		How:  "Make a unit for each team or stage.",
		Docs: docs + "platform/howto/manage-unit", Needs: []organization.Part{organization.PartOrganization, organization.PartUnits},
		Fixes: []Fix{{
			ID: "create-unit", Title: "Create a unit", Risk: remediate.Reversible, Undoable: true, Order: 200,
			Questions: func(in Input, _ []Finding) []Question {
				return []Question{{Key: "name", Kind: AskText, Title: "Name of the unit", Help: "A team or a stage, for example: Production.", Validate: validUnit(in)}}
			},
			Build: func(ctx context.Context, b *remediate.Builder, in Input, f []Finding, a Answers) error {
				return addUnit(ctx, b, in, f[0].Check, "create-unit", strings.TrimSpace(a["name"]))
			},
		}},
		Eval: func(in Input) Result {
			if n := len(in.Org.Units); n > 0 {
				return Result{Passed: n}
			}
			return about(in, "The organization has no units", Evidence{"units", "none", "one for each team or stage"})
		},
	}
}

func validUnit(in Input) func(string) error {
	return func(s string) error {
		name := strings.TrimSpace(s)
		if name == "" || len([]rune(name)) > 83 {
			return errors.New("a unit needs a name of 1 to 83 characters")
		}
		for _, u := range in.Org.Units {
			if u.Name.Is(name) {
				return errors.New("there is a unit of this name already")
			}
		}
		return nil
	}
}

// unitRef is what later changes of a plan call the unit that it creates.
const unitRef = "unit.id"

// addUnit creates a unit below the root; units cannot nest.
func addUnit(ctx context.Context, b *remediate.Builder, in Input, check, fix, name string) error {
	if err := validUnit(in)(name); err != nil {
		return err
	}
	root, id := in.Org.RootAccountID.Raw(), b.Ref(unitRef)
	d := delta(in.Org, organization.PartUnits, organization.NameResource(name), "", true)
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: check, Fix: fix, Resource: orgTarget(in.Org), Says: fmt.Sprintf("Create the unit %s in %s", aivenapi.Sanitise(name), in.Org.Name),
			Risk: remediate.Reversible, Permission: permOrgAdmin,
			Touches: []organization.Part{organization.PartUnits}, Deltas: []remediate.Delta{d},
			Yields: map[string]string{unitRef: "/account/account_id"},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.AccountCreate(ctx, &account.AccountCreateIn{AccountName: name, ParentAccountId: &root})
			return err
		},
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Delete the unit %s, which must be empty", aivenapi.Sanitise(name)), Deltas: back(d),
			Do: func(ctx context.Context, api *aivenapi.API) error { return api.AccountDelete(ctx, id) },
		}},
	})
}
