package need

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/number"
	"lianyuan/platform/seal"
)

func distance(a, b Point) float64 {
	return geo.Distance(geo.Point{Lon: a.Lon, Lat: a.Lat}, geo.Point{Lon: b.Lon, Lat: b.Lat})
}

// maxNote is how long a note, a reason or a message of staff may be, in characters.
const maxNote = 2000

// note checks a text of staff: unlike a cry for help, it is refused when it is too long.
func note(text, field string, required bool) (string, *fault.Error) {
	text = strings.TrimSpace(input.Clean(text))
	switch {
	case utf8.RuneCountInString(text) > maxNote:
		return "", fault.InvalidField(field, "too_long", "不超过 2000 字", "at most 2000 characters")
	case required && text == "":
		return "", fault.InvalidField(field, "missing", "请填写", "please fill this in")
	}
	return text, nil
}

// command is what every use case of staff carries.
type command struct {
	id      string // made by the client; "" for what may be repeated freely
	verb    string
	version int64 // of the record as the actor saw it; 0 does not compare
	reason  string
	said    any // the whole of the command, for telling a repetition from another
}

// again says whether the command was carried out before.
func (s *Service) again(tx *db.Tx, c command, actor, subject string) (bool, error) {
	return s.once.Again(tx, c.id, actor, c.verb, subject, c.said)
}

// step is the walk of every use case on one report: load it, may the actor, does the table allow it, change, write,
// say so.
func (s *Service) step(ctx context.Context, report string, c command, change func(tx *db.Tx, r *stored, actor access.Actor) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		r, err := reportToChange(tx, report)
		if err != nil {
			return err
		}
		if !actor.MayIn(access.ReportVerify, r.Place, r.Incident) {
			if actor.MayIn(access.ReportSee, r.Place, r.Incident) {
				return fault.ErrForbidden
			}
			return fault.ErrNotFound
		}
		if again, err := s.again(tx, c, actor.Account, report); again || err != nil {
			return err
		}
		if !r.Destroyed.IsZero() {
			return ErrDestroyed
		}
		from := r.Stage
		if r.Stage, err = Reports.To(from, c.verb); err != nil {
			return err
		}
		if c.version != 0 && c.version != r.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"stage": from, "outcome": r.Outcome, "version": r.Version})
		}
		if err := r.settled(tx, from, c.verb); err != nil {
			return err
		}
		if r.Number == "" {
			if r.Number, err = number.Next(tx, "BG", s.letter); err != nil {
				return err
			}
		}
		was := reportEntry(r.Report, "", "", "").Fields()
		if err := s.judged(tx, r, from); err != nil {
			return err
		}
		touch(&r.Report, actor, tx.Now)
		if err := change(tx, &r, actor); err != nil {
			return err
		}
		r.waiting = clock.Micro(tx.Now)
		if r.Stage == "done" || r.Stage == "merged" {
			r.waiting = 0
		}
		if err := saveReport(tx, r); err != nil {
			return err
		}
		return journal.Append(tx, reportEntry(r.Report, past(c.verb, from), actor.Account, c.reason).Since(was.With("stage", from)))
	})
}

// settled refuses to change what was decided about a report of an incident that is closed: a late fact is an addendum. What was
// not decided may still be, also as a call about the same matter: a cry for help is never left alone.
func (r *stored) settled(tx *db.Tx, from, verb string) error {
	in, err := r.undoes(tx, from, verb)
	if err != nil || in == "" {
		return err
	}
	if err := incident.Unfrozen(tx, in); errors.Is(err, incident.ErrClosed) {
		return err
	}
	return nil
}

// undoes is the incident of the decision that a verb would take back, of the report or of the one that leads it; "" of none.
func (r *stored) undoes(tx *db.Tx, from, verb string) (string, error) {
	switch {
	case verb == "reopen" && from == "done":
		return r.Incident, nil
	case verb == "unmerge" && from == "merged":
		lead, err := leads(tx, *r)
		if err != nil || lead.Stage != "done" {
			return "", err
		}
		return lead.Incident, nil
	}
	return "", nil
}

// possible are the verbs that lead somewhere from where the report is.
func (r *stored) possible(tx *db.Tx) (moves []lifecycle.Move, err error) {
	if !r.Destroyed.IsZero() {
		return nil, nil
	}
	for _, m := range Reports.Possible(r.Stage) {
		in, err := r.undoes(tx, r.Stage, m.Verb)
		if err != nil {
			return nil, err
		}
		if in != "" {
			i, err := incident.ByID(tx, in)
			if err != nil {
				return nil, err
			}
			if errors.Is(i.Runs(), incident.ErrClosed) {
				continue
			}
		}
		moves = append(moves, m)
	}
	return moves, nil
}

// past is the journal's word for a verb.
func past(verb, from string) string {
	if verb == "look" && from == "received" {
		return "taken_up"
	}
	return map[string]string{"look": "looked_at", "attempt": "attempted", "decide": "decided", "reopen": "reopened", "merge": "merged", "unmerge": "unmerged"}[verb]
}

// Look marks that a person looks at the report now; the first look takes it up and gives it its number.
func (s *Service) Look(ctx context.Context, report string) error {
	return s.step(ctx, report, command{verb: "look"}, func(*db.Tx, *stored, access.Actor) error { return nil })
}

// Attempt records one try to verify (S004-75). The same id twice is one attempt.
func (s *Service) Attempt(ctx context.Context, report string, a Attempt) error {
	text, bad := note(a.Note, "body.note", false)
	switch {
	case bad != nil:
		return bad
	case !slices.Contains(Methods, a.Method):
		return fault.InvalidField("body.method", "method_unknown", "没有这种核实方式", "there is no such method")
	case !slices.Contains(Results, a.Result):
		return fault.InvalidField("body.result", "result_unknown", "没有这种核实结果", "there is no such result")
	}
	return s.underKey(ctx, report, func(key *seal.Key) error {
		sealed, err := key.Seal([]byte(text), "attempt:"+a.ID)
		if err != nil {
			return err
		}
		return s.step(ctx, report, command{id: a.ID, verb: "attempt", said: a}, func(tx *db.Tx, r *stored, actor access.Actor) error {
			if r.scope() != key.Scope {
				return errMoved
			}
			a := a
			a.By = actor.Account
			return insertAttempt(tx, report, a, sealed)
		})
	})
}

// errMoved says that a report joined an incident between the sealing of a text and its writing.
var errMoved = errors.New("the report stands under another key now")

// underKey hands over the key of a report's scope, and hands over the new one when the report has moved meanwhile: a
// text that stays under the old key would outlive what it belongs to, or die before it. It answers not found for an
// unknown report before anything is said about rights: the step after it decides those.
func (s *Service) underKey(ctx context.Context, report string, do func(key *seal.Key) error) error {
	for {
		var r stored
		if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
			r, err = reportByID(tx, report)
			return err
		}); err != nil {
			return err
		}
		key, err := s.keeper.For(ctx, r.scope())
		if err != nil {
			return err
		}
		if err := do(key); !errors.Is(err, errMoved) {
			return err
		}
	}
}

// Decision ends the verification of a report. For the outcome verified it makes a need (New) or joins one (Join).
type Decision struct {
	ID      string // of the command
	Version int64
	Outcome string
	Note    string
	Message string // to the caller
	New     *Draft
	NewID   string // id of the need to make; the command's id when empty
	Join    string
}

// Decide ends the verification of a report. The same decision twice is one.
func (s *Service) Decide(ctx context.Context, report string, d Decision) error {
	why, bad := note(d.Note, "body.note", false)
	if bad != nil {
		return bad
	}
	message, bad := note(d.Message, "body.message", false)
	if bad != nil {
		return bad
	}
	var c input.Check
	c.Public(message, "message") // whoever holds the receipt reads it
	if err := c.Err(); err != nil {
		return err
	}
	if !slices.ContainsFunc(Outcomes, func(o Outcome) bool { return o.Key == d.Outcome }) {
		return fault.InvalidField("body.outcome", "outcome_unknown", "没有这种结论", "there is no such outcome")
	}
	verified := d.Outcome == "verified"
	if verified && (d.New == nil) == (d.Join == "") {
		return fault.InvalidField("body.need", "need_or_join", "属实的报告应新建需求或并入已有需求", "a verified report makes a new need or joins one")
	}
	if d.New != nil {
		if err := d.New.check(); err != nil {
			return err
		}
	}
	err := s.underKey(ctx, report, func(key *seal.Key) error { return s.decide(ctx, report, d, key, message, why) })
	if err == nil && d.New != nil {
		s.changed(cmp.Or(d.NewID, d.ID))
	}
	return err
}

// decide writes a decision; message and why are its texts as they are kept, sealed under key.
func (s *Service) decide(ctx context.Context, report string, d Decision, key *seal.Key, message, why string) error {
	sealed, err := key.Seal([]byte(message), "report:"+report+":message")
	if err != nil {
		return err
	}
	sealedWhy, err := key.Seal([]byte(why), "attempt:"+d.ID)
	if err != nil {
		return err
	}
	return s.step(ctx, report, command{id: d.ID, verb: "decide", version: d.Version, said: d}, func(tx *db.Tx, r *stored, actor access.Actor) error {
		if r.scope() != key.Scope {
			return errMoved
		}
		r.Outcome, r.Decided = d.Outcome, tx.Now
		if message != "" {
			r.message = sealed
		}
		if why != "" {
			if err := insertAttempt(tx, report, Attempt{ID: d.ID, Method: "decision", Result: d.Outcome, By: actor.Account}, sealedWhy); err != nil {
				return err
			}
		}
		if d.Outcome != "verified" {
			return nil
		}
		return s.answer(tx, r, d, actor)
	})
}

// answer ties a verified report to the need that answers it.
func (s *Service) answer(tx *db.Tx, r *stored, d Decision, actor access.Actor) error {
	if d.Join != "" {
		n, err := needByID(tx, d.Join)
		if err != nil || !actor.MayIn(access.NeedSee, n.Place, n.Incident) {
			return fault.InvalidField("body.join", "need_unknown", "没有这条需求", "there is no such need")
		}
		if n.Drill != r.Drill { // a cry for help is not answered by an exercise, nor is what is published in earnest founded on one
			return fault.InvalidField("body.join", "drill", "演练中的需求与真实报告不能并在一起", "a need of a drill answers no report in earnest, nor the other way round")
		}
		if n.State == "closed" {
			return fault.InvalidField("body.join", "need_closed", "该需求已办结，不能并入", "this need is closed")
		}
		r.Need = n.ID
		return nil
	}
	n := Need{
		ID: cmp.Or(d.NewID, d.ID), Kind: r.Kind, Draft: *d.New, Place: r.Place, Point: r.Point, Incident: r.Incident, Drill: r.Drill, State: "open",
		Priority: s.scale(r.Place, tx.Now).Rate(r.Kind, d.New.People, r.Vulnerable), CreatedAt: tx.Now, CreatedBy: actor.Account, Version: 1,
	}
	if n.Severity == 0 {
		n.Severity = n.Priority.Severity
	}
	var err error
	if n.Number, err = number.Next(tx, "XQ", s.letter); err != nil {
		return err
	}
	if err := s.insertNeed(tx, &n); err != nil {
		return err
	}
	if err := s.shelve(tx, change{after: &n}); err != nil {
		return err
	}
	r.Need = n.ID
	return journal.Append(tx, needEntry(n, "opened", actor.Account, ""))
}

// ErrCarriesPublished says that a published need stands on this report alone.
var ErrCarriesPublished = fault.New(fault.Conflict, "report.carries_published", "已发布的需求仅以这条报告为依据，请先撤回需求", "a published need stands on this report alone; withdraw the need first")

// Reopen takes a decided report up again, with a reason; ErrCarriesPublished when a published need would be left
// without a verified report behind it.
func (s *Service) Reopen(ctx context.Context, id, report string, version int64, reason string) error {
	reason, bad := note(reason, "body.reason", true)
	if bad != nil {
		return bad
	}
	return s.step(ctx, report, command{id: id, verb: "reopen", version: version, reason: reason, said: reason}, func(tx *db.Tx, r *stored, _ access.Actor) error {
		if err := mayLose(tx, r); err != nil {
			return err
		}
		r.Outcome, r.Need, r.message = "", "", nil // what the caller was told no longer holds
		return nil
	})
}

// mayLose says whether the need that the report stands behind can do without it.
func mayLose(tx *db.Tx, r *stored) error {
	if r.Need == "" || r.Outcome != "verified" {
		return nil
	}
	if err := holdNeed(tx, r.Need); err != nil {
		return err
	}
	n, err := needByID(tx, r.Need)
	if err != nil || !shown(n.State) {
		return err
	}
	behind, err := verifiedBehind(tx, n.ID)
	if err == nil && behind < 2 {
		return ErrCarriesPublished
	}
	return err
}

// Reveal shows who called. It takes a purpose, and the journal keeps who saw the number, when and what for.
func (s *Service) Reveal(ctx context.Context, report, purpose string) (Person, error) {
	purpose, bad := note(purpose, "body.purpose", true)
	if bad != nil {
		return Person{}, bad
	}
	actor, err := access.From(ctx)
	if err != nil {
		return Person{}, err
	}
	var r stored
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if r, err = reportByID(tx, report); err != nil {
			return err
		}
		switch {
		case !actor.MayIn(access.ReportSee, r.Place, r.Incident):
			return fault.ErrNotFound
		case !actor.MayIn(access.ReportReveal, r.Place, r.Incident):
			return fault.ErrForbidden
		}
		return journal.Append(tx, journal.Entry{
			Verb: "report.revealed", Kind: "report", Subject: report, Version: r.Version, Place: string(r.Place), Scope: journal.Desk,
			Actor: actor.Account, Reason: purpose, Anywhere: true,
		})
	})
	if err != nil {
		return Person{}, err
	}
	open, err := s.open(ctx, r)
	return open.Person, err
}

type sealedClaim struct {
	Claim
	text []byte
}

func claimsOf(tx *db.Tx, report string) (list []sealedClaim, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var c sealedClaim
		var at int64
		err := sc.Scan(&c.ID, &c.Kind, &c.text, &at)
		c.At = clock.FromMicro(at)
		list = append(list, c)
		return err
	}, `SELECT id, kind, text, at FROM report_claim WHERE report = $1 ORDER BY at, id LIMIT 200`, report)
	return list, err
}

func (s *Service) openClaims(ctx context.Context, sealed []sealedClaim) ([]Claim, error) {
	list := make([]Claim, len(sealed))
	for i, c := range sealed {
		text, err := s.openText(ctx, c.text, "claim:"+c.ID)
		if err != nil {
			return nil, err
		}
		list[i] = c.Claim
		list[i].Text = string(text)
	}
	return list, nil
}

type sealedAttempt struct {
	Attempt
	note []byte
}

func attemptsOf(tx *db.Tx, report string) (list []sealedAttempt, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var a sealedAttempt
		var at int64
		err := sc.Scan(&a.ID, &a.Method, &a.Result, &a.note, &a.By, &at)
		a.At = clock.FromMicro(at)
		list = append(list, a)
		return err
	}, `SELECT id, method, result, note, by, at FROM report_attempt WHERE report = $1 ORDER BY at, id LIMIT 200`, report)
	return list, err
}

func (s *Service) openAttempts(ctx context.Context, sealed []sealedAttempt) ([]Attempt, error) {
	list := make([]Attempt, len(sealed))
	for i, a := range sealed {
		text, err := s.openText(ctx, a.note, "attempt:"+a.ID)
		if err != nil {
			return nil, err
		}
		list[i] = a.Attempt
		list[i].Note = string(text)
	}
	return list, nil
}
