package policy

import (
	"fmt"

	"github.com/agext/levenshtein"
)

// nearest proposes the right word for a mistyped one; "" if none is near.
func nearest(word string, words []string) string {
	best, at := "", len(word)/2+1
	for _, w := range words {
		if d := levenshtein.Distance(word, w, nil); d < at {
			best, at = w, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
