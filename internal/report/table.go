package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"avn-harden/steps"
)

// word of a status, with a sign of its own, so that colour says nothing that
// is not written.
type word struct {
	text   string
	colour string // number of the terminal's own palette
}

var words = map[steps.Status]word{
	steps.Fail: {"✗ fail", "1"}, steps.Pass: {"✓ pass", "2"}, steps.Waived: {"~ waived", "6"}, steps.Attested: {"✓ attested", "6"},
	steps.NotApplicable: {"- n/a", "8"}, steps.Unknown: {"? unknown", "3"},
}

// narrowest table that is laid out; narrower ones are cut by the terminal.
const narrowest = 20

func writeTable(w io.Writer, in Input) error {
	width := in.Width
	if width <= 0 {
		width = 80
	}
	t := table{width: max(width, narrowest), styled: in.Styled}
	t.line("", fmt.Sprintf("%s (%s), read %s", in.Org.Name, in.Org.ID, in.Report.At.UTC().Format("2006-01-02 15:04 UTC")))
	for i, s := range in.Report.Steps {
		t.blank()
		t.line("", fmt.Sprintf("%d. %s: %s", i+1, s.Step.Title, standing(s)))
		for _, c := range s.Checks {
			t.check(c)
		}
	}
	t.blank()
	t.summary(in.Report)
	_, err := w.Write(t.out.Bytes())
	return err
}

// standing of a step in words. A step without checks is not done: it is not
// looked at.
func standing(s steps.StepResult) string {
	if len(s.Checks) == 0 {
		return "no checks yet, so nothing here was looked at"
	}
	count := map[steps.Status]int{}
	incomplete := 0
	for _, c := range s.Checks {
		count[c.Status]++
		if c.Incomplete && c.Status != steps.Unknown {
			incomplete++
		}
	}
	var out []string
	for _, status := range []steps.Status{steps.Fail, steps.Unknown, steps.Pass, steps.Waived, steps.Attested, steps.NotApplicable} {
		if n := count[status]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, strings.ReplaceAll(string(status), "-", " ")))
		}
	}
	if incomplete > 0 {
		out = append(out, fmt.Sprintf("%d read in part", incomplete))
	}
	return strings.Join(out, ", ")
}

type table struct {
	out    bytes.Buffer
	width  int
	styled bool
}

func (t *table) blank() { t.out.WriteByte('\n') }

// line writes one paragraph behind its lead. Its further lines hang below the
// text, never below the lead, so that no name can be long enough to pass for
// a line of ours. Whatever comes in is made safe once more.
func (t *table) line(lead, text string) {
	indent := ansi.StringWidth(lead)
	if t.width-indent < narrowest/2 {
		indent = 4 // too narrow to hang: only deeper than any lead of a check
	}
	room := t.width - max(indent, ansi.StringWidth(lead))
	if room < narrowest/2 {
		t.out.WriteString(strings.TrimRight(lead, " ") + "\n")
		lead, room = strings.Repeat(" ", indent), t.width-indent
	}
	for i, l := range strings.Split(ansi.Wrap(safe(text), room, ""), "\n") {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		t.out.WriteString(strings.TrimRight(lead+l, " ") + "\n")
	}
}

func (t *table) check(c steps.CheckResult) {
	count := ""
	switch n := len(c.Findings); {
	case n > 0 && c.Passed > 0:
		count = fmt.Sprintf(" (%d of %d)", n, n+c.Passed)
	case n > 0:
		count = fmt.Sprintf(" (%d)", n)
	}
	w, ok := words[c.Status]
	if !ok {
		w = word{"? " + safe(string(c.Status)), "3"}
	}
	status := fmt.Sprintf("%-10s", w.text)
	if t.styled {
		status = lipgloss.NewStyle().Foreground(lipgloss.Color(w.colour)).Render(status)
	}
	t.line("  "+status+" ", fmt.Sprintf("%-8s %s%s", c.Check.Severity, c.Check.ID, count))
	t.line("      ", c.Check.Title)
	if c.Reason != "" {
		t.line("      ", upper(c.Reason))
	}
	if c.Incomplete && c.Status == steps.Fail {
		t.line("      ", "Part of it could not be read: there may be more.")
	}
	for _, f := range c.Findings {
		t.finding("• ", f)
	}
	for _, f := range c.WaivedFindings {
		t.finding("~ waived: ", f)
	}
}

func (t *table) finding(lead string, f steps.Finding) {
	text := f.Title
	if !f.Resource.ID.Empty() {
		text += fmt.Sprintf(" [%s %s]", f.Resource.Type, f.Resource.ID)
	}
	t.line("      "+lead, text)
	for _, e := range f.Evidence {
		t.line("          ", fmt.Sprintf("%s: %s → %s", e.Field, e.Got, e.Want))
	}
}

// upper starts a sentence.
func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func (t *table) summary(r steps.Report) {
	s := r.Score
	t.line("", fmt.Sprintf("Score %d%% (%d of %d points): %d fail, %d pass, %d waived, %d attested, %d not applicable, %d unknown.",
		s.Percent, s.Points, s.Max, s.Fail, s.Pass, s.Waived, s.Attested, s.NotApplicable, s.Unknown))
	if !r.Complete {
		t.line("", "Incomplete: something could not be read, and nothing is said to pass that was not read. See above what is unknown and which permission is missing, then scan again with a token that has it.")
	}
}
