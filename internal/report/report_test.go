package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// hostile is a name that would do harm in a terminal, a browser, a
// spreadsheet or a report, were it not shown as text.
const hostile = "=HYPERLINK(\"http://x\")\x1b[2J\u202e<script>\n  ✓ pass     critical all-is-well\r\u200b|`"

func target(kind, id, name string) remediate.Target {
	return remediate.Target{Type: kind, ID: aivenapi.NewText(id), Name: aivenapi.NewText(name)}
}

func example() Input {
	domain := steps.Check{
		ID: "domain-verified", Title: "A domain is verified", Severity: steps.High,
		Fixes: []steps.Fix{
			{ID: "add-domain", Title: "Add a domain", Risk: remediate.Irreversible},
			{ID: "verify-domain", Title: "Verify the domain", Risk: remediate.Reversible, Undoable: true},
		},
	}
	finding := steps.Finding{
		Check: domain.ID, Severity: steps.High, Resource: target("domain", "dom1", "nordwind.example"), Title: "nordwind.example is not verified",
		Evidence: []steps.Evidence{{Field: "state", Got: "unverified", Want: "verified"}}, Fixes: []string{"verify-domain"},
	}
	bad := steps.Finding{Severity: steps.Low, Resource: target("project", "p\x1b]0;x\a", hostile), Title: "Project " + hostile, Evidence: []steps.Evidence{{Field: "name", Got: hostile, Want: "a name"}}}
	return Input{
		Org: organization.Assemble(organization.Organization{ID: aivenapi.NewText("org1"), Name: aivenapi.NewText("Nordwind")}, nil),
		Report: steps.Report{
			At: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC),
			Steps: []steps.StepResult{
				{Step: steps.Step{ID: "domains", Title: "Verify a domain"}, Checks: []steps.CheckResult{
					{Check: domain, Status: steps.Fail, Findings: []steps.Finding{finding}, Passed: 2, Incomplete: true},
					{Check: steps.Check{ID: "domain-coverage", Title: "All users are of a verified domain", Severity: steps.Medium}, Status: steps.Unknown,
						Reason: "users could not be read: needs organization:users:write", Incomplete: true},
					{Check: steps.Check{ID: "domain-pending", Title: "No domain waits", Severity: steps.Low}, Status: steps.Waived, Reason: "waived until 2027-01-01 by ada: sold", WaivedFindings: []steps.Finding{finding}},
					{Check: steps.Check{ID: "names", Title: "Names are harmless", Severity: steps.Low}, Status: steps.Fail, Findings: []steps.Finding{bad}},
				}},
				{Step: steps.Step{ID: "backups", Title: "Back up"}},
			},
			Score: steps.Score{Points: 3, Max: 10, Percent: 30, Fail: 2, Waived: 1, Unknown: 1},
		},
		GeneratedAt: time.Date(2026, 11, 23, 22, 1, 2, 3, time.FixedZone("CET", 3600)),
	}
}

func written(t *testing.T, format string, in Input) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, in); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// harmless fails on anything that does not show as visible text.
func harmless(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("the report is not UTF-8")
	}
	for _, r := range text {
		if r != '\n' && (r < 0x20 || r == 0x7f || r == 0x202e || r == 0x200b) {
			t.Fatalf("%U reached the report", r)
		}
	}
}

func TestJSONIsAsDocumented(t *testing.T) {
	text := written(t, "json", example())
	harmless(t, text)
	var d map[string]any
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	// Everything but the hostile check, whole.
	first := d["steps"].([]any)[0].(map[string]any)
	first["checks"] = first["checks"].([]any)[:3]
	got, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	const finding = `{"evidence":[{"field":"state","got":"unverified","want":"verified"}],"fixes":[{"id":"verify-domain","risk":"reversible","title":"Verify the domain","undoable":true}],` +
		`"resource":{"id":"dom1","name":"nordwind.example","type":"domain"},"severity":"high","title":"nordwind.example is not verified"}`
	want := `{"complete":false,"generated_at":"2026-11-23T21:01:02Z","organization":{"id":"org1","name":"Nordwind"},"schema":"avn-harden/report/v1",` +
		`"score":{"attested":0,"fail":2,"max":10,"not_applicable":0,"pass":0,"percent":30,"points":3,"unknown":1,"waived":1},"steps":[` +
		`{"checks":[` +
		`{"findings":[` + finding + `],"id":"domain-verified","reason":"","severity":"high","status":"fail","title":"A domain is verified","waived_findings":[]},` +
		`{"findings":[],"id":"domain-coverage","reason":"users could not be read: needs organization:users:write","severity":"medium","status":"unknown","title":"All users are of a verified domain","waived_findings":[]},` +
		`{"findings":[],"id":"domain-pending","reason":"waived until 2027-01-01 by ada: sold","severity":"low","status":"waived","title":"No domain waits","waived_findings":[` + strings.Replace(finding, `[{"id":"verify-domain","risk":"reversible","title":"Verify the domain","undoable":true}]`, `[]`, 1) + `]}` +
		`],"id":"domains","title":"Verify a domain"},{"checks":[],"id":"backups","title":"Back up"}]}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	empty := example()
	empty.Report.Steps = nil
	if text := written(t, "json", empty); !strings.Contains(text, `"steps": []`) || strings.Contains(text, "null") {
		t.Errorf("without steps:\n%s", text)
	}
}

func TestJSONShowsHostileNamesAsText(t *testing.T) {
	text := written(t, "json", example())
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	r := d.Steps[0].Checks[3].Findings[0].Resource
	if got, want := r.Name.Raw(), aivenapi.Sanitise(hostile); got != want {
		t.Errorf("name %q, want %q", got, want)
	}
	if got := r.ID.Raw(); got != `p\x1b]0;x\x07` {
		t.Errorf("id %q", got)
	}
	if strings.Contains(text, "<script>") {
		t.Error("HTML stands in the text as it is")
	}
}

func TestTable(t *testing.T) {
	in := example()
	in.Report.Steps[0].Checks = in.Report.Steps[0].Checks[:3]
	const want = `Nordwind (org1), read 2026-11-23 20:00 UTC

1. Verify a domain: 1 fail, 1 unknown, 1 waived, 1 read in part
  ✗ fail     high     domain-verified (1 of 3)
      A domain is verified
      Part of it could not be read: there may be more.
      • nordwind.example is not verified [domain dom1]
          state: unverified → verified
  ? unknown  medium   domain-coverage
      All users are of a verified domain
      Users could not be read: needs organization:users:write
  ~ waived   low      domain-pending
      No domain waits
      Waived until 2027-01-01 by ada: sold
      ~ waived: nordwind.example is not verified [domain dom1]
          state: unverified → verified

2. Back up: no checks yet, so nothing here was looked at

Score 30% (3 of 10 points): 2 fail, 0 pass, 1 waived, 0 attested, 0 not
applicable, 1 unknown.
Incomplete: something could not be read, and nothing is said to pass that was
not read. See above what is unknown and which permission is missing, then scan
again with a token that has it.
`
	if got := written(t, "table", in); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	in.Report.Complete = true
	if strings.Contains(written(t, "table", in), "Incomplete") {
		t.Error("a complete report says that it is not")
	}
}

func TestTableFitsAndCannotBeForged(t *testing.T) {
	in := example()
	wide := strings.Repeat("東京", 60)
	in.Report.Steps[0].Checks[0].Findings[0].Title = wide
	for _, width := range []int{20, 21, 33, 40, 80, 120} {
		in.Width = width
		text := written(t, "table", in)
		harmless(t, text)
		for _, l := range strings.Split(text, "\n") {
			if ansi.StringWidth(l) > width {
				t.Errorf("at %d columns a line has %d: %s", width, ansi.StringWidth(l), l)
			}
			// Lines of checks stand two columns in; a name's lines stand deeper.
			if strings.HasPrefix(l, "  ✓") || strings.HasPrefix(l, "✓") {
				t.Errorf("at %d columns a name passes for a check: %s", width, l)
			}
		}
	}
}

func TestTableColoursOnlyWhenAllowed(t *testing.T) {
	in := example()
	plain := written(t, "table", in)
	in.Styled = true
	styled := written(t, "table", in)
	if styled == plain {
		t.Error("nothing is coloured")
	}
	if ansi.Strip(styled) != plain {
		t.Errorf("colour changes the text:\n%s", ansi.Strip(styled))
	}
}

func TestSameInputSameBytes(t *testing.T) {
	for _, f := range Formats() {
		first := written(t, f, example())
		for range 20 {
			if written(t, f, example()) != first {
				t.Fatalf("%s differs from run to run", f)
			}
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestErrorsAreSentences(t *testing.T) {
	for _, f := range Formats() {
		if err := Write(full{}, f, example()); err == nil || err.Error() != "write the report as "+f+": no space left" {
			t.Errorf("%s: %v", f, err)
		}
		if err := Write(full{}, f, Input{}); err == nil || !strings.Contains(err.Error(), "nothing was read") {
			t.Errorf("%s without an organization: %v", f, err)
		}
	}
	if err := Write(full{}, "tabel", example()); err == nil || !strings.Contains(err.Error(), "the formats are table, json") {
		t.Errorf("an unknown format: %v", err)
	}
}
