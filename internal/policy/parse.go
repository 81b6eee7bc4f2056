package policy

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// reader walks the syntax tree, so that every mistake has its place.
type reader struct {
	path  string
	known []string
	errs  []error
}

func (r *reader) fail(n ast.Node, format string, args ...any) {
	line, column := 1, 1
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		line, column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	r.errs = append(r.errs, fmt.Errorf("%s:%d:%d: %s", r.path, line, column, fmt.Sprintf(format, args...)))
}

func parse(path string, b []byte, known []string) (*Policy, error) {
	p := Default()
	p.Path, p.knownChecks, p.read = path, known, b
	r := &reader{path: path, known: known}
	f, err := parser.ParseBytes(b, parser.ParseComments)
	if err != nil {
		return nil, syntaxError(path, err)
	}
	if len(f.Docs) > 1 {
		return nil, fmt.Errorf("%s: it holds %d documents; a policy is one", path, len(f.Docs))
	}
	if len(f.Docs) == 1 {
		r.document(p, f.Docs[0].Body)
	}
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	return p, nil
}

func syntaxError(path string, err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil && y.GetToken().Position != nil {
		at := y.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", path, at.Line, at.Column, y.GetMessage())
	}
	return fmt.Errorf("%s: %w", path, err)
}

func empty(n ast.Node) bool {
	if n == nil {
		return true
	}
	switch n.Type() {
	case ast.NullType, ast.CommentGroupType, ast.CommentType:
		return true
	}
	return false
}

func (r *reader) document(p *Policy, n ast.Node) {
	r.mapping(n, "the policy", map[string]func(ast.Node){
		"thresholds": func(n ast.Node) { r.thresholds(&p.Thresholds, n) },
		"trusted_networks": func(n ast.Node) {
			r.each(n, "trusted_networks", func(n ast.Node) {
				s, ok := r.text(n, "a network")
				if !ok {
					return
				}
				if _, err := netip.ParsePrefix(s); err != nil {
					r.fail(n, "%q is not a network in CIDR form, such as 203.0.113.0/24", s)
					return
				}
				p.TrustedNetworks = append(p.TrustedNetworks, s)
			})
		},
		"waivers":      func(n ast.Node) { r.each(n, "waivers", func(n ast.Node) { r.waiver(p, n) }) },
		"attestations": func(n ast.Node) { r.each(n, "attestations", func(n ast.Node) { r.attestation(p, n) }) },
	})
}

// mapping hands each value to the reader of its key.
func (r *reader) mapping(n ast.Node, what string, keys map[string]func(ast.Node)) {
	if empty(n) {
		return
	}
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		r.fail(n, "%s must be keys and values", what)
		return
	}
	seen := map[string]bool{}
	for _, v := range values {
		name := v.Key.String()
		if t := v.Key.GetToken(); t != nil {
			name = t.Value
		}
		read, ok := keys[name]
		switch {
		case !ok:
			r.fail(v.Key, "%s has no key %q%s", what, name, nearest(name, keysOf(keys)))
		case seen[name]:
			r.fail(v.Key, "the key %q stands twice", name)
		default:
			read(v.Value)
		}
		seen[name] = true
	}
}

func keysOf(m map[string]func(ast.Node)) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (r *reader) each(n ast.Node, what string, f func(ast.Node)) {
	if empty(n) {
		return
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(n, "%s must be a list", what)
		return
	}
	for _, v := range s.Values {
		f(v)
	}
}

func (r *reader) text(n ast.Node, what string) (string, bool) {
	if empty(n) {
		r.fail(n, "%s is missing", what)
		return "", false
	}
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		r.fail(n, "%s must be plain text", what)
		return "", false
	}
	return n.GetToken().Value, true
}

func (r *reader) number(to *int, name string, least, most int) func(ast.Node) {
	return func(n ast.Node) {
		var v int
		i, ok := n.(*ast.IntegerNode)
		if !ok || yaml.NodeToValue(i, &v) != nil {
			r.fail(n, "%s must be a whole number", name)
			return
		}
		if v < least || v > most {
			r.fail(n, "%s must be from %d to %d, not %d", name, least, most, v)
			return
		}
		*to = v
	}
}

// signatures from the weakest that counts as strong.
var signatures = []string{"rsa-sha256", "rsa-sha384", "rsa-sha512"}

func (r *reader) thresholds(t *Thresholds, n ast.Node) {
	keys := map[string]func(ast.Node){
		"strongest_signature": func(n ast.Node) {
			s, ok := r.text(n, "strongest_signature")
			if !ok {
				return
			}
			if !slices.Contains(signatures, s) {
				r.fail(n, "strongest_signature is one of %s, not %q%s", strings.Join(signatures, ", "), s, nearest(s, signatures))
				return
			}
			t.StrongestSignature = s
		},
	}
	for _, k := range []struct {
		name        string
		to          *int
		least, most int
	}{
		{"domain_pending_hours", &t.DomainPendingHours, 1, 8760},
		{"certificate_expiry_days", &t.CertificateExpiryDays, 1, 365},
		{"idp_session_max_seconds", &t.IdPSessionMaxSeconds, 300, 1296000},
		{"admin_sso_used_days", &t.AdminSSOUsedDays, 1, 365},
		{"token_used_days", &t.TokenUsedDays, 1, 365},
		{"unrelated_services_per_project", &t.UnrelatedServicesPerProj, 1, 1000},
		{"unrelated_service_types", &t.UnrelatedServiceTypes, 1, 100},
		{"attestation_days", &t.AttestationDays, 1, 1095},
		{"allowlist_shortest_ipv4_bits", &t.AllowlistShortestIPv4Bits, 1, 32},
	} {
		keys[k.name] = r.number(k.to, k.name, k.least, k.most)
	}
	r.mapping(n, "thresholds", keys)
}

func (r *reader) string(to *string, name string) func(ast.Node) {
	return func(n ast.Node) {
		if s, ok := r.text(n, name); ok {
			*to = s
		}
	}
}

func (r *reader) day(to *time.Time, name string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := r.text(n, name)
		if !ok {
			return
		}
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			r.fail(n, "%s must be a day such as 2027-01-31, not %q", name, s)
			return
		}
		*to = d
	}
}

func (r *reader) check(to *string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := r.text(n, "check")
		if !ok {
			return
		}
		if r.known != nil && !slices.Contains(r.known, s) {
			r.fail(n, "there is no check %q%s", s, nearest(s, r.known))
			return
		}
		*to = s
	}
}

// need says which of the texts is missing.
func (r *reader) need(n ast.Node, before int, what string, fields ...[2]string) {
	if len(r.errs) > before {
		return
	}
	for _, f := range fields {
		if strings.TrimSpace(f[1]) == "" {
			r.fail(n, "the %s has no %s", what, f[0])
		}
	}
}

func (r *reader) waiver(p *Policy, n ast.Node) {
	var w Waiver
	before := len(r.errs)
	r.mapping(n, "a waiver", map[string]func(ast.Node){
		"check": r.check(&w.Check), "resource": r.string(&w.Resource, "resource"), "reason": r.string(&w.Reason, "reason"),
		"owner": r.string(&w.Owner, "owner"), "expires": r.day(&w.Expires, "expires"),
	})
	r.need(n, before, "waiver", [2]string{"check", w.Check}, [2]string{"resource", w.Resource},
		[2]string{"reason", w.Reason}, [2]string{"owner", w.Owner}, [2]string{"expires", dayText(w.Expires)})
	if len(r.errs) == before {
		p.Waivers = append(p.Waivers, w)
	}
}

func (r *reader) attestation(p *Policy, n ast.Node) {
	var a Attestation
	before := len(r.errs)
	r.mapping(n, "an attestation", map[string]func(ast.Node){
		"check": r.check(&a.Check), "resource": r.string(&a.Resource, "resource"), "statement": r.string(&a.Statement, "statement"),
		"person": r.string(&a.Person, "person"), "evidence": r.string(&a.Evidence, "evidence"),
		"date": r.day(&a.Date, "date"), "expires": r.day(&a.Expires, "expires"),
	})
	r.need(n, before, "attestation", [2]string{"check", a.Check}, [2]string{"statement", a.Statement}, [2]string{"person", a.Person},
		[2]string{"date", dayText(a.Date)}, [2]string{"expires", dayText(a.Expires)})
	if len(r.errs) == before && a.Expires.Before(a.Date) {
		r.fail(n, "the attestation expires before its date")
	}
	if len(r.errs) == before {
		p.Attestations = append(p.Attestations, a)
	}
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
