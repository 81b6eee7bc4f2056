// Package sandbox emulates Aiven's API over an organization held in memory.
//
// It is an http.Handler that answers on the same paths, with the same shapes
// and the same refusals as Aiven's API, so that any Aiven client can be tried
// on it without harm. It keeps an exact log of every request that it got, can
// be told to fail on demand, and validates nothing against our own code: it
// imports none of this module's other packages.
package sandbox

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// DefaultCallerIP is the address that calls are taken to come from when
// neither the options nor the seed name one.
const DefaultCallerIP = "198.51.100.7"

// Options says how a sandbox behaves; the zero value is useful.
type Options struct {
	Now      func() time.Time // the clock; default time.Now
	RandSeed int64            // new ids and tokens follow from it
	Latency  time.Duration    // added to every answer
	Requests io.Writer        // gets one JSON line per request
	CallerIP string           // the address that the caller is taken to have; default the seed's
}

// Sandbox is Aiven's API over in-memory state behind one lock.
type Sandbox struct {
	now     func() time.Time
	latency time.Duration
	dns     *records

	mu       sync.Mutex // guards what follows
	state    *State
	rand     *rand.Rand
	callerIP netip.Addr
	events   []event

	log    requestLog
	faults faultList
}

// New makes a sandbox with its own copy of the seed's organizations.
func New(seed *Seed, opts Options) (*Sandbox, error) {
	if seed == nil {
		return nil, errors.New("sandbox: no seed")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Sandbox{
		now:     opts.Now,
		latency: opts.Latency,
		rand:    rand.New(rand.NewPCG(uint64(opts.RandSeed), 0x6176656e)),
		dns:     newRecords(),
	}
	s.log.lines = opts.Requests
	s.state = seed.State.clone()
	s.state.settle(s.now().UTC())
	if err := s.state.fillTokens(s.rand); err != nil {
		return nil, err
	}
	ip := opts.CallerIP
	if ip == "" {
		ip = s.state.CallerIP
	}
	if ip == "" {
		ip = DefaultCallerIP
	}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return nil, errors.New("sandbox: caller's address: " + err.Error())
	}
	s.callerIP = addr
	return s, nil
}

// Token returns the full token that the seed gave this name, or "" when it
// named none.
func (s *Sandbox) Token(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.state.Tokens {
		if t.Name == name {
			return t.FullToken
		}
	}
	return ""
}

// TokenNames lists the names of the seed's tokens, in the seed's order.
func (s *Sandbox) TokenNames() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, t := range s.state.Tokens {
		if t.Name != "" {
			names = append(names, t.Name)
		}
	}
	return names
}

// Mutate changes the state behind the API's back: drift, as tests need it.
// The function must not call the sandbox.
func (s *Sandbox) Mutate(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.state)
}

// State returns a copy of the state as it is now.
func (s *Sandbox) State() *State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.clone()
}

// CallerIP is the address that calls are taken to come from.
func (s *Sandbox) CallerIP() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callerIP.String()
}

var _ http.Handler = (*Sandbox)(nil)
