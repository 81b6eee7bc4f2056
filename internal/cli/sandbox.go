package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"avn-harden/internal/sandbox"
)

// sandboxOptions are the flags of sandbox.
type sandboxOptions struct {
	listen   string
	seed     string
	requests string
	latency  time.Duration
}

func newSandbox(env Env) *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the practice organization on a local port",
		Long: "sandbox serves an emulation of Aiven's API with the practice organization in it, or with one of your own " +
			"(--seed), and prints the variables that point any Aiven client to it. Stop it with ctrl+c.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSandbox(cmd.Context(), env, o) },
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	cmd.Flags().StringVar(&o.seed, "seed", "", "YAML file with the organization to serve (see docs/sandbox.md)")
	cmd.Flags().StringVar(&o.requests, "requests", "", "append every request to this file as one JSON line")
	cmd.Flags().DurationVar(&o.latency, "latency", 0, "wait this long before each answer, for example 200ms")
	return cmd
}

func runSandbox(ctx context.Context, env Env, o sandboxOptions) (err error) {
	seed, err := loadSeed(o.seed)
	if err != nil {
		return err
	}
	if o.latency < 0 {
		return usage("--latency must not be negative")
	}
	options := sandbox.Options{Now: env.Now, RandSeed: practiceSeed, Latency: o.latency}
	if o.requests != "" {
		f, err := os.OpenFile(o.requests, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return exitError{ExitError, fmt.Errorf("open the request log: %w", err)}
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		options.Requests = f
	}
	sb, err := sandbox.New(seed, options)
	if err != nil {
		return exitError{ExitError, fmt.Errorf("build the organization of the seed: %w", err)}
	}
	srv, err := sb.Listen(o.listen)
	if err != nil {
		return exitError{ExitError, fmt.Errorf("listen on %s: %w. Choose another with --listen, for example 127.0.0.1:0", o.listen, err)}
	}
	announce(env.Stdout, sb, srv.URL)
	if h, _, splitErr := net.SplitHostPort(o.listen); splitErr == nil && h != "localhost" && !net.ParseIP(h).IsLoopback() {
		_, _ = fmt.Fprintln(env.Stderr, "avn-harden: this address can be reached from other machines; the sandbox's tokens are no secret")
	}
	<-ctx.Done()
	return srv.Close()
}

func loadSeed(path string) (*sandbox.Seed, error) {
	if path == "" {
		return sandbox.Practice(), nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, exitError{ExitError, fmt.Errorf("read the seed: %w", err)}
	}
	seed, err := sandbox.ParseSeed(path, b)
	if err != nil {
		return nil, exitError{ExitError, err}
	}
	return seed, nil
}

// announce prints what points a client to the sandbox, to be copied or eval'ed.
func announce(w io.Writer, sb *sandbox.Sandbox, url string) {
	names := sb.TokenNames()
	_, _ = fmt.Fprintf(w, "export AIVEN_WEB_URL=%s\n", url)
	for i, name := range names {
		if i == 0 {
			_, _ = fmt.Fprintf(w, "export AIVEN_TOKEN='%s'\n", sb.Token(name))
			_, _ = fmt.Fprintln(w, "# avn calls it AIVEN_AUTH_TOKEN: export AIVEN_AUTH_TOKEN=\"$AIVEN_TOKEN\"")
			_, _ = fmt.Fprintf(w, "# domain records are published at: export AVN_HARDEN_RESOLVER=%s\n", url+sandbox.ResolverPath)
			continue
		}
		_, _ = fmt.Fprintf(w, "# token %s: %s\n", name, sb.Token(name))
	}
}
