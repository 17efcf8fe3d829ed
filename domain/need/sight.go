package need

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Sight is what somebody sees of reports or of needs: what lies at places of theirs, and what belongs to an incident they hold
// a grant for. Lists, searches, the map, the to-do and every count go by it, and it says of all records together what
// access.Actor.MayIn says of one.
//
// Without an incident it is everything that belongs to no drill; who is granted one incident and no place looks at that one.
type Sight struct {
	spans     []place.Span // at these places, none inside another
	incidents []string     // and in these, wherever
	incident  string       // of that only what belongs to this one; "": to no drill
	chosen    []place.Span // of that only what lies here; nil: wherever
}

// SightOf is what an actor sees by v, in an incident when one is chosen; forbidden when there is nothing. For contexts above
// that count.
func SightOf(tx *db.Tx, a access.Actor, v access.Verb, chosen string) (Sight, error) {
	spans, granted := a.Spans(v), a.Incidents(v)
	if len(spans)+len(granted) == 0 {
		return Sight{}, fault.ErrForbidden
	}
	x := Sight{spans: place.Both(spans, spans), incident: chosen}
	if chosen == "" && len(spans) == 0 && len(granted) == 1 {
		x.incident = granted[0]
	}
	if x.incident != "" {
		i, err := incident.ByID(tx, x.incident)
		if err != nil {
			return Sight{}, err
		}
		if !i.Seen(a) {
			return Sight{}, fault.ErrNotFound
		}
		if a.MayIn(v, i.Place, i.ID) {
			x.incidents = []string{i.ID}
		}
		return x, nil
	}
	for _, in := range granted {
		i, err := incident.ByID(tx, in)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return Sight{}, err
		}
		if err == nil && !i.Drill {
			x.incidents = append(x.incidents, in)
		}
	}
	return x, nil
}

// sight is what the actor sees by v, of it what belongs to an incident and lies within a place when they are chosen.
func (s *Service) sight(ctx context.Context, v access.Verb, in string, within place.Path) (x Sight, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return x, err
	}
	if in == "" && len(actor.Incidents(v)) == 0 { // nothing to be read
		x, err = SightOf(nil, actor, v, in)
	} else {
		err = s.db.View(ctx, func(tx *db.Tx) (err error) {
			x, err = SightOf(tx, actor, v, in)
			return err
		})
	}
	if within != "" {
		x.chosen = append([]place.Span{}, s.places.Tree().Scope(within.Code(), s.clock.Now())...)
	}
	return x, err
}

// Desk is the place whose limits count for what is in sight: the widest, or that of the incident for who has a grant for it
// alone.
func (x Sight) Desk(tx *db.Tx) (place.Path, error) {
	if len(x.spans) > 0 {
		widest := slices.MinFunc(x.spans, func(a, b place.Span) int {
			return cmp.Or(cmp.Compare(len(a.From), len(b.From)), cmp.Compare(a.From, b.From))
		})
		return place.Path(widest.From), nil
	}
	if len(x.incidents) == 0 { // drills alone, and none is chosen
		return place.Root, nil
	}
	i, err := incident.ByID(tx, x.incidents[0])
	return i.Place, err
}

// Looks are the limits of the reports that the actor sees, in an incident and within a place when they are chosen.
func (s *Service) Looks(ctx context.Context, in string, within place.Path) (l Looks, err error) {
	x, err := s.sight(ctx, access.ReportSee, in, within)
	if err != nil {
		return l, err
	}
	desk := within
	switch {
	case desk != "":
	case len(x.spans) > 0: // nothing to be read
		desk, err = x.Desk(nil)
	default:
		err = s.db.View(ctx, func(tx *db.Tx) error {
			desk, err = x.Desk(tx)
			return err
		})
	}
	if err != nil {
		return l, err
	}
	return LooksAt(s.params, desk, s.clock.Now())
}

// at are the places of the sight that lie within the chosen one.
func (x Sight) at() []place.Span {
	if x.chosen == nil {
		return x.spans
	}
	return place.Both(x.spans, x.chosen)
}

// whole says whether the sight is all of one incident: its own list has it in order.
func (x Sight) whole() bool { return x.incident != "" && len(x.incidents) == 1 && x.chosen == nil }

// granted are the lists of the incidents in which everything is seen.
func (x Sight) granted() []string {
	areas := make([]string, len(x.incidents))
	for i, in := range x.incidents {
		areas[i] = incidentArea(in)
	}
	return areas
}

// holds says whether a record is in sight.
func (x Sight) holds(p place.Path, in string, drill bool) bool {
	on := func(spans []place.Span) bool {
		return slices.ContainsFunc(spans, func(s place.Span) bool { return s.Contains(p) })
	}
	belongs := in == x.incident
	if x.incident == "" {
		belongs = !drill
	}
	return belongs && (x.chosen == nil || on(x.chosen)) && (on(x.spans) || (in != "" && slices.Contains(x.incidents, in)))
}

// where is the condition of what is in sight, of rows that have place, incident and drill.
func (x Sight) where(first int) (string, []any) {
	where, args := within(x.spans, x.incidents, first)
	return x.narrow(where, args, first)
}

// beyond is the condition of what is in sight by a grant for an incident alone, and lies at no place of the actor: it stands
// in no list of these places.
func (x Sight) beyond(first int) (string, []any) {
	where, args := within(nil, x.incidents, first)
	if len(x.spans) > 0 {
		at, more := place.Where("place", first+len(args), x.spans)
		where, args = where+" AND NOT "+at, append(args, more...)
	}
	return x.narrow(where, args, first)
}

func (x Sight) narrow(where string, args []any, first int) (string, []any) {
	if x.chosen != nil {
		at, more := place.Where("place", first+len(args), x.chosen)
		where, args = where+" AND "+at, append(args, more...)
	}
	if x.incident == "" {
		return where + " AND drill = FALSE", args
	}
	args = append(args, x.incident)
	return where + fmt.Sprintf(" AND incident = $%d AND incident <> ''", first+len(args)-1), args
}

// within is the condition of a record at these places or in one of these incidents.
func within(spans []place.Span, incidents []string, first int) (string, []any) {
	where, args := place.Where("place", first, spans)
	if len(incidents) == 0 {
		return where, args
	}
	at := first + len(args)
	for _, id := range incidents {
		args = append(args, id)
	}
	return "(" + where + " OR (incident <> '' AND incident IN (" + db.List(at, len(incidents)) + ")))", args
}
