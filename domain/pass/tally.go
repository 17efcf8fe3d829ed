package pass

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Tally is how many passes stand where in an incident, now.
type Tally struct {
	Waiting, Valid, Tolls int
}

// TallyOf counts the passes of an incident. For contexts above; the caller has decided who asks.
func TallyOf(tx *db.Tx, incidentID string) (t Tally, err error) {
	list, err := waiting(tx, incidentID)
	if err != nil {
		return t, err
	}
	t.Waiting = len(list)
	passes, err := passesWhere(tx, `incident = $1 AND state = 'valid'`, incidentID)
	for _, p := range passes {
		if p.Lapsed(tx.Now) {
			continue
		}
		t.Valid++
		if p.Toll.State == "asked" {
			t.Tolls++
		}
	}
	return t, err
}

// GateHour is how many vehicles came to gates in one hour by the clock, and how many of them were out of order (S004-07,
// congestion). A vehicle counts once an hour, for the worst that was said of it.
type GateHour struct {
	From    time.Time
	All     int
	NoPass  int // without a pass, or with one that is revoked, used up, forged or of another vehicle
	Outside int // with a pass, outside its window
	Unknown int // the gate could not tell
}

// standing is what a gate found of a vehicle, the worse the higher.
type standing int

const (
	fine standing = iota
	untold
	outside
	noPass
)

// outsideWindow are the reasons of a gate that speak of the window alone; every other refusal means that no pass is valid.
var outsideWindow = map[string]bool{"too_early": true, "too_late": true, "lapsed": true}

func standingOf(verdict, why string) standing {
	switch {
	case verdict == "go":
		return fine
	case verdict == "unknown":
		return untold
	case outsideWindow[why]:
		return outside
	}
	return noPass
}

// GateHours are the hours that begin in [from, to), each with what gates noted in it; from is cut to the hour. A vehicle
// that nothing ties to an incident counts for every incident at the place of its gate. For contexts above; the caller has
// decided who asks.
func GateHours(tx *db.Tx, incidentID string, from, to time.Time) ([]GateHour, error) {
	from = from.UTC().Truncate(time.Hour)
	end := from
	for end.Before(to) {
		end = end.Add(time.Hour)
	}
	return gatesBetween(tx, incidentID, from, end)
}

// GatesSince is the hour that begins at a moment, wherever the clock stands, as GateHours counts one.
func GatesSince(tx *db.Tx, incidentID string, from time.Time) (GateHour, error) {
	hours, err := gatesBetween(tx, incidentID, from, from.Add(time.Hour))
	if err != nil {
		return GateHour{}, err
	}
	return hours[0], nil
}

// gatesBetween cuts [from, to) into hours.
func gatesBetween(tx *db.Tx, incidentID string, from, to time.Time) ([]GateHour, error) {
	var hours []GateHour
	var seen []map[string]standing
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		hours, seen = append(hours, GateHour{From: at}), append(seen, map[string]standing{})
	}
	err := tx.Each(func(sc db.Scanner) error {
		var id, plate, colour, verdict, why string
		var at int64
		if err := sc.Scan(&id, &plate, &colour, &verdict, &why, &at); err != nil {
			return err
		}
		vehicle := plate + " " + colour
		if plate == "" { // nobody noted it: a vehicle of its own
			vehicle = id
		}
		n := clock.FromMicro(at).Sub(from) / time.Hour
		worst, met := seen[n][vehicle]
		if now := standingOf(verdict, why); !met || now > worst {
			seen[n][vehicle] = now
		}
		return nil
	}, `SELECT id, plate, colour, verdict, why, at FROM passage WHERE at >= $2 AND at < $3 AND (incident = $1 OR (incident = '' AND EXISTS (
		SELECT 1 FROM incident_place x WHERE x.incident = $1 AND substr(passage.place, 1, length(x.place)) = x.place)))`,
		incidentID, clock.Micro(from), clock.Micro(to))
	for n := range hours {
		for _, was := range seen[n] {
			hours[n].add(was)
		}
	}
	return hours, err
}

func (h *GateHour) add(was standing) {
	h.All++
	switch was {
	case fine:
	case untold:
		h.Unknown++
	case outside:
		h.Outside++
	case noPass:
		h.NoPass++
	}
}
