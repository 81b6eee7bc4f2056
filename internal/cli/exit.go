package cli

import (
	"errors"
	"fmt"
)

// The exit codes.
const (
	ExitClean      = 0
	ExitError      = 1
	ExitUsage      = 2
	ExitFindings   = 3 // findings at or above --fail-on
	ExitIncomplete = 4 // something could not be read, so it is unknown
)

// exitError carries an exit code. With a nil cause nothing is printed: the
// report has said it all.
type exitError struct {
	code  int
	cause error
}

func (e exitError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e exitError) Unwrap() error { return e.cause }

// usage makes an error of what the user asked for, not of what went wrong.
func usage(format string, args ...any) error {
	return exitError{ExitUsage, fmt.Errorf(format, args...)}
}

// code gives the exit code for what a command returned.
func code(err error) int {
	var e exitError
	switch {
	case err == nil:
		return ExitClean
	case errors.As(err, &e):
		return e.code
	default:
		return ExitError
	}
}
