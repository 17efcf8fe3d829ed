package situation

import (
	"context"
	"errors"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// The refusals of summaries.
var (
	ErrNotFrozen = fault.New(fault.Conflict, "summary.not_frozen", "事件尚未结束，数据未冻结，总结不能报批", "the incident is not closed: its figures are not frozen and the summary cannot be submitted")
	ErrBlank     = fault.New(fault.Conflict, "summary.blank", "总结文字尚未写全，不能报批", "a section of the summary is not written yet")
	ErrNotClosed = fault.New(fault.Conflict, "summary.not_closed", "事件尚未结束，请直接登记，不用补记", "the incident is not closed: record the fact itself, not an addendum")
)

// works says whether the actor works in one of the groups given, or in the office that acts for them (S004-74), and holds
// the right.
func works(tx *db.Tx, a access.Actor, i incident.Incident, v access.Verb, groups ...org.Group) error {
	if !a.May(v, i.Place) && !slices.Contains(a.Incidents(v), i.ID) {
		return fault.ErrForbidden
	}
	var why error
	for _, g := range groups {
		err := incident.Works(tx, i, a, g)
		if err == nil {
			return nil
		}
		if why == nil || errors.Is(err, incident.ErrRosterAwaits) {
			why = err
		}
	}
	return why
}

// right is what a verb takes of the actor: the general and the coordination group write (S004-59); what headquarters
// decided is recorded, and the paper issued, by who may do that in the incident.
func right(tx *db.Tx, a access.Actor, i incident.Incident, verb string) error {
	for _, m := range Summaries.Moves {
		switch {
		case m.Verb != verb:
		case m.May == write:
			return works(tx, a, i, access.SummaryWrite, org.General, org.Coordination)
		case a.May(access.Verb(m.May), i.Place) || slices.Contains(a.Incidents(access.Verb(m.May)), i.ID):
			return nil
		}
	}
	return fault.ErrForbidden
}

// command is what every use case on a summary carries. version 0 does not compare.
type command struct {
	id      string
	verb    string
	version int64
	reason  string
	said    any
}

// step is what a use case on a summary knows and changes.
type step struct {
	*Summary
	tx       *db.Tx
	incident incident.Incident
	actor    string
	about    map[string]any // what the journal is told besides
}

// on is the walk of every use case on one summary: hold it, may the actor, was it done before, is it possible, change,
// write, say so.
func (s *Service) on(ctx context.Context, id string, c command, change func(x *step) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i, err := seen(tx, actor, id)
		if err != nil {
			return err
		}
		if err := right(tx, actor, i, c.verb); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, c.id, actor.Account, "summary_"+c.verb, id, c.said); again || err != nil {
			return err
		}
		if i.State == "recorded" || i.State == "dropped" {
			return incident.ErrNotOpen
		}
		if err := holdSummary(tx, id); err != nil {
			return err
		}
		sum, err := summaryOf(tx, id)
		if err != nil {
			return err
		}
		from, was := sum.State, journal.Was{}.With("state", sum.State).With("edition", sum.Edition).With("paper", sum.Number)
		if sum.State, err = Summaries.To(from, c.verb); err != nil {
			return err
		}
		if c.verb != "write" && c.version != sum.Version { // a section has a version of its own
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": from, "version": sum.Version})
		}
		x := step{Summary: &sum, tx: tx, incident: i, actor: actor.Account, about: map[string]any{}}
		if err := change(&x); err != nil {
			return err
		}
		sum.Version++
		if err := saveSummary(tx, sum); err != nil {
			return err
		}
		x.about["state"], x.about["edition"], x.about["paper"] = sum.State, sum.Edition, sum.Number
		return journal.Append(tx, entry(i, done[c.verb], actor.Account, c.reason, sum.Version, x.about).Since(was))
	})
}

// Write keeps a section of the text. version is the section's that the writer saw: two who write the same section do not
// overwrite each other, and two who write different ones do not get in each other's way.
func (s *Service) Write(ctx context.Context, id, incidentID, section string, version int64, words string) error {
	var c input.Check
	var keys []string
	for _, k := range SectionKeys {
		keys = append(keys, k.Key)
	}
	c.One(section, "section", keys...)
	c.Text(&words, "words", maxWords, false)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, incidentID, command{id: id, verb: "write", said: []any{section, version, words}}, func(x *step) error {
		list, err := sectionsOf(x.tx, incidentID)
		if err != nil {
			return err
		}
		now := list[slices.Index(keys, section)]
		if version != now.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"section": section, "version": now.Version})
		}
		x.about["section"] = section
		return insertSection(x.tx, incidentID, Section{Key: section, Words: words, Version: now.Version + 1, Edition: x.Edition, By: x.actor, At: x.tx.Now})
	})
}

// Submit lays the summary before headquarters, with the figures of the last closing. Fails with ErrNotFrozen while the
// incident is not closed, and ErrBlank while a section is empty.
func (s *Service) Submit(ctx context.Context, id, incidentID string, version int64) error {
	return s.on(ctx, incidentID, command{id: id, verb: "submit", version: version, said: version}, func(x *step) error {
		f, found, err := frozen(x.tx, incidentID, 0)
		if err != nil {
			return err
		}
		if !found || x.incident.State != "closed" {
			return ErrNotFrozen
		}
		list, err := sectionsOf(x.tx, incidentID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(w Section) bool { return w.Words == "" }) {
			return ErrBlank
		}
		x.Closing, x.Submitted, x.Decision = f.Closing, x.tx.Now, ""
		return nil
	})
}

// Decide records what headquarters decided about the summary: approve or return.
func (s *Service) Decide(ctx context.Context, incidentID, verb string, version int64, d incident.Decision) error {
	d.About = "summary"
	var c input.Check
	c.One(verb, "verb", "approve", "return")
	d.Check(&c, "", s.clock.Now())
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, incidentID, command{id: d.ID, verb: verb, version: version, said: []any{version, d}}, func(x *step) error {
		d := d
		x.Decision = d.ID
		return incident.RecordOther(x.tx, incidentID, &d, x.actor)
	})
}

// Issue records the number under which the approved summary was issued.
func (s *Service) Issue(ctx context.Context, id, incidentID string, version int64, paper string) error {
	var c input.Check
	c.Line(&paper, "paper", 40, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, incidentID, command{id: id, verb: "issue", version: version, said: []any{version, paper}}, func(x *step) error {
		x.Number, x.Issued = paper, x.tx.Now
		return nil
	})
}

// Revise begins a new edition of a summary that was approved or issued, with a reason; what was issued is kept in the
// versions of its text and in the journal.
func (s *Service) Revise(ctx context.Context, id, incidentID string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, incidentID, command{id: id, verb: "revise", version: version, reason: reason, said: []any{version, reason}}, func(x *step) error {
		x.Edition++
		x.Closing, x.Number, x.Decision, x.Submitted, x.Issued = 0, "", "", time.Time{}, time.Time{}
		return nil
	})
}

// Add notes a late fact about a closed incident. It names a figure or a record, and may say what a figure should have
// been; both stand side by side from then on.
func (s *Service) Add(ctx context.Context, a Addendum) error {
	var c input.Check
	c.One(a.About, "about", Abouts...)
	c.Line(&a.Item, "item", 60, a.About != "other")
	c.Text(&a.Words, "words", 1000, true)
	c.Bad(a.Happened.After(s.clock.Now().Add(time.Hour)), "happened", "range", "发生时间有误", "the time is not right")
	c.Bad(a.Value != nil && (*a.Value < 0 || *a.Value > maxValue), "value", "range", "数字有误", "this number is not right")
	c.Bad(a.Value != nil && a.About != "figure", "value", "not_figure", "只有统计数字可以更正", "only a figure takes a number")
	if err := c.Err(); err != nil {
		return err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	said := a
	return s.db.Update(ctx, func(tx *db.Tx) error {
		a := said
		i, err := seen(tx, actor, a.Incident)
		if err != nil {
			return err
		}
		if err := works(tx, actor, i, access.SummaryAdd, org.Groups...); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, a.ID, actor.Account, "summary_add", a.Incident, said); again || err != nil {
			return err
		}
		closed, err := incident.Closed(tx, i.ID)
		if err != nil {
			return err
		}
		if !closed {
			return ErrNotClosed
		}
		f, _, err := frozen(tx, i.ID, 0)
		if err != nil {
			return err
		}
		if _, known := f.Get(a.Item); a.About == "figure" && !known {
			return fault.InvalidField("body.item", "unknown", "没有这个统计数字", "there is no such figure")
		}
		a.By, a.At, a.Closing = actor.Account, tx.Now, max(f.Closing, 1)
		if err := insertAddendum(tx, a); err != nil {
			return err
		}
		return journal.Append(tx, entry(i, "added", actor.Account, "", 0, map[string]any{"addendum": a.ID, "about": a.About, "item": a.Item, "value": a.Value}))
	})
}

// maxValue bounds what a figure can have been.
const maxValue = 100_000_000

// Formats are what a summary is exported as.
var Formats = []string{"docx", "xlsx"}

// Export is the summary for a file that leaves the system: the journal keeps who took it, as what, and what for.
func (s *Service) Export(ctx context.Context, id, incidentID, format, purpose string) (w WholeSummary, err error) {
	var c input.Check
	c.One(format, "format", Formats...)
	c.Text(&purpose, "purpose", 200, true)
	if err := c.Err(); err != nil {
		return w, err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		i, err := seen(tx, actor, incidentID)
		if err != nil {
			return err
		}
		again, err := s.once.Again(tx, id, actor.Account, "summary_export", incidentID, []string{format, purpose})
		if again || err != nil {
			return err
		}
		e := entry(i, "exported", actor.Account, purpose, 0, map[string]any{"format": format})
		e.Anywhere = true
		return journal.Append(tx, e)
	})
	if err != nil {
		return w, err
	}
	return s.Summary(ctx, incidentID)
}
