package remediate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"avn-harden/internal/aivenapi"
	"avn-harden/internal/organization"
)

// handOver gives the admin what the answer holds, and records that they have
// it: until then what was made counts as lost.
func (r *run) handOver(ctx context.Context, a attempt, id string, answer []byte) error {
	r.phase(a, PhaseHandOver)
	var doc any
	if err := json.Unmarshal(answer, &doc); err != nil {
		return errors.New("the answer that should hold it could not be understood")
	}
	var list []Secret
	for _, label := range sortedKeys(a.change.Hands.Values) {
		if v, ok := pointed(doc, a.change.Hands.Values[label]).(string); ok && v != "" {
			list = append(list, Secret{Label: label, Value: v})
		}
	}
	if len(list) == 0 {
		return fmt.Errorf("the answer does not hold %s", safe(a.change.Hands.Says))
	}
	if err := r.HandOver(ctx, a.change, list); err != nil {
		return fmt.Errorf("nobody took %s", safe(a.change.Hands.Says))
	}
	now := r.Now().UTC()
	if err := r.Journal.mark(Entry{ID: id, HandedOver: &now}); err != nil {
		return nil // you have it; what is not recorded is asked again later
	}
	return nil
}

// mark adds to an entry that something happened since.
func (j *Journal) mark(e Entry) error {
	return j.append(func([]byte) (record, error) { return record{Kind: markRecord, Entry: e}, nil })
}

// Finish records that the long work of an entry was seen to be over.
func (j *Journal) Finish(id string, at time.Time) error {
	at = at.UTC()
	return j.mark(Entry{ID: id, Finished: &at})
}

// HandedOver records that the admin has what an entry made, whatever became
// of the program that made it.
func (j *Journal) HandedOver(id string, at time.Time) error {
	at = at.UTC()
	return j.mark(Entry{ID: id, HandedOver: &at})
}

// Underway says whether the long work that an entry started may still go on.
func (e Entry) Underway() bool {
	return len(e.Until) > 0 && e.Finished == nil && e.UndoneBy == "" &&
		(e.Outcome == OutcomeDone || e.Outcome == OutcomeUnchecked || e.Outcome == OutcomeDiffers)
}

// Over says whether what an entry's work should lead to is there, and what is
// there now, for display.
func (e Entry) Over(o *organization.Organization) (over bool, now string) {
	over = true
	for _, d := range e.Until {
		v, ok := o.LookupOK(d.Part, d.Resource, d.Field)
		if !ok {
			return false, "could not be read"
		}
		if v != d.After {
			over = false
		}
		now = valueShown(d, v, o)
	}
	return over, now
}

// awaitEvery is between two looks at work that goes on.
const awaitEvery = 3 * time.Second

// await reads until the work ended that a change started. Cancelling stops the
// waiting, not the work.
func (r *run) await(ctx context.Context, i int, c Change, res ChangeResult) ChangeResult {
	a := attempt{index: i, change: c}
	stop := func(o Outcome, format string, args ...any) ChangeResult {
		res.Outcome, res.Why = o, fmt.Sprintf(format, args...)
		r.record(&res, nil)
		return res
	}
	path, err := r.refs.request(aivenapi.Request{Path: c.Await.Path})
	if err != nil {
		return stop(OutcomeFailed, "%s", sentence(err))
	}
	for {
		r.phase(a, PhaseAwait)
		var doc any
		if err := r.API.GetJSON(ctx, c.Await.Operation, path.Path, &doc); err != nil {
			if ctx.Err() != nil {
				return stop(OutcomeFailed, "You stopped waiting for %s. Nothing more was sent; plan again to start over.", c.Await.Says)
			}
			return stop(OutcomeFailed, "How %s went could not be read: %s", c.Await.Says, aivenapi.Explain(err))
		}
		if done, ok := pointed(doc, c.Await.Done).(string); ok && done != "" {
			shown, _ := pointed(doc, c.Await.Text).(string)
			if good, ok := pointed(doc, c.Await.OK).(bool); !ok || !good {
				return stop(OutcomeFailed, "%s found something, so nothing more was sent: %s", capitalised(c.Await.Says), safe(shown))
			}
			return stop(OutcomeDone, "Done. %s", safe(shown))
		}
		if r.sleep(ctx, awaitEvery) != nil {
			return stop(OutcomeFailed, "You stopped waiting for %s. Nothing more was sent; plan again to start over.", c.Await.Says)
		}
	}
}

func capitalised(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
