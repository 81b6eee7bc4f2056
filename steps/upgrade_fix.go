package steps

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aiven/go-client-codegen/handler/service"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

const permMaintenance = "role:services:maintenance"

// upgradeFix upgrades the major version of one service. With newest it
// proposes the newest proven one, else the first that is not near its end.
func upgradeFix(id string, newest bool) Fix {
	return Fix{
		ID: id, Title: "Upgrade the version", Risk: remediate.Irreversible, Order: 930, Partial: true,
		Questions: func(in Input, fs []Finding) []Question {
			s, err := found(in, fs[0])
			if err != nil {
				return nil
			}
			var opts []Option
			for _, v := range newerThan(in, s) {
				opts = append(opts, Option{v.Version.Raw(), fmt.Sprintf("%s, until %s", v.Version, dayOf(v.EndOfLife))})
			}
			return []Question{
				{Key: "version", Kind: AskChoice, Title: "To which version?", Help: "One major version at a time is safest.", Options: opts, Default: proposedVersion(in, s, newest)},
				{Key: "forked", Kind: AskConfirm, Title: "Was this upgrade tried on a fork, with the applications?", Help: "There is no way back. Fork the service in the console, upgrade the fork, and test there."},
			}
		},
		Build: func(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
			for _, f := range fs {
				if err := upgrade(ctx, b, in, f, id, a); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func proposedVersion(in Input, s organization.Service, newest bool) string {
	if list := provenVersions(in, s); newest && len(list) > 0 {
		return list[len(list)-1].Version.Raw()
	}
	list := newerThan(in, s)
	for _, v := range list {
		if v.EndOfLife.IsZero() || v.EndOfLife.Sub(in.Now) >= days(in.Policy.Thresholds.VersionNearEOLDays) {
			return v.Version.Raw()
		}
	}
	if len(list) > 0 {
		return list[len(list)-1].Version.Raw()
	}
	return ""
}

func upgrade(ctx context.Context, b *remediate.Builder, in Input, f Finding, fix string, a Answers) error {
	s, err := found(in, f)
	if err != nil {
		return err
	}
	target := a["version"]
	if target == "" {
		return fmt.Errorf("choose the version to upgrade %s to", shownService(s))
	}
	if a["forked"] != "true" {
		return fmt.Errorf("try the upgrade of %s on a fork first: there is no way back", shownService(s))
	}
	if s.Type.Is("pg") {
		if err := addUpgradeCheck(ctx, b, f, s, fix, target); err != nil {
			return err
		}
	} else {
		b.Note("Aiven offers no check beforehand for %s: what the trial on the fork showed is all there is.", s.Type)
	}
	b.Note("The upgrade starts at once, whatever the maintenance window, and cannot be undone. Backups of before cannot be restored into the new version's point-in-time.")
	key := s.VersionKey()
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf("Upgrade %s from %s %s to %s", shownService(s), s.Type, s.Config.Version, aivenapi.Sanitise(target)),
			Risk: remediate.Irreversible, Permission: "project:services:write or " + permMaintenance,
			NoUndo:  "Aiven has no way back to an older version: a fork of a backup from before is all that is left",
			Touches: []organization.Part{organization.PartServices},
			Deltas:  []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "user_config."+key, target)},
			Until:   untilRunning(in.Org, s),
		},
		Do: func(ctx context.Context, api *aivenapi.API) error {
			return api.ServiceUpdateKeys(ctx, s.Project.Raw(), s.Name.Raw(), map[string]any{"user_config": map[string]any{key: target}})
		},
	})
}

// untilRunning is what holds once a service is through with what it was told to do.
func untilRunning(o *organization.Organization, s organization.Service) []remediate.Delta {
	return []remediate.Delta{delta(o, organization.PartServices, s.Ref(), "state", "RUNNING")}
}

// addUpgradeCheck has Aiven check beforehand; the plan goes on only if it finds nothing.
func addUpgradeCheck(ctx context.Context, b *remediate.Builder, f Finding, s organization.Service, fix, target string) error {
	ref := fmt.Sprintf("task%d.id", len(b.Plan.Changes))
	return b.Add(ctx, remediate.Call{
		Change: remediate.Change{
			Check: f.Check, Fix: fix, Resource: f.Resource, Says: fmt.Sprintf("Let Aiven check whether %s can be upgraded to %s", shownService(s), aivenapi.Sanitise(target)),
			Risk: remediate.Reversible, Permission: permMaintenance, NoUndo: "a check changes nothing",
			Touches: []organization.Part{organization.PartServices}, Yields: map[string]string{ref: "/task/task_id"},
			Await: &remediate.Await{
				Says: "the upgrade check", Operation: "ServiceTaskGet",
				Path: fmt.Sprintf("/v1/project/%s/service/%s/task/%s", url.PathEscape(s.Project.Raw()), url.PathEscape(s.Name.Raw()), b.Ref(ref)),
				Done: "/task/result", OK: "/task/success", Text: "/task/result",
			},
		},
		Respond: []byte(`{"task":{"create_time":"2026-01-01T00:00:00Z","result":"","success":false,"task_id":"","task_type":"upgrade_check"}}`),
		Do: func(ctx context.Context, api *aivenapi.API) error {
			_, err := api.ServiceTaskCreate(ctx, s.Project.Raw(), s.Name.Raw(), &service.ServiceTaskCreateIn{
				TaskType: service.TaskTypeUpgradeCheck, UpgradeCheck: &service.UpgradeCheckIn{TargetVersion: target},
			})
			return err
		},
	})
}
