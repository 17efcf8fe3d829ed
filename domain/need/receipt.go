package need

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Progress is what a receipt shows: the stage only, never a name, place, number or word of the caller.
type Progress struct {
	Stage   string // received, verifying, verified, on_the_way, closed
	Outcome string // when the report ended otherwise than verified
	Steps   []Step
	Updated time.Time
	Message string // from the desk to the caller
	// Contacts are the published numbers of whoever coordinates at the place of the report (S004-50).
	Contacts []incident.Contact
}

// Step is one stage reached.
type Step struct {
	Stage string
	At    time.Time
}

// Progress tells the owner of a receipt what became of the report; ErrNoReceipt when there is none.
func (s *Service) Progress(ctx context.Context, code id.Receipt) (Progress, error) {
	var r stored
	var n Need
	var w way
	var contacts []incident.Contact
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if r, err = reportByReceipt(tx, s.lookup.Hash("receipt", string(code))); err != nil {
			return err
		}
		if r.MergedInto != "" { // what becomes of the leading report is everyone's progress, and its message too
			lead, err := leads(tx, r)
			if err != nil {
				return err
			}
			lead.ReceivedAt = r.ReceivedAt
			r = lead
		}
		if r.Need != "" {
			if n, err = needByID(tx, r.Need); err != nil {
				return err
			}
			if w, err = wayOf(tx, n.ID); err != nil {
				return err
			}
		}
		contacts, err = incident.PublicContacts(tx, s.places.Tree(), r.Place)
		return err
	})
	if errors.Is(err, fault.ErrNotFound) {
		return Progress{}, ErrNoReceipt
	}
	if err != nil {
		return Progress{}, err
	}
	p := progressOf(r.Report, n, w)
	p.Contacts = contacts
	text, err := s.openText(ctx, r.message, "report:"+r.ID+":message")
	p.Message = string(text)
	return p, err
}

// way is when somebody set out for a need and when it was closed; zero: not.
type way struct{ setOut, closed time.Time }

const maxWay = 1000 // rows of one need; a need has some dozens

func wayOf(tx *db.Tx, need string) (w way, err error) {
	rows, err := journal.Of(tx, "need", need, maxWay)
	for _, r := range rows {
		switch r.Verb {
		case "need.started":
			w.setOut = r.At
		case "need.released", "need.paused": // nobody is on the way any more
			w.setOut = time.Time{}
		case "need.closed":
			w.closed = r.At
		}
	}
	return w, err
}

func progressOf(r Report, n Need, w way) Progress {
	p := Progress{Stage: "received", Steps: []Step{{"received", r.ReceivedAt}}, Updated: r.ReceivedAt}
	reach := func(stage string, at time.Time) {
		if at.Before(p.Updated) { // the report that leads was further already when this one came in
			at = p.Updated
		}
		p.Stage, p.Updated = stage, at
		p.Steps = append(p.Steps, Step{stage, at})
	}
	if r.Stage == "done" && r.Looked.After(r.Decided) { // somebody read a claim afterwards
		r.Looked = r.Decided
	}
	if !r.Looked.IsZero() {
		reach("verifying", r.Looked)
	}
	if r.Stage != "done" {
		return p
	}
	if r.Outcome != "verified" {
		p.Outcome = r.Outcome
		reach("closed", r.Decided)
		return p
	}
	reach("verified", r.Decided)
	if !w.setOut.IsZero() {
		reach("on_the_way", w.setOut)
	}
	if n.State == "closed" {
		reach("closed", w.closed)
	}
	return p
}

// Add takes what the owner of a receipt has to add: more words, or that everyone is safe. It is a claim: it goes to
// the top of the queue, and a person decides. The same id twice is one claim.
func (s *Service) Add(ctx context.Context, code id.Receipt, c Claim) error {
	if c.Kind != "add" && c.Kind != "safe" {
		return fault.InvalidField("body.kind", "kind_unknown", "没有这种补充", "there is no such addition")
	}
	c.Text = strings.TrimSpace(input.Clean(c.Text))
	if c.Kind == "add" && c.Text == "" {
		return fault.InvalidField("body.text", "text_missing", "请写下要补充的情况", "please write what you want to add")
	}
	if utf8.RuneCountInString(c.Text) > maxText {
		c.Text = string([]rune(c.Text)[:maxText])
	}
	r, err := s.byReceipt(ctx, code)
	if err != nil {
		return err
	}
	return s.underKey(ctx, r.ID, func(key *seal.Key) error { return s.add(ctx, r.ID, c, key) })
}

func (s *Service) add(ctx context.Context, report string, c Claim, key *seal.Key) error {
	sealed, err := key.Seal([]byte(c.Text), "claim:"+c.ID)
	if err != nil {
		return err
	}
	said := report + "\x00" + c.Kind + "\x00" + c.Text
	return s.db.Update(ctx, func(tx *db.Tx) error {
		now, err := reportToChange(tx, report) // first of all: two claims at once wait for each other here
		if err != nil {
			return err
		}
		if now.scope() != key.Scope {
			return errMoved
		}
		n, err := insertClaim(tx, report, c, sealed, s.lookup.Hash("claim", said))
		if err != nil {
			return err
		}
		if n == 0 {
			var before []byte
			if err := tx.Get(`SELECT digest FROM report_claim WHERE id = $1`, []any{c.ID}, &before); err != nil {
				return err
			}
			if !s.lookup.Same(before, "claim", said) {
				return fault.ErrIDReused
			}
			return nil
		}
		was := reportEntry(now.Report, "", "", "").Fields()
		now.Claims++
		now.SafeClaim = now.SafeClaim || c.Kind == "safe"
		now.Version++
		now.waiting = clock.Micro(tx.Now) - beforeAll
		if err := saveReport(tx, now); err != nil {
			return err
		}
		e := reportEntry(now.Report, "claimed", access.Public, "").Since(was)
		e.Anywhere = true
		return journal.Append(tx, e)
	})
}

func (s *Service) byReceipt(ctx context.Context, code id.Receipt) (r stored, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		r, err = reportByReceipt(tx, s.lookup.Hash("receipt", string(code)))
		return err
	})
	if errors.Is(err, fault.ErrNotFound) {
		return r, ErrNoReceipt
	}
	return r, err
}
