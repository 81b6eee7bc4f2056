package sandbox

import (
	"net/http"
	"net/url"
	"strings"
)

// operation is one operation of Aiven's API that the sandbox knows.
type operation struct {
	id     string
	method string
	path   string // as in the API description, without /v1
	access access
	serve  func(*call) answer
	parts  []string
}

// routes finds operations by path and method.
type routes struct {
	bySize map[int][]*operation
}

func newRoutes(ops []operation) *routes {
	r := &routes{bySize: map[int][]*operation{}}
	for i := range ops {
		op := &ops[i]
		op.parts = strings.Split(strings.TrimPrefix(op.path, "/"), "/")
		r.bySize[len(op.parts)] = append(r.bySize[len(op.parts)], op)
	}
	return r
}

// find returns the operation and the values of its path's variables. When the
// path is known only with other methods, it returns those as allowed.
func (r *routes) find(method, escapedPath string) (op *operation, vars map[string]string, allowed []string) {
	rest, ok := strings.CutPrefix(escapedPath, "/v1/")
	if !ok {
		return nil, nil, nil
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return nil, nil, nil
		}
		segments[i] = plain
	}
	for _, candidate := range r.bySize[len(segments)] {
		found, ok := candidate.match(segments)
		if !ok {
			continue
		}
		if candidate.method == method {
			return candidate, found, nil
		}
		allowed = append(allowed, candidate.method)
	}
	return nil, nil, allowed
}

func (op *operation) match(segments []string) (map[string]string, bool) {
	vars := map[string]string{}
	for i, part := range op.parts {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			if segments[i] == "" {
				return nil, false
			}
			vars[strings.TrimSuffix(name, "}")] = segments[i]
			continue
		}
		if part != segments[i] {
			return nil, false
		}
	}
	return vars, true
}

var table = newRoutes(operations())

// Operation is one operation of Aiven's API that the sandbox answers.
type Operation struct{ ID, Method, Path string }

// Operations lists what the sandbox answers, in the order of its areas; paths
// are written as in Aiven's API description, without /v1.
func Operations() []Operation {
	var out []Operation
	for _, op := range operations() {
		out = append(out, Operation{op.id, op.method, op.path})
	}
	return out
}

func operations() []operation {
	var all []operation
	for _, area := range [][]operation{
		meOperations(), accountOperations(), organizationOperations(), userOperations(),
		userWriteOperations(), invitationOperations(), groupOperations(), groupWriteOperations(),
		permissionOperations(), applicationUserOperations(), applicationUserWriteOperations(), tokenOperations(),
		domainOperations(), authenticationMethodOperations(), authenticationLinkOperations(),
		projectOperations(), legacyProjectOperations(), serviceOperations(), serviceLifeOperations(),
		serviceUserOperations(), clickHouseUserOperations(), poolOperations(), integrationOperations(),
		vpcOperations(), privateLinkOperations(), vpcWriteOperations(), peeringOperations(), taskOperations(), maintenanceOperations(),
		backupOperations(), catalogueOperations(), serviceTypeOperations(), planOperations(),
		customCloudOperations(), cmkOperations(), billingOperations(), eventOperations(),
	} {
		all = append(all, area...)
	}
	return all
}

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)
