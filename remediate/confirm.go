package remediate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Confirmation is the admin's word: what was typed. Apply refuses without the
// right ones, whoever calls it.
type Confirmation struct {
	Yes   bool
	Typed []string
}

// ErrNotConfirmed is what a plan without the right confirmation is refused with.
var ErrNotConfirmed = errors.New("nothing was sent: the plan was not confirmed")

func (c Confirmation) typed(want string) bool {
	return slices.ContainsFunc(c.Typed, func(s string) bool { return strings.TrimSpace(s) == strings.TrimSpace(want) })
}

// Confirmed says what is still to be confirmed, nil if nothing.
func (p Preview) Confirmed(c Confirmation) error {
	var missing []string
	if p.TypeName != "" && !c.typed(p.TypeName) {
		missing = append(missing, p.TypeName)
	}
	for _, a := range p.Acks {
		if !c.typed(a) {
			missing = append(missing, a)
		}
	}
	switch {
	case len(missing) > 0:
		return fmt.Errorf("%w. Type %q to go on", ErrNotConfirmed, missing[0])
	case p.TypeName == "" && len(p.Acks) == 0 && !c.Yes:
		return fmt.Errorf("%w. Answer yes to go on", ErrNotConfirmed)
	}
	return nil
}

// acked says whether a guard's fresh verdict is one that was confirmed: the
// same guard asked for it, and nobody was added to those affected since.
func acked(v Verdict, before ChangePreview, c Confirmation) bool {
	if !c.typed(v.Type) {
		return false
	}
	for _, old := range before.Verdicts {
		if old.Guard != v.Guard || old.Kind != GuardMustAck || old.Type != v.Type {
			continue
		}
		return !slices.ContainsFunc(v.Affected, func(a string) bool { return !slices.Contains(old.Affected, a) })
	}
	return false
}
