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
	every = time.Second // how often it is looked whether something is due
	batch = 50          // rows told of in one transaction
	// atOnceTold is to how many one transaction tells something: four statements for each.
	atOnceTold = 100
	farBehind  = 5000 // rows that tell nothing are passed over so many at a time
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
	for i := range rows {
		if err := s.spread(ctx, &rows[i]); err != nil {
			return false, err
		}
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
	e, err := eventOf(r)
	if err != nil {
		return err
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
			if err := s.make(tx, k, causeOf(r, k), e); err != nil {
				return err
			}
		}
	}
	return nil
}

// eventOf is a row of the journal as it is told.
func eventOf(r *journal.Row) (e event, err error) {
	e = event{subject: r.Subject, place: place.Path(r.Place), incident: r.Incident, actor: r.Actor, at: r.At, body: body{}}
	if err := json.Unmarshal(r.Body, &e.body); err != nil {
		return e, fault.Wrap(err, "a row of the journal")
	}
	return e, nil
}

func causeOf(r *journal.Row, k Kind) string { return fmt.Sprintf("%d %s", r.Position, k.Key) }

// draft is the notice of an event with whom it is for; nobody when no incident can be found that it names: a row that nobody
// can place must not keep all others from being told.
func (s *Service) draft(tx *db.Tx, k Kind, cause string, e event) (n Notice, list []addressee, err error) {
	n = Notice{ID: id.New(), Cause: cause, Kind: k.Key, Incident: e.incident, Place: e.place, Subject: e.subject, Body: k.fields(e.body), At: e.at}
	if e.incident != "" {
		i, err := incident.ByID(tx, e.incident)
		if errors.Is(err, sql.ErrNoRows) {
			return n, nil, nil
		}
		if err != nil {
			return n, nil, err
		}
		n.Drill, n.Place, e.place = i.Drill, i.Place, i.Place
	}
	e.offers, e.desks = s.offers, s.places.Tree().Desks(e.place, tx.Now)
	list, err = k.To(tx, e)
	return n, list, err
}

// make writes a notice to whom it is for; none when that is nobody, or when its cause has told already. One that was
// addressed in slices becomes whole.
func (s *Service) make(tx *db.Tx, k Kind, cause string, e event) error {
	if id, whole, err := begun(tx, cause); err != nil || whole {
		return err
	} else if id != "" {
		return s.finish(tx, id)
	}
	n, list, err := s.draft(tx, k, cause, e)
	if err != nil || len(list) == 0 {
		return err
	}
	if fresh, err := insertNotice(tx, n, true); err != nil || !fresh {
		return err
	}
	var accounts []string
	for _, a := range list {
		if err := s.address(tx, n, k, a, &accounts); err != nil {
			return err
		}
	}
	if k.Phone {
		if err := s.keep(tx, n); err != nil {
			return err
		}
	}
	return journal.Append(tx, entry(n, "made", "system", 1, accounts, nil))
}

// keep keeps by what a notice should have been read in time.
func (s *Service) keep(tx *db.Tx, n Notice) error {
	used, err := s.params.For(n.Place, "notice.read_within", n.At)
	if err != nil {
		return err
	}
	return parameter.Keep(tx, n.ID, "", used)
}

// finish says that everybody has a notice that was addressed in slices: with this one row it is told.
func (s *Service) finish(tx *db.Tx, notice string) error {
	if first, err := complete(tx, notice); err != nil || !first {
		return err
	}
	n, err := noticeByID(tx, notice)
	if err != nil {
		return err
	}
	if k, _ := KindOf(n.Kind); k.Phone {
		if err := s.keep(tx, n); err != nil {
			return err
		}
	}
	accounts, err := accountsOf(tx, n.ID)
	if err != nil {
		return err
	}
	return journal.Append(tx, entry(n, "made", "system", 1, accounts, nil))
}

// spread addresses what a row tells to very many, a slice in each transaction, so that nobody waits long for the writer. A
// node that stops in between, or another that does the same, begins again: whoever has the notice is passed over.
func (s *Service) spread(ctx context.Context, r *journal.Row) error {
	for _, k := range Kinds {
		if !k.Many || !slices.Contains(k.Verbs, r.Verb) {
			continue
		}
		e, err := eventOf(r)
		if err != nil {
			return err
		}
		if k.When != nil && !k.When(e.body) {
			continue
		}
		var n Notice
		var list []addressee
		if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
			n, list, err = s.draft(tx, k, causeOf(r, k), e)
			return err
		}); err != nil {
			return err
		}
		if len(list) <= atOnceTold {
			continue
		}
		if err := s.inSlices(ctx, n, k, list); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) inSlices(ctx context.Context, n Notice, k Kind, list []addressee) error {
	var told []string
	for some := range slices.Chunk(list, atOnceTold) {
		var now []string
		if err := s.db.Update(ctx, func(tx *db.Tx) error {
			now = slices.Clone(told)
			n := n
			if _, err := insertNotice(tx, n, false); err != nil {
				return err
			}
			id, whole, err := begun(tx, n.Cause)
			if err != nil || whole {
				return err
			}
			n.ID = id
			for _, a := range some {
				if err := s.address(tx, n, k, a, &now); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		told = now
	}
	return nil
}

// address writes an addressee with its deliveries, unless the notice has it already. told are the accounts that have the
// notice already: who leads two teams reads it once.
func (s *Service) address(tx *db.Tx, n Notice, k Kind, a addressee, told *[]string) error {
	r := Recipient{ID: id.New(), Notice: n.ID, Incident: n.Incident, Team: a.team, Wanted: k.Phone}
	if k.Phone {
		limit, _, err := s.params.Minutes(n.Place, "notice.read_within", n.At)
		if err != nil {
			return err
		}
		r.ReadBy = n.At.Add(limit)
	}
	if a.team == "" {
		r.Account = a.accounts[0]
		if slices.Contains(*told, r.Account) {
			return nil
		}
	}
	if fresh, err := insertRecipient(tx, r); err != nil {
		return err
	} else if !fresh {
		*told = append(*told, a.accounts...)
		return nil
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
