package report

import (
	"encoding/json"
	"io"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/steps"
)

// schema names the format for those who read it. Every text in it is in its
// shown form: control and invisible characters of names and ids are written as
// visible escapes (\x1b, \u202e), so an id that holds such does not address the
// resource any more.
const schema = "avn-harden/report/v1"

type document struct {
	Schema       string      `json:"schema"`
	GeneratedAt  string      `json:"generated_at"`
	Organization namedThing  `json:"organization"`
	Complete     bool        `json:"complete"`
	Score        steps.Score `json:"score"`
	Steps        []stepOut   `json:"steps"`
}

type namedThing struct {
	ID   aivenapi.Text `json:"id"`
	Name aivenapi.Text `json:"name"`
}

type stepOut struct {
	ID     string     `json:"id"`
	Title  string     `json:"title"`
	Checks []checkOut `json:"checks"`
}

type checkOut struct {
	ID             string       `json:"id"`
	Title          string       `json:"title"`
	Severity       string       `json:"severity"`
	Status         string       `json:"status"`
	Reason         string       `json:"reason"`
	Findings       []findingOut `json:"findings"`
	WaivedFindings []findingOut `json:"waived_findings"`
}

type findingOut struct {
	Severity string        `json:"severity"`
	Title    string        `json:"title"`
	Resource resourceOut   `json:"resource"`
	Evidence []evidenceOut `json:"evidence"`
	Fixes    []fixOut      `json:"fixes"`
}

type resourceOut struct {
	Type string        `json:"type"`
	ID   aivenapi.Text `json:"id"`
	Name aivenapi.Text `json:"name"`
}

type evidenceOut struct {
	Field string `json:"field"`
	Got   string `json:"got"`
	Want  string `json:"want"`
}

type fixOut struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Risk     string `json:"risk"`
	Undoable bool   `json:"undoable"`
}

func writeJSON(w io.Writer, in Input) error {
	d := document{
		Schema: schema, GeneratedAt: in.GeneratedAt.UTC().Format(time.RFC3339),
		Organization: namedThing{in.Org.ID, in.Org.Name},
		Complete:     in.Report.Complete, Score: in.Report.Score, Steps: []stepOut{},
	}
	for _, s := range in.Report.Steps {
		out := stepOut{ID: s.Step.ID, Title: s.Step.Title, Checks: []checkOut{}}
		for _, c := range s.Checks {
			out.Checks = append(out.Checks, checkOut{
				ID: c.Check.ID, Title: c.Check.Title, Severity: string(c.Check.Severity), Status: string(c.Status), Reason: safe(c.Reason),
				Findings: findingsOut(c.Check, c.Findings), WaivedFindings: findingsOut(c.Check, c.WaivedFindings),
			})
		}
		d.Steps = append(d.Steps, out)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// safe shows what is display-safe already as it is, and anything else harmless:
// a report leaves the program, so it does not take others' word for it.
func safe(s string) string { return aivenapi.Sanitise(s) }

func findingsOut(c steps.Check, fs []steps.Finding) []findingOut {
	out := []findingOut{}
	for _, f := range fs {
		o := findingOut{
			Severity: string(f.Severity), Title: safe(f.Title),
			Resource: resourceOut{f.Resource.Type, f.Resource.ID, f.Resource.Name},
			Evidence: []evidenceOut{}, Fixes: []fixOut{},
		}
		for _, e := range f.Evidence {
			o.Evidence = append(o.Evidence, evidenceOut{safe(e.Field), safe(e.Got), safe(e.Want)})
		}
		for _, id := range f.Fixes {
			for _, fix := range c.Fixes {
				if fix.ID == id {
					o.Fixes = append(o.Fixes, fixOut{fix.ID, fix.Title, string(fix.Risk), fix.Undoable})
				}
			}
		}
		out = append(out, o)
	}
	return out
}
