package destruction

import (
	"slices"
	"time"

	"lianyuan/domain/enquiry"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/domain/support"
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// lotsIn are the lots of places in some spans that still hold something, of responses and months that are over, the one that
// is due first before the others.
func (s *Service) lotsIn(tx *db.Tx, spans []place.Span) (lots []Lot, err error) {
	sealed, err := seal.Scopes(tx, need.IncidentsFrom, need.IncidentsUntil)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(sealed))
	for n, scope := range sealed {
		ids[n], _ = need.IncidentOfScope(scope)
	}
	closed, err := incident.ClosedOf(tx, ids, spans)
	if err != nil {
		return nil, err
	}
	for _, i := range closed {
		l, err := s.ofIncident(tx, i)
		if err != nil {
			return nil, err
		}
		if l.Key != "" && !l.Ended.IsZero() {
			lots = append(lots, l)
		}
	}
	for _, span := range spans {
		from, until := need.LotsWithin(span)
		scopes, err := seal.Scopes(tx, from, until)
		if err != nil {
			return nil, err
		}
		for _, scope := range scopes {
			l, ok, err := s.ofMonth(tx, scope)
			if err != nil {
				return nil, err
			}
			if ok && !tx.Now.Before(l.Ended) {
				lots = append(lots, l)
			}
		}
	}
	slices.SortStableFunc(lots, func(a, b Lot) int { return a.Due.Compare(b.Due) })
	return lots, nil
}

// lot is one lot by its scope; it has no key when nothing stands under it.
func (s *Service) lot(tx *db.Tx, scope string) (l Lot, err error) {
	l, ok, err := s.ofMonth(tx, scope)
	if err == nil && !ok {
		l, err = s.ofScope(tx, scope)
	}
	return l, err
}

// ofScope is the lot of an incident by its scope.
func (s *Service) ofScope(tx *db.Tx, scope string) (Lot, error) {
	id, ok := need.IncidentOfScope(scope)
	if !ok {
		return Lot{}, ErrNothing
	}
	i, err := incident.ByID(tx, id)
	if err != nil {
		return Lot{}, err
	}
	return s.ofIncident(tx, i)
}

func (s *Service) ofIncident(tx *db.Tx, i incident.Incident) (l Lot, err error) {
	l = Lot{Lot: need.Lot{Scope: need.IncidentScope(i.ID), Incident: i.ID, Place: i.Place}, Name: i.Name, Drill: i.Drill}
	if l.Ended, err = incident.EndOf(tx, i); err != nil {
		return l, err
	}
	return l, s.around(tx, &l)
}

// ofMonth is the lot of the reports of a county and month; ok is false when the scope is none.
func (s *Service) ofMonth(tx *db.Tx, scope string) (l Lot, ok bool, err error) {
	at, end, ok := need.LotOf(scope)
	if !ok {
		return l, false, nil
	}
	l = Lot{Lot: need.Lot{Scope: scope, Place: at}, Month: end.AddDate(0, -1, 0), Ended: end}
	return l, true, s.around(tx, &l)
}

// around adds the key, when it is due, what holds it and what is under way.
func (s *Service) around(tx *db.Tx, l *Lot) (err error) {
	if l.Key, err = seal.Standing(tx, l.Scope); err != nil || l.Key == "" {
		return err
	}
	var days time.Duration
	if days, l.Keep, err = s.params.Days(l.Place, KeepDays, tx.Now); err != nil {
		return err
	}
	if !l.Ended.IsZero() {
		l.Due = l.Ended.Add(days)
	}
	holds, err := holdsOf(tx, l.Scope)
	if err != nil {
		return err
	}
	l.Holds = slices.DeleteFunc(holds, func(h Hold) bool { return !h.InForce(tx.Now) })
	l.Open, err = openOf(tx, l.Scope)
	return err
}

// Ready says why a lot may not be destroyed now, if it may not: ErrNotDue, ErrHeld, or ErrOpen with what stands in the way.
func (l Lot) Ready(now time.Time, held Held) error {
	switch {
	case l.Ended.IsZero(), now.Before(l.Due):
		return ErrNotDue.WithCurrent(map[string]any{"due": l.Due})
	case len(l.Holds) > 0:
		return ErrHeld.WithCurrent(map[string]any{"until": l.Holds[0].Until})
	case held.Undecided+held.Open > 0:
		return ErrOpen.WithCurrent(map[string]any{"reports": held.Undecided, "needs": held.Open})
	}
	return nil
}

// Held is what a lot holds, and what keeps it from being destroyed.
type Held struct {
	need.Held
	Words int // written on site: progress of missions, notes of deliveries, questions and answers
}

func held(tx *db.Tx, l Lot) (h Held, err error) {
	if h.Held, err = need.HeldIn(tx, l.Lot); err != nil || l.Incident == "" {
		return h, err
	}
	for _, count := range []func(*db.Tx, string) (int, error){mission.WordsIn, support.WordsIn, enquiry.WordsIn} {
		n, err := count(tx, l.Incident)
		if err != nil {
			return h, err
		}
		h.Words += n
	}
	return h, nil
}
