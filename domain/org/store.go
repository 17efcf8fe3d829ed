package org

import (
	"database/sql"
	"errors"
	"strings"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

const mechanismColumns = `id, place, name, basis, authority, founded_at, lead, head, phone, version`

func scanMechanism(sc db.Scanner) (m Mechanism, err error) {
	var path string
	var founded int64
	err = sc.Scan(&m.ID, &path, &m.Name, &m.Basis, &m.Authority, &founded, &m.Lead, &m.Head, &m.Phone, &m.Version)
	m.Place, m.Founded = place.Path(path), clock.FromMicro(founded)
	return m, err
}

func insertMechanism(tx *db.Tx, m Mechanism) error {
	_, err := tx.Exec(`INSERT INTO mechanism (`+mechanismColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		m.ID, string(m.Place), m.Name, m.Basis, m.Authority, clock.Micro(m.Founded), m.Lead, m.Head, m.Phone, m.Version)
	return err
}

func updateMechanism(tx *db.Tx, m Mechanism) error {
	_, err := tx.Exec(`UPDATE mechanism SET name = $1, basis = $2, authority = $3, founded_at = $4, lead = $5, head = $6, phone = $7, version = $8 WHERE id = $9`,
		m.Name, m.Basis, m.Authority, clock.Micro(m.Founded), m.Lead, m.Head, m.Phone, m.Version, m.ID)
	return err
}

// hold makes others who would write the mechanism wait until this transaction ends.
func hold(tx *db.Tx, mechanism string) error {
	_, err := tx.Exec(`UPDATE mechanism SET version = version WHERE id = $1`, mechanism)
	return err
}

func byID(tx *db.Tx, mechanism string) (m Mechanism, err error) {
	err = tx.One(func(sc db.Scanner) error {
		m, err = scanMechanism(sc)
		return err
	}, `SELECT `+mechanismColumns+` FROM mechanism WHERE id = $1`, mechanism)
	if err != nil {
		return m, err
	}
	m.Members, err = members(tx, mechanism)
	return m, err
}

func atPlace(tx *db.Tx, p place.Path) (mechanism string, err error) {
	err = tx.Get(`SELECT id FROM mechanism WHERE place = $1`, []any{string(p)}, &mechanism)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return mechanism, err
}

// mechanisms are all, without their members: there are at most as many as places have a bureau.
func mechanisms(tx *db.Tx) (list []Mechanism, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		m, err := scanMechanism(sc)
		list = append(list, m)
		return err
	}, `SELECT `+mechanismColumns+` FROM mechanism ORDER BY place`)
	return list, err
}

func members(tx *db.Tx, mechanism string) (list []Member, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var m Member
		var path, sits string
		var liaison, name, post, by sql.NullString
		var since, tried sql.NullInt64
		var reached sql.NullBool
		err := sc.Scan(&m.Unit.ID, &m.Unit.Name, &m.Unit.Kind, &path, &m.Role, &m.Duty, &sits, &liaison, &name, &post, &since, &by, &tried, &reached)
		m.Unit.Place, m.Groups = place.Path(path), groupsOf(sits)
		if liaison.Valid {
			m.Liaison = &Liaison{
				ID: liaison.String, Unit: m.Unit.ID, Name: name.String, Post: post.String, Since: clock.FromMicro(since.Int64), By: by.String,
				Tried: clock.FromMicro(tried.Int64), Reached: reached.Bool,
			}
		}
		list = append(list, m)
		return err
	}, `SELECT u.id, u.name, u.kind, u.place, x.role, x.duty, x.sits_in, l.id, l.name, l.post, l.since, l.by, l.tried_at, l.reached
		FROM mechanism_unit x JOIN unit u ON u.id = x.unit LEFT JOIN liaison l ON l.mechanism = x.mechanism AND l.unit = x.unit AND l.until = 0
		WHERE x.mechanism = $1 AND x.left_at = 0 ORDER BY x.no`, mechanism)
	return list, err
}

// saveMembers writes how the units sit now. Units are known by their name in the place; one that is left out leaves.
func saveMembers(tx *db.Tx, m *Mechanism) error {
	if _, err := tx.Exec(`UPDATE mechanism_unit SET left_at = $1 WHERE mechanism = $2 AND left_at = 0`, clock.Micro(tx.Now), m.ID); err != nil {
		return err
	}
	for i := range m.Members {
		x := &m.Members[i]
		u := newUnit(x.Unit, m.Place)
		if err := tx.Get(`INSERT INTO unit (id, name, kind, place, created_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (place, name) DO UPDATE SET kind = excluded.kind RETURNING id`, []any{u.ID, u.Name, u.Kind, string(u.Place), clock.Micro(tx.Now)}, &x.Unit.ID); err != nil {
			return err
		}
		x.Unit.Place = m.Place
		if _, err := tx.Exec(`INSERT INTO mechanism_unit (mechanism, unit, role, duty, sits_in, no, left_at) VALUES ($1, $2, $3, $4, $5, $6, 0)
			ON CONFLICT (mechanism, unit) DO UPDATE SET role = excluded.role, duty = excluded.duty, sits_in = excluded.sits_in, no = excluded.no, left_at = 0`,
			m.ID, x.Unit.ID, x.Role, x.Duty, joinGroups(x.Groups), i); err != nil {
			return err
		}
	}
	return nil
}

func replaceLiaison(tx *db.Tx, mechanism string, l Liaison, sealed []byte) error {
	if _, err := tx.Exec(`UPDATE liaison SET until = $1 WHERE mechanism = $2 AND unit = $3 AND until = 0`, clock.Micro(l.Since), mechanism, l.Unit); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO liaison (id, mechanism, unit, name, post, phone, since, until, by) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)`,
		l.ID, mechanism, l.Unit, l.Name, l.Post, sealed, clock.Micro(l.Since), l.By)
	return err
}

func former(tx *db.Tx, mechanism string) (list []Liaison, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var l Liaison
		var since, until int64
		err := sc.Scan(&l.ID, &l.Unit, &l.Name, &l.Post, &since, &until, &l.By)
		l.Since, l.Until = clock.FromMicro(since), clock.FromMicro(until)
		list = append(list, l)
		return err
	}, `SELECT id, unit, name, post, since, until, by FROM liaison WHERE mechanism = $1 AND until <> 0 ORDER BY until DESC, id LIMIT 200`, mechanism)
	return list, err
}

func phonesOf(tx *db.Tx, mechanism string, into map[string][]byte) error {
	return tx.Each(func(sc db.Scanner) error {
		var liaison string
		var sealed []byte
		err := sc.Scan(&liaison, &sealed)
		into[liaison] = sealed
		return err
	}, `SELECT id, phone FROM liaison WHERE mechanism = $1 AND until = 0`, mechanism)
}

func joinGroups(groups []Group) string {
	words := make([]string, len(groups))
	for i, g := range groups {
		words[i] = string(g)
	}
	return strings.Join(words, ",")
}

func groupsOf(s string) (groups []Group) {
	for w := range strings.SplitSeq(s, ",") {
		if w != "" {
			groups = append(groups, Group(w))
		}
	}
	return groups
}
