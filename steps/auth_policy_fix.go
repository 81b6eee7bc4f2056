package steps

import (
	"context"
	"fmt"

	clientorg "github.com/aiven/go-client-codegen/handler/organization"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const docsAuth = docs + "platform/howto/set-authentication-policies"

type policyUpdate = clientorg.OrganizationAuthenticationConfigUpdateIn

// knob is one setting of the authentication policy.
type knob struct {
	field string // the API's name
	says  string // what turning it to want does
	back  string // what turning it back does
	want  bool
	now   func(organization.AuthPolicy) *bool
	put   func(*policyUpdate, *bool)
	pause string
}

var (
	knobSAML = knob{"saml_enabled", "Allow logging in through identity providers", "Do not allow logging in through identity providers", true,
		func(p organization.AuthPolicy) *bool { return p.SAML }, func(u *policyUpdate, v *bool) { u.SamlEnabled = v }, testLogin}
	knobExternal = knob{"saml_allow_external", "Allow no identity provider but the organization's own", "Allow identity providers of other organizations", false,
		func(p organization.AuthPolicy) *bool { return p.SAMLAllowExternal }, func(u *policyUpdate, v *bool) { u.SamlAllowExternal = v }, ""}
	knobOAuth = knob{"oauth_enabled", "Turn login with Google, Microsoft and GitHub off", "Turn login with Google, Microsoft and GitHub on", false,
		func(p organization.AuthPolicy) *bool { return p.OAuth }, func(u *policyUpdate, v *bool) { u.OauthEnabled = v }, ""}
	knobPassword = knob{"password_auth_enabled", "Turn password login off", "Turn password login on", false,
		func(p organization.AuthPolicy) *bool { return p.PasswordAuth }, func(u *policyUpdate, v *bool) { u.PasswordAuthEnabled = v }, ""}
	knobTwoFactor = knob{"two_factor_required", "Require a second factor for password logins", "Do not require a second factor", true,
		func(p organization.AuthPolicy) *bool { return p.TwoFactorRequired }, func(u *policyUpdate, v *bool) { u.TwoFactorRequired = v }, ""}
	knobTokens = knob{"personal_tokens_enabled", "Turn personal tokens off", "Turn personal tokens on", false,
		func(p organization.AuthPolicy) *bool { return p.PersonalTokens }, func(u *policyUpdate, v *bool) { u.PersonalTokensEnabled = v }, ""}
	knobAllowed = knob{"personal_tokens_require_allowed_auth_method", "Take personal tokens only from allowed ways of logging in", "Take personal tokens from any way of logging in", true,
		func(p organization.AuthPolicy) *bool { return p.PersonalTokensRequireAllowed }, func(u *policyUpdate, v *bool) { u.PersonalTokensRequireAllowedAuthMethod = v }, ""}
)

func (k knob) right(p organization.AuthPolicy) bool {
	v := k.now(p)
	return v != nil && *v == k.want
}

func (k knob) evidence(p organization.AuthPolicy) Evidence {
	return Evidence{k.field, on(k.now(p)), on(&k.want)}
}

// buildKnobs changes each setting that is not right, one request for one
// setting: two that can lock people out never go together.
func buildKnobs(fix string, knobs ...knob) func(context.Context, *remediate.Builder, Input, []Finding, Answers) error {
	return func(ctx context.Context, b *remediate.Builder, in Input, f []Finding, _ Answers) error {
		for _, k := range knobs {
			if k.right(in.Org.AuthPolicy) {
				continue
			}
			if err := addKnob(ctx, b, in, f[0].Check, fix, k); err != nil {
				return err
			}
		}
		return nil
	}
}

func addKnob(ctx context.Context, b *remediate.Builder, in Input, check, fix string, k knob) error {
	d := delta(in.Org, organization.PartAuthPolicy, "", k.field, k.want)
	set := func(v bool) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			u := &policyUpdate{}
			k.put(u, &v)
			_, err := api.OrganizationAuthenticationConfigUpdate(ctx, in.Org.ID.Raw(), u)
			return err
		}
	}
	c := remediate.Call{
		Change: remediate.Change{
			Check: check, Fix: fix, Resource: orgTarget(in.Org), Says: fmt.Sprintf("%s in %s", k.says, in.Org.Name),
			Risk: remediate.Disruptive, Permission: permOrgAdmin, PauseAfter: k.pause,
			Touches: []organization.Part{organization.PartAuthPolicy}, Deltas: []remediate.Delta{d},
		},
		Do: set(k.want),
	}
	if old := k.now(in.Org.AuthPolicy); old != nil {
		c.Inverse = []remediate.InverseCall{{Says: fmt.Sprintf("%s in %s", k.back, in.Org.Name), Deltas: back(d), Do: set(*old)}}
	} else {
		c.Change.NoUndo = "Aiven does not tell how it was set before."
	}
	return b.Add(ctx, c)
}

// knobFix is the fix of a check about knobs.
func knobFix(id, title string, order int, knobs ...knob) Fix {
	return Fix{ID: id, Title: title, Risk: remediate.Disruptive, Undoable: true, Order: order, Build: buildKnobs(id, knobs...)}
}

// untold says which settings Aiven left out of its answer: not evaluated.
func untold(p organization.AuthPolicy, knobs ...knob) string {
	for _, k := range knobs {
		if k.now(p) == nil {
			return "Aiven's answer leaves out " + k.field + ", so this is not evaluated."
		}
	}
	return ""
}

// knobResult evaluates knobs that must all be right. What is known to be wrong
// fails; nothing passes while one is not told.
func knobResult(in Input, title string, knobs ...knob) Result {
	p := in.Org.AuthPolicy
	r := Result{Unknown: untold(p, knobs...), Passed: 0}
	var ev []Evidence
	wrong := false
	for _, k := range knobs {
		if k.now(p) != nil && !k.right(p) {
			wrong = true
		}
		ev = append(ev, k.evidence(p))
	}
	if wrong {
		r.Findings = about(in, title, ev...).Findings
	} else if r.Unknown == "" {
		r.Passed = 1
	}
	return r
}
