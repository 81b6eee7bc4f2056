package sandbox

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// SeedError is a mistake in a seed file.
type SeedError struct {
	File         string
	Line, Column int
	Message      string
}

func (e *SeedError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// decoder reads YAML into structs strictly and remembers where each text
// stood, so that later checks can name the place.
type decoder struct {
	file    string
	anchors map[string]ast.Node
	places  map[*string][2]int
	left    int // nodes that may still be read: aliases must not explode
	depth   int
}

func newDecoder(file string) *decoder {
	return &decoder{file: file, anchors: map[string]ast.Node{}, places: map[*string][2]int{}, left: 2_000_000}
}

func (d *decoder) at(line, column int, format string, args ...any) error {
	return &SeedError{File: d.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

func (d *decoder) fail(n ast.Node, format string, args ...any) error {
	line, column := place(n)
	return d.at(line, column, format, args...)
}

// failText is an error about a text that was read earlier.
func (d *decoder) failText(text *string, format string, args ...any) error {
	p := d.places[text]
	return d.at(max(p[0], 1), max(p[1], 1), format, args...)
}

func place(n ast.Node) (line, column int) {
	if n != nil {
		// A mapping's own token is its first colon; its first key says
		// better where it starts.
		switch m := n.(type) {
		case *ast.MappingNode:
			if len(m.Values) > 0 {
				return place(m.Values[0].Key)
			}
		case *ast.MappingValueNode:
			return place(m.Key)
		}
		if t := n.GetToken(); t != nil && t.Position != nil {
			return t.Position.Line, t.Position.Column
		}
	}
	return 1, 1
}

func (d *decoder) decode(data []byte, into any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = d.at(1, 1, "not YAML that can be read")
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return d.syntax(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return d.at(1, 1, "want one YAML document with the key organizations")
	}
	return d.value(file.Docs[0].Body, reflect.ValueOf(into).Elem())
}

func (d *decoder) syntax(err error) error {
	line, column := 1, 1
	var positioned interface{ GetMessage() string }
	message := err.Error()
	if errors.As(err, &positioned) {
		message = positioned.GetMessage()
	}
	if _, scanErr := fmt.Sscanf(err.Error(), "[%d:%d]", &line, &column); scanErr != nil {
		line, column = 1, 1
	}
	first, _, _ := strings.Cut(message, "\n")
	return d.at(line, column, "not YAML: %s", first)
}

// plain takes anchors, aliases and tags off.
func (d *decoder) plain(n ast.Node) (ast.Node, error) {
	for range 100 {
		switch x := n.(type) {
		case *ast.AnchorNode:
			d.anchors[x.Name.GetToken().Value] = x.Value
			n = x.Value
		case *ast.AliasNode:
			target, found := d.anchors[x.Value.GetToken().Value]
			if !found {
				return nil, d.fail(x, "no anchor &%s", x.Value.GetToken().Value)
			}
			n = target
		case *ast.TagNode:
			n = x.Value
		default:
			return n, nil
		}
	}
	return nil, d.fail(n, "aliases in a circle")
}

func (d *decoder) value(n ast.Node, v reflect.Value) error {
	n, err := d.plain(n)
	if err != nil {
		return err
	}
	d.left--
	d.depth++
	defer func() { d.depth-- }()
	if d.left < 0 || d.depth > 100 {
		return d.fail(n, "too large or too deep")
	}
	if n == nil || n.Type() == ast.NullType {
		return nil
	}
	if v.Type() == whenType {
		text, is := scalar(n)
		if !is {
			return d.fail(n, "want a time")
		}
		w, err := ParseWhen(text)
		if err != nil {
			return d.fail(n, "%q: %s", text, err)
		}
		v.Set(reflect.ValueOf(w))
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(n, v.Elem())
	case reflect.Struct:
		return d.structure(n, v)
	case reflect.Slice:
		return d.sequence(n, v)
	case reflect.Map:
		return d.mapping(n, v)
	case reflect.Interface:
		free, err := d.free(n)
		if err == nil && free != nil {
			v.Set(reflect.ValueOf(free))
		}
		return err
	}
	return d.single(n, v)
}

func (d *decoder) single(n ast.Node, v reflect.Value) error {
	text, is := scalar(n)
	switch v.Kind() {
	case reflect.String:
		if !is {
			return d.fail(n, "want text")
		}
		v.SetString(text)
		line, column := place(n)
		d.places[v.Addr().Interface().(*string)] = [2]int{line, column}
		return nil
	case reflect.Bool:
		b, is := n.(*ast.BoolNode)
		if !is {
			return d.fail(n, "want true or false")
		}
		v.SetBool(b.Value)
		return nil
	case reflect.Int:
		i, err := integer(n)
		if err != nil {
			return d.fail(n, "want a whole number")
		}
		v.SetInt(i)
		return nil
	case reflect.Float64:
		switch x := n.(type) {
		case *ast.FloatNode:
			v.SetFloat(x.Value)
			return nil
		case *ast.IntegerNode:
			if i, err := integer(x); err == nil {
				v.SetFloat(float64(i))
				return nil
			}
		}
		return d.fail(n, "want a number")
	}
	return d.fail(n, "cannot be read here")
}

func integer(n ast.Node) (int64, error) {
	x, is := n.(*ast.IntegerNode)
	if !is {
		return 0, errors.New("no integer")
	}
	switch i := x.Value.(type) {
	case int64:
		return i, nil
	case uint64:
		if i <= math.MaxInt64 {
			return int64(i), nil
		}
	}
	return 0, errors.New("out of range")
}

// scalar is the text of a scalar as it was written.
func scalar(n ast.Node) (string, bool) {
	switch x := n.(type) {
	case *ast.StringNode:
		return x.Value, true
	case *ast.LiteralNode:
		return x.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// pairs lists a mapping's entries, merge keys resolved: what is written
// directly wins.
func (d *decoder) pairs(n ast.Node) ([]*ast.MappingValueNode, error) {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		return nil, d.fail(n, "want a mapping of keys to values")
	}
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > 100 {
		return nil, d.fail(n, "too deep")
	}
	var merged, direct []*ast.MappingValueNode
	for _, p := range values {
		if _, is := p.Key.(*ast.MergeKeyNode); !is {
			direct = append(direct, p)
			continue
		}
		target, err := d.plain(p.Value)
		if err != nil {
			return nil, err
		}
		more, err := d.pairs(target)
		if err != nil {
			return nil, err
		}
		merged = append(merged, more...)
	}
	return append(merged, direct...), nil
}

func (d *decoder) structure(n ast.Node, v reflect.Value) error {
	pairs, err := d.pairs(n)
	if err != nil {
		return err
	}
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("yaml"); name != "" {
			fields[name] = i
			names = append(names, name)
		}
	}
	for _, p := range pairs {
		key := p.Key.GetToken().Value
		i, known := fields[key]
		if !known {
			if near := nearest(key, names); near != "" {
				return d.fail(p.Key, "unknown key %q: did you mean %q?", key, near)
			}
			return d.fail(p.Key, "unknown key %q: want one of %s", key, strings.Join(names, ", "))
		}
		if err := d.value(p.Value, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) sequence(n ast.Node, v reflect.Value) error {
	s, is := n.(*ast.SequenceNode)
	if !is {
		return d.fail(n, "want a list")
	}
	out := reflect.MakeSlice(v.Type(), len(s.Values), len(s.Values))
	for i, item := range s.Values {
		plain, err := d.plain(item)
		if err != nil {
			return err
		}
		if plain == nil || plain.Type() == ast.NullType {
			return d.fail(s, "empty entry in a list")
		}
		if err := d.value(item, out.Index(i)); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

func (d *decoder) mapping(n ast.Node, v reflect.Value) error {
	pairs, err := d.pairs(n)
	if err != nil {
		return err
	}
	out := reflect.MakeMap(v.Type())
	for _, p := range pairs {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(p.Value, item); err != nil {
			return err
		}
		out.SetMapIndex(reflect.ValueOf(p.Key.GetToken().Value), item)
	}
	v.Set(out)
	return nil
}

// free reads what has no fixed shape: the user_config of a service.
func (d *decoder) free(n ast.Node) (any, error) {
	switch x := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		var m map[string]any
		err := d.mapping(x, reflect.ValueOf(&m).Elem())
		return m, err
	case *ast.SequenceNode:
		var s []any
		err := d.value(x, reflect.ValueOf(&s).Elem())
		return s, err
	case *ast.BoolNode:
		return x.Value, nil
	case *ast.FloatNode:
		return x.Value, nil
	case *ast.IntegerNode:
		i, err := integer(x)
		if err != nil {
			return nil, d.fail(n, "number out of range")
		}
		return float64(i), nil
	}
	text, is := scalar(n)
	if !is {
		return nil, d.fail(n, "cannot be read here")
	}
	return text, nil
}

// nearest is the word that a misspelt one was most likely meant to be, or "".
func nearest(word string, known []string) string {
	best, distance := "", max(2, len(word)/3)+1
	for _, k := range known {
		if x := edits(word, k); x < distance {
			best, distance = k, x
		}
	}
	return best
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
