package enquiry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of the desk.
type Service struct {
	db     *db.DB
	params *parameter.Service
	keeper *seal.Keeper
	once   once.Log
	letter string
}

// New is the service. letter is the node's letter in human numbers.
func New(ctx context.Context, d *db.DB, params *parameter.Service, k *seal.Keeper, letter string) (*Service, error) {
	lookup, err := k.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, params: params, keeper: k, once: once.NewLog(lookup), letter: letter}, nil
}

// owns says whether the actor asks for the team.
func owns(a access.Actor, team string) bool {
	return team != "" && slices.Contains(a.Teams(access.EnquiryOwn), team)
}

// sees says whether the actor sees what every team asks in an incident.
func sees(a access.Actor, i incident.Incident) bool {
	return i.Seen(a) && (a.May(access.EnquirySee, i.Place) || slices.Contains(a.Incidents(access.EnquirySee), i.ID))
}

// answers says whether the actor may answer about a topic: as the group that knows it, as the general group, or as the
// office while it acts for them. nil, or why not.
func answers(tx *db.Tx, a access.Actor, i incident.Incident, topic string) error {
	if !a.May(access.EnquiryAnswer, i.Place) && !slices.Contains(a.Incidents(access.EnquiryAnswer), i.ID) {
		return fault.ErrForbidden
	}
	if err := incident.Works(tx, i, a, org.General); err == nil {
		return nil
	}
	return incident.Works(tx, i, a, groupOf(topic))
}

// Ask puts a question: the leader for the own team, the desk for whoever calls.
func (s *Service) Ask(ctx context.Context, in string, q Question) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := q.check(); err != nil {
		return err
	}
	asked, answer, err := s.opening(ctx, in, q)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		switch {
		case err != nil:
			return err
		case owns(actor, q.Team) && q.Answer == "":
		case !sees(actor, i):
			return fault.ErrNotFound
		default:
			if err := answers(tx, actor, i, q.Topic); err != nil {
				return err
			}
		}
		if again, err := s.once.Again(tx, q.ID, actor.Account, "enquiry_ask", in, q); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, in); err != nil {
			return err
		}
		e := Enquiry{
			ID: q.ID, Incident: in, Team: q.Team, TeamName: q.TeamName, Situation: q.Situation, Topic: q.Topic, State: "asked",
			By: actor.Account, At: tx.Now, Version: 1,
		}
		if q.Team != "" {
			t, err := team.ByID(tx, q.Team)
			if err != nil {
				return fault.InvalidField("body.team", "unknown", "没有这支队伍", "there is no such team")
			}
			e.TeamName = t.Name
		}
		if err := s.wait(tx, &e, i); err != nil {
			return err
		}
		if e.Number, err = number.Next(tx, "ZX", s.letter); err != nil {
			return err
		}
		e.Lines = []Line{{Words: asked, By: actor.Account, At: tx.Now}}
		if q.Answer != "" {
			e.State = "answered"
			e.Lines = append(e.Lines, Line{Answer: true, Words: answer, By: actor.Account, At: tx.Now})
		}
		if err := insert(tx, e); err != nil {
			return err
		}
		return journal.Append(tx, entry(e, i, e.State, actor.Account))
	})
}

// wait sets until when a team should have its answer, and keeps by what.
func (s *Service) wait(tx *db.Tx, e *Enquiry, i incident.Incident) error {
	limit, used, err := s.params.Minutes(i.Place, "enquiry.answer_within", tx.Now)
	if err != nil {
		return err
	}
	e.Due = tx.Now.Add(limit)
	return parameter.Keep(tx, e.ID, "", used)
}

// opening seals the words with which an enquiry begins.
func (s *Service) opening(ctx context.Context, in string, q Question) (asked, answer seal.Text, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		_, err := incident.ByID(tx, in)
		return err
	})
	if err != nil {
		return asked, answer, err
	}
	key, err := s.keeper.For(ctx, "incident:"+in)
	if err != nil {
		return asked, answer, err
	}
	if asked, err = key.Text(q.Words, lineRow(q.ID, 0)); err != nil {
		return asked, answer, err
	}
	answer, err = key.Text(q.Answer, lineRow(q.ID, 1))
	return asked, answer, err
}

// keyOf is the key of the incident that an enquiry is about.
func (s *Service) keyOf(ctx context.Context, enquiry string) (*seal.Key, error) {
	var e Enquiry
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		e, err = byID(tx, enquiry)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.keeper.For(ctx, "incident:"+e.Incident)
}

// open opens what was said. Not inside a transaction.
func (s *Service) open(ctx context.Context, list []Enquiry) (err error) {
	for _, e := range list {
		for no := range e.Lines {
			err = errors.Join(err, s.keeper.OpenText(ctx, &e.Lines[no].Words, lineRow(e.ID, no)))
		}
	}
	return err
}

func lineRow(enquiry string, no int) string { return fmt.Sprintf("enquiry:%s:%d", enquiry, no) }

// Step is one verb on an enquiry with what it needs.
type Step struct {
	ID      string // of the command
	Verb    string
	Version int64
	Words   string // answer, ask_again
	Share   bool   // answer: show question and answer to every team
}

var past = map[string]string{"answer": "answered", "ask_again": "asked", "settle": "settled"}

// Take answers an enquiry, asks again or settles it.
func (s *Service) Take(ctx context.Context, enquiry string, x Step) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Text(&x.Words, "words", maxWords, x.Verb != "settle")
	if err := c.Err(); err != nil {
		return err
	}
	key, err := s.keyOf(ctx, enquiry)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, enquiry); err != nil {
			return err
		}
		e, i, err := find(tx, actor, enquiry)
		if err != nil {
			return err
		}
		if err := may(tx, actor, e, i, x.Verb); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, x.ID, actor.Account, "enquiry_"+x.Verb, enquiry, x); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, e.Incident); err != nil {
			return err
		}
		to, err := Enquiries.To(e.State, x.Verb)
		if err != nil {
			return err
		}
		if x.Version != 0 && x.Version != e.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": e.State, "version": e.Version})
		}
		was := entry(e, i, "", "").Fields()
		e.State = to
		e.Version++
		switch x.Verb {
		case "answer":
			e.Shared = x.Share
		case "ask_again":
			if err := s.wait(tx, &e, i); err != nil {
				return err
			}
		}
		if x.Words != "" {
			words, err := key.Text(x.Words, lineRow(e.ID, len(e.Lines)))
			if err != nil {
				return err
			}
			if err := insertLine(tx, e.ID, len(e.Lines), Line{Answer: x.Verb == "answer", Words: words, By: actor.Account, At: tx.Now}); err != nil {
				return err
			}
		}
		if err := save(tx, e); err != nil {
			return err
		}
		return journal.Append(tx, entry(e, i, past[x.Verb], actor.Account).Since(was))
	})
}

// may says whether the actor may say the verb. The team that asked settles; the desk does it for one without an account.
func may(tx *db.Tx, actor access.Actor, e Enquiry, i incident.Incident, verb string) error {
	if verb != "answer" && owns(actor, e.Team) {
		return nil
	}
	if owns(actor, e.Team) && !sees(actor, i) {
		return fault.ErrForbidden
	}
	return answers(tx, actor, i, e.Topic)
}

// find is an enquiry with its incident, for whoever may see it: the desks, the team that asked, and every team once it
// is shared.
func find(tx *db.Tx, actor access.Actor, enquiry string) (e Enquiry, i incident.Incident, err error) {
	if e, err = byID(tx, enquiry); err != nil {
		return e, i, err
	}
	if i, err = incident.ByID(tx, e.Incident); err != nil {
		return e, i, err
	}
	if !owns(actor, e.Team) && !sees(actor, i) {
		return e, i, fault.ErrNotFound
	}
	return e, i, nil
}

// Whole is an enquiry with what the actor may do.
type Whole struct {
	Enquiry
	Allowed []string
}

// Get is one enquiry; not found for whoever may not see it.
func (s *Service) Get(ctx context.Context, enquiry string) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		var i incident.Incident
		if w.Enquiry, i, err = find(tx, actor, enquiry); err != nil {
			return err
		}
		w.Allowed = nil
		for _, m := range Enquiries.Possible(w.State) {
			if may(tx, actor, w.Enquiry, i, m.Verb) == nil {
				w.Allowed = append(w.Allowed, m.Verb)
			}
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	return w, s.open(ctx, []Enquiry{w.Enquiry})
}

// Queue is what the desks of an incident see.
type Queue struct {
	Items  []Enquiry      // those that wait longest first
	Counts map[string]int // of each state
	Topics []string       // that the actor may answer about now
}

// Of is the enquiries of an incident for its desks. state "all" is every one.
func (s *Service) Of(ctx context.Context, in, state string, limit int) (q Queue, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return q, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		q = Queue{}
		for _, t := range Topics {
			if i.Open() && answers(tx, actor, i, t.Key) == nil {
				q.Topics = append(q.Topics, t.Key)
			}
		}
		if q.Counts, err = countStates(tx, in); err != nil {
			return err
		}
		q.Items, err = listOf(tx, in, state, limit)
		return err
	})
	if err != nil {
		return q, err
	}
	return q, s.open(ctx, q.Items)
}

// Desk is what a leader sees: the own enquiries, what was shared with every team, and the incidents that may be asked
// about.
type Desk struct {
	Own       []Enquiry
	Shared    []Enquiry // without the name of the team that asked
	Incidents []incident.Incident
}

// Own is the desk as a leader sees it.
func (s *Service) Own(ctx context.Context) (d Desk, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return d, err
	}
	teams := actor.Teams(access.EnquiryOwn)
	if len(teams) == 0 {
		return d, fault.ErrForbidden
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if d.Own, err = ofTeams(tx, teams); err != nil {
			return err
		}
		if d.Shared, err = shared(tx, teams); err != nil {
			return err
		}
		for n := range d.Shared {
			d.Shared[n].Team, d.Shared[n].TeamName, d.Shared[n].By = "", "", ""
		}
		d.Incidents, err = incident.AllRunning(tx)
		return err
	})
	if err != nil {
		return d, err
	}
	return d, errors.Join(s.open(ctx, d.Own), s.open(ctx, d.Shared))
}

// Waiting counts the questions of an incident that wait for an answer of a group, and how many of them wait too long; those
// of every group for the general group, which may answer all. For contexts above.
func Waiting(tx *db.Tx, in string, g org.Group, now time.Time) (n, late int, err error) {
	list, err := listOf(tx, in, "asked", 200)
	for _, e := range list {
		if g != org.General && groupOf(e.Topic) != g {
			continue
		}
		n++
		if e.Late(now) {
			late++
		}
	}
	return n, late, err
}

// entry is what the journal says of an enquiry: none of its words.
func entry(e Enquiry, i incident.Incident, verb, actor string) journal.Entry {
	return journal.Entry{
		Verb: "enquiry." + verb, Kind: "enquiry", Subject: e.ID, Version: e.Version, Place: string(i.Place), Scope: journal.Teams, Incident: i.ID, Actor: actor,
		Body: map[string]any{"number": e.Number, "team": e.Team, "topic": e.Topic, "group": groupOf(e.Topic), "state": e.State, "shared": e.Shared, "places": i.Places},
	}
}
