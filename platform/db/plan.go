package db

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
)

// watcher is told of plans; seen are the statements that it was told of.
type watcher struct {
	seen sync.Map
	fn   func(query string, plan []string)
}

var watching atomic.Pointer[watcher]

// WatchPlans has fn told how SQLite reads the tables of every statement that is prepared from now on in this process, once for
// each: the lines of EXPLAIN QUERY PLAN. fn runs where the statement does and may look at the stack. For tests, which find
// what would read all of a table that grows.
func WatchPlans(fn func(query string, plan []string)) { watching.Store(&watcher{fn: fn}) }

// watched tells whoever watches of a statement that is prepared on this connection.
func (c *boundConn) watched(ctx context.Context, query string) {
	w := watching.Load()
	if w == nil {
		return
	}
	if _, known := w.seen.LoadOrStore(query, true); known {
		return
	}
	rows, err := c.conn.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
	if err != nil {
		return // BEGIN and its like have no plan; what is wrong with a statement it says itself
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		if rows.Scan(&id, &parent, &unused, &line) == nil {
			plan = append(plan, line)
		}
	}
	if rows.Err() == nil {
		w.fn(query, plan)
	}
}
