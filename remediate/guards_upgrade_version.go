package remediate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"avn-harden/internal/organization"
)

// CompareVersions compares major versions as numbers, so that "8" is "8.0" and
// "1.9" comes before "1.20". False: one of them is no version.
func CompareVersions(a, b string) (int, bool) {
	x, okX := versionNumbers(a)
	y, okY := versionNumbers(b)
	return slices.Compare(x, y), okX && okY
}

// versionNumbers gives the numbers of a version without the zeros at its end.
func versionNumbers(s string) ([]int, bool) {
	var out []int
	for _, p := range strings.Split(strings.TrimSpace(s), ".") {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return nil, false
		}
		out = append(out, int(n))
	}
	for len(out) > 1 && out[len(out)-1] == 0 {
		out = out[:len(out)-1]
	}
	return out, true
}

// KnownVersion finds a version of a type of service among those that Aiven
// lists; nil if it is not among them.
func KnownVersion(o *organization.Organization, kind, version string) *organization.ServiceVersion {
	for i, v := range o.ServiceVersions {
		if c, ok := CompareVersions(v.Version.Raw(), version); v.Type.Is(kind) && ok && c == 0 {
			return &o.ServiceVersions[i]
		}
	}
	return nil
}

// NewerVersions are the available versions of a type above one, the next first.
func NewerVersions(o *organization.Organization, kind, version string) []organization.ServiceVersion {
	var out []organization.ServiceVersion
	for _, v := range o.ServiceVersions {
		if c, ok := CompareVersions(v.Version.Raw(), version); v.Type.Is(kind) && ok && c > 0 && v.State.Is("available") {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b organization.ServiceVersion) int {
		c, _ := CompareVersions(a.Version.Raw(), b.Version.Raw())
		return cmp.Or(c, strings.Compare(a.Version.Raw(), b.Version.Raw()))
	})
	return out
}
