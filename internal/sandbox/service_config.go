package sandbox

import "slices"

// maxIPFilter is how many entries the list of allowed networks may have.
const maxIPFilter = 8000

// addressable are the components of a type that can be opened to the public
// while the service is in a VPC.
var addressable = map[string][]string{
	"pg":            {"pg", "pgbouncer", "prometheus"},
	"mysql":         {"mysql", "mysqlx", "prometheus"},
	"kafka":         {"kafka", "kafka_connect", "kafka_rest", "prometheus", "schema_registry"},
	"opensearch":    {"opensearch", "opensearch_dashboards", "prometheus"},
	"valkey":        {"prometheus", "valkey"},
	"redis":         {"prometheus", "redis"},
	"dragonfly":     {"dragonfly", "prometheus"},
	"clickhouse":    {"clickhouse", "clickhouse_https", "clickhouse_mysql", "prometheus"},
	"grafana":       {"grafana"},
	"flink":         {"flink"},
	"kafka_connect": {"kafka_connect", "prometheus"},
	"thanos":        {"compactor", "query", "query_frontend", "receiver_ingesting", "receiver_routing", "ruler", "store"},
}

// checkConfig refuses what the schema of the type's user_config would. What
// it does not know of is let through, as it has no copy of those schemas.
func checkConfig(kind string, config map[string]any) *answer {
	if a := checkIPFilter(config["ip_filter"]); a != nil {
		return a
	}
	return checkPublicAccess(kind, config["public_access"])
}

// checkIPFilter takes an empty list too: it shuts everyone out.
func checkIPFilter(filter any) *answer {
	if filter == nil {
		return nil
	}
	entries, is := filter.([]any)
	if !is {
		return invalidBody("Invalid 'user_config': ip_filter: want an array")
	}
	if len(entries) > maxIPFilter {
		return invalidBody("Invalid 'user_config': ip_filter: at most %d entries", maxIPFilter)
	}
	for _, e := range entries {
		text, is := e.(string)
		if o, isObject := e.(map[string]any); isObject {
			text, is = o["network"].(string)
		}
		if _, err := parseNetwork(text); !is || err != nil {
			return invalidBody("Invalid 'user_config': ip_filter: not a network")
		}
	}
	return nil
}

func checkPublicAccess(kind string, access any) *answer {
	if access == nil {
		return nil
	}
	components, is := access.(map[string]any)
	if !is {
		return invalidBody("Invalid 'user_config': public_access: want an object")
	}
	for k, v := range components {
		if !slices.Contains(addressable[kind], k) {
			return invalidBody("Invalid 'user_config': public_access: Additional properties are not allowed ('%s' was unexpected)", k)
		}
		if _, is := v.(bool); !is {
			return invalidBody("Invalid 'user_config': public_access.%s: want true or false", k)
		}
	}
	return nil
}
