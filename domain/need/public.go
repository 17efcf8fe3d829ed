package need

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// PublicNeed is what everybody may know of a need published to the public: no number, nobody's words but the title, no
// point. Whoever shows it shows the place no finer than the parameter of the public place says.
type PublicNeed struct {
	Title       string
	Kind        Kind
	Place       place.Path
	PublishedAt time.Time
	Teams       int // still wanted; 0: as many as it takes
	Corrections int // since it was first published
}

// PublicPage is a part of what is published, the newest first.
type PublicPage struct {
	Items []PublicNeed
	Total int
	At    time.Time // when it was read
}

// The public list is read at most once in publicFor by each node, however many look; what this node or the journal says
// has changed is read again at once. maxPublic bounds it: nobody reads further.
const (
	publicFor = 5 * time.Second
	maxPublic = 2000
)

// publicList is the list in memory.
type publicList struct {
	mu    sync.Mutex
	items []PublicNeed
	at    time.Time
	fresh bool
}

func (p *publicList) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fresh = false
}

// Coarse is a place as the public sees it: no finer than its parameter need.public_coarse_level says. A level that is none
// shows the county.
func (s *Service) Coarse(p place.Path) place.Path {
	level := place.County
	if used, err := s.params.For(p, "need.public_coarse_level", s.clock.Now()); err == nil {
		if named, ok := place.ParseLevel(used.Value); ok {
			level = named
		}
	}
	for tree := s.places.Tree(); len(p.Codes()) > 0; p = p.Parent() {
		if d, ok := tree.ByPath(p); !ok || d.Standing <= level {
			break
		}
	}
	return p
}

// Public lists needs published to the public at a place and below, from the given number on, but those of closed incidents.
// Anyone may ask.
func (s *Service) Public(ctx context.Context, at place.Path, from, limit int) (PublicPage, error) {
	list, read, err := s.publicNow(ctx)
	if err != nil {
		return PublicPage{}, err
	}
	if at != "" {
		spans := s.places.Tree().Scope(at.Code(), s.clock.Now())
		list = slices.DeleteFunc(slices.Clone(list), func(n PublicNeed) bool {
			return !slices.ContainsFunc(spans, func(sp place.Span) bool { return sp.Contains(n.Place) })
		})
	}
	page := PublicPage{Total: len(list), At: read}
	from = min(max(from, 0), len(list))
	page.Items = list[from:min(from+pageSize(limit), len(list))]
	return page, nil
}

func (s *Service) publicNow(ctx context.Context) ([]PublicNeed, time.Time, error) {
	p := &s.public
	p.mu.Lock()
	defer p.mu.Unlock()
	now := s.clock.Now()
	if p.fresh && now.Before(p.at.Add(publicFor)) {
		return p.items, p.at, nil
	}
	var items []PublicNeed
	err := s.db.View(ctx, func(tx *db.Tx) error {
		items = nil
		return tx.Each(func(sc db.Scanner) error {
			var n PublicNeed
			var kind, path string
			var published int64
			err := sc.Scan(&n.Title, &kind, &path, &published, &n.Teams, &n.Corrections)
			n.Kind, n.Place, n.PublishedAt = Kind(kind), place.Path(path), clock.FromMicro(published)
			items = append(items, n)
			return err
		}, `SELECT title, kind, place, published_at, teams, corrections FROM need WHERE state = 'published' AND audience IN ('public', 'public,teams') AND drill = FALSE
			AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = need.incident AND i.state = 'closed') ORDER BY published_at DESC, id DESC LIMIT `+strconv.Itoa(maxPublic))
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	p.items, p.at, p.fresh = items, now, true
	return items, now, nil
}
