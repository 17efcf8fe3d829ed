package mission

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Tally is what missions of an incident count (S004-38).
type Tally struct {
	Running   int // given or taken, and not done
	Done      int // to be confirmed
	Confirmed int
	Late      int // should have been done by now
	Silent    int // the team said nothing for too long
	Alarming  int // late, silent, or both
	Rescued   int // people
	Moved     int
	Treated   int
	Hours     float64 // people × hours from setting out until it was done, or ended; those that run, until now
}

// TallyOf counts the missions of an incident. For contexts above.
func TallyOf(tx *db.Tx, incident string, now time.Time) (t Tally, err error) {
	n, err := missionParts.Count(tx, now, []string{"running", "to_confirm", "confirmed", "late", "silent", "alarming"}, "mission", "incident = $1", incident)
	if err != nil {
		return t, err
	}
	t = Tally{Running: n["running"], Done: n["to_confirm"], Confirmed: n["confirmed"], Late: n["late"], Silent: n["silent"], Alarming: n["alarming"]}
	var micros int64
	err = tx.Get(`SELECT coalesce(sum(rescued), 0), coalesce(sum(moved), 0), coalesce(sum(treated), 0),
			coalesce(sum(CASE WHEN started_at = 0 THEN 0 ELSE
				people * (CASE WHEN done_at <> 0 THEN done_at WHEN ended_at <> 0 THEN ended_at ELSE $2 END - started_at) + `+leftEarly+` END), 0)
		FROM mission WHERE incident = $1`, []any{incident, clock.Micro(now)},
		&t.Rescued, &t.Moved, &t.Treated, &micros)
	t.Hours = float64(micros) / float64(time.Hour.Microseconds())
	return t, err
}

// ToAccept counts the missions that wait for the word of teams. For contexts above.
func ToAccept(tx *db.Tx, teams []string) (n int, err error) {
	if len(teams) == 0 {
		return 0, nil
	}
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	err = tx.Get(`SELECT count(*) FROM mission WHERE state = 'given' AND team IN (`+db.List(1, len(teams))+`)`, args, &n)
	return n, err
}

// Turn is that a person inside was given to a mission.
type Turn struct {
	Stay       string // id of the presence
	Sector     string // id; "" none
	SectorName string
	From, To   time.Time // To zero: still
}

// TurnsIn are the turns of an incident that last, or ended after a moment. For contexts above.
func TurnsIn(tx *db.Tx, incident string, after time.Time) (list []Turn, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var t Turn
		var from, to int64
		err := sc.Scan(&t.Stay, &t.Sector, &t.SectorName, &from, &to)
		t.From, t.To = clock.FromMicro(from), clock.FromMicro(to)
		list = append(list, t)
		return err
	}, `SELECT p.presence, m.sector, coalesce(s.name, ''), m.given_at, CASE WHEN p.left_at <> 0 THEN p.left_at ELSE m.ended_at END FROM mission m JOIN mission_person p ON p.mission = m.id
		LEFT JOIN sector s ON s.id = m.sector WHERE m.incident = $1 AND (m.ended_at = 0 OR m.ended_at > $2)`, incident, clock.Micro(after))
	return list, err
}

// OpenSectors are the open sectors of an incident, without what runs in them. For contexts above.
func OpenSectors(tx *db.Tx, incident string) (list []Sector, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		s, err := scanSector(sc)
		list = append(list, s)
		return err
	}, `SELECT `+sectorColumns+` FROM sector WHERE incident = $1 AND open ORDER BY created_at, id LIMIT 200`, incident)
	return list, err
}
