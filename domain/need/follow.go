package need

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// What reports are found by is filled behind intake: it follows the journal with a cursor that moves, by compare-and-set,
// in the transaction that writes. Whatever node does it, and however often one stops in between, each row is done once.
const (
	followBatch = 12   // reports read at once
	followMost  = 1500 // tokens written in one transaction: what is many is written in several, none of which holds the writer long
)

// How often the journal is looked at, and how soon again when there is more: a flood of reports goes first, what they are
// found by may be seconds late.
const (
	followEvery = 300 * time.Millisecond
	followSoon  = 15 * time.Millisecond
)

// follower names the cursor, for one key and algorithm: with others it begins again, and every report is filled anew.
func (s *Service) follower() string {
	return fmt.Sprintf("need.search %d %s", seal.TokenAlgorithm, s.search.ID)
}

// fillers are the verbs after which a report is found by other tokens.
var fillers = []string{"report.received", "report.claimed", "report.joined"}

// Follow fills what reports are found by, until ctx ends. Every node runs it.
func (s *Service) Follow(ctx context.Context, j *journal.Journal) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var seen int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		more, err := s.Fill(ctx, j, &seen)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "what reports are found by waits", slog.Any("error", err))
		}
		timer.Reset(followEvery)
		if more {
			timer.Reset(followSoon)
		}
	}
}

// findable is what a report is found by.
type findable struct {
	report   string
	position int64    // of the row that it was made for
	tokens   []string // see tokensOf
	phone    []byte   // keyed hash of the number
}

// Fill takes the next rows of the journal that change what a report is found by, and says whether it wrote something and
// there may be more. seen is how far this node has looked without finding any. Of two nodes one moves the cursor; the
// other writes nothing.
func (s *Service) Fill(ctx context.Context, j *journal.Journal, seen *int64) (more bool, err error) {
	var at int64
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		err = tx.Get(`SELECT position FROM follower WHERE name = $1`, []any{s.follower()}, &at)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return err
	}); err != nil {
		return false, err
	}
	until := j.Position()
	if until <= max(at, *seen) {
		return false, nil
	}
	rows, err := j.ReadVerbs(ctx, max(at, *seen), until, fillers, followBatch)
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		*seen = until
		return false, nil
	}
	list, err := s.findables(ctx, rows)
	if err != nil {
		return false, err
	}
	last := rows[len(rows)-1].Position
	if n := fitting(list); n < len(list) {
		list, last = list[:n], list[n].position-1
	}
	moved := int64(0)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO follower (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING`, s.follower()); err != nil {
			return err
		}
		if moved, err = tx.Exec(`UPDATE follower SET position = $1 WHERE name = $2 AND position = $3`, last, s.follower(), at); err != nil || moved == 0 {
			return err
		}
		for _, d := range list {
			if err := s.saveTokens(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return moved > 0 && last < until, err
}

// fitting is how many of the first are written in one transaction; always one.
func fitting(list []findable) int {
	tokens := 0
	for i, d := range list {
		if tokens += len(d.tokens); i > 0 && tokens > followMost {
			return i
		}
	}
	return len(list)
}

// said is a report with all that its caller added, still sealed.
type said struct {
	stored
	claims   []sealedClaim
	position int64
}

// findables opens the reports of some rows, as they are now, and makes what each is found by: once, at its first row.
func (s *Service) findables(ctx context.Context, rows []journal.Row) ([]findable, error) {
	var read []said
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		read, err = saidIn(tx, rows)
		return err
	}); err != nil {
		return nil, err
	}
	list := make([]findable, len(read))
	for i, r := range read {
		open, err := s.open(ctx, r.stored)
		if err != nil {
			return nil, err
		}
		claims, err := s.openClaims(ctx, r.claims)
		if err != nil {
			return nil, err
		}
		list[i] = findable{report: open.ID, position: r.position, tokens: s.tokensOf(open, claims)}
		if open.Person.Phone != "" {
			list[i].phone = s.lookup.Hash("phone", open.Person.Phone)
		}
	}
	return list, nil
}

// saidIn reads the reports of some rows; one whose words have been destroyed since is left out.
func saidIn(tx *db.Tx, rows []journal.Row) (list []said, err error) {
	done := map[string]bool{}
	for _, row := range rows {
		if done[row.Subject] {
			continue
		}
		done[row.Subject] = true
		r := said{position: row.Position}
		if r.stored, err = reportByID(tx, row.Subject); errors.Is(err, sql.ErrNoRows) || (err == nil && !r.Destroyed.IsZero()) {
			continue
		}
		if err == nil && r.Version > 1 { // a new one has nothing added yet
			r.claims, err = claimsOf(tx, row.Subject)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}
