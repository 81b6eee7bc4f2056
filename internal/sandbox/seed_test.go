package sandbox_test

import (
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
)

func TestPracticeParses(t *testing.T) {
	s := sandbox.Practice()
	if len(s.State.Organizations) == 0 {
		t.Fatal("the practice organization is empty: practice.yaml does not parse")
	}
}

func TestParseSeedNamesTheMistake(t *testing.T) {
	const head = "organizations:\n  - name: Acme\n"
	cases := map[string][2]string{
		"misspelt key":  {head + "    domans: []\n", `x.yaml:3:5: unknown key "domans": did you mean "domains"?`},
		"unknown user":  {head + "    users:\n      - {email: ada@acme.example}\n    grants:\n      - {user: ado@acme.example, permissions: [admin]}\n", `x.yaml:6:16: no user "ado@acme.example": did you mean "ada@acme.example"?`},
		"time":          {head + "    create_time: yesterday\n", `x.yaml:3:18: "yesterday": not a time`},
		"bool":          {head + "    users:\n      - {email: a@b.example, super_admin: maybe}\n", `x.yaml:4:43: want true or false`},
		"list":          {head + "    users: {}\n", `x.yaml:3:12: want a list`},
		"empty":         {"", "x.yaml:1:1: want one YAML document"},
		"not yaml":      {"organizations: [", "x.yaml:1:"},
		"twice":         {head + "    users:\n      - {id: u1, email: a@b.example}\n      - {id: u1, email: c@b.example}\n", `x.yaml:5:14: a second user of`},
		"alias circle":  {"organizations: &a [*a]\n", "x.yaml:1:"},
		"unknown alias": {"organizations: *nope\n", "x.yaml:1:"},
		"token user":    {head + "tokens:\n  - {name: x, user: bob}\n", `x.yaml:4:21: no user "bob"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := sandbox.ParseSeed("x.yaml", []byte(c[0]))
			if err == nil || !strings.Contains(err.Error(), c[1]) {
				t.Errorf("got  %v\nwant %s", err, c[1])
			}
		})
	}
}

func FuzzParseSeed(f *testing.F) {
	f.Add([]byte("organizations:\n  - name: Acme\n"))
	f.Add([]byte("a: &a\n  <<: *a\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		seed, err := sandbox.ParseSeed("fuzz", data)
		if err == nil {
			_, _ = sandbox.New(seed, sandbox.Options{})
		}
	})
}
