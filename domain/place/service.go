package place

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"

	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// Service keeps the tree of this installation: the national base under the
// changes and zones that its database holds.
type Service struct {
	db   *db.DB
	tree atomic.Pointer[Tree]

	loading sync.Mutex // one reload at a time: what was read first must not be kept last
}

// Open reads the overlay and builds the tree.
func Open(ctx context.Context, d *db.DB) (*Service, error) {
	s := &Service{db: d}
	return s, s.Reload(ctx)
}

// Tree is the tree as of the last change.
func (s *Service) Tree() *Tree { return s.tree.Load() }

// overlay is one row: exactly one of its fields is set.
type overlay struct {
	Change *Change `json:"change,omitempty"`
	Zone   *Zone   `json:"zone,omitempty"`
}

// Reload reads the overlay again; another node may have changed it.
func (s *Service) Reload(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	var changes []Change
	var zones []Zone
	err := s.db.View(ctx, func(tx *db.Tx) error {
		changes, zones = nil, nil
		return tx.Each(func(r db.Scanner) error {
			var body string
			if err := r.Scan(&body); err != nil {
				return err
			}
			var o overlay
			if err := json.Unmarshal([]byte(body), &o); err != nil {
				return err
			}
			if o.Change != nil {
				changes = append(changes, *o.Change)
			}
			if o.Zone != nil {
				zones = append(zones, *o.Zone)
			}
			return nil
		}, `SELECT body FROM place_overlay ORDER BY id`)
	})
	if err != nil {
		return fmt.Errorf("places: %w", err)
	}
	tree, err := Base().With(changes, zones)
	if err != nil {
		return fmt.Errorf("places: %w", err)
	}
	s.tree.Store(tree)
	return nil
}

// Import adds changes and zones as the system (a succession decreed by the
// State Council is data, loaded once); it fails as a whole when they do not fit
// together. The same overlay twice is kept once.
func (s *Service) Import(ctx context.Context, name string, changes []Change, zones []Zone) error {
	if _, err := Base().With(changes, zones); err != nil {
		return err
	}
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		var rows []overlay
		for i := range changes {
			rows = append(rows, overlay{Change: &changes[i]})
		}
		for i := range zones {
			rows = append(rows, overlay{Zone: &zones[i]})
		}
		added := int64(0)
		for i, o := range rows {
			body, err := json.Marshal(o)
			if err != nil {
				return err
			}
			n, err := tx.Exec(`INSERT INTO place_overlay (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`,
				fmt.Sprintf("%s:%04d", name, i), string(body))
			if err != nil {
				return err
			}
			added += n
		}
		if added == 0 {
			return nil
		}
		return journal.Append(tx, journal.Entry{
			Verb: "place.imported", Kind: "place", Subject: name, Version: 1, Place: string(Root), Scope: journal.Desk, Actor: "system",
			Body: map[string]int{"changes": len(changes), "zones": len(zones)},
		})
	})
	if err != nil {
		return err
	}
	return s.Reload(ctx)
}
