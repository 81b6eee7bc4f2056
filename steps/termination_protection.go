package steps

import (
	"context"
	"fmt"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// checkTerminationProtection asks that no service can be deleted by mistake. A
// powered-off one can be deleted as well.
//
// step: virtual-private-clouds
// order: 70
func checkTerminationProtection() Check {
	return Check{
		ID: "termination-protection", Title: "Each service is protected against termination", Severity: Low,
		Why:   "A slip of the hand or of a script deletes a service and its backups with it.",
		How:   "Turn termination protection on. It must be turned off before the service can be deleted or powered off.",
		Docs:  docs + "platform/concepts/service-power-cycle",
		Needs: []organization.Part{organization.PartServices},
		Fixes: []Fix{{
			ID: "turn-on-termination-protection", Title: "Turn termination protection on", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 700,
			Build: buildTerminationProtection,
		}},
		Eval: func(in Input) Result {
			var r Result
			var untold []Text
			for _, s := range in.Org.Services {
				switch {
				case s.TerminationProtection == nil:
					untold = append(untold, s.Name)
				case *s.TerminationProtection:
					r.Passed++
				default:
					r.Findings = append(r.Findings, Finding{
						Resource: serviceTarget(s), Title: fmt.Sprintf("%s can be deleted at once", shownService(s)),
						Evidence: []Evidence{{"termination_protection", "off", "on"}},
					})
				}
			}
			r.Unknown = notEvaluated(untold, "termination_protection was not told")
			if len(in.Org.Services) == 0 {
				r.NotApplicable = "There are no services."
			}
			return r
		},
	}
}

func buildTerminationProtection(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, _ Answers) error {
	for _, f := range fs {
		s, err := found(in, f)
		if err != nil {
			return err
		}
		err = updateService(ctx, b, f, s, serviceChange{
			fix: "turn-on-termination-protection", says: "Protect %s against termination", back: "Turn termination protection of %s off",
			risk: remediate.Reversible, permission: permServiceConfig,
			keys: map[string]any{"termination_protection": true}, undo: map[string]any{"termination_protection": false},
			deltas: []remediate.Delta{delta(in.Org, organization.PartServices, s.Ref(), "termination_protection", true)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
