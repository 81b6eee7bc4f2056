package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/steps"
)

// detailScreen shows one check or one of its findings.
type detailScreen struct {
	check   steps.CheckResult
	finding *steps.Finding
	p       pager
}

func (d *detailScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "esc", "h", "left":
		m.pop()
	case "enter", "F", "shift+f", "x":
		var picked []row
		if d.finding != nil {
			picked = []row{{check: d.check, finding: d.finding}}
		} else {
			for i := range d.check.Findings {
				picked = append(picked, row{check: d.check, finding: &d.check.Findings[i]})
			}
		}
		if len(picked) == 0 {
			return sayMore(m, d.check)
		}
		return startFlow(m, picked)
	case "w":
		if d.finding != nil {
			return m.push(newWaive(m, *d.finding))
		}
	case "t":
		return attest(m, d.check, d.finding)
	case "o", "y":
		return docsLink(m, k, d.check.Check.Docs)
	default:
		d.p.scroll(k, len(detailLines(m, d.check, d.finding, m.w)), m.h-4)
	}
	return nil
}

func (d *detailScreen) View(m *Model, w, h int) string {
	return strings.Join(d.p.shown(detailLines(m, d.check, d.finding, w), h), "\n")
}

func (d *detailScreen) Help() []binding {
	return []binding{{"F", "fix"}, {"esc", "back"}, {"w", "waive"}, {"t", "attest"}, {"o", "open the docs"}, {"y", "copy the docs link"}, {"j/k", "scroll"}}
}

func detailLines(m *Model, c steps.CheckResult, f *steps.Finding, w int) []string {
	sign, word, look := m.status(c.Status)
	out := []string{look.Render(sign+" "+word) + "  " + m.st.bold.Render(c.Check.Title), m.st.dim.Render(c.Check.ID + ", " + string(c.Check.Severity)), ""}
	if c.Reason != "" {
		out = append(append(out, wrap(c.Reason, w)...), "")
	}
	if f != nil {
		out = append(out, styled(m.st.title, f.Title, w)...)
		out = append(out, m.st.dim.Render(fmt.Sprintf("%s %s, %s", f.Resource.Type, f.Resource.ID, f.Severity)), "")
		for _, e := range f.Evidence {
			out = append(out, m.st.bold.Render(m.fit(e.Field, w, 0)))
			out = append(out, indented(fmt.Sprintf("%s %s %s", e.Got, m.g.arrow, e.Want), w, 2)...)
		}
		out = append(out, "")
	}
	out = append(append(out, m.st.bold.Render("Why it matters")), wrap(c.Check.Why, w)...)
	out = append(append(out, "", m.st.bold.Render("What to do")), wrap(c.Check.How, w)...)
	for _, fix := range offered(c, f) {
		kind := string(fix.Risk)
		switch {
		case fix.Manual:
			kind = "by hand"
		case fix.Undoable:
			kind += ", can be undone"
		case fix.Risk != "":
			kind += ", cannot be undone"
		}
		out = append(out, indented(fmt.Sprintf("%s %s (%s)", m.g.bullet, fix.Title, kind), w, 2)...)
	}
	if c.Check.Attest != "" {
		out = append(out, indented(m.g.bullet+" Attest it (t): "+c.Check.Attest, w, 2)...)
	}
	return append(out, "", m.st.dim.Render(m.fit(c.Check.Docs, w, 0)))
}

// offered are the fixes of a finding, or all of its check's.
func offered(c steps.CheckResult, f *steps.Finding) []steps.Fix {
	if f == nil {
		return c.Check.Fixes
	}
	var out []steps.Fix
	for _, id := range f.Fixes {
		for _, fix := range c.Check.Fixes {
			if fix.ID == id {
				out = append(out, fix)
			}
		}
	}
	return out
}

// docsLink opens (o) or copies (y) the docs page of a check.
func docsLink(m *Model, k, url string) tea.Cmd {
	if k == "o" && m.o.OpenURL != nil {
		if err := m.o.OpenURL(url); err != nil {
			return m.fail(err)
		}
		m.flash = "Opened " + url
		return nil
	}
	m.flash = "Copied " + url
	return tea.SetClipboard(url)
}
