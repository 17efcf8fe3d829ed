package notice

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// A notice was addressed as things stood when it was made. When the place of an officer ends, what they have not read and
// nobody has done asks something of an office that is another's now. It is passed on: who would be told today at whoever took
// over has the same notice, with the time to read it that everybody has, and is phoned past that. The officer keeps it in the
// application and is phoned no more, nor is one of whose notice they were told beside. While nobody sits where it would go, it
// stays as it is.

// left is a notice that an officer of an ended place has not read and that asks for something.
type left struct {
	recipient, notice, cause string
	seats                    []place.Path // of whoever took over
}

// asking are the kinds that ask for something: it is done by a verb.
var asking = func() (keys []any) {
	for _, k := range Kinds {
		if len(k.Ends) > 0 {
			keys = append(keys, k.Key)
		}
	}
	return keys
}()

// passOn gives what lies unread with the officers of ended places to who took over. What was passed on is not found again.
func (s *Service) passOn(ctx context.Context) error {
	tree := s.places.Tree()
	if len(tree.EndedSpans(s.clock.Now())) == 0 {
		return nil
	}
	var list []left
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		stood, err := access.StoodAtEnded(tx, tree)
		for _, x := range stood {
			if err == nil {
				err = leftBy(tx, x.Account, tree.Seats(x.Place, tx.Now), &list)
			}
		}
		return err
	}); err != nil {
		return err
	}
	for _, x := range list {
		row, err := s.rowOf(ctx, x.cause)
		if err != nil {
			return err
		}
		if err := s.db.Update(ctx, func(tx *db.Tx) error { return s.hand(tx, x, row) }); err != nil {
			return err
		}
	}
	return nil
}

// leftBy finds what an account has not read, for those at some seats.
func leftBy(tx *db.Tx, account string, seats []place.Path, list *[]left) error {
	return tx.Each(func(sc db.Scanner) error {
		x := left{seats: seats}
		err := sc.Scan(&x.recipient, &x.notice, &x.cause)
		*list = append(*list, x)
		return err
	}, `SELECT r.id, n.id, n.cause FROM notice_delivery d JOIN notice_to r ON r.id = d.recipient JOIN notice n ON n.id = d.notice
		WHERE d.account = $1 AND d.account <> '' AND d.state = 'delivered' AND r.team = '' AND r.answered_at = 0 AND (r.called_at = 0 OR r.wanted)
			AND n.whole AND n.kind IN (`+db.List(2, len(asking))+`) ORDER BY n.at, r.id`, append([]any{account}, asking...)...)
}

// rowOf is the row of the journal that a notice was made of; nil when it was a deadline.
func (s *Service) rowOf(ctx context.Context, cause string) (*journal.Row, error) {
	first, _, _ := strings.Cut(cause, " ")
	at, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a deadline that passed has no row
	}
	rows, err := s.journal.ReadVerbs(ctx, at-1, at, s.verbs, 1)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// hand addresses a notice to those at the seats who would be told of it now, and ends what it asked of the addressee it had.
func (s *Service) hand(tx *db.Tx, x left, row *journal.Row) error {
	n, err := noticeByID(tx, x.notice)
	if err != nil {
		return err
	}
	k, ok := KindOf(n.Kind)
	if !ok {
		return nil
	}
	e := event{subject: n.Subject, place: n.Place, incident: n.Incident, body: n.Body}
	if row != nil {
		if e, err = eventOf(row); err != nil {
			return err
		}
	}
	_, audience, err := s.draft(tx, k, n.Cause, e)
	if err != nil {
		return err
	}
	seated, err := access.SeatedAt(tx, x.seats)
	if err != nil {
		return err
	}
	heirs := slices.DeleteFunc(audience, func(a addressee) bool { return a.team != "" || !slices.Contains(seated, a.accounts[0]) })
	if len(heirs) == 0 {
		return nil
	}
	done, err := tx.Exec(`UPDATE notice_to SET answered_at = $1, wanted = FALSE, version = version + 1 WHERE id = $2 AND answered_at = 0 AND read_at = 0`, clock.Micro(tx.Now), x.recipient)
	if err != nil || done == 0 { // read, done or passed on meanwhile
		return err
	}
	now := n
	now.At = tx.Now
	accounts, err := accountsOf(tx, n.ID) // who has it already is not told twice
	if err != nil {
		return err
	}
	had := len(accounts)
	for _, a := range heirs {
		if err := s.address(tx, now, k, a, &accounts); err != nil {
			return err
		}
	}
	if k.Phone {
		if err := s.keep(tx, now); err != nil {
			return err
		}
	}
	r, err := recipientByID(tx, x.recipient)
	if err != nil {
		return err
	}
	return journal.Append(tx, entry(n, "passed_on", "system", r.Version, accounts[had:], map[string]any{"recipient": r.ID}))
}
