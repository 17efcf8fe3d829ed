package support

import (
	"context"
	"errors"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/number"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of logistics.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	keeper *seal.Keeper
	once   once.Log
	letter string
	parts  []Part
}

// Part says whether a team takes part in an incident.
type Part func(tx *db.Tx, team, incident string) (bool, error)

// New is the service. letter is the node's letter in human numbers.
func New(ctx context.Context, d *db.DB, c clock.Clock, k *seal.Keeper, letter string) (*Service, error) {
	lookup, err := k.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, clock: c, keeper: k, once: once.NewLog(lookup), letter: letter}, nil
}

// KnowParts tells the service how a team takes part in an incident: by what was approved, or by standing there. It is told once,
// before anybody asks for anything.
func (s *Service) KnowParts(parts ...Part) { s.parts = parts }

// takesPart refuses a team that takes no part in an incident.
func (s *Service) takesPart(tx *db.Tx, actor access.Actor, team string, i incident.Incident) error {
	for _, part := range s.parts {
		if does, err := part(tx, team, i.ID); does || err != nil {
			return err
		}
	}
	if !i.Seen(actor) {
		return fault.ErrNotFound
	}
	return ErrNoPart
}

// owns says whether the actor acts for the team.
func owns(a access.Actor, team string) bool {
	return slices.Contains(a.Teams(access.SupportOwn), team)
}

// ErrNoPart says that a leader asks for a team that takes no part in the incident.
var ErrNoPart = fault.New(fault.Forbidden, "support.no_part", "本队未获批准参加该事件，也未在现场，不能申请后勤", "this team is neither approved for the incident nor on site; it cannot ask for logistics there")

// Raise asks for something: the leader of a team for the own team in an incident that it takes part in, the groups on site on a
// team's behalf.
func (s *Service) Raise(ctx context.Context, r Request) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	said := r
	return s.db.Update(ctx, func(tx *db.Tx) error {
		r := r
		i, err := incident.ByID(tx, r.Incident)
		if err != nil {
			return err
		}
		onBehalf := actor.May(access.SupportRaise, i.Place) || slices.Contains(actor.Incidents(access.SupportRaise), i.ID)
		switch {
		case onBehalf, owns(actor, r.Team):
		case !i.Seen(actor):
			return fault.ErrNotFound
		default:
			return fault.ErrForbidden
		}
		if again, err := s.once.Again(tx, r.ID, actor.Account, "support_raise", r.ID, said); again || err != nil {
			return err
		}
		if !onBehalf {
			if err := s.takesPart(tx, actor, r.Team, i); err != nil {
				return err
			}
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		if _, err := team.ByID(tx, r.Team); err != nil {
			return fault.InvalidField("body.team", "unknown", "没有这支队伍", "there is no such team")
		}
		r.State, r.By, r.At, r.Version = "raised", actor.Account, tx.Now, 1
		if r.Number, err = number.Next(tx, "HB", s.letter); err != nil {
			return err
		}
		if err := insertRequest(tx, r); err != nil {
			return err
		}
		return journal.Append(tx, entry(r, i, "raised", actor.Account, ""))
	})
}

// Step is one verb on a request with what it needs.
type Step struct {
	ID       string // of the command
	Verb     string
	Version  int64
	To       string // route: the unit or force
	Quantity int    // supply: what came; dispute: what really came in all
	Reason   string
}

// Take takes a request along its life cycle.
func (s *Service) Take(ctx context.Context, request string, x Step) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Line(&x.To, "to", 60, x.Verb == "route")
	c.Text(&x.Reason, "reason", 200, slices.Contains(reasoned, x.Verb))
	c.Bad(x.Verb == "supply" && x.Quantity < 1, "quantity", "range", "请填写到位数量", "say how many came")
	c.Bad(x.Verb == "dispute" && x.Quantity < 1, "quantity", "nothing", "请填写实收数量；一件未到的，请选“未收到”", "say how many came; if nothing did, say so instead")
	c.Bad(x.Quantity < 0 || x.Quantity > maxQuantity, "quantity", "range", "数量有误", "this quantity is not right")
	if err := c.Err(); err != nil {
		return err
	}
	note, err := s.noteOf(ctx, request, x)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, request); err != nil {
			return err
		}
		r, i, err := s.find(tx, actor, request)
		if err != nil {
			return err
		}
		if err := may(tx, actor, r, i, x.Verb); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, x.ID, actor.Account, "support_"+x.Verb, request, x); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		to, err := Requests.To(r.State, x.Verb)
		if err != nil {
			return err
		}
		if x.Version != 0 && x.Version != r.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": r.State, "version": r.Version})
		}
		was := entry(r, i, "", "", "").Fields().Without("what")
		if err := apply(tx, &r, x, note, actor.Account); err != nil {
			return err
		}
		if slices.Contains(settles, x.Verb) {
			r.Settled, r.OnBehalf = actor.Account, !owns(actor, r.Team)
		}
		r.State = to
		r.Version++
		if err := saveRequest(tx, r); err != nil {
			return err
		}
		reason := ""
		if slices.Contains(reasoned, x.Verb) {
			reason = x.Reason
		}
		return journal.Append(tx, entry(r, i, past[x.Verb], actor.Account, reason).Since(was))
	})
}

// reasoned are the verbs that take a reason, which the journal keeps. What is noted with any other is words about what came.
var reasoned = []string{"return", "dispute", "miss", "cancel"}

// noteOf seals what is noted with a delivery under the key of the incident of its request.
func (s *Service) noteOf(ctx context.Context, request string, x Step) (note seal.Text, err error) {
	if x.Reason == "" {
		return note, nil
	}
	var in string
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		in, err = IncidentOf(tx, request)
		return err
	}); err != nil {
		return note, err
	}
	key, err := s.keeper.For(ctx, "incident:"+in)
	if err != nil {
		return note, err
	}
	return key.Text(x.Reason, noteRow(x.ID))
}

func noteRow(supply string) string { return "supply:" + supply + ":note" }

var past = map[string]string{
	"route": "routed", "return": "taken_back", "supply": "supplied", "complete": "delivered", "confirm": "confirmed", "dispute": "disputed", "miss": "missed", "cancel": "cancelled",
}

// apply changes the request as the verb says; what came is written down delivery by delivery.
func apply(tx *db.Tx, r *Request, x Step, note seal.Text, by string) error {
	came := 0
	switch x.Verb {
	case "route":
		r.Routed = x.To
	case "return":
		r.Routed = ""
	case "supply":
		came = x.Quantity
		if r.Supplied+came >= r.Quantity {
			return fault.InvalidField("body.quantity", "complete", "数量已够，请登记全部到位", "that is all of it; record it as complete")
		}
	case "complete":
		came = r.Quantity - r.Supplied
	case "dispute":
		if x.Quantity >= r.Supplied {
			return fault.InvalidField("body.quantity", "range", "实收数量应少于已登记到位的数量", "what came must be less than what was written down")
		}
		came = x.Quantity - r.Supplied
	case "miss":
		came = -r.Supplied
	}
	if came == 0 {
		return nil
	}
	r.Supplied += came
	source := r.Routed
	if came < 0 {
		source = ""
	}
	return insertSupply(tx, r.ID, Supply{ID: x.ID, Quantity: came, Source: source, Note: note, By: by, At: tx.Now})
}

// ErrOwnDelivery says that somebody who wrote down what came would confirm or dispute it.
var ErrOwnDelivery = fault.New(fault.Forbidden, "support.own_delivery", "登记到位的人不能代队伍确认，请由队伍或协调组其他人员确认", "who wrote down what came does not confirm it: the team does, or somebody else of the coordination group")

// settles are the verbs by which a team says what it received.
var settles = []string{"confirm", "dispute", "miss"}

// may says whether the actor may say the verb: the team of its own request, the support group (or the office acting for
// it) of every request of the incident but those of the own team. What came is confirmed or disputed by the team, or for
// it by the coordination group; never by who delivered it.
func may(tx *db.Tx, actor access.Actor, r Request, i incident.Incident, verb string) error {
	if slices.Contains(settles, verb) {
		return maySettle(tx, actor, r, i)
	}
	if owns(actor, r.Team) && slices.ContainsFunc(Requests.Moves, func(m lifecycle.Move) bool { return m.Verb == verb && m.May == string(access.SupportOwn) }) {
		return nil
	}
	if owns(actor, r.Team) && !i.Seen(actor) {
		return fault.ErrForbidden
	}
	err := incident.Works(tx, i, actor, org.Support)
	if err == nil && actor.Belongs(r.Team, r.Incident) {
		err = access.ErrOwnTeam
	}
	return err
}

func maySettle(tx *db.Tx, actor access.Actor, r Request, i incident.Incident) error {
	if !owns(actor, r.Team) {
		if err := incident.Works(tx, i, actor, org.Coordination); err != nil {
			return err
		}
	}
	var own int
	err := tx.Get(`SELECT count(*) FROM support_supply WHERE request = $1 AND by = $2 AND quantity > 0`, []any{r.ID, actor.Account}, &own)
	if err == nil && own > 0 {
		err = ErrOwnDelivery
	}
	return err
}

// find is a request and its incident, for whoever may see it.
func (s *Service) find(tx *db.Tx, actor access.Actor, request string) (r Request, i incident.Incident, err error) {
	if r, err = byID(tx, request); err != nil {
		return r, i, err
	}
	if i, err = incident.ByID(tx, r.Incident); err != nil {
		return r, i, err
	}
	if !owns(actor, r.Team) && !sees(actor, i) {
		return r, i, fault.ErrNotFound
	}
	return r, i, nil
}

func sees(actor access.Actor, i incident.Incident) bool {
	return i.Seen(actor) && (len(actor.Spans(access.SupportSee)) > 0 || slices.Contains(actor.Incidents(access.SupportSee), i.ID))
}

// Whole is a request with everything around it.
type Whole struct {
	Request
	Supplies []Supply
	History  []journal.Row
	Allowed  []string
}

// Get is one request; not found for whoever may not see it.
func (s *Service) Get(ctx context.Context, request string) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		var i incident.Incident
		if w.Request, i, err = s.find(tx, actor, request); err != nil {
			return err
		}
		if w.Supplies, err = suppliesOf(tx, request); err != nil {
			return err
		}
		w.Allowed = nil
		for _, m := range Requests.Possible(w.State) {
			if i.Open() && may(tx, actor, w.Request, i, m.Verb) == nil {
				w.Allowed = append(w.Allowed, m.Verb)
			}
		}
		if w.History, err = journal.Of(tx, "support", request, 200); err != nil {
			return err
		}
		one := []Request{w.Request}
		err = nameTeams(tx, one)
		w.Request = one[0]
		return err
	})
	for n := range w.Supplies {
		err = errors.Join(err, s.keeper.OpenText(ctx, &w.Supplies[n].Note, noteRow(w.Supplies[n].ID)))
	}
	return w, err
}

// ListFilter says which requests a list shows.
type ListFilter struct {
	State  string // a state, "open" (raised, routed, supplying, delivered) or "all"
	Team   string
	Figure string // what this figure counts, in any state
	Limit  int
}

// Of is the requests of an incident: all of them for who sees the incident, the own ones for a team. The most urgent
// first, then the oldest.
func (s *Service) Of(ctx context.Context, in string, f ListFilter) (list []Request, counts map[string]int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		var teams []string
		if !sees(actor, i) {
			if teams = actor.Teams(access.SupportOwn); len(teams) == 0 {
				return fault.ErrNotFound
			}
		}
		if counts, err = countStates(tx, in, teams); err != nil {
			return err
		}
		if list, err = requests(tx, in, teams, f); err != nil {
			return err
		}
		return nameTeams(tx, list)
	})
	return list, counts, err
}

// Own is the requests of the teams that the actor leads, in every incident that runs, the newest first.
func (s *Service) Own(ctx context.Context) (list []Request, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	teams := actor.Teams(access.SupportOwn)
	if len(teams) == 0 {
		return nil, fault.ErrForbidden
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if list, err = ownRequests(tx, teams); err != nil {
			return err
		}
		return nameTeams(tx, list)
	})
	return list, err
}

// ForMissions is what was asked for on missions, by mission, as far as the actor may see it, the first one first.
func (s *Service) ForMissions(ctx context.Context, missions ...string) (by map[string][]Request, err error) {
	actor, err := access.From(ctx)
	if err != nil || len(missions) == 0 {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		by = map[string][]Request{}
		list, err := forMissions(tx, missions)
		if err != nil {
			return err
		}
		for _, r := range list {
			i, err := incident.ByID(tx, r.Incident)
			if err != nil {
				return err
			}
			if owns(actor, r.Team) || sees(actor, i) {
				by[r.Mission] = append(by[r.Mission], r)
			}
		}
		return nil
	})
	return by, err
}

// nameTeams writes the names of their teams into requests.
func nameTeams(tx *db.Tx, list []Request) error {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.Team
	}
	names, err := team.NamesOf(tx, ids)
	for i := range list {
		list[i].TeamName = names[list[i].Team]
	}
	return err
}

// Tally is what there is to do in an incident.
type Tally struct{ Open, Met, Late int }

// TallyOf counts the requests of an incident; late is what a team waits for past the time it named.
func TallyOf(tx *db.Tx, in string, now time.Time) (Tally, error) {
	n, err := requestParts.Count(tx, now, []string{"open", "met", "late"}, "support_request", "incident = $1", in)
	return Tally{Open: n["open"], Met: n["met"], Late: n["late"]}, err
}

// entry is what the journal says of a request: the team learns of it too.
func entry(r Request, i incident.Incident, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "support." + verb, Kind: "support", Subject: r.ID, Version: r.Version, Place: string(i.Place), Scope: journal.Teams, Incident: i.ID,
		Actor: actor, Reason: reason,
		Body: map[string]any{
			"number": r.Number, "team": r.Team, "mission": r.Mission, "category": r.Category, "what": r.What, "quantity": r.Quantity, "unit": r.Unit, "priority": r.Priority,
			"state": r.State, "supplied": r.Supplied, "routed": r.Routed, "onBehalf": r.OnBehalf, "places": i.Places,
		},
	}
}
