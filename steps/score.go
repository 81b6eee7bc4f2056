package steps

// Score: Points of Max over the decided checks, weighted by severity; Unknown
// checks count in Max and not in Points, and are counted apart.
type Score struct {
	Points int `json:"points"`
	Max    int `json:"max"`
	// Percent is Points of Max, rounded down: 100 only when all is done.
	Percent int `json:"percent"`
	Fail    int `json:"fail"`
	Pass    int `json:"pass"`
	Waived  int `json:"waived"`
	// Attested, NotApplicable and Unknown count checks.
	Attested      int `json:"attested"`
	NotApplicable int `json:"not_applicable"`
	Unknown       int `json:"unknown"`
}

// weight of a check in the score.
func weight(s Severity) int {
	switch s {
	case Critical:
		return 10
	case High:
		return 6
	case Medium:
		return 3
	case Low:
		return 1
	}
	return 0
}

func (s *Score) add(c CheckResult) {
	w := weight(c.Check.Severity)
	switch c.Status {
	case Fail:
		s.Fail++
	case Unknown:
		s.Unknown++
	case NotApplicable:
		s.NotApplicable++
		return
	case Pass:
		s.Pass++
		s.Points += w
	case Waived:
		// A waiver accepts a risk, it does not take it away: no points, and
		// none to be had.
		s.Waived++
		return
	case Attested:
		s.Attested++
		s.Points += w
	}
	s.Max += w
}

func (s *Score) finish() {
	s.Percent = 0
	if s.Max > 0 {
		s.Percent = s.Points * 100 / s.Max
	}
}
