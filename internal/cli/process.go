package cli

import (
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
)

// Env is the process as the commands see it, so that tests can hand in their own.
type Env struct {
	Version  string
	Stdin    io.Reader
	Stdout   io.Writer
	Stderr   io.Writer
	Getenv   func(string) string
	Now      func() time.Time
	HomeDir  func() (string, error)
	Workdir  string
	Terminal bool // stdin and stdout are terminals
	Width    int  // columns of stdout; 0 if unknown
}

// Process is the real process.
func Process(version string) Env {
	wd, err := os.Getwd()
	if err != nil {
		wd = "."
	}
	e := Env{
		Version: version,
		Stdin:   os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Now: time.Now, HomeDir: os.UserHomeDir, Workdir: wd,
		Terminal: term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()),
	}
	if w, _, err := term.GetSize(os.Stdout.Fd()); err == nil {
		e.Width = w
	}
	return e
}
