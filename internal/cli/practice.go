package cli

import (
	"context"
	"errors"
	"fmt"
	"net"

	"avn-harden/internal/sandbox"
	"avn-harden/steps"
)

// practiceSeed makes the practice organization's ids and tokens reproducible.
const practiceSeed = 1

// practice is the practice organization, served on a loopback port, and the
// resolver in which its domain records appear.
type practice struct {
	sandboxProber
	url, token string
	close      func() error
}

func startPractice(env Env) (practice, error) {
	sb, err := sandbox.New(sandbox.Practice(), sandbox.Options{Now: env.Now, RandSeed: practiceSeed})
	if err != nil {
		return practice{}, fmt.Errorf("build the practice organization: %w", err)
	}
	srv, err := sb.Listen("127.0.0.1:0")
	if err != nil {
		return practice{}, fmt.Errorf("serve the practice organization on a local port: %w", err)
	}
	return practice{sandboxProber{sb}, srv.URL, sb.Token("admin"), srv.Close}, nil
}

// sandboxProber looks probes up in the practice organization's own resolver,
// and publishes them there when the admin says that they are.
type sandboxProber struct{ sb *sandbox.Sandbox }

// Lookup says whether the record or file is there.
func (p sandboxProber) Lookup(ctx context.Context, probe steps.Probe) (bool, []string, error) {
	switch probe.Kind {
	case "dns-txt":
		seen, err := p.sb.LookupTXT(ctx, probe.Name)
		var dns *net.DNSError
		if errors.As(err, &dns) && dns.IsNotFound {
			return false, nil, nil
		}
		return contains(seen, probe.Value), seen, err
	case "http-file":
		seen, found, err := p.sb.LookupFile(ctx, probe.Name)
		if err != nil || !found {
			return false, nil, err
		}
		return contains([]string{seen}, probe.Value), []string{seen}, nil
	}
	return false, nil, fmt.Errorf("there is no way to look up a %q", probe.Kind)
}

// Publish puts the record or file there.
func (p sandboxProber) Publish(probe steps.Probe) {
	switch probe.Kind {
	case steps.ProbePeering:
		p.sb.AcceptPeerings(probe.Name)
	case "http-file":
		p.sb.PublishFile(probe.Name, probe.Value)
	default:
		p.sb.PublishTXT(probe.Name, probe.Value)
	}
}
