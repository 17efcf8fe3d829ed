package destruction

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"lianyuan/domain/enquiry"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/support"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
	"lianyuan/platform/seal"
)

// What was confirmed is destroyed in slices, each a transaction of its own that finds what is left: whoever stops in between
// begins again where that was. A node works under a lease that each slice lengthens; when it is gone another goes on.
const (
	slice   = 8   // reports in one transaction: few enough that intake does not wait for them
	batch   = 500 // reports read at once
	some    = 100 // texts in one transaction
	leased  = time.Minute
	look    = 10 * time.Second // for what a node left
	lookNow = time.Second      // after a failure
)

// system is who did what nobody in person did.
const system = "system"

func newNode() string { return id.New() }

func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Heard is the journal's listener: what was confirmed anywhere wakes Run, and the key of what was destroyed anywhere is
// dropped from memory.
func (s *Service) Heard(rows []journal.Row) {
	for i := range rows {
		switch rows[i].Verb {
		case "destruction.confirmed":
			s.nudge()
		case "destruction.done":
			var b body
			if err := json.Unmarshal(rows[i].Body, &b); err != nil {
				slog.ErrorContext(context.Background(), "a destruction in the journal cannot be read", slog.Int64("position", rows[i].Position), slog.Any("error", err))
				continue
			}
			s.keeper.Forget(b.Key)
			s.forgot(rows[i].At)
		}
	}
}

// Run destroys what was confirmed, until ctx ends. Every node runs it.
func (s *Service) Run(ctx context.Context) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-wait.C:
		}
		again := look
		did, err := s.Work(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			slog.WarnContext(ctx, "a destruction of personal data waits", slog.Any("error", err))
			again = lookNow
		case did:
			again = 0
		}
		wait.Reset(again)
	}
}

// Work destroys one lot that was confirmed, and says whether there was one.
func (s *Service) Work(ctx context.Context) (did bool, err error) {
	var d *Destruction
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		list, err := where(tx, `state = 'running' LIMIT 1`)
		did = len(list) > 0
		return err
	}); err != nil || !did {
		return false, err
	}
	if err := s.db.Update(ctx, func(tx *db.Tx) error {
		d, err = take(tx, s.node, tx.Now.Add(leased))
		return err
	}); err != nil || d == nil {
		return false, err
	}
	for _, part := range []func(context.Context, Destruction) error{s.reports, s.words, s.key, s.finish} {
		if err := part(ctx, *d); errors.Is(err, errLost) {
			return false, nil
		} else if err != nil {
			return true, err
		}
	}
	return true, nil
}

// under does one slice under the lease, and counts what it destroyed.
func (s *Service) under(ctx context.Context, d Destruction, do func(tx *db.Tx) (Gone, error)) (g Gone, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := keep(tx, d.ID, s.node, tx.Now.Add(leased)); err != nil {
			return err
		}
		if g, err = do(tx); err != nil {
			return err
		}
		return count(tx, d.ID, g)
	})
	return g, err
}

func (s *Service) reports(ctx context.Context, d Destruction) error {
	for after := ""; ; {
		var ids []string
		if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
			ids, err = need.Left(tx, d.Lot, after, batch)
			return err
		}); err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		for len(ids) > 0 {
			now := ids[:min(slice, len(ids))]
			ids = ids[len(now):]
			if _, err := s.under(ctx, d, func(tx *db.Tx) (Gone, error) {
				g, err := s.needs.Destroy(tx, d.Lot, now, d.DecidedBy)
				return Gone(g), err
			}); err != nil {
				return err
			}
		}
	}
}

func (s *Service) words(ctx context.Context, d Destruction) error {
	if d.Lot.Incident == "" {
		return nil
	}
	for _, destroy := range []func(*db.Tx, string, int) (int64, error){mission.DestroyWords, support.DestroyWords, enquiry.DestroyWords} {
		for more := true; more; {
			g, err := s.under(ctx, d, func(tx *db.Tx) (Gone, error) {
				n, err := destroy(tx, d.Lot.Incident, some)
				return Gone{Texts: int(n)}, err
			})
			if err != nil {
				return err
			}
			more = g.Texts > 0
		}
	}
	return nil
}

// key destroys the key, and then what it left in the files of the database.
func (s *Service) key(ctx context.Context, d Destruction) error {
	if _, err := s.under(ctx, d, func(tx *db.Tx) (Gone, error) { return Gone{}, seal.Destroy(tx, d.Lot.Key) }); err != nil {
		return err
	}
	s.keeper.Forget(d.Lot.Key)
	return s.db.Scrub(ctx, "data_key", "report", "report_claim", "report_attempt", "report_token", "report_pair", "need")
}

func (s *Service) finish(ctx context.Context, d Destruction) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := keep(tx, d.ID, s.node, tx.Now.Add(leased)); err != nil {
			return err
		}
		d, err := byID(tx, d.ID)
		if err != nil {
			return err
		}
		was := entry(d, "", "", "").Fields()
		if d.State, err = Destructions.To(d.State, "finish"); err != nil {
			return err
		}
		d.DoneAt = tx.Now
		d.Version++
		if err := save(tx, d); err != nil {
			return err
		}
		return journal.Append(tx, entry(d, "done", system, "").Since(was))
	})
}

// Resume has destroyed again what an old copy of the data brought back: its keys tell what was destroyed after it was made.
// What this node missed while it was down is told to Forgot. Call it when no other node does, before Run.
func (s *Service) Resume(ctx context.Context) error {
	var last time.Time
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		gone, err := seal.Gone(tx)
		if err != nil {
			return err
		}
		done, err := where(tx, `state = 'done'`)
		if err != nil {
			return err
		}
		for _, d := range done {
			delete(gone, d.Lot.Key)
			if d.DoneAt.After(last) {
				last = d.DoneAt
			}
		}
		for key, scope := range gone {
			if err := s.again(tx, key, scope); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !last.IsZero() {
		s.forgot(last)
	}
	return err
}

// again runs the destruction of a key once more: the one that was decided when the copy was made, or a new one.
func (s *Service) again(tx *db.Tx, key, scope string) error {
	known, err := where(tx, `key = $1 AND state IN ('proposed', 'running')`, key)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		d := known[0]
		if d.State == "running" {
			return nil
		}
		was := entry(d, "", "", "").Fields()
		d.State, d.DecidedBy, d.DecidedAt = "running", system, tx.Now
		d.Version++
		if err := save(tx, d); err != nil {
			return err
		}
		return journal.Append(tx, entry(d, "confirmed", system, "").Since(was))
	}
	l, _, err := s.ofMonth(tx, scope)
	if err == nil && l.Scope == "" {
		l, err = s.ofScope(tx, scope)
	}
	if errors.Is(err, ErrNothing) {
		return nil // of a scope that is no lot
	}
	if err != nil {
		return err
	}
	l.Key = key
	d := Destruction{ID: id.New(), Lot: l.Lot, State: "running", Reason: restored, By: system, At: tx.Now, DecidedBy: system, DecidedAt: tx.Now, Version: 1}
	if d.Number, err = number.Next(tx, "XH", s.letter); err != nil {
		return err
	}
	if err := insert(tx, d); err != nil {
		return err
	}
	return journal.Append(tx, entry(d, "confirmed", system, d.Reason))
}

// restored is the reason that the system itself gives for a destruction: a backup made it necessary again. The sentence is
// never changed, older records hold it.
const restored = "恢复的备份含已销毁的个人信息，按原决定再次销毁"

// Cause is the key of a reason that the system gave: destroyed_again; "" of what a person wrote.
func Cause(reason string) string {
	if reason == restored {
		return "destroyed_again"
	}
	return ""
}
