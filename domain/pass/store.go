package pass

import (
	"lianyuan/domain/deployment"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

//nolint:gosec // names of columns, no secret
const passColumns = `id, number, incident, place, destination, offer, edition, team, team_name, vehicle, plate, colour, kind, purpose, driver, crew, cargo, route,
	out_from, out_to, back_from, back_to, code, state, why, revoked_at, live, toll, toll_level, toll_by, toll_agreed, toll_paper, receipt, receipt_at, toll_why,
	created_at, created_by, version, drill, refund_no, refund_at`

// vouched is the condition of a pass whose offer vouches for the vehicle as it now stands: the team may set out, is on site or is
// sent home, and the vehicle is in the edition that counts.
const vouched = `EXISTS (SELECT 1 FROM offer o JOIN offer_vehicle m ON m.offer = o.id AND m.edition = o.edition
	WHERE o.id = pass.offer AND m.vehicle = pass.vehicle AND m.plate = pass.plate AND m.colour = pass.colour AND NOT ` + deployment.Unvouched + `)`

func scanPass(sc db.Scanner) (p Pass, err error) {
	var at, to string
	var outFrom, outTo, backFrom, backTo, revoked, agreed, receipt, created, refund int64
	err = sc.Scan(&p.ID, &p.Number, &p.Incident, &at, &to, &p.Offer, &p.Edition, &p.Team, &p.TeamName, &p.Vehicle, &p.Plate, &p.Colour, &p.Kind, &p.Purpose,
		&p.Driver, &p.Crew, &p.Load, &p.Route, &outFrom, &outTo, &backFrom, &backTo, &p.Code, &p.State, &p.Why, &revoked, &p.Live,
		&p.Toll.State, &p.Toll.Level, &p.Toll.By, &agreed, &p.Toll.Paper, &p.Toll.Receipt, &receipt, &p.Toll.Why, &created, &p.CreatedBy, &p.Version,
		&p.Drill, &p.Toll.Refund, &refund, &p.Vouched)
	p.Place, p.Destination = place.Path(at), place.Path(to)
	p.OutFrom, p.OutTo, p.BackFrom, p.BackTo = clock.FromMicro(outFrom), clock.FromMicro(outTo), clock.FromMicro(backFrom), clock.FromMicro(backTo)
	p.RevokedAt, p.Toll.Agreed, p.Toll.ReceiptAt, p.CreatedAt = clock.FromMicro(revoked), clock.FromMicro(agreed), clock.FromMicro(receipt), clock.FromMicro(created)
	p.Toll.RefundAt = clock.FromMicro(refund)
	return p, err
}

func passesWhere(tx *db.Tx, where string, args ...any) (list []Pass, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		p, err := scanPass(sc)
		list = append(list, p)
		return err
	}, `SELECT `+passColumns+`, `+vouched+` FROM pass WHERE `+where, args...)
	return list, err
}

func passByID(tx *db.Tx, id string) (p Pass, err error) {
	err = tx.One(func(sc db.Scanner) error {
		p, err = scanPass(sc)
		return err
	}, `SELECT `+passColumns+`, `+vouched+` FROM pass WHERE id = $1`, id)
	return p, err
}

// insertPass writes a new pass; no row when its id, or the place of its plate in the incident, is taken.
func insertPass(tx *db.Tx, p Pass) (int64, error) {
	return tx.Exec(`INSERT INTO pass (`+passColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
		$19, $20, $21, $22, $23, 'valid', '', 0, TRUE, 'not_asked', '', '', 0, '', '', 0, '', $24, $25, 1, $26, '', 0) ON CONFLICT DO NOTHING`,
		p.ID, p.Number, p.Incident, string(p.Place), string(p.Destination), p.Offer, p.Edition, p.Team, p.TeamName, p.Vehicle, p.Plate, p.Colour, p.Kind, p.Purpose,
		p.Driver, p.Crew, p.Load, p.Route, clock.Micro(p.OutFrom), clock.Micro(p.OutTo), clock.Micro(p.BackFrom), clock.Micro(p.BackTo), p.Code,
		clock.Micro(p.CreatedAt), p.CreatedBy, p.Drill)
}

// updatePass writes what a use case changed. The row is held by it, so nobody wrote meanwhile.
func updatePass(tx *db.Tx, p Pass) error {
	_, err := tx.Exec(`UPDATE pass SET state = $1, why = $2, revoked_at = $3, live = $4, toll = $5, toll_level = $6, toll_by = $7, toll_agreed = $8, toll_paper = $9,
			receipt = $10, receipt_at = $11, toll_why = $12, version = $13, refund_no = $14, refund_at = $15 WHERE id = $16`,
		p.State, p.Why, clock.Micro(p.RevokedAt), p.Live, p.Toll.State, p.Toll.Level, p.Toll.By, clock.Micro(p.Toll.Agreed), p.Toll.Paper,
		p.Toll.Receipt, clock.Micro(p.Toll.ReceiptAt), p.Toll.Why, p.Version,
		p.Toll.Refund, clock.Micro(p.Toll.RefundAt), p.ID)
	return err
}

// hold makes others who would write in the pass wait until this transaction ends.
func hold(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE pass SET version = version WHERE id = $1`, id)
	return err
}

// lapse frees the plate of what has run out.
func lapse(tx *db.Tx, incident, plate, colour string) error {
	_, err := tx.Exec(`UPDATE pass SET live = FALSE WHERE incident = $1 AND plate = $2 AND colour = $3 AND live AND back_to < $4`,
		incident, plate, colour, clock.Micro(tx.Now))
	return err
}

// nextList makes the list of gates a new one.
func nextList(tx *db.Tx) error {
	_, err := tx.Exec(`INSERT INTO gate_list (id, no) VALUES ('gates', 1) ON CONFLICT (id) DO UPDATE SET no = gate_list.no + 1`)
	return err
}

// restoredAhead is more than a list can have grown since any backup that somebody restores.
const restoredAhead = 100_000

// Restored makes the number of the list greater than any that gates may have had from what was lost after the backup: a device
// takes no older list for a newer one, and would go by the lost one until it is too old to tell. For who restores a backup.
func Restored(tx *db.Tx) error {
	_, err := tx.Exec(`INSERT INTO gate_list (id, no) VALUES ('gates', $1) ON CONFLICT (id) DO UPDATE SET no = gate_list.no + $1`, restoredAhead)
	return err
}

func listNo(tx *db.Tx) (no int64, err error) {
	err = tx.Get(`SELECT coalesce(max(no), 0) FROM gate_list`, nil, &no)
	return no, err
}

//nolint:gosec // names of columns, no secret
const passageColumns = `id, incident, pass, place, gate, number, plate, colour, verdict, why, direction, list_no, at, received_at, by, point`

func scanPassage(sc db.Scanner) (p Passage, err error) {
	var at string
	var when, received int64
	err = sc.Scan(&p.ID, &p.Incident, &p.Pass, &at, &p.Gate, &p.Number, &p.Plate, &p.Colour, &p.Verdict, &p.Why, &p.Direction, &p.ListNo, &when, &received, &p.By, &p.Point)
	p.Place, p.At, p.ReceivedAt = place.Path(at), clock.FromMicro(when), clock.FromMicro(received)
	return p, err
}

func passagesWhere(tx *db.Tx, where string, args ...any) (list []Passage, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		p, err := scanPassage(sc)
		list = append(list, p)
		return err
	}, `SELECT `+passageColumns+` FROM passage WHERE `+where, args...)
	return list, err
}

func insertPassage(tx *db.Tx, p Passage) error {
	_, err := tx.Exec(`INSERT INTO passage (`+passageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		p.ID, p.Incident, p.Pass, string(p.Place), p.Gate, p.Number, p.Plate, p.Colour, p.Verdict, p.Why, p.Direction, p.ListNo, clock.Micro(p.At), clock.Micro(p.ReceivedAt), p.By, p.Point)
	return err
}

// IncidentOf is the incident that a pass belongs to. For domain/incident, which asks before it is handed over.
func IncidentOf(tx *db.Tx, pass string) (in string, err error) {
	err = tx.Get(`SELECT incident FROM pass WHERE id = $1`, []any{pass}, &in)
	return in, err
}
