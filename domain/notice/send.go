package notice

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"lianyuan/domain/parameter"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
	"lianyuan/platform/sms"
)

const (
	atOnce   = 8                // messages on their way to the gateway at a time
	lease    = 6 * sms.Timeout  // how long a node has for one; another takes it up after that
	backOff  = 10 * time.Second // before the second try; doubled for each one more
	maxPause = 10 * time.Minute
)

// Post hands short messages to the gateway as they become due, until ctx ends. Every node runs it.
func (s *Service) Post(ctx context.Context) {
	if s.sender == nil {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		n, err := s.PostOnce(ctx)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "short messages wait", slog.Any("error", err))
		}
		if n == atOnce && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-s.posted:
		case <-tick.C:
		}
	}
}

func (s *Service) send() {
	select {
	case s.posted <- struct{}{}:
	default:
	}
}

// leased is a delivery that this node alone hands over until the lease ends.
type leased struct {
	Delivery
	notice Notice
	words  Words
	lease  string
}

// PostOnce takes up what is due, hands it over outside of any transaction and writes down what came of it. It says how many
// there were.
func (s *Service) PostOnce(ctx context.Context) (int, error) {
	list, err := s.lease(ctx)
	if err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	errs := make([]error, len(list))
	for i := range list {
		all.Go(func() { errs[i] = s.post(ctx, list[i]) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return len(list), err
		}
	}
	return len(list), nil
}

// lease takes up deliveries that are due: whoever writes the lease sends.
func (s *Service) lease(ctx context.Context) (list []leased, err error) {
	mine := id.New()
	var due []string
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		due = due[:0]
		return tx.Each(func(sc db.Scanner) error {
			var one string
			err := sc.Scan(&one)
			due = append(due, one)
			return err
		}, `SELECT id FROM notice_delivery WHERE state = 'queued' AND next_at <= $1 AND lease_until <= $1 ORDER BY next_at, id LIMIT $2`, clock.Micro(s.clock.Now()), atOnce)
	}); err != nil || len(due) == 0 {
		return nil, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		list = list[:0]
		for _, one := range due {
			n, err := tx.Exec(`UPDATE notice_delivery SET lease = $1, lease_until = $2, tries = tries + 1, version = version + 1
				WHERE id = $3 AND state = 'queued' AND next_at <= $4 AND lease_until <= $4`, mine, clock.Micro(tx.Now.Add(lease)), one, clock.Micro(tx.Now))
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			x := leased{lease: mine}
			if x.Delivery, err = deliveryWhere(tx, `d.id = $1`, one); err != nil {
				return err
			}
			if x.notice, err = noticeByID(tx, x.Notice); err != nil {
				return err
			}
			a, err := aroundOf(tx, x.Incident)
			if err != nil {
				return err
			}
			x.words = x.notice.words(a)
			list = append(list, x)
		}
		return nil
	})
	return list, err
}

// post hands one message over and writes down what came of it.
func (s *Service) post(ctx context.Context, x leased) error {
	number, err := s.teams.PhoneOf(ctx, x.Team)
	if err != nil {
		return err
	}
	verb, why := "", ""
	if number = strings.TrimSpace(number); number == "" {
		verb, why = "fail", NoNumber
	} else {
		status, err := s.sender.Send(ctx, sms.Message{ID: x.ID, To: number, Text: x.words.Zh})
		if ctx.Err() != nil {
			return ctx.Err() // the node stops: the lease ends by itself and the message goes out under the same id
		}
		verb = map[string]string{sms.Sent: "send", sms.Delivered: "arrive", sms.Refused: "fail"}[status]
		if status == sms.Refused {
			why = Refused
		}
		if err != nil {
			slog.WarnContext(ctx, "the gateway did not take a short message", slog.String("delivery", x.ID), slog.Int("try", x.Tries), slog.Any("error", err))
		}
	}
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.posts(tx, x, verb, why) })
}

// posts writes what came of a try; an empty verb is a try that failed and may be made again.
func (s *Service) posts(tx *db.Tx, x leased, verb, why string) error {
	var holder string
	if err := tx.Get(`SELECT lease FROM notice_delivery WHERE id = $1`, []any{x.ID}, &holder); err != nil {
		return err
	}
	if holder != x.lease {
		return nil // the lease ran out and another node has it; the gateway knows the id
	}
	d := x.Delivery
	if verb == "" {
		most, used, err := s.params.Number(x.notice.Place, "notice.sms_tries", tx.Now)
		if err != nil {
			return err
		}
		if d.Tries < int(most) {
			d.Next = tx.Now.Add(min(maxPause, backOff<<min(d.Tries-1, 10)))
			d.Version++
			return saveDelivery(tx, d)
		}
		verb, why = "fail", GaveUp
		if err := parameter.Keep(tx, d.Notice, d.ID, used); err != nil {
			return err
		}
	}
	return s.became(tx, x.notice, d, verb, why)
}

// became writes what a message has come to, and that who has it on the phone was told.
func (s *Service) became(tx *db.Tx, n Notice, d Delivery, verb, why string) error {
	from := d.State
	to, err := Deliveries.To(from, verb)
	if err != nil {
		return err
	}
	d.State, d.Why, d.Since = to, why, tx.Now
	d.Version++
	if err := saveDelivery(tx, d); err != nil {
		return err
	}
	if verb == "arrive" {
		if err := took(tx, d.Recipient, "told"); err != nil {
			return err
		}
	}
	return say(tx, n, d, map[string]string{"send": "sent", "arrive": "arrived", "fail": "failed"}[verb], from, "system")
}
