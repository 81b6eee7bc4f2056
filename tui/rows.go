package tui

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"avn-harden/steps"
)

// row is a check or one of its findings in the list.
type row struct {
	step    int
	check   steps.CheckResult
	finding *steps.Finding // nil: the check's own row
}

// filter is what the list shows.
type filter int

const (
	showAll filter = iota
	showFindings
	showGrave // critical and high
	showUnknown
	filters // how many there are
)

func (f filter) String() string {
	return [...]string{"everything", "findings", "critical and high", "unknown"}[f]
}

func (f filter) takes(c steps.CheckResult, fd *steps.Finding) bool {
	switch f {
	case showFindings:
		return c.Status == steps.Fail
	case showGrave:
		if fd != nil {
			return fd.Severity == steps.Critical || fd.Severity == steps.High
		}
		for _, x := range c.Findings {
			if x.Severity == steps.Critical || x.Severity == steps.High {
				return true
			}
		}
		return false
	case showUnknown:
		return c.Status == steps.Unknown || c.Incomplete
	}
	return true
}

// rowsOf lists a step's checks with their findings; step -1 lists all steps.
func rowsOf(r steps.Report, step int, f filter, search string) []row {
	search = strings.ToLower(search)
	var out []row
	for i, s := range r.Steps {
		if step >= 0 && i != step {
			continue
		}
		for _, c := range s.Checks {
			if !f.takes(c, nil) {
				continue
			}
			matches := search == "" || strings.Contains(strings.ToLower(c.Check.ID+" "+c.Check.Title), search)
			var found []row
			for k := range c.Findings {
				fd := &c.Findings[k]
				if f.takes(c, fd) && (matches || strings.Contains(strings.ToLower(fd.Title+" "+fd.Resource.Name.String()), search)) {
					found = append(found, row{i, c, fd})
				}
			}
			if matches || len(found) > 0 {
				out = append(append(out, row{step: i, check: c}), found...)
			}
		}
	}
	return out
}

// line draws one row in w columns.
func (m *Model) row(r row, chosen, cursor bool, w int) string {
	mark := "  "
	if cursor {
		mark = m.g.cursor + " "
	}
	if r.finding != nil {
		box := m.g.open
		if chosen {
			box = m.g.chosen
		}
		text := fmt.Sprintf("%s    %s %-8s %s", mark, box, r.finding.Severity, r.finding.Title)
		if cursor {
			return m.st.cursor.Render(m.fit(text, w, 0))
		}
		return m.fit(text, w, 0)
	}
	sign, word, look := m.status(r.check.Status)
	count := ""
	if n := len(r.check.Findings); n > 0 {
		count = fmt.Sprintf("%d", n)
		if r.check.Passed > 0 {
			count = fmt.Sprintf("%d of %d", n, n+r.check.Passed)
		}
		count = "  " + count
	}
	text := fmt.Sprintf("%s%s %-8s %s%s", mark, sign, word, r.check.Check.Title, count)
	if cursor {
		return m.st.cursor.Render(m.fit(text, w, 0))
	}
	return look.Render(m.fit(text, w, 0))
}

// tally is a step's sign and how it stands, in a word.
func (m *Model) tally(s steps.StepResult) (sign, text string, look lipgloss.Style) {
	if len(s.Checks) == 0 {
		return m.g.unbuilt, "not built yet", m.st.dim
	}
	findings, unknown := 0, 0
	for _, c := range s.Checks {
		findings += len(c.Findings)
		if c.Status == steps.Unknown {
			unknown++
		}
	}
	switch {
	case findings > 0 && unknown > 0:
		return m.g.fail, fmt.Sprintf("%d, %d unknown", findings, unknown), m.st.bad
	case findings > 0:
		return m.g.fail, fmt.Sprintf("%d to fix", findings), m.st.bad
	case unknown > 0:
		return m.g.unknown, fmt.Sprintf("%d unknown", unknown), m.st.warn
	}
	return m.g.pass, "done", m.st.good
}
