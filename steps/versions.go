package steps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

const docsEOL = docs + "platform/reference/eol-for-major-versions"

// unversioned are types that Aiven runs in one version.
var unversioned = []string{"dragonfly", "thanos", "kafka_connect", "kafka_mirrormaker", "alloydbomni"}

// numbers of a version: "8.0", "8" and 8 are the same.
func numbers(s string) []int {
	var out []int
	for _, part := range strings.Split(strings.TrimSpace(s), ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil
		}
		out = append(out, n)
	}
	for len(out) > 1 && out[len(out)-1] == 0 {
		out = out[:len(out)-1]
	}
	return out
}

// sameVersion compares versions as numbers, or as text where one is none.
func sameVersion(a, b Text) bool {
	x, y := numbers(a.Raw()), numbers(b.Raw())
	if x == nil || y == nil {
		return a == b
	}
	return slices.Equal(x, y)
}

func newerVersion(a, than Text) bool {
	x, y := numbers(a.Raw()), numbers(than.Raw())
	return x != nil && y != nil && slices.Compare(x, y) > 0
}

// versionOf finds what is known of a service's version; "" is no reason why not.
func versionOf(in Input, s organization.Service) (v organization.ServiceVersion, why string) {
	if s.Config.Version.Empty() {
		return v, "does not say its version"
	}
	for _, v := range in.Org.ServiceVersions {
		if v.Type == s.Type && sameVersion(v.Version, s.Config.Version) {
			return extended(in, s, v), ""
		}
	}
	return v, "has the version " + s.Config.Version.String() + ", which Aiven does not list"
}

// extended gives a version the longer life that the project was granted.
func extended(in Input, s organization.Service, v organization.ServiceVersion) organization.ServiceVersion {
	for _, p := range in.Org.Projects {
		if p.ID != s.Project {
			continue
		}
		x, ok := p.Extensions[s.Type.Raw()]
		if ok && (x.Version.Empty() || sameVersion(x.Version, v.Version)) && x.EndOfLife.After(v.EndOfLife) {
			v.EndOfLife = x.EndOfLife
			if x.EndOfLife.After(in.Now) && !v.State.Is("terminated") {
				v.State = aivenapi.NewText("available")
			}
		}
	}
	return v
}

func ended(v organization.ServiceVersion, now time.Time) bool {
	return slices.ContainsFunc([]string{"eol", "terminated", "unavailable"}, v.State.Is) || !v.EndOfLife.IsZero() && v.EndOfLife.Before(now)
}

// newerThan are the versions that Aiven offers and that are newer, oldest first.
func newerThan(in Input, s organization.Service) []organization.ServiceVersion {
	var out []organization.ServiceVersion
	for _, v := range in.Org.ServiceVersions {
		if v.Type == s.Type && v.State.Is("available") && !v.AvailableFrom.After(in.Now) && newerVersion(v.Version, s.Config.Version) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b organization.ServiceVersion) int {
		return slices.Compare(numbers(a.Version.Raw()), numbers(b.Version.Raw()))
	})
	return out
}

// perVersion evaluates a rule on each service of a versioned type, powered-off
// ones included: Aiven deletes those at the end of their version's life. A
// version that matches nothing known is unknown.
func perVersion(in Input, fix string, rule func(organization.Service, organization.ServiceVersion) (Finding, bool)) Result {
	var r Result
	var unknown []string
	n := 0
	for _, s := range in.Org.Services {
		if slices.ContainsFunc(unversioned, s.Type.Is) {
			continue
		}
		n++
		v, why := versionOf(in, s)
		if why != "" {
			unknown = append(unknown, shownService(s)+" "+why)
			continue
		}
		f, wrong := rule(s, v)
		if !wrong {
			r.Passed++
			continue
		}
		f.Resource, f.Fixes = serviceTarget(s), []string{}
		switch {
		case len(newerThan(in, s)) == 0:
		case !s.On():
			f.Evidence = append(f.Evidence, Evidence{"state", "powered off", "powered on to be upgraded, or deleted"})
		case isReplica(in.Org, s):
			f.Evidence = append(f.Evidence, Evidence{"read replica", "yes", "upgraded with its primary, or made anew"})
		default:
			f.Fixes = []string{fix}
		}
		r.Findings = append(r.Findings, f)
	}
	if n == 0 {
		r.NotApplicable = "there are no services whose version can be chosen"
	}
	if len(unknown) > 0 {
		r.Unknown = fmt.Sprintf("%s; %s not evaluated.", few(unknown), count(len(unknown), "service is", "services are"))
	}
	return r
}

// isReplica says whether a service is the copy of another.
func isReplica(o *organization.Organization, s organization.Service) bool {
	for _, at := range o.Services {
		for _, i := range at.Integrations {
			project := i.DestProject
			if project.Empty() {
				project = at.Project
			}
			if i.Type.Is("read_replica") && project == s.Project && i.DestSvc == s.Name {
				return true
			}
		}
	}
	return false
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return "not told"
	}
	return t.UTC().Format(time.DateOnly)
}
