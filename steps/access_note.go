package steps

import (
	"fmt"
	"slices"
	"strings"

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
		names[at(a)] = fmt.Sprintf("%s on %s", whoIs(before, a.UserID), resourceName(before, a))
	}
	slices.SortStableFunc(order, func(a, b spot) int { return strings.Compare(names[a], names[b]) })
	for i, s := range order {
		if i == mostAccessLines {
			b.Note("And %d more people and resources.", len(order)-mostAccessLines)
			return
		}
		var parts []string
		for n, verb := range []string{"loses", "gains", "keeps"} {
			if list := says[s][n]; len(list) > 0 {
				parts = append(parts, verb+" "+strings.Join(list, ", "))
			}
		}
		if len(says[s][2]) == 0 {
			parts = append(parts, "keeps nothing")
		}
		b.Note("%s: %s.", names[s], strings.Join(parts, "; "))
	}
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
