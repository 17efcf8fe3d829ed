package pass

import (
	"slices"
	"strings"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// holders are the teams with a pass in force in an incident.
func holders(tx *db.Tx, incident string) (list []string, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var one string
		err := sc.Scan(&one)
		list = append(list, one)
		return err
	}, `SELECT DISTINCT team FROM pass WHERE incident = $1 AND state = 'valid' AND back_to >= $2 ORDER BY team LIMIT 1000`, incident, clock.Micro(tx.Now))
	return list, err
}

const areaColumns = `id, incident, name, road, direction, withdrawn_at, withdrawn_by, why, version`

func areasWhere(tx *db.Tx, where string, args ...any) (list []ServiceArea, err error) {
	if err := tx.Each(func(sc db.Scanner) error {
		var a ServiceArea
		var withdrawn int64
		err := sc.Scan(&a.ID, &a.Incident, &a.Name, &a.Road, &a.Direction, &withdrawn, &a.WithdrawnBy, &a.Why, &a.Version)
		a.WithdrawnAt = clock.FromMicro(withdrawn)
		list = append(list, a)
		return err
	}, `SELECT `+areaColumns+` FROM service_area WHERE `+where, args...); err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]any, len(list))
	for n, a := range list {
		ids[n] = a.ID
	}
	said := map[string][]AreaEdition{}
	err = tx.Each(func(sc db.Scanner) error {
		var e AreaEdition
		var area, offers string
		var begins, ends, at int64
		err := sc.Scan(&area, &e.No, &e.Mark, &offers, &e.State, &e.Words, &begins, &ends, &e.Contact, &at, &e.By)
		e.Begins, e.Ends, e.At = clock.FromMicro(begins), clock.FromMicro(ends), clock.FromMicro(at)
		e.Offers = strings.FieldsFunc(offers, func(r rune) bool { return r == ',' })
		said[area] = append(said[area], e)
		return err
	}, `SELECT area, no, mark, offers, state, words, begins, ends, contact, at, by FROM service_area_edition WHERE area IN (`+db.List(1, len(ids))+`) ORDER BY area, no DESC`, ids...)
	for n := range list {
		if all := said[list[n].ID]; len(all) > 0 {
			list[n].Edition, list[n].Earlier = all[0], all[1:]
		}
	}
	return list, err
}

// insertArea writes a new area; no row when one of its name holds on this road in this direction.
func insertArea(tx *db.Tx, a ServiceArea) (int64, error) {
	return tx.Exec(`INSERT INTO service_area (id, incident, name, road, direction, edition, withdrawn_at, withdrawn_by, why, version)
		VALUES ($1, $2, $3, $4, $5, 1, 0, '', '', 1) ON CONFLICT DO NOTHING`, a.ID, a.Incident, a.Name, a.Road, a.Direction)
}

func insertAreaEdition(tx *db.Tx, area string, e AreaEdition) error {
	offers := slices.DeleteFunc(slices.Clone(AreaOffers), func(o string) bool { return !slices.Contains(e.Offers, o) })
	_, err := tx.Exec(`INSERT INTO service_area_edition (area, no, mark, offers, state, words, begins, ends, contact, at, by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		area, e.No, e.Mark, strings.Join(offers, ","), e.State, e.Words, clock.Micro(e.Begins), clock.Micro(e.Ends), e.Contact, clock.Micro(e.At), e.By)
	return err
}

// holdArea is an area of an incident, which others cannot change until this transaction ends.
func holdArea(tx *db.Tx, incident, id string) (ServiceArea, error) {
	if _, err := tx.Exec(`UPDATE service_area SET version = version WHERE id = $1`, id); err != nil {
		return ServiceArea{}, err
	}
	list, err := areasWhere(tx, `id = $1 AND incident = $2`, id, incident)
	return first(list, err)
}

// saveArea writes what a use case changed. The row is held by it, so nobody wrote meanwhile.
func saveArea(tx *db.Tx, a ServiceArea) error {
	_, err := tx.Exec(`UPDATE service_area SET edition = $1, withdrawn_at = $2, withdrawn_by = $3, why = $4, version = $5 WHERE id = $6`,
		a.Edition.No, clock.Micro(a.WithdrawnAt), a.WithdrawnBy, a.Why, a.Version, a.ID)
	return err
}
