package steps

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aiven/go-client-codegen/handler/service"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const (
	permMaintenance = "role:services:maintenance"
	fixUpgrade      = "upgrade-version"
	keyForkTried    = "fork-tried"
)

// errNoFork is why an upgrade is not planned.
var errNoFork = errors.New("an upgrade cannot be undone: fork the service, upgrade the fork, run the applications against it, then plan this again")

// upgradeable are the types whose version is a key of user_config.
var upgradeable = []string{"pg", "mysql", "opensearch", "valkey", "kafka", "clickhouse", "flink", "grafana"}

func upgradeFix() Fix {
	return Fix{
		ID: fixUpgrade, Title: "Upgrade to a newer version", Risk: remediate.Irreversible, Partial: true, Order: 920,
		Questions: upgradeQuestions, Build: buildUpgrade,
	}
}

// upgradeOffer gives the fixes that a finding about a version has, and the
// evidence with the reason where there is none.
func upgradeOffer(in Input, s organization.Service, ev []Evidence) ([]string, []Evidence) {
	why := ""
	switch {
	case !slices.Contains(upgradeable, s.Type.Raw()):
		why = "not from here: its type is not upgraded in place"
	case len(remediate.NewerVersions(in.Org, s.Type.Raw(), s.Config.Version.Raw())) == 0:
		why = "not from here: Aiven offers no newer version of its type"
	case !s.On():
		why = "not from here: it is powered off"
	case remediate.ReadReplica(in.Org, s.Ref()):
		why = "not from here: it is a read replica"
	default:
		return []string{fixUpgrade}, ev
	}
	return []string{}, append(ev, Evidence{"upgrade", why, "upgraded, replaced or deleted by hand"})
}

// keyTarget is the question for the version of one service.
func keyTarget(ref Text) string { return "target:" + ref.Raw() }

func upgradeQuestions(in Input, fs []Finding) []Question {
	var out []Question
	for _, f := range fs {
		s := remediate.ServiceByRef(in.Org, f.Resource.ID.Raw())
		if s == nil {
			continue
		}
		q := Question{Key: keyTarget(f.Resource.ID), Kind: AskChoice, Title: fmt.Sprintf("Upgrade %s from %s to", inProject(*s), s.Config.Version), Help: "One version at a time is the way that works best."}
		for i, v := range remediate.NewerVersions(in.Org, s.Type.Raw(), s.Config.Version.Raw()) {
			label := v.Version.String()
			if i == 0 {
				label, q.Default = label+" (the next)", v.Version.Raw()
			}
			q.Options = append(q.Options, Option{v.Version.Raw(), label})
		}
		out = append(out, q)
	}
	return append(out, Question{
		Key: keyForkTried, Kind: AskConfirm, Title: "Was this upgrade tried on a fork?",
		Help: "There is no way back. A fork shows how long it takes and whether the applications still work.",
	})
}

func buildUpgrade(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	if a[keyForkTried] != "true" {
		return errNoFork
	}
	for _, f := range fs {
		if slices.ContainsFunc(b.Plan.Changes, func(c remediate.Change) bool { return c.Fix == fixUpgrade && c.Resource.ID == f.Resource.ID }) {
			continue // planned already, for another check
		}
		s := remediate.ServiceByRef(in.Org, f.Resource.ID.Raw())
		if s == nil {
			return fmt.Errorf("upgrade %s: it is not there any more", f.Resource.Name)
		}
		newer := remediate.NewerVersions(in.Org, s.Type.Raw(), s.Config.Version.Raw())
		i := slices.IndexFunc(newer, func(v organization.ServiceVersion) bool { return v.Version.Is(a[keyTarget(f.Resource.ID)]) })
		if i < 0 {
			return fmt.Errorf("choose the version to upgrade %s to", s.Name)
		}
		if s.Type.Is("pg") {
			if err := addUpgradeCheck(ctx, b, f, *s, newer[i].Version); err != nil {
				return err
			}
		} else {
			b.Note("Aiven offers no check of an upgrade of %s: the trial on a fork is all there is for %s.", s.Type, s.Name)
		}
		if err := addUpgrade(ctx, b, in, f, *s, newer[i].Version); err != nil {
			return err
		}
	}
	b.Note("Your word: this upgrade was tried on a fork. It starts at once, whatever the maintenance window says.")
	return nil
}

// addUpgradeCheck has Aiven look whether the data can be upgraded, and waits.
func addUpgradeCheck(ctx context.Context, b *remediate.Builder, f Finding, s organization.Service, to Text) error {
	ref := fmt.Sprintf("check%d.id", len(b.Plan.Changes)+1)
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fixUpgrade, Resource: f.Resource,
			Says: fmt.Sprintf("Have Aiven check whether %s can be upgraded to %s", inProject(s), to),
			Risk: remediate.Reversible, Permission: permMaintenance, NoUndo: "A check changes nothing.",
			Touches: []organization.Part{organization.PartServices}, Yields: map[string]string{ref: "/task/task_id"},
			Await: &remediate.Await{
				Says: "the upgrade check", Operation: "ServiceTaskGet",
				Path: "/v1/project/" + url.PathEscape(s.Project.Raw()) + "/service/" + url.PathEscape(s.Name.Raw()) + "/task/" + b.Ref(ref),
				Done: "/task/result", OK: "/task/success", Text: "/task/result",
			},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.ServiceTaskCreate(ctx, s.Project.Raw(), s.Name.Raw(), &service.ServiceTaskCreateIn{
				TaskType: service.TaskTypeUpgradeCheck, UpgradeCheck: &service.UpgradeCheckIn{TargetVersion: to.Raw()},
			})
			return err
		},
	})
}

func addUpgrade(ctx context.Context, b *remediate.Builder, in Input, f Finding, s organization.Service, to Text) error {
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fixUpgrade, Resource: f.Resource,
			Says: fmt.Sprintf("Upgrade %s from %s to %s", inProject(s), typeAndVersion(s), to),
			Risk: remediate.Irreversible, Permission: permMaintenance, NoUndo: noWayBack(s),
			Touches: []organization.Part{organization.PartServices},
			Deltas:  []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "user_config."+s.VersionKey(), to.Raw())},
			Until:   []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "state", "RUNNING")},
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			return api.ServiceUpdateKeys(ctx, s.Project.Raw(), s.Name.Raw(), map[string]any{"user_config": map[string]any{s.VersionKey(): to.Raw()}})
		},
	})
}

func noWayBack(s organization.Service) string {
	out := []string{"Aiven has no way back to an older major version."}
	if s.Type.Is("pg") {
		out = append(out, "Backups of before cannot be used to go back in time, and standby nodes are missing while it runs.")
	}
	return strings.Join(out, " ")
}
