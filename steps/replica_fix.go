package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aiven/go-client-codegen/handler/service"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

func createReplicaFix() Fix {
	return Fix{
		ID: "create-replica", Title: "Create a replica in another cloud", Risk: remediate.CostsMoney, Undoable: true, Order: 810,
		Questions: replicaQuestions, Build: buildReplica,
		Prices: func(in Input, fs []Finding, a Answers) []PriceQuery {
			var out []PriceQuery
			for _, f := range fs {
				if s, ok := serviceByRef(in.Org, f.Resource.ID.Raw()); ok {
					out = append(out, PriceQuery{Project: s.Project.Raw(), ServiceType: s.Type.Raw(), Plan: strings.TrimSpace(a["plan"]), Cloud: a["cloud"]})
				}
			}
			return out
		},
	}
}

// replicaQuestions end with one confirmation per country, of which only that of
// the chosen cloud is asked: where data may be kept is a question of law.
func replicaQuestions(in Input, fs []Finding) []Question {
	s, ok := serviceByRef(in.Org, fs[0].Resource.ID.Raw())
	if !ok {
		return nil
	}
	cloud := Question{Key: "cloud", Kind: AskChoice, Title: "In which cloud?", Help: "Other providers first, the nearest first."}
	var asks []Question
	asked := map[string]bool{}
	for _, c := range otherClouds(in.Org, s.Cloud) {
		if !offeredIn(in.Org, s, c.Name) {
			continue
		}
		cloud.Options = append(cloud.Options, Option{c.Name.Raw(), cloudLabel(in.Org, s.Cloud, c)})
		land := country(c)
		if asked[land] {
			continue
		}
		asked[land] = true
		asks = append(asks, Question{
			Key: residencyKey(c), Kind: AskConfirm, Title: fmt.Sprintf("May all data of %s be kept in %s?", s.Name, land),
			Help:   "Ask whoever is responsible for data protection. The answer may be in contracts with your customers.",
			Hidden: func(a Answers) bool { return residencyOf(in, a["cloud"]) != residencyKey(c) },
		})
	}
	if len(cloud.Options) > 0 {
		cloud.Default = cloud.Options[0].Value
	}
	return append([]Question{
		cloud,
		planQuestion(in, s),
		{Key: "name", Kind: AskText, Title: "Name of the replica", Default: replicaName(in, s), Validate: validService(in, s.Project)},
	}, asks...)
}

// plansFor are the plans that the service's project can use; none where they
// could not be read.
func plansFor(o *organization.Organization, s organization.Service) []organization.Plan {
	return slices.DeleteFunc(slices.Clone(o.Plans), func(p organization.Plan) bool { return p.Project != s.Project || p.ServiceType != s.Type })
}

// offeredIn says whether the project can use any plan in a cloud.
func offeredIn(o *organization.Organization, s organization.Service, cloud Text) bool {
	list := plansFor(o, s)
	return len(list) == 0 || slices.ContainsFunc(list, func(p organization.Plan) bool { return slices.Contains(p.Clouds, cloud) })
}

// planQuestion offers what the project can use, or takes any name where that
// could not be read. What it costs is looked up before anything is planned.
func planQuestion(in Input, s organization.Service) Question {
	q := Question{
		Key: "plan", Kind: AskText, Title: "Which plan?", Default: s.Plan.Raw(), Validate: validPlan,
		Help: "A smaller one will do where the replica only waits, but its disk has to hold all data. The price is shown before you confirm.",
	}
	for _, p := range plansFor(in.Org, s) {
		q.Kind = AskChoice
		q.Options = append(q.Options, Option{p.Name.Raw(), fmt.Sprintf("%s (%s)", p.Name, count(p.NodeCount, "node", "nodes"))})
	}
	if q.Kind == AskChoice && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == q.Default }) {
		q.Default = q.Options[0].Value
	}
	return q
}

func residencyKey(c organization.Cloud) string { return "residency-" + country(c) }

func residencyOf(in Input, cloud string) string {
	c, ok := cloudNamed(in.Org, aivenapi.NewText(cloud))
	if !ok {
		return ""
	}
	return residencyKey(c)
}

// The forms that Aiven takes.
var (
	planForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,127}$`)
	serviceForm = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// replicaName proposes the first name that is free.
func replicaName(in Input, s organization.Service) string {
	const most = 63
	for n := 1; ; n++ {
		suffix := "-dr"
		if n > 1 {
			suffix = fmt.Sprintf("-dr%d", n)
		}
		name := s.Name.Raw()
		if len(name) > most-len(suffix) {
			name = strings.TrimRight(name[:most-len(suffix)], "-")
		}
		if _, taken := serviceByRef(in.Org, s.Project.Raw()+"/"+name+suffix); !taken {
			return name + suffix
		}
	}
}

func validPlan(s string) error {
	if !planForm.MatchString(strings.TrimSpace(s)) {
		return errors.New("a plan is written as startup-4")
	}
	return nil
}

func validService(in Input, project Text) func(string) error {
	return func(s string) error {
		name := strings.TrimSpace(s)
		if !serviceForm.MatchString(name) {
			return errors.New("a service's name has lower-case letters, digits and dashes, begins with a letter, and has at most 63 characters")
		}
		if _, taken := serviceByRef(in.Org, project.Raw()+"/"+name); taken {
			return errors.New("the project has a service of this name already")
		}
		return nil
	}
}

// replica is a replica to be made.
type replica struct {
	of                organization.Service
	name, plan, cloud string
	vpc               organization.VPC // its id is empty for none
	filter            []organization.IPFilterEntry
}

func newReplica(in Input, f Finding, a Answers) (replica, error) {
	s, err := found(in, f)
	if err != nil {
		return replica{}, err
	}
	r := replica{of: s, name: strings.TrimSpace(a["name"]), plan: strings.TrimSpace(a["plan"]), cloud: a["cloud"]}
	if !slices.ContainsFunc(copied, s.Type.Is) {
		return r, fmt.Errorf("a replica of %s cannot be made here: its type is %s", shownService(s), s.Type)
	}
	if err := validPlan(r.plan); err != nil {
		return r, err
	}
	if err := validService(in, s.Project)(r.name); err != nil {
		return r, err
	}
	c, ok := cloudNamed(in.Org, aivenapi.NewText(r.cloud))
	if !ok || s.Cloud.Is(r.cloud) {
		return r, errors.New("choose a cloud other than the service's own")
	}
	if a[residencyKey(c)] != "true" {
		return r, fmt.Errorf("nobody has confirmed that the data may be kept in %s", country(c))
	}
	for _, v := range vpcsFor(in.Org, organization.Service{Project: s.Project, Cloud: c.Name}) {
		// The project's own goes before the organization's.
		if v.State.Is("ACTIVE") && (r.vpc.ID.Empty() || r.vpc.Project.Empty() && !v.Project.Empty()) {
			r.vpc = v
		}
	}
	r.filter, err = replicaFilter(in, s)
	return r, err
}

// replicaFilter is the source's filter if it protects, else the trusted
// networks: a new service without a filter lets in everybody.
func replicaFilter(in Input, s organization.Service) ([]organization.IPFilterEntry, error) {
	shortest := in.Policy.Thresholds.IPFilterShortestBits
	if f := readFilter(s, shortest); f.problem == "" && f.unknown == "" && len(f.keep) > 0 {
		return f.keep, nil
	}
	if validNetworks(shortest)(strings.Join(in.Policy.TrustedNetworks, "\n")) != nil {
		return nil, fmt.Errorf("%s has no IP filter that could be carried over, and the policy has no trusted networks: restrict its filter first", shownService(s))
	}
	return withNetworks(nil, in.Policy.TrustedNetworks, false), nil
}

func (r replica) config() map[string]any {
	out := map[string]any{"ip_filter": organization.Filter(r.filter)}
	// A replica of another major version than its source does not start.
	if v := r.of.Config.Version; !v.Empty() && !r.of.Type.Is("valkey") {
		out[r.of.VersionKey()] = v.Raw()
	}
	return out
}

// create is the client's request: it always sends project_vpc_id, and null puts
// the service on the public internet instead of letting Aiven choose.
func (r replica) create() *service.ServiceCreateIn {
	protect, config, source := true, r.config(), r.of.Name.Raw()
	in := &service.ServiceCreateIn{
		ServiceName: r.name, ServiceType: r.of.Type.Raw(), Plan: r.plan, Cloud: &r.cloud, TerminationProtection: &protect, UserConfig: &config,
		ServiceIntegrations: &[]service.ServiceIntegrationIn{{IntegrationType: service.IntegrationTypeReadReplica, SourceService: &source}},
	}
	if !r.vpc.ID.Empty() {
		id := r.vpc.ID.Raw()
		in.ProjectVpcId = &id
	}
	return in
}

func (r replica) ref() string { return r.of.Project.Raw() + "/" + r.name }

func (r replica) delta(field string, before, after any) remediate.Delta {
	return remediate.Delta{Part: organization.PartServices, Resource: r.ref(), Field: field, Before: organization.Canonical(before), After: organization.Canonical(after)}
}

func (r replica) deltas() []remediate.Delta {
	out := []remediate.Delta{
		r.delta("", nil, true), r.delta("service_type", nil, r.of.Type.Raw()), r.delta("plan", nil, r.plan), r.delta("cloud_name", nil, r.cloud),
		r.delta("user_config.ip_filter", nil, organization.Filter(r.filter)), r.delta("termination_protection", nil, true),
	}
	if !r.vpc.ID.Empty() {
		out = append(out, r.delta("project_vpc_id", nil, r.vpc.ID.Raw()))
	}
	return out
}

func (r replica) notes(b *remediate.Builder) {
	b.Note("A new service is billed from the moment that it is made, and data that leaves a cloud provider costs extra.")
	b.Note("Aiven makes replicas through its API with certain plans only (for PostgreSQL and Valkey, those named startup). It refuses the others, and then nothing is made.")
	if r.vpc.ID.Empty() {
		b.Note("%s has no VPC that is ready in %s, so the replica is on the public internet, behind its IP filter. Private networks in that filter reach nothing there.", r.of.Project, aivenapi.Sanitise(r.cloud))
	} else {
		b.Note("The replica goes into the VPC %s.", vpcName(r.vpc))
	}
	b.Note("Never delete the integration between the two: that promotes the replica. To give it up, undo this, or delete the replica itself.")
}

// buildReplica names the replica, not its source: it is what the admin types,
// and what undoing deletes.
func buildReplica(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	for _, f := range fs {
		r, err := newReplica(in, f, a)
		if err != nil {
			return err
		}
		r.notes(b)
		project, name, shown := r.of.Project.Raw(), r.name, aivenapi.Sanitise(r.name)
		unprotect := r.delta("termination_protection", true, false)
		err = b.Add(ctx, remediate.Call{
			Change: remediate.Change{
				Check: f.Check, Fix: "create-replica", Resource: remediate.Target{Type: "service", ID: aivenapi.NewText(r.ref()), Name: aivenapi.NewText(name)},
				Says: fmt.Sprintf("Create %s, a replica of %s, in %s", shown, shownService(r.of), aivenapi.Sanitise(r.cloud)),
				Risk: remediate.CostsMoney, Permission: permServices + " and project:integrations:write",
				Touches: []organization.Part{organization.PartServices}, Deltas: r.deltas(),
				Until: []remediate.Delta{
					r.delta("state", nil, "RUNNING"),
					r.delta("service_integrations/read_replica/"+project+"/"+r.of.Name.Raw(), nil, true),
				},
			},
			Do: func(ctx context.Context, api *aivenapi.API) error {
				_, err := api.ServiceCreate(ctx, project, r.create())
				return err
			},
			Inverse: []remediate.InverseCall{
				{
					Says: fmt.Sprintf("Turn termination protection of the replica %s off", shown), Deltas: []remediate.Delta{unprotect},
					Do: func(ctx context.Context, api *aivenapi.API) error {
						return api.ServiceUpdateKeys(ctx, project, name, map[string]any{"termination_protection": false})
					},
				},
				{
					Says: fmt.Sprintf("Delete the replica %s: its source keeps all data", shown), Deltas: back(r.delta("", nil, true)),
					Do: func(ctx context.Context, api *aivenapi.API) error { return api.ServiceDelete(ctx, project, name) },
				},
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
