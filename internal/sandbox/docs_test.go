package sandbox

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestEverySeedKeyIsDocumented walks the types that a seed file is read into.
func TestEverySeedKeyIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == whenType || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			field := typ.Field(i)
			if key, is := field.Tag.Lookup("yaml"); is && !strings.Contains(string(doc), "`"+key+"`") {
				t.Errorf("%s: key %q is not in docs/sandbox.md", typ.Name(), key)
			}
			walk(field.Type)
		}
	}
	walk(reflect.TypeFor[State]())
}
