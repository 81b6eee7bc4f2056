package sandbox

import (
	_ "embed"
	"sync"
)

// Seed is what a sandbox starts from.
type Seed struct {
	Name  string
	State State
}

//go:embed practice.yaml
var practiceYAML []byte

var practice = sync.OnceValue(func() *Seed {
	seed, err := ParseSeed("practice.yaml", practiceYAML)
	if err != nil {
		// The file is part of the program, and a test parses it.
		return &Seed{Name: "practice.yaml"}
	}
	return seed
})

// Practice is the practice organization: a company that has grown without
// care. Each call returns its own copy.
func Practice() *Seed {
	p := practice()
	return &Seed{Name: p.Name, State: *p.State.clone()}
}

// ParseSeed reads a seed. An error names the line and the column, and for a
// misspelt key the nearest right one.
func ParseSeed(name string, data []byte) (*Seed, error) {
	d := newDecoder(name)
	seed := &Seed{Name: name}
	if err := d.decode(data, &seed.State); err != nil {
		return nil, err
	}
	if err := seed.State.link(d); err != nil {
		return nil, err
	}
	return seed, nil
}
