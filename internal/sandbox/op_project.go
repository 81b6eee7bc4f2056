package sandbox

import (
	"regexp"
	"slices"
)

func projectOperations() []operation {
	const one = "/organization/{organization_id}/project/{project_id}"
	write := access{any: []string{"organization:projects:write"}, code: "user_not_organization_admin"}
	return []operation{
		{id: "OrganizationProjectsList", method: get, path: "/organization/{organization_id}/projects", access: members, serve: projectList},
		{id: "OrganizationProjectsCreate", method: post, path: "/organization/{organization_id}/projects", access: write, serve: projectCreate},
		{id: "OrganizationProjectsGet", method: get, path: one, access: holders("project:services:read", "organization:projects:write"), serve: projectGet},
		{id: "OrganizationProjectsUpdate", method: patch, path: one, access: write, serve: projectUpdate},
		{id: "OrganizationProjectsDelete", method: remove, path: one, access: write, serve: projectDelete},
	}
}

func (o *Organization) projectWire(p *Project) obj {
	extension := obj{}
	for kind, e := range p.EndOfLifeExtension {
		if e != nil {
			extension[kind] = obj{"eol_date": e.EOLDate, "version": e.Version}
		}
	}
	tags := p.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	account := p.Parent
	if account == o.ID {
		account = o.AccountID
	}
	w := obj{
		"account_id": account, "end_of_life_extension": extension, "parent_id": p.Parent, "project_id": p.ID,
		"tags": tags, "tech_emails": emails(p.TechEmails),
	}
	set(w, "billing_group_id", p.BillingGroupID)
	return w
}

func (o *Organization) projectDetail(p *Project) obj {
	w := o.projectWire(p)
	w["organization_id"] = o.ID
	return w
}

// projectList answers OrganizationProjectsList: all for those who look after
// projects, else those that the caller has a part in.
func projectList(c *call) answer {
	billing := c.req.URL.Query().Get("billing_group_id")
	all := c.isOrgAdmin() || c.holds("organization:projects:write", "organization:billing:read")
	seen := slices.DeleteFunc(slices.Clone(c.org.Projects), func(p *Project) bool {
		return billing != "" && p.BillingGroupID != billing || !all && len(c.visibleRoles(c.org, p)) == 0
	})
	return ok(obj{"projects": list(seen, c.org.projectWire), "total_project_count": len(seen)})
}

// projectGet answers OrganizationProjectsGet.
func projectGet(c *call) answer { return ok(c.org.projectDetail(c.project)) }

type techEmail struct {
	Email string `json:"email"`
}

func plainEmails(in []techEmail) []string {
	out := []string{}
	for _, e := range in {
		out = append(out, e.Email)
	}
	return out
}

var projectName = regexp.MustCompile(`^[a-z][-a-z0-9]{0,62}$`)

// projectCreate answers OrganizationProjectsCreate.
func projectCreate(c *call) answer {
	var in struct {
		ID       string            `json:"project_id"`
		Parent   string            `json:"parent_id"`
		Billing  string            `json:"billing_group_id"`
		BasePort int               `json:"base_port"`
		Tags     map[string]string `json:"tags"`
		Emails   []techEmail       `json:"tech_emails"`
	}
	if a := c.decode(&in, "project_id", "billing_group_id", "tags"); a != nil {
		return *a
	}
	if !projectName.MatchString(in.ID) {
		return invalid("Invalid input: project_id: not a project name")
	}
	if _, taken := c.state.project(in.ID); taken != nil {
		return refuse(409, "project_already_exists", "Project '%s' already exists", in.ID)
	}
	if c.org.billingGroup(in.Billing) == nil {
		return notFound("", "Billing group not found")
	}
	if in.Parent == "" {
		in.Parent = c.org.ID
	}
	if !c.org.inRoot(in.Parent) && c.org.unit(in.Parent) == nil {
		return notFound("organization_not_found", "Parent not found")
	}
	p := &Project{
		ID: in.ID, Parent: in.Parent, BillingGroupID: in.Billing, Tags: in.Tags,
		TechEmails: plainEmails(in.Emails), CreateTime: At(c.now),
	}
	c.org.Projects = append(c.org.Projects, p)
	return ok(c.org.projectDetail(p))
}

// projectUpdate answers OrganizationProjectsUpdate. A move to another parent
// needs an organization admin.
func projectUpdate(c *call) answer {
	var in struct {
		Parent       *string            `json:"parent_id"`
		Organization *string            `json:"organization_id"`
		Name         *string            `json:"project_name"`
		Billing      *string            `json:"billing_group_id"`
		BasePort     *int               `json:"base_port"`
		Tags         *map[string]string `json:"tags"`
		Emails       *[]techEmail       `json:"tech_emails"`
	}
	if a := c.decode(&in); a != nil {
		return *a
	}
	if in.Organization != nil && *in.Organization != c.org.ID {
		return forbidden("project_move_organizations_internal_config_not_match", "The project cannot move to that organization")
	}
	if in.Parent != nil && *in.Parent != c.project.Parent {
		if !c.isOrgAdmin() {
			return forbidden("user_not_organization_admin", "Moving a project needs an organization admin")
		}
		if !c.org.inRoot(*in.Parent) && c.org.unit(*in.Parent) == nil {
			return notFound("project_not_found", "Parent not found")
		}
	}
	if in.Billing != nil && c.org.billingGroup(*in.Billing) == nil {
		return notFound("project_not_found", "Billing group not found")
	}
	if in.Name != nil && *in.Name != c.project.ID {
		if _, taken := c.state.project(*in.Name); taken != nil || !projectName.MatchString(*in.Name) {
			return invalid("Invalid input: project_name")
		}
	}
	put1(&c.project.Parent, in.Parent)
	put1(&c.project.BillingGroupID, in.Billing)
	put1(&c.project.ID, in.Name)
	put1(&c.project.Tags, in.Tags)
	if in.Emails != nil {
		c.project.TechEmails = plainEmails(*in.Emails)
	}
	return projectGet(c)
}

// projectDelete answers OrganizationProjectsDelete: only a project without
// services can go.
func projectDelete(c *call) answer {
	if len(c.project.Services) > 0 {
		return forbidden("", "Project has services")
	}
	c.org.Projects = slices.DeleteFunc(c.org.Projects, func(p *Project) bool { return p == c.project })
	return noContent()
}
