// Command lianyuan runs the on-site coordination mechanism for social emergency forces.
package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"lianyuan/platform/redact"
)

// version is set by the build.
var version = "dev"

type cli struct {
	Serve   serveCmd         `cmd:"" help:"Run the system."`
	Demo    demoCmd          `cmd:"" help:"Run an invented world to try the system with."`
	Backup  backupCmd        `cmd:"" help:"Write an encrypted copy of all rows while the system works; the master key is not in it."`
	Restore restoreCmd       `cmd:"" help:"Read a backup into an empty database."`
	Migrate migrateCmd       `cmd:"" help:"Carry an installation over to another, empty database, row for row."`
	Doctor  doctorCmd        `cmd:"" help:"Check the journal's chain and other invariants of a stopped or running installation."`
	Rekey   rekeyCmd         `cmd:"" help:"Take a new key for the hashes by which people and receipts are found; no node may run."`
	Passkey passkeyCmd       `cmd:"" help:"Take a new key for signing passes and lists of gates; no node may run."`
	Recover recoverCmd       `cmd:"" help:"Make a new enrolment link for an account whose password or factor is lost."`
	OpenAPI openapiCmd       `cmd:"" name:"openapi" help:"Print the OpenAPI document."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	slog.SetDefault(slog.New(redact.Handler(os.Stderr, slog.LevelInfo)))
	ctx, stop := signal.NotifyContext(context.Background(), ends()...)
	defer stop()
	var c cli
	parser := kong.Must(&c, kong.Name("lianyuan"), kong.Description("联援: on-site coordination of social emergency forces."), kong.Help(help),
		kong.Vars{"version": version}, kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(os.Stdout, (*io.Writer)(nil)))
	k, err := parser.Parse(os.Args[1:])
	if err == nil {
		err = k.Run()
	}
	if err != nil {
		say(os.Stderr, err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

// ends are the signals that end a command in order: everything begun is answered first. A terminal that is closed sends one too,
// unless the command was told to outlive it (nohup).
func ends() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}
