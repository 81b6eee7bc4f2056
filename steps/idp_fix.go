package steps

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aiven/go-client-codegen/handler/accountauthentication"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const permOrgAdmin = "role:organization:admin"

// testLogin is asked after each change that could break logging in.
const testLogin = "Now log in once through the identity provider, in a private window. Did it work?"

type methodUpdate = accountauthentication.AccountAuthenticationMethodUpdateIn

func methodTarget(m organization.AuthMethod) remediate.Target {
	return remediate.Target{Type: "identity provider", ID: m.ID, Name: m.Name}
}

func methodByID(o *organization.Organization, id Text) (organization.AuthMethod, error) {
	for _, m := range o.IdPs {
		if m.ID == id {
			return m, nil
		}
	}
	return organization.AuthMethod{}, fmt.Errorf("the identity provider %s is gone: read the organization again", id)
}

// samlMethods are the SAML methods that are not deleted.
func samlMethods(o *organization.Organization) []organization.AuthMethod {
	var out []organization.AuthMethod
	for _, m := range o.IdPs {
		if m.Type.Is("saml") && !m.State.Is("deleted") {
			out = append(out, m)
		}
	}
	return out
}

// perMethod evaluates a rule on each active SAML method; no method: not
// applicable. A rule says nothing ("") of one that is right.
func perMethod(in Input, rule func(organization.AuthMethod) (Finding, bool)) Result {
	var r Result
	n := 0
	for _, m := range samlMethods(in.Org) {
		if !m.ActiveSAML() {
			continue
		}
		n++
		f, wrong := rule(m)
		if !wrong {
			r.Passed++
			continue
		}
		f.Resource = methodTarget(m)
		r.Findings = append(r.Findings, f)
	}
	if n == 0 {
		r.NotApplicable = "no identity provider is active"
	}
	return r
}

// setting is one change of an identity provider: what is sent to make it and
// to put it back, and the fields it changes.
type setting struct {
	fix, says, undoSays string
	set, old            *methodUpdate // old nil: it cannot be put back
	noUndo              string
	after               map[string]any
	order               []string // of after's keys
	pause               string
	risk                remediate.Risk
	// undone are values after the undo where they are not those before: a flag
	// that was null goes back to false, since null cannot be sent.
	undone map[string]any
}

func addSetting(ctx context.Context, b *remediate.Builder, in Input, f Finding, m organization.AuthMethod, s setting) error {
	var ds []remediate.Delta
	for _, field := range s.order {
		ds = append(ds, delta(in.Org, organization.PartIdPs, m.ID.Raw(), field, s.after[field]))
	}
	update := func(u *methodUpdate) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.AccountAuthenticationMethodUpdate(ctx, in.Org.RootAccountID.Raw(), m.ID.Raw(), u)
			return err
		}
	}
	c := remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: s.fix, Resource: methodTarget(m), Says: s.says, Risk: s.risk, Permission: permOrgAdmin,
			Touches: []organization.Part{organization.PartIdPs}, Deltas: ds, NoUndo: s.noUndo, PauseAfter: s.pause,
		},
		Do: update(s.set),
	}
	if s.old != nil {
		inverse := back(ds...)
		for i, field := range s.order {
			if v, ok := s.undone[field]; ok {
				inverse[i].After = organization.Canonical(v)
			}
		}
		c.Inverse = []remediate.InverseCall{{Says: s.undoSays, Deltas: inverse, Do: update(s.old)}}
	}
	return b.Add(ctx, c)
}

// buildFlag sets one flag of one method to true.
func buildFlag(fix, what, field string, now func(organization.AuthMethod) *bool, put func(*methodUpdate, *bool)) func(context.Context, *remediate.Builder, Input, []Finding, Answers) error {
	return func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
		for _, f := range fs {
			m, err := methodByID(in.Org, f.Resource.ID)
			if err != nil {
				return err
			}
			yes, no := true, false
			set, old := &methodUpdate{}, &methodUpdate{}
			put(set, &yes)
			var undone map[string]any
			if cur := now(m); cur != nil {
				put(old, cur)
			} else {
				put(old, &no) // null counts as off
				undone = map[string]any{field: false}
			}
			s := setting{
				fix: fix, says: fmt.Sprintf("Turn on %s for %s", what, m.Name), undoSays: fmt.Sprintf("Turn %s off again for %s", what, m.Name),
				set: set, old: old, after: map[string]any{field: true}, order: []string{field}, pause: testLogin, risk: remediate.Disruptive, undone: undone,
			}
			if err := addSetting(ctx, b, in, f, m, s); err != nil {
				return err
			}
		}
		return nil
	}
}

func validURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return errors.New("this must be a web address that starts with https://")
	}
	return nil
}

func validText(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("this must not be empty")
	}
	return nil
}

// validCertificate takes a PEM certificate that is not expired at now.
func validCertificate(now time.Time) func(string) error {
	return func(s string) error {
		block, _ := pem.Decode([]byte(strings.TrimSpace(s) + "\n"))
		if block == nil || block.Type != "CERTIFICATE" {
			return errors.New("this is no certificate: paste all of it, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return errors.New("this certificate cannot be read: copy it again from the identity provider")
		}
		if now.After(c.NotAfter) {
			return fmt.Errorf("this certificate ran out on %s: the identity provider needs a new one", c.NotAfter.UTC().Format(time.DateOnly))
		}
		return nil
	}
}

// verifiedDomains are the choices for linking.
func verifiedDomains(o *organization.Organization) []Option {
	var out []Option
	for _, d := range o.Domains {
		if d.State.Is("verified") {
			out = append(out, Option{d.ID.Raw(), d.Name.String()})
		}
	}
	return out
}

// notAfter is the end of a PEM certificate, UTC.
func notAfter(s string) (time.Time, error) {
	block, _ := pem.Decode([]byte(s + "\n"))
	if block == nil {
		return time.Time{}, errors.New("this is no certificate")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the certificate: %w", err)
	}
	return c.NotAfter.UTC(), nil
}
