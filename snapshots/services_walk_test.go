package snapshots

import (
	"strings"
	"testing"
)

// asked waits for a question of a form, and until it takes keys.
func (p *practice) asked(title string) {
	p.t.Helper()
	p.see(title)
	p.settled()
}

func TestRestrictAFilter(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("7", "shipments-pg")
		p.golden("list")
		p.press("j", "j", "j", "F")
		p.settled()
		p.golden("networks")
		p.write("203.0.113.0/24")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.press("enter")
		p.write("shipments-pg")
		p.press("enter")
		p.see("Done, and read back as promised")
		p.wrote(`PUT /v1/project/nordwind-prod/service/shipments-pg {"user_config":{"ip_filter":["203.0.113.0/24"]}}`)
	})
}

func TestAcceptAPeering(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("7", "vpc-peering-healthy")
		p.press("j", "F")
		p.see("How shall it be fixed?")
		p.press("enter")
		p.see("Not there yet")
		p.golden("guide")
		p.press("p")
		p.see("It is there")
		p.wrote()
	})
}

func TestMoveIntoAVPC(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("7", "is on the public internet")
		p.press("j", "j", "F")
		p.asked("Into which VPC?")
		p.golden("which")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.press("enter")
		p.write("shipments-pg")
		p.press("enter")
		p.see("Some of it goes on by itself")
		p.golden("result")
		p.press("U")
		p.see("Under way")
		p.golden("under-way")
		p.press("r")
		p.see("RUNNING")
	})
}

func TestUpgradeAVersion(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("9", "old-orders-pg in")
		p.press("j", "F")
		p.asked("Upgrade old-orders-pg")
		p.golden("version")
		p.press("enter")
		p.asked("tried on a fork")
		p.golden("fork")
		p.press("y")
		p.see("Preview")
		p.golden("preview")
	})
}

func TestScheduleMaintenance(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("9", "maintenance-window-hours")
		p.press("F")
		p.asked("Which nights?")
		p.golden("days")
		p.press("enter")
		p.asked("From what time on")
		p.golden("hour")
		p.press("enter")
		p.see("Preview")
		p.golden("preview")
		p.press("enter", "y")
		p.see("Result")
		p.golden("result")
		for _, r := range p.box.Writes() {
			if !strings.HasPrefix(string(r.Body), `{"maintenance":{"dow":`) {
				p.t.Errorf("sent %s", r.Body)
			}
		}
	})
}

func TestReplicaInAnotherCloud(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("8", "routing-mysql is critical")
		p.press("j", "F")
		p.asked("In which cloud?")
		p.golden("cloud")
		p.press("enter")
		p.asked("Which plan?")
		p.golden("plan")
		p.press("enter")
		p.asked("Name of the replica")
		p.press("enter")
		p.asked("May all data")
		p.golden("residency")
		p.press("y")
		p.see("costs USD")
		p.golden("preview")
		p.wrote()
	})
}

func TestNameRegulatedProjects(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("0", "j", "j", "F")
		p.see("How shall it be fixed?")
		p.press("enter")
		p.asked("Which projects hold data")
		p.golden("projects")
		p.press("space", "enter")
		p.asked("Which standard?")
		p.press("enter")
		p.see("1 line written to avn-harden.yaml")
		p.golden("compliance")
		p.wrote()
	})
}

// The admin's word is taken also where a check passes.
func TestNameCriticalServices(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.press("8", "F")
		p.asked("can the business not do without")
		p.golden("services")
		p.press("space", "j", "space", "enter")
		p.see("2 lines written to avn-harden.yaml")
		p.wrote()
	})
}

func TestSayWhichGroupFollowsWhichRole(t *testing.T) {
	onEach(t, setting{}, func(p *practice) {
		p.find("5", "role-template-drift")
		p.press("F")
		p.asked("Which groups?")
		p.press("j", "j", "j", "j", "space", "enter")
		p.asked("Which role example")
		p.press("j", "j", "enter")
		p.see("1 line written to avn-harden.yaml")
		p.golden("drift")
		p.wrote()
	})
}
