package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aiven/go-client-codegen/handler/clickhouse"
	"github.com/aiven/go-client-codegen/handler/service"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const docsServiceUsers = docs + "platform/howto/create_new_service_user"

var serviceUsername = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_-]{0,62}$`)

func serviceNamed(o *organization.Organization, ref Text) (organization.Service, error) {
	for _, s := range o.Services {
		if s.Ref() == ref.Raw() {
			return s, nil
		}
	}
	return organization.Service{}, fmt.Errorf("the service %s is gone: read the organization again", ref)
}

// createServiceUserFix makes a service user with fewer rights.
func createServiceUserFix(id string) Fix {
	return Fix{
		ID: id, Title: "Create a service user with fewer rights", Risk: remediate.Reversible, Undoable: true, Order: 390,
		Questions: func(in Input, fs []Finding) []Question {
			return []Question{{
				Key: "username", Kind: AskText, Title: "Name of the service user", Default: "app_ro",
				Help: "After the application that will use it.", Validate: validServiceUser(in, fs),
			}}
		},
		Guide: func(in Input, fs []Finding, a Answers) Guide {
			s, err := serviceNamed(in.Org, fs[0].Resource.ID)
			if err != nil {
				return Guide{Title: "The service is gone", Lines: []string{err.Error()}}
			}
			return grantsGuide(s, a["username"])
		},
		Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
			for _, f := range fs {
				if err := validServiceUser(in, []Finding{f})(a["username"]); err != nil {
					return err
				}
				if err := addServiceUser(ctx, b, in, f, id, a["username"]); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func validServiceUser(in Input, fs []Finding) func(string) error {
	return func(name string) error {
		if !serviceUsername.MatchString(name) {
			return errors.New("use letters, digits, _ and -, starting with a letter")
		}
		for _, f := range fs {
			s, err := serviceNamed(in.Org, f.Resource.ID)
			if err == nil && slices.ContainsFunc(s.Users, func(u organization.ServiceUser) bool { return u.Name.Is(name) }) {
				return errors.New("the service has a user of this name already")
			}
		}
		return nil
	}
}

// grantsGuide shows what has to be run in the service, by hand: the new user
// starts with whatever the service gives by default.
func grantsGuide(s organization.Service, name string) Guide {
	g := Guide{Title: "What the new user may do", Lines: []string{
		"Creating a user does not limit it: that is done in the service itself. Run what follows there after the user was created, and adapt it to the application.",
		"Its password is shown once, right after it was created. Have the place ready where it goes.",
	}}
	text := func(list ...string) {
		for _, l := range list {
			g.Copy = append(g.Copy, Copyable{"Run in " + s.Name.String(), aivenapi.NewText(l)})
		}
	}
	switch s.Type.Raw() {
	case "pg":
		text(fmt.Sprintf(`GRANT CONNECT ON DATABASE defaultdb TO "%s";`, name), fmt.Sprintf(`GRANT USAGE ON SCHEMA public TO "%s";`, name),
			fmt.Sprintf(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO "%s";`, name))
	case "mysql":
		text(fmt.Sprintf("REVOKE ALL PRIVILEGES, GRANT OPTION FROM '%s'@'%%';", name), fmt.Sprintf("GRANT SELECT ON defaultdb.* TO '%s'@'%%';", name))
	case "clickhouse":
		text(fmt.Sprintf("GRANT SELECT ON default.* TO `%s`;", name))
	case "kafka":
		g.Lines = append(g.Lines, "For Kafka, replace the default ACL (everybody may do everything) by one for this user: topic and permission (read, write) in the console under Users, ACL.")
	case "opensearch":
		g.Lines = append(g.Lines, "For OpenSearch, turn access control on and give this user an index pattern with read permission in the console under Users.")
	default:
		g.Lines = append(g.Lines, "For this service, restrict the user's categories, commands and keys in the console under Users.")
	}
	return g
}

func addServiceUser(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix, name string) error {
	s, err := serviceNamed(in.Org, f.Resource.ID)
	if err != nil {
		return err
	}
	var names []string
	for _, u := range s.Users {
		names = append(names, u.Name.Raw())
	}
	d := delta(in.Org, organization.PartServices, s.Ref(), "users", append(names, name))
	c := remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf("Create the service user %s in %s", aivenapi.Sanitise(name), s.Name),
			Risk: remediate.Reversible, Permission: "service:users:write", Touches: []organization.Part{organization.PartServices}, Deltas: []remediate.Delta{d},
			Hands: &remediate.Handed{Says: fmt.Sprintf("the password of %s in %s", aivenapi.Sanitise(name), s.Name), Values: map[string]string{
				"username": "/user/username", "password": "/user/password", "access key": "/user/access_key", "access certificate": "/user/access_cert",
			}},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.ServiceUserCreate(ctx, s.Project.Raw(), s.Name.Raw(), &service.ServiceUserCreateIn{Username: name})
			return err
		},
		Inverse: []remediate.InverseCall{{
			Says: fmt.Sprintf("Delete the service user %s", aivenapi.Sanitise(name)), Deltas: back(d),
			Do: func(ctx context.Context, api *aivenapi.API) error {
				return api.ServiceUserDelete(ctx, s.Project.Raw(), s.Name.Raw(), name)
			},
		}},
	}
	if s.Type.Is("clickhouse") {
		uuid := b.Ref("clickhouse.user." + strings.ReplaceAll(s.Ref(), "/", "."))
		c.Change.Yields = map[string]string{"clickhouse.user." + strings.ReplaceAll(s.Ref(), "/", "."): "/user/uuid"}
		c.Change.Hands.Values = map[string]string{"username": "/user/name", "password": "/user/password"}
		c.Do = func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.ServiceClickHouseUserCreate(ctx, s.Project.Raw(), s.Name.Raw(), &clickhouse.ServiceClickHouseUserCreateIn{Name: name})
			return err
		}
		c.Inverse[0].Do = func(ctx context.Context, api *aivenapi.API) error {
			return api.ServiceClickHouseUserDelete(ctx, s.Project.Raw(), s.Name.Raw(), uuid)
		}
	}
	return b.Add(ctx, c)
}
