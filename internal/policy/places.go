package policy

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones of business hours, also where the system has none

	"github.com/goccy/go-yaml/ast"
)

// Roles are the role examples of the checklist that a group can follow.
func Roles() []string { return []string{"auditor", "dba", "devops", "finance"} }

// Standards that a project can be subject to.
func Standards() []string { return []string{"GDPR", "HIPAA", "PCI DSS", "SOC 2", "other"} }

func (r *reader) oneOf(to *string, name string, of []string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := r.text(n, name)
		if !ok {
			return
		}
		if !slices.Contains(of, s) {
			r.fail(n, "%s is one of %s, not %q%s", name, strings.Join(of, ", "), s, proposal(nearest(s, of)))
			return
		}
		*to = s
	}
}

func (r *reader) roleGroup(p *Policy, n ast.Node) {
	var g RoleGroup
	before := len(r.errs)
	seen := r.mapping(n, "a role group", map[string]func(ast.Node){
		"group": r.string(&g.Group, "group"), "role": r.oneOf(&g.Role, "role", Roles()),
	})
	r.need(n, "the role group", seen, "group", "role")
	if len(r.errs) == before {
		p.RoleGroups = append(p.RoleGroups, g)
	}
}

func (r *reader) criticalService(p *Policy, n ast.Node) {
	var c CriticalService
	before := len(r.errs)
	seen := r.mapping(n, "a critical service", map[string]func(ast.Node){"service": r.string(&c.Service, "service")})
	r.need(n, "the critical service", seen, "service")
	if project, service, ok := strings.Cut(c.Service, "/"); len(r.errs) == before && (!ok || project == "" || service == "") {
		r.fail(n, "%q is not project/service", c.Service)
	}
	if len(r.errs) == before {
		p.CriticalServices = append(p.CriticalServices, c)
	}
}

func (r *reader) regulatedProject(p *Policy, n ast.Node) {
	var g RegulatedProject
	before := len(r.errs)
	seen := r.mapping(n, "a regulated project", map[string]func(ast.Node){
		"project": r.string(&g.Project, "project"), "standard": r.oneOf(&g.Standard, "standard", Standards()),
	})
	r.need(n, "the regulated project", seen, "project", "standard")
	if len(r.errs) == before {
		p.RegulatedProjects = append(p.RegulatedProjects, g)
	}
}

func (r *reader) businessHours(b *BusinessHours, n ast.Node) {
	clock := func(to *string, name string) func(ast.Node) {
		return func(n ast.Node) {
			s, ok := r.text(n, name)
			if !ok {
				return
			}
			if _, err := time.Parse("15:04", s); err != nil {
				r.fail(n, "%s must be a time of day such as \"06:00\", not %q", name, s)
				return
			}
			*to = s
		}
	}
	before := len(r.errs)
	r.mapping(n, "business_hours", map[string]func(ast.Node){
		"from": clock(&b.From, "from"), "to": clock(&b.To, "to"),
		"zone": func(n ast.Node) {
			s, ok := r.text(n, "zone")
			if !ok {
				return
			}
			if _, err := time.LoadLocation(s); err != nil || s == "" || s == "Local" {
				r.fail(n, "zone must be a time zone such as Europe/Oslo, not %q", s)
				return
			}
			b.Zone = s
		},
	})
	if len(r.errs) == before && b.From >= b.To {
		r.fail(n, "business hours end (%s) before they start (%s)", b.To, b.From)
	}
}

// Within says whether a moment is in business hours, Monday to Friday. A zone
// that is not known counts as UTC.
func (b BusinessHours) Within(t time.Time) bool {
	if zone, err := time.LoadLocation(b.Zone); err == nil {
		t = t.In(zone)
	}
	if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		return false
	}
	at := t.Format("15:04")
	return at >= b.From && at < b.To
}

// AddRoleGroup is AddWaiver for a group that follows a role example.
func (p *Policy) AddRoleGroup(g RoleGroup) (*Policy, error) {
	want := *p
	want.RoleGroups = append(slices.Clone(p.RoleGroups), g)
	return p.add(&want, "role_groups", []field{{"group", g.Group}, {"role", g.Role}})
}

// AddCriticalService is AddWaiver for a service that the business cannot do without.
func (p *Policy) AddCriticalService(c CriticalService) (*Policy, error) {
	want := *p
	want.CriticalServices = append(slices.Clone(p.CriticalServices), c)
	return p.add(&want, "critical_services", []field{{"service", c.Service}})
}

// AddRegulatedProject is AddWaiver for a project that is subject to a standard.
func (p *Policy) AddRegulatedProject(g RegulatedProject) (*Policy, error) {
	want := *p
	want.RegulatedProjects = append(slices.Clone(p.RegulatedProjects), g)
	return p.add(&want, "regulated_projects", []field{{"project", g.Project}, {"standard", g.Standard}})
}

// Critical says whether the admin named a service critical.
func (p *Policy) Critical(project, service string) bool {
	return slices.Contains(p.CriticalServices, CriticalService{project + "/" + service})
}

// Standard is the standard that a project is subject to, "" for none.
func (p *Policy) Standard(project string) string {
	for _, g := range p.RegulatedProjects {
		if g.Project == project {
			return g.Standard
		}
	}
	return ""
}
