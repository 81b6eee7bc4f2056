package snapshots

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
	"avn-harden/internal/session"
	"avn-harden/tui"
)

// onEach runs a walk at each size.
func onEach(t *testing.T, set setting, f func(p *practice)) {
	t.Helper()
	for _, s := range sizes {
		t.Run(s.String(), func(t *testing.T) {
			p := open(t, s, set)
			p.see("Showing everything")
			f(p)
		})
	}
}

const orgPath = "/v1/organization/org4f8e2a1c9d3"

func TestVerifyADomain(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.golden("walk")
		p.press("j", "j", "enter")
		p.golden("detail")
		p.press("F")
		p.see("Not there yet")
		p.golden("guide")
		p.press("p")
		p.see("It is there")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.wrote()
		p.press("enter")
		p.golden("confirm")
		p.write("nordwind-freight")
		p.press("enter")
		p.see("not the same")
		p.wrote()
		p.write(".example")
		p.press("enter")
		p.see("read back as promised")
		p.golden("result")
		p.wrote("POST " + orgPath + "/domains/dm2nwfreight2/verify ")
		p.press("enter", "H")
		p.golden("history")
		p.press("esc", "S")
		p.golden("summary")
	})
}

func TestSignAssertionsWithATestLoginAndUndo(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("2", "j", "j", "j", "j", "F")
		p.see("Preview")
		p.golden("preview")
		p.press("enter")
		p.write("Okta (Freight, old)")
		p.press("enter")
		p.see("Did it work?")
		p.golden("test-login")
		p.press("y")
		p.see("read back as promised")
		p.press("enter", "H", "u")
		p.see("Preview")
		p.golden("undo-preview")
		p.press("enter")
		p.write("Okta (Freight, old)")
		p.press("enter")
		p.see("read back as promised")
		w := p.box.Writes()
		if len(w) != 2 || string(w[0].Body) != `{"saml_assertion_signed_enabled":true}` || string(w[1].Body) != `{"saml_assertion_signed_enabled":false}` {
			p.t.Errorf("sent %+v", w)
		}
	})
}

func TestRequireASecondFactor(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("3")
		p.golden("step")
		p.press("j", "j", "j", "j", "j", "j", "j", "F")
		p.see("Preview")
		p.golden("preview")
		p.press("enter")
		p.golden("typed-name")
		p.write("Nordwind Logistics")
		p.press("enter")
		p.see("read back as promised")
		p.golden("result")
		p.wrote("PATCH " + orgPath + `/config/authentication {"two_factor_required":true}`)
	})
}

func TestAGuardBlocks(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("3", "j", "j", "j", "F")
		p.see("A guard blocks this plan")
		p.press("enter")
		p.golden("blocked")
		p.wrote()
	})
}

func TestDriftIsRefused(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("3", "j", "j", "j", "j", "j", "j", "j", "F")
		p.see("Preview")
		p.box.Mutate(func(s *sandbox.State) {
			on := true
			s.Organizations[0].Authentication.TwoFactorRequired = &on
		})
		p.press("enter")
		p.write("Nordwind Logistics")
		p.press("enter")
		p.see("Result")
		p.golden("drift")
		p.wrote()
	})
}

func TestMoveProjects(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("4", "j", "F")
		p.see("Move into")
		p.golden("inputs")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.press("enter")
		p.golden("confirm")
		confirm(p)
		p.see("Result")
		p.golden("result")
		if n := len(p.box.Writes()); n != 4 {
			p.t.Errorf("%d projects were moved, want 4", n)
		}
	})
}

// confirm answers the confirmation with y, or types what a guard asks for.
func confirm(p *practice) {
	p.press("y")
}

func TestADryRunSendsNothing(t *testing.T) {
	onEach(t, setting{dryRun: true}, func(p *practice) {
		p.press("4", "j", "F", "enter")
		p.see("Preview")
		p.press("enter")
		confirm(p)
		p.see("Result")
		p.golden("result")
		p.press("enter", "S")
		p.golden("summary")
		p.wrote()
	})
}

func TestWhatCannotBeReadIsUnknown(t *testing.T) {
	t.Run("domains fail", func(t *testing.T) {
		onEach(t, setting{fault: &sandbox.Fault{Operation: "OrganizationDomainsList", Status: 500, Times: -1}}, func(p *practice) {
			p.press("1")
			p.golden("walk")
			p.press("enter")
			p.golden("detail")
		})
	})
	t.Run("few rights", func(t *testing.T) {
		onEach(t, setting{token: "read-only"}, func(p *practice) {
			p.press("3")
			p.golden("walk")
		})
	})
}

func TestSearchFilterAndChoice(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("/")
		p.write("no such thing")
		p.press("enter")
		p.see("Nothing matches")
		p.golden("empty")
		p.press("esc", "A", "f", "f")
		p.golden("grave")
		p.press("a")
		p.golden("all-chosen")
		p.press("esc", "9")
		p.golden("updates")
	})
}

func TestHelpWaiveAttestAndPassword(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("?")
		p.golden("help")
		p.press("esc", "q")
		p.golden("quit")
		p.press("n", "j", "j", "w")
		p.see("Why is this accepted?")
		p.golden("waive")
		p.write("sold in spring")
		p.press("enter", "enter", "enter")
		p.see("Waived until")
		p.golden("waived")
		p.press("3", "G", "F")
		p.see("Candidate")
		p.press("ctrl+g")
		p.golden("passphrase")
		p.press("ctrl+t")
		p.see("Who says so?")
		p.golden("attest")
		p.press("enter", "enter", "enter")
		p.see("Attested until")
		p.wrote()
	})
}

func TestSmallAndPlainTerminals(t *testing.T) {
	t.Run("20x5", func(t *testing.T) {
		p := open(t, size{20, 5}, setting{})
		p.see("avn-harden needs")
		p.golden("too-small")
	})
	t.Run("ascii", func(t *testing.T) {
		p := open(t, size{80, 24}, setting{ascii: true})
		p.see("Showing everything")
		for i, r := range p.frame() {
			if r > 126 {
				t.Errorf("character %d is %q", i, r)
			}
		}
		p.golden("walk")
	})
	t.Run("200x60", func(t *testing.T) {
		p := open(t, size{200, 60}, setting{})
		p.see("Showing everything")
		p.golden("walk")
	})
	if fmt.Sprint(sizes[0]) != "80x24" {
		t.Errorf("the first size is %s", sizes[0])
	}
}

func TestConnect(t *testing.T) {
	for _, s := range sizes {
		t.Run(s.String(), func(t *testing.T) {
			c := &clock{at: began}
			w := start(t, s, c, tui.New(tui.Options{Now: c.Now, Still: true, Sources: []tui.Source{
				{ID: "demo", Title: "Practice organization", Detail: "a made-up company on this machine: nothing can go wrong"},
				{ID: "paste", Title: "Paste a token", Detail: "it is kept in memory only", NeedsToken: true},
			}, Connect: func(context.Context, tui.Source) (*session.Session, error) {
				return nil, errors.New("the token has a blank")
			}}))
			w.see("Which organization")
			w.golden("connect")
			w.press("j", "enter")
			w.write("s3cret")
			if strings.Contains(w.frame(), "s3cret") {
				t.Error("the token is on the screen")
			}
			w.golden("paste")
			w.press("enter")
			w.see("That did not work")
			w.golden("refused")
		})
	}
}
