package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const docsVersions = docs + "platform/reference/eol-for-major-versions"

// versionParts is what every rule about versions reads.
var versionParts = []organization.Part{organization.PartProjects, organization.PartServices, organization.PartVersions}

// versionless are types that have one version only, which Aiven keeps current.
var versionless = []string{"dragonfly", "thanos", "kafka_connect", "kafka_mirrormaker"}

func versioned(s organization.Service) bool { return !slices.Contains(versionless, s.Type.Raw()) }

// updateTarget is a service as findings and changes of this step name it.
func updateTarget(s organization.Service) remediate.Target {
	return remediate.Target{Type: "service", ID: aivenapi.NewText(s.Ref()), Name: s.Name}
}

// inProject names a service for a sentence.
func inProject(s organization.Service) string { return fmt.Sprintf("%s in %s", s.Name, s.Project) }

func typeAndVersion(s organization.Service) string {
	return fmt.Sprintf("%s %s", s.Type, s.Config.Version)
}

// release is the version that a service runs, with when it ends for it.
type release struct {
	organization.ServiceVersion
	end      time.Time // zero: none is known
	extended bool      // the project was granted a longer life
}

// releaseOf looks the version of a service up. Otherwise it says why not.
func releaseOf(in Input, s organization.Service) (release, string) {
	if s.Config.Version.Empty() {
		return release{}, fmt.Sprintf("the version of %s is not told", inProject(s))
	}
	v := remediate.KnownVersion(in.Org, s.Type.Raw(), s.Config.Version.Raw())
	if v == nil {
		return release{}, fmt.Sprintf("Aiven lists no %s, which %s runs", typeAndVersion(s), inProject(s))
	}
	r := release{ServiceVersion: *v, end: v.EndOfLife}
	// What Aiven tells about the service itself is closer to the truth than the list.
	for _, n := range s.Notifications {
		if n.Type.Is("service_end_of_life") && !n.EndOfLife.IsZero() && (r.end.IsZero() || n.EndOfLife.Before(r.end)) {
			r.end = n.EndOfLife
		}
	}
	if end := extension(in.Org, s); end.After(r.end) {
		r.end, r.extended = end, true
	}
	if !slices.Contains([]string{"available", "preview", "eol", "terminated", "unavailable"}, v.State.Raw()) && r.end.IsZero() {
		return release{}, fmt.Sprintf("the state %s of %s is not known", orNotTold(v.State), typeAndVersion(s))
	}
	return r, ""
}

// extension is until when the project may run the service's version; zero if
// nothing was granted.
func extension(o *organization.Organization, s organization.Service) time.Time {
	for _, p := range o.Projects {
		if p.ID != s.Project && p.Name != s.Project {
			continue
		}
		e, ok := p.Extensions[s.Type.Raw()]
		if c, same := remediate.CompareVersions(e.Version.Raw(), s.Config.Version.Raw()); ok && (same && c == 0 || e.Version.Empty()) {
			return e.EndOfLife
		}
	}
	return time.Time{}
}

// ended says whether a version is past its end. A granted extension outlives
// the state "eol", but not a version that is gone altogether.
func (r release) ended(now time.Time) bool {
	switch r.State.Raw() {
	case "terminated":
		return true
	case "eol", "unavailable":
		return !r.extended || !r.end.After(now)
	}
	return !r.end.IsZero() && !r.end.After(now)
}

func (r release) until() string {
	switch {
	case r.end.IsZero():
		return "not told"
	case r.extended:
		return r.end.UTC().Format(time.DateOnly) + " (extended for the project)"
	}
	return r.end.UTC().Format(time.DateOnly)
}

func orNotTold(t Text) string {
	if t.Empty() {
		return "(not told)"
	}
	return t.String()
}

// perVersion judges each service that has a version; judge gives nil where
// nothing is wrong, and a reason where it cannot tell.
func perVersion(in Input, judge func(organization.Service, release) (*Finding, string)) Result {
	var r Result
	var unknown []string
	seen := false
	for _, s := range in.Org.Services {
		if !versioned(s) {
			continue
		}
		seen = true
		v, why := releaseOf(in, s)
		var f *Finding
		if why == "" {
			f, why = judge(s, v)
		}
		switch {
		case why != "":
			unknown = append(unknown, why)
		case f == nil:
			r.Passed++
		default:
			f.Resource = updateTarget(s)
			f.Fixes, f.Evidence = upgradeOffer(in, s, f.Evidence)
			r.Findings = append(r.Findings, *f)
		}
	}
	if !seen {
		r.NotApplicable = "There is no service that has a version to choose."
	}
	r.Unknown = notKnown(unknown)
	return r
}

// notKnown makes one sentence of what could not be judged, at most three of it.
func notKnown(list []string) string {
	const most = 3
	if len(list) == 0 {
		return ""
	}
	if n := len(list); n > most {
		list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", n-most))
	}
	return "Not known: " + strings.Join(list, "; ") + "."
}
