package steps

import (
	"fmt"
	"time"
)

// ago is a duration in words.
func ago(d time.Duration) string {
	switch {
	case d < 0:
		return "in the future"
	case d < time.Hour:
		return "within the hour"
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// within says whether a moment lies less than so many days before now. Never
// is not within.
func within(t, now time.Time, n int) bool { return !t.IsZero() && now.Sub(t) < days(n) }

// older says whether a moment lies more than so many days before now: on the
// day itself the limit is still kept. Never is not older: it is not known.
func older(t, now time.Time, n int) bool { return !t.IsZero() && now.Sub(t) > days(n) }

// count is a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
