package sandbox

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"
)

// clone copies the state with all that it points to.
func (s *State) clone() *State {
	return deepCopy(reflect.ValueOf(s)).Interface().(*State)
}

// settle turns the moments relative to the clock into fixed ones.
func (s *State) settle(now time.Time) { settle(reflect.ValueOf(s), now) }

var whenType = reflect.TypeFor[When]()

func deepCopy(v reflect.Value) reflect.Value {
	if v.Type() == whenType {
		return v
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(deepCopy(v.Elem()))
		return out
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type()).Elem()
		out.Set(deepCopy(v.Elem()))
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			out.Field(i).Set(deepCopy(v.Field(i)))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(deepCopy(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(it.Key(), deepCopy(it.Value()))
		}
		return out
	}
	return v
}

func settle(v reflect.Value, now time.Time) {
	if v.Type() == whenType {
		w := v.Interface().(When)
		v.Set(reflect.ValueOf(w.settle(now)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			settle(v.Elem(), now)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			settle(v.Field(i), now)
		}
	case reflect.Slice:
		for i := range v.Len() {
			settle(v.Index(i), now)
		}
	}
}

const (
	lowerHex    = "0123456789abcdef"
	tokenLetter = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	prefixSize  = 12
)

func letters(r *rand.Rand, from string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(from[r.IntN(len(from))])
	}
	return b.String()
}

// fillTokens makes up the secret parts that the seed leaves out.
func (s *State) fillTokens(r *rand.Rand) error {
	seen := map[string]bool{}
	for _, t := range s.Tokens {
		switch {
		case t.FullToken == "":
			t.FullToken = t.Prefix + letters(r, tokenLetter, 52)
		case t.Prefix == "":
		case !strings.HasPrefix(t.FullToken, t.Prefix):
			return fmt.Errorf("sandbox: token %q does not start with its prefix", t.Description)
		}
		if t.Prefix == "" {
			t.Prefix = t.FullToken[:min(prefixSize, len(t.FullToken))]
		}
		if seen[t.FullToken] {
			return fmt.Errorf("sandbox: two tokens are the same (prefix %q)", t.Prefix)
		}
		seen[t.FullToken] = true
	}
	return nil
}
