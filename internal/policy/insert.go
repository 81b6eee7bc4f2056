package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// field is one key and value of an item.
type field struct{ key, value string }

// plain are the values that need no quotes: check ids and days.
var plain = regexp.MustCompile(`^([a-z][a-z0-9]*(-[a-z0-9]+)+|[0-9]{4}-[0-9]{2}-[0-9]{2})$`)

// yaml writes a field. Anything but ids and days is quoted: Go's escapes of
// valid UTF-8 are all escapes of YAML's double-quoted text too.
func (f field) yaml() string {
	v := f.value
	if !plain.MatchString(v) {
		v = strconv.Quote(v)
	}
	return f.key + ": " + v
}

// block is an item over several lines, flow one in braces.
func block(item []field, indent, end string) string {
	var b strings.Builder
	for i, f := range item {
		dash := "  "
		if i == 0 {
			dash = "- "
		}
		b.WriteString(indent + dash + f.yaml() + end)
	}
	return b.String()
}

func flow(item []field) string {
	out := make([]string, len(item))
	for i, f := range item {
		out[i] = f.yaml()
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// insertions gives the text with the item at the end of the list, in the ways
// that may be right, the likeliest first. All of them insert text, so that
// what the admin wrote stays as it is; the caller reads each again and takes
// the first that says what it should.
func insertions(text, list string, item []field) ([]string, error) {
	end := "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	doc, err := document(text)
	if err != nil {
		return nil, err
	}
	if m, ok := doc.(*ast.MappingNode); ok && m.IsFlowStyle {
		for _, v := range m.Values {
			if keyName(v) == list {
				return insideFlow(text, v.Value, item)
			}
		}
		return before(text, m.End, list+": ["+flow(item)+"]")
	}
	for _, v := range values(doc) {
		if keyName(v) != list {
			continue
		}
		line := v.Key.GetToken().Position.Line
		if s, ok := v.Value.(*ast.SequenceNode); ok {
			if !s.IsFlowStyle {
				return afterLast(text, s, item, end)
			}
			if cut, ok := cutEmpty(text, s); ok {
				return []string{afterLine(cut, line, block(item, "  ", end), end)}, nil
			}
			return insideFlow(text, s, item)
		}
		if !empty(v.Value) {
			return nil, fmt.Errorf("%s is not a list. Make it one, then repeat", list)
		}
		cut := cutNull(text, v.Value)
		return []string{afterLine(cut, line, block(item, "  ", end), end)}, nil
	}
	return newKey(text, list+":"+end+block(item, "  ", end), end), nil
}

// newKey puts a key that is not there yet last, before an end marker.
func newKey(text, add, end string) []string {
	all := strings.SplitAfter(text, "\n")
	ways := []string{afterLine(text, len(all), add, end)}
	for i := len(all) - 1; i > 0; i-- {
		if strings.HasPrefix(all[i], "...") {
			ways = append(ways, afterLine(text, i, add, end))
			break
		}
	}
	return ways
}

// afterLast puts the item behind the last one of a list over several lines.
func afterLast(text string, s *ast.SequenceNode, item []field, end string) ([]string, error) {
	if len(s.Entries) == 0 || s.Start == nil {
		return nil, errors.New("its list has no entry that can be found. Add the entry by hand")
	}
	depth := s.Start.Position.Column - 1
	all := strings.SplitAfter(text, "\n")
	last := s.Entries[len(s.Entries)-1].Start.Position.Line
	next := last
	for ; next < len(all); next++ {
		line := strings.TrimRight(all[next], " \t\r\n")
		if line == "" {
			continue
		}
		if indent := len(line) - len(strings.TrimLeft(line, " ")); indent > depth {
			last = next + 1
		} else if line[indent] != '#' {
			break
		}
	}
	add := block(item, strings.Repeat(" ", depth), end)
	// A text that keeps the empty lines behind it owns them: go behind those.
	return []string{afterLine(text, last, add, end), afterLine(text, next, add, end)}, nil
}

// insideFlow puts the item last in a list in brackets.
func insideFlow(text string, n ast.Node, item []field) ([]string, error) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, errors.New("a list in it is empty or is not a list. Write it as [], then repeat")
	}
	return before(text, s.End, flow(item))
}

// before puts text before a closing bracket, with and without a comma.
func before(text string, at *token.Token, add string) ([]string, error) {
	i, ok := offset(text, at)
	if !ok || i >= len(text) || text[i] != ']' && text[i] != '}' {
		return nil, errors.New("its closing bracket cannot be found. Add the entry by hand")
	}
	var ways []string
	for _, comma := range []string{", ", "", " "} {
		ways = append(ways, text[:i]+comma+add+text[i:])
	}
	return ways, nil
}

// cutEmpty takes the brackets of an empty list in one line away.
func cutEmpty(text string, s *ast.SequenceNode) (string, bool) {
	i, ok := offset(text, s.Start)
	j, ok2 := offset(text, s.End)
	if !ok || !ok2 || j <= i || j >= len(text) || text[i] != '[' || text[j] != ']' || strings.TrimSpace(text[i+1:j]) != "" || strings.Contains(text[i:j], "\n") {
		return text, false
	}
	return strings.TrimRight(text[:i], " ") + text[j+1:], true
}

// cutNull takes a written null away ("null", "~"); one that is not written stays so.
func cutNull(text string, n ast.Node) string {
	if n == nil || n.Type() != ast.NullType {
		return text
	}
	i, ok := offset(text, n.GetToken())
	word := n.GetToken().Value
	if !ok || word == "" || !strings.HasPrefix(text[i:], word) {
		return text
	}
	return strings.TrimRight(text[:i], " ") + text[i+len(word):]
}

// afterLine puts text behind a line, counted from 1.
func afterLine(text string, line int, add, end string) string {
	all := strings.SplitAfter(text, "\n")
	line = min(line, len(all))
	head := strings.Join(all[:line], "")
	if head != "" && !strings.HasSuffix(head, "\n") {
		head += end
	}
	return head + add + strings.Join(all[line:], "")
}

// offset of a token in bytes. Tokens count columns in characters, from 1.
func offset(text string, t *token.Token) (int, bool) {
	if t == nil || t.Position == nil {
		return 0, false
	}
	at, line := 0, 1
	for ; line < t.Position.Line; line++ {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return 0, false
		}
		at += i + 1
	}
	column := 1
	for i := range text[at:] {
		if column == t.Position.Column {
			return at + i, true
		}
		column++
	}
	return 0, false
}

// comments of a file, in order.
func comments(text string) []string {
	var out []string
	for _, t := range lexer.Tokenize(unix(text)) {
		if t.Type == token.CommentType {
			out = append(out, t.Value)
		}
	}
	return out
}
