// Command avn-harden walks the admin of an Aiven organization through Aiven's
// security checklist and fixes what is wrong, after confirmation.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"avn-harden/internal/cli"
)

// version is set at release time.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, cli.Process(version), os.Args[1:])
	stop()
	os.Exit(code)
}
