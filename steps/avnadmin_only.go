package steps

import (
	"fmt"
	"slices"

	"avn-harden/internal/organization"
)

// withServiceUsers are the types whose users Aiven manages.
var withServiceUsers = []string{"pg", "mysql", "kafka", "opensearch", "valkey", "redis", "dragonfly", "clickhouse"}

// checkAvnadminOnly asks that services have users besides the main one.
//
// step: least-privilege
// order: 170
func checkAvnadminOnly() Check {
	return Check{
		ID: "avnadmin-only", Title: "Applications have service users of their own", Severity: Medium,
		Why:  "The main user may do everything in the service. An application that has its password can drop all data, and so can whoever finds it there.",
		How:  "Create a user for each application, and grant it what the application needs.",
		Docs: docsServiceUsers, Needs: []organization.Part{organization.PartProjects, organization.PartServices},
		Fixes: []Fix{createServiceUserFix("create-service-user")},
		Eval: func(in Input) Result {
			var r Result
			untold := 0
			for _, s := range in.Org.Services {
				switch {
				case !slices.Contains(withServiceUsers, s.Type.Raw()):
					continue
				case !s.UsersTold:
					untold++
					continue
				case slices.ContainsFunc(s.Users, func(u organization.ServiceUser) bool { return !isMainUser(u) }):
					r.Passed++
					continue
				}
				var names []Text
				for _, u := range s.Users {
					names = append(names, u.Name)
				}
				f := Finding{
					Resource: serviceTarget(s), Title: fmt.Sprintf("%s in %s has no user but %s", s.Name, s.Project, noneIfEmpty(people(names))),
					Evidence: []Evidence{{"users", noneIfEmpty(people(names)), "one for each application"}},
				}
				if !s.On() {
					f.Fixes = []string{}
					f.Evidence = append(f.Evidence, Evidence{"state", "powered off", "on, to create a user"})
				}
				r.Findings = append(r.Findings, f)
			}
			if untold > 0 {
				r.Unknown = fmt.Sprintf("The users of %s were not told.", count(untold, "service", "services"))
			}
			return r
		},
	}
}

func isMainUser(u organization.ServiceUser) bool {
	return u.Type.Is("primary") || u.Name.Is("avnadmin") || u.Name.Is("default")
}
