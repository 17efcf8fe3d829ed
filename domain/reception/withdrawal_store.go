package reception

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/seal"
)

const withdrawalColumns = `id, number, incident, wave, state, reason, point, leave_from, leave_to, route, guidance, contact, ordered_by, ordered_at, created_by, created_at, version`

func scanWithdrawal(sc db.Scanner) (w Withdrawal, err error) {
	var from, to, ordered, created int64
	err = sc.Scan(&w.ID, &w.Number, &w.Incident, &w.Wave, &w.State, &w.Reason, &w.Point, &from, &to, &w.Route, &w.Guidance, &w.Contact, &w.OrderedBy,
		&ordered, &w.CreatedBy, &created, &w.Version)
	for at, us := range map[*time.Time]int64{&w.From: from, &w.To: to, &w.OrderedAt: ordered, &w.CreatedAt: created} {
		*at = clock.FromMicro(us)
	}
	return w, err
}

func insertWithdrawal(tx *db.Tx, w Withdrawal) error {
	n, err := tx.Exec(`INSERT INTO withdrawal (`+withdrawalColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 0, $13, $14, $15)
		ON CONFLICT (id) DO NOTHING`,
		w.ID, w.Number, w.Incident, w.Wave, w.State, w.Reason, w.Point, clock.Micro(w.From), clock.Micro(w.To), w.Route, w.Guidance, w.Contact,
		w.CreatedBy, clock.Micro(w.CreatedAt), w.Version)
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	return err
}

// saveWithdrawal writes what a use case changed. The row is held by it, so nobody wrote meanwhile.
func saveWithdrawal(tx *db.Tx, w Withdrawal) error {
	n, err := tx.Exec(`UPDATE withdrawal SET state = $1, reason = $2, point = $3, leave_from = $4, leave_to = $5, route = $6, guidance = $7, contact = $8,
			ordered_by = $9, ordered_at = $10, version = $11 WHERE id = $12 AND version = $13`,
		w.State, w.Reason, w.Point, clock.Micro(w.From), clock.Micro(w.To), w.Route, w.Guidance, w.Contact, w.OrderedBy, clock.Micro(w.OrderedAt),
		w.Version, w.ID, w.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("withdrawal", "id", w.ID, "state")
	}
	return err
}

// holdWithdrawal makes others who would write the wave wait until this transaction ends. Waves are held before parties.
func holdWithdrawal(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE withdrawal SET version = version WHERE id = $1`, id)
	return err
}

func withdrawalByID(tx *db.Tx, id string) (w Withdrawal, err error) {
	err = tx.One(func(sc db.Scanner) error {
		w, err = scanWithdrawal(sc)
		return err
	}, `SELECT `+withdrawalColumns+` FROM withdrawal WHERE id = $1`, id)
	if err != nil {
		return w, err
	}
	w.Members, err = membersOf(tx, w)
	return w, err
}

// withdrawalsOf are the waves of an incident that a figure counts, or all, the latest first.
func withdrawalsOf(tx *db.Tx, incident, figure string) (list []Withdrawal, err error) {
	counted, err := waveParts.And(figure, tx.Now)
	if err != nil {
		return nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		w, err := scanWithdrawal(sc)
		list = append(list, w)
		return err
	}, `SELECT `+withdrawalColumns+` FROM withdrawal WHERE incident = $1`+counted+` ORDER BY wave DESC LIMIT 200`, incident)
	for i := range list {
		if err == nil {
			list[i].Members, err = membersOf(tx, list[i])
		}
	}
	return list, err
}

// nextWave is the number of the next wave. Two who plan at once are told apart by the unique index.
func nextWave(tx *db.Tx, incident string) (n int, err error) {
	err = tx.Get(`SELECT coalesce(max(wave), 0) + 1 FROM withdrawal WHERE incident = $1`, []any{incident}, &n)
	return n, err
}

// membersOf are the parties of a wave in the order of their ids, contacts sealed. One that was recalled is no more in it.
func membersOf(tx *db.Tx, w Withdrawal) (list []Leaver, err error) {
	where := `x.withdrawal = $1`
	if w.State == "ordered" || w.State == "done" {
		where += ` AND p.withdrawal = x.withdrawal`
	}
	taken := map[string]time.Time{}
	open := map[string]int{}
	err = tx.Each(func(sc db.Scanner) error {
		var id string
		var at int64
		var n int
		err := sc.Scan(&id, &at, &n)
		taken[id], open[id] = clock.FromMicro(at), n
		return err
	}, `SELECT x.party, x.taken_at, (SELECT count(*) FROM handback h WHERE h.party = x.party AND h.at = 0)
		FROM withdrawal_party x WHERE x.withdrawal = $1`, w.ID)
	if err != nil {
		return nil, err
	}
	parties, err := partiesWhere(tx, `id IN (SELECT p.id FROM party p JOIN withdrawal_party x ON x.party = p.id WHERE `+where+`) ORDER BY id`, w.ID)
	for _, p := range parties {
		list = append(list, Leaver{Party: p, TakenAt: taken[p.ID], Open: open[p.ID]})
	}
	return list, err
}

// join puts a party into a wave; false when it is in one that is planned or ordered.
func join(tx *db.Tx, withdrawal, party string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO withdrawal_party (withdrawal, party, live, taken_at) VALUES ($1, $2, TRUE, 0) ON CONFLICT (party) WHERE live DO NOTHING`,
		withdrawal, party)
	return n == 1, err
}

// part takes a party out of a wave that is only planned; nothing of it is kept.
func part(tx *db.Tx, withdrawal, party string) error {
	_, err := tx.Exec(`DELETE FROM withdrawal_party WHERE withdrawal = $1 AND party = $2`, withdrawal, party)
	return err
}

// rest says that a wave is over for a party, or, when it is "", for all of them: they may be in another one.
func rest(tx *db.Tx, withdrawal, party string) error {
	_, err := tx.Exec(`UPDATE withdrawal_party SET live = FALSE WHERE withdrawal = $1 AND ($2 = '' OR party = $2)`, withdrawal, party)
	return err
}

// takeOrder writes that the leader of a party has the order; the first time counts.
func takeOrder(tx *db.Tx, withdrawal, party string) error {
	_, err := tx.Exec(`UPDATE withdrawal_party SET taken_at = $1 WHERE withdrawal = $2 AND party = $3 AND taken_at = 0`, clock.Micro(tx.Now), withdrawal, party)
	return err
}

const handbackColumns = `id, party, what, unit, lent, lender, request, back, damaged, lost, note, by, at, version, used`

func scanHandback(sc db.Scanner) (h Handback, err error) {
	var at int64
	err = sc.Scan(&h.ID, &h.Party, &h.What, &h.Unit, &h.Lent, &h.Lender, &h.Request, &h.Back, &h.Damaged, &h.Lost, &h.Note, &h.By, &at, &h.Version, &h.Used)
	h.At = clock.FromMicro(at)
	return h, err
}

func handbacksOf(tx *db.Tx, party string) (list []Handback, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		h, err := scanHandback(sc)
		list = append(list, h)
		return err
	}, `SELECT `+handbackColumns+` FROM handback WHERE party = $1 ORDER BY at, what, id LIMIT 500`, party)
	return list, err
}

func handbackByID(tx *db.Tx, id string) (h Handback, err error) {
	err = tx.One(func(sc db.Scanner) error {
		h, err = scanHandback(sc)
		return err
	}, `SELECT `+handbackColumns+` FROM handback WHERE id = $1`, id)
	return h, err
}

// listedOf is how much stands, by request of logistics, on the hand-back lists of a party and of others of its team there.
func listedOf(tx *db.Tx, p Party) (listed map[string]int, err error) {
	listed = map[string]int{}
	err = tx.Each(func(sc db.Scanner) error {
		var request string
		var n int
		err := sc.Scan(&request, &n)
		listed[request] = n
		return err
	}, `SELECT h.request, sum(h.lent) FROM handback h JOIN party p ON p.id = h.party
		WHERE h.request <> '' AND (p.id = $1 OR p.incident = $2 AND p.team = $3 AND p.team <> '') GROUP BY h.request`, p.ID, p.Incident, p.Team)
	return listed, err
}

// insertHandback writes a line; false when there is one with its id.
func insertHandback(tx *db.Tx, h Handback) (bool, error) {
	n, err := tx.Exec(`INSERT INTO handback (`+handbackColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, NULL, '', 0, 1, 0) ON CONFLICT DO NOTHING`,
		h.ID, h.Party, h.What, h.Unit, h.Lent, h.Lender, h.Request)
	return n == 1, err
}

// settle writes what became of a line; the party is held, so nobody writes in its list meanwhile.
func settle(tx *db.Tx, h Handback) error {
	_, err := tx.Exec(`UPDATE handback SET back = $1, damaged = $2, lost = $3, note = $4, by = $5, at = $6, version = $7, used = $9 WHERE id = $8`,
		h.Back, h.Damaged, h.Lost, h.Note, h.By, clock.Micro(h.At), h.Version, h.ID, h.Used)
	return err
}

func dropHandback(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM handback WHERE id = $1 AND at = 0`, id)
	return err
}

// countItem writes how much of a kind of equipment the party took with it.
func countItem(tx *db.Tx, party, kind string, out int) error {
	_, err := tx.Exec(`UPDATE party_item SET out = $1 WHERE party = $2 AND kind = $3`, out, party, kind)
	return err
}

// leaveBehind writes why a vehicle or equipment did not leave with its party.
func leaveBehind(x *step, key *seal.Key, what, subject, note string) error {
	sealed, err := key.Text(note, behindRow(x.ID, what, subject))
	if err != nil {
		return err
	}
	_, err = x.tx.Exec(`INSERT INTO left_behind (party, what, subject, note, by, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (party, what, subject) DO UPDATE SET note = $4, by = $5, at = $6`, x.ID, what, subject, sealed, x.actor.Account, clock.Micro(x.tx.Now))
	return err
}

func behindRow(party, what, subject string) string {
	return "party:" + party + ":behind:" + what + ":" + subject
}

// Behind is a vehicle or equipment that did not leave with its party.
type Behind struct {
	What    string // vehicle, item
	Subject string // id of the vehicle's row, or the kind of equipment
	Note    seal.Text
}

func behindOf(tx *db.Tx, party string) (list []Behind, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var b Behind
		err := sc.Scan(&b.What, &b.Subject, &b.Note)
		list = append(list, b)
		return err
	}, `SELECT what, subject, note FROM left_behind WHERE party = $1 ORDER BY what, subject`, party)
	return list, err
}

// unaccounted writes that nobody knows where a person is who should be there. The person stays inside.
func unaccounted(tx *db.Tx, party, presence string, note seal.Text) error {
	_, err := tx.Exec(`UPDATE presence SET out_why = 'missing', out_note = $1, version = version + 1 WHERE id = $2 AND party = $3 AND out_at = 0`, note, presence, party)
	return err
}

// ToTake counts the orders to leave that teams have not acknowledged. For contexts above.
func ToTake(tx *db.Tx, teams []string) (n int, err error) {
	if len(teams) == 0 {
		return 0, nil
	}
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	err = tx.Get(`SELECT count(*) FROM withdrawal_party w JOIN party p ON p.id = w.party
		WHERE w.live AND w.taken_at = 0 AND p.state = 'leaving' AND p.team IN (`+db.List(1, len(teams))+`)`, args, &n)
	return n, err
}

// ToArrive are the parties of teams that have left and have not said that they are home, and how many of them should have
// by now. For contexts above.
func ToArrive(tx *db.Tx, teams []string, now time.Time) (n, late int, err error) {
	if len(teams) == 0 {
		return 0, 0, nil
	}
	args := []any{clock.Micro(now)}
	for _, t := range teams {
		args = append(args, t)
	}
	err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN p.home_due <> 0 AND p.home_due < $1 THEN 1 ELSE 0 END), 0) FROM party p
		WHERE p.state = 'checked_out' AND p.team IN (`+db.List(2, len(teams))+`)`, args, &n, &late)
	return n, late, err
}
