package need

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// Follow keeps, behind intake, the look-up hashes by which reports of one caller find each other. It follows the
// journal from where it stood, on one node at a time, until ctx ends; the intake never waits for it.
func (s *Service) Follow(ctx context.Context, j *journal.Journal) {
	const name, batch = "need.tokens", 100
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		n, err := s.followOnce(ctx, j, name, batch)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "the look-up hashes wait", slog.Any("error", err))
		}
		timer.Reset(followEvery)
		if n == batch {
			timer.Reset(followSoon)
		}
	}
}

// How often the journal is looked at, and how soon again when there is more: a flood of reports goes first, its
// look-up hashes may be seconds late.
const (
	followEvery = 300 * time.Millisecond
	followSoon  = 50 * time.Millisecond
)

// followOnce takes the next rows of the journal and says how many there were. Whoever moves the cursor does the work:
// a node that comes second writes nothing.
func (s *Service) followOnce(ctx context.Context, j *journal.Journal, name string, batch int) (int, error) {
	var at int64
	err := s.db.View(ctx, func(tx *db.Tx) error {
		err := tx.Get(`SELECT position FROM follower WHERE name = $1`, []any{name}, &at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if at >= j.Position() {
		return 0, nil
	}
	rows, err := j.Read(ctx, at, batch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	tokens, err := s.tokensOf(ctx, rows)
	if err != nil {
		return 0, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO follower (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING`, name); err != nil {
			return err
		}
		moved, err := tx.Exec(`UPDATE follower SET position = $1 WHERE name = $2 AND position = $3`, rows[len(rows)-1].Position, name, at)
		if err != nil || moved == 0 {
			return err
		}
		for report, hash := range tokens {
			if _, err := tx.Exec(`INSERT INTO report_token (hash, report) VALUES ($1, $2) ON CONFLICT DO NOTHING`, hash, report); err != nil {
				return err
			}
		}
		return nil
	})
	return len(rows), err
}

// tokensOf opens the new reports among the rows and hashes their numbers.
func (s *Service) tokensOf(ctx context.Context, rows []journal.Row) (map[string][]byte, error) {
	var found []stored
	err := s.db.View(ctx, func(tx *db.Tx) error {
		found = found[:0]
		for _, r := range rows {
			if r.Verb != "report.received" {
				continue
			}
			st, err := reportByID(tx, r.Subject)
			if err != nil {
				return err
			}
			found = append(found, st)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	tokens := map[string][]byte{}
	for _, st := range found {
		open, err := s.open(ctx, st)
		if err != nil {
			return nil, err
		}
		if open.Person.Phone != "" {
			tokens[open.ID] = s.lookup.Hash("phone", open.Person.Phone)
		}
	}
	return tokens, nil
}
