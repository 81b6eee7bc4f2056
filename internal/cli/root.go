// Package cli is the command line: flags in, session out, one file per command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"avn-harden/internal/aivenapi"
)

// shared are the flags that the wizard and the commands share.
type shared struct {
	demo         bool
	config       string
	organization string
	debugLog     string
}

func (s *shared) flags(f *pflag.FlagSet) {
	f.BoolVar(&s.demo, "demo", false, "run on the practice organization: no account, no network")
	f.StringVar(&s.config, "config", "", "policy file (default: avn-harden.yaml here, then in the XDG config directory)")
	f.StringVar(&s.organization, "organization", "", "organization id, where the token can see several")
	f.StringVar(&s.debugLog, "debug-log", "", "append one line per API request to this file, without secrets")
}

// Main runs the command line and gives the exit code.
func Main(ctx context.Context, env Env, args []string) int {
	root := newRoot(env)
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := fang.Execute(ctx, root,
		fang.WithVersion(env.Version),
		fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) { printError(w, err) }),
	)
	return code(err)
}

// printError says what went wrong and what to do, in plain sentences.
func printError(w io.Writer, err error) {
	var e exitError
	if errors.As(err, &e) {
		if e.cause == nil {
			return
		}
		_, _ = fmt.Fprintln(w, "avn-harden: "+aivenapi.Sanitise(aivenapi.Mask(e.cause.Error())))
		return
	}
	_, _ = fmt.Fprintln(w, "avn-harden: "+aivenapi.Explain(err))
}

func newRoot(env Env) *cobra.Command {
	var w wizardFlags
	root := &cobra.Command{
		Use:   "avn-harden",
		Short: "Walk an Aiven organization through Aiven's security checklist",
		Long: "avn-harden reads your Aiven organization, shows what Aiven's security checklist finds wrong, " +
			"section by section, and fixes it through the API after you confirmed each exact change.",
		Example: "  avn-harden --demo             # try it on the practice organization\n" +
			"  AIVEN_TOKEN=… avn-harden --dry-run\n" +
			"  avn-harden scan --format json",
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return runWizard(cmd.Context(), env, w) },
	}
	w.flags(root.Flags())
	root.AddCommand(newScan(env), newSandbox(env))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%w. Run it with --help to see the flags", err) })
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return fromEnvironment(env, cmd.Flags()) }
	return root
}

// noArgs refuses arguments, naming the commands there are.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Root().Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usage("there is no command %q; the commands are %s", args[0], strings.Join(names, ", "))
}

// fromEnvironment fills flags that were not given from AVN_HARDEN_<FLAG>.
func fromEnvironment(env Env, flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "AVN_HARDEN_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		v := env.Getenv(name)
		if v == "" || f.Changed || f.Name == "help" || f.Name == "version" {
			return
		}
		if err := flags.Set(f.Name, v); err != nil {
			errs = append(errs, usage("%s=%q: %w", name, v, err))
		}
	})
	return errors.Join(errs...)
}
