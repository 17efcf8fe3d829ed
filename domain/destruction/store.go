package destruction

import (
	"errors"
	"fmt"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

const columns = `id, number, lot, key, place, incident, state, reason, by, at, decided_by, decided_at, decided_why, due_at,
	reports, texts, tokens, points, done_at, version`

func scan(sc db.Scanner) (d Destruction, err error) {
	var at, decided, due, done int64
	var path string
	err = sc.Scan(&d.ID, &d.Number, &d.Lot.Scope, &d.Lot.Key, &path, &d.Lot.Incident, &d.State, &d.Reason, &d.By, &at, &d.DecidedBy, &decided, &d.DecidedWhy, &due,
		&d.Gone.Reports, &d.Gone.Texts, &d.Gone.Tokens, &d.Gone.Points, &done, &d.Version)
	d.Lot.Place = place.Path(path)
	d.At, d.DecidedAt, d.Due, d.DoneAt = clock.FromMicro(at), clock.FromMicro(decided), clock.FromMicro(due), clock.FromMicro(done)
	return d, err
}

// insert writes a new act; ErrUnder when one is open for the same lot.
func insert(tx *db.Tx, d Destruction) error {
	n, err := tx.Exec(`INSERT INTO destruction (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, 0, 0, $15) ON CONFLICT DO NOTHING`,
		d.ID, d.Number, d.Lot.Scope, d.Lot.Key, string(d.Lot.Place), d.Lot.Incident, d.State, d.Reason, d.By, clock.Micro(d.At), d.DecidedBy, clock.Micro(d.DecidedAt), d.DecidedWhy,
		clock.Micro(d.Due), d.Version)
	if err == nil && n == 0 {
		return ErrUnder
	}
	return err
}

// save writes what a step changed, if nobody wrote since d was read.
func save(tx *db.Tx, d Destruction) error {
	n, err := tx.Exec(`UPDATE destruction SET state = $1, decided_by = $2, decided_at = $3, decided_why = $4, done_at = $5, version = $6 WHERE id = $7 AND version = $8`,
		d.State, d.DecidedBy, clock.Micro(d.DecidedAt), d.DecidedWhy, clock.Micro(d.DoneAt), d.Version, d.ID, d.Version-1)
	if err == nil && n == 0 {
		return fault.ErrVersionStale
	}
	return err
}

func where(tx *db.Tx, condition string, args ...any) (list []Destruction, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		d, err := scan(sc)
		list = append(list, d)
		return err
	}, `SELECT `+columns+` FROM destruction WHERE `+condition, args...)
	return list, err
}

func byID(tx *db.Tx, id string) (d Destruction, err error) {
	err = tx.One(func(sc db.Scanner) error {
		d, err = scan(sc)
		return err
	}, `SELECT `+columns+` FROM destruction WHERE id = $1`, id)
	return d, err
}

// toChange is byID for a step: on PostgreSQL the row is held until the commit.
func toChange(tx *db.Tx, id string) (Destruction, error) {
	if _, err := tx.Exec(`UPDATE destruction SET version = version WHERE id = $1`, id); err != nil {
		return Destruction{}, err
	}
	return byID(tx, id)
}

// openOf is the act that is proposed or running for a lot; nil when there is none.
func openOf(tx *db.Tx, scope string) (*Destruction, error) {
	list, err := where(tx, `lot = $1 AND state IN ('proposed', 'running')`, scope)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

const maxPast = 200

func pastIn(tx *db.Tx, spans []place.Span) ([]Destruction, error) {
	in, args := place.Where("place", 1, spans)
	return where(tx, fmt.Sprintf(`%s ORDER BY at DESC, id LIMIT %d`, in, maxPast), args...)
}

const holdColumns = `id, lot, place, incident, purpose, lawful, necessary, secure, until_at, by, at, lifted_by, lifted_at, lift_why, version`

func scanHold(sc db.Scanner) (h Hold, err error) {
	var until, at, lifted int64
	var path string
	err = sc.Scan(&h.ID, &h.Lot.Scope, &path, &h.Lot.Incident, &h.Purpose, &h.Lawful, &h.Necessary, &h.Secure, &until, &h.By, &at, &h.LiftedBy, &lifted, &h.LiftWhy, &h.Version)
	h.Lot.Place = place.Path(path)
	h.Until, h.At, h.LiftedAt = clock.FromMicro(until), clock.FromMicro(at), clock.FromMicro(lifted)
	return h, err
}

func insertHold(tx *db.Tx, h Hold) error {
	n, err := tx.Exec(`INSERT INTO retention_hold (`+holdColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0, '', $12) ON CONFLICT (id) DO NOTHING`,
		h.ID, h.Lot.Scope, string(h.Lot.Place), h.Lot.Incident, h.Purpose, h.Lawful, h.Necessary, h.Secure, clock.Micro(h.Until), h.By, clock.Micro(h.At), h.Version)
	if err == nil && n == 0 {
		return fault.ErrIDReused
	}
	return err
}

func saveHold(tx *db.Tx, h Hold) error {
	n, err := tx.Exec(`UPDATE retention_hold SET lifted_by = $1, lifted_at = $2, lift_why = $3, version = $4 WHERE id = $5 AND version = $6`,
		h.LiftedBy, clock.Micro(h.LiftedAt), h.LiftWhy, h.Version, h.ID, h.Version-1)
	if err == nil && n == 0 {
		return fault.ErrVersionStale
	}
	return err
}

func holdByID(tx *db.Tx, id string) (h Hold, err error) {
	err = tx.One(func(sc db.Scanner) error {
		h, err = scanHold(sc)
		return err
	}, `SELECT `+holdColumns+` FROM retention_hold WHERE id = $1`, id)
	return h, err
}

func holdsOf(tx *db.Tx, scope string) (list []Hold, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		h, err := scanHold(sc)
		list = append(list, h)
		return err
	}, `SELECT `+holdColumns+` FROM retention_hold WHERE lot = $1 ORDER BY at, id LIMIT 100`, scope)
	return list, err
}

// The lease: one node works on an act at a time.

// take gives the act that was confirmed first to a node, unless another works on it.
func take(tx *db.Tx, node string, until time.Time) (d *Destruction, err error) {
	list, err := where(tx, `state = 'running' AND (worker = $1 OR lease_until < $2) ORDER BY decided_at, id LIMIT 1`, node, clock.Micro(tx.Now))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := keep(tx, list[0].ID, node, until); errors.Is(err, errLost) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// errLost says that another node has taken the work over.
var errLost = errors.New("another node works on this destruction")

// keep lengthens the lease in the transaction of what is done under it.
func keep(tx *db.Tx, id, node string, until time.Time) error {
	n, err := tx.Exec(`UPDATE destruction SET worker = $1, lease_until = $2 WHERE id = $3 AND state = 'running' AND (worker = $1 OR lease_until < $4)`,
		node, clock.Micro(until), id, clock.Micro(tx.Now))
	if err == nil && n == 0 {
		return errLost
	}
	return err
}

func count(tx *db.Tx, id string, g Gone) error {
	_, err := tx.Exec(`UPDATE destruction SET reports = reports + $1, texts = texts + $2, tokens = tokens + $3, points = points + $4 WHERE id = $5`,
		g.Reports, g.Texts, g.Tokens, g.Points, id)
	return err
}
