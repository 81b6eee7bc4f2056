package organization

import (
	"context"
	"slices"
)

func readUsers(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("OrganizationUserList", "organization", f.id, "user")
	got, err := list(ctx, f, c, "users", func(w wireUser) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	users := make([]User, 0, len(got))
	for _, w := range got {
		odd.check(w.ID, w.LastActivity, w.Joined)
		users = append(users, User{
			ID: w.ID, Email: w.Info.Email, Name: w.Info.Name, IsSuperAdmin: w.IsSuperAdmin,
			IsApplicationUser: w.Info.IsApplicationUser, ManagedBySCIM: w.Info.ManagedBySCIM,
			ManagingOrgID: w.Info.ManagingOrgID, State: w.Info.State,
			LastActivity: w.LastActivity.t, JoinTime: w.Joined.t,
		})
	}
	return func(o *Organization) { o.Users = keepRead(users, o.Users) }, odd.missing, nil
}

// keepRead carries over, from an earlier reading, what other parts read about the same users.
func keepRead(users, before []User) []User {
	old := make(map[Text]User, len(before))
	for _, u := range before {
		old[u.ID] = u
	}
	for i, u := range users {
		was := old[u.ID]
		users[i].LoginMethods, users[i].LoginsRead = was.LoginMethods, was.LoginsRead
		users[i].Tokens, users[i].TokensRead = was.Tokens, was.TokensRead
	}
	return users
}

// people gives the users that are humans: only they log in and have personal tokens.
func people(o *Organization) []User {
	return slices.DeleteFunc(slices.Clone(o.Users), func(u User) bool { return u.IsApplicationUser })
}

func userID(u User) Text { return u.ID }

func readLoginMethods(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	humans := people(o)
	got, missing, err := each(ctx, f, humans, userID, func(ctx context.Context, u User) ([]wireLogin, error) {
		c := lists("OrganizationUserAuthenticationMethodsList", "organization", f.id, "user", u.ID.Raw(), "authentication_methods")
		var out []wireLogin
		err := f.keyed(ctx, c, "authentication_methods", &out)
		return out, err
	})
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	read := make(map[Text][]LoginMethod, len(humans))
	for i, u := range humans {
		if got[i] == nil {
			continue
		}
		methods := make([]LoginMethod, 0, len(*got[i]))
		for _, w := range *got[i] {
			odd.check(u.ID, w.LastUsed)
			methods = append(methods, LoginMethod{
				Type: w.Type, Name: w.Name, LocalProviderID: w.LocalProviderID, TwoFactor: w.TwoFactor,
				LastUsed: w.LastUsed.t, OrganizationID: w.OrganizationID,
			})
		}
		read[u.ID] = methods
	}
	apply := func(o *Organization) {
		o.Users = slices.Clone(o.Users)
		for i, u := range o.Users {
			o.Users[i].LoginMethods, o.Users[i].LoginsRead = nil, false
			if m, ok := read[u.ID]; ok {
				o.Users[i].LoginMethods, o.Users[i].LoginsRead = m, true
			}
		}
	}
	return apply, append(missing, odd.missing...), nil
}

func readPersonalTokens(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	humans := people(o)
	got, missing, err := each(ctx, f, humans, userID, func(ctx context.Context, u User) ([]wireToken, error) {
		c := lists("OrganizationUserTokensList", "organization", f.id, "user", u.ID.Raw(), "access-tokens")
		return list(ctx, f, c, "tokens", func(w wireToken) Text { return w.Prefix })
	})
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	read := make(map[Text][]PersonalToken, len(humans))
	for i, u := range humans {
		if got[i] == nil {
			continue
		}
		tokens := make([]PersonalToken, 0, len(*got[i]))
		for _, w := range *got[i] {
			odd.check(u.ID, w.LastUsed)
			tokens = append(tokens, PersonalToken{
				Prefix: w.Prefix, Description: w.Description, IPAllowlist: w.IPAllowlist,
				LastIP: w.LastIP, LastUsed: w.LastUsed.t, LastUserAgent: w.LastUserAgent,
			})
		}
		read[u.ID] = tokens
	}
	apply := func(o *Organization) {
		o.Users = slices.Clone(o.Users)
		for i, u := range o.Users {
			o.Users[i].Tokens, o.Users[i].TokensRead = nil, false
			if t, ok := read[u.ID]; ok {
				o.Users[i].Tokens, o.Users[i].TokensRead = t, true
			}
		}
	}
	return apply, append(missing, odd.missing...), nil
}

func readGroups(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("UserGroupsList", "organization", f.id, "user-groups")
	got, err := list(ctx, f, c, "user_groups", func(w wireGroup) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	groupID := func(w wireGroup) Text { return w.ID }
	members, missing, err := each(ctx, f, got, groupID, func(ctx context.Context, w wireGroup) ([]wireMember, error) {
		c := lists("UserGroupMemberList", "organization", f.id, "user-groups", w.ID.Raw(), "members")
		return list(ctx, f, c, "members", func(m wireMember) Text { return m.UserID })
	})
	if err != nil {
		return nil, nil, err
	}
	groups := make([]Group, 0, len(got))
	for i, w := range got {
		g := Group{ID: w.ID, Name: w.Name, Description: w.Description, ManagedBySCIM: w.ManagedBySCIM}
		if members[i] != nil {
			for _, m := range *members[i] {
				g.MemberIDs = append(g.MemberIDs, m.UserID)
			}
		}
		groups = append(groups, g)
	}
	return func(o *Organization) { o.Groups = groups }, missing, nil
}

func readAppUsers(ctx context.Context, f *fetcher, _ *Organization) (applying, []Missing, error) {
	f.expect(1)
	c := lists("ApplicationUsersList", "organization", f.id, "application-users")
	got, err := list(ctx, f, c, "application_users", func(w wireAppUser) Text { return w.ID })
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	users := make([]AppUser, 0, len(got))
	for _, w := range got {
		odd.check(w.ID, w.Created)
		users = append(users, AppUser{ID: w.ID, Name: w.Name, Email: w.Email, CreateTime: w.Created.t, IsSuperAdmin: w.IsSuperAdmin})
	}
	apply := func(o *Organization) {
		old := make(map[Text]AppUser, len(o.AppUsers))
		for _, u := range o.AppUsers {
			old[u.ID] = u
		}
		for i, u := range users {
			users[i].Tokens, users[i].TokensRead = old[u.ID].Tokens, old[u.ID].TokensRead
		}
		o.AppUsers = users
	}
	return apply, odd.missing, nil
}

func readAppTokens(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	users := o.AppUsers
	got, missing, err := each(ctx, f, users, func(u AppUser) Text { return u.ID }, func(ctx context.Context, u AppUser) ([]wireToken, error) {
		c := lists("ApplicationUserAccessTokensList", "organization", f.id, "application-users", u.ID.Raw(), "access-tokens")
		return list(ctx, f, c, "tokens", func(w wireToken) Text { return w.Prefix })
	})
	if err != nil {
		return nil, nil, err
	}
	var odd oddities
	read := make(map[Text][]AppToken, len(users))
	for i, u := range users {
		if got[i] == nil {
			continue
		}
		tokens := make([]AppToken, 0, len(*got[i]))
		for _, w := range *got[i] {
			odd.check(u.ID, w.Created, w.Expires, w.LastUsed)
			tokens = append(tokens, w.appToken())
		}
		read[u.ID] = tokens
	}
	apply := func(o *Organization) {
		o.AppUsers = slices.Clone(o.AppUsers)
		for i, u := range o.AppUsers {
			o.AppUsers[i].Tokens, o.AppUsers[i].TokensRead = nil, false
			if t, ok := read[u.ID]; ok {
				o.AppUsers[i].Tokens, o.AppUsers[i].TokensRead = t, true
			}
		}
	}
	return apply, append(missing, odd.missing...), nil
}

func (w wireToken) appToken() AppToken {
	return AppToken{
		Prefix: w.Prefix, Description: w.Description, CreateTime: w.Created.t, ExpiryTime: w.Expires.t,
		MaxAgeSeconds: seconds(w.MaxAgeSeconds), ExtendWhenUsed: w.ExtendWhenUsed, IPAllowlist: w.IPAllowlist,
		LastUsed: w.LastUsed.t, LastIP: w.LastIP, LastUserAgent: w.LastUserAgent, Scopes: w.Scopes,
		CurrentlyActive: w.CurrentlyActive,
	}
}
