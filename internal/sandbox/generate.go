package sandbox

import (
	"fmt"
	"time"
)

// Generate makes a seed of any size for benchmarks: this many people, a third
// as many groups' members, projects with ten services each. The first person
// is a super admin with the token "admin".
func Generate(people, projects int) (*Seed, error) {
	o := &Organization{Name: "Generated", ID: "org0generated", AccountID: "a0generated"}
	for i := range max(people, 1) {
		o.Users = append(o.Users, &User{
			Email: fmt.Sprintf("person%05d@generated.example", i), Name: fmt.Sprintf("Person %d", i),
			SuperAdmin: i == 0, Managed: i%3 != 0, LastActivity: In(-time.Duration(i%40) * 7 * offsetUnits["d"]),
			Logins: []*Login{{Type: "internal", TwoFactor: i%2 == 0}},
		})
	}
	everyone := &Group{Name: "everyone"}
	for i, u := range o.Users {
		if i%3 == 0 {
			everyone.Members = append(everyone.Members, u.Email)
		}
	}
	o.Groups = []*Group{everyone}
	kinds := []string{"pg", "kafka", "opensearch", "mysql", "valkey"}
	for i := range projects {
		p := &Project{
			ID: fmt.Sprintf("project-%05d", i), Parent: "organization",
			Grants: []*Grant{{Group: "everyone", Permissions: []string{"developer"}}},
		}
		for j := range 10 {
			s := &Service{Name: fmt.Sprintf("service-%d", j), Type: kinds[(i+j)%len(kinds)], UserConfig: map[string]any{}}
			if j%2 == 0 {
				s.UserConfig["ip_filter"] = []any{"0.0.0.0/0"}
			}
			p.Services = append(p.Services, s)
		}
		o.Projects = append(o.Projects, p)
	}
	seed := &Seed{Name: "generated", State: State{
		Organizations: []*Organization{o},
		Tokens:        []*Token{{Name: "admin", User: o.Users[0].Email, CreatedBy: "saml"}},
	}}
	if err := seed.State.link(newDecoder("generated")); err != nil {
		return nil, err
	}
	return seed, nil
}
