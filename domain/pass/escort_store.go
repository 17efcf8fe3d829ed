package pass

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

const escortColumns = `id, number, incident, state, assembly, assemble_at, origin, destination, route, reason, note, unit, unit_name, contact,
	leads, police_plate, duty, leads_at, decision, why, at, by, version`

func escortsWhere(tx *db.Tx, where string, args ...any) (list []Escort, err error) {
	if err = tx.Each(func(sc db.Scanner) error {
		var e Escort
		var assemble, leads, asked int64
		err := sc.Scan(&e.ID, &e.Number, &e.Incident, &e.State, &e.Assembly, &assemble, &e.Origin, &e.Destination, &e.Route, &e.Reason, &e.Note, &e.Unit, &e.UnitName, &e.Contact,
			&e.Leads, &e.PolicePlate, &e.Duty, &leads, &e.Decision, &e.Why, &asked, &e.By, &e.Version)
		e.AssembleAt, e.LeadsAt, e.At = clock.FromMicro(assemble), clock.FromMicro(leads), clock.FromMicro(asked)
		list = append(list, e)
		return err
	}, `SELECT `+escortColumns+` FROM escort WHERE `+where, args...); err != nil {
		return nil, err
	}
	for n := range list {
		if list[n].Vehicles, err = convoyOf(tx, list[n].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// escortsOf are the escorts of an incident, what is not over first, then by when they gather.
func escortsOf(tx *db.Tx, incident string) ([]Escort, error) {
	return escortsWhere(tx, `incident = $1 ORDER BY CASE WHEN state IN ('asked', 'arranged', 'under_way') THEN 0 ELSE 1 END, assemble_at, id LIMIT 200`, incident)
}

func escortByID(tx *db.Tx, id string) (Escort, error) {
	list, err := escortsWhere(tx, `id = $1`, id)
	return first(list, err)
}

// holdEscort is an escort that nobody changes until this transaction ends.
func holdEscort(tx *db.Tx, id string) (Escort, error) {
	if _, err := tx.Exec(`UPDATE escort SET version = version WHERE id = $1`, id); err != nil {
		return Escort{}, err
	}
	return escortByID(tx, id)
}

func insertEscort(tx *db.Tx, e Escort) error {
	_, err := tx.Exec(`INSERT INTO escort (`+escortColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', '', 0, '', '', $15, $16, 1)`,
		e.ID, e.Number, e.Incident, e.State, e.Assembly, clock.Micro(e.AssembleAt), e.Origin, e.Destination, e.Route, e.Reason, e.Note, e.Unit, e.UnitName, e.Contact,
		clock.Micro(e.At), e.By)
	return err
}

// saveEscort writes what a step changed. The row is held by it, so nobody wrote meanwhile.
func saveEscort(tx *db.Tx, e Escort) error {
	_, err := tx.Exec(`UPDATE escort SET state = $1, leads = $2, police_plate = $3, duty = $4, leads_at = $5, decision = $6, why = $7, version = $8 WHERE id = $9`,
		e.State, e.Leads, e.PolicePlate, e.Duty, clock.Micro(e.LeadsAt), e.Decision, e.Why, e.Version, e.ID)
	return err
}

// joinEscort puts a pass into an escort; no row when it is in one already.
func joinEscort(tx *db.Tx, escort, pass string) (int64, error) {
	return tx.Exec(`INSERT INTO escort_pass (escort, pass, live, left_at, left_why) VALUES ($1, $2, TRUE, 0, '') ON CONFLICT DO NOTHING`, escort, pass)
}

func leaveEscort(tx *db.Tx, escort, pass, why string) (int64, error) {
	return tx.Exec(`UPDATE escort_pass SET live = FALSE, left_at = $1, left_why = $2 WHERE escort = $3 AND pass = $4 AND live`, clock.Micro(tx.Now), why, escort, pass)
}

// disband frees the passes of an escort that is over.
func disband(tx *db.Tx, escort string) error {
	_, err := tx.Exec(`UPDATE escort_pass SET live = FALSE WHERE escort = $1 AND live`, escort)
	return err
}

// escortOf is the escort that a pass is in and that is not over; "" when there is none.
func escortOf(tx *db.Tx, pass string) (escort string, err error) {
	err = tx.Get(`SELECT coalesce(max(escort), '') FROM escort_pass WHERE pass = $1 AND live`, []any{pass}, &escort)
	return escort, err
}

// convoyOf are the passes of an escort, by team and plate.
func convoyOf(tx *db.Tx, escort string) (list []Convoyed, err error) {
	in := map[string]Convoyed{}
	if err := tx.Each(func(sc db.Scanner) error {
		var id string
		var v Convoyed
		var left int64
		err := sc.Scan(&id, &v.Live, &left, &v.LeftWhy)
		v.LeftAt = clock.FromMicro(left)
		in[id] = v
		return err
	}, `SELECT pass, live, left_at, left_why FROM escort_pass WHERE escort = $1`, escort); err != nil {
		return nil, err
	}
	passes, err := passesWhere(tx, `id IN (SELECT pass FROM escort_pass WHERE escort = $1) ORDER BY team_name, plate, created_at, id`, escort)
	for _, p := range passes {
		v := in[p.ID]
		v.Pass = p
		list = append(list, v)
	}
	return list, err
}

// ledPasses are the escorts that vehicles of an incident travel in, by number of the pass: those that are arranged or
// under way.
func ledPasses(tx *db.Tx) (map[string]Led, error) {
	list := map[string]Led{}
	err := tx.Each(func(sc db.Scanner) error {
		var pass string
		var l Led
		err := sc.Scan(&pass, &l.Number, &l.Plate)
		list[pass] = l
		return err
	}, `SELECT p.number, e.number, e.police_plate FROM escort_pass x JOIN escort e ON e.id = x.escort JOIN pass p ON p.id = x.pass
		WHERE x.live AND e.state IN ('arranged', 'under_way')`)
	return list, err
}

// EscortsWaiting counts the escorts of an incident that are asked for and not arranged: all, those that gather before a
// moment, and of them those that should have gathered by now. For contexts above; the caller has decided who asks.
func EscortsWaiting(tx *db.Tx, incident string, now, before time.Time) (all, near, late int, err error) {
	err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN assemble_at < $2 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN assemble_at < $3 THEN 1 ELSE 0 END), 0)
		FROM escort WHERE incident = $1 AND state = 'asked'`, []any{incident, clock.Micro(before), clock.Micro(now)}, &all, &near, &late)
	return all, near, late, err
}
