package organization

import (
	"maps"
	"time"
)

// AssembledAt is when Assemble says that its parts were read.
var AssembledAt = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// Assemble makes an Organization from its data, for pure packages and their
// tests. A nil status means that every part was read, at AssembledAt;
// otherwise a part that status lacks was never asked for.
func Assemble(o Organization, status map[Part]Status) *Organization {
	out := o
	if status == nil {
		out.status = make(map[Part]Status, len(parts))
		for _, p := range AllParts() {
			out.status[p] = Status{Part: p, Read: AssembledAt}
		}
		return &out
	}
	out.status = make(map[Part]Status, len(status))
	for p, s := range status {
		s.Part = p
		out.status[p] = s
	}
	return &out
}

// WithStatus gives o with the status of some parts replaced, each by its Part;
// o stays as it was.
func (o *Organization) WithStatus(list ...Status) *Organization {
	out := *o
	out.status = maps.Clone(o.status)
	if out.status == nil {
		out.status = make(map[Part]Status, len(list))
	}
	for _, s := range list {
		out.status[s.Part] = s
	}
	return &out
}

// AllParts gives every part, in the order in which progress shows them.
func AllParts() []Part {
	out := make([]Part, 0, len(parts))
	for _, p := range parts {
		out = append(out, p.part)
	}
	return out
}
