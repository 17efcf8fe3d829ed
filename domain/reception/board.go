package reception

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// What the board and the map of an incident ask of the teams on site. For contexts above; the caller has decided who asks.

// Stay is a person's time on site, without a name.
type Stay struct {
	ID, Party, Point string
	In, Out          time.Time // Out zero: inside
	// Approved is since when the party was there with approval, as far as that is known; zero: it is self-deployed.
	Approved time.Time
}

// StaysIn are the people of an incident who are inside now or left after a moment.
func StaysIn(tx *db.Tx, incident string, after time.Time) (list []Stay, err error) {
	regular := map[string]time.Time{}
	if err := tx.Each(func(sc db.Scanner) error {
		var party string
		var at int64
		err := sc.Scan(&party, &at)
		regular[party] = clock.FromMicro(at)
		return err
	}, `SELECT j.subject, min(j.at) FROM party p JOIN journal j ON j.subject = p.id AND j.verb <> 'report.received'
		WHERE p.incident = $1 AND p.unapproved AND j.kind = 'party' AND j.verb = 'party.regularised' GROUP BY j.subject`, incident); err != nil {
		return nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var s Stay
		var in, out int64
		var unapproved bool
		err := sc.Scan(&s.ID, &s.Party, &s.Point, &in, &out, &unapproved)
		s.In, s.Out = clock.FromMicro(in), clock.FromMicro(out)
		if s.Approved = s.In; unapproved {
			s.Approved = regular[s.Party]
		}
		list = append(list, s)
		return err
	}, `SELECT x.id, x.party, p.point, x.in_at, x.out_at, p.unapproved FROM presence x JOIN party p ON p.id = x.party
		WHERE x.incident = $1 AND (x.out_at = 0 OR x.out_at > $2) AND x.out_why <> 'mistaken'`, incident, clock.Micro(after))
	return list, err
}

// Spell is a stretch of time that a party spent on site, with a mission or without.
type Spell struct {
	Party    string
	Busy     bool
	From, To time.Time // To zero: lasts
}

// SpellsIn are how the parties of an incident spent their time on site.
func SpellsIn(tx *db.Tx, incident string) (list []Spell, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var s Spell
		var from, to int64
		err := sc.Scan(&s.Party, &s.Busy, &from, &to)
		s.From, s.To = clock.FromMicro(from), clock.FromMicro(to)
		list = append(list, s)
		return err
	}, `SELECT party, busy, began, ended FROM party_spell WHERE incident = $1`, incident)
	return list, err
}

// arrivalsIn are the teams that came to an incident with an offer, and when.
func arrivalsIn(tx *db.Tx, incident string) (list []deployment.Arrival, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var a deployment.Arrival
		var at int64
		err := sc.Scan(&a.Offer, &at)
		a.At = clock.FromMicro(at)
		list = append(list, a)
		return err
	}, `SELECT offer, arrived_at FROM party WHERE incident = $1 AND offer <> ''`, incident)
	return list, err
}

// OnSite are the parties of an incident that have people inside, the earliest first, contacts sealed.
func OnSite(tx *db.Tx, incident string) ([]Party, error) {
	return partiesWhere(tx, `incident = $1 AND people > 0 ORDER BY arrived_at, id LIMIT 500`, incident)
}

// PointsIn are the points of an incident, the open ones first.
func PointsIn(tx *db.Tx, incident string) ([]Point, error) { return pointsOf(tx, incident) }

// Sees says whether the actor sees the teams on site of an incident.
func Sees(a access.Actor, i incident.Incident) bool { return sees(a, i) }
