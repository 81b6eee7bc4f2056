package policy

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// reader walks the syntax tree, so that every mistake has its place.
type reader struct {
	path  string
	known []string
	errs  []error
}

func (r *reader) fail(n ast.Node, format string, args ...any) {
	line, column := place(n)
	r.errs = append(r.errs, &mistake{r.path, line, column, fmt.Sprintf(format, args...)})
}

// place of a node: of its first key, where it is keys and values.
func place(n ast.Node) (line, column int) {
	if v := values(n); len(v) > 0 {
		n = v[0].Key
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 1, 1
	}
	at := n.GetToken().Position
	return max(1, at.Line), max(1, at.Column)
}

func parse(path string, b []byte, known []string) (*Policy, error) {
	p := Default()
	p.Path, p.knownChecks, p.read = path, known, b
	r := &reader{path: path, known: known}
	body, err := document(string(b))
	var m *mistake
	if errors.As(err, &m) {
		return nil, &mistake{path, m.line, m.column, m.says}
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", show(path), err)
	}
	r.document(p, body)
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	return p, nil
}

// document gives the one document of a file; nil if it is empty.
func document(text string) (body ast.Node, err error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not UTF-8 text. Save it as UTF-8")
	}
	// The parser is not ours, and a file must never end the program.
	defer func() {
		if recover() != nil {
			body, err = nil, errors.New("it cannot be read as YAML")
		}
	}()
	tokens := lexer.Tokenize(unix(text))
	if t := tooDeep(tokens); t != nil {
		return nil, &mistake{"", t.Position.Line, t.Position.Column, "it is nested deeper than any policy is"}
	}
	f, err := parser.Parse(tokens, parser.ParseComments)
	if err != nil {
		var y yaml.Error
		if errors.As(err, &y) && y.GetToken() != nil && y.GetToken().Position != nil {
			at := y.GetToken().Position
			return nil, &mistake{"", max(1, at.Line), max(1, at.Column), show(y.GetMessage())}
		}
		return nil, errors.New(show(err.Error()))
	}
	for _, d := range f.Docs {
		if empty(d.Body) {
			continue
		}
		if body != nil {
			line, column := place(d.Body)
			return nil, &mistake{"", line, column, "a second document starts; a policy is one"}
		}
		body = d.Body
	}
	return body, nil
}

// unix gives every line the same end, as YAML reads them. The parser counts
// a comment's line twice where lines end as on Windows.
func unix(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// deepest nesting that is read. The parser's time and stack grow with it.
const deepest = 32

// tooDeep gives the token where a file nests deeper than it may; nil if none.
func tooDeep(tokens token.Tokens) *token.Token {
	inBrackets, onLine, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			onLine, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			inBrackets++
		case token.SequenceEndType, token.MappingEndType:
			inBrackets--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			onLine++
		}
		if inBrackets > deepest || onLine > deepest {
			return t
		}
	}
	return nil
}

// values of a mapping; nil for all else.
func values(n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	return nil
}

func keyName(v *ast.MappingValueNode) string {
	if t := v.Key.GetToken(); t != nil {
		return t.Value
	}
	return v.Key.String()
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
				if says := badNetwork(s); says != "" {
					r.fail(n, "%s", says)
					return
				}
				p.TrustedNetworks = append(p.TrustedNetworks, s)
			})
		},
		"waivers":      func(n ast.Node) { r.each(n, "waivers", func(n ast.Node) { r.waiver(p, n) }) },
		"attestations": func(n ast.Node) { r.each(n, "attestations", func(n ast.Node) { r.attestation(p, n) }) },
		"role_groups":  func(n ast.Node) { r.each(n, "role_groups", func(n ast.Node) { r.roleGroup(p, n) }) },
		"critical_services": func(n ast.Node) {
			r.each(n, "critical_services", func(n ast.Node) { r.criticalService(p, n) })
		},
		"regulated_projects": func(n ast.Node) {
			r.each(n, "regulated_projects", func(n ast.Node) { r.regulatedProject(p, n) })
		},
		"business_hours": func(n ast.Node) { r.businessHours(&p.BusinessHours, n) },
	})
}

// mapping hands each value to the reader of its key and gives the keys that
// are there.
func (r *reader) mapping(n ast.Node, what string, keys map[string]func(ast.Node)) map[string]bool {
	seen := map[string]bool{}
	if empty(n) {
		return seen
	}
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		r.fail(n, "%s must be keys and values", what)
		return nil
	}
	for _, v := range values(n) {
		name := keyName(v)
		read, ok := keys[name]
		switch {
		case !ok:
			near := nearest(name, keysOf(keys))
			r.fail(v.Key, "%s has no key %q%s", what, name, proposal(near))
			// The right key is not missing as well: it is only mistyped.
			seen[near] = true
		case seen[name]:
			r.fail(v.Key, "the key %q stands twice", name)
		default:
			read(v.Value)
		}
		seen[name] = true
	}
	return seen
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

// badNetwork says what is wrong with a network; "" if nothing is.
func badNetwork(s string) string {
	n, err := netip.ParsePrefix(s)
	if a, e := netip.ParseAddr(s); e == nil && a.Zone() == "" {
		return fmt.Sprintf("%q is an address, not a network in CIDR form; did you mean %q?", s, netip.PrefixFrom(a, a.BitLen()))
	}
	switch {
	case err != nil:
		return fmt.Sprintf("%q is not a network in CIDR form, such as 203.0.113.0/24", s)
	case n.Bits() == 0:
		return fmt.Sprintf("%q is the whole internet, which cannot be trusted", s)
	case n != n.Masked():
		return fmt.Sprintf("%q is an address within a network; did you mean %q?", s, n.Masked())
	}
	return ""
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

func (r *reader) string(to *string, name string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := r.text(n, name)
		if ok && strings.TrimSpace(s) == "" && name != "evidence" {
			r.fail(n, "%s is empty", name)
			return
		}
		*to = s
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
			r.fail(n, "there is no check %q%s", s, proposal(nearest(s, r.known)))
			return
		}
		*to = s
	}
}

// need says which keys are missing. Seen is nil where that was said already.
func (r *reader) need(n ast.Node, what string, seen map[string]bool, keys ...string) {
	if seen == nil {
		return
	}
	for _, k := range keys {
		if !seen[k] {
			r.fail(n, "%s has no %s", what, k)
		}
	}
}

func (r *reader) waiver(p *Policy, n ast.Node) {
	var w Waiver
	before := len(r.errs)
	seen := r.mapping(n, "a waiver", map[string]func(ast.Node){
		"check": r.check(&w.Check), "resource": r.string(&w.Resource, "resource"), "reason": r.string(&w.Reason, "reason"),
		"owner": r.string(&w.Owner, "owner"), "expires": r.day(&w.Expires, "expires"),
	})
	r.need(n, "the waiver", seen, "check", "resource", "reason", "owner", "expires")
	if len(r.errs) == before {
		p.Waivers = append(p.Waivers, w)
	}
}

func (r *reader) attestation(p *Policy, n ast.Node) {
	var a Attestation
	before := len(r.errs)
	seen := r.mapping(n, "an attestation", map[string]func(ast.Node){
		"check": r.check(&a.Check), "resource": r.string(&a.Resource, "resource"), "statement": r.string(&a.Statement, "statement"),
		"person": r.string(&a.Person, "person"), "evidence": r.string(&a.Evidence, "evidence"),
		"date": r.day(&a.Date, "date"), "expires": r.day(&a.Expires, "expires"),
	})
	r.need(n, "the attestation", seen, "check", "statement", "person", "date", "expires")
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
