package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/aiven/go-client-codegen/handler/organizationprojects"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// newUnit is the choice of a unit that is yet to be created.
const newUnit = "new"

// checkProjectsInUnits asks that each project is in a unit.
//
// step: units-and-projects
// order: 20
func checkProjectsInUnits() Check {
	return Check{
		ID: "projects-in-units", Title: "Each project is in a unit", Severity: Medium,
		Why:   "A project directly under the organization gets only the grants made for everything, which tend to be too wide.",
		How:   "Move the project into the unit of its team or stage. Services keep running.",
		Docs:  docs + "platform/howto/manage-project",
		Needs: []organization.Part{organization.PartOrganization, organization.PartUnits, organization.PartProjects},
		Fixes: []Fix{{
			ID: "move-projects", Title: "Move into a unit", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 210,
			Questions: moveQuestions, Build: buildMove,
		}},
		Eval: func(in Input) Result {
			var r Result
			for _, p := range in.Org.Projects {
				if in.Org.InUnit(p) {
					r.Passed++
					continue
				}
				r.Findings = append(r.Findings, Finding{
					Resource: projectTarget(p), Title: fmt.Sprintf("%s is in no unit", projectName(p)),
					Evidence: []Evidence{{"parent_id", p.ParentID.String() + " (the organization)", "a unit"}},
				})
			}
			return r
		},
	}
}

func projectName(p organization.Project) Text {
	if p.Name.Empty() {
		return p.ID
	}
	return p.Name
}

func projectTarget(p organization.Project) remediate.Target {
	return remediate.Target{Type: "project", ID: p.ID, Name: projectName(p)}
}

func moveQuestions(in Input, _ []Finding) []Question {
	var opts []Option
	for _, u := range in.Org.Units {
		opts = append(opts, Option{u.ID.Raw(), u.Name.String()})
	}
	opts = append(opts, Option{newUnit, "a new unit"})
	return []Question{
		{Key: "unit", Kind: AskChoice, Title: "Move into", Options: opts, Default: opts[0].Value},
		{Key: "name", Kind: AskText, Title: "Name of the new unit", Validate: validUnit(in), Hidden: func(a Answers) bool { return a["unit"] != newUnit }},
	}
}

func buildMove(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	to, toName := a["unit"], ""
	var after *organization.Organization
	var ids []Text
	for _, f := range fs {
		ids = append(ids, f.Resource.ID)
	}
	if to == newUnit {
		toName = strings.TrimSpace(a["name"])
		if err := addUnit(ctx, b, in, fs[0].Check, "move-projects", toName); err != nil {
			return err
		}
		to, toName = b.Ref(unitRef), aivenapi.Sanitise(toName)
		// A new unit has no grants, so an id that is nobody's stands for it.
		after = in.Org.WithProjectsMoved(ids, aivenapi.NewText("the new unit"))
	} else {
		for _, u := range in.Org.Units {
			if u.ID.Is(to) {
				toName = u.Name.String()
			}
		}
		if toName == "" {
			return fmt.Errorf("choose the unit to move into")
		}
		after = in.Org.WithProjectsMoved(ids, aivenapi.NewText(to))
	}
	noteAccess(b, in.Org, after)
	b.Note("If Terraform manages these projects, change parent_id there too, or its next run moves them back.")
	for _, f := range fs {
		if err := addMove(ctx, b, in, f, to, toName); err != nil {
			return err
		}
	}
	return nil
}

func addMove(ctx context.Context, b *remediate.Builder, in Input, f Finding, to, toName string) error {
	id := f.Resource.ID.Raw()
	d := delta(in.Org, organization.PartProjects, id, "parent_id", to)
	var old string
	for _, p := range in.Org.Projects {
		if p.ID == f.Resource.ID {
			old = p.ParentID.Raw()
		}
	}
	move := func(parent string) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationProjectsUpdate(ctx, in.Org.ID.Raw(), id, &organizationprojects.OrganizationProjectsUpdateIn{ParentId: &parent})
			return err
		}
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: "move-projects", Resource: f.Resource, Says: fmt.Sprintf("Move the project %s into %s", f.Resource.Name, toName),
			Risk: remediate.Reversible, Permission: permOrgAdmin,
			Touches: []organization.Part{organization.PartProjects}, Deltas: []remediate.Delta{d},
		},
		Do:      move(to),
		Inverse: []remediate.InverseCall{{Says: fmt.Sprintf("Move the project %s back", f.Resource.Name), Deltas: back(d), Do: move(old)}},
	})
}
