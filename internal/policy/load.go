package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FileName is what the policy file is called.
const FileName = "avn-harden.yaml"

// Load reads the policy: path if given, else avn-harden.yaml in workdir, else
// in $XDG_CONFIG_HOME/avn-harden, else the default with Path set to where it
// would be written (workdir). An error names file, line, column and, for a
// mistyped key or check id, the nearest right word. knownChecks may be nil.
func Load(path, workdir string, knownChecks []string) (*Policy, error) {
	if path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the policy file: %w", err)
		}
		return parse(path, b, knownChecks)
	}
	here := filepath.Join(workdir, FileName)
	places := []string{here}
	if dir, err := os.UserConfigDir(); err == nil {
		places = append(places, filepath.Join(dir, "avn-harden", FileName))
	}
	for _, p := range places {
		b, err := os.ReadFile(p)
		if errors.Is(err, fs.ErrNotExist) {
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
