package sandbox

import (
	"errors"
	"regexp"
	"strconv"
	"time"
)

// When is a moment. A seed writes it as RFC 3339 or relative to the
// sandbox's clock: "-45d", "+20d", "-3h", "-90m"; the zero value is "never".
type When struct {
	time.Time
	relative time.Duration
	isOffset bool
}

// At is a fixed moment.
func At(t time.Time) When { return When{Time: t.UTC().Truncate(time.Second)} }

// In is a moment this far from the sandbox's clock at its start.
func In(d time.Duration) When { return When{relative: d, isOffset: true} }

// Never reports whether there is no such moment.
func (w When) Never() bool { return w.IsZero() && !w.isOffset }

func (w When) settle(now time.Time) When {
	if w.isOffset {
		return At(now.Add(w.relative))
	}
	return w
}

// wire is the moment as the API writes it, or nil for never.
func (w When) wire() any {
	if w.Never() {
		return nil
	}
	return w.UTC().Format(time.RFC3339)
}

var offset = regexp.MustCompile(`^([+-])(\d{1,5})([smhdwy])$`)

var offsetUnits = map[string]time.Duration{
	"s": time.Second, "m": time.Minute, "h": time.Hour,
	"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
}

// ParseWhen reads a moment as a seed writes it.
func ParseWhen(text string) (When, error) {
	if text == "now" {
		return In(0), nil
	}
	if m := offset.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return When{}, err
		}
		d := time.Duration(n) * offsetUnits[m[3]]
		if d/offsetUnits[m[3]] != time.Duration(n) {
			return When{}, errors.New("too far away")
		}
		if m[1] == "-" {
			d = -d
		}
		return In(d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return When{}, errors.New(`not a time: want RFC 3339, or an offset such as "-45d", "+20d" or "-3h"`)
	}
	return At(t), nil
}
