package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"avn-harden/internal/report"
	"avn-harden/steps"
)

// scanOptions are the flags of scan.
type scanOptions struct {
	shared
	format string
	output string
	failOn string
	steps  []string
	checks []string
}

// failLevels are the values of --fail-on, mildest last.
var failLevels = []string{"critical", "high", "medium", "low", "info", "none"}

func newScan(env Env) *cobra.Command {
	var o scanOptions
	cmd := &cobra.Command{
		Use:   "scan",
		Short: "Show the findings once, changing nothing",
		Long: "scan reads the organization and shows what the checklist finds. It cannot write: its transport carries " +
			"reads only.\n\nExit codes: 0 clean, 1 error, 2 usage, 3 findings at or above --fail-on, 4 incomplete " +
			"(something could not be read; wins over 3).",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runScan(cmd.Context(), env, o) },
	}
	o.shared.flags(cmd.Flags())
	cmd.Flags().StringVar(&o.format, "format", "table", "how to show them: "+strings.Join(report.Formats(), ", "))
	cmd.Flags().StringVar(&o.output, "output", "", "write to this file (0600) instead of the terminal")
	cmd.Flags().StringVar(&o.failOn, "fail-on", "low", "exit with 3 from this severity on: "+strings.Join(failLevels, ", "))
	cmd.Flags().StringSliceVar(&o.steps, "step", nil, "only these steps, by id")
	cmd.Flags().StringSliceVar(&o.checks, "check", nil, "only these checks, by id")
	return cmd
}

func runScan(ctx context.Context, env Env, o scanOptions) error {
	if !slices.Contains(report.Formats(), o.format) {
		return usage("there is no format %q; the formats are %s", o.format, strings.Join(report.Formats(), ", "))
	}
	if !slices.Contains(failLevels, o.failOn) {
		return usage("--fail-on takes %s, not %q", strings.Join(failLevels, ", "), o.failOn)
	}
	list, err := choose(steps.All(), o.steps, o.checks)
	if err != nil {
		return err
	}
	c := connection{env: env, shared: o.shared, readOnly: true, steps: list}
	defer c.close()
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	id, err := c.pick(ctx, s)
	if err != nil {
		return err
	}
	if _, err := s.Read(ctx, id, nil); err != nil {
		return err
	}
	in := report.Input{Org: s.Organization(), Report: s.Report(), GeneratedAt: env.Now().UTC(), Width: env.Width}
	if err := writeReport(env, o.output, func(w io.Writer) error { return report.Write(w, o.format, in) }); err != nil {
		return err
	}
	return verdict(s.Report(), o.failOn)
}

// writeReport writes to the file, whole or not at all, or to stdout.
func writeReport(env Env, path string, write func(io.Writer) error) error {
	if path == "" {
		return write(env.Stdout)
	}
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o600))
	if err != nil {
		return fmt.Errorf("write the report to %s: %w", path, err)
	}
	defer func() { _ = f.Cleanup() }()
	if err := write(f); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("write the report to %s: %w", path, err)
	}
	return nil
}

// verdict gives the exit code of a report.
func verdict(r steps.Report, failOn string) error {
	if !r.Complete {
		return exitError{code: ExitIncomplete}
	}
	limit := slices.Index(failLevels, failOn)
	for _, s := range r.Steps {
		for _, c := range s.Checks {
			for _, f := range c.Findings {
				if slices.Index(failLevels, string(f.Severity)) <= limit && failOn != "none" {
					return exitError{code: ExitFindings}
				}
			}
		}
	}
	return nil
}

// choose keeps the steps and checks asked for; all if none were.
func choose(all []steps.Step, stepIDs, checkIDs []string) ([]steps.Step, error) {
	if len(stepIDs) == 0 && len(checkIDs) == 0 {
		return all, nil
	}
	wanted := map[string]bool{}
	var out []steps.Step
	for _, s := range all {
		inStep := slices.Contains(stepIDs, s.ID)
		wanted["step "+s.ID] = true
		var kept []steps.Check
		for _, c := range s.Checks {
			wanted["check "+c.ID] = true
			if inStep || slices.Contains(checkIDs, c.ID) {
				kept = append(kept, c)
			}
		}
		if s.Checks = kept; inStep || len(kept) > 0 {
			out = append(out, s)
		}
	}
	for _, id := range stepIDs {
		if !wanted["step "+id] {
			return nil, usage("there is no step %q; the steps are %s", id, strings.Join(ids(all, false), ", "))
		}
	}
	for _, id := range checkIDs {
		if !wanted["check "+id] {
			return nil, usage("there is no check %q; the checks are %s", id, strings.Join(ids(all, true), ", "))
		}
	}
	return out, nil
}

// ids lists step or check ids, in order.
func ids(list []steps.Step, checks bool) []string {
	var out []string
	for _, s := range list {
		if !checks {
			out = append(out, s.ID)
			continue
		}
		for _, c := range s.Checks {
			out = append(out, c.ID)
		}
	}
	return out
}
