package situation

import (
	"encoding/json"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/geo"
)

// tasksIn are the missions of the people of an incident that last or ended after a moment.
func tasksIn(tx *db.Tx, incident string, after time.Time) (list []Task, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var t Task
		var from, to int64
		err := sc.Scan(&t.Stay, &t.Sector, &t.SectorName, &from, &to)
		t.From, t.To = clock.FromMicro(from), clock.FromMicro(to)
		list = append(list, t)
		return err
	}, `SELECT p.presence, m.sector, coalesce(s.name, ''), m.given_at, m.ended_at FROM mission m JOIN mission_person p ON p.mission = m.id
		LEFT JOIN sector s ON s.id = m.sector WHERE m.incident = $1 AND (m.ended_at = 0 OR m.ended_at > $2)`, incident, clock.Micro(after))
	return list, err
}

// sectorsIn are the open sectors of an incident.
func sectorsIn(tx *db.Tx, incident string) (list []Sector, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var s Sector
		var outline string
		if err := sc.Scan(&s.ID, &s.Name, &outline); err != nil {
			return err
		}
		ring, err := ringOf(outline)
		s.Ring = ring
		list = append(list, s)
		return err
	}, `SELECT id, name, outline FROM sector WHERE incident = $1 AND open ORDER BY created_at, id LIMIT 200`, incident)
	return list, err
}

// ringOf reads the outline of a sector: pairs of lon and lat; nil when it was not drawn.
func ringOf(outline string) ([]geo.Point, error) {
	if outline == "" {
		return nil, nil
	}
	var pairs [][2]float64
	if err := json.Unmarshal([]byte(outline), &pairs); err != nil {
		return nil, err
	}
	ring := make([]geo.Point, len(pairs))
	for i, p := range pairs {
		ring[i] = geo.Point{Lon: p[0], Lat: p[1]}
	}
	return ring, nil
}

// middle is the middle of the corners of a ring.
func middle(ring []geo.Point) (m geo.Point) {
	for _, p := range ring {
		m.Lon += p.Lon / float64(len(ring))
		m.Lat += p.Lat / float64(len(ring))
	}
	return m
}
