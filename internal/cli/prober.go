package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"avn-harden/steps"
)

// The longest that one look-up may take, and the most of a file that is read.
const (
	probeTimeout = 10 * time.Second
	probeBytes   = 64 << 10
)

// internetProber looks probes up in the public DNS and on the web.
type internetProber struct {
	resolver *net.Resolver
	client   *http.Client
}

func newInternetProber() internetProber {
	return internetProber{
		resolver: net.DefaultResolver,
		client:   &http.Client{Timeout: probeTimeout},
	}
}

// Lookup says whether the record or file is there, and what was seen instead.
func (p internetProber) Lookup(ctx context.Context, probe steps.Probe) (bool, []string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	switch probe.Kind {
	case "dns-txt":
		seen, err := p.resolver.LookupTXT(ctx, strings.TrimSuffix(probe.Name, ".")+".")
		var dns *net.DNSError
		if errors.As(err, &dns) && dns.IsNotFound {
			return false, nil, nil
		}
		if err != nil {
			return false, nil, fmt.Errorf("look up the TXT record %s: %w", probe.Name, err)
		}
		return contains(seen, probe.Value), seen, nil
	case "http-file":
		body, err := p.fetch(ctx, probe.Name)
		if err != nil {
			return false, nil, err
		}
		return strings.Contains(body, probe.Value), []string{body}, nil
	default:
		return false, nil, fmt.Errorf("there is no way to look up a %q", probe.Kind)
	}
}

func (p internetProber) fetch(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w", url, err)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w", url, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("fetch %s: the server answered %s", url, resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, probeBytes))
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w", url, err)
	}
	return string(b), nil
}

func contains(seen []string, want string) bool {
	for _, s := range seen {
		if strings.TrimSpace(s) == strings.TrimSpace(want) {
			return true
		}
	}
	return false
}
