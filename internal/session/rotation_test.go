package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// mortal serves the sandbox until its turn comes: then it keeps the journal as
// it is at that moment, as if the program were killed, and answers no more.
type mortal struct {
	inner   http.Handler
	journal string
	after   bool // the request at which it dies still takes effect

	mu    sync.Mutex
	left  int
	saved string // where the journal of the moment is
	t     *testing.T
}

func (d *mortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.left--
	dying, dead := d.left == 0, d.left < 0
	if dying {
		d.save()
	}
	d.mu.Unlock()
	if dying && d.after || !dying && !dead {
		if !dying {
			d.inner.ServeHTTP(w, r)
			return
		}
		d.inner.ServeHTTP(nowhere{}, r)
	}
	panic(http.ErrAbortHandler) // the connection is cut
}

// dead says whether its turn has come, and where the journal of then is.
func (d *mortal) dead() (saved string, yes bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved, d.left <= 0
}

// save keeps the journal as it is on disk now.
func (d *mortal) save() {
	if d.saved != "" {
		return
	}
	d.saved = d.t.TempDir()
	if err := os.CopyFS(d.saved, os.DirFS(d.journal)); err != nil && !errors.Is(err, os.ErrNotExist) {
		d.t.Error(err)
	}
}

type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}

const (
	rotatedUser  = "u2cideploy02"
	rotatedToken = "ciXXoldpipe4"
)

// holder is the admin: the secrets that they have.
type holder struct{ secrets []string }

func (h *holder) take(_ context.Context, _ remediate.Change, list []remediate.Secret) error {
	for _, s := range list {
		h.secrets = append(h.secrets, s.Value)
	}
	return nil
}

// rotation is the next thing to do for the token, nil if nothing is.
func rotation(t *testing.T, s *session.Session) *session.Choice {
	t.Helper()
	r := result(t, s.Report(), "token-rotation")
	for _, f := range r.Findings {
		if !strings.HasSuffix(f.Resource.ID.Raw(), "/"+rotatedToken) {
			continue
		}
		c := session.Choice{Check: r.Check, Findings: []steps.Finding{f}}
		for _, fix := range r.Check.Fixes {
			if fix.ID == f.Fixes[0] {
				c.Fix = fix
			}
		}
		c.Answers = answers(c, s.Input())
		c.Answers["networks"] = "198.51.100.0/24"
		return &c
	}
	return nil
}

// tokens of the application user, by prefix.
func tokens(w *world) map[string]*sandbox.Token {
	out := map[string]*sandbox.Token{}
	for _, tok := range w.box.State().Tokens {
		if tok.User == rotatedUser {
			out[tok.Prefix] = tok
		}
	}
	return out
}

// use calls the API with what the admin has, as the application would.
func (w *world) use(h *holder) {
	w.t.Helper()
	for _, secret := range h.secrets {
		api, err := aivenapi.New(aivenapi.Options{BaseURL: w.url, Token: secret, ReadOnly: true, Now: clock, Sleep: noSleep})
		if err != nil {
			continue // a password is no token
		}
		_, _ = api.UserInfo(w.t.Context()) // one that was revoked meanwhile is refused
	}
}

// finish picks the rotation up and goes on with what is offered until it is over.
func finish(t *testing.T, w *world, s *session.Session, h *holder) {
	t.Helper()
	for range 8 {
		c := rotation(t, s)
		if c == nil {
			return
		}
		w.use(h)
		if err := s.Rescan(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if c = rotation(t, s); c == nil {
			return
		}
		p := plan(t, s, *c)
		if p.Blocked {
			// The new one is not used: nobody has it. It goes, and another is made.
			i := slices.IndexFunc(c.Check.Fixes, func(f steps.Fix) bool { return f.ID == "revoke-replacement" })
			c.Fix = c.Check.Fixes[i]
			p = plan(t, s, *c)
		}
		res, err := s.Apply(t.Context(), p, confirmed(p), session.Talk{Pause: goOn, HandOver: h.take})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.Changes {
			if r.Outcome != remediate.OutcomeDone {
				t.Fatalf("%s: %q: %s", r.Change.Says, r.Outcome, r.Why)
			}
		}
	}
	t.Fatal("the rotation does not end")
}

// A rotation killed at any call, before or after it took effect, and picked up
// again leaves one new token, which the admin has, and no other.
func TestARotationKilledAnywhereIsPickedUp(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			died := false
			t.Run(fmt.Sprintf("call %d, took effect %v", at, after), func(t *testing.T) { died = killedAt(t, at, after) })
			if !died {
				if at < 8 {
					t.Errorf("the rotation makes only %d calls", at)
				}
				break
			}
		}
	}
}

func killedAt(t *testing.T, at int, after bool) (died bool) {
	w := smallWorld(t)
	before := tokens(w)
	h := &holder{}
	o := w.options(false)
	first, err := session.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Read(t.Context(), practiceID, nil); err != nil {
		t.Fatal(err)
	}
	p := plan(t, first, *rotation(t, first))
	dying := &mortal{inner: w.box, journal: o.JournalDir, after: after, left: at, t: t}
	srv, err := sandbox.Serve(dying, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = srv.Close() }()
	mortalOptions := w.options(false)
	if mortalOptions.API, err = aivenapi.New(aivenapi.Options{BaseURL: srv.URL, Token: w.box.Token("admin"), Now: clock, Sleep: noSleep}); err != nil {
		t.Fatal(err)
	}
	a := &remediate.Applier{
		API: mortalOptions.API, Policy: o.Policy, Journal: journal(t, o.JournalDir), Now: clock, Sleep: noSleep, Pause: goOn,
		HandOver: func(ctx context.Context, c remediate.Change, list []remediate.Secret) error {
			return h.take(ctx, c, list)
		},
	}
	if _, err := a.Apply(t.Context(), first.Organization(), p.Plan, confirmed(p)); err != nil {
		t.Fatal(err)
	}
	dir := o.JournalDir
	saved, died := dying.dead()
	if died {
		dir = saved
	}
	pickUp(t, w, h, before, dir)
	return died
}

func journal(t *testing.T, dir string) *remediate.Journal {
	t.Helper()
	j, err := remediate.OpenJournal(dir, practiceID)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// pickUp goes on as a new process with the journal as it was left, and looks
// at what there is in the end.
func pickUp(t *testing.T, w *world, h *holder, before map[string]*sandbox.Token, dir string) {
	t.Helper()
	o := w.options(false)
	o.JournalDir = dir
	s, err := session.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), practiceID, nil); err != nil {
		t.Fatal(err)
	}
	finish(t, w, s, h)
	var fresh []*sandbox.Token
	for prefix, tok := range tokens(w) {
		if before[prefix] == nil {
			fresh = append(fresh, tok)
		}
		delete(before, prefix)
	}
	if len(before) != 1 || before[rotatedToken] == nil {
		t.Errorf("gone are %d tokens, want only the old one", len(before))
	}
	if len(fresh) != 1 {
		t.Fatalf("%d new tokens are left, want one", len(fresh))
	}
	if !slices.Contains(h.secrets, fresh[0].FullToken) {
		t.Error("nobody has the new token")
	}
}

// The same when the program dies while the admin looks at the new token: with
// it or without it.
func TestARotationKilledWhileHandingOver(t *testing.T) {
	for _, taken := range []bool{false, true} {
		t.Run(fmt.Sprintf("taken %v", taken), func(t *testing.T) {
			w := smallWorld(t)
			before, h := tokens(w), &holder{}
			o := w.options(false)
			first := w.open(false)
			p := plan(t, first, *rotation(t, first))
			moment := &mortal{journal: o.JournalDir, t: t}
			_, err := first.Apply(t.Context(), p, confirmed(p), session.Talk{Pause: goOn, HandOver: func(ctx context.Context, c remediate.Change, list []remediate.Secret) error {
				moment.save()
				if taken {
					return h.take(ctx, c, list)
				}
				return errors.New("killed")
			}})
			if err != nil {
				t.Fatal(err)
			}
			pickUp(t, w, h, before, moment.saved)
		})
	}
}

// No secret that the sandbox hands out, or that a service holds, is in
// anything that the program writes: journal, report, policy, plan.
func TestNoSecretIsWritten(t *testing.T) {
	w := newWorld(t)
	s := w.open(false)
	h := &holder{}
	for _, fix := range [][2]string{{"token-rotation", "rotate-token"}, {"avnadmin-only", "create-service-user"}, {"app-user-dedicated", "split-app-user"}} {
		r := result(t, s.Report(), fix[0])
		c := session.Choice{Check: r.Check, Findings: findingsFor(r, fix[1])[:1]}
		for _, f := range r.Check.Fixes {
			if f.ID == fix[1] {
				c.Fix = f
			}
		}
		c.Answers = answers(c, s.Input())
		p := plan(t, s, c)
		w.write("plan-"+fix[1]+".txt", fmt.Sprintf("%+v", p))
		res, err := s.Apply(t.Context(), p, confirmed(p), session.Talk{Pause: goOn, HandOver: h.take})
		if err != nil {
			t.Fatal(err)
		}
		w.write("result-"+fix[1]+".txt", fmt.Sprintf("%+v", res.Changes))
	}
	if len(h.secrets) < 4 {
		t.Fatalf("only %d secrets were handed over", len(h.secrets))
	}
	secrets := slices.Clone(h.secrets)
	secrets = slices.DeleteFunc(secrets, func(v string) bool { return len(v) < 12 }) // a user's name is none
	for _, tok := range w.box.State().Tokens {
		secrets = append(secrets, tok.FullToken)
	}
	for _, p := range w.box.State().Organizations[0].Projects {
		for _, v := range p.Services {
			for _, u := range v.Users {
				secrets = append(secrets, u.Password)
			}
		}
	}
	files := 0
	err := filepath.WalkDir(w.workdir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, secret := range secrets {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s holds a secret", filepath.Base(path))
			}
		}
		return err
	})
	if err != nil || files < 4 {
		t.Errorf("%d files were looked at: %v", files, err)
	}
}
