package remediate

import (
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// updateFields are the keys of a service update that are read under another name.
var updateFields = map[string]string{"cloud": "cloud_name", "powered": "state"}

// keysNamedGuard keeps a service update from changing more than was previewed:
// user_config and maintenance are looked into, since each of their keys is a
// setting of its own.
var keysNamedGuard = Guard{
	ID: "service-keys-named", Title: "Only what the preview names is changed",
	Applies: isOperation("ServiceUpdate"),
	Check: func(in GuardInput) Verdict {
		service := segment(in.Change, 1) + "/" + segment(in.Change, 3)
		named := func(field string) bool {
			return slices.ContainsFunc(in.Change.Deltas, func(d Delta) bool {
				return d.Part == organization.PartServices && d.Resource == service && d.Field == field
			})
		}
		body := bodyOf(in.Change)
		if len(body) == 0 {
			return blocks("The request changes nothing.")
		}
		for key, v := range body {
			fields := []string{key}
			if f, ok := updateFields[key]; ok {
				fields = []string{f}
			}
			if key == "user_config" || key == "maintenance" {
				inner, ok := v.(map[string]any)
				if !ok || len(inner) == 0 {
					return blocks("%s is empty or no object, so what it changes cannot be told.", key)
				}
				fields = fields[:0]
				for k := range inner {
					fields = append(fields, key+"."+k)
				}
			}
			slices.Sort(fields)
			for _, f := range fields {
				if !named(f) && f != "project_vpc_id" { // vpc-kept says it better
					return blocks("The request sets %s of the service, which this change does not name. Send only the keys that change.", aivenapi.Sanitise(f))
				}
			}
		}
		return holds("Every key of the request is named in the preview.")
	},
}

// newServiceGuard keeps a new service from being born open: without a filter
// Aiven lets in everybody, and without project_vpc_id it chooses the network.
var newServiceGuard = Guard{
	ID: "new-service-closed", Title: "The new service is closed from the start",
	Parts:   []organization.Part{organization.PartServices, organization.PartProjects},
	Applies: isOperation("ServiceCreate"),
	Check: func(in GuardInput) Verdict {
		body := bodyOf(in.Change)
		project := segment(in.Change, 1)
		name, _ := body["service_name"].(string)
		switch {
		case !hasProject(in.Org, project):
			return blocks("The project is not in the organization any more. Read the organization again.")
		case name == "":
			return blocks("The request names no service.")
		}
		if _, taken := findService(in.Org, project, name); taken {
			return blocks("The project has a service of this name already. Choose another.")
		}
		if _, ok := body["project_vpc_id"]; !ok {
			return blocks("The request does not say which VPC the service goes into, or that it goes into none, so Aiven would choose.")
		}
		if list, has, null, why := filterOf(in.Change); !has || null || why != "" || len(list) == 0 {
			return blocks("The request has no IP filter, and a new service without one lets in everybody.")
		}
		return replicates(in, project, body)
	},
}

// replicates looks at what the new service copies: only a read replica of a
// service that is there and runs is made.
func replicates(in GuardInput, project string, body map[string]any) Verdict {
	list, _ := body["service_integrations"].([]any)
	if len(list) == 0 {
		return blocks("The request makes a service that copies nothing. This program makes only read replicas.")
	}
	for _, e := range list {
		i, _ := e.(map[string]any)
		if i["integration_type"] != "read_replica" {
			return blocks("The request makes an integration other than a read replica.")
		}
		from, ok := i["source_project"].(string)
		if !ok {
			from = project
		}
		name, _ := i["source_service"].(string)
		s, ok := findService(in.Org, from, name)
		switch {
		case !ok:
			return blocks("The service to copy is not there any more. Read the organization again.")
		case !s.State.Is("RUNNING"):
			return blocks("The service %s is %s. Only a running one can be copied.", s.Name, s.State)
		case body["service_type"] != s.Type.Raw():
			return blocks("A replica of %s has to be of the type %s.", s.Name, s.Type)
		}
	}
	return holds("It is a read replica with an IP filter, and its network is given.")
}

func hasProject(o *organization.Organization, id string) bool {
	return slices.ContainsFunc(o.Projects, func(p organization.Project) bool { return p.ID.Is(id) })
}

// serviceDeleteGuard lets go only of what this program made itself, and only
// while it is a copy: a replica that was promoted holds data of its own.
var serviceDeleteGuard = Guard{
	ID: "replica-only-deleted", Title: "Only a replica that was made here is deleted",
	Parts:   []organization.Part{organization.PartServices},
	Applies: isOperation("ServiceDelete"),
	Check: func(in GuardInput) Verdict {
		if in.Change.UndoOf == "" {
			return blocks("This program deletes no service but a replica that it made itself, as an undo.")
		}
		s, ok := serviceOf(in)
		if !ok {
			return blocks("The service is not there any more. Read the organization again.")
		}
		for _, i := range s.Integrations {
			if i.Type.Is("read_replica") && i.DestSvc == s.Name && (i.DestProject == s.Project || i.DestProject.Empty()) && i.SourceService != s.Name {
				return holds("%s is a read replica of %s, which keeps all data.", s.Name, strings.TrimPrefix(i.SourceProject.String()+"/"+i.SourceService.String(), "/"))
			}
		}
		return blocks("%s is no read replica any more, so it may hold data that is nowhere else. Look at it in the Aiven console.", s.Name)
	},
}
