package need

import (
	"sync"

	"lianyuan/platform/db"
)

// already are needs that this node has read, each under its version: a list reads positions and versions, which an index
// holds, and of the rows only those that are new to it. A version never changes, so that nothing here can be wrong. Who
// gets a need from here changes nothing of it.
type already struct {
	mu    sync.RWMutex
	needs map[version]Need
}

// version names one state of one need.
type version struct{ moment, number int64 }

// maxAlready bounds them, at a kilobyte or two each; when they are so many, all are forgotten.
const maxAlready = 20000

// page is the needs at the positions that a query finds.
func (a *already) page(tx *db.Tx, positions string, args []any) ([]Need, error) {
	var want []version
	err := tx.Each(func(sc db.Scanner) error {
		var v version
		err := sc.Scan(&v.moment, &v.number)
		v.moment &= momentMask
		want = append(want, v)
		return err
	}, positions, args...)
	if err != nil {
		return nil, err
	}
	list := make([]Need, 0, len(want))
	var unknown []any
	a.mu.RLock()
	for _, v := range want {
		if n, ok := a.needs[v]; ok {
			list = append(list, n)
		} else {
			unknown = append(unknown, v.moment)
		}
	}
	a.mu.RUnlock()
	if len(unknown) == 0 {
		return list, nil
	}
	fresh, err := readNeeds(tx, `SELECT `+needColumns+` FROM need WHERE moment IN (`+db.List(1, len(unknown))+`)`, unknown)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.needs == nil || len(a.needs)+len(fresh) > maxAlready {
		a.needs = make(map[version]Need, len(fresh))
	}
	for _, n := range fresh {
		a.needs[version{n.moment, n.Version}] = n
	}
	return append(list, fresh...), nil
}
