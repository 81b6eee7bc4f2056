package aivenapi

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	aiven "github.com/aiven/go-client-codegen"
)

const (
	defaultBaseURL       = "https://api.aiven.io"
	defaultReadDeadline  = 60 * time.Second
	defaultWriteDeadline = 120 * time.Second
	defaultMaxConcurrent = 16
	// firstByte is how long a read may go without the start of an answer.
	firstByte = 30 * time.Second
)

// New checks the options and gives the API. No call is made. Errors are
// sentences: no token, not https, not a URL.
func New(o Options) (*API, error) {
	if o.BaseURL == "" {
		o.BaseURL = defaultBaseURL
	}
	if err := checkBase(o.BaseURL); err != nil {
		return nil, err
	}
	o.Token = strings.TrimSpace(o.Token)
	if o.Token == "" {
		return nil, errors.New("no Aiven token was given. Set AIVEN_TOKEN")
	}
	if strings.ContainsFunc(o.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the Aiven token has a blank or a character that no token has. Copy it again")
	}
	fillDefaults(&o)
	t := newTransport(o)
	client, err := newClient(o, t)
	if err != nil {
		return nil, err
	}
	return &API{Client: client, t: t}, nil
}

func fillDefaults(o *Options) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	if o.ReadDeadline <= 0 {
		o.ReadDeadline = defaultReadDeadline
	}
	if o.WriteDeadline <= 0 {
		o.WriteDeadline = defaultWriteDeadline
	}
	if strings.TrimSpace(o.UserAgent) == "" {
		o.UserAgent = "avn-harden/dev"
	}
	if o.MaxConcurrent <= 0 {
		o.MaxConcurrent = defaultMaxConcurrent
	}
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
}

// clientVariables are what the client reads from the environment beyond
// address and token. Our transport replaces all that they set.
var clientVariables = []string{
	"AIVEN_DEBUG", "AIVEN_CLIENT_RETRY_MAX", "AIVEN_CLIENT_RETRY_WAIT_MIN",
	"AIVEN_CLIENT_RETRY_WAIT_MAX", "AIVEN_CLIENT_ENABLE_SINGLE_FLIGHT",
}

// newClient makes the official client on d. Options win over the variables
// that the client reads from the environment; those that it cannot parse are
// taken away, since none of them would have had an effect.
func newClient(o Options, d aiven.Doer) (aiven.Client, error) {
	c, err := tryClient(o, d)
	if err == nil {
		return c, nil
	}
	for _, name := range clientVariables {
		if err := os.Unsetenv(name); err != nil {
			return nil, fmt.Errorf("leave out the variable %s: %w", name, err)
		}
	}
	if c, err = tryClient(o, d); err != nil {
		return nil, fmt.Errorf("make the Aiven client: %w", err)
	}
	return c, nil
}

func tryClient(o Options, d aiven.Doer) (aiven.Client, error) {
	return aiven.NewClient(
		aiven.HostOpt(o.BaseURL), aiven.TokenOpt(o.Token), aiven.UserAgentOpt(o.UserAgent),
		aiven.DoerOpt(d), aiven.RetryMaxOpt(0), aiven.EnableSingleFlightOpt(false), aiven.DebugOpt(false),
	)
}

func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		// The text is not repeated: there may be a password in it.
		return fmt.Errorf("AIVEN_WEB_URL is not a web address. It looks like %s", defaultBaseURL)
	}
	if u.User != nil {
		return errors.New("AIVEN_WEB_URL must not hold a user name or password")
	}
	if u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("AIVEN_WEB_URL must be only scheme and host, as in %s", defaultBaseURL)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return fmt.Errorf("AIVEN_WEB_URL must start with https: over plain http to %s anyone on the way could read the token", Sanitise(u.Host))
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// single gives a transport like t whose connections carry one request each.
// On a kept connection that the server closes at the same moment a write would
// end unclear, and HTTP/2 repeats some requests by itself.
func single(t *http.Transport) *http.Transport {
	once := t.Clone()
	once.DisableKeepAlives = true
	once.ForceAttemptHTTP2 = false
	once.ResponseHeaderTimeout = 0
	once.Protocols = new(http.Protocols)
	once.Protocols.SetHTTP1(true)
	return once
}

// pooled is a transport that keeps as many connections as there can be
// requests at once. It may repeat a GET by itself, so writes go over single.
func pooled(n int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        n,
		MaxIdleConnsPerHost: n,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,

		ResponseHeaderTimeout: firstByte,
	}
}
