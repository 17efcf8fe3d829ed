package notice

import (
	"database/sql"
	"encoding/json"
	"errors"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

const noticeColumns = `n.id, n.cause, n.kind, n.incident, n.place, n.subject, n.body, n.drill, n.at`

// noticeInto are the places that a row of noticeColumns is read into; done makes the notice of them.
func noticeInto(n *Notice) (dest []any, done func() error) {
	var at int64
	var path, text string
	return []any{&n.ID, &n.Cause, &n.Kind, &n.Incident, &path, &n.Subject, &text, &n.Drill, &at}, func() error {
		n.Place, n.At = place.Path(path), clock.FromMicro(at)
		return json.Unmarshal([]byte(text), &n.Body)
	}
}

func noticeByID(tx *db.Tx, id string) (n Notice, err error) {
	dest, done := noticeInto(&n)
	if err = tx.Get(`SELECT `+noticeColumns+` FROM notice n WHERE n.id = $1`, []any{id}, dest...); err != nil {
		return n, err
	}
	return n, done()
}

// begun says whether a notice is there for a cause, and whether it is whole.
func begun(tx *db.Tx, cause string) (id string, whole bool, err error) {
	err = tx.Get(`SELECT id, whole FROM notice WHERE cause = $1`, []any{cause}, &id, &whole)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, whole, err
}

// complete makes a notice whole; false when it is already.
func complete(tx *db.Tx, id string) (bool, error) {
	n, err := tx.Exec(`UPDATE notice SET whole = TRUE WHERE id = $1 AND whole = FALSE`, id)
	return n == 1, err
}

// accountsOf are who has a notice in the application.
func accountsOf(tx *db.Tx, notice string) (list []string, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var account string
		err := sc.Scan(&account)
		list = append(list, account)
		return err
	}, `SELECT d.account FROM notice_to r JOIN notice_delivery d ON d.recipient = r.id WHERE r.notice = $1 AND d.account <> '' ORDER BY d.account`, notice)
	return list, err
}

// insertNotice writes a notice; false when its cause has told already.
func insertNotice(tx *db.Tx, n Notice, whole bool) (bool, error) {
	text, err := json.Marshal(n.Body)
	if err != nil {
		return false, err
	}
	rows, err := tx.Exec(`INSERT INTO notice (id, cause, kind, incident, place, subject, body, drill, at, whole) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (cause) DO NOTHING`, n.ID, n.Cause, n.Kind, n.Incident, string(n.Place), n.Subject, string(text), n.Drill, clock.Micro(n.At), whole)
	return rows == 1, err
}

const recipientColumns = `r.id, r.notice, r.incident, r.account, r.team, r.read_by, r.read_at, r.answered_at, r.told_at, r.called_at, r.called_by, r.outcome, r.wanted, r.version`

func recipientInto(r *Recipient) (dest []any, done func()) {
	var by, read, answered, told, called int64
	return []any{&r.ID, &r.Notice, &r.Incident, &r.Account, &r.Team, &by, &read, &answered, &told, &called, &r.CalledBy, &r.Outcome, &r.Wanted, &r.Version}, func() {
		r.ReadBy, r.Read, r.Answered = clock.FromMicro(by), clock.FromMicro(read), clock.FromMicro(answered)
		r.Told, r.Called = clock.FromMicro(told), clock.FromMicro(called)
	}
}

func recipientByID(tx *db.Tx, id string) (r Recipient, err error) {
	dest, done := recipientInto(&r)
	err = tx.Get(`SELECT `+recipientColumns+` FROM notice_to r WHERE r.id = $1`, []any{id}, dest...)
	done()
	return r, err
}

// insertRecipient writes an addressee; false when the notice has it already.
func insertRecipient(tx *db.Tx, r Recipient) (bool, error) {
	n, err := tx.Exec(`INSERT INTO notice_to (id, notice, incident, account, team, read_by, read_at, answered_at, told_at, called_at, called_by, outcome, wanted, version)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, '', '', $7, 1) ON CONFLICT (notice, account, team) DO NOTHING`, r.ID, r.Notice, r.Incident, r.Account, r.Team, clock.Micro(r.ReadBy), r.Wanted)
	return n == 1, err
}

// took writes that an addressee took notice, in one of three ways; nobody needs to phone any more.
func took(tx *db.Tx, recipient, way string) error {
	column := map[string]string{"read": "read_at", "told": "told_at"}[way]
	_, err := tx.Exec(`UPDATE notice_to SET `+column+` = $1, wanted = FALSE, version = version + 1 WHERE id = $2 AND `+column+` = 0`, clock.Micro(tx.Now), recipient)
	return err
}

// answered ends what notices of some kinds about a record ask for, and says which rows it touched.
func answered(tx *db.Tx, subject string, kinds []string) error {
	args := []any{clock.Micro(tx.Now), subject}
	for _, k := range kinds {
		args = append(args, k)
	}
	_, err := tx.Exec(`UPDATE notice_to SET answered_at = $1, wanted = FALSE, version = version + 1
		WHERE answered_at = 0 AND notice IN (SELECT id FROM notice WHERE subject = $2 AND kind IN (`+db.List(3, len(kinds))+`))`, args...)
	return err
}

const deliveryColumns = `d.id, d.notice, d.recipient, d.incident, d.channel, d.account, d.team, d.state, d.why, d.tries, d.next_at, d.at, d.since, d.version`

func deliveryInto(d *Delivery) (dest []any, done func()) {
	var next, at, since int64
	return []any{&d.ID, &d.Notice, &d.Recipient, &d.Incident, &d.Channel, &d.Account, &d.Team, &d.State, &d.Why, &d.Tries, &next, &at, &since, &d.Version}, func() {
		d.Next, d.At, d.Since = clock.FromMicro(next), clock.FromMicro(at), clock.FromMicro(since)
	}
}

func deliveryWhere(tx *db.Tx, where string, args ...any) (d Delivery, err error) {
	dest, done := deliveryInto(&d)
	err = tx.Get(`SELECT `+deliveryColumns+` FROM notice_delivery d WHERE `+where, args, dest...)
	done()
	return d, err
}

func insertDelivery(tx *db.Tx, d Delivery) error {
	_, err := tx.Exec(`INSERT INTO notice_delivery (id, notice, recipient, incident, channel, account, team, state, why, tries, next_at, lease, lease_until, at, since, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, '', 0, $11, $12, 1)`,
		d.ID, d.Notice, d.Recipient, d.Incident, d.Channel, d.Account, d.Team, d.State, d.Why, clock.Micro(d.Next), clock.Micro(d.At), clock.Micro(d.Since))
	return err
}

// saveDelivery writes a new state by compare-and-set; the lease ends with it.
func saveDelivery(tx *db.Tx, d Delivery) error {
	n, err := tx.Exec(`UPDATE notice_delivery SET state = $1, why = $2, tries = $3, next_at = $4, since = $5, lease = '', lease_until = 0, version = $6
		WHERE id = $7 AND version = $8`, d.State, d.Why, d.Tries, clock.Micro(d.Next), clock.Micro(d.Since), d.Version, d.ID, d.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("notice_delivery", "id", d.ID, "state")
	}
	return err
}

// cursor is how far the journal has been followed; 0 when it never was.
func cursor(tx *db.Tx) (at int64, err error) {
	err = tx.Get(`SELECT position FROM follower WHERE name = 'notice'`, nil, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return at, err
}

// moveCursor moves the cursor; false when another node has moved it, and does the work.
func moveCursor(tx *db.Tx, from, to int64) (bool, error) {
	if _, err := tx.Exec(`INSERT INTO follower (name, position) VALUES ('notice', 0) ON CONFLICT (name) DO NOTHING`); err != nil {
		return false, err
	}
	n, err := tx.Exec(`UPDATE follower SET position = $1 WHERE name = 'notice' AND position = $2`, to, from)
	return n == 1, err
}
