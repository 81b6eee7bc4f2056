package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// plan is what a service can be made of.
type plan struct {
	name               string
	nodes, memoryGB    int
	hourlyTenthsOfCent int // for all its nodes, with the disk space of the plan
}

// planFamilies are the plans' names before their size, with how many nodes
// they have; kafka never has fewer than three.
var planFamilies = []struct {
	name  string
	nodes int
}{{"startup", 1}, {"business", 2}, {"premium", 3}}

// smallPlans are those that only some types have.
var smallPlans = map[string][]plan{
	"pg":         {{"hobbyist", 1, 2, 26}},
	"mysql":      {{"hobbyist", 1, 2, 26}},
	"valkey":     {{"hobbyist", 1, 1, 26}},
	"opensearch": {{"hobbyist", 1, 2, 26}},
	"grafana":    {{"startup-1", 1, 1, 40}},
	"kafka":      {{"startup-2", 3, 2, 274}},
}

// plans lists the plans of a type, the smallest first.
func plans(kind string) []plan {
	all := slices.Clone(smallPlans[kind])
	for _, f := range planFamilies {
		for _, gb := range []int{4, 8, 16, 32, 64} {
			nodes := f.nodes
			if kind == "kafka" {
				nodes = max(nodes, 3)
			}
			all = append(all, plan{f.name + "-" + strconv.Itoa(gb), nodes, gb, 30 * gb * nodes})
		}
	}
	return all
}

func findPlan(kind, name string) (plan, bool) {
	all := plans(kind)
	i := slices.IndexFunc(all, func(p plan) bool { return p.name == name })
	if i < 0 {
		return plan{}, false
	}
	return all[i], true
}

func (p plan) diskMB() int { return p.memoryGB * 20480 }

// price is the price of an hour in dollars, as the API writes it.
func (p plan) price() string {
	return fmt.Sprintf("%d.%03d", p.hourlyTenthsOfCent/1000, p.hourlyTenthsOfCent%1000)
}

func backupConfig(kind string) obj {
	switch kind {
	case "pg", "mysql":
		return obj{"interval": 24, "max_count": 14, "recovery_mode": "pitr"}
	case "kafka", "flink", "thanos", "kafka_connect", "kafka_mirrormaker":
		return obj{"interval": 24, "max_count": 0, "recovery_mode": "basic"}
	}
	return obj{"interval": 24, "max_count": 2, "recovery_mode": "basic"}
}

func (p plan) wire(kind string, clouds []*Cloud) obj {
	regions := obj{}
	for _, x := range clouds {
		regions[x.Name] = obj{
			"disk_space_mb": p.diskMB(), "node_cpu_count": 2, "node_memory_mb": p.memoryGB * 1024,
			"price_usd": p.price(),
		}
	}
	return obj{
		"service_plan": p.name, "service_type": kind, "node_count": p.nodes, "regions": regions,
		"backup_config": backupConfig(kind),
	}
}

// newest is the type's newest version that can be had, among those that
// began at least this many days ago, or "" when there is none.
func (c *call) newest(kind string, days int) string {
	found := ""
	for _, v := range c.state.ServiceVersions {
		began := v.AvailabilityStart
		if v.Type == kind && v.State == "available" && !began.AddDate(0, 0, days).After(c.now) && newer(v.Version, found) {
			found = v.Version
		}
	}
	return found
}

// newer says whether one version comes after another, number by number.
func newer(one, other string) bool {
	if other == "" {
		return one != ""
	}
	a, b := strings.Split(one, "."), strings.Split(other, ".")
	for i := range max(len(a), len(b)) {
		x, y := part(a, i), part(b, i)
		if x != y {
			return x > y
		}
	}
	return false
}

func part(version []string, i int) int {
	if i >= len(version) {
		return 0
	}
	n, err := strconv.Atoi(version[i])
	if err != nil {
		return 0
	}
	return n
}

// offered says whether a service of the type can be made: a type whose
// versions are all past is discontinued.
func (c *call) offered(kind string) bool {
	h, known := shapes[kind]
	return known && (h.versionKey == "" || c.newest(kind, 0) != "")
}
