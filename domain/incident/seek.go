package incident

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// maxInSight bounds the incidents that a search goes through, the newest first.
const maxInSight = 200

// InSight are the incidents in which the actor may do v, the newest first, at most 200: where a search looks for what belongs to
// one. Forbidden when the actor may do v nowhere. For contexts above.
func InSight(tx *db.Tx, actor access.Actor, v access.Verb) (list []Incident, err error) {
	if len(actor.Spans(v)) == 0 && len(actor.Incidents(v)) == 0 {
		return nil, fault.ErrForbidden
	}
	where, args := seenWhere(actor, v)
	if err := tx.Each(func(sc db.Scanner) error {
		i, err := scanIncident(sc)
		list = append(list, i)
		return err
	}, fmt.Sprintf(`SELECT `+incidentColumns+` FROM incident WHERE %s ORDER BY created_at DESC, id LIMIT %d`, where, maxInSight), args...); err != nil || len(list) == 0 {
		return nil, err
	}
	places := map[string][]place.Path{}
	if err := tx.Each(func(sc db.Scanner) error {
		var in, at string
		err := sc.Scan(&in, &at)
		places[in] = append(places[in], place.Path(at))
		return err
	}, `SELECT incident, place FROM incident_place WHERE incident IN (`+db.List(1, len(list))+`) ORDER BY incident, place`, IDs(list)...); err != nil {
		return nil, err
	}
	for n := range list {
		list[n].Places = places[list[n].ID]
	}
	return list, nil
}

// IDs are the ids of incidents, as arguments of a statement.
func IDs(list []Incident) []any {
	ids := make([]any, len(list))
	for n, i := range list {
		ids[n] = i.ID
	}
	return ids
}

// Seek finds incidents by words of their name and number, and how many there are: the one with exactly this number first, then the
// newest. It tells besides which incidents are in sight.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (found []Incident, n int, all []Incident, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, nil, err
	}
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		all, err = InSight(tx, actor, access.IncidentSee)
		return err
	}); err != nil {
		return nil, 0, nil, err
	}
	found = slices.DeleteFunc(slices.Clone(all), func(i Incident) bool { return !q.In(i.Number, i.Name) })
	slices.SortStableFunc(found, func(a, b Incident) int { return exact(b, q) - exact(a, q) })
	return found[:min(len(found), limit)], len(found), all, nil
}

func exact(i Incident, q input.Sought) int {
	if i.Number == q.Whole {
		return 1
	}
	return 0
}

// Within is the condition of what a search may find among records that have an incident and a team: what belongs to the incidents
// in which the actor may do see, and to the teams for which the actor may do own, in incidents that run. Forbidden when there is
// neither. Its arguments are numbered from first. For contexts above.
func Within(tx *db.Tx, actor access.Actor, see, own access.Verb, first int) (where string, args []any, err error) {
	var parts []string
	in, err := InSight(tx, actor, see)
	teams := actor.Teams(own)
	if err != nil && (fault.KindOf(err) != fault.Forbidden || len(teams) == 0) {
		return "", nil, err
	}
	if len(in) > 0 {
		args = IDs(in)
		parts = append(parts, "incident IN ("+db.List(first, len(in))+")")
	}
	if len(teams) > 0 {
		parts = append(parts, "(incident IN (SELECT id FROM incident WHERE state IN ('active', 'withdrawing')) AND team IN ("+db.List(first+len(args), len(teams))+"))")
		for _, team := range teams {
			args = append(args, team)
		}
	}
	if len(parts) == 0 {
		return "1 = 0", nil, nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args, nil
}

// Called are the names of incidents, by id, and whether they are drills; nothing else is known of them. For the pages of records
// that the actor sees: whoever sees one is told what it belongs to.
func (s *Service) Called(ctx context.Context, ids []string) (called map[string]Incident, err error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	called = map[string]Incident{}
	if len(ids) == 0 {
		return called, nil
	}
	args := make([]any, len(ids))
	for n, id := range ids {
		args[n] = id
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		return tx.Each(func(sc db.Scanner) error {
			var i Incident
			err := sc.Scan(&i.ID, &i.Name, &i.Drill)
			called[i.ID] = i
			return err
		}, `SELECT id, name, drill FROM incident WHERE id IN (`+db.List(1, len(args))+`)`, args...)
	})
	return called, err
}
