package policy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FileName is what the policy file is called.
const FileName = "avn-harden.yaml"

// mostBytes that a policy file may have: far more than people write, far less
// than what would stall the start.
const mostBytes = 256 << 10

// Load reads the policy: path if given, else avn-harden.yaml in workdir, else
// in $XDG_CONFIG_HOME/avn-harden, else the default with Path set to where it
// would be written (workdir). An error names file, line, column and, for a
// mistyped key or check id, the nearest right word. knownChecks may be nil.
func Load(path, workdir string, knownChecks []string) (*Policy, error) {
	if path != "" {
		b, err := readFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no policy file %s. Check --config, or make the file (an empty one will do)", show(path))
		}
		if err != nil {
			return nil, fmt.Errorf("read the policy file: %w", err)
		}
		return parse(path, b, knownChecks)
	}
	here := filepath.Join(workdir, FileName)
	for _, p := range append([]string{here}, configFile()...) {
		b, err := readFile(p)
		if errors.Is(err, fs.ErrNotExist) && !isLink(p) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the policy file: %w", err)
		}
		return parse(p, b, knownChecks)
	}
	p := Default()
	p.Path, p.knownChecks = here, knownChecks
	return p, nil
}

// configFile is the policy in the user's configuration directory, if there is
// such a directory.
func configFile() []string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // as the XDG specification says
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return nil
		}
	}
	return []string{filepath.Join(dir, "avn-harden", FileName)}
}

// readFile reads a file that is one: a pipe or a device would never end.
func readFile(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", show(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostBytes {
		return nil, fmt.Errorf("%s is larger than %d KiB, which no policy is", show(path), mostBytes>>10)
	}
	return b, nil
}

// target is the file that a write replaces: what a link points to, never the
// link itself.
func target(path string) (string, error) {
	to, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		return to, nil
	case errors.Is(err, fs.ErrNotExist) && !isLink(path):
		return path, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s is a link to a file that is not there. Make that file, then repeat", show(path))
	}
	return "", fmt.Errorf("find the policy file: %w", err)
}

func isLink(path string) bool {
	st, err := os.Lstat(path)
	return err == nil && st.Mode()&fs.ModeSymlink != 0
}
