package steps

import (
	"context"
	"fmt"
	"strings"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const (
	permServiceConfig = "project:services:write or service:configuration:write"
	permServices      = "project:services:write"
	permNetworking    = "project:networking:write"
)

// serviceTarget names a service: people type its name, waivers hold its
// project/name.
func serviceTarget(s organization.Service) remediate.Target {
	return remediate.Target{Type: "service", ID: aivenapi.NewText(s.Ref()), Name: s.Name}
}

// shownService is a service for a sentence: two projects may each have one of
// the same name.
func shownService(s organization.Service) string { return s.Project.String() + "/" + s.Name.String() }

func serviceByRef(o *organization.Organization, ref string) (organization.Service, bool) {
	for _, s := range o.Services {
		if s.Ref() == ref {
			return s, true
		}
	}
	return organization.Service{}, false
}

// onServices are those with addresses: a powered-off service has none.
func onServices(o *organization.Organization) []organization.Service {
	var out []organization.Service
	for _, s := range o.Services {
		if s.On() {
			out = append(out, s)
		}
	}
	return out
}

// orNone says why a check about services has nothing to look at.
func orNone(r Result, list []organization.Service) Result {
	if len(list) == 0 {
		r.NotApplicable = "There are no services that run."
	}
	return r
}

// ownCloud says whether a service runs in a cloud account of the customer's
// own: its cloud is none that Aiven offers to everybody.
func ownCloud(o *organization.Organization, s organization.Service) bool {
	if strings.HasPrefix(s.Cloud.Raw(), "custom-") {
		return true
	}
	if !o.Status(organization.PartClouds).Complete() || len(o.Clouds) == 0 || s.Cloud.Empty() {
		return false
	}
	_, ok := cloudNamed(o, s.Cloud)
	return !ok
}

// publicRoute gives what makes a service reachable from the internet, "" if
// nothing does.
func publicRoute(s organization.Service) string {
	if s.VPCID.Empty() {
		return "it is in no VPC"
	}
	if names := publicAccess(s); len(names) > 0 {
		return "public_access " + strings.Join(names, ", ")
	}
	for _, c := range s.Components {
		if c.Route.Is("public") {
			return "route public of " + c.Name.String()
		}
	}
	return ""
}

// publicAccess are the components with public access, sorted.
func publicAccess(s organization.Service) []string {
	var out []string
	for name, on := range s.Config.PublicAccess {
		if on {
			out = append(out, aivenapi.Sanitise(name))
		}
	}
	return sorted(out)
}

// serviceChange is one update of one service: keys is what is sent, undo what
// puts it back.
type serviceChange struct {
	fix, says, back string
	risk            remediate.Risk
	permission      string
	keys, undo      map[string]any
	deltas, until   []remediate.Delta
}

// updateService sends only the keys that change: the client's own update would
// take the service out of its VPC.
func updateService(ctx context.Context, b *remediate.Builder, f Finding, s organization.Service, c serviceChange) error {
	put := func(keys map[string]any) func(context.Context, *aivenapi.API) error {
		return func(ctx context.Context, api *aivenapi.API) error {
			return api.ServiceUpdateKeys(ctx, s.Project.Raw(), s.Name.Raw(), keys)
		}
	}
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: c.fix, Resource: f.Resource, Says: fmt.Sprintf(c.says, shownService(s)), Risk: c.risk, Permission: c.permission,
			Touches: []organization.Part{organization.PartServices}, Deltas: c.deltas, Until: c.until,
		},
		Do:      put(c.keys),
		Inverse: []remediate.InverseCall{{Says: fmt.Sprintf(c.back, shownService(s)), Deltas: back(c.deltas...), Do: put(c.undo)}},
	})
}

// found gives the service of a finding, which may be gone since.
func found(in Input, f Finding) (organization.Service, error) {
	s, ok := serviceByRef(in.Org, f.Resource.ID.Raw())
	if !ok {
		return s, fmt.Errorf("the service %s is not there any more", f.Resource.Name)
	}
	return s, nil
}
