package tui

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/policy"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// waiverDays is the proposed life of a waiver.
const waiverDays = 90

func needed(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("this must not be empty")
	}
	return nil
}

// future takes a day after now.
func future(now time.Time) func(string) error {
	return func(s string) error {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return errors.New("this must be a day such as 2027-01-31")
		}
		if !d.After(now) {
			return errors.New("this day is past")
		}
		return nil
	}
}

func day(s string) time.Time {
	d, _ := time.Parse(time.DateOnly, s) // the form has checked it
	return d
}

// me is the admin as the organization knows them.
func me(m *Model) string { return m.s.Organization().Me.Email.String() }

// newWaive asks for a waiver of one finding.
func newWaive(m *Model, f steps.Finding) screen {
	now := m.o.Now()
	s := newForm(m, "Waive: "+f.Title, []steps.Question{
		{Key: "reason", Kind: steps.AskText, Title: "Why is this accepted?", Validate: needed},
		{Key: "owner", Kind: steps.AskText, Title: "Who answers for it?", Default: me(m), Validate: needed},
		{Key: "expires", Kind: steps.AskText, Title: "Until when?", Help: "After this day it is a finding again.", Default: now.AddDate(0, 0, waiverDays).Format(time.DateOnly), Validate: future(now)},
	})
	s.done = func(m *Model, a steps.Answers) tea.Cmd {
		err := m.s.Waive(policy.Waiver{Check: f.Check, Resource: f.Resource.ID.Raw(), Reason: a["reason"], Owner: a["owner"], Expires: day(a["expires"])})
		return written(m, err, "Waived until "+a["expires"]+", written to "+filepath.Base(m.s.Policy().Path))
	}
	return s
}

// written goes back to the list, with what was written or why it was not.
func written(m *Model, err error, says string) tea.Cmd {
	m.home()
	if err != nil {
		return m.fail(err)
	}
	m.flash = says
	return nil
}

// attest asks for an attestation where the check takes one.
func attest(m *Model, c steps.CheckResult, f *steps.Finding) tea.Cmd {
	return attestCheck(m, c.Check, f)
}

func attestCheck(m *Model, c steps.Check, f *steps.Finding) tea.Cmd {
	if c.Attest == "" {
		m.flash = "This check is decided by reading: it can be fixed or waived, not attested."
		return nil
	}
	now, days := m.o.Now(), m.s.Policy().Thresholds.AttestationDays
	resource := ""
	title := "Attest: " + c.Title
	if f != nil && f.Resource.Type != "organization" {
		resource, title = f.Resource.ID.Raw(), fmt.Sprintf("Attest for %s: %s", f.Resource.Name, c.Title)
	}
	s := newForm(m, title, []steps.Question{
		{Key: "person", Kind: steps.AskText, Title: "Who says so?", Default: me(m), Validate: needed},
		{Key: "evidence", Kind: steps.AskText, Title: "Where is it written down?", Help: "A link or a ticket; may be empty.", Optional: true},
		{Key: "expires", Kind: steps.AskText, Title: "Until when?", Help: "After this day it must be attested again.", Default: now.AddDate(0, 0, days).Format(time.DateOnly), Validate: future(now)},
	})
	s.lead = c.Attest
	s.done = func(m *Model, a steps.Answers) tea.Cmd {
		err := m.s.Attest(policy.Attestation{Check: c.ID, Resource: resource, Statement: c.Attest, Person: a["person"], Date: now, Expires: day(a["expires"]), Evidence: a["evidence"]})
		return written(m, err, "Attested until "+a["expires"]+", written to "+filepath.Base(m.s.Policy().Path))
	}
	return m.push(s)
}

// saveForm asks where the report goes.
func saveForm(m *Model) screen {
	s := newForm(m, "Save the report", []steps.Question{
		{Key: "path", Kind: steps.AskText, Title: "File", Help: "Written as JSON, readable by you alone.", Default: "avn-harden-report.json", Validate: needed},
	})
	s.done = func(m *Model, a steps.Answers) tea.Cmd {
		err := m.o.SaveReport(m.s, a["path"])
		return written(m, err, "Saved to "+a["path"])
	}
	return s
}

// previewOf shows one change as a preview does.
func previewOf(m *Model, c remediate.Change) remediate.ChangePreview {
	p := remediate.MakePreview(remediate.Plan{Schema: remediate.PlanSchema, OrgID: m.s.Organization().ID.Raw(), Changes: []remediate.Change{c}},
		m.s.Organization(), m.s.Policy(), m.o.Now(), "")
	return p.Changes[0]
}

func shown(list []string) string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, strconv.QuoteToGraphic(s))
	}
	return strings.Join(out, ", ")
}

func itoa(n int) string { return strconv.Itoa(n) }
