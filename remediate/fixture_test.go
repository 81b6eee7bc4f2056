package remediate_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aiven/go-client-codegen/handler/account"
	"github.com/aiven/go-client-codegen/handler/organization"
	"github.com/aiven/go-client-codegen/handler/organizationprojects"

	"avn-harden/internal/aivenapi"
	org "avn-harden/internal/organization"
	"avn-harden/internal/policy"
	"avn-harden/internal/sandbox"
	"avn-harden/remediate"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func testPolicy() *policy.Policy { return policy.Default() }

// world is a sandbox with the practice organization, read by an admin.
type world struct {
	t       *testing.T
	box     *sandbox.Sandbox
	api     *aivenapi.API
	org     *org.Organization
	dir     string
	journal *remediate.Journal
	url     string
	// onWrite is called when a write reaches the server, before it is handled.
	mu      sync.Mutex
	onWrite func(*http.Request)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	box, err := sandbox.New(sandbox.Practice(), sandbox.Options{Now: clock, RandSeed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, box: box, dir: filepath.Join(t.TempDir(), "journal")}
	srv, err := sandbox.Serve(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		hook := w.onWrite
		w.mu.Unlock()
		if r.Method != http.MethodGet && hook != nil {
			hook(r)
		}
		box.ServeHTTP(rw, r)
	}), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	w.url = srv.URL
	w.api = w.connect("admin", false)
	w.org = w.read()
	w.journal, err = remediate.OpenJournal(w.dir, w.org.ID.Raw())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) connect(token string, readOnly bool) *aivenapi.API {
	w.t.Helper()
	api, err := aivenapi.New(aivenapi.Options{BaseURL: w.url, Token: w.box.Token(token), ReadOnly: readOnly, Now: clock, Sleep: noSleep})
	if err != nil {
		w.t.Fatal(err)
	}
	return api
}

func (w *world) read() *org.Organization {
	w.t.Helper()
	o, err := org.Read(w.t.Context(), w.api, "org4f8e2a1c9d3", org.Options{Now: clock})
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *world) applier() *remediate.Applier {
	return &remediate.Applier{API: w.api, Policy: testPolicy(), Journal: w.journal, Now: clock, Sleep: noSleep}
}

func (w *world) preview(p remediate.Plan) remediate.Preview {
	return remediate.MakePreview(p, w.org, testPolicy(), noon, "")
}

// confirmed types all that a preview asks for.
func confirmed(p remediate.Preview) remediate.Confirmation {
	return remediate.Confirmation{Yes: true, Typed: append([]string{p.TypeName}, p.Acks...)}
}

func (w *world) apply(a *remediate.Applier, p remediate.Plan) remediate.Result {
	w.t.Helper()
	res, err := a.Apply(w.t.Context(), w.org, p, confirmed(w.preview(p)))
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

func (w *world) entries() []remediate.Entry {
	w.t.Helper()
	list, err := w.journal.Entries()
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *world) journalText() string {
	w.t.Helper()
	b, err := os.ReadFile(w.journal.Path())
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

func wantOutcomes(t *testing.T, res remediate.Result, want ...remediate.Outcome) {
	t.Helper()
	var got []string
	for _, c := range res.Changes {
		got = append(got, string(c.Outcome)+" ("+c.Why+")")
	}
	if len(res.Changes) != len(want) {
		t.Fatalf("got %d results, want %v:\n%s", len(res.Changes), want, strings.Join(got, "\n"))
	}
	for i := range want {
		if res.Changes[i].Outcome != want[i] {
			t.Fatalf("outcome %d is not %q:\n%s", i, want[i], strings.Join(got, "\n"))
		}
	}
}

func newBuilder(w *world) *remediate.Builder { return remediate.NewBuilder(w.org, noon) }

// addAuth plans one setting of the authentication policy.
func addAuth(t *testing.T, b *remediate.Builder, key string, value bool) {
	t.Helper()
	set := func(v bool) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationAuthenticationConfigUpdate(ctx, b.Org.ID.Raw(), authIn(t, key, v))
			return err
		}
	}
	before := b.Org.Lookup(org.PartAuthPolicy, "", key)
	after := org.Canonical(value)
	err := b.Add(t.Context(), remediate.Call{
		Change: remediate.Change{
			Check: "auth-test", Fix: "set-" + key, Says: "Set " + key,
			Resource:   remediate.Target{Type: "organization", ID: b.Org.ID, Name: b.Org.Name},
			Deltas:     []remediate.Delta{{Part: org.PartAuthPolicy, Field: key, Before: before, After: after}},
			Risk:       remediate.Reversible,
			Permission: "role:organization:admin", Touches: []org.Part{org.PartAuthPolicy},
		},
		Do: set(value),
		Inverse: []remediate.InverseCall{{
			Says: "Set " + key + " back", Do: set(!value),
			Deltas: []remediate.Delta{{Part: org.PartAuthPolicy, Field: key, Before: after, After: before}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func authIn(t *testing.T, key string, v bool) *organization.OrganizationAuthenticationConfigUpdateIn {
	t.Helper()
	in := new(organization.OrganizationAuthenticationConfigUpdateIn)
	raw, err := json.Marshal(map[string]bool{key: v})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, in); err != nil {
		t.Fatal(err)
	}
	return in
}

// addUnit plans a unit that later changes refer to as unit.id.
func addUnit(t *testing.T, b *remediate.Builder, name string) {
	t.Helper()
	at := org.NameResource(name)
	root := b.Org.RootAccountID.Raw()
	err := b.Add(t.Context(), remediate.Call{
		Change: remediate.Change{
			Check: "units-exist", Fix: "create-unit", Says: "Create the unit " + name,
			Resource: remediate.Target{Type: "unit", Name: aivenapi.NewText(name)},
			Deltas:   []remediate.Delta{{Part: org.PartUnits, Resource: at, After: "true"}},
			Touches:  []org.Part{org.PartUnits}, Yields: map[string]string{"unit.id": "/account/account_id"},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			out, err := api.AccountCreate(ctx, &account.AccountCreateIn{AccountName: name, ParentAccountId: &root})
			if err == nil && out.AccountId != b.Ref("unit.id") {
				t.Errorf("the recorded answer has account_id %q, want the reference", out.AccountId)
			}
			return err
		},
		Inverse: []remediate.InverseCall{{
			Says: "Delete the unit " + name,
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.AccountDelete(ctx, b.Ref("unit.id"))
			},
			Deltas: []remediate.Delta{{Part: org.PartUnits, Resource: b.Ref("unit.id"), Before: "true", After: ""}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// addMove plans a project's move to parent (an id or a reference).
func addMove(t *testing.T, b *remediate.Builder, project, parent string) {
	t.Helper()
	before := b.Org.Lookup(org.PartProjects, project, "parent_id")
	var old string
	if err := json.Unmarshal([]byte(before), &old); err != nil {
		t.Fatalf("project %s has parent %q: %v", project, before, err)
	}
	move := func(to string) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.OrganizationProjectsUpdate(ctx, b.Org.ID.Raw(), project, &organizationprojects.OrganizationProjectsUpdateIn{ParentId: &to})
			return err
		}
	}
	err := b.Add(t.Context(), remediate.Call{
		Change: remediate.Change{
			Check: "projects-in-units", Fix: "move", Says: "Move " + project,
			Resource: remediate.Target{Type: "project", ID: aivenapi.NewText(project), Name: aivenapi.NewText(project)},
			Deltas:   []remediate.Delta{{Part: org.PartProjects, Resource: project, Field: "parent_id", Before: before, After: org.Canonical(parent)}},
			Touches:  []org.Part{org.PartProjects},
		},
		Do: move(parent),
		Inverse: []remediate.InverseCall{{
			Says: "Move it back", Do: move(old),
			Deltas: []remediate.Delta{{Part: org.PartProjects, Resource: project, Field: "parent_id", Before: org.Canonical(parent), After: before}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// looseProject is a project of the practice organization that is in no unit.
func (w *world) looseProject() string {
	w.t.Helper()
	for _, p := range w.org.Projects {
		if !w.org.InUnit(p) {
			return p.ID.Raw()
		}
	}
	w.t.Fatal("every project is in a unit")
	return ""
}
