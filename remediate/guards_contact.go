package remediate

import (
	"net/mail"
	"slices"

	"avn-harden/internal/organization"
)

// contactKeys are lists of e-mail addresses that are replaced as a whole.
var contactKeys = []string{"tech_emails", "billing_emails", "billing_contact_emails"}

var contactsGuard = Guard{
	ID: "contacts-valid", Title: "Somebody still gets the notifications",
	Applies: func(c Change) bool {
		for _, k := range contactKeys {
			if _, ok := bodyOf(c)[k]; ok && isOperation("OrganizationProjectsUpdate", "OrganizationBillingGroupUpdate", "ServiceUpdate")(c) {
				return true
			}
		}
		return false
	},
	Check: func(in GuardInput) Verdict {
		for _, k := range contactKeys {
			v, there := bodyOf(in.Change)[k]
			if !there {
				continue
			}
			list, ok := v.([]any)
			if !ok || len(list) == 0 && in.Change.UndoOf == "" {
				return blocks("Nobody would get these notifications any more. Name a mailbox that is read.")
			}
			if len(list) > 10 && k == "tech_emails" {
				return blocks("At most ten addresses are allowed.")
			}
			for _, e := range list {
				m, _ := e.(map[string]any)
				s, _ := m["email"].(string)
				if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
					return blocks("%s is not an e-mail address.", safe(s))
				}
			}
		}
		return holds("The addresses are well formed.")
	},
}

var serviceUserGuard = Guard{
	ID: "service-user", Title: "The service user is a new one, or not the main one",
	Parts:   []organization.Part{organization.PartServices},
	Applies: isOperation("ServiceUserCreate", "ServiceUserDelete", "ServicePGBouncerUpdate"),
	Check: func(in GuardInput) Verdict {
		s, ok := serviceOf(in)
		if !ok {
			return blocks("The service is not there any more. Read the organization again.")
		}
		has := func(name string) *organization.ServiceUser {
			i := slices.IndexFunc(s.Users, func(u organization.ServiceUser) bool { return u.Name.Raw() == name })
			if i < 0 {
				return nil
			}
			return &s.Users[i]
		}
		switch structuralOperation(in.Change.Request) {
		case "ServiceUserCreate":
			name, _ := bodyOf(in.Change)["username"].(string)
			if name == "" || has(name) != nil {
				return blocks("The service has a user of this name already.")
			}
			if in.Change.Hands == nil {
				return blocks("The request makes a secret that would be handed to nobody.")
			}
		case "ServiceUserDelete":
			u := has(segment(in.Change, 5))
			if u == nil || u.Type.Is("primary") || in.Change.UndoOf == "" {
				return blocks("This program deletes only service users that it made, when that is undone.")
			}
			for _, p := range s.Pools {
				if p.Username == u.Name {
					return blocks("The connection pool %s works with it. Undo that first.", p.Name)
				}
			}
		case "ServicePGBouncerUpdate":
			name, _ := bodyOf(in.Change)["username"].(string)
			if has(name) == nil {
				return blocks("The service has no user %s. Create it first.", safe(name))
			}
		}
		return holds("It fits the service's users.")
	},
}
