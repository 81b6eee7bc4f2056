package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"avn-harden/internal/aivenapi"
	"avn-harden/steps"
)

// words for a status, each with a sign of its own, so that colour says nothing
// that is not written.
var words = map[steps.Status]string{
	steps.Fail: "✗ fail", steps.Pass: "✓ pass", steps.Waived: "~ waived", steps.Attested: "✓ attested",
	steps.NotApplicable: "- n/a", steps.Unknown: "? unknown",
}

func writeTable(w io.Writer, in Input) error {
	width := in.Width
	if width <= 0 {
		width = 80
	}
	t := table{width: width}
	t.line(0, "%s (%s), read %s", in.Org.Name, in.Org.ID, in.Report.At.UTC().Format("2006-01-02 15:04 UTC"))
	for i, s := range in.Report.Steps {
		t.line(0, "")
		t.line(0, "%d. %s", i+1, s.Step.Title)
		if len(s.Checks) == 0 {
			t.line(3, "no checks yet: this section is not looked at")
		}
		for _, c := range s.Checks {
			t.check(c)
		}
	}
	t.line(0, "")
	t.summary(in.Report)
	_, err := w.Write(t.out.Bytes())
	return err
}

type table struct {
	out   bytes.Buffer
	width int
}

// line writes one wrapped paragraph. Whatever comes in is made safe once more:
// a report is read in a terminal.
func (t *table) line(indent int, format string, args ...any) {
	text := aivenapi.Sanitise(fmt.Sprintf(format, args...))
	wrapped := ansi.Wrap(text, max(20, t.width-indent), "")
	for _, l := range strings.Split(wrapped, "\n") {
		t.out.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+l, " ") + "\n")
	}
}

func (t *table) check(c steps.CheckResult) {
	count := ""
	if n := len(c.Findings); n > 0 && c.Passed > 0 {
		count = fmt.Sprintf(" (%d of %d)", n, n+c.Passed)
	}
	t.line(3, "%-10s %-8s %s%s", words[c.Status], c.Check.Severity, c.Check.ID, count)
	if c.Reason != "" {
		t.line(6, "%s", c.Reason)
	}
	for _, f := range c.Findings {
		t.line(6, "• %s", f.Title)
		for _, e := range f.Evidence {
			t.line(8, "%s: %s → %s", e.Field, e.Got, e.Want)
		}
	}
	if n := len(c.WaivedFindings); n > 0 {
		t.line(6, "%d waived", n)
	}
}

func (t *table) summary(r steps.Report) {
	s := r.Score
	t.line(0, "Score %d %% (%d of %d points): %d fail, %d pass, %d waived, %d attested, %d not applicable, %d unknown.",
		s.Percent, s.Points, s.Max, s.Fail, s.Pass, s.Waived, s.Attested, s.NotApplicable, s.Unknown)
	if !r.Complete {
		t.line(0, "Incomplete: something could not be read, and nothing is said to pass that was not read. See what is unknown above, and the permission that is missing.")
	}
}
