package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// master is the key that wraps all others. A file is made on the first start; a command knows its key already.
func (a *App) master(ctx context.Context) (*seal.Master, error) {
	m, made, err := masterFrom(ctx, a.masterFile(), a.cfg.MasterKeyRun, a.Fresh || a.cfg.Demo)
	if made {
		a.MasterMade = a.masterFile()
	}
	return m, err
}

func masterFrom(ctx context.Context, file, command string, create bool) (m *seal.Master, made bool, err error) {
	if command != "" {
		m, err = seal.MasterFromCommand(ctx, strings.Fields(command), seal.CommandLimit)
		return m, false, err
	}
	return seal.MasterFromFile(file, create)
}

// masterFile is where the master key is: beside the data directory and never inside, so that a copy of the data holds
// no key.
func (a *App) masterFile() string {
	if a.cfg.MasterKey != "" {
		return a.cfg.MasterKey
	}
	return filepath.Clean(a.cfg.Data) + ".master-key"
}

// NewMaster is where another master key comes from: a file, made when there is none, or a command.
type NewMaster struct{ File, Command string }

// Changed is what a change of the master key came to.
type Changed struct {
	From, To string // the ids of the master keys
	Made     bool   // the file of the new one was made just now
	Keys     int    // wrapped anew
}

// ChangeMaster wraps all keys of an installation under another master key; the one of cfg opens nothing of it afterwards.
// Nobody may serve it meanwhile: claim a SQLite file first; on PostgreSQL it looks for nodes itself (db.ErrServed). When it
// was interrupted, no node starts, and the same again ends it.
func ChangeMaster(ctx context.Context, cfg Config, to NewMaster) (c Changed, err error) {
	err = unserved(ctx, cfg, func(ctx context.Context, a *App) error {
		node, err := a.base(ctx)
		if err != nil {
			return err
		}
		old, err := a.master(ctx)
		if err != nil {
			return err
		}
		a.Keeper = seal.NewKeeper(a.DB, old)
		begun, err := a.Keeper.Changing(ctx, nil)
		if err != nil {
			return err
		}
		// One that was begun is ended under the key that was made for it, never under one that a slip of the pen makes now.
		fresh, made, err := masterFrom(ctx, to.File, to.Command, !begun)
		if err != nil {
			return err
		}
		c = Changed{From: old.ID, To: fresh.ID, Made: made}
		var s journal.Signer
		if s.KeyID, s.Private, err = a.Keeper.Signing(ctx, "journal"); err != nil {
			return err
		}
		if a.Journal, err = journal.Open(ctx, a.DB, node, s); err != nil {
			return err
		}
		c.Keys, err = a.Keeper.Rewrap(ctx, fresh, func(tx *db.Tx, keys int) error {
			return journal.Append(tx, journal.Entry{
				Verb: "key.changed", Kind: "key", Subject: "master", Place: string(place.Root), Scope: journal.Guard, Actor: "system",
				Body: map[string]any{"keys": keys, "master": fresh.ID},
			}.Since(journal.Was{}.With("master", old.ID)))
		})
		return err
	})
	if err != nil {
		return c, fmt.Errorf("change of the master key: %w", err)
	}
	return c, nil
}
