package steps

import (
	"fmt"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// mostAccessLines keeps a preview readable.
const mostAccessLines = 16

// noteAccess tells in the preview how effective access changes: per person and
// resource what is lost, gained and kept.
func noteAccess(b *remediate.Builder, before, after *organization.Organization) {
	for _, p := range []organization.Part{organization.PartPermissions, organization.PartGroups, organization.PartUsers} {
		if !before.Status(p).Complete() {
			b.Note("How effective access changes is not known: not all %s could be read.", p)
			return
		}
	}
	had := before.EffectiveAccess()
	lost, gained, kept := organization.AccessDiff(had, after.EffectiveAccess())
	b.Note("Effective access: %d kept, %d lost, %d gained.", len(kept), len(lost), len(gained))
	type spot struct{ user, kind, id string }
	at := func(a organization.Access) spot {
		return spot{a.UserID.Raw(), a.ResourceType.Raw(), a.ResourceID.Raw()}
	}
	var order []spot
	says := map[spot][3][]string{}
	add := func(list []organization.Access, n int, only bool) {
		for _, a := range list {
			s, known := says[at(a)]
			if only && !known {
				continue
			}
			if !known {
				order = append(order, at(a))
			}
			s[n] = append(s[n], a.Permission.String())
			says[at(a)] = s
		}
	}
	add(lost, 0, false)
	add(gained, 1, false)
	add(kept, 2, true)
	names := map[spot]string{}
	for _, a := range slices.Concat(lost, gained) {
		names[at(a)] = resourceName(before, a)
	}
	// One line for all resources on which the same happens to the same person.
	var lines []string
	where := map[string][]string{}
	for _, s := range order {
		var parts []string
		for n, verb := range []string{"loses", "gains", "keeps"} {
			if list := says[s][n]; len(list) > 0 {
				parts = append(parts, verb+" "+strings.Join(list, ", "))
			}
		}
		if len(says[s][2]) == 0 {
			parts = append(parts, "keeps nothing")
		}
		line := fmt.Sprintf("%s %s, on ", whoIs(before, aivenapi.NewText(s.user)), strings.Join(parts, "; "))
		if where[line] == nil {
			lines = append(lines, line)
		}
		where[line] = append(where[line], names[s])
	}
	slices.Sort(lines)
	for i, line := range lines {
		if i == mostAccessLines {
			b.Note("And %d more.", len(lines)-mostAccessLines)
			return
		}
		b.Note("%s%s.", line, few(where[line]))
	}
}

// few lists at most five, and how many more there are.
func few(list []string) string {
	const most = 5
	if len(list) > most {
		list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", len(list)-most))
	}
	return strings.Join(list, ", ")
}

func resourceName(o *organization.Organization, a organization.Access) string {
	return placeOf(o, organization.Grant{ResourceType: a.ResourceType, ResourceID: a.ResourceID}).name
}

func whoIs(o *organization.Organization, id Text) string {
	for _, u := range o.AppUsers {
		if u.ID == id && !u.Name.Empty() {
			return u.Name.String()
		}
	}
	for _, u := range o.Users {
		if u.ID == id {
			return u.Email.String()
		}
	}
	return id.String()
}
