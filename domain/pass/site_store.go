package pass

import (
	"encoding/json"
	"math"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
)

const zoneColumns = `id, incident, name, kind, area, rule, set_by, begins, ends, lifted_at, lifted_by, why, created_at, created_by, version`

func zonesWhere(tx *db.Tx, where string, args ...any) (list []Zone, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var z Zone
		var area string
		var begins, ends, lifted, created int64
		if err := sc.Scan(&z.ID, &z.Incident, &z.Name, &z.Kind, &area, &z.Rule, &z.SetBy, &begins, &ends, &lifted, &z.LiftedBy, &z.Why, &created, &z.CreatedBy, &z.Version); err != nil {
			return err
		}
		z.Begins, z.Ends, z.LiftedAt, z.CreatedAt = clock.FromMicro(begins), clock.FromMicro(ends), clock.FromMicro(lifted), clock.FromMicro(created)
		err := json.Unmarshal([]byte(area), &z.Area)
		list = append(list, z)
		return err
	}, `SELECT `+zoneColumns+` FROM zone WHERE `+where, args...)
	return list, err
}

// insertZone writes a new zone; no row when one of its name is in force.
func insertZone(tx *db.Tx, z Zone) (int64, error) {
	area, err := json.Marshal(z.Area)
	if err != nil {
		return 0, err
	}
	return tx.Exec(`INSERT INTO zone (`+zoneColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', '', $10, $11, 1) ON CONFLICT DO NOTHING`,
		z.ID, z.Incident, z.Name, z.Kind, string(area), z.Rule, z.SetBy, clock.Micro(z.Begins), clock.Micro(z.Ends), clock.Micro(z.CreatedAt), z.CreatedBy)
}

// holdZone is a zone, which others cannot change until this transaction ends.
func holdZone(tx *db.Tx, incident, id string) (Zone, error) {
	if _, err := tx.Exec(`UPDATE zone SET version = version WHERE id = $1`, id); err != nil {
		return Zone{}, err
	}
	list, err := zonesWhere(tx, `id = $1 AND incident = $2`, id, incident)
	return first(list, err)
}

func liftZone(tx *db.Tx, z Zone) error {
	_, err := tx.Exec(`UPDATE zone SET lifted_at = $1, lifted_by = $2, why = $3, version = $4 WHERE id = $5`, clock.Micro(z.LiftedAt), z.LiftedBy, z.Why, z.Version, z.ID)
	return err
}

const pointColumns = `id, incident, place, name, zone, lon, lat, closed_at, closed_by, why, created_at, created_by, version`

// degree is how finely coordinates are kept: 1e-7 of a degree is a centimetre.
const degree = 1e7

func pointsWhere(tx *db.Tx, where string, args ...any) (list []Point, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var p Point
		var at string
		var lon, lat, closed, created int64
		err := sc.Scan(&p.ID, &p.Incident, &at, &p.Name, &p.Zone, &lon, &lat, &closed, &p.ClosedBy, &p.Why, &created, &p.CreatedBy, &p.Version)
		p.Place, p.At = place.Path(at), geo.Point{Lon: float64(lon) / degree, Lat: float64(lat) / degree}
		p.ClosedAt, p.CreatedAt = clock.FromMicro(closed), clock.FromMicro(created)
		list = append(list, p)
		return err
	}, `SELECT `+pointColumns+` FROM access_point WHERE `+where, args...)
	return list, err
}

// insertPoint writes a new access point; no row when one of its name is open.
func insertPoint(tx *db.Tx, p Point) (int64, error) {
	return tx.Exec(`INSERT INTO access_point (`+pointColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '', $8, $9, 1) ON CONFLICT DO NOTHING`,
		p.ID, p.Incident, string(p.Place), p.Name, p.Zone, int64(math.Round(p.At.Lon*degree)), int64(math.Round(p.At.Lat*degree)), clock.Micro(p.CreatedAt), p.CreatedBy)
}

// holdPoint is an access point, which others cannot change until this transaction ends.
func holdPoint(tx *db.Tx, id string) (Point, error) {
	if _, err := tx.Exec(`UPDATE access_point SET version = version WHERE id = $1`, id); err != nil {
		return Point{}, err
	}
	return pointByID(tx, id)
}

func pointByID(tx *db.Tx, id string) (Point, error) {
	list, err := pointsWhere(tx, `id = $1`, id)
	return first(list, err)
}

func closePoint(tx *db.Tx, p Point) error {
	_, err := tx.Exec(`UPDATE access_point SET closed_at = $1, closed_by = $2, why = $3, version = $4 WHERE id = $5`, clock.Micro(p.ClosedAt), p.ClosedBy, p.Why, p.Version, p.ID)
	return err
}

// first is the one row that a list should hold.
func first[T any](list []T, err error) (one T, _ error) {
	if err == nil && len(list) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return one, err
	}
	return list[0], nil
}
