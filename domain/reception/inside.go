package reception

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// InsideFilter says which people a list of those inside shows.
type InsideFilter struct {
	Point  string
	Party  string
	Free   bool   // without a mission only
	Busy   bool   // with a mission only
	Figure string // who this figure counts, those among them who have left; "": who is inside
}

// Person is somebody inside, with their party.
type Person struct {
	Presence
	Number    string // of the party
	TeamName  string
	State     string // of the party
	Point     string
	PointName string
	Idle      bool // without a mission for longer than reception.idle_limit
}

// Place is what there is at a point.
type Place struct {
	Point
	People   int
	Busy     int
	Vehicles int
	Parties  int
}

// People is who is inside: where, and since when.
type People struct {
	At     time.Time
	Drill  bool
	Tally  Tally
	Places []Place
	Items  []Person
	Named  bool
}

// maxInside bounds a list of people inside; a county never has so many.
const maxInside = 5000

// InsideOf is who is inside in an incident, the longest at one place first (S000-33). Names are masked for whoever does
// not receive teams.
func (s *Service) InsideOf(ctx context.Context, in string, f InsideFilter) (w People, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	now := s.clock.Now()
	var limit time.Duration
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		if limit, _, err = s.params.Minutes(i.Place, "reception.idle_limit", now); err != nil {
			return err
		}
		w = People{At: now, Drill: i.Drill, Named: works(tx, actor, i) == nil}
		if w.Tally, err = TallyOf(tx, in, now); err != nil {
			return err
		}
		if w.Places, err = places(tx, in); err != nil {
			return err
		}
		counted, err := peopleParts.Of(cmp.Or(f.Figure, "inside"), now.Add(-limit))
		if err != nil {
			return err
		}
		w.Items, err = insideRows(tx, in, counted, f)
		return err
	})
	if err != nil {
		return w, err
	}
	for n := range w.Items {
		x := &w.Items[n]
		x.Idle = x.OutAt.IsZero() && x.Mission == "" && now.Sub(x.Since) > limit
		if err := s.show(ctx, &x.Presence, w.Named); err != nil {
			return w, err
		}
	}
	return w, nil
}

// Export is who is inside for a file that leaves the system: the journal keeps who took it, how many it holds, whether their names
// are whole, and what for. A name that the actor may not see stands masked in the file as well.
func (s *Service) Export(ctx context.Context, id, in string, f InsideFilter, purpose string) (w People, err error) {
	var c input.Check
	c.Line(&purpose, "purpose", 200, true)
	if err := c.Err(); err != nil {
		return w, err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	if w, err = s.InsideOf(ctx, in, f); err != nil {
		return w, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "inside_export", in, []any{f, purpose}); again || err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "incident.people_exported", Kind: "incident", Subject: i.ID, Version: i.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID, Anywhere: true,
			Actor: actor.Account, Reason: purpose,
			Body: map[string]any{"number": i.Number, "state": i.State, "drill": i.Drill, "places": i.Places, "people": len(w.Items), "named": w.Named},
		})
	})
	if err != nil {
		return People{}, err
	}
	return w, nil
}

// places are the points of an incident with who belongs to them.
func places(tx *db.Tx, in string) (list []Place, err error) {
	points, err := pointsOf(tx, in)
	if err != nil {
		return nil, err
	}
	sums := map[string]Place{}
	if err := tx.Each(func(sc db.Scanner) error {
		var p Place
		err := sc.Scan(&p.ID, &p.People, &p.Busy, &p.Vehicles, &p.Parties)
		sums[p.ID] = p
		return err
	}, `SELECT point, sum(people), sum(busy), sum(vehicles), count(*) FROM party WHERE incident = $1 AND people > 0 GROUP BY point`, in); err != nil {
		return nil, err
	}
	for _, p := range points {
		sum := sums[p.ID]
		if !p.Open && sum.People == 0 {
			continue
		}
		sum.Point = p
		list = append(list, sum)
	}
	return list, nil
}

func insideRows(tx *db.Tx, in, counted string, f InsideFilter) (list []Person, err error) {
	parts, args := []string{`x.incident = $1`, counted}, []any{in}
	for column, value := range map[string]string{"p.point": f.Point, "x.party": f.Party} {
		if value != "" {
			args = append(args, value)
			parts = append(parts, fmt.Sprintf("%s = $%d", column, len(args)))
		}
	}
	if f.Free {
		parts = append(parts, `x.mission = ''`)
	}
	if f.Busy {
		parts = append(parts, `x.mission <> ''`)
	}
	err = tx.Each(func(sc db.Scanner) error {
		var x Person
		var in, out, since int64
		err := sc.Scan(&x.ID, &x.Party, &x.Incident, &x.Person, &x.Member, &x.Kind, &x.sealed, &x.Post, &x.Listed, &in, &out, &x.OutWhy, &x.OutNote, &x.Mission,
			&x.Location, &since, &x.Version, &x.Phone, &x.Known, &x.Number, &x.TeamName, &x.State, &x.Point, &x.PointName)
		x.InAt, x.OutAt, x.Since = clock.FromMicro(in), clock.FromMicro(out), clock.FromMicro(since)
		list = append(list, x)
		return err
	}, fmt.Sprintf(`SELECT x.%s, p.number, p.team_name, p.state, p.point, s.name FROM presence x JOIN party p ON p.id = x.party JOIN site_point s ON s.id = p.point
		WHERE %s ORDER BY x.since, x.id LIMIT %d`, strings.ReplaceAll(presenceColumns, ", ", ", x."), strings.Join(parts, " AND "), maxInside), args...)
	return list, err
}

// Own is what the leader of teams sees: those of them that are on site, and those that are ordered out.
type Own struct {
	Parties  []Whole
	Expected []Expected
}

// OwnOf is the actor's own teams on site in incidents that run, and on the way home, with who is inside.
func (s *Service) OwnOf(ctx context.Context) (own Own, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return own, err
	}
	teams := actor.Teams(access.ReceptionOwn)
	if len(teams) == 0 {
		return own, fault.ErrForbidden
	}
	var parties []Party
	var coming []deployment.Coming
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		args := make([]any, len(teams))
		for i, t := range teams {
			args[i] = t
		}
		if parties, err = partiesWhere(tx, `team IN (`+db.List(1, len(args))+`) AND state <> 'home_safe' ORDER BY arrived_at DESC, id LIMIT 20`, args...); err != nil {
			return err
		}
		if coming, err = deployment.EnRouteOf(tx, teams); err != nil {
			return err
		}
		coming, err = notHere(tx, coming)
		return err
	}); err != nil {
		return own, err
	}
	for _, p := range parties {
		w, err := s.Get(ctx, p.ID)
		if err != nil {
			return own, err
		}
		own.Parties = append(own.Parties, w)
	}
	for _, c := range coming {
		late, err := s.expected(ctx, incident.Incident{Place: c.Destination}, []deployment.Coming{c}, true)
		if err != nil {
			return own, err
		}
		own.Expected = append(own.Expected, late...)
	}
	return own, nil
}
