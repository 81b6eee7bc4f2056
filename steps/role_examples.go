package steps

import (
	"errors"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// roleExample is one of the checklist's examples of what a role needs.
type roleExample struct {
	id, label string
	org       []string // on the organization
	project   []string // on the projects that matter
}

// roleExamples are the checklist's own.
func roleExamples() []roleExample {
	return []roleExample{
		{"finance", "Finance: sees the bills (organization:billing:read)", []string{"organization:billing:read"}, nil},
		{"auditor", "Auditor: reads projects (read_only)", nil, []string{"read_only"}},
		{"dba", "DBA: works with services (developer)", nil, []string{"developer"}},
		{"devops", "DevOps: maintains and recovers services", nil, []string{"role:services:maintenance", "role:services:recover"}},
	}
}

func exampleOf(id string) (roleExample, bool) {
	i := slices.IndexFunc(roleExamples(), func(r roleExample) bool { return r.id == id })
	if i < 0 {
		return roleExample{}, false
	}
	return roleExamples()[i], true
}

// allows says whether a role example has a permission on a kind of resource.
func (r roleExample) allows(kind, permission string) bool {
	if kind == "organization" {
		return slices.Contains(r.org, permission) || r.id == "finance" && permission == "organization:billing:write"
	}
	return slices.Contains(r.project, permission)
}

// Answers to what somebody gets instead of what is taken from them.
const (
	insteadNothing = "nothing"
	insteadChosen  = "chosen"
)

// orgPermissions and projectPermissions are what Aiven documents, for choosing
// one by one.
func orgPermissions() []string {
	return []string{
		"organization:app_users:write", "organization:billing:read", "organization:billing:write", "organization:domains:write",
		"organization:event_logs:read", "organization:groups:write", "organization:networking:read", "organization:networking:write",
		"organization:projects:write", "organization:sustainability:read", "organization:users:write",
	}
}

func projectPermissions() []string {
	return []string{
		"operator", "developer", "read_only", "role:services:maintenance", "role:services:recover",
		"project:event_logs:read", "project:integrations:read", "project:integrations:write", "project:networking:read",
		"project:networking:write", "project:permissions:read", "project:services:read", "project:services:write",
		"service:configuration:write", "service:data:write", "service:logs:read", "service:metrics:read", "service:secrets:read",
		"service:users:write",
	}
}

func plainOptions(list []string) []Option {
	var out []Option
	for _, s := range list {
		out = append(out, Option{s, s})
	}
	return out
}

// insteadQuestions ask what a demoted person gets instead. With a project the
// answer is for that project; otherwise it asks for which.
func insteadQuestions(in Input, project Text) []Question {
	opts := []Option{{insteadNothing, "Nothing"}}
	for _, r := range roleExamples() {
		if project.Empty() || r.project != nil {
			opts = append(opts, Option{r.id, r.label})
		}
	}
	opts = append(opts, Option{insteadChosen, "Permission by permission"})
	list := projectPermissions()
	if project.Empty() {
		list = append(orgPermissions(), list...)
	}
	out := []Question{
		{Key: "instead", Kind: AskChoice, Title: "What do they need instead?", Help: "It is given first, so that nobody is without it in between.", Options: opts, Default: insteadNothing},
		{Key: "permissions", Kind: AskMany, Title: "Which permissions", Options: plainOptions(list),
			Validate: atLeastOne("choose at least one permission"), Hidden: func(a Answers) bool { return a["instead"] != insteadChosen }},
	}
	if project.Empty() {
		out = append(out, projectsQuestion(in, "On which projects", func(a Answers) bool { return len(insteadOn(a, false)) == 0 }))
	}
	return out
}

func projectsQuestion(in Input, title string, hidden func(Answers) bool) Question {
	var opts []Option
	for _, p := range in.Org.Projects {
		opts = append(opts, Option{p.ID.Raw(), projectName(p).String()})
	}
	return Question{Key: "projects", Kind: AskMany, Title: title, Options: opts, Validate: atLeastOne("choose at least one project"), Hidden: hidden}
}

func atLeastOne(says string) func(string) error {
	return func(s string) error {
		if len(lines(s)) == 0 {
			return errors.New(says)
		}
		return nil
	}
}

// lines are the answers to a question with many.
func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// insteadOn gives the permissions that the answers ask for, on the
// organization or on projects.
func insteadOn(a Answers, org bool) []string {
	if r, ok := exampleOf(a["instead"]); ok {
		if org {
			return r.org
		}
		return r.project
	}
	if a["instead"] != insteadChosen {
		return nil
	}
	return slices.DeleteFunc(lines(a["permissions"]), func(p string) bool {
		return strings.HasPrefix(p, "organization:") != org
	})
}

func texts(list []string) []Text {
	var out []Text
	for _, s := range list {
		out = append(out, aivenapi.NewText(s))
	}
	return out
}

func raws(list []Text) []string {
	out := []string{}
	for _, t := range list {
		out = append(out, t.Raw())
	}
	return out
}

func joined(list []Text) string {
	var out []string
	for _, t := range list {
		out = append(out, t.String())
	}
	return strings.Join(out, ", ")
}

// isProjectAdmin says whether a permission makes a project's admin.
func isProjectAdmin(p Text) bool { return p.Is("admin") || p.Is("role:project:admin") }

func isOrgAdmin(p Text) bool { return p.Is(organization.OrganizationAdmin) }
