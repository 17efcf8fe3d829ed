package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// inserters is how many clients insert plainly.
const inserters = 16

// postgres measures public reports on PostgreSQL against plain prepared inserts into the same cluster.
func postgres(ctx context.Context, p plan, r *report) (err error) {
	cluster := os.Getenv("LIANYUAN_TEST_PG")
	if cluster == "" {
		r.say("postgres: left out, LIANYUAN_TEST_PG is not set (scripts/with-postgres.sh sets it)")
		return nil
	}
	admin, err := pgx.Connect(ctx, cluster)
	if err != nil {
		return err
	}
	defer admin.Close(context.WithoutCancel(ctx))
	name := fmt.Sprintf("bench_%d", os.Getpid())
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return err
	}
	defer func() {
		_, dropErr := admin.Exec(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		err = errors.Join(err, dropErr)
	}()
	u, err := url.Parse(cluster)
	if err != nil {
		return errors.New("LIANYUAN_TEST_PG is no URL")
	}
	u.Path = "/" + name
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := serve(ctx, p, "serve", dir, "--database-url", u.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return postgresAgainst(ctx, p, r, s, u.String())
}

func postgresAgainst(ctx context.Context, p plan, r *report, s *process, address string) error {
	r.say("postgres: %d rounds of %s for %d inserting clients and for reports on 64 connections", p.rounds, p.round, inserters)
	var inserts, reports []result
	var ratios []float64
	for range p.rounds {
		b, err := insertPlainly(ctx, address, p.warm, p.round)
		if err := errors.Join(err, b.failure()); err != nil {
			return fmt.Errorf("baseline: %w", err)
		}
		n, err := closed(ctx, s.address, 64, p.warm, p.round)
		if err := errors.Join(err, n.failure()); err != nil {
			return fmt.Errorf("reports: %w", err)
		}
		inserts, reports = append(inserts, b), append(reports, n)
		ratios = append(ratios, n.rate()/b.rate())
		r.say("  inserts %.0f/s, reports %.0f/s, ratio %.3f", b.rate(), n.rate(), n.rate()/b.rate())
	}
	b, n := join(inserts), join(reports)
	r.add("PostgreSQL: plain prepared inserts, 16 clients", b.rate(), "1/s")
	r.add("PostgreSQL, 64 connections: reports", n.rate(), "1/s")
	r.atLeast("PostgreSQL: reports ÷ inserts, median of the rounds", median(ratios), "", 0.25)
	r.add("PostgreSQL, 64 connections: reports p50", quantile(n.took, 0.5), "ms")
	r.add("PostgreSQL, 64 connections: reports p99", quantile(n.took, 0.99), "ms")
	return nil
}

// The row of the baseline has the key and the bytes of a report's row, and no other index.
const (
	plainTable = `CREATE TABLE IF NOT EXISTS plain_insert (id TEXT PRIMARY KEY, place TEXT NOT NULL, fields TEXT NOT NULL, at BIGINT NOT NULL,
		lon BIGINT NOT NULL, lat BIGINT NOT NULL, person BYTEA NOT NULL, receipt BYTEA NOT NULL, digest BYTEA NOT NULL)`
	plainInsert = `INSERT INTO plain_insert (id, place, fields, at, lon, lat, person, receipt, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// insertPlainly commits one row after the other from each client.
func insertPlainly(ctx context.Context, address string, warm, length time.Duration) (result, error) {
	clients := make([]*pgx.Conn, inserters)
	for i := range clients {
		c, err := pgx.Connect(ctx, address)
		if err != nil {
			return result{}, err
		}
		defer c.Close(context.WithoutCancel(ctx))
		clients[i] = c
	}
	if _, err := clients[0].Exec(ctx, plainTable); err != nil {
		return result{}, err
	}
	from := time.Now().Add(warm)
	until := from.Add(length)
	var mu sync.Mutex
	all := result{length: length}
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			took, failed := insertFrom(ctx, c, uint64(i), from, until)
			mu.Lock()
			defer mu.Unlock()
			all.took = append(all.took, took...)
			if failed != nil {
				all.failed++
				all.why = failed
			}
		})
	}
	wg.Wait()
	return all, nil
}

func insertFrom(ctx context.Context, c *pgx.Conn, seed uint64, from, until time.Time) (took []time.Duration, err error) {
	if _, err := c.Prepare(ctx, "plain", plainInsert); err != nil {
		return nil, err
	}
	call := newCaller("", [2]byte{1}, seed)
	person, receipt := make([]byte, 260), make([]byte, 16)
	for n := uint32(0); ; n++ {
		start := time.Now()
		if start.After(until) {
			return took, nil
		}
		_, err := c.Exec(ctx, "plain", string(call.appendID(nil, n)), "/50/500110/", "trapped_water,3,12,elder,infant,gps,web,received,public", start.UnixMicro(),
			int64(1066512000), int64(290281000), person, receipt, receipt)
		if err != nil {
			return took, err
		}
		if end := time.Now(); start.After(from) && end.Before(until) {
			took = append(took, end.Sub(start))
		}
	}
}
