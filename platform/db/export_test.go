package db

import (
	"fmt"
	"time"
)

// Waiting is how many Updates wait in line for SQLite's writer.
func (d *DB) Waiting() int {
	if e, ok := d.engine.(*sqliteEngine); ok {
		return len(e.jobs)
	}
	return 0
}

// Patience sets how long SQLite's writer waits for another process; call it before the first Update.
func (d *DB) Patience(wait time.Duration) error {
	if e, ok := d.engine.(*sqliteEngine); ok {
		return e.writer.run(fmt.Sprintf("PRAGMA busy_timeout = %d", wait.Milliseconds()))
	}
	return nil
}

// Unavailable says whether the database is to blame for an error.
func Unavailable(err error) bool { return isUnavailable(err) }

// InLine is how many wait for an Update of a Gather.
func (g *Gather[T]) InLine() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.line)
}

// MaxGathered is how many one Update writes at most.
const MaxGathered = maxGathered

// Writers is how many Updates of a Gather run at once.
func (g *Gather[T]) Writers() int { return g.writers }
