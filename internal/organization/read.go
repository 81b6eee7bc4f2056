package organization

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	aiven "github.com/aiven/go-client-codegen"

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

// DependencyError is why a part could not be read when what it needs was not.
// It does not unwrap: what failed is another part, and its Status tells how.
type DependencyError struct {
	Needs Part
	Err   error
}

// Error names what was needed and why it is not there.
func (e *DependencyError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("could not be read because %s were not read", e.Needs)
	}
	return fmt.Sprintf("could not be read because %s could not be read: %s", e.Needs, aivenapi.Explain(e.Err))
}

// List gives the organizations that the caller can see, as the API orders them.
func List(ctx context.Context, api *aivenapi.API) ([]Listed, error) {
	f := &fetcher{api: api, count: newCounter(nil)}
	got, err := list(ctx, f, lists("UserOrganizationsList", "organizations"), "organizations", func(w wireOrganization) Text { return w.ID })
	if err != nil {
		return nil, fmt.Errorf("listing your organizations: %w", err)
	}
	out := make([]Listed, 0, len(got))
	for _, w := range got {
		out = append(out, Listed{ID: w.ID, Name: w.Name, Tier: w.Tier})
	}
	return out, nil
}

// Read reads an organization. The error is for what leaves nothing to look at
// (401, unreachable, no such organization, cancelled); a part that fails is in its Status.
func Read(ctx context.Context, api *aivenapi.API, id string, opt Options) (*Organization, error) {
	o := &Organization{ID: aivenapi.NewText(id), status: map[Part]Status{}}
	return read(ctx, api, o, opt, true)
}

// Again gives a copy of o with the parts named read anew (all, if none is
// named), and nothing else read; o stays as it was. A part that fails is in its
// Status and empty; the error is for a cancelled ctx.
func Again(ctx context.Context, api *aivenapi.API, o *Organization, opt Options) (*Organization, error) {
	next := *o
	next.status = maps.Clone(o.status)
	if next.status == nil {
		next.status = map[Part]Status{}
	}
	return read(ctx, api, &next, opt, false)
}

// reading is one reading under way.
type reading struct {
	api   getter
	now   func() time.Time
	count *counter
	done  map[Part]chan struct{} // closed when the part was read; only those asked for

	mu sync.Mutex
	o  *Organization
}

func read(ctx context.Context, api getter, o *Organization, opt Options, gate bool) (*Organization, error) {
	r := &reading{api: api, now: opt.Now, count: newCounter(opt.Progress), o: o, done: map[Part]chan struct{}{}}
	var wanted []readable
	for _, p := range parts {
		if opt.Parts == nil || slices.Contains(opt.Parts, p.part) {
			wanted = append(wanted, p)
			r.done[p.part] = make(chan struct{})
		}
	}
	before := *o
	// The organization goes first and alone: with a bad token, a wrong id or no
	// network there is no point in a thousand calls that fail alike.
	if i := slices.IndexFunc(wanted, func(p readable) bool { return p.part == PartOrganization }); gate && i >= 0 {
		r.one(ctx, wanted[i])
		if err := hopeless(o.Status(PartOrganization).Err); err != nil && ctx.Err() == nil {
			return nil, err
		}
		wanted = slices.Delete(wanted, i, i+1)
	}
	var wg sync.WaitGroup
	for _, p := range wanted {
		wg.Go(func() { r.one(ctx, p) })
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := r.nothing(); gate && err != nil {
		return nil, err
	}
	o.reconcile(before, r.done)
	o.whoIsMe()
	o.narrowed()
	return o, nil
}

// one reads one part, when what it needs is there, and puts it in its place.
func (r *reading) one(ctx context.Context, p readable) {
	defer close(r.done[p.part])
	for _, need := range slices.Concat(p.needs, p.uses) {
		if ch, ok := r.done[need]; ok {
			select {
			case <-ch:
			case <-ctx.Done():
				return
			}
		}
	}
	r.mu.Lock()
	snapshot := *r.o
	snapshot.status = maps.Clone(r.o.status)
	r.mu.Unlock()

	var apply applying
	var missing []Missing
	err := p.blocked(&snapshot)
	if err == nil {
		f := &fetcher{api: r.api, id: snapshot.ID.Raw(), part: p.part, count: r.count}
		apply, missing, err = p.read(ctx, f, &snapshot)
	}
	s := Status{Part: p.part, Read: r.now().UTC(), Err: err, Missing: missing}
	var dependency *DependencyError
	switch {
	case aivenapi.Forbidden(err):
		s.Permission = p.needed()
	case errors.As(err, &dependency):
		s.Permission = snapshot.Status(dependency.Needs).Permission
	}
	for i, m := range s.Missing {
		if aivenapi.Forbidden(m.Err) {
			s.Missing[i].Permission = p.needed()
		}
	}
	r.mu.Lock()
	if err != nil {
		r.o.forget(p.part)
	} else {
		apply(r.o)
	}
	r.o.status[p.part] = s
	r.mu.Unlock()
	r.count.finish(p.part, err)
}

// blocked says why a part cannot be read: what it needs is not there.
func (p readable) blocked(o *Organization) error {
	for _, need := range p.needs {
		s := o.Status(need)
		if s.Read.IsZero() {
			return &DependencyError{Needs: need}
		}
		if s.Err != nil {
			return &DependencyError{Needs: need, Err: s.Err}
		}
	}
	return nil
}

// hopeless gives the error of OrganizationGet as one for the admin if nothing
// else is worth trying; nil if it is (403, 5xx, an answer that makes no sense).
func hopeless(err error) error {
	var answered aiven.Error
	var way *aivenapi.Error
	switch {
	case err == nil:
		return nil
	case aivenapi.NotFound(err), aivenapi.Unauthorized(err):
	case errors.As(err, &answered), errors.Is(err, errNoList):
		return nil
	case errors.As(err, &way) && way.Kind == aivenapi.KindUndecodable:
		return nil
	}
	return fmt.Errorf("reading the organization: %w", err)
}

// nothing gives an error if not one part could be read.
func (r *reading) nothing() error {
	var first error
	for _, p := range parts {
		if _, asked := r.done[p.part]; !asked {
			continue
		}
		s := r.o.Status(p.part)
		if s.Err == nil {
			return nil
		}
		if first == nil || aivenapi.Unauthorized(s.Err) && !aivenapi.Unauthorized(first) {
			first = s.Err
		}
	}
	if first == nil {
		return nil
	}
	return fmt.Errorf("nothing of the organization could be read: %w", first)
}

// forget empties a part that could not be read: what it said before may be wrong now.
func (o *Organization) forget(p Part) {
	switch p {
	case PartMe:
		o.Me = Me{}
	case PartUnits:
		o.Units = nil
	case PartProjects:
		o.Projects = nil
	case PartDomains:
		o.Domains = nil
	case PartDiscovered:
		o.Discovered = nil
	case PartIdPs:
		o.IdPs = nil
	case PartAuthPolicy:
		o.AuthPolicy = AuthPolicy{}
	case PartIPAllowlist:
		o.IPAllowlist = IPAllowlist{}
	case PartUsers:
		o.Users = nil
	case PartUserAuthMethods, PartUserTokens:
		o.Users = slices.Clone(o.Users)
		for i := range o.Users {
			if p == PartUserTokens {
				o.Users[i].Tokens, o.Users[i].TokensRead = nil, false
			} else {
				o.Users[i].LoginMethods, o.Users[i].LoginsRead = nil, false
			}
		}
	case PartGroups:
		o.Groups = nil
	case PartAppUsers:
		o.AppUsers = nil
	case PartAppTokens:
		o.AppUsers = slices.Clone(o.AppUsers)
		for i := range o.AppUsers {
			o.AppUsers[i].Tokens, o.AppUsers[i].TokensRead = nil, false
		}
	case PartPermissions:
		o.Grants = nil
	case PartServices:
		o.Services = nil
	case PartInvitations:
		o.Invitations = nil
	case PartBilling:
		o.BillingGroups = nil
	case PartVPCs, PartOrgVPCs:
		o.VPCs = otherVPCs(o.VPCs, p)
	case PartPrivateLinks:
		o.PrivateLinks = nil
	case PartVersions:
		o.ServiceVersions = nil
	case PartClouds:
		o.Clouds = nil
	case PartServiceTypes:
		o.ServiceTypes = nil
	case PartPlans:
		o.Plans = nil
	case PartOrganization: // id, name and root account do not change
	}
}
