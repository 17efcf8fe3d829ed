package notice

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
)

const (
	every     = time.Second // how often it is looked whether something is due
	batch     = 50          // rows told of in one transaction
	farBehind = 5000        // rows that tell nothing are passed over so many at a time
)

// Heard is the journal's listener: a row that tells somebody wakes Run.
func (s *Service) Heard(rows []journal.Row) {
	for i := range rows {
		if s.heard[rows[i].Verb] {
			s.told.Store(true)
			select {
			case s.wake <- struct{}{}:
			default:
			}
			return
		}
	}
}

// Run tells people, until ctx ends. Every node runs it; what one does the others find done.
func (s *Service) Run(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-s.begun:
	}
	s.told.Store(true) // what settled while no node ran
	tick, deadlines := time.NewTicker(every), time.NewTicker(watchEvery)
	defer tick.Stop()
	defer deadlines.Stop()
	for {
		do := s.catchUp
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		case <-deadlines.C:
			do = s.Watch
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "notices wait", slog.Any("error", err))
		}
	}
}

// catchUp follows the journal to its end.
func (s *Service) catchUp(ctx context.Context) error {
	if !s.told.Swap(false) && s.journal.Position()-s.at.Load() < farBehind {
		return nil
	}
	for ctx.Err() == nil {
		more, err := s.Follow(ctx)
		if err != nil {
			s.told.Store(true)
			return err
		}
		if !more {
			return nil
		}
	}
	return nil
}

// Follow takes the next rows of the journal and writes what they tell, with the cursor, in one transaction. Of two nodes
// one moves the cursor; the other writes nothing. It says whether there is more.
func (s *Service) Follow(ctx context.Context) (more bool, err error) {
	var from int64
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		from, err = cursor(tx)
		return err
	}); err != nil {
		return false, err
	}
	s.at.Store(from)
	until := s.journal.Position()
	if from >= until {
		return false, nil
	}
	rows, err := s.journal.ReadVerbs(ctx, from, until, s.verbs, batch)
	if err != nil {
		return false, err
	}
	if len(rows) == batch {
		until, more = rows[batch-1].Position, true
	}
	moved := false
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if moved, err = moveCursor(tx, from, until); err != nil || !moved {
			return err
		}
		for i := range rows {
			if err := s.tell(tx, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && moved {
		s.at.Store(until)
		s.send()
	}
	return more, err
}

// tell writes what one row tells, after what it ends.
func (s *Service) tell(tx *db.Tx, r *journal.Row) error {
	e := event{subject: r.Subject, place: place.Path(r.Place), incident: r.Incident, actor: r.Actor, at: r.At, body: body{}}
	if err := json.Unmarshal(r.Body, &e.body); err != nil {
		return fault.Wrap(err, "a row of the journal")
	}
	var ends []string
	for _, k := range Kinds {
		if slices.Contains(k.Ends, r.Verb) {
			ends = append(ends, k.Key)
		}
	}
	if len(ends) > 0 {
		if err := answered(tx, r.Subject, ends); err != nil {
			return err
		}
	}
	for _, k := range Kinds {
		if slices.Contains(k.Verbs, r.Verb) && (k.When == nil || k.When(e.body)) {
			if err := s.make(tx, k, fmt.Sprintf("%d %s", r.Position, k.Key), e); err != nil {
				return err
			}
		}
	}
	return nil
}

// make writes a notice to whom it is for; none when that is nobody, or when its cause has told already.
func (s *Service) make(tx *db.Tx, k Kind, cause string, e event) error {
	n := Notice{ID: id.New(), Cause: cause, Kind: k.Key, Incident: e.incident, Place: e.place, Subject: e.subject, Body: k.fields(e.body), At: e.at}
	if e.incident != "" {
		i, err := incident.ByID(tx, e.incident)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // a row that nobody can place must not keep all others from being told
		}
		if err != nil {
			return err
		}
		n.Drill, n.Place, e.place = i.Drill, i.Place, i.Place
	}
	e.offers = s.offers
	list, err := k.To(tx, e)
	if err != nil || len(list) == 0 {
		return err
	}
	if fresh, err := insertNotice(tx, n); err != nil || !fresh {
		return err
	}
	limit, used, err := s.params.Minutes(n.Place, "notice.read_within", e.at)
	if err != nil {
		return err
	}
	var accounts []string
	for _, a := range list {
		if err := s.address(tx, n, k, a, limit, &accounts); err != nil {
			return err
		}
	}
	if k.Phone {
		if err := parameter.Keep(tx, n.ID, "", used); err != nil {
			return err
		}
	}
	return journal.Append(tx, entry(n, "made", "system", 1, accounts, nil))
}

// address writes an addressee with its deliveries. told are the accounts that have the notice already: who leads two teams
// reads it once.
func (s *Service) address(tx *db.Tx, n Notice, k Kind, a addressee, limit time.Duration, told *[]string) error {
	r := Recipient{ID: id.New(), Notice: n.ID, Incident: n.Incident, Team: a.team, Wanted: k.Phone}
	if k.Phone {
		r.ReadBy = n.At.Add(limit)
	}
	if a.team == "" {
		r.Account = a.accounts[0]
		if slices.Contains(*told, r.Account) {
			return nil
		}
	}
	if err := insertRecipient(tx, r); err != nil {
		return err
	}
	d := Delivery{Notice: n.ID, Recipient: r.ID, Incident: n.Incident, At: n.At, Since: n.At}
	for _, account := range a.accounts {
		if slices.Contains(*told, account) {
			continue
		}
		*told = append(*told, account)
		d.ID, d.Channel, d.Account, d.State = id.New(), App, account, "delivered"
		if err := insertDelivery(tx, d); err != nil {
			return err
		}
	}
	if a.team == "" || !k.SMS {
		return nil
	}
	d.ID, d.Channel, d.Account, d.Team, d.State, d.Next = id.New(), SMS, "", a.team, "queued", n.At
	if d.Why = s.silent(n.Drill); d.Why != "" {
		d.State = "held"
	}
	return insertDelivery(tx, d)
}

// silent is why no short message goes out; "" when it does.
func (s *Service) silent(drill bool) string {
	switch {
	case drill:
		return Drill
	case s.sender == nil && s.demo:
		return Demo
	case s.sender == nil:
		return NoGateway
	}
	return ""
}
