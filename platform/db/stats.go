package db

import (
	"sync/atomic"
	"time"
)

// Stats are counters since the database was opened; read them at any time.
type Stats struct {
	Groups    atomic.Int64 // commits
	Updates   atomic.Int64 // Updates that were in them
	BusyMicro atomic.Int64 // microseconds from BEGIN to durable
	Held      Held         // how long each Update held the writer
	Isolated  atomic.Int64 // groups run again with savepoints
	Alone     atomic.Int64 // groups whose Updates had to be committed one by one
	Broken    atomic.Int64 // rollbacks that failed
	Unsaved   atomic.Int64 // SQLite: times that the log could not be copied back into the file
	Retries   atomic.Int64 // PostgreSQL: deadlocks and serialisation failures run again
}

func (s *Stats) group(n int, took time.Duration) {
	s.Groups.Add(1)
	s.Updates.Add(int64(n))
	s.BusyMicro.Add(took.Microseconds())
}
