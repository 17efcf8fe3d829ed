package deployment

import (
	"database/sql"
	"encoding/json"
	"errors"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/seal"
)

// LookupHashes are the columns of look-up hashes.
var LookupHashes = []seal.Column{{Table: "offer_claim", ID: []string{"kind", "item"}, Hash: "item", Where: "kind = 'person'"}}

const offerColumns = `id, number, incident, team, team_name, home, destination, via, state, why, taken_up, kind, rule, due_at, people, vehicles, edition,
	urgent_at, urgent_by, urgent_why, accepted_at, accepted_by, accepted_why, waiver_at, waiver_by, waiver_why, created_at, created_by, version, urgent_cause`

func scanOffer(sc db.Scanner) (o Offer, err error) {
	var home, destination, rule string
	var due, urgent, accepted, waiver, created int64
	if err = sc.Scan(&o.ID, &o.Number, &o.Incident, &o.Team, &o.TeamName, &home, &destination, &o.Via, &o.State, &o.Why, &o.TakenUp, &o.Case, &rule, &due,
		&o.People, &o.Vehicles, &o.Edition.No, &urgent, &o.Urgent.By, &o.Urgent.Reason, &accepted, &o.Accepted.By, &o.Accepted.Reason,
		&waiver, &o.Waiver.By, &o.Waiver.Reason, &created, &o.CreatedBy, &o.Version, &o.Cause); err != nil {
		return o, err
	}
	o.Home, o.Destination, o.Due = place.Path(home), place.Path(destination), clock.FromMicro(due)
	o.Urgent.At, o.Accepted.At, o.Waiver.At, o.CreatedAt = clock.FromMicro(urgent), clock.FromMicro(accepted), clock.FromMicro(waiver), clock.FromMicro(created)
	if rule != "" {
		err = json.Unmarshal([]byte(rule), &o.Rule)
	}
	return o, err
}

func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func insertOffer(tx *db.Tx, o Offer) error {
	n, err := tx.Exec(`INSERT INTO offer (`+offerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', 0, $11, $12, $13,
		0, '', '', 0, '', '', 0, '', '', $14, $15, $16, '') ON CONFLICT (id) DO NOTHING`,
		o.ID, o.Number, o.Incident, o.Team, o.TeamName, string(o.Home), string(o.Destination), o.Via, o.State, o.Why, o.People, o.Vehicles, o.Edition.No,
		clock.Micro(o.CreatedAt), o.CreatedBy, o.Version)
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	return err
}

// updateOffer writes what a use case changed. The row is held by it, so nobody wrote meanwhile.
func updateOffer(tx *db.Tx, o Offer) error {
	rule := ""
	if o.Case != "" {
		var err error
		if rule, err = text(o.Rule); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE offer SET destination = $1, state = $2, why = $3, taken_up = $4, kind = $5, rule = $6, due_at = $7, people = $8, vehicles = $9,
			edition = $10, urgent_at = $11, urgent_by = $12, urgent_why = $13, accepted_at = $14, accepted_by = $15, accepted_why = $16,
			waiver_at = $17, waiver_by = $18, waiver_why = $19, version = $20, urgent_cause = $22 WHERE id = $21`,
		string(o.Destination), o.State, o.Why, o.TakenUp, o.Case, rule, clock.Micro(o.Due), o.People, o.Vehicles, o.Edition.No,
		clock.Micro(o.Urgent.At), o.Urgent.By, o.Urgent.Reason, clock.Micro(o.Accepted.At), o.Accepted.By, o.Accepted.Reason,
		clock.Micro(o.Waiver.At), o.Waiver.By, o.Waiver.Reason, o.Version, o.ID, o.Cause)
	return err
}

// hold makes others who would write in the offer wait until this transaction ends.
func hold(tx *db.Tx, offer string) error {
	_, err := tx.Exec(`UPDATE offer SET version = version WHERE id = $1`, offer)
	return err
}

// offerByID is an offer with the edition in force, names sealed.
func offerByID(tx *db.Tx, offer string) (o Offer, err error) {
	if err = tx.One(func(sc db.Scanner) error {
		o, err = scanOffer(sc)
		return err
	}, `SELECT `+offerColumns+` FROM offer WHERE id = $1`, offer); err != nil {
		return o, err
	}
	o.Edition, err = editionOf(tx, offer, o.Edition.No)
	return o, err
}

// see puts a place among those whose desks see the offer.
func see(tx *db.Tx, offer string, p place.Path) error {
	_, err := tx.Exec(`INSERT INTO offer_place (offer, place) VALUES ($1, $2) ON CONFLICT (offer, place) DO NOTHING`, offer, string(p))
	return err
}

func placesOf(tx *db.Tx, offer string) (list []place.Path, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var p string
		err := sc.Scan(&p)
		list = append(list, place.Path(p))
		return err
	}, `SELECT place FROM offer_place WHERE offer = $1 ORDER BY place`, offer)
	return list, err
}

func insertEdition(tx *db.Tx, offer string, e Edition) error {
	items, err := text(e.Equipment)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO offer_edition (offer, edition, days, eta, origin, note, items, at, by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		offer, e.No, e.Days, clock.Micro(e.ETA), e.Origin, e.Note, items, clock.Micro(e.At), e.By); err != nil {
		return err
	}
	for _, p := range e.Persons {
		if _, err := tx.Exec(`INSERT INTO offer_person (offer, edition, no, member, name, post, core) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			offer, e.No, p.No, p.Member, p.sealed, p.Post, p.Core); err != nil {
			return err
		}
	}
	for _, v := range e.Vehicles {
		if _, err := tx.Exec(`INSERT INTO offer_vehicle (offer, edition, no, vehicle, plate, colour, kind, seats, crew, cargo, borrowed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, offer, e.No, v.No, v.Vehicle, v.Plate, v.Colour, v.Kind, v.Seats, v.Crew, v.Load, v.Borrowed); err != nil {
			return err
		}
	}
	return saveShares(tx, offer, e.No, e.Needs)
}

// saveShares writes what an edition brings for which needs.
func saveShares(tx *db.Tx, offer string, edition int, shares []Share) error {
	if _, err := tx.Exec(`DELETE FROM offer_need WHERE offer = $1 AND edition = $2`, offer, edition); err != nil {
		return err
	}
	for i, x := range shares {
		items, err := text(x.Equipment)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO offer_need (offer, edition, no, need, people, items) VALUES ($1, $2, $3, $4, $5, $6)`,
			offer, edition, i, x.Need, x.People, items); err != nil {
			return err
		}
	}
	return nil
}

func editionOf(tx *db.Tx, offer string, no int) (e Edition, err error) {
	var eta, at int64
	var items string
	if err = tx.Get(`SELECT edition, days, eta, origin, note, items, at, by FROM offer_edition WHERE offer = $1 AND edition = $2`, []any{offer, no},
		&e.No, &e.Days, &eta, &e.Origin, &e.Note, &items, &at, &e.By); err != nil {
		return e, err
	}
	e.ETA, e.At = clock.FromMicro(eta), clock.FromMicro(at)
	if err = json.Unmarshal([]byte(items), &e.Equipment); err != nil {
		return e, err
	}
	if e.Needs, err = sharesWhere(tx, `offer = $1 AND edition = $2 ORDER BY no`, offer, no); err != nil {
		return e, err
	}
	if err = tx.Each(func(sc db.Scanner) error {
		var p Person
		err := sc.Scan(&p.No, &p.Member, &p.sealed, &p.Post, &p.Core)
		e.Persons = append(e.Persons, p)
		return err
	}, `SELECT no, member, name, post, core FROM offer_person WHERE offer = $1 AND edition = $2 ORDER BY no`, offer, no); err != nil {
		return e, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var v Vehicle
		err := sc.Scan(&v.No, &v.Vehicle, &v.Plate, &v.Colour, &v.Kind, &v.Seats, &v.Crew, &v.Load, &v.Borrowed)
		e.Vehicles = append(e.Vehicles, v)
		return err
	}, `SELECT no, vehicle, plate, colour, kind, seats, crew, cargo, borrowed FROM offer_vehicle WHERE offer = $1 AND edition = $2 ORDER BY no`, offer, no)
	return e, err
}

func sharesWhere(tx *db.Tx, where string, args ...any) (list []Share, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var x Share
		var items string
		if err := sc.Scan(&x.Need, &x.People, &items); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(items), &x.Equipment)
		list = append(list, x)
		return err
	}, `SELECT need, people, items FROM offer_need WHERE `+where, args...)
	return list, err
}

// editions are how many times an offer was sent, with when and by whom, oldest first.
func editions(tx *db.Tx, offer string) (list []Edition, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var e Edition
		var at int64
		err := sc.Scan(&e.No, &at, &e.By)
		e.At = clock.FromMicro(at)
		list = append(list, e)
		return err
	}, `SELECT edition, at, by FROM offer_edition WHERE offer = $1 ORDER BY edition`, offer)
	return list, err
}

// claim takes a person or vehicle for an offer; false when it stands in another live one.
func claim(tx *db.Tx, kind, item, offer string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO offer_claim (kind, item, offer) VALUES ($1, $2, $3) ON CONFLICT (kind, item) DO NOTHING`, kind, item, offer)
	return n == 1, err
}

// release gives back what an offer claimed.
func release(tx *db.Tx, offer string) error {
	_, err := tx.Exec(`DELETE FROM offer_claim WHERE offer = $1`, offer)
	return err
}

func insertStations(tx *db.Tx, offer string, edition int, list []Station) error {
	for _, st := range list {
		if _, err := tx.Exec(`INSERT INTO offer_station (offer, edition, no, place, level, opened_at, due_at, escalate_at, result, reason, by, at, acted, late, decision, decider, number)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', 0, '', 0, '', '', '')`,
			offer, edition, st.No, string(st.Place), st.Level.String(), clock.Micro(st.Opened), clock.Micro(st.Due), clock.Micro(st.Escalate)); err != nil {
			return err
		}
	}
	return nil
}

func dropStations(tx *db.Tx, offer string, edition int) error {
	_, err := tx.Exec(`DELETE FROM offer_station WHERE offer = $1 AND edition = $2`, offer, edition)
	return err
}

func saveStation(tx *db.Tx, offer string, edition int, st Station) error {
	_, err := tx.Exec(`UPDATE offer_station SET opened_at = $1, due_at = $2, escalate_at = $3, result = $4, reason = $5, by = $6, at = $7, acted = $8, late = $9,
			decision = $10, decider = $11, number = $12 WHERE offer = $13 AND edition = $14 AND no = $15`,
		clock.Micro(st.Opened), clock.Micro(st.Due), clock.Micro(st.Escalate), st.Result, st.Reason, st.By, clock.Micro(st.At), st.Acted, st.Late,
		st.Decision, st.Decider, st.Number, offer, edition, st.No)
	return err
}

func stationsOf(tx *db.Tx, offer string, edition int) (list []Station, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var st Station
		var path, level string
		var opened, due, escalate, at int64
		err := sc.Scan(&st.No, &path, &level, &opened, &due, &escalate, &st.Result, &st.Reason, &st.By, &at, &st.Acted, &st.Late, &st.Decision, &st.Decider, &st.Number)
		st.Place = place.Path(path)
		st.Level, _ = place.ParseLevel(level)
		st.Opened, st.Due, st.Escalate, st.At = clock.FromMicro(opened), clock.FromMicro(due), clock.FromMicro(escalate), clock.FromMicro(at)
		list = append(list, st)
		return err
	}, `SELECT no, place, level, opened_at, due_at, escalate_at, result, reason, by, at, acted, late, decision, decider, number
		FROM offer_station WHERE offer = $1 AND edition = $2 ORDER BY no`, offer, edition)
	return list, err
}

func insertOrder(tx *db.Tx, d Order) error {
	needs, err := text(d.Needs)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO dispatch_order (id, number, offer, edition, report_to, report_at, by_when, needs, hazards, contact, given_by, given_at, unsigned, taken_at, taken_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, '')`,
		d.ID, d.Number, d.Offer, d.Edition, d.ReportTo, d.ReportAt, clock.Micro(d.By), needs, d.Hazards, d.Contact, d.GivenBy, clock.Micro(d.GivenAt), d.Unsigned)
	return err
}

// orderOf is the order of an edition; one without an id when there is none.
func orderOf(tx *db.Tx, offer string, edition int) (d Order, err error) {
	var by, given, taken int64
	var needs string
	err = tx.Get(`SELECT id, number, offer, edition, report_to, report_at, by_when, needs, hazards, contact, given_by, given_at, unsigned, taken_at, taken_by
		FROM dispatch_order WHERE offer = $1 AND edition = $2`, []any{offer, edition},
		&d.ID, &d.Number, &d.Offer, &d.Edition, &d.ReportTo, &d.ReportAt, &by, &needs, &d.Hazards, &d.Contact, &d.GivenBy, &given, &d.Unsigned, &taken, &d.Taken.By)
	if errors.Is(err, sql.ErrNoRows) {
		return Order{}, nil
	}
	if err != nil {
		return d, err
	}
	d.By, d.GivenAt, d.Taken.At = clock.FromMicro(by), clock.FromMicro(given), clock.FromMicro(taken)
	return d, json.Unmarshal([]byte(needs), &d.Needs)
}

func takeOrder(tx *db.Tx, order, by string) error {
	_, err := tx.Exec(`UPDATE dispatch_order SET taken_at = $1, taken_by = $2 WHERE id = $3`, clock.Micro(tx.Now), by, order)
	return err
}

// deskOf says who signs at a place; the zero Desk when nobody was named.
func deskOf(tx *db.Tx, p place.Path) (d Desk, err error) {
	d.Place = p
	err = tx.Get(`SELECT officer, deputy, version FROM signing_desk WHERE place = $1`, []any{string(p)}, &d.Officer, &d.Deputy, &d.Version)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return d, err
}

// holdDesk is deskOf, and makes others who would name signers there wait until this transaction ends.
func holdDesk(tx *db.Tx, p place.Path) (Desk, error) {
	if _, err := tx.Exec(`INSERT INTO signing_desk (place, officer, deputy, version) VALUES ($1, '', '', 0)
		ON CONFLICT (place) DO UPDATE SET version = signing_desk.version`, string(p)); err != nil {
		return Desk{}, err
	}
	return deskOf(tx, p)
}

func saveDesk(tx *db.Tx, d Desk) error {
	_, err := tx.Exec(`INSERT INTO signing_desk (place, officer, deputy, version) VALUES ($1, $2, $3, $4)
		ON CONFLICT (place) DO UPDATE SET officer = $2, deputy = $3, version = $4`, string(d.Place), d.Officer, d.Deputy, d.Version)
	return err
}

// Approved says whether a team has been approved for an incident, or sent before it was signed, and not been stood down since. For contexts above, in their
// transaction.
func Approved(tx *db.Tx, team, incident string) (approved bool, err error) {
	err = tx.Get(`SELECT EXISTS (SELECT 1 FROM offer WHERE team = $1 AND incident = $2 
		AND (state IN ('approved', 'ordered', 'acknowledged', 'on_site') OR (state = 'approving' AND urgent_at <> 0)))`, []any{team, incident}, &approved)
	return approved, err
}

// Naming are the teams of which an offer names, or in an earlier edition named, a person, with the incident. It is what access
// is told of offers.
func Naming(tx *db.Tx, persons [][]byte) (ties []access.Tie, err error) {
	args := make([]any, len(persons))
	for i, p := range persons {
		args[i] = p
	}
	err = tx.Each(func(sc db.Scanner) error {
		var t access.Tie
		err := sc.Scan(&t.Team, &t.Incident)
		ties = append(ties, t)
		return err
	}, `SELECT DISTINCT o.team, o.incident FROM member m JOIN offer_person x ON x.member = m.id JOIN offer o ON o.id = x.offer
		WHERE m.person IN (`+db.List(1, len(args))+`)`, args...)
	return ties, err
}
