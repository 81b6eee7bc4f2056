package steps

import (
	"time"

	"avn-harden/internal/organization"
)

// addUpdates adds what the checks of versions, maintenance and compliance look at.
func addUpdates(o *organization.Organization) {
	o.Services = append(o.Services,
		outdated("pages", "pg", "13", maintained("tuesday", "10:00:00")),
		outdated("pages-ro", "pg", "16", maintained("tuesday", "12:00:00")),
		outdated("search", "opensearch", "1", maintained("sunday", "03:00:00")),
		outdated(hostile, "redis", "7", organization.Maintenance{Told: true, Enabled: ptr(false), DOW: text("never"), Time: text("00:00:00")}),
	)
	o.ServiceVersions = []organization.ServiceVersion{
		major("pg", "13", "eol", now.AddDate(0, 0, -10)), major("pg", "14", "available", now.AddDate(1, 0, 0)),
		major("pg", "16", "available", now.AddDate(2, 0, 0)), major("pg", "17", "available", now.AddDate(3, 0, 0)),
		major("opensearch", "1", "available", now.AddDate(0, 0, 60)), major("opensearch", "2.0", "available", now.AddDate(2, 0, 0)),
		{Type: text("redis"), Version: text("7"), State: text("available"), EndOfLife: now.AddDate(0, 0, 120), UpgradeToType: text("valkey"), HelpURL: text("https://aiven.io/help")},
	}
	o.Clouds = []organization.Cloud{{Name: text("do-ams"), Provider: text("do")}}
}

// dated is the messy organization with nothing but those services.
func dated() organization.Organization {
	o := messy()
	o.Services, o.VPCs = nil, nil
	addUpdates(&o)
	return o
}

func maintained(dow, at string, updates ...organization.Update) organization.Maintenance {
	return organization.Maintenance{Told: true, Enabled: ptr(true), DOW: text(dow), Time: text(at), Updates: updates}
}

func major(kind, version, state string, end time.Time) organization.ServiceVersion {
	return organization.ServiceVersion{Type: text(kind), Version: text(version), State: text(state), AvailableFrom: now.AddDate(-1, 0, 0), EndOfLife: end}
}

// outdated is a service of the project wiki that runs an old version; the one
// called pages has a replica and an update that is overdue.
func outdated(name, kind, version string, m organization.Maintenance) organization.Service {
	s := organization.Service{
		Project: text("wiki"), Name: text(name), Type: text(kind), Plan: text("business-4"), Cloud: text("do-ams"), State: text("RUNNING"),
		NodeCount: 2, NodeStates: []Text{text("running"), text("running")}, Maintenance: m,
		Config: organization.ServiceConfig{Told: true, Version: text(version)},
	}
	if name == "pages" {
		s.Maintenance.Updates = []organization.Update{{Description: text("Security update"), Impact: text(hostile), Deadline: now.AddDate(0, 0, -4)}}
		s.Integrations = []organization.Integration{{Type: text("read_replica"), SourceProject: s.Project, SourceService: s.Name, DestProject: s.Project, DestSvc: text("pages-ro"), Active: true}}
	}
	return s
}
