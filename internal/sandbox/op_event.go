package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

func eventOperations() []operation {
	return []operation{
		{id: "AccountEventList", method: get, path: "/account/{account_id}/events", access: holders("organization:event_logs:read"), serve: eventList},
	}
}

// event is one change that went through.
type event struct {
	id             int
	organizationID string
	accountID      string // of the root account or the unit that it was about
	actor          *User
	kind, about    string
	time           When
}

var wordStart = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// eventKind is the operation as the audit trail names it.
func eventKind(operation string) string {
	return strings.ToLower(wordStart.ReplaceAllString(operation, "${1}_${2}"))
}

// record writes a change down, whatever then becomes of its answer. What was
// sent and answered stays out of it: both may hold secrets.
func (c *call) record(a answer) {
	if c.req.Method == http.MethodGet || a.status >= 300 || c.org == nil || c.who == nil {
		return
	}
	account := c.org.AccountID
	if id := c.vars["account_id"]; id != "" {
		account = id
	}
	if c.project != nil && c.org.unit(c.project.Parent) != nil {
		account = c.project.Parent
	}
	c.box.events = append(c.box.events, event{
		id: len(c.box.events) + 1, organizationID: c.org.ID, accountID: account, actor: c.who.user,
		kind: eventKind(c.op.id), about: strings.TrimPrefix(c.req.URL.EscapedPath(), "/v1"), time: At(c.now),
	})
}

// eventList answers AccountEventList, newest first: the root account's trail
// has that of the units in it.
func eventList(c *call) answer {
	id := c.vars["account_id"]
	out := []obj{}
	for _, e := range slices.Backward(c.box.events) {
		if e.organizationID != c.org.ID || id != c.org.AccountID && id != e.accountID {
			continue
		}
		out = append(out, obj{
			"account_id": e.accountID, "action_description": e.kind + " " + e.about, "action_type": e.kind,
			"actor": e.actor.Email, "actor_user_id": e.actor.ID, "create_time": e.time.wire(), "log_entry_id": e.id,
			"team_id": "",
		})
	}
	return ok(obj{"events": out})
}
