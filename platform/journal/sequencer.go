package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"lianyuan/platform/db"
)

// sequencer gives positions on PostgreSQL. Every node has one; the one that holds the advisory lock works, on the very
// connection that holds it, so that a lost lock is a lost connection and nothing is settled twice.
//
// A row is settled when its transaction id is below the oldest one still running: no transaction that could commit
// later can have a lower id. Transaction ids belong to a cluster; a restore or a move starts a new epoch, whose rows
// come after all of the old ones.
type sequencer struct {
	j     *Journal
	epoch atomic.Int64
	poke  chan struct{}
}

const (
	sequencerLock = 0x6c79_7371           // "lysq": the advisory lock of the one that works
	channel       = "lianyuan_settled"    // NOTIFY after every batch
	hangs         = "1s"                  // a lead that is silent for so long has lost its lock
	idle          = 20 * time.Millisecond // how soon a commit of another node is seen by the one that works
	pace          = 10 * time.Millisecond // how soon after a batch the next is settled: in a flood many rows share its flush and signature
	lookAgain     = time.Second           // how soon a lost notification is made up for
	batch         = 512                   // rows settled in one transaction
)

func startSequencer(ctx context.Context, j *Journal) (*sequencer, error) {
	s := &sequencer{j: j, poke: make(chan struct{}, 1)}
	if err := s.enterEpoch(ctx); err != nil {
		return nil, fmt.Errorf("sequencer: %w", err)
	}
	go s.lead(ctx)
	go s.tail(ctx)
	return s, nil
}

func (s *sequencer) epochNow() int64 { return s.epoch.Load() }

func (s *sequencer) wake() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// enterEpoch compares the cluster's identifier with the one of the last epoch and begins a new one when it differs.
func (s *sequencer) enterEpoch(ctx context.Context) error {
	return s.j.db.Update(ctx, func(tx *db.Tx) error {
		var system string
		if err := tx.Get(`SELECT system_identifier::text FROM pg_control_system()`, nil, &system); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO sequencer (id, epoch, txid, system) VALUES (1, 1, 0, $1) ON CONFLICT (id) DO NOTHING`, system); err != nil {
			return err
		}
		var epoch int64
		var known string
		if err := tx.Get(`SELECT epoch, system FROM sequencer WHERE id = 1 FOR UPDATE`, nil, &epoch, &known); err != nil {
			return err
		}
		if known != system {
			if err := s.finishEpoch(tx, epoch); err != nil {
				return err
			}
			epoch++
			if _, err := tx.Exec(`UPDATE sequencer SET epoch = $1, txid = 0, system = $2 WHERE id = 1`, epoch, system); err != nil {
				return err
			}
		}
		s.epoch.Store(epoch)
		return nil
	})
}

// finishEpoch settles what an older cluster left: none of its transactions runs any more.
func (s *sequencer) finishEpoch(tx *db.Tx, epoch int64) error {
	var from int64
	if err := tx.Get(`SELECT txid FROM sequencer WHERE id = 1`, nil, &from); err != nil {
		return err
	}
	rows, err := unsettled(tx, epoch, from, 1<<62, 1<<31)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.j.settle(tx, rows)
}

func unsettled(tx *db.Tx, epoch, from, below int64, limit int) ([]Row, error) {
	var rows []Row
	err := tx.Each(func(sc db.Scanner) error {
		var r Row
		err := scanRow(sc, &r)
		rows = append(rows, r)
		return err
	}, `SELECT 0, seq, at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin, `+originSeq+`
		FROM journal j WHERE epoch = $1 AND txid >= $2 AND txid < $3 ORDER BY txid, seq LIMIT $4`, epoch, from, below, limit)
	return rows, err
}

// settle appends rows to the chain, after whatever stands there now.
func (j *Journal) settle(tx *db.Tx, rows []Row) error {
	position, link, err := tip(tx)
	if err != nil {
		return err
	}
	links := make([][]byte, len(rows))
	for i := range rows {
		rows[i].Position = position + 1 + int64(i)
		link = chain(hashOrigin, link, &rows[i])
		links[i] = link
	}
	return j.insertSettled(tx, rows, links)
}

// lead waits for the lock and works while it holds it.
func (s *sequencer) lead(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.j.db.Maintain(ctx, func(p db.Pool) error {
			conn, err := p.Conn(ctx)
			if err != nil {
				return err
			}
			defer conn.Close()
			var mine bool
			if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, sequencerLock).Scan(&mine); err != nil || !mine {
				return err
			}
			err = s.watched(ctx, conn)
			_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, sequencerLock)
			return errors.Join(err, unlockErr)
		})
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "sequencer lost its connection", slog.Any("error", err))
		}
		pause(ctx, lookAgain/2)
	}
}

// watched works on a connection that PostgreSQL ends when nothing is heard of it: a node that hangs (a paused machine,
// a cut cable) would hold the lock, and all pages, for as long as it hangs.
func (s *sequencer) watched(ctx context.Context, conn *sql.Conn) error {
	for _, setting := range []string{"idle_session_timeout", "idle_in_transaction_session_timeout"} {
		if _, err := conn.ExecContext(ctx, `SELECT set_config($1, $2, false)`, setting, hangs); err != nil {
			return err
		}
	}
	err := s.work(ctx, conn)
	_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), `RESET idle_session_timeout; RESET idle_in_transaction_session_timeout`)
	return errors.Join(err, resetErr)
}

func (s *sequencer) work(ctx context.Context, conn *sql.Conn) error {
	for {
		n, err := s.step(ctx, conn)
		if err != nil {
			return err
		}
		if n > 0 {
			pause(ctx, pace)
			continue
		}
		timer := time.NewTimer(idle)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-s.poke:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// step settles one batch and says how many rows it was.
func (s *sequencer) step(ctx context.Context, conn *sql.Conn) (n int, err error) {
	err = s.j.db.UpdateOn(ctx, conn, func(tx *db.Tx) error {
		var from, epoch, xmin int64
		if err := tx.Get(`SELECT txid, epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM sequencer WHERE id = 1`, nil, &from, &epoch, &xmin); err != nil {
			return err
		}
		if epoch != s.epoch.Load() {
			s.epoch.Store(epoch)
		}
		rows, err := unsettled(tx, epoch, from, xmin, batch+1)
		if err != nil || len(rows) == 0 {
			return err
		}
		next := xmin
		if len(rows) > batch { // stop at a whole transaction: the cursor is a transaction id
			if rows, next, err = wholeTransactions(tx, epoch, rows); err != nil {
				return err
			}
		}
		if err := s.j.settle(tx, rows); err != nil {
			return err
		}
		moved, err := tx.Exec(`UPDATE sequencer SET txid = $1 WHERE id = 1 AND txid = $2 AND epoch = $3`, next, from, epoch)
		if err != nil {
			return err
		}
		if moved != 1 {
			return errors.New("another sequencer moved on")
		}
		n = len(rows)
		return tx.Last(`SELECT pg_notify($1, '')`, channel)
	})
	return n, err
}

// wholeTransactions cuts a full batch back to transactions that are in it entirely; one that alone is larger than the
// batch is read whole.
func wholeTransactions(tx *db.Tx, epoch int64, rows []Row) (whole []Row, next int64, err error) {
	var last int64
	if err := tx.Get(`SELECT txid FROM journal WHERE seq = $1`, []any{rows[len(rows)-1].Seq}, &last); err != nil {
		return nil, 0, err
	}
	var first int64
	if err := tx.Get(`SELECT txid FROM journal WHERE seq = $1`, []any{rows[0].Seq}, &first); err != nil {
		return nil, 0, err
	}
	if first == last {
		rows, err := unsettled(tx, epoch, first, first+1, 1<<31)
		return rows, first + 1, err
	}
	whole, err = unsettled(tx, epoch, first, last, len(rows))
	return whole, last, err
}

// tail follows the positions on this node, whoever gives them: woken by NOTIFY, and by a clock in case one is lost.
func (s *sequencer) tail(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.j.db.Maintain(ctx, func(p db.Pool) error {
			conn, err := p.Conn(ctx)
			if err != nil {
				return err
			}
			defer conn.Close()
			return conn.Raw(func(dc any) error {
				c, ok := dc.(*stdlib.Conn)
				if !ok {
					return errors.New("not a pgx connection")
				}
				if _, err := c.Conn().Exec(ctx, "LISTEN "+channel); err != nil {
					return err
				}
				for {
					if err := s.catchUp(ctx); err != nil {
						return err
					}
					wait, cancel := context.WithTimeout(ctx, lookAgain)
					_, err := c.Conn().WaitForNotification(wait)
					timedOut := wait.Err() != nil
					cancel()
					if err != nil && (!timedOut || ctx.Err() != nil) {
						return err
					}
				}
			})
		})
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "journal tail lost its connection", slog.Any("error", err))
			pause(ctx, lookAgain/4)
		}
	}
}

func (s *sequencer) catchUp(ctx context.Context) error {
	for {
		rows, err := s.j.Read(ctx, s.j.feed.last(), batch)
		if err != nil || len(rows) == 0 {
			return err
		}
		s.j.feed.push(rows)
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
