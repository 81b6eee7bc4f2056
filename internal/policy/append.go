package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/renameio/v2"
)

// AddWaiver appends to the file atomically, keeping comments and order, and
// gives the policy with it. p stays as it was. It refuses, and leaves the file
// alone, when the file changed since it was read.
func (p *Policy) AddWaiver(w Waiver) (*Policy, error) {
	w.Expires = day(w.Expires)
	want := *p
	want.Waivers = append(slices.Clone(p.Waivers), w)
	return p.add(&want, "waivers", []field{
		{"check", w.Check}, {"resource", w.Resource}, {"reason", w.Reason},
		{"owner", w.Owner}, {"expires", dayText(w.Expires)},
	})
}

// AddAttestation is AddWaiver for an attestation. Without an expiry it holds
// for the days that the policy allows.
func (p *Policy) AddAttestation(a Attestation) (*Policy, error) {
	a.Date, a.Expires = day(a.Date), day(a.Expires)
	if a.Expires.IsZero() && !a.Date.IsZero() {
		a.Expires = a.Date.AddDate(0, 0, p.Thresholds.AttestationDays)
	}
	item := []field{{"check", a.Check}}
	if a.Resource != "" {
		item = append(item, field{"resource", a.Resource})
	}
	item = append(item, field{"statement", a.Statement}, field{"person", a.Person},
		field{"date", dayText(a.Date)}, field{"expires", dayText(a.Expires)})
	if a.Evidence != "" {
		item = append(item, field{"evidence", a.Evidence})
	}
	want := *p
	want.Attestations = append(slices.Clone(p.Attestations), a)
	return p.add(&want, "attestations", item)
}

// day drops the time of day; the zero time stays zero.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (p *Policy) add(want *Policy, list string, item []field) (*Policy, error) {
	if p.Path == "" {
		return nil, errors.New("this policy belongs to no file, so nothing can be added to it. Start with --config FILE")
	}
	for _, f := range item {
		if !utf8.ValidString(f.value) {
			return nil, fmt.Errorf("the %s is not UTF-8 text, so it cannot stand in the policy file. Write it in other words", f.key)
		}
	}
	path, err := target(p.Path)
	if err != nil {
		return nil, err
	}
	now, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the policy file before writing it: %w", err)
	}
	if !bytes.Equal(now, p.read) {
		return nil, fmt.Errorf("%s was changed by somebody else since it was read, so nothing was written. Read it again by starting anew, then repeat", show(p.Path))
	}
	text, next, err := p.choose(want, string(now), list, item)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("write the policy file: %w", err)
	}
	mode := fs.FileMode(0o600)
	if st, err := os.Stat(path); err == nil {
		mode = st.Mode().Perm()
	}
	if err := renameio.WriteFile(path, []byte(text), mode, renameio.IgnoreUmask()); err != nil {
		return nil, fmt.Errorf("write the policy file: %w", err)
	}
	return next, nil
}

// choose gives the first way of putting the item in that says exactly what is
// wanted, with every comment where it was.
func (p *Policy) choose(want *Policy, text, list string, item []field) (string, *Policy, error) {
	ways, err := insertions(text, list, item)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", show(p.Path), err)
	}
	// What is wrong with the entry itself is best said of a file that holds nothing else.
	alone := list + ":\n" + block(item, "  ", "\n")
	if _, err := parse(p.Path, []byte(alone), p.knownChecks); err != nil {
		return "", nil, fmt.Errorf("this entry is not complete, so it was not written: %s", sentences(err))
	}
	for _, way := range ways {
		next, err := parse(p.Path, []byte(way), p.knownChecks)
		if err == nil && same(next, want) && slices.Equal(comments(text), comments(way)) {
			return way, next, nil
		}
	}
	return "", nil, fmt.Errorf("%s is written in a form that cannot be added to without changing something else, so it was left alone. Add the entry to %s by hand", show(p.Path), list)
}

// same says whether two policies say the same.
func same(a, b *Policy) bool {
	return a.Thresholds == b.Thresholds && slices.Equal(a.TrustedNetworks, b.TrustedNetworks) &&
		slices.Equal(a.Waivers, b.Waivers) && slices.Equal(a.Attestations, b.Attestations) &&
		slices.Equal(a.RoleGroups, b.RoleGroups) && slices.Equal(a.CriticalServices, b.CriticalServices) &&
		slices.Equal(a.RegulatedProjects, b.RegulatedProjects) && a.BusinessHours == b.BusinessHours
}
