package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"avn-harden/internal/organization"
	"avn-harden/remediate"
)

// The bounds that Aiven sets for a session, in seconds.
const (
	shortestSession = 300
	longestSession  = 1296000
)

// checkIdPSessionLength looks for sessions that last too long.
//
// step: identity-provider
// order: 70
func checkIdPSessionLength() Check {
	return Check{
		ID: "idp-session-length", Title: "Sessions end within a working day", Severity: Low,
		Why:  "A session that prolongs itself outlives the laptop it was opened on.",
		How:  "Let sessions end after a working day.",
		Docs: docs + "platform/howto/saml/add-identity-providers", Needs: []organization.Part{organization.PartIdPs},
		Fixes: []Fix{{
			ID: "session-length", Title: "Shorten sessions", Risk: remediate.Reversible, Undoable: true, Many: true, Order: 70,
			Questions: func(in Input, _ []Finding) []Question {
				return []Question{{Key: "hours", Kind: AskText, Title: "Longest session, in hours", Help: "Up to 360.",
					Default: strconv.Itoa(in.Policy.Thresholds.IdPSessionMaxSeconds / 3600), Validate: validHours}}
			},
			Build: buildSession,
		}},
		Eval: func(in Input) Result {
			most := in.Policy.Thresholds.IdPSessionMaxSeconds
			return perMethod(in, func(m organization.AuthMethod) (Finding, bool) {
				got := "Aiven's default"
				if m.TokenMaxAgeSeconds != nil {
					got = fmt.Sprintf("%d s", *m.TokenMaxAgeSeconds)
				}
				long := m.TokenMaxAgeSeconds == nil || *m.TokenMaxAgeSeconds > most && isOn(m.TokenExtendWhenUsed)
				return Finding{
					Title: fmt.Sprintf("Sessions of %s last too long", m.Name),
					Evidence: []Evidence{{"auth_token_max_age_seconds", got, fmt.Sprintf("at most %d s", most)},
						{"auth_token_extend_when_used", on(m.TokenExtendWhenUsed), "off, or a short session"}},
				}, long
			})
		},
	}
}

func validHours(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n*3600 < shortestSession || n > longestSession/3600 {
		return errors.New("this must be a whole number of hours from 1 to 360")
	}
	return nil
}

func buildSession(ctx context.Context, b *remediate.Builder, in Input, fs []Finding, a Answers) error {
	if err := validHours(a["hours"]); err != nil {
		return err
	}
	hours, _ := strconv.Atoi(a["hours"])
	secs := hours * 3600
	for _, f := range fs {
		m, err := methodByID(in.Org, f.Resource.ID)
		if err != nil {
			return err
		}
		s := setting{
			fix: "session-length", says: fmt.Sprintf("End sessions of %s after %d hours", m.Name, hours),
			set:   &methodUpdate{AuthTokenMaxAgeSeconds: &secs},
			after: map[string]any{"auth_token_max_age_seconds": secs}, order: []string{"auth_token_max_age_seconds"}, risk: remediate.Reversible,
		}
		if old := m.TokenMaxAgeSeconds; old != nil {
			s.old, s.undoSays = &methodUpdate{AuthTokenMaxAgeSeconds: old}, fmt.Sprintf("Let sessions of %s last %d s again", m.Name, *old)
		} else {
			s.noUndo = "The API has no way back to Aiven's default."
		}
		if err := addSetting(ctx, b, in, f, m, s); err != nil {
			return err
		}
	}
	return nil
}
