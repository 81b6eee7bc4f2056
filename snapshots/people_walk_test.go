package snapshots

import (
	"strings"
	"testing"

	"avn-harden/internal/sandbox"
)

// find narrows the list of a step to what matches.
func (p *practice) find(step, text string) {
	p.t.Helper()
	p.press(step, "/")
	p.write(text)
	p.press("enter")
}

func TestReplaceAToken(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("6", "old pipeline")
		p.golden("list")
		p.press("j", "j", "j", "j", "j", "F")
		p.see("What is the new token for?")
		p.settled()
		p.press("enter")
		p.see("After how many days")
		p.settled()
		p.press("enter")
		p.see("From which networks")
		p.golden("networks")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.wrote()
		p.press("enter")
		p.golden("confirm")
		p.press("y")
		p.see("Take it now")
		p.golden("take-it")
		p.press("y")
		p.see("Take it first")
		p.press("esc")
		p.golden("leave-it")
		p.press("esc", "w", "ctrl+u")
		p.write("/secrets/ci.txt")
		p.press("enter")
		p.golden("written")
		p.press("y")
		p.see("Done, and read back as promised")
		p.golden("result")
		full := strings.TrimSpace(p.files["/secrets/ci.txt"])
		var made *sandbox.Token
		for _, tok := range p.box.State().Tokens {
			if tok.FullToken == full && full != "" {
				made = tok
			}
		}
		if made == nil || len(made.IPAllowlist) != 1 {
			p.t.Fatalf("what was written is no token: %q", full)
		}
		p.press("U")
		p.see("was not used yet")
		p.golden("under-way")
		p.press("enter")
		p.see("A guard blocks this plan")
		p.golden("too-early")
		p.press("esc")
		p.box.Mutate(func(s *sandbox.State) {
			for _, tok := range s.Tokens {
				if tok.FullToken == full {
					tok.LastUsed = sandbox.At(began)
				}
			}
		})
		p.press("U")
		p.see("it can be revoked")
		p.press("enter")
		p.see("Preview")
		p.golden("revoke-preview")
		p.press("enter")
		p.write("old pipeline")
		p.press("enter")
		p.see("Done, and read back as promised")
		if w := p.box.Writes(); len(w) != 2 || w[1].Method != "DELETE" || !strings.HasSuffix(w[1].Path, "/access-tokens/ciXXoldpipe4") {
			p.t.Errorf("sent %+v", w)
		}
	})
}

func TestDemoteOrganizationAdmins(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("5", "organization admins")
		p.press("j", "F")
		p.see("Take it from whom?")
		p.golden("whom")
		p.press("j", "j", "space", "enter")
		p.see("What do they need instead?")
		p.golden("instead")
		p.press("j")
		p.settled()
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.press("enter")
		p.write("Nordwind Logistics")
		p.press("enter")
		p.see("Done, and read back as promised")
		p.golden("result")
		if w := p.box.Writes(); len(w) != 2 || !strings.Contains(string(w[0].Body), `"operation":"grant"`) || !strings.Contains(string(w[1].Body), `"operation":"revoke"`) {
			p.t.Errorf("sent %+v", w)
		}
	})
}

func TestMoveIntoAGroup(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("5", "holds permissions directly")
		p.press("j", "F")
		p.see("Into which group?")
		p.golden("group")
		p.settled()
		p.press("enter")
		p.see("Name of the group")
		p.settled()
		p.write("project admins")
		p.press("enter")
		p.see("What is the group for?")
		p.settled()
		p.write("Administer projects")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.press("enter", "y")
		p.see("Result")
		p.golden("result")
	})
}

func TestWhoCanDoWhat(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("E")
		p.golden("everybody")
		p.press("/")
		p.write("tomasz")
		p.press("enter", "enter")
		p.golden("one")
		p.wrote()
	})
}
