package policy

import (
	"fmt"

	"github.com/agext/levenshtein"
)

// nearest gives the word that was meant by a mistyped one; "" if none is near.
func nearest(word string, words []string) string {
	best, at := "", len(word)/2+1
	for _, w := range words {
		if d := levenshtein.Distance(word, w, nil); d < at {
			best, at = w, d
		}
	}
	return best
}

// proposal says which word may have been meant.
func proposal(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", word)
}
