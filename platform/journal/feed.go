package journal

import (
	"context"
	"sync"
)

// feed hands settled rows to the listeners of this node, in order, without ever making a writer wait.
type feed struct {
	mu        sync.Mutex
	queue     []Row
	position  int64
	heard     int64 // every listener has been told up to here
	listeners []func([]Row)
	more      chan struct{}
}

func (f *feed) init(position int64) {
	f.position, f.heard = position, position
	f.more = make(chan struct{}, 1)
}

func (f *feed) listen(fn func([]Row)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listeners = append(f.listeners, fn)
}

func (f *feed) last() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.position
}

func (f *feed) told() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.heard
}

// push adds rows that follow the last position; rows already seen are dropped, so that a tail may overlap.
func (f *feed) push(rows []Row) {
	f.mu.Lock()
	for _, r := range rows {
		if r.Position == f.position+1 {
			f.queue = append(f.queue, r)
			f.position = r.Position
		}
	}
	f.mu.Unlock()
	select {
	case f.more <- struct{}{}:
	default:
	}
}

func (f *feed) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.more:
		}
		f.mu.Lock()
		rows, listeners := f.queue, f.listeners
		f.queue = nil
		f.mu.Unlock()
		if len(rows) == 0 {
			continue
		}
		for _, fn := range listeners {
			fn(rows)
		}
		f.mu.Lock()
		f.heard = rows[len(rows)-1].Position
		f.mu.Unlock()
	}
}
