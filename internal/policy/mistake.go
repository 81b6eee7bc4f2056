package policy

import (
	"errors"
	"fmt"
	"strings"

	"avn-harden/internal/aivenapi"
)

// mistake is one thing wrong in the file, and where. Lines and columns count from 1.
type mistake struct {
	path         string
	line, column int
	says         string
}

func (m *mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", show(m.path), m.line, m.column, m.says)
}

// show makes a path or a parser's message safe to show.
func show(s string) string { return aivenapi.Sanitise(s) }

// sentences of joined mistakes, without their places.
func sentences(err error) string {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return err.Error()
	}
	var out []string
	for _, e := range joined.Unwrap() {
		var m *mistake
		if errors.As(e, &m) {
			out = append(out, m.says)
			continue
		}
		out = append(out, e.Error())
	}
	return strings.Join(out, "; ")
}
