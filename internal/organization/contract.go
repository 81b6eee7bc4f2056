package organization

import (
	"context"
	"time"

	"avn-harden/internal/aivenapi"
)

// Progress is one event while reading. Done of Total calls of a part are made;
// Calls counts all calls so far.
type Progress struct {
	Part        Part
	Done, Total int
	Calls       int
	Finished    bool // this part is done, well or badly
	Err         error
}

// Options of a reading.
type Options struct {
	// Parts to read; nil means all.
	Parts []Part
	// Progress is called from one goroutine at a time; may be nil.
	Progress func(Progress)
	// Now is the clock; required.
	Now func() time.Time
}

// Listed is one organization that the caller can see (UserOrganizationsList).
type Listed struct {
	ID, Name, Tier Text
}

// List gives the organizations that the caller can see.
func List(ctx context.Context, api *aivenapi.API) ([]Listed, error) { panic("owner fills in") }

// Read reads an organization. The error is for what leaves nothing to look at
// (401, unreachable, no such organization, cancelled); a part that fails is in its Status.
func Read(ctx context.Context, api *aivenapi.API, id string, o Options) (*Organization, error) {
	panic("owner fills in")
}

// Again gives a copy of o with the parts named read anew; o stays as it was.
func Again(ctx context.Context, api *aivenapi.API, o *Organization, opt Options) (*Organization, error) {
	panic("owner fills in")
}

// Lookup gives the canonical JSON of one field of one resource, "" if the
// resource or field is not there. Field names are the API's own
// ("password_auth_enabled", "parent_id", "saml_assertion_signed_enabled",
// "state"); the field "" is the resource's existence ("true" or ""). Resources
// are raw ids; "" for the parts that are single (authentication policy, IP allowlist).
// It is what drift checks and read-backs compare.
func (o *Organization) Lookup(p Part, resource, field string) string { panic("owner fills in") }

// EffectiveAccess computes, from grants, groups and inheritance
// (organization → unit → project), who can do what where, ordered by user,
// resource and permission.
func (o *Organization) EffectiveAccess() []Access { panic("owner fills in") }

// WithProjectMoved gives o as it would be with projects moved to another
// parent, for the access difference of a move. No part is read.
func (o *Organization) WithProjectsMoved(projectIDs []Text, parentID Text) *Organization {
	panic("owner fills in")
}
