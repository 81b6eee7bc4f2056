package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// credential is a token and where it came from, for display.
type credential struct {
	token string
	from  string
}

// errNoToken says what to do without one.
var errNoToken = errors.New("no Aiven token was found. Set AIVEN_TOKEN, or log in with the avn command line " +
	"(avn user login), or try it without an account: avn-harden --demo")

// findToken looks where the ecosystem keeps tokens: AIVEN_TOKEN, avn's
// AIVEN_AUTH_TOKEN, avn's credentials file.
func findToken(env Env) (credential, error) {
	for _, name := range []string{"AIVEN_TOKEN", "AIVEN_AUTH_TOKEN"} {
		if t := strings.TrimSpace(env.Getenv(name)); t != "" {
			return credential{t, name}, nil
		}
	}
	path, err := credentialsFile(env)
	if err != nil {
		return credential{}, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return credential{}, errNoToken
	}
	if err != nil {
		return credential{}, fmt.Errorf("read avn's credentials file: %w", err)
	}
	var c struct {
		AuthToken string `json:"auth_token"`
	}
	// The file holds a token: its text stays out of the error.
	if json.Unmarshal(b, &c) != nil {
		return credential{}, fmt.Errorf("avn's credentials file %s is not JSON. Log in again with avn user login, or set AIVEN_TOKEN", path)
	}
	if c.AuthToken == "" {
		return credential{}, errNoToken
	}
	return credential{c.AuthToken, "avn's credentials file"}, nil
}

// credentialsFile is where avn keeps its token.
func credentialsFile(env Env) (string, error) {
	if p := env.Getenv("AIVEN_CREDENTIALS_FILE"); p != "" {
		return p, nil
	}
	dir := env.Getenv("AIVEN_CONFIG_DIR")
	if dir == "" {
		home, err := env.HomeDir()
		if err != nil {
			return "", fmt.Errorf("find the home directory for avn's credentials file: %w", err)
		}
		dir = filepath.Join(home, ".config", "aiven")
	}
	return filepath.Join(dir, "aiven-credentials.json"), nil
}
