package steps

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/aiven/go-client-codegen/handler/applicationuser"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// The fixes of a token, which several checks share.
const (
	fixRotate     = "rotate-token"
	fixRevokeOld  = "revoke-replaced"
	fixRevokeLost = "revoke-replacement"
)

// rotateFixes replace a token: another is made and handed over, and the old
// one goes once nothing works with it any more.
func rotateFixes() []Fix {
	return []Fix{
		{
			ID: fixRotate, Title: "Replace the token", Risk: remediate.Reversible, Undoable: true, Order: 500, Then: fixRevokeOld,
			Questions: rotateQuestions, Build: rotate,
		},
		{
			ID: fixRevokeOld, Title: "Revoke the token that was replaced", Risk: remediate.Irreversible, Order: 520,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					u, t, err := tokenOf(in.Org, f.Resource)
					if err != nil {
						return err
					}
					_, fresh, _ := rotationState(in, u, t)
					if fresh == nil {
						return fmt.Errorf("%s has no replacement: make one first", tokenName(t))
					}
					if err := revokeAppToken(ctx, b, in, f, fixRevokeOld, u, t, fresh.Prefix.Raw()); err != nil {
						return err
					}
				}
				return nil
			},
		},
		{
			ID: fixRevokeLost, Title: "Revoke the replacement, which nobody has", Risk: remediate.Irreversible, Order: 510, Then: fixRotate,
			Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
				for _, f := range fs {
					u, t, err := tokenOf(in.Org, f.Resource)
					if err != nil {
						return err
					}
					_, fresh, _ := rotationState(in, u, t)
					if fresh == nil {
						return fmt.Errorf("%s has no replacement that could be revoked", tokenName(t))
					}
					if err := revokeAppToken(ctx, b, in, f, fixRevokeLost, u, *fresh, ""); err != nil {
						return err
					}
				}
				return nil
			},
		},
	}
}

// rotateQuestions propose what the new token should be; the networks are those
// where the old one was last seen.
func rotateQuestions(in Input, fs []Finding) []Question {
	u, t, err := tokenOf(in.Org, fs[0].Resource)
	if err != nil {
		return nil
	}
	return []Question{
		{Key: "description", Kind: AskText, Title: "What is the new token for?", Default: freshDescription(in, u, t), Help: "The application and who answers for it. The two tokens are told apart by it.", Validate: validTokenDescription(u)},
		{Key: "days", Kind: AskText, Title: "After how many days does it end?", Default: strconv.Itoa(in.Policy.Thresholds.TokenMaxAgeDays), Help: "1 to 3650.", Validate: validDays},
		{
			Key: "networks", Kind: AskLong, Title: "From which networks may it be used? One a line", Default: strings.Join(proposedNetworks(in, u, t), "\n"),
			Help: "Proposed from where it was last seen (" + used(t, in) + ") and from trusted_networks. Edit it: other instances may use other addresses.", Validate: validTokenNetworks,
		},
	}
}

func validTokenDescription(u organization.AppUser) func(string) error {
	return func(s string) error {
		s = strings.TrimSpace(s)
		if s == "" || len([]rune(s)) > 1000 {
			return errors.New("a token needs a description of at most 1000 characters")
		}
		for _, t := range u.Tokens {
			if t.Description.Is(s) {
				return errors.New("there is a token of this description already, and the two could not be told apart")
			}
		}
		return nil
	}
}

func validDays(s string) error {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > 3650 {
		return errors.New("a whole number of days from 1 to 3650")
	}
	return nil
}

func validTokenNetworks(s string) error {
	list := lines(s)
	if len(list) == 0 {
		return errors.New("name at least one network, such as 203.0.113.0/24")
	}
	if len(list) > 100 {
		return errors.New("at most 100 networks are allowed")
	}
	for _, l := range list {
		p, err := netip.ParsePrefix(l)
		switch {
		case err != nil:
			return fmt.Errorf("%s is no network in CIDR form, such as 203.0.113.7/32", aivenapi.Sanitise(l))
		case p.Bits() == 0:
			return fmt.Errorf("%s is everywhere", l)
		case p != p.Masked():
			return fmt.Errorf("%s is an address within a network; did you mean %s?", l, p.Masked())
		}
	}
	return nil
}

// freshDescription proposes one that tells the new token from the old.
func freshDescription(in Input, u organization.AppUser, t organization.AppToken) string {
	base := t.Description.Raw()
	if t.Description.Empty() {
		base = u.Name.Raw()
	}
	if i := strings.LastIndex(base, " (since "); i > 0 {
		base = base[:i]
	}
	out := base + " (since " + in.Now.Format("2006-01-02") + ")"
	for n := 2; validTokenDescription(u)(out) != nil && n < 10; n++ {
		out = fmt.Sprintf("%s (since %s, %d)", base, in.Now.Format("2006-01-02"), n)
	}
	return out
}

// proposedNetworks are what the token may be used from now where that is
// restricted, or the addresses where the user's tokens were last seen.
func proposedNetworks(in Input, u organization.AppUser, t organization.AppToken) []string {
	var out []string
	add := func(s string) {
		p, err := netip.ParsePrefix(s)
		if a, aerr := netip.ParseAddr(s); aerr == nil {
			a = a.Unmap()
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Bits() == 0 {
			return
		}
		p = p.Masked()
		for _, have := range out {
			if q, err := netip.ParsePrefix(have); err == nil && q.Bits() <= p.Bits() && q.Contains(p.Addr()) {
				return
			}
		}
		out = append(out, p.String())
	}
	for _, r := range t.IPAllowlist {
		add(r.Raw())
	}
	for _, trusted := range in.Policy.TrustedNetworks {
		if p, err := netip.ParsePrefix(trusted); err == nil {
			if a, err := netip.ParseAddr(t.LastIP.Raw()); err == nil && p.Contains(a.Unmap()) {
				add(trusted)
			}
		}
	}
	if !t.LastIP.Empty() {
		add(t.LastIP.Raw())
	}
	return out
}

func rotate(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	u, t, err := tokenOf(in.Org, fs[0].Resource)
	if err != nil {
		return err
	}
	c := newToken{
		check: fs[0].Check, fix: fixRotate, resource: fs[0].Resource, userID: u.ID.Raw(), userName: u.Name.String(),
		description: strings.TrimSpace(a["description"]), days: a["days"], networks: lines(a["networks"]), replaces: &t,
	}
	if err := validTokenDescription(u)(c.description); err != nil {
		return err
	}
	b.Note("The old token stays as it is. Put the new one in place; once it is in use and the old one idle, revoke the old one here, today or days later.")
	return c.add(ctx, b, in)
}

// newToken is a token that is to be made.
type newToken struct {
	check, fix        string
	resource          remediate.Target
	userID, userName  string // the id may be a reference
	description, days string
	networks          []string
	replaces          *organization.AppToken
}

func (n newToken) add(ctx context.Context, b *remediate.Builder, in Input) error {
	if err := validDays(n.days); err != nil {
		return err
	}
	if err := validTokenNetworks(strings.Join(n.networks, "\n")); err != nil {
		return err
	}
	age, err := strconv.Atoi(strings.TrimSpace(n.days))
	if err != nil {
		return fmt.Errorf("understand the number of days: %w", err)
	}
	age *= 24 * 60 * 60
	extend, ref := false, fmt.Sprintf("token%d.prefix", len(b.Plan.Changes))
	prefix := b.Ref(ref)
	d := delta(in.Org, organization.PartAppTokens, organization.NewTokenResource(n.userID, n.description), "", true)
	says := fmt.Sprintf("Make the token \"%s\" for %s, which ends after %s days", aivenapi.Sanitise(n.description), n.userName, strings.TrimSpace(n.days))
	facts := map[string]string{remediate.FactUser: n.userID, remediate.FactMade: n.description}
	if n.replaces != nil {
		facts[remediate.FactOld] = n.replaces.Prefix.Raw()
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: n.check, Fix: n.fix, Resource: n.resource, Says: says, Risk: remediate.Reversible, Permission: permAppUsers,
			Touches: []organization.Part{organization.PartAppUsers, organization.PartAppTokens}, Deltas: []remediate.Delta{d},
			Yields: map[string]string{ref: "/token_prefix"}, Facts: facts,
			Hands: &remediate.Handed{Says: fmt.Sprintf("the new token of %s", n.userName), Values: map[string]string{"token": "/full_token"}},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.ApplicationUserAccessTokenCreate(ctx, in.Org.ID.Raw(), n.userID, &applicationuser.ApplicationUserAccessTokenCreateIn{
				Description: n.description, ExtendWhenUsed: &extend, IPAllowlist: &n.networks, MaxAgeSeconds: &age,
			})
			return err
		},
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Revoke the token \"%s\"", aivenapi.Sanitise(n.description)), Deltas: back(d),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.ApplicationUserAccessTokenDelete(ctx, in.Org.ID.Raw(), n.userID, prefix)
			},
		}},
	})
}

// revokeAppToken revokes one token of an application user. replacedBy is the
// prefix of the token that must be in use instead, "" for none.
func revokeAppToken(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, u organization.AppUser, t organization.AppToken, replacedBy string) error {
	d := delta(in.Org, organization.PartAppTokens, organization.TokenResource(u.ID.Raw(), t.Prefix.Raw()), "", nil)
	var facts map[string]string
	if replacedBy != "" {
		facts = map[string]string{remediate.FactUser: u.ID.Raw(), remediate.FactNew: replacedBy}
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: tokenTarget(u.ID, t.Prefix, t.Description), Says: fmt.Sprintf("Revoke %s of %s", tokenName(t), u.Name), Risk: remediate.Irreversible,
			Permission: permAppUsers, NoUndo: "a revoked token is gone for good: what still uses it needs another",
			Touches: []organization.Part{organization.PartAppUsers, organization.PartAppTokens}, Deltas: []remediate.Delta{d}, Facts: facts,
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			return api.ApplicationUserAccessTokenDelete(ctx, in.Org.ID.Raw(), u.ID.Raw(), t.Prefix.Raw())
		},
	})
}
