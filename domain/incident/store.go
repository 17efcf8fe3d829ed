package incident

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/node"
)

const incidentColumns = `id, number, name, class, severity, place, hq, commander, began_at, drill, state, mechanism, lead, activated_at, activated_by,
	reason, basis, suggested_by, closed_at, created_at, created_by, version`

func scanIncident(sc db.Scanner) (i Incident, err error) {
	var path string
	var began, activated, closed, created int64
	err = sc.Scan(&i.ID, &i.Number, &i.Name, &i.Class, &i.Severity, &path, &i.HQ, &i.Commander, &began, &i.Drill, &i.State, &i.Mechanism, &i.Lead,
		&activated, &i.ActivatedBy, &i.Reason, &i.Basis, &i.SuggestedBy, &closed, &created, &i.CreatedBy, &i.Version)
	i.Place, i.Began, i.ActivatedAt = place.Path(path), clock.FromMicro(began), clock.FromMicro(activated)
	i.ClosedAt, i.CreatedAt = clock.FromMicro(closed), clock.FromMicro(created)
	return i, err
}

func insertIncident(tx *db.Tx, i Incident) error {
	_, err := tx.Exec(`INSERT INTO incident (`+incidentColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, '', '', '', '', 0, $12, $13, $14)`,
		i.ID, i.Number, i.Name, i.Class, i.Severity, string(i.Place), i.HQ, i.Commander, clock.Micro(i.Began), i.Drill, i.State,
		clock.Micro(i.CreatedAt), i.CreatedBy, i.Version)
	if err != nil {
		return err
	}
	if err := node.Founded(tx, i.ID); err != nil {
		return err
	}
	return savePlaces(tx, i)
}

// updateIncident writes what a use case changed. The row is held by it, so nobody wrote meanwhile.
func updateIncident(tx *db.Tx, i Incident) error {
	_, err := tx.Exec(`UPDATE incident SET name = $1, severity = $2, hq = $3, commander = $4, state = $5, mechanism = $6, lead = $7, activated_at = $8,
			activated_by = $9, reason = $10, basis = $11, suggested_by = $12, closed_at = $13, version = $14 WHERE id = $15`,
		i.Name, i.Severity, i.HQ, i.Commander, i.State, i.Mechanism, i.Lead, clock.Micro(i.ActivatedAt), i.ActivatedBy, i.Reason, i.Basis, i.SuggestedBy,
		clock.Micro(i.ClosedAt), i.Version, i.ID)
	return err
}

func savePlaces(tx *db.Tx, i Incident) error {
	if _, err := tx.Exec(`DELETE FROM incident_place WHERE incident = $1`, i.ID); err != nil {
		return err
	}
	for _, p := range i.Places {
		if _, err := tx.Exec(`INSERT INTO incident_place (incident, place) VALUES ($1, $2)`, i.ID, string(p)); err != nil {
			return err
		}
	}
	return nil
}

// hold makes others who would write in the incident wait until this transaction ends.
func hold(tx *db.Tx, incident string) error {
	_, err := tx.Exec(`UPDATE incident SET version = version WHERE id = $1`, incident)
	return err
}

// ByID is one incident. For contexts above, which decide who may know of it.
func ByID(tx *db.Tx, incident string) (i Incident, err error) {
	err = tx.One(func(sc db.Scanner) error {
		i, err = scanIncident(sc)
		return err
	}, `SELECT `+incidentColumns+` FROM incident WHERE id = $1`, incident)
	if err != nil {
		return i, err
	}
	i.Places, err = placesOf(tx, incident)
	return i, err
}

// Running are the incidents whose mechanism runs and that touch a place, also those of a district that has been shared out
// since they began, and of whoever took over. For contexts above.
func Running(tx *db.Tx, tree *place.Tree, p place.Path) ([]Incident, error) {
	var parts []string
	var args []any
	for _, at := range tree.Desks(p, tx.Now) {
		args = append(args, string(at))
		parts = append(parts, fmt.Sprintf("substr($%d, 1, length(x.place)) = x.place", len(args)))
	}
	list, err := each(tx, `SELECT DISTINCT i.id FROM incident i JOIN incident_place x ON x.incident = i.id
		WHERE i.state IN ('active', 'withdrawing') AND (`+strings.Join(parts, " OR ")+`) ORDER BY i.id LIMIT 100`, args...)
	return slices.DeleteFunc(list, func(i Incident) bool { return !i.Touches(tree, p, tx.Now) }), err
}

// AllRunning are the incidents whose mechanism runs, the newest first. For contexts above.
func AllRunning(tx *db.Tx) ([]Incident, error) {
	return each(tx, `SELECT id FROM incident WHERE state IN ('active', 'withdrawing') ORDER BY created_at DESC, id LIMIT 100`)
}

// each reads the incidents whose ids a query finds.
func each(tx *db.Tx, query string, args ...any) (list []Incident, err error) {
	var ids []string
	err = tx.Each(func(sc db.Scanner) error {
		var one string
		err := sc.Scan(&one)
		ids = append(ids, one)
		return err
	}, query, args...)
	for _, one := range ids {
		i, err := ByID(tx, one)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, err
}

func placesOf(tx *db.Tx, incident string) (list []place.Path, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var p string
		err := sc.Scan(&p)
		list = append(list, place.Path(p))
		return err
	}, `SELECT place FROM incident_place WHERE incident = $1 ORDER BY place`, incident)
	return list, err
}

func insertSeats(tx *db.Tx, incident string, m org.Mechanism, groups []org.Group) error {
	for _, g := range groups {
		for _, u := range m.Sitting(g) {
			if _, err := tx.Exec(`INSERT INTO incident_group (incident, grp, unit, name) VALUES ($1, $2, $3, $4)`, incident, string(g), u.ID, u.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func seatsOf(tx *db.Tx, incident string) (list []Seat, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var x Seat
		var g string
		err := sc.Scan(&g, &x.Unit, &x.Name)
		x.Group = org.Group(g)
		list = append(list, x)
		return err
	}, `SELECT g.grp, g.unit, g.name FROM incident_group g LEFT JOIN incident i ON i.id = g.incident
		LEFT JOIN mechanism_unit m ON m.mechanism = i.mechanism AND m.unit = g.unit WHERE g.incident = $1 ORDER BY g.grp, m.no, g.unit`, incident)
	return list, err
}

const (
	decisionKept    = `id, about, decided_by, how, decided_at, reference, words, by, at, confirmed_at, confirmed_by, version`
	decisionColumns = decisionKept + `, (SELECT count(*) FROM decision_scan x WHERE x.decision = decision.id)`
)

func scanDecision(sc db.Scanner) (d Decision, err error) {
	var decided, at, confirmed int64
	err = sc.Scan(&d.ID, &d.About, &d.DecidedBy, &d.How, &decided, &d.Reference, &d.Words, &d.By, &at, &confirmed, &d.ConfirmedBy, &d.Version, &d.Scans)
	d.DecidedAt, d.At, d.ConfirmedAt = clock.FromMicro(decided), clock.FromMicro(at), clock.FromMicro(confirmed)
	return d, err
}

// insertDecision writes a decision. Fails with fault.ErrIDReused: a decision inside of another command brings an id of its own.
func insertDecision(tx *db.Tx, incident string, d Decision) error {
	n, err := tx.Exec(`INSERT INTO decision (incident, `+decisionKept+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING`,
		incident, d.ID, d.About, d.DecidedBy, d.How, clock.Micro(d.DecidedAt), d.Reference, d.Words, d.By, clock.Micro(d.At), clock.Micro(d.ConfirmedAt), d.ConfirmedBy, d.Version)
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	return err
}

func saveDecision(tx *db.Tx, d Decision) error {
	_, err := tx.Exec(`UPDATE decision SET reference = $1, confirmed_at = $2, confirmed_by = $3, version = $4 WHERE id = $5`,
		d.Reference, clock.Micro(d.ConfirmedAt), d.ConfirmedBy, d.Version, d.ID)
	return err
}

func decisionByID(tx *db.Tx, incident, decision string) (d Decision, err error) {
	err = tx.One(func(sc db.Scanner) error {
		d, err = scanDecision(sc)
		return err
	}, `SELECT `+decisionColumns+` FROM decision WHERE id = $1 AND incident = $2`, decision, incident)
	return d, err
}

func decisionsOf(tx *db.Tx, incident string) (list []Decision, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		d, err := scanDecision(sc)
		list = append(list, d)
		return err
	}, `SELECT `+decisionColumns+` FROM decision WHERE incident = $1 ORDER BY at DESC, id LIMIT 300`, incident)
	return list, err
}

const responseColumns = `id, decision, name, level, began_at, expected, measures, ended_at, end_decision, version`

func scanResponse(sc db.Scanner) (r Response, err error) {
	var began, ended int64
	var end string
	err = sc.Scan(&r.ID, &r.Decision.ID, &r.Name, &r.Level, &began, &r.Expected, &r.Measures, &ended, &end, &r.Version)
	r.Began, r.Ended = clock.FromMicro(began), clock.FromMicro(ended)
	if end != "" {
		r.EndedBy = &Decision{ID: end}
	}
	return r, err
}

func insertResponse(tx *db.Tx, incident string, r Response) error {
	_, err := tx.Exec(`INSERT INTO response (incident, `+responseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9)`,
		incident, r.ID, r.Decision.ID, r.Name, r.Level, clock.Micro(r.Began), r.Expected, r.Measures, r.Version)
	return err
}

func saveResponse(tx *db.Tx, r Response) error {
	_, err := tx.Exec(`UPDATE response SET ended_at = $1, end_decision = $2, version = $3 WHERE id = $4`, clock.Micro(r.Ended), r.EndedBy.ID, r.Version, r.ID)
	return err
}

func responseByID(tx *db.Tx, incident, response string) (r Response, err error) {
	err = tx.One(func(sc db.Scanner) error {
		r, err = scanResponse(sc)
		return err
	}, `SELECT `+responseColumns+` FROM response WHERE id = $1 AND incident = $2`, response, incident)
	return r, err
}

func responsesOf(tx *db.Tx, incident string) (list []Response, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		r, err := scanResponse(sc)
		list = append(list, r)
		return err
	}, `SELECT `+responseColumns+` FROM response WHERE incident = $1 ORDER BY began_at DESC, id LIMIT 50`, incident)
	return list, err
}

const rosterColumns = `id, edition, state, submitted_at, decision, version`

func rosterWhere(tx *db.Tx, where string, args ...any) (r Roster, err error) {
	var submitted int64
	var decision string
	err = tx.Get(`SELECT `+rosterColumns+` FROM roster WHERE `+where, args, &r.ID, &r.Edition, &r.State, &submitted, &decision, &r.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return Roster{}, nil
	}
	if err != nil {
		return r, err
	}
	r.Submitted = clock.FromMicro(submitted)
	if decision != "" {
		r.Decision = &Decision{ID: decision}
	}
	r.Persons, err = personsOf(tx, r.ID)
	return r, err
}

// openRoster is the edition that is worked on; one without an id when there is none.
func openRoster(tx *db.Tx, incident string) (Roster, error) {
	return rosterWhere(tx, `incident = $1 AND state <> 'approved'`, incident)
}

// rosterInForce is the newest edition that headquarters approved; one without an id when there is none.
func rosterInForce(tx *db.Tx, incident string) (Roster, error) {
	return rosterWhere(tx, `incident = $1 AND state = 'approved' ORDER BY edition DESC LIMIT 1`, incident)
}

func rosterApproved(tx *db.Tx, incident string) (bool, error) {
	var n int
	err := tx.Get(`SELECT count(*) FROM roster WHERE incident = $1 AND state = 'approved'`, []any{incident}, &n)
	return n > 0, err
}

// lastEdition is the number of the last edition, and the version it has come to.
func lastEdition(tx *db.Tx, incident string) (n int, version int64, err error) {
	err = tx.Get(`SELECT coalesce(max(edition), 0), coalesce(max(version), 0) FROM roster WHERE incident = $1`, []any{incident}, &n, &version)
	return n, version, err
}

func insertRoster(tx *db.Tx, incident string, r Roster) error {
	_, err := tx.Exec(`INSERT INTO roster (incident, `+rosterColumns+`) VALUES ($1, $2, $3, $4, 0, '', $5)`, incident, r.ID, r.Edition, r.State, r.Version)
	return err
}

func saveRoster(tx *db.Tx, r Roster) error {
	decision := ""
	if r.Decision != nil {
		decision = r.Decision.ID
	}
	_, err := tx.Exec(`UPDATE roster SET state = $1, submitted_at = $2, decision = $3, version = $4 WHERE id = $5`,
		r.State, clock.Micro(r.Submitted), decision, r.Version, r.ID)
	return err
}

func savePersons(tx *db.Tx, roster string, persons []Person, sealed [][]byte) error {
	if _, err := tx.Exec(`DELETE FROM roster_person WHERE roster = $1`, roster); err != nil {
		return err
	}
	for i, p := range persons {
		if _, err := tx.Exec(`INSERT INTO roster_person (roster, no, grp, unit, name, post, duty, phone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			roster, i, string(p.Group), p.Unit, p.Name, p.Post, p.Duty, sealed[i]); err != nil {
			return err
		}
	}
	return nil
}

// personsOf are the persons of an edition; their phones still stand sealed in Phone.
func personsOf(tx *db.Tx, roster string) (list []Person, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var p Person
		var g string
		var sealed []byte
		err := sc.Scan(&g, &p.Unit, &p.Name, &p.Post, &p.Duty, &sealed)
		p.Group, p.Phone = org.Group(g), string(sealed)
		list = append(list, p)
		return err
	}, `SELECT grp, unit, name, post, duty, phone FROM roster_person WHERE roster = $1 ORDER BY no`, roster)
	return list, err
}

func saveContacts(tx *db.Tx, incident string, list []Contact) error {
	if _, err := tx.Exec(`DELETE FROM incident_contact WHERE incident = $1`, incident); err != nil {
		return err
	}
	for i, c := range list {
		if _, err := tx.Exec(`INSERT INTO incident_contact (incident, no, name, number, public) VALUES ($1, $2, $3, $4, $5)`, incident, i, c.Name, c.Number, c.Public); err != nil {
			return err
		}
	}
	return nil
}

// Contacts are the numbers of an incident. For contexts above, which decide who is shown those that are not public.
func Contacts(tx *db.Tx, incident string) (list []Contact, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var c Contact
		err := sc.Scan(&c.Name, &c.Number, &c.Public)
		list = append(list, c)
		return err
	}, `SELECT name, number, public FROM incident_contact WHERE incident = $1 ORDER BY no`, incident)
	return list, err
}

const handoverColumns = `id, incident, from_grp, to_grp, item_kind, item, matter, state, by, at, taken_by, taken_at, version`

func scanHandover(sc db.Scanner) (h Handover, err error) {
	var from, to string
	var at, taken int64
	err = sc.Scan(&h.ID, &h.Incident, &from, &to, &h.ItemKind, &h.Item, &h.Matter, &h.State, &h.By, &at, &h.TakenBy, &taken, &h.Version)
	h.From, h.To, h.At, h.TakenAt = org.Group(from), org.Group(to), clock.FromMicro(at), clock.FromMicro(taken)
	return h, err
}

func insertHandover(tx *db.Tx, h Handover) error {
	_, err := tx.Exec(`INSERT INTO handover (`+handoverColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, $11)`,
		h.ID, h.Incident, string(h.From), string(h.To), h.ItemKind, h.Item, h.Matter, h.State, h.By, clock.Micro(h.At), h.Version)
	return err
}

func saveHandover(tx *db.Tx, h Handover) error {
	_, err := tx.Exec(`UPDATE handover SET state = $1, taken_by = $2, taken_at = $3, version = $4 WHERE id = $5`, h.State, h.TakenBy, clock.Micro(h.TakenAt), h.Version, h.ID)
	return err
}

func handoverByID(tx *db.Tx, incident, handover string) (h Handover, err error) {
	err = tx.One(func(sc db.Scanner) error {
		h, err = scanHandover(sc)
		return err
	}, `SELECT `+handoverColumns+` FROM handover WHERE id = $1 AND incident = $2`, handover, incident)
	return h, err
}

func handovers(tx *db.Tx, incident string) (list []Handover, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		h, err := scanHandover(sc)
		list = append(list, h)
		return err
	}, `SELECT `+handoverColumns+` FROM handover WHERE incident = $1 ORDER BY at DESC, id LIMIT 500`, incident)
	return list, err
}

func insertWorkingGroup(tx *db.Tx, incident string, g WorkingGroup) error {
	_, err := tx.Exec(`INSERT INTO working_group (id, incident, place, head, members, task, sent_at, back_at, by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)`,
		g.ID, incident, string(g.Place), g.Head, g.Members, g.Task, clock.Micro(g.Sent), g.By, g.Version)
	return err
}

// endWorkingGroup marks a working group as back and is whose it is.
func endWorkingGroup(tx *db.Tx, incident, group string) (p place.Path, err error) {
	var path string
	err = tx.Get(`UPDATE working_group SET back_at = $1, version = version + 1 WHERE id = $2 AND incident = $3 AND back_at = 0 RETURNING place`,
		[]any{clock.Micro(tx.Now), group, incident}, &path)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.ErrNotFound
	}
	return place.Path(path), err
}

func workingGroupsOf(tx *db.Tx, incident string) (list []WorkingGroup, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var g WorkingGroup
		var path string
		var sent, back int64
		err := sc.Scan(&g.ID, &path, &g.Head, &g.Members, &g.Task, &sent, &back, &g.By, &g.Version)
		g.Place, g.Sent, g.Back = place.Path(path), clock.FromMicro(sent), clock.FromMicro(back)
		list = append(list, g)
		return err
	}, `SELECT id, place, head, members, task, sent_at, back_at, by, version FROM working_group WHERE incident = $1 ORDER BY sent_at DESC, id LIMIT 100`, incident)
	return list, err
}
