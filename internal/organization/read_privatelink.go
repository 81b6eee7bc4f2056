package organization

import (
	"context"
	"slices"
	"strings"

	"avn-harden/internal/aivenapi"
)

// PrivateLink is one connection from a customer's network to a service's
// private link (ServicePrivatelinkAWSConnectionList,
// ServicePrivatelinkAzureConnectionList).
type PrivateLink struct {
	Project, Service Text
	Endpoint         Text // the id of the endpoint on the customer's side
	State            Text // pending-user-approval, user-approved, connected, active
}

// HasPrivateLink says whether a service has an address on a private link.
func (s Service) HasPrivateLink() bool {
	return slices.ContainsFunc(s.Components, func(c Component) bool { return c.Route.Is("privatelink") })
}

// WantsPrivateLink says whether a service has a private link, or is to be
// reached through one.
func (s Service) WantsPrivateLink() bool {
	for _, on := range s.Config.PrivatelinkAccess {
		if on {
			return true
		}
	}
	return s.HasPrivateLink()
}

// linkProvider is how the operations call the cloud of a service; "" for
// clouds whose private links the API does not list.
func (s Service) linkProvider() (provider, operation string) {
	switch name := s.Cloud.Raw(); {
	case strings.HasPrefix(name, "aws-"):
		return "aws", "ServicePrivatelinkAWSConnectionList"
	case strings.HasPrefix(name, "azure-"):
		return "azure", "ServicePrivatelinkAzureConnectionList"
	}
	return "", ""
}

type wirePrivateLink struct {
	AWS   Text `json:"vpc_endpoint_id"`
	Azure Text `json:"private_endpoint_id"`
	State Text `json:"state"`
}

func (w wirePrivateLink) id() Text {
	if w.AWS.Empty() {
		return w.Azure
	}
	return w.AWS
}

// readPrivateLinks asks only for services that look as if they had a private
// link: the rest would be one refusal each. What could not be read stays with
// its service, because the routes tell something of it all the same.
func readPrivateLinks(ctx context.Context, f *fetcher, o *Organization) (applying, []Missing, error) {
	var asked []Service
	for _, s := range o.Services {
		if provider, _ := s.linkProvider(); provider != "" && s.WantsPrivateLink() {
			asked = append(asked, s)
		}
	}
	type answer struct {
		links []wirePrivateLink
		err   error
	}
	got, _, err := each(ctx, f, asked, func(s Service) Text { return s.Name }, func(ctx context.Context, s Service) (answer, error) {
		provider, operation := s.linkProvider()
		links, err := list(ctx, f, lists(operation, "project", s.Project.Raw(), "service", s.Name.Raw(), "privatelink", provider, "connections"),
			"connections", wirePrivateLink.id)
		if aivenapi.NotFound(err) {
			return answer{}, nil // it has none
		}
		return answer{links, err}, nil
	})
	if err != nil {
		return nil, nil, err
	}
	var out []PrivateLink
	var missing []Missing
	for i, s := range asked {
		if got[i].err != nil {
			missing = append(missing, Missing{Resource: s.Name, Err: got[i].err})
		}
		for _, l := range got[i].links {
			out = append(out, PrivateLink{Project: s.Project, Service: s.Name, Endpoint: l.id(), State: l.State})
		}
	}
	return func(o *Organization) { o.PrivateLinks = out }, missing, nil
}
