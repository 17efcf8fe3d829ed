package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgUpdate is a transaction of an Update on PostgreSQL. It saves round trips: BEGIN goes out with the first statement,
// and what Last holds goes out with COMMIT.
type pgUpdate struct {
	conn  *sql.Conn
	begun bool
	last  pgx.Batch
}

func (p *pgUpdate) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if p.begun {
		return p.conn.ExecContext(ctx, query, args...)
	}
	var both pgx.Batch
	both.Queue("BEGIN")
	both.Queue(query, args...)
	var n int64
	p.begun = true
	err := p.send(ctx, &both, func(r pgx.BatchResults) error {
		if _, err := r.Exec(); err != nil {
			return err
		}
		tag, err := r.Exec()
		n = tag.RowsAffected()
		return err
	})
	return driver.RowsAffected(n), err
}

func (p *pgUpdate) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if !p.begun {
		if _, err := p.conn.ExecContext(ctx, "BEGIN"); err != nil {
			return nil, err
		}
		p.begun = true
	}
	return p.conn.QueryContext(ctx, query, args...)
}

func (p *pgUpdate) commit(ctx context.Context) error {
	if !p.begun {
		return nil
	}
	p.last.Queue("COMMIT")
	return p.send(ctx, &p.last, func(r pgx.BatchResults) error {
		var tag pgconn.CommandTag
		for range p.last.Len() {
			var err error
			if tag, err = r.Exec(); err != nil {
				return err
			}
		}
		if tag.String() != "COMMIT" { // a statement had failed, and the closure went on as if it had not
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
}

// keep holds a statement back until COMMIT.
func (p *pgUpdate) keep(query string, args []any) { p.last.Queue(query, args...) }

// rollbackLimit is how long a connection may take to roll back before it is given up.
const rollbackLimit = 2 * time.Second

// rollback ends what has begun; a connection that cannot even do that is not used again.
func (p *pgUpdate) rollback(ctx context.Context) {
	if !p.begun {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackLimit)
	defer cancel()
	if _, err := p.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		_ = p.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}

// send sends statements at once and reads their results.
func (p *pgUpdate) send(ctx context.Context, b *pgx.Batch, read func(pgx.BatchResults) error) error {
	return p.conn.Raw(func(c any) error {
		conn, ok := c.(*stdlib.Conn)
		if !ok {
			return errors.New("the driver is not pgx")
		}
		r := conn.Conn().SendBatch(ctx, b)
		return errors.Join(read(r), r.Close())
	})
}
