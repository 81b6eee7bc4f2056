package steps

import (
	"errors"
	"slices"
	"testing"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// A time that could not be understood is zero and the resource is missing:
// nobody is never active, and no token never used or without end, because of it.
func TestATimeThatCouldNotBeUnderstoodIsNotNever(t *testing.T) {
	old := now.AddDate(-1, 0, 0)
	someone, app := user("u1"), user("a1")
	someone.JoinTime, someone.LastActivity, someone.TokensRead = old, time.Time{}, true
	someone.Tokens = []organization.PersonalToken{{Prefix: text("p"), IPAllowlist: []Text{text("10.0.0.0/8")}}}
	app.IsApplicationUser = true
	data := organization.Organization{ID: text("org1"), Users: []organization.User{someone, app}, AppUsers: []organization.AppUser{
		{ID: text("a1"), Name: text("export"), CreateTime: old, TokensRead: true, Tokens: []organization.AppToken{{Prefix: text("t"), CreateTime: old}}},
	}}
	for _, c := range []Check{checkInactiveUsers(), checkPersonalTokenUnused(), checkTokenUnused(), checkTokenExpiry(), checkAppUserUnused()} {
		in := Input{Org: organization.Assemble(data, nil), Policy: policy.Default(), Now: now}
		if r := evaluate(c, in); r.Status != Fail {
			t.Errorf("%s is %s where the time is never", c.ID, r.Status)
		}
		for p, id := range map[organization.Part]string{organization.PartUsers: "u1", organization.PartUserTokens: "u1", organization.PartAppTokens: "a1"} {
			if slices.Contains(c.Needs, p) && (p != organization.PartUsers || c.ID == "inactive-users") {
				in.Org = in.Org.WithStatus(organization.Status{Part: p, Read: now, Missing: []organization.Missing{{Resource: text(id), Err: errors.New("odd")}}})
			}
		}
		if r := evaluate(c, in); r.Status != Unknown || len(r.Findings) != 0 {
			t.Errorf("%s is %s with %d findings where the time is odd", c.ID, r.Status, len(r.Findings))
		}
	}
}
