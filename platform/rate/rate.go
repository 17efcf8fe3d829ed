// Package rate counts what one address does in a minute, and what all do together.
//
// Each node counts by itself, in memory: nothing is written for a request. Several nodes on one PostgreSQL tell each
// other what is hot: every second a node publishes, in one statement, the addresses that it has counted more than
// quiet times in this minute, and reads what the others published. So a limit of n holds over all nodes but for what
// the others took in the last second (or while the database could not be reached), and for up to quiet of each other
// node. Nodes whose clocks differ share the part of the minute that they have in common.
//
// An address is personal data: it stays in memory for its minute; what is published is a keyed hash of it, which is
// deleted when its minute is over.
package rate

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
)

const (
	quiet  = 2               // a count up to here is told to nobody
	most   = 400             // hot addresses that a node publishes at once, the hottest first
	period = time.Second     // between two publications
	kept   = 2 * time.Minute // how long a published count stands
)

// Key makes keyed hashes.
type Key interface {
	Hash(purpose, value string) []byte
}

// Limits counts by address, on this node and, once Share runs, with the others.
type Limits struct {
	clock clock.Clock
	free  bool

	mu     sync.Mutex
	minute time.Time
	counts map[string]int
	flows  map[string]int // by name: the last whole minute of what is counted whoever does it, over all nodes
	told   map[string]int // counts as they were last published
	others map[string]int // by hash: what other nodes counted in this minute
	key    Key            // nil: alone
}

// New is a counter; free lifts every limit, for a load generator that sends everything from one address.
func New(c clock.Clock, free bool) *Limits {
	return &Limits{clock: c, free: free, counts: map[string]int{}, flows: map[string]int{}, told: map[string]int{}}
}

// turn begins a new minute when there is one. The caller holds mu.
func (l *Limits) turn() {
	if now := l.clock.Now().Truncate(time.Minute); now != l.minute {
		for name := range l.flows {
			l.flows[name] = 0
			if now.Equal(l.minute.Add(time.Minute)) {
				l.flows[name] = l.total(name)
			}
		}
		l.minute = now
		clear(l.counts)
		clear(l.told)
		l.others = nil
	}
}

// Over counts one more of what for an address and says whether that is more than allowed in this minute.
func (l *Limits) Over(what, address string, allowed int) bool {
	if l.free {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	name := what + " " + address
	l.counts[name]++
	return l.total(name) > allowed
}

// Flow counts more of what, whoever does it, and answers how many there are in a minute: in the last one or so far in
// this one, whichever are more. A more of 0 only asks.
func (l *Limits) Flow(what string, more int) int {
	if l.free {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	name := what + " of all"
	l.counts[name] += more
	l.flows[name] += 0 // from now on its minutes are kept
	return max(l.flows[name], l.total(name))
}

// total is what all nodes have counted in this minute. The caller holds mu.
func (l *Limits) total(name string) int {
	n := l.counts[name]
	if len(l.others) > 0 {
		n += l.others[hashed(l.key, name)]
	}
	return n
}

func hashed(k Key, name string) string {
	return base64.RawURLEncoding.EncodeToString(k.Hash("address", name)[:18])
}

// Share exchanges counts with the other nodes on d every second until ctx ends. A second in which the database does
// not answer is left out: the limits of this node go on.
func (l *Limits) Share(ctx context.Context, d *db.DB, k Key) {
	l.mu.Lock()
	l.key = k
	l.mu.Unlock()
	node := id.New()
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := l.exchange(ctx, d, node); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "limits are not shared with the other nodes", slog.Any("error", err))
		}
	}
}

type hot struct {
	name string
	n    int
}

// hottest are the counts that have changed since they were last published.
func (l *Limits) hottest() (minute time.Time, list []hot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	for name, n := range l.counts {
		if n > quiet && n != l.told[name] {
			list = append(list, hot{name, n})
		}
	}
	slices.SortFunc(list, func(a, b hot) int { return cmp.Compare(b.n, a.n) })
	return l.minute, list[:min(len(list), most)]
}

func (l *Limits) exchange(ctx context.Context, d *db.DB, node string) error {
	minute, list := l.hottest()
	at := clock.Micro(minute)
	if len(list) > 0 {
		if err := d.Update(ctx, func(tx *db.Tx) error { return l.publish(tx, node, at, list) }); err != nil {
			return err
		}
	}
	others := map[string]int{}
	err := d.View(ctx, func(tx *db.Tx) error {
		clear(others)
		return tx.Each(func(sc db.Scanner) error {
			var hash string
			var n int
			err := sc.Scan(&hash, &n)
			others[hash] = n
			return err
		}, `SELECT hash, sum(n) FROM rate_count WHERE minute = $1 AND node <> $2 GROUP BY hash`, at, node)
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turn(); l.minute != minute {
		return nil
	}
	l.others = others
	for _, h := range list {
		l.told[h.name] = h.n
	}
	return nil
}

// publish writes the counts of this node in one statement, and takes away what is long over.
func (l *Limits) publish(tx *db.Tx, node string, at int64, list []hot) error {
	if _, err := tx.Exec(`DELETE FROM rate_count WHERE minute < $1`, at-kept.Microseconds()); err != nil {
		return err
	}
	rows, args := make([]string, len(list)), []any{at, node}
	for i, h := range list {
		rows[i] = fmt.Sprintf("($1, $2, $%d, $%d)", len(args)+1, len(args)+2)
		args = append(args, hashed(l.key, h.name), h.n)
	}
	_, err := tx.Exec(`INSERT INTO rate_count (minute, node, hash, n) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT (minute, node, hash) DO UPDATE SET n = excluded.n`, args...)
	return err
}
