package app

import (
	"context"
	"fmt"

	"lianyuan/domain/pass"
	"lianyuan/platform/journal"
)

// ReplacePassKey gives an installation another key to sign passes with; with end, those so far count no more and what is in
// force is signed anew at the next start. Nobody may serve it meanwhile: claim a SQLite file first; on PostgreSQL it looks for nodes
// itself (db.ErrServed).
func ReplacePassKey(ctx context.Context, cfg Config, end bool) error {
	err := unserved(ctx, cfg, func(ctx context.Context, a *App) error {
		node, signer, err := a.found(ctx)
		if err != nil {
			return err
		}
		if a.Journal, err = journal.Open(ctx, a.DB, node, signer); err != nil {
			return err
		}
		return pass.ReplaceKey(ctx, a.Keeper, end)
	})
	if err != nil {
		return fmt.Errorf("passkey: %w", err)
	}
	return nil
}
