// Package report writes findings in the formats that people and machines read.
package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"avn-harden/internal/organization"
	"avn-harden/steps"
)

// Input is what a report is written from.
type Input struct {
	Org         *organization.Organization
	Report      steps.Report
	GeneratedAt time.Time // UTC
	// Width in columns for formats that wrap; 0 means 80.
	Width int
	// Styled allows colour where the format has it.
	Styled bool
}

// format is one way of writing a report, in a file of its own.
type format struct {
	name  string
	write func(io.Writer, Input) error
}

// formats in the order in which help lists them.
var formats = []format{
	{"table", writeTable},
	{"json", writeJSON},
}

// Formats names the formats.
func Formats() []string {
	out := make([]string, len(formats))
	for i, f := range formats {
		out[i] = f.name
	}
	return out
}

// Write writes the report in a format of Formats. The same input gives the
// same bytes.
func Write(w io.Writer, name string, in Input) error {
	if in.Org == nil {
		return errors.New("there is no organization to report on: nothing was read yet")
	}
	for _, f := range formats {
		if f.name == name {
			if err := f.write(w, in); err != nil {
				return fmt.Errorf("write the report as %s: %w", name, err)
			}
			return nil
		}
	}
	return fmt.Errorf("there is no format %q; the formats are %s", name, strings.Join(Formats(), ", "))
}
