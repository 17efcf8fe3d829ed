package pass

import (
	"slices"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Tally is how many passes stand where in an incident, now.
type Tally struct {
	Waiting, Valid, Tolls int
}

// TallyOf counts the passes of an incident. For contexts above; the caller has decided who asks.
func TallyOf(tx *db.Tx, incidentID string) (t Tally, err error) {
	list, err := waiting(tx, incidentID, func(deployment.Offer) bool { return true })
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
var outsideWindow = map[string]bool{"too_early": true, "too_late": true, "back_early": true, "lapsed": true}

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

// GateHours are the hours that begin in [from, to), each with what gates noted in it for an incident; from is cut to the
// hour. For contexts above; the caller has decided who asks.
func GateHours(tx *db.Tx, incidentID string, from, to time.Time) ([]GateHour, error) {
	from = from.UTC().Truncate(time.Hour)
	end := from
	for end.Before(to) {
		end = end.Add(time.Hour)
	}
	hours, _, err := gatesBetween(tx, incidentID, from, end)
	return hours, err
}

// LastHour is what gates noted for an incident in the sixty minutes up to a moment, and how many vehicles of that time
// could belong to it and were tied to none. For contexts above; the caller has decided who asks.
func LastHour(tx *db.Tx, tree *place.Tree, i incident.Incident, now time.Time) (h GateHour, unassigned int, err error) {
	from := sixtyMinutes(now)
	hours, _, err := gatesBetween(tx, i.ID, from, from.Add(time.Hour))
	if err != nil {
		return h, 0, err
	}
	where, args, err := unassignedTo(tx, tree, i, from)
	if err == nil {
		err = tx.Get(`SELECT count(*) FROM passage WHERE `+where, args, &unassigned)
	}
	return hours[0], unassigned, err
}

// sixtyMinutes is when the hour begins that ends now; what happens now is in it.
func sixtyMinutes(now time.Time) time.Time { return now.Add(time.Microsecond - time.Hour) }

// unassignedTo is the condition of the passages since a moment that could belong to an incident: it touches their gate, and
// neither access point, pass nor guard said to which of several incidents they do. The gates are asked one by one, because
// their place may have ended or moved since.
func unassignedTo(tx *db.Tx, tree *place.Tree, i incident.Incident, from time.Time) (where string, args []any, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var at string
		err := sc.Scan(&at)
		if i.Touches(tree, place.Path(at), tx.Now) {
			args = append(args, at)
		}
		return err
	}, `SELECT DISTINCT place FROM passage WHERE incident = '' AND at >= $1`, clock.Micro(from))
	if err != nil || len(args) == 0 {
		return "incident = '' AND at >= $1 AND 1 = 0", []any{clock.Micro(from)}, err
	}
	return "incident = '' AND at >= $1 AND place IN (" + db.List(2, len(args)) + ")", append([]any{clock.Micro(from)}, args...), nil
}

// judged is the passage by which a vehicle counts in an hour.
type judged struct {
	passage string
	as      standing
}

// gatesBetween cuts [from, to) into hours, with the passages by which their vehicles count.
func gatesBetween(tx *db.Tx, incidentID string, from, to time.Time) ([]GateHour, []map[string]judged, error) {
	var hours []GateHour
	var seen []map[string]judged
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		hours, seen = append(hours, GateHour{From: at}), append(seen, map[string]judged{})
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
		if now := standingOf(verdict, why); !met || now > worst.as {
			seen[n][vehicle] = judged{id, now}
		}
		return nil
	}, `SELECT id, plate, colour, verdict, why, at FROM passage WHERE incident = $1 AND at >= $2 AND at < $3 ORDER BY at, id`,
		incidentID, clock.Micro(from), clock.Micro(to))
	for n := range hours {
		for _, v := range seen[n] {
			hours[n].add(v.as)
		}
	}
	return hours, seen, err
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

// passageParts are the passages behind each figure.
var passageParts = db.Parts{"in": "direction = 'in'", "out": "direction = 'out'", "turned": "direction = 'refused'"}

// standings are the figures of the last sixty minutes, with what a gate found of the vehicles; every vehicle is one row.
var standings = map[string][]standing{
	"vehicles": {fine, untold, outside, noPass}, "without_pass": {noPass}, "outside_window": {outside}, "could_not_be_told": {untold},
}

// counted is the condition of the passages that a figure of an incident counts; every one of it for "".
func counted(tx *db.Tx, tree *place.Tree, i incident.Incident, figure string) (where string, args []any, err error) {
	from := sixtyMinutes(tx.Now)
	if figure == "unassigned" {
		return unassignedTo(tx, tree, i, from)
	}
	args = []any{i.ID}
	of, known := standings[figure]
	if !known {
		part, err := passageParts.And(figure, tx.Now)
		return "incident = $1" + part, args, err
	}
	_, seen, err := gatesBetween(tx, i.ID, from, from.Add(time.Hour))
	if err != nil {
		return "", nil, err
	}
	for _, v := range seen[0] {
		if slices.Contains(of, v.as) {
			args = append(args, v.passage)
		}
	}
	if len(args) == 1 {
		return "incident = $1 AND 1 = 0", args, nil
	}
	return "incident = $1 AND id IN (" + db.List(2, len(args)-1) + ")", args, nil
}
