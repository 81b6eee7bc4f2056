package steps

import (
	"time"

	"avn-harden/internal/organization"
)

func grant(kind, id, principalType, principal string, permissions ...string) organization.Grant {
	return organization.Grant{
		ResourceType: text(kind), ResourceID: text(id), PrincipalType: text(principalType), PrincipalID: text(principal), Permissions: texts(permissions),
	}
}

func password(second bool) []organization.LoginMethod {
	return []organization.LoginMethod{{Type: text("internal"), Name: text("Password"), TwoFactor: second, LastUsed: now.Add(-time.Hour)}}
}

// crowded is an organization whose people, groups and tokens break every
// check of sections 5 and 6.
func crowded() organization.Organization {
	o := messy()
	o.Users, o.AppUsers, o.Groups = nil, nil, nil
	person := func(id string, super bool, seen time.Time, more func(*organization.User)) {
		u := user(id)
		u.IsSuperAdmin, u.LastActivity, u.TokensRead, u.LoginMethods, u.JoinTime = super, seen, true, password(true), now.AddDate(-2, 0, 0)
		if more != nil {
			more(&u)
		}
		o.Users = append(o.Users, u)
	}
	day := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	person("u1", true, day(1), nil)
	person("u2", true, day(200), nil)
	person("u3", true, day(100), func(u *organization.User) { u.LoginMethods = password(false) })
	person("u4", true, day(120), func(u *organization.User) {
		u.Tokens = []organization.PersonalToken{{Prefix: text("su/p+er="), Description: text("laptop"), LastUsed: day(3), LastIP: text("203.0.113.7")}}
	})
	person("u5", false, time.Time{}, nil)
	person("u6", false, day(95), func(u *organization.User) { u.ManagedBySCIM = true })
	person("u7", false, day(5), func(u *organization.User) { u.Email = text(hostile + "@example.com") })
	person("u8", false, day(300), func(u *organization.User) { u.State = text("deactivated") })
	person("u9", false, day(2), func(u *organization.User) {
		u.Tokens = []organization.PersonalToken{
			{Prefix: text("never1"), IPAllowlist: []Text{text("10.0.0.0/8")}},
			{Prefix: text("fine1"), Description: text("cli"), LastUsed: day(1), IPAllowlist: []Text{text("10.0.0.0/8")}},
		}
	})
	quarter := 7776000
	year := 31536000
	apps := []organization.AppUser{
		{ID: text("a1"), Name: text("ci"), CreateTime: day(900), TokensRead: true, Tokens: []organization.AppToken{
			{Prefix: text("ab/c+d="), CreateTime: day(400), LastUsed: day(1), LastIP: text("203.0.113.9"), LastUserAgent: text("terraform/1")},
			{Prefix: text("two"), Description: text("deploy"), CreateTime: day(300), MaxAgeSeconds: &year, LastUsed: day(2), LastIP: text("198.51.100.4"), LastUserAgent: text("curl/8"), IPAllowlist: []Text{text("0.0.0.0/0")}},
			{Prefix: text("three"), Description: text("old"), CreateTime: day(500), MaxAgeSeconds: &quarter, ExtendWhenUsed: true, LastUsed: day(200), IPAllowlist: []Text{text("10.0.0.0/8")}, Scopes: []Text{text("services:read")}},
		}},
		{ID: text("a2"), Name: text("billing export"), CreateTime: day(60), TokensRead: true, Tokens: []organization.AppToken{
			{Prefix: text("good"), Description: text("export (finance)"), CreateTime: day(20), MaxAgeSeconds: &quarter, LastUsed: day(1), IPAllowlist: []Text{text("10.0.0.0/8")}, Scopes: []Text{text("x")}},
		}},
		{ID: text("a3"), Name: text("retired"), CreateTime: day(800), TokensRead: true},
		{ID: text("a4"), Name: text("owner"), CreateTime: day(10), TokensRead: true, IsSuperAdmin: true},
	}
	o.AppUsers = apps
	for _, a := range apps {
		u := user(a.ID.Raw())
		u.IsApplicationUser, u.IsSuperAdmin = true, a.IsSuperAdmin
		o.Users = append(o.Users, u)
	}
	o.Groups = []organization.Group{
		{ID: text("g1"), Name: text("Admins"), Description: text("run the organization"), MemberIDs: []Text{text("u1"), text("u9"), text("u7")}},
		{ID: text("g2"), Name: text("Everybody"), MemberIDs: []Text{text("u5"), text("u7"), text("u8")}},
		{ID: text("g3"), Name: text("Empty"), Description: text("nobody is left")},
		{ID: text("g4"), Name: text("From IdP"), ManagedBySCIM: true, MemberIDs: []Text{text("u6")}},
	}
	o.IdPs[0].AutoJoinGroupID = text("g2")
	o.Grants = []organization.Grant{
		grant("organization", "org1", "user_group", "g1", "role:organization:admin"),
		grant("organization", "org1", "user", "u7", "organization:users:write", "role:never:heard:of"),
		grant("organization", "org1", "user", "a1", "role:organization:admin", "service:secrets:read"),
		grant("organization", "org1", "user_group", "g2", "developer"),
		grant("project", "shop", "user", "u5", "admin"),
		grant("project", "shop", "user", "u9", "admin"),
		grant("project", "shop", "user", "u7", "admin"),
		grant("project", "shop", "user", "u6", "role:project:admin"),
		grant("project", "wiki", "user", "u8", "read_only"),
		grant("project", "wiki", "user_group", "g3", "operator"),
		grant("project", "wiki", "user", "a2", "read_only"),
	}
	o.Invitations = []organization.Invitation{
		{Email: text("late@example.com"), InvitedBy: text("u1@example.com"), Created: day(40), Expires: day(26)},
		{Email: text("new@example.com"), InvitedBy: text("u1@example.com"), Created: day(1), Expires: day(-13)},
	}
	o.BillingGroups = []organization.BillingGroup{{ID: text("b1"), Name: text("Main"), Emails: []Text{text("bills@example.com"), text("u1@example.com")}}}
	o.Projects[0].TechEmails = []Text{text("u2@example.com"), text("ops@example.com")}
	o.Services = []organization.Service{
		{
			Project: text("shop"), Name: text("db"), Type: text("pg"), State: text("RUNNING"), UsersTold: true, TechEmails: []Text{text("u1@example.com")},
			Users: []organization.ServiceUser{{Name: text("avnadmin"), Type: text("primary")}},
			Pools: []organization.ConnectionPool{{Name: text("web"), Database: text("defaultdb"), Username: text("avnadmin"), Mode: text("transaction"), Size: 10}},
		},
		{
			Project: text("shop"), Name: text("cache"), Type: text("valkey"), State: text("RUNNING"), UsersTold: true,
			Users: []organization.ServiceUser{{Name: text("default"), Type: text("primary")}, {Name: text("web"), Type: text("regular")}},
		},
		{
			Project: text("wiki"), Name: text("pages"), Type: text("pg"), State: text("RUNNING"), UsersTold: true,
			Users: []organization.ServiceUser{{Name: text("avnadmin"), Type: text("primary")}, {Name: text("wiki"), Type: text("regular")}},
			Pools: []organization.ConnectionPool{{Name: text("all"), Database: text("defaultdb"), Username: text("avnadmin"), Mode: text("transaction"), Size: 10}},
		},
		{Project: text("wiki"), Name: text("events"), Type: text("clickhouse"), State: text("RUNNING"), UsersTold: true, Users: []organization.ServiceUser{{Name: text("avnadmin"), Type: text("primary")}}},
		{Project: text("wiki"), Name: text("asleep"), Type: text("mysql"), State: text("POWEROFF"), UsersTold: true, Users: []organization.ServiceUser{{Name: text("avnadmin"), Type: text("primary")}}},
		{Project: text("wiki"), Name: text("charts"), Type: text("grafana"), State: text("RUNNING")},
	}
	return o
}
