package remediate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aiven/go-client-codegen/handler/account"

	"avn-harden/internal/aivenapi"
	org "avn-harden/internal/organization"
	"avn-harden/remediate"
)

func smallOrg(edit func(*org.Organization)) *org.Organization {
	o := org.Organization{
		ID: aivenapi.NewText("org1"), Name: aivenapi.NewText("Nordwind"), RootAccountID: aivenapi.NewText("root1"),
	}
	if edit != nil {
		edit(&o)
	}
	return org.Assemble(o, nil)
}

func TestAddWantsExactlyOneWrite(t *testing.T) {
	del := func(ctx context.Context, api *aivenapi.API) error { return api.AccountDelete(ctx, "a1") }
	for name, tc := range map[string]struct {
		do   func(context.Context, *aivenapi.API) error
		says string
	}{
		"none": {func(context.Context, *aivenapi.API) error { return nil }, "0 writes"},
		"two": {func(ctx context.Context, api *aivenapi.API) error {
			if err := del(ctx, api); err != nil {
				return err
			}
			return del(ctx, api)
		}, "2 writes instead of one: AccountDelete AccountDelete"},
		"read": {func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.AccountList(ctx)
			return err
		}, "record the call"},
		"nothing to do": {nil, "no call"},
	} {
		b := remediate.NewBuilder(smallOrg(nil), noon)
		err := b.Add(t.Context(), remediate.Call{Change: remediate.Change{Says: "X", NoUndo: "it is gone"}, Do: tc.do})
		if err == nil || !strings.Contains(err.Error(), tc.says) || len(b.Plan.Changes) != 0 {
			t.Errorf("%s: error %v, %d changes", name, err, len(b.Plan.Changes))
		}
		bad := remediate.Call{
			Change: remediate.Change{Says: "X"}, Do: del,
			Inverse: []remediate.InverseCall{{Says: "back", Do: tc.do}},
		}
		if err := b.Add(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "undo") {
			t.Errorf("%s as undo: error %v", name, err)
		}
	}
	b := remediate.NewBuilder(smallOrg(nil), noon)
	if err := b.Add(t.Context(), remediate.Call{Change: remediate.Change{Says: "X"}, Do: del}); err == nil {
		t.Error("a change with neither undo nor a reason for none was taken")
	}
}

func TestReferencesMustBeYieldedFirst(t *testing.T) {
	b := remediate.NewBuilder(smallOrg(nil), noon)
	err := b.Add(t.Context(), remediate.Call{
		Change: remediate.Change{Says: "Delete it", NoUndo: "gone"},
		Do:     func(ctx context.Context, api *aivenapi.API) error { return api.AccountDelete(ctx, b.Ref("unit.id")) },
	})
	if err == nil || !strings.Contains(err.Error(), "⟨unit.id⟩, which no earlier change yields") {
		t.Errorf("error is %v", err)
	}
}

func TestAPITextCannotPassForAReference(t *testing.T) {
	token := remediate.NewBuilder(smallOrg(nil), noon).Ref("unit.id")
	o := smallOrg(func(o *org.Organization) {
		o.Projects = []org.Project{{ID: aivenapi.NewText("p"), Tags: map[string]org.Text{"team": aivenapi.NewText("x" + token)}}}
	})
	b := remediate.NewBuilder(o, noon)
	del := func(ctx context.Context, api *aivenapi.API) error { return api.AccountDelete(ctx, "a1") }
	if err := b.Add(t.Context(), remediate.Call{Change: remediate.Change{Says: "X", NoUndo: "y"}, Do: del}); err == nil {
		t.Error("a plan was made for an organization with the marker in a tag")
	}
	// What the admin types is caught too: no change yields such a reference.
	b = remediate.NewBuilder(smallOrg(nil), noon)
	for _, name := range []string{token, "~avn-ref~", "a~avn-ref~ b~"} {
		err := b.Add(t.Context(), remediate.Call{
			Change: remediate.Change{Says: "X", NoUndo: "y"},
			Do: func(ctx context.Context, api *aivenapi.API) error {
				_, err := api.AccountCreate(ctx, &account.AccountCreateIn{AccountName: name})
				return err
			},
		})
		if err == nil {
			t.Errorf("%q was taken into a body", name)
		}
	}
}

func TestPreviewShowsHostileTextHarmlessly(t *testing.T) {
	o := smallOrg(func(o *org.Organization) { o.Name = aivenapi.NewText("Nord\x1b[31mwind\u202e") })
	b := remediate.NewBuilder(o, noon)
	root := "root1"
	err := b.Add(t.Context(), remediate.Call{
		Change: remediate.Change{
			Says: "X", NoUndo: "y", Risk: remediate.Disruptive,
			Resource: remediate.Target{Type: "organization", ID: o.ID, Name: o.Name},
			Deltas:   []remediate.Delta{{Part: org.PartUnits, Resource: org.NameResource("u\x1b]0;x\a"), After: "true"}},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.AccountCreate(ctx, &account.AccountCreateIn{AccountName: "u\u202e", ParentAccountId: &root})
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := remediate.MakePreview(b.Plan, o, testPolicy(), noon, "")
	c := p.Changes[0]
	for _, s := range []string{p.TypeName, c.Raw, c.Body, c.Diffs[0].Resource} {
		if strings.ContainsAny(s, "\x1b\a\u202e") || s == "" {
			t.Errorf("shown as it came: %q", s)
		}
	}
	if c.Diffs[0].Before != "no" || c.Diffs[0].After != "yes" || c.UndoSays != "Cannot be undone: y" {
		t.Errorf("shows %+v, undo %q", c.Diffs[0], c.UndoSays)
	}
}

func TestAPlanOfAnotherOrganizationIsBlocked(t *testing.T) {
	b := remediate.NewBuilder(smallOrg(nil), noon)
	root := "root1"
	err := b.Add(t.Context(), remediate.Call{
		Change: remediate.Change{Says: "X", NoUndo: "y"},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.AccountCreate(ctx, &account.AccountCreateIn{AccountName: "u", ParentAccountId: &root})
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if remediate.MakePreview(b.Plan, smallOrg(nil), testPolicy(), noon, "").Blocked {
		t.Fatal("the plan is blocked on its own organization")
	}
	other := smallOrg(func(o *org.Organization) { o.ID = aivenapi.NewText("org2") })
	if !remediate.MakePreview(b.Plan, other, testPolicy(), noon, "").Blocked {
		t.Error("the plan is not blocked on another organization")
	}
	b.Plan.Schema = "avn-harden/plan/v2"
	if !remediate.MakePreview(b.Plan, smallOrg(nil), testPolicy(), noon, "").Blocked {
		t.Error("a plan of another version is not blocked")
	}
}
