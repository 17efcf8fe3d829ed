package reception

import (
	"math"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/seal"
)

// LookupHashes are the columns of look-up hashes.
var LookupHashes = []seal.Column{
	{Table: "presence", ID: []string{"id"}, Hash: "person"},
	{Table: "presence", ID: []string{"id"}, Hash: "phone", Where: "phone <> ''"},
}

const pointColumns = `id, incident, kind, name, place, lon, lat, contact, open, created_at, version`

func scanPoint(sc db.Scanner) (p Point, err error) {
	var path string
	var lon, lat *int64
	var created int64
	err = sc.Scan(&p.ID, &p.Incident, &p.Kind, &p.Name, &path, &lon, &lat, &p.Contact, &p.Open, &created, &p.Version)
	p.Place, p.CreatedAt = place.Path(path), clock.FromMicro(created)
	if lon != nil && lat != nil {
		p.Where = &geo.Point{Lon: float64(*lon) / degree, Lat: float64(*lat) / degree}
	}
	return p, err
}

// degree is a degree as the rows keep it.
const degree = 1e7

// onMap is a point of the map as the rows keep it.
func onMap(w *geo.Point) (lon, lat any) {
	if w == nil {
		return nil, nil
	}
	return int64(math.Round(w.Lon * degree)), int64(math.Round(w.Lat * degree))
}

func insertPoint(tx *db.Tx, p Point) error {
	lon, lat := onMap(p.Where)
	n, err := tx.Exec(`INSERT INTO site_point (`+pointColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
		p.ID, p.Incident, p.Kind, p.Name, string(p.Place), lon, lat, p.Contact, p.Open, clock.Micro(p.CreatedAt), p.Version)
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	return err
}

func savePoint(tx *db.Tx, p Point) error {
	lon, lat := onMap(p.Where)
	n, err := tx.Exec(`UPDATE site_point SET kind = $1, name = $2, place = $3, lon = $4, lat = $5, contact = $6, open = $7, version = $8 WHERE id = $9 AND version = $10`,
		p.Kind, p.Name, string(p.Place), lon, lat, p.Contact, p.Open, p.Version, p.ID, p.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("site_point", "id", p.ID)
	}
	return err
}

// PointByID is one point. For contexts above, which decide who may know of it.
func PointByID(tx *db.Tx, point string) (p Point, err error) {
	err = tx.One(func(sc db.Scanner) error {
		p, err = scanPoint(sc)
		return err
	}, `SELECT `+pointColumns+` FROM site_point WHERE id = $1`, point)
	return p, err
}

// pointsOf are the points of an incident, the open ones first, then as they were made.
func pointsOf(tx *db.Tx, incident string) (list []Point, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		p, err := scanPoint(sc)
		list = append(list, p)
		return err
	}, `SELECT `+pointColumns+` FROM site_point WHERE incident = $1 ORDER BY open DESC, created_at, id LIMIT 200`, incident)
	return list, err
}

const partyColumns = `id, number, incident, offer, team, team_name, point, place, state, unapproved, turned_back, why, people, vehicles, busy, came, missing, extra, note, days,
	arrived_at, received_at, idle_since, left_at, home_at, home_due, withdrawal, contact, created_by, version, home_note,
	host, waiver_at, waiver_by, waiver_why`

func scanParty(sc db.Scanner) (p Party, err error) {
	var path string
	var arrived, received, idle, left, home, due, waiver int64
	err = sc.Scan(&p.ID, &p.Number, &p.Incident, &p.Offer, &p.Team, &p.TeamName, &p.Point, &path, &p.State, &p.Unapproved, &p.TurnedBack, &p.Why, &p.People, &p.Vehicles,
		&p.Busy, &p.Came, &p.Missing, &p.Extra, &p.Note, &p.Days, &arrived, &received, &idle, &left, &home, &due, &p.Withdrawal, &p.sealed, &p.CreatedBy, &p.Version, &p.HomeNote,
		&p.Host, &waiver, &p.Waiver.By, &p.Waiver.Reason)
	p.Place = place.Path(path)
	for at, us := range map[*time.Time]int64{&p.ArrivedAt: arrived, &p.ReceivedAt: received, &p.IdleSince: idle, &p.LeftAt: left, &p.HomeAt: home, &p.HomeDue: due, &p.Waiver.At: waiver} {
		*at = clock.FromMicro(us)
	}
	return p, err
}

func insertParty(tx *db.Tx, p Party) (int64, error) {
	return tx.Exec(`INSERT INTO party (`+partyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $20, $11, 0, 0, 0, 0, $12, 0, $13, $14, $15, $16, 0, 0, 0, 0, '', $17, $18, $19, NULL, '', 0, '', '')
		ON CONFLICT DO NOTHING`,
		p.ID, p.Number, p.Incident, p.Offer, p.Team, p.TeamName, p.Point, string(p.Place), p.State, p.Unapproved, p.Why, p.Missing, p.Note, p.Days,
		clock.Micro(p.ArrivedAt), clock.Micro(p.ReceivedAt), p.sealed, p.CreatedBy, p.Version, p.TurnedBack)
}

// saveParty writes what a use case changed. The row is held by it, so nobody wrote meanwhile; what is counted is written
// by recount.
func saveParty(tx *db.Tx, p Party) error {
	n, err := tx.Exec(`UPDATE party SET offer = $1, point = $2, place = $3, state = $4, unapproved = $5, why = $6, missing = $7, note = $8, days = $9, left_at = $10,
			home_at = $11, home_due = $12, withdrawal = $13, contact = $14, version = $15, turned_back = $18, home_note = $19,
			host = $20, waiver_at = $21, waiver_by = $22, waiver_why = $23 WHERE id = $16 AND version = $17`,
		p.Offer, p.Point, string(p.Place), p.State, p.Unapproved, p.Why, p.Missing, p.Note, p.Days, clock.Micro(p.LeftAt), clock.Micro(p.HomeAt),
		clock.Micro(p.HomeDue), p.Withdrawal, p.sealed, p.Version, p.ID, p.Version-1, p.TurnedBack, p.HomeNote, p.Host, clock.Micro(p.Waiver.At), p.Waiver.By, p.Waiver.Reason)
	if err == nil && n == 0 {
		return tx.Stale("party", "id", p.ID, "state")
	}
	return err
}

// hold makes others who would write in the party wait until this transaction ends.
func hold(tx *db.Tx, party string) error {
	_, err := tx.Exec(`UPDATE party SET version = version WHERE id = $1`, party)
	return err
}

func partiesWhere(tx *db.Tx, where string, args ...any) (list []Party, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		p, err := scanParty(sc)
		list = append(list, p)
		return err
	}, `SELECT `+partyColumns+` FROM party p WHERE `+where, args...)
	return list, err
}

const presenceColumns = `id, party, incident, person, member, kind, sealed, post, listed, in_at, out_at, out_why, out_note, mission, location, since, version, phone, known`

func scanPresence(sc db.Scanner) (x Presence, err error) {
	var in, out, since int64
	err = sc.Scan(&x.ID, &x.Party, &x.Incident, &x.Person, &x.Member, &x.Kind, &x.sealed, &x.Post, &x.Listed, &in, &out, &x.OutWhy, &x.OutNote, &x.Mission,
		&x.Location, &since, &x.Version, &x.Phone, &x.Known)
	x.InAt, x.OutAt, x.Since = clock.FromMicro(in), clock.FromMicro(out), clock.FromMicro(since)
	return x, err
}

// insertPresence writes a person down as inside; false when that person is inside already, here or elsewhere, or somebody
// with that phone is.
func insertPresence(tx *db.Tx, x Presence) (bool, error) {
	n, err := tx.Exec(`INSERT INTO presence (`+presenceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', NULL, '', $11, $12, 1, $13, $14)
		ON CONFLICT DO NOTHING`,
		x.ID, x.Party, x.Incident, x.Person, x.Member, x.Kind, x.sealed, x.Post, x.Listed, clock.Micro(x.InAt), x.Location, clock.Micro(x.Since), x.Phone, x.Known)
	return n == 1, err
}

func presencesWhere(tx *db.Tx, where string, args ...any) (list []Presence, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		x, err := scanPresence(sc)
		list = append(list, x)
		return err
	}, `SELECT `+presenceColumns+` FROM presence WHERE `+where, args...)
	return list, err
}

// out writes that a person is inside no more; false when the person was not inside, or has a mission.
func out(tx *db.Tx, x Presence) (bool, error) {
	n, err := tx.Exec(`UPDATE presence SET out_at = $1, out_why = $2, out_note = $3, version = version + 1 WHERE id = $4 AND party = $5 AND out_at = 0 AND mission = ''`,
		clock.Micro(x.OutAt), x.OutWhy, x.OutNote, x.ID, x.Party)
	return n == 1, err
}

const rideColumns = `id, party, incident, vehicle, plate, colour, kind, listed, in_at, out_at, mission, version`

func scanRide(sc db.Scanner) (v Ride, err error) {
	var in, out int64
	err = sc.Scan(&v.ID, &v.Party, &v.Incident, &v.Vehicle, &v.Plate, &v.Colour, &v.Kind, &v.Listed, &in, &out, &v.Mission, &v.Version)
	v.InAt, v.OutAt = clock.FromMicro(in), clock.FromMicro(out)
	return v, err
}

// insertRide writes a vehicle down as inside; false when a vehicle with that plate is inside already, here or elsewhere.
func insertRide(tx *db.Tx, v Ride) (bool, error) {
	n, err := tx.Exec(`INSERT INTO presence_vehicle (`+rideColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', 1)
		ON CONFLICT (plate, colour) WHERE out_at = 0 DO NOTHING`,
		v.ID, v.Party, v.Incident, v.Vehicle, v.Plate, v.Colour, v.Kind, v.Listed, clock.Micro(v.InAt))
	return n == 1, err
}

func ridesWhere(tx *db.Tx, where string, args ...any) (list []Ride, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		v, err := scanRide(sc)
		list = append(list, v)
		return err
	}, `SELECT `+rideColumns+` FROM presence_vehicle WHERE `+where, args...)
	return list, err
}

// rideOut writes that a vehicle is inside no more; false when it was not inside, or has a mission.
func rideOut(tx *db.Tx, party, ride string, at time.Time) (bool, error) {
	n, err := tx.Exec(`UPDATE presence_vehicle SET out_at = $1, version = version + 1 WHERE id = $2 AND party = $3 AND out_at = 0 AND mission = ''`,
		clock.Micro(at), ride, party)
	return n == 1, err
}

// saveItem writes equipment of a party; what came is added to what had come.
func saveItem(tx *db.Tx, party string, x Item) error {
	_, err := tx.Exec(`INSERT INTO party_item (party, kind, listed, came, out) VALUES ($1, $2, $3, $4, -1)
		ON CONFLICT (party, kind) DO UPDATE SET came = party_item.came + $4`, party, x.Kind, x.Listed, x.Came)
	return err
}

func itemsOf(tx *db.Tx, party string) (list []Item, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var x Item
		err := sc.Scan(&x.Kind, &x.Listed, &x.Came, &x.Out)
		list = append(list, x)
		return err
	}, `SELECT kind, listed, came, out FROM party_item WHERE party = $1 ORDER BY kind`, party)
	return list, err
}

// countStates is how many parties of an incident are in each state.
func countStates(tx *db.Tx, incident string) (map[string]int, error) {
	return Parties.Count(tx, `SELECT state, count(*) FROM party WHERE incident = $1 GROUP BY state`, incident)
}
