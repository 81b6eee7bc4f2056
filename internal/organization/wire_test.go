package organization

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimesAreUnderstood(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		in   string
		want time.Time
		odd  bool
	}{
		{`null`, time.Time{}, false},
		{`""`, time.Time{}, false},
		{`" "`, time.Time{}, false},
		{`"2026-01-02T03:04:05Z"`, at, false},
		{`"2026-01-02T05:04:05+02:00"`, at, false},
		{`"2026-01-02T03:04:05"`, at, false},
		{`"2026-01-02 03:04:05"`, at, false},
		{`"2026-01-02 03:04:05+00:00"`, at, false},
		{`"2026-01-02T03:04:05.5"`, at.Add(500 * time.Millisecond), false},
		{`"2026-01-02"`, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), false},
		{`"20260102030405Z"`, at, false},
		{`"Jan  2 03:04:05 2026 GMT"`, at, false},
		{`"soon"`, time.Time{}, true},
		{`1767322645`, time.Time{}, true},
		{`{"a":1}`, time.Time{}, true},
	} {
		var w when
		if err := json.Unmarshal([]byte(c.in), &w); err != nil {
			t.Errorf("%s: %v", c.in, err)
		}
		if !w.t.Equal(c.want) || w.odd != c.odd {
			t.Errorf("%s: %v (odd %v), want %v (odd %v)", c.in, w.t, w.odd, c.want, c.odd)
		}
	}
}

func FuzzAnAnswerNeverPanics(f *testing.F) {
	f.Add([]byte(`[{"user_id":"u","last_activity_time":"x","user_info":null}]`))
	f.Add([]byte(`null`))
	f.Add([]byte(`[null]`))
	f.Add([]byte(`[{"user_id":1}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := entries(op("OrganizationUserList"), "users", b, func(w wireUser) Text { return w.ID })
		for _, w := range got {
			if err == nil && w.ID.Empty() {
				t.Error("an entry without its id passes")
			}
		}
		if _, err := entries(op("ServiceList"), "services", b, func(w wireService) Text { return w.Name }); err == nil && len(b) == 0 {
			t.Error("nothing passes for a list")
		}
	})
}

func TestThePartsTableIsSound(t *testing.T) {
	seen := map[Part]bool{}
	for _, p := range parts {
		if seen[p.part] || len(p.operations) == 0 || p.read == nil {
			t.Errorf("%s: twice, or without operations or reading", p.part)
		}
		seen[p.part] = true
		if p.part != PartMe && p.needed() == "" {
			t.Errorf("%s: no permission is known", p.part)
		}
		for _, need := range append(p.needs, p.uses...) {
			if !seen[need] || need == p.part {
				t.Errorf("%s needs %s, which does not stand before it: readings could wait for each other", p.part, need)
			}
		}
	}
	if len(parts) != 26 {
		t.Errorf("%d parts", len(parts))
	}
}
