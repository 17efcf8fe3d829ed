package notice

import (
	"context"
	"fmt"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Item is a notice as its addressee reads it.
type Item struct {
	Delivery
	Kind   string
	Words  Words
	Page   string // where it leads
	Urgent bool
	Drill  bool
}

// maxMine bounds what one page of the own notices holds.
const maxMine = 200

// Mine are the notices of the actor, the unread first, then the newest; unread is how many nobody on this account has
// read, all of them.
func (s *Service) Mine(ctx context.Context, unreadOnly bool, limit int) (list []Item, unread int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	where := `d.account = $1 AND d.account <> ''`
	if unreadOnly {
		where += ` AND d.state = 'delivered'`
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if unread, err = unreadOf(tx, actor.Account); err != nil {
			return err
		}
		list, err = items(tx, fmt.Sprintf(`%s ORDER BY CASE WHEN d.state = 'delivered' THEN 0 ELSE 1 END, d.at DESC, d.id DESC LIMIT %d`, where, max(1, min(limit, maxMine))), actor.Account)
		return err
	})
	return list, unread, err
}

func unreadOf(tx *db.Tx, account string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM notice_delivery WHERE account = $1 AND account <> '' AND state = 'delivered'`, []any{account}, &n)
	return n, err
}

// items are deliveries with the words of their notices.
func items(tx *db.Tx, where string, args ...any) (list []Item, err error) {
	var notices []*Notice
	err = tx.Each(func(sc db.Scanner) error {
		var x Item
		n := &Notice{}
		of, done := deliveryInto(&x.Delivery)
		about, read := noticeInto(n)
		if err := sc.Scan(append(of, about...)...); err != nil {
			return err
		}
		done()
		list, notices = append(list, x), append(notices, n)
		return read()
	}, `SELECT `+deliveryColumns+`, `+noticeColumns+` FROM notice_delivery d JOIN notice n ON n.id = d.notice WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	known := map[string]around{}
	for i, n := range notices {
		if list[i].Words, err = n.say(tx, known); err != nil {
			return nil, err
		}
		k, _ := KindOf(n.Kind)
		list[i].Kind, list[i].Page, list[i].Urgent, list[i].Drill = n.Kind, n.page(), k.Urgent, n.Drill
	}
	return list, nil
}

// say is the words of a notice; what its incident says is read once for a list.
func (n Notice) say(tx *db.Tx, known map[string]around) (w Words, err error) {
	a, ok := known[n.Incident]
	if !ok {
		if a, err = aroundOf(tx, n.Incident); err != nil {
			return w, err
		}
		known[n.Incident] = a
	}
	return n.words(a), nil
}

// Line is a delivery as the outbox shows it.
type Line struct {
	Item
	Name    string // of the person or the team
	Resends bool   // the actor may send it again now
}

// Ring is an addressee who has to be phoned.
type Ring struct {
	Recipient
	Kind     string
	Words    Words
	Urgent   bool
	Drill    bool
	At       time.Time
	Name     string // of the person or the team
	SMS      string // state of the short message; "" when none was to go
	Why      string // why it failed or is held
	CallName string // who phoned last
}

// Outbox is what went out in an incident.
type Outbox struct {
	Lines  []Line
	Rings  []Ring
	Counts map[string]int // waiting, arrived, failed, phone
	Calls  bool           // the actor may write down calls
	Gate   bool           // a gateway is configured
}

// Notices are the ids of the notices behind what is listed.
func (o Outbox) Notices() (ids []string) {
	for _, x := range o.Lines {
		ids = append(ids, x.Notice)
	}
	for _, x := range o.Rings {
		ids = append(ids, x.Notice)
	}
	return ids
}

// shelves are the tabs of the outbox: what waits, what arrived, what did not. Nothing is in two.
var shelves = map[string]string{
	"waiting": `'queued','sent'`,
	"arrived": `'delivered','read'`,
	"failed":  `'failed','held'`,
}

// maxOutbox bounds what one page of the outbox holds.
const maxOutbox = 500

// Outbox is what went out in an incident, on one of the shelves: waiting, arrived, failed; or phone, who has to be phoned,
// the longest unread first.
func (s *Service) Outbox(ctx context.Context, in, shelf string, limit int) (o Outbox, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return o, err
	}
	if shelves[shelf] == "" && shelf != "phone" {
		return o, fault.InvalidField("query.state", "unknown", "请从列出的项目中选择", "choose one of those listed")
	}
	limit = max(1, min(limit, maxOutbox))
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		o = Outbox{Calls: calls(actor, i), Gate: s.sender != nil}
		if o.Counts, err = countsOf(tx, in, s.clock.Now()); err != nil {
			return err
		}
		if shelf == "phone" {
			o.Rings, err = rings(tx, in, s.clock.Now(), limit)
			return err
		}
		list, err := items(tx, fmt.Sprintf(`d.incident = $1 AND d.state IN (%s) ORDER BY d.at DESC, d.id DESC LIMIT %d`, shelves[shelf], limit), in)
		if err != nil {
			return err
		}
		for _, x := range list {
			o.Lines = append(o.Lines, s.line(x, actor, i))
		}
		return nameLines(tx, o.Lines)
	})
	return o, err
}

// Line is one addressee by one channel; not found for whoever does not see what went out in its incident.
func (s *Service) Line(ctx context.Context, delivery string) (x Line, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return x, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list, err := items(tx, `d.id = $1`, delivery)
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].Incident == "" {
			return fault.ErrNotFound
		}
		i, err := incident.ByID(tx, list[0].Incident)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		one := []Line{s.line(list[0], actor, i)}
		err = nameLines(tx, one)
		x = one[0]
		return err
	})
	return x, err
}

// line is a delivery with what the actor may do about it.
func (s *Service) line(x Item, a access.Actor, i incident.Incident) Line {
	_, err := Deliveries.To(x.State, "resend")
	return Line{Item: x, Resends: err == nil && calls(a, i) && x.Channel == SMS && s.silent(i.Drill) == ""}
}

func countsOf(tx *db.Tx, in string, now time.Time) (map[string]int, error) {
	counts := map[string]int{"waiting": 0, "arrived": 0, "failed": 0}
	err := tx.Each(func(sc db.Scanner) error {
		var state string
		var n int
		err := sc.Scan(&state, &n)
		counts[map[string]string{"queued": "waiting", "sent": "waiting", "delivered": "arrived", "read": "arrived", "failed": "failed", "held": "failed"}[state]] += n
		return err
	}, `SELECT state, count(*) FROM notice_delivery WHERE incident = $1 GROUP BY state`, in)
	if err != nil {
		return nil, err
	}
	counts["phone"], err = Unreached(tx, in, now)
	return counts, err
}

// Unreached is how many addressees of an incident have to be phoned now. For contexts above.
func Unreached(tx *db.Tx, in string, now time.Time) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM notice_to WHERE incident = $1 AND wanted AND read_by <= $2`, []any{in, clock.Micro(now)}, &n)
	return n, err
}

func rings(tx *db.Tx, in string, now time.Time, limit int) (list []Ring, err error) {
	var notices []*Notice
	err = tx.Each(func(sc db.Scanner) error {
		var x Ring
		n := &Notice{}
		of, done := recipientInto(&x.Recipient)
		about, read := noticeInto(n)
		if err := sc.Scan(append(append(of, about...), &x.SMS, &x.Why)...); err != nil {
			return err
		}
		done()
		list, notices = append(list, x), append(notices, n)
		return read()
	}, fmt.Sprintf(`SELECT `+recipientColumns+`, `+noticeColumns+`, coalesce(d.state, ''), coalesce(d.why, '') FROM notice_to r JOIN notice n ON n.id = r.notice
		LEFT JOIN notice_delivery d ON d.recipient = r.id AND d.channel = 'sms'
		WHERE r.incident = $1 AND r.wanted AND r.read_by <= $2 ORDER BY r.read_by, r.id LIMIT %d`, limit), in, clock.Micro(now))
	if err != nil {
		return nil, err
	}
	known := map[string]around{}
	for i, n := range notices {
		if list[i].Words, err = n.say(tx, known); err != nil {
			return nil, err
		}
		k, _ := KindOf(n.Kind)
		list[i].Kind, list[i].Urgent, list[i].Drill, list[i].At = n.Kind, k.Urgent, n.Drill, n.At
	}
	return list, nameRings(tx, list)
}

func nameLines(tx *db.Tx, list []Line) error {
	var accounts, ids []string
	for _, x := range list {
		accounts, ids = append(accounts, x.Account), append(ids, x.Team)
	}
	name, err := namer(tx, accounts, ids)
	for i := range list {
		list[i].Name = name(list[i].Account, list[i].Team)
	}
	return err
}

func nameRings(tx *db.Tx, list []Ring) error {
	var accounts, ids []string
	for _, x := range list {
		accounts, ids = append(accounts, x.Account, x.CalledBy), append(ids, x.Team)
	}
	name, err := namer(tx, accounts, ids)
	for i := range list {
		list[i].Name, list[i].CallName = name(list[i].Account, list[i].Team), name(list[i].CalledBy, "")
	}
	return err
}

// namer names persons and teams; "" for nobody.
func namer(tx *db.Tx, accounts, ids []string) (func(account, team string) string, error) {
	people, err := access.NamesIn(tx, accounts)
	if err != nil {
		return func(string, string) string { return "" }, err
	}
	names, err := team.NamesOf(tx, ids)
	return func(account, of string) string {
		if of != "" {
			return names[of]
		}
		return people[account]
	}, err
}
