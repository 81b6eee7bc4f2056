package session_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/remediate"
	"avn-harden/steps"
)

// fieldsOf are all fields of all services, settings and windows one by one, by
// project/service and the API's name of the field.
func (w *world) fieldsOf() map[string]map[string]string {
	w.t.Helper()
	out := map[string]map[string]string{}
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			w.t.Fatal(err)
		}
		return string(b)
	}
	for _, p := range w.box.State().Organizations[0].Projects {
		for _, s := range p.Services {
			f := map[string]string{
				"project_vpc_id": text(s.VPC), "plan": text(s.Plan), "cloud_name": text(s.Cloud), "tags": text(s.Tags), "tech_emails": text(s.TechEmails),
				"maintenance.dow": text(s.Maintenance.DOW), "maintenance.time": text(s.Maintenance.Time), "maintenance.enabled": text(!s.Maintenance.Disabled),
				"termination_protection": text(s.TerminationProtection), "cmk_id": text(s.CMK), "disk_space_mb": text(s.DiskSpaceMB), "connection_pools": text(s.Pools),
				"integrations": text(s.Integrations), "databases": text(s.Databases),
			}
			for _, u := range s.Users {
				f["user "+u.Name] = text(u)
			}
			for k, v := range s.UserConfig {
				f["user_config."+k] = text(v)
			}
			out[p.ID+"/"+s.Name] = f
		}
	}
	return out
}

// updating are the fixes with a service update in their plan, each with what
// it is tried on.
func updating(t *testing.T, s *session.Session) []session.Choice {
	t.Helper()
	var out []session.Choice
	seen := map[string]bool{}
	for _, c := range auto(s) {
		if seen[c.Check.ID+c.Fix.ID] {
			continue
		}
		c.Answers = answers(c, s.Input())
		p, err := s.Plan(t.Context(), []session.Choice{c})
		if err != nil || p.Blocked || !slices.ContainsFunc(p.Changes, isUpdate) {
			continue
		}
		seen[c.Check.ID+c.Fix.ID] = true
		out = append(out, c)
	}
	return out
}

func isUpdate(c remediate.ChangePreview) bool { return c.Change.Request.Operation == "ServiceUpdate" }

// A service update changes what it names and nothing else, the VPC above all.
func TestAServiceUpdateChangesOnlyWhatItNames(t *testing.T) {
	first := newWorld(t).open(false)
	list := updating(t, first)
	if len(list) < 7 {
		t.Errorf("only %d fixes update services", len(list))
	}
	for _, c := range list {
		t.Run(c.Check.ID+"/"+c.Fix.ID, func(t *testing.T) {
			w := newWorld(t)
			s := w.open(false)
			before := w.fieldsOf()
			p := plan(t, s, again(t, s, c))
			named := map[string]bool{}
			for _, r := range apply(t, s, p).Changes {
				if r.Outcome != remediate.OutcomeDone {
					t.Fatalf("%s: %q: %s", r.Change.Says, r.Outcome, r.Why)
				}
				for _, d := range r.Change.Deltas {
					named[d.Resource+" "+d.Field] = true
				}
			}
			for ref, fields := range w.fieldsOf() {
				for field, now := range fields {
					// A window that is set turns maintenance on, wherever that is said.
					on := field == "maintenance.enabled" && named[ref+" maintenance.dow"]
					if was, ok := before[ref][field]; (!ok || was != now) && !named[ref+" "+field] && !on && before[ref] != nil {
						t.Errorf("%s of %s was %s and is %s: nobody named it", field, ref, was, now)
					}
				}
			}
		})
	}
}

// again is the same choice on another session's findings.
func again(t *testing.T, s *session.Session, c session.Choice) session.Choice {
	t.Helper()
	var found []steps.Finding
	for _, f := range findingsFor(result(t, s.Report(), c.Check.ID), c.Fix.ID) {
		if slices.ContainsFunc(c.Findings, func(x steps.Finding) bool { return x.Key() == f.Key() }) {
			found = append(found, f)
		}
	}
	c.Findings = found
	return c
}

// What somebody else changed between preview and confirmation is not changed.
func TestAServiceUpdateOnDriftIsRefused(t *testing.T) {
	first := newWorld(t).open(false)
	for _, c := range updating(t, first) {
		t.Run(c.Check.ID+"/"+c.Fix.ID, func(t *testing.T) {
			w := newWorld(t)
			s := w.open(false)
			p := plan(t, s, again(t, s, c))
			i := slices.IndexFunc(p.Changes, isUpdate)
			d := p.Changes[i].Change.Deltas[0]
			w.box.Mutate(func(st *sandbox.State) {
				for _, pr := range st.Organizations[0].Projects {
					for _, v := range pr.Services {
						if pr.ID+"/"+v.Name == d.Resource {
							disturb(t, v, d.Field)
						}
					}
				}
			})
			res := apply(t, s, p)
			if got := res.Changes[i].Outcome; got != remediate.OutcomeDrift && got != remediate.OutcomeNotSent {
				t.Errorf("%s: %q: %s", res.Changes[i].Change.Says, got, res.Changes[i].Why)
			}
			for _, r := range w.box.Writes() {
				if r.Operation == "ServiceUpdate" && strings.HasSuffix(r.Path, "/"+d.Resource[strings.Index(d.Resource, "/")+1:]) {
					t.Errorf("it was sent: %s %s", r.Path, r.Body)
				}
			}
		})
	}
}

// disturb changes one field as somebody else would.
func disturb(t *testing.T, v *sandbox.Service, field string) {
	t.Helper()
	switch key, isConfig := strings.CutPrefix(field, "user_config."); {
	case isConfig && strings.HasSuffix(key, "_version"):
		v.UserConfig[key] = "18"
	case isConfig && key == "public_access":
		v.UserConfig[key] = map[string]any{"prometheus": true}
	case isConfig:
		v.UserConfig[key] = []any{"192.0.2.0/24"}
	case field == "maintenance.dow":
		v.Maintenance.DOW, v.Maintenance.Disabled = "thursday", false
	case field == "maintenance.time":
		v.Maintenance.Time = "11:11:11"
	case field == "termination_protection":
		v.TerminationProtection = !v.TerminationProtection
	case field == "tech_emails":
		v.TechEmails = []string{"somebody@nordwind.example"}
	case field == "project_vpc_id":
		v.VPC = "9b2f6a10-3c4d-4e5f-a601-000000000030"
	default:
		t.Fatalf("how to change %s is not known", field)
	}
}
