package remediate

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/internal/policy"
)

// VerdictKind of a guard.
type VerdictKind string

// The verdicts. A change with GuardMustAck goes out once its Type was typed.
const (
	GuardHolds   VerdictKind = "holds"
	GuardBlocks  VerdictKind = "blocks"
	GuardMustAck VerdictKind = "type to go on"
)

// Verdict of one guard on one change.
type Verdict struct {
	Guard    string // kebab-case id
	Title    string
	Kind     VerdictKind
	Why      string   // a sentence; what to do when it blocks
	Affected []string // people or resources, for display
	Type     string   // what to type to go on, for GuardMustAck
}

// GuardInput is what a guard sees: fresh data, and the plan's earlier changes
// (already sent, or to be sent before this one).
type GuardInput struct {
	Org     *organization.Organization
	Policy  *policy.Policy
	Now     time.Time
	Change  Change
	Earlier []Change
	// CallerIP is the caller's public address where known ("" if not).
	CallerIP string
}

// Guard is a condition that must hold before a change may go out. It looks at
// the request itself (operation and body), not at which fix made it.
type Guard struct {
	ID, Title string
	// Parts it needs read fresh.
	Parts   []organization.Part
	Applies func(Change) bool
	Check   func(GuardInput) Verdict
}

// Guards is the ordered list of all guards.
func Guards() []Guard {
	return []Guard{
		operationKnownGuard,
		redactedGuard,
		vpcKeptGuard,
		oneLockoutGuard,
		idpWorksGuard,
		adminsUsedIdPGuard,
		callerKeepsAccessGuard,
		requireIdPFirstGuard,
		peopleWithoutIdPGuard,
		twoFactorGuard,
		tokenConsumersGuard,
		allowlistValidGuard,
		allowlistCallerGuard,
		allowlistTokensGuard,
		lastIdPGuard,
		domainOwnedGuard,
		domainRemovalGuard,
		unitNestingGuard,
		unitEmptyGuard,
		moveAdminGuard,
		accessLostGuard,
		adminsRemainGuard,
		notYourselfGuard,
		superAdminOnlyGuard,
		managedPeopleGuard,
		scimGroupGuard,
		onePrincipalGuard,
		movedFirstGuard,
		projectAdminGuard,
		tokenRevokeGuard,
		tokenMadeGuard,
		appUserDeleteGuard,
		contactsGuard,
		serviceUserGuard,
		maintenanceWindowGuard,
		maintenanceReadyGuard,
		maintenanceStandbyGuard,
		taskKindGuard,
		upgradeTargetGuard,
		upgradeReadyGuard,
		upgradeCheckedGuard,
		upgradeBackupGuard,
		keysNamedGuard,
		filterGuard,
		newServiceGuard,
		serviceDeleteGuard,
		vpcTargetGuard,
		vpcCreateGuard,
		vpcDeleteGuard,
	}
}

func holds(format string, args ...any) Verdict {
	return Verdict{Kind: GuardHolds, Why: fmt.Sprintf(format, args...)}
}

func blocks(format string, args ...any) Verdict {
	return Verdict{Kind: GuardBlocks, Why: fmt.Sprintf(format, args...)}
}

// mustAck asks to type something after seeing who is affected; with nothing
// to type it blocks.
func mustAck(typed string, affected []string, format string, args ...any) Verdict {
	if strings.TrimSpace(typed) == "" {
		return blocks("There is no name to type as a confirmation. "+format, args...)
	}
	return Verdict{Kind: GuardMustAck, Why: fmt.Sprintf(format, args...), Affected: affected, Type: typed}
}

// verdicts runs the guards that apply to a change. A part that a guard needs
// and that was not read completely blocks.
func verdicts(in GuardInput) []Verdict {
	var out []Verdict
	for _, g := range Guards() {
		if !g.Applies(in.Change) {
			continue
		}
		v := Verdict{}
		if why := unread(in.Org, g.Parts); why != "" {
			v = blocks("%s", why)
		} else {
			v = g.Check(in)
		}
		v.Guard, v.Title = g.ID, g.Title
		out = append(out, v)
	}
	return out
}

// guardParts are the parts that the guards of a change need.
func guardParts(c Change) []organization.Part {
	var out []organization.Part
	for _, g := range Guards() {
		if g.Applies(c) {
			out = append(out, g.Parts...)
		}
	}
	return out
}

// unread says which of the parts are not known well enough to decide on, ""
// if all are.
func unread(o *organization.Organization, parts []organization.Part) string {
	for _, p := range parts {
		s := o.Status(p)
		if s.Complete() {
			continue
		}
		permission := s.Permission
		what := "could not be read"
		if s.Err == nil && len(s.Missing) > 0 {
			what = fmt.Sprintf("could not be read completely (%s is missing)", shown(s.Missing[0].Resource.String()))
			if s.Missing[0].Permission != "" {
				permission = s.Missing[0].Permission
			}
		} else if s.Read.IsZero() && s.Err == nil {
			what = "was not read"
		}
		if permission != "" {
			return fmt.Sprintf("The %s %s, so this cannot be judged. Use a token with the permission %s and read again.", p, what, permission)
		}
		return fmt.Sprintf("The %s %s, so this cannot be judged. Read the organization again.", p, what)
	}
	return ""
}

func shown(s string) string {
	if s == "" {
		return "part of a list"
	}
	return s
}

// bodyOf decodes a request's body; nil if it is not a JSON object.
func bodyOf(c Change) map[string]any {
	var m map[string]any
	if err := json.Unmarshal(c.Request.Body, &m); err != nil {
		return nil
	}
	return m
}

func setsTo(c Change, key string, want bool) bool {
	v, ok := bodyOf(c)[key].(bool)
	return ok && v == want
}

// segments are the unescaped segments of the path after /v1.
func segments(c Change) []string {
	parts := strings.Split(strings.TrimPrefix(c.Request.Path, "/v1/"), "/")
	for i, p := range parts {
		u, err := url.PathUnescape(p)
		if err != nil {
			return nil
		}
		parts[i] = u
	}
	return parts
}

func segment(c Change, i int) string {
	s := segments(c)
	if i >= len(s) {
		return ""
	}
	return s[i]
}

func isOperation(ids ...string) func(Change) bool {
	return func(c Change) bool {
		op := structuralOperation(c.Request)
		for _, id := range ids {
			if op == id || c.Request.Operation == id {
				return true
			}
		}
		return false
	}
}

func yes(b *bool) bool { return b != nil && *b }
func no(b *bool) bool  { return b != nil && !*b }

func orgName(o *organization.Organization) string { return o.Name.String() }

func person(u organization.User) string {
	if u.Email.Empty() {
		if u.Name.Empty() {
			return u.ID.String()
		}
		return u.Name.String()
	}
	return u.Email.String()
}
