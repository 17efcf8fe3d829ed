package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// lookupHashes are all columns of look-up hashes by which rows are found or are unique.
var lookupHashes = slices.Concat(access.LookupHashes, team.LookupHashes, need.LookupHashes, deployment.LookupHashes, reception.LookupHashes)

// Rekey gives an installation a new look-up key and hashes what stands in it once more; it returns how many rows have
// changed. Nobody may serve it meanwhile: claim a SQLite file first; on PostgreSQL it looks for nodes itself
// (db.ErrServed). When it was interrupted, the same again ends it.
func Rekey(ctx context.Context, cfg Config) (rows int, err error) {
	err = unserved(ctx, cfg, func(ctx context.Context, a *App) error {
		node, signer, err := a.found(ctx)
		if err != nil {
			return err
		}
		if rows, err = a.Keeper.Turn(ctx, lookupHashes); err != nil {
			return err
		}
		if a.Journal, err = journal.Open(ctx, a.DB, node, signer); err != nil {
			return err
		}
		return a.DB.Update(ctx, func(tx *db.Tx) error {
			return journal.Append(tx, journal.Entry{
				Verb: "key.turned", Kind: "key", Subject: "lookup", Place: string(place.Root), Scope: journal.Guard, Actor: "system",
				Body: map[string]any{"rows": rows},
			})
		})
	})
	if err != nil {
		return rows, fmt.Errorf("rekey: %w", err)
	}
	return rows, nil
}

// unserved opens only the database of an installation that nobody serves, and keeps nodes from starting until fn returns.
func unserved(ctx context.Context, cfg Config, fn func(context.Context, *App) error) (err error) {
	cfg.Existing = true
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	a := &App{cfg: cfg}
	if a.DB, err = OpenData(ctx, cfg); err != nil {
		return err
	}
	run, stop := context.WithCancel(ctx)
	a.stop = stop
	defer func() { err = errors.Join(err, a.Close()) }()
	return a.DB.Alone(ctx, func() error {
		served, err := journal.Served(ctx, a.DB)
		if err == nil && served {
			err = db.ErrServed
		}
		if err != nil {
			return err
		}
		return fn(run, a)
	})
}
