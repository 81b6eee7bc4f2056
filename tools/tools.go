//go:build tools

// Package tools pins the tools that .ci/run uses, apart from the product's go.mod.
package tools

import _ "honnef.co/go/tools/cmd/staticcheck"
