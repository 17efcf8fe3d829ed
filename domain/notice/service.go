package notice

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
	"lianyuan/platform/sms"
)

// Service holds the use cases of notices, and what makes and sends them.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	places  *place.Service
	params  *parameter.Service
	teams   *team.Service
	offers  *deployment.Service
	journal *journal.Journal
	once    once.Log
	sender  sms.Sender // nil: no gateway
	demo    bool

	heard  map[string]bool // verbs of the journal that tell or end something
	verbs  []string        // the same, sorted
	told   atomic.Bool     // such a row was heard and not followed yet
	at     atomic.Int64    // the cursor as last seen
	begun  chan struct{}
	start  sync.Once
	wake   chan struct{}
	posted chan struct{}

	mu   sync.Mutex
	past map[string]bool // deadlines that were told of
}

// Deps are what the service works with. Sender is nil when no gateway is configured; a demo has none.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Teams      *team.Service
	Offers     *deployment.Service
	Journal    *journal.Journal
	Keeper     *seal.Keeper
	Sender     sms.Sender
	Demo       bool
	// Later has Run wait for Begin: a demo world is made in the past, and its people are told when it is whole.
	Later bool
}

// New is the service. Nothing is told before Run.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, teams: d.Teams, offers: d.Offers, journal: d.Journal, once: once.NewLog(lookup), sender: d.Sender, demo: d.Demo,
		heard: heard(), begun: make(chan struct{}), wake: make(chan struct{}, 1), posted: make(chan struct{}, 1), past: map[string]bool{},
	}
	if d.Demo {
		s.sender = nil
	}
	if !d.Later {
		s.Begin()
	}
	for v := range s.heard {
		s.verbs = append(s.verbs, v)
	}
	slices.Sort(s.verbs)
	return s, nil
}

// Begin lets Run tell people.
func (s *Service) Begin() { s.start.Do(func() { close(s.begun) }) }

// ErrNeverSends says that a drill, a demo, or an installation without a gateway sends no short message.
var ErrNeverSends = fault.New(fault.Conflict, "notice.never_sends", "演练、演示或未接入短信网关时不发送短信", "a drill, a demo, or an installation without a gateway sends no short message")

// maxRead bounds how many notices are marked as read at once.
const maxRead = 200

// Read marks notices of the actor as read; ids that are not the actor's, and what is read already, change nothing.
func (s *Service) Read(ctx context.Context, deliveries []string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Bad(len(deliveries) > maxRead, "notices", "too_many", "一次不超过 200 条", "at most 200 at once")
	if err := c.Err(); err != nil {
		return err
	}
	deliveries = slices.Compact(slices.Sorted(slices.Values(deliveries))) // one order, so that two devices do not wait in a circle
	return s.db.Update(ctx, func(tx *db.Tx) error {
		for _, one := range deliveries {
			if err := read(tx, actor.Account, one); err != nil {
				return err
			}
		}
		return nil
	})
}

// read marks one delivery; only the one of two devices that changes the row says so.
func read(tx *db.Tx, account, delivery string) error {
	n, err := tx.Exec(`UPDATE notice_delivery SET state = 'read', since = $1, version = version + 1 WHERE id = $2 AND account = $3 AND account <> '' AND state = 'delivered'`,
		clock.Micro(tx.Now), delivery, account)
	if err != nil || n == 0 {
		return err
	}
	d, err := deliveryWhere(tx, `d.id = $1`, delivery)
	if err != nil {
		return err
	}
	if err := took(tx, d.Recipient, "read"); err != nil {
		return err
	}
	about, err := noticeByID(tx, d.Notice)
	if err != nil {
		return err
	}
	return say(tx, about, d, "read", "delivered", account)
}

// sees says whether the actor sees what went out in an incident; calls whether the actor phones and sends again.
func sees(a access.Actor, i incident.Incident) bool {
	return a.May(access.NoticeSee, i.Place) || slices.Contains(a.Incidents(access.NoticeSee), i.ID)
}

func calls(a access.Actor, i incident.Incident) bool {
	return a.May(access.NoticeCall, i.Place) || slices.Contains(a.Incidents(access.NoticeCall), i.ID)
}

// may is the incident of a record of the outbox: not found for whoever does not see it, forbidden for whoever only sees.
func may(tx *db.Tx, a access.Actor, in string) (i incident.Incident, err error) {
	if in == "" {
		return i, fault.ErrNotFound
	}
	if i, err = incident.ByID(tx, in); err != nil {
		return i, err
	}
	switch {
	case calls(a, i):
		return i, nil
	case sees(a, i):
		return i, fault.ErrForbidden
	}
	return i, fault.ErrNotFound
}

// Called writes down that somebody phoned an addressee, and what came of it (S004-12). Who was reached, or to whom it was
// passed on, leaves the list.
func (s *Service) Called(ctx context.Context, command, recipient, outcome string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.One(outcome, "outcome", Outcomes...)
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE notice_to SET version = version WHERE id = $1`, recipient); err != nil { // one caller at a time
			return err
		}
		r, err := recipientByID(tx, recipient)
		if err != nil {
			return err
		}
		if _, err := may(tx, actor, r.Incident); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, command, actor.Account, "notice_call", recipient, outcome); again || err != nil {
			return err
		}
		wanted := r.Wanted && outcome == "no_answer"
		if _, err := tx.Exec(`UPDATE notice_to SET called_at = $1, called_by = $2, outcome = $3, wanted = $4, version = version + 1 WHERE id = $5`,
			clock.Micro(tx.Now), actor.Account, outcome, wanted, recipient); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO notice_call (id, recipient, outcome, by, at) VALUES ($1, $2, $3, $4, $5)`,
			command, recipient, outcome, actor.Account, clock.Micro(tx.Now)); err != nil {
			return err
		}
		n, err := noticeByID(tx, r.Notice)
		if err != nil {
			return err
		}
		return journal.Append(tx, entry(n, "called", actor.Account, r.Version+1, nil, map[string]any{"recipient": r.ID, "outcome": outcome}))
	})
}

// Resend puts a short message that failed, or was held for want of a gateway, into the queue again.
func (s *Service) Resend(ctx context.Context, command, delivery string, version int64) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE notice_delivery SET version = version WHERE id = $1`, delivery); err != nil { // one at a time
			return err
		}
		d, err := deliveryWhere(tx, `d.id = $1`, delivery)
		if err != nil {
			return err
		}
		i, err := may(tx, actor, d.Incident)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, command, actor.Account, "notice_resend", delivery, version); again || err != nil {
			return err
		}
		from := d.State
		to, err := Deliveries.To(from, "resend")
		if err != nil {
			return err
		}
		if version != 0 && version != d.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": d.State, "version": d.Version})
		}
		if d.Channel != SMS || s.silent(i.Drill) != "" {
			return ErrNeverSends
		}
		d.State, d.Why, d.Tries, d.Next, d.Since = to, "", 0, tx.Now, tx.Now
		d.Version++
		if err := saveDelivery(tx, d); err != nil {
			return err
		}
		n, err := noticeByID(tx, d.Notice)
		if err != nil {
			return err
		}
		return say(tx, n, d, "resent", from, actor.Account)
	})
}
