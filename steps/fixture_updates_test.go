package steps

import (
	"time"

	"avn-harden/internal/organization"
)

// addUpdates adds what the checks of versions, maintenance and compliance look at.
func addUpdates(o *organization.Organization) {
	v := func(kind, version, state string, from, end int) organization.ServiceVersion {
		return organization.ServiceVersion{
			Type: text(kind), Version: text(version), State: text(state), AvailableFrom: now.AddDate(0, 0, from), EndOfLife: now.AddDate(0, 0, end), UpgradeToType: text(kind),
		}
	}
	o.ServiceVersions = []organization.ServiceVersion{
		v("pg", "13", "eol", -2000, -10), v("pg", "14", "available", -1700, 60), v("pg", "15", "available", -1400, 150), v("pg", "16", "available", -1000, 800), v("pg", "17", "available", -40, 1200),
		v("mysql", "8", "available", -2000, 400), v("kafka", "3.9", "available", -400, 700), v("redis", "7.2", "eol", -1200, -120),
	}
	o.ServiceVersions[len(o.ServiceVersions)-1].UpgradeToType = text("valkey")
	o.ServiceTypes = texts([]string{"pg", "mysql", "kafka", "valkey", "opensearch", "dragonfly", "clickhouse", "grafana"})
	o.Projects = append(o.Projects, organization.Project{ID: text("pay"), ParentID: text("a2"), TechEmails: []Text{text("ops@example.com")}})
	at := func(dow, clock string) organization.Maintenance {
		return organization.Maintenance{Told: true, Enabled: ptr(true), DOW: text(dow), Time: text(clock)}
	}
	service := func(name, kind, version string, m organization.Maintenance) organization.Service {
		return organization.Service{
			Project: text("pay"), Name: text(name), Type: text(kind), Plan: text("business-4"), Cloud: text("aws-eu-west-1"), State: text("RUNNING"), VPCID: text("vpc9"), NodeCount: 2,
			NodeStates: []Text{text("running"), text("running")}, TerminationProtection: ptr(true), UsersTold: true, CMKID: text("cmk1"),
			Config: organization.ServiceConfig{Told: true, HasIPs: true, IPFilter: filterOf("10.0.0.0/16"), Version: text(version)}, Maintenance: m,
			Integrations: []organization.Integration{{Type: text("rsyslog"), SourceService: text(name), SourceProject: text("pay"), Active: true}},
		}
	}
	books := service("books", "pg", "13", at("monday", "09:00:00"))
	books.Maintenance.Updates = []organization.Update{{Description: text(hostile), Deadline: now.AddDate(0, 0, 5)}, {Description: text("later")}}
	books.Backups = []organization.Backup{{Time: now.Add(-3 * time.Hour)}}
	cards := service("cards", "pg", "14", at("sunday", "03:00:00"))
	cards.CMKID, cards.Integrations = Text{}, []organization.Integration{{Type: text("read_replica"), SourceService: text("cards"), DestSvc: text("cards-ro"), Active: true}}
	cardsRO := service("cards-ro", "pg", "14", at("sunday", "05:00:00"))
	wallet := service("wallet", "mysql", "8.0", at("never", "03:00:00"))
	wallet.Maintenance.Enabled = ptr(false)
	sessions := service("sessions", "redis", "7.2", at("saturday", "03:00:00"))
	sessions.Config.PublicAccess, sessions.Cloud = map[string]bool{"redis": true}, text("do-fra")
	quotes := service("quotes", "dragonfly", "", at("saturday", "03:00:00"))
	o.Services = append(o.Services, books, cards, cardsRO, wallet, sessions, quotes)
}
