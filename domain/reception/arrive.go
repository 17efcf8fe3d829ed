package reception

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/number"
)

// CheckIn is a team that is received.
type CheckIn struct {
	ID       string // of the party and of the command, made by the desk
	Incident string
	Point    string
	Offer    string // "" it came without one
	Team     string // in the register, where it is known and there is no offer; ""
	TeamName string // where there is no offer
	Arrivals
	Contact   Who // who leads it on site
	Days      int
	Note      string
	ArrivedAt time.Time // by the clock of the desk
}

// ErrAlreadyHere says that the team of an offer was received already; Current names the party.
var ErrAlreadyHere = fault.New(fault.Conflict, "reception.already_here", "该报名已办理到场报备，后到人员请并入该队", "the team of this offer was received already; those who come later join it")

func (in *CheckIn) check() error {
	var c input.Check
	in.Arrivals.check(&c)
	c.Bad(len(in.Persons)+len(in.Extra) == 0, "persons", "missing", "请登记到场人员", "write down who is there")
	c.Line(&in.TeamName, "teamName", 40, in.Offer == "" && in.Team == "")
	c.Line(&in.Contact.Name, "contact.name", 40, false)
	n := Newcomer{Name: "-", Phone: in.Contact.Phone}
	n.proper(&c, "contact")
	in.Contact.Phone = n.Phone
	c.Text(&in.Note, "note", 500, false)
	c.Bad(in.Days < 0 || in.Days > 90, "days", "range", "自我保障天数为 0 至 90", "self-sufficient for 0 to 90 days")
	return c.Err()
}

// CheckIn receives a team: people by name, vehicles, equipment, time and place (S004-79). With an approved offer it is
// checked in and its offer is on site; without, it is received all the same, as self-deployed (S001-39). The same
// command twice is one, so that a desk may send it again when the network is back.
func (s *Service) CheckIn(ctx context.Context, in CheckIn) error {
	if err := in.check(); err != nil {
		return err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var o deployment.Offer
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		_, o, err = receiving(tx, actor, in)
		return err
	}); err != nil {
		return err
	}
	teamID := in.Team
	if in.Offer != "" {
		teamID = o.Team
	}
	// What is wrong with the rows is said once it is known that this is no repeated command: a desk sends again what was
	// received long ago, when the register may say something else.
	rows, wrong := s.prepare(ctx, in.ID, in.Incident, teamID, o, in.Arrivals)
	key, err := s.keeper.For(ctx, "party:"+in.ID)
	if err != nil {
		return err
	}
	contact, err := sealWho(key, in.Contact, "party:"+in.ID+":contact")
	if err != nil {
		return err
	}
	note, err := key.Text(in.Note, "party:"+in.ID+":note")
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i, _, err := receiving(tx, actor, in)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, in.ID, actor.Account, "party_check_in", in.ID, in); again || err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		p := Party{
			ID: in.ID, Incident: i.ID, Offer: in.Offer, Team: teamID, Note: note, Days: in.Days, ArrivedAt: in.ArrivedAt, ReceivedAt: tx.Now,
			CreatedBy: actor.Account, Version: 1, sealed: contact,
		}
		return s.receive(tx, actor, i, p, in, rows)
	})
}

// receiving is the incident and the offer of a check-in, for whoever receives teams there. The offer is held while the
// transaction writes.
func receiving(tx *db.Tx, actor access.Actor, in CheckIn) (i incident.Incident, o deployment.Offer, err error) {
	if i, err = incident.ByID(tx, in.Incident); err != nil {
		return i, o, err
	}
	if !sees(actor, i) {
		return i, o, fault.ErrNotFound
	}
	if err := works(tx, actor, i); err != nil {
		return i, o, err
	}
	if in.Offer == "" {
		return i, o, nil
	}
	o, err = deployment.ByID(tx, in.Offer)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && o.Incident != i.ID) {
		return i, o, fault.InvalidField("body.offer", "unknown", "本次事件没有这份报名", "there is no such offer to this incident")
	}
	return i, o, err
}

// receive writes a party and who came with it. An offer that has ended meanwhile does not turn people away.
func (s *Service) receive(tx *db.Tx, actor access.Actor, i incident.Incident, p Party, in CheckIn, rows ready) error {
	at, err := PointByID(tx, in.Point)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && at.Incident != i.ID) {
		return fault.InvalidField("body.point", "unknown", "本次事件没有这个接待点", "there is no such point in this incident")
	}
	if err != nil {
		return err
	}
	p.Point, p.Place, p.State, p.Unapproved = at.ID, at.Place, "self_deployed", true
	if p.TeamName, err = named(tx, in); err != nil {
		return err
	}
	if p.Offer != "" {
		o, err := deployment.Hold(tx, p.Offer)
		if err != nil {
			return err
		}
		p.TeamName, p.Missing = o.TeamName, len(o.Edition.Persons)
		if o.Arriving() {
			p.State, p.Unapproved = "checked_in", false
		}
	}
	if p.ArrivedAt.IsZero() {
		p.ArrivedAt = tx.Now
	}
	if p.Number, err = number.Next(tx, "DC", s.letter); err != nil {
		return err
	}
	n, err := insertParty(tx, p)
	if err != nil {
		return err
	}
	if n == 0 {
		return alreadyHere(tx, p)
	}
	if !p.Unapproved {
		if err := deployment.Arrived(tx, actor.Account, p.Offer); err != nil {
			return err
		}
	}
	if err := rows.settle(tx, p.ID, i.ID, at, since(p.ArrivedAt, tx.Now, i)); err != nil {
		return err
	}
	if err := countMissing(tx, &p); err != nil {
		return err
	}
	past := "checked_in"
	if p.Unapproved {
		past = "self_deployed"
	}
	odd, err := s.odd(p, i)
	if err != nil {
		return err
	}
	return tell(tx, p, i, nil, past, actor.Account, "", map[string]any{"pointName": at.Name, "oddClock": odd, "apart": in.apart()})
}

// named is what the team of a check-in is called.
func named(tx *db.Tx, in CheckIn) (string, error) {
	if in.Team == "" || in.Offer != "" {
		return in.TeamName, nil
	}
	names, err := team.NamesOf(tx, []string{in.Team})
	if err == nil && names[in.Team] == "" {
		err = fault.InvalidField("body.team", "unknown", "没有这支队伍", "there is no such team")
	}
	return names[in.Team], err
}

// alreadyHere is why a party could not be written: its id stands for another, or its offer has one.
func alreadyHere(tx *db.Tx, p Party) error {
	if p.Offer == "" {
		return fault.ErrIDReused
	}
	list, err := partiesWhere(tx, `offer = $1 AND offer <> ''`, p.Offer)
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		return fault.ErrIDReused
	}
	return ErrAlreadyHere.WithCurrent(map[string]any{"party": list[0].ID, "number": list[0].Number, "state": list[0].State})
}

// since is when people are counted from: the clock of the desk, unless it cannot be right.
func since(arrived, now time.Time, i incident.Incident) time.Time {
	if arrived.After(now) || arrived.Before(i.Began) {
		return now
	}
	return arrived
}

// odd says whether the desk's clock cannot be right: further ahead of ours than a gate's may be, or before the incident
// began. It is shown and changes nothing else.
func (s *Service) odd(p Party, i incident.Incident) (bool, error) {
	skew, _, err := s.params.Minutes(i.Place, "pass.clock_skew", p.ReceivedAt)
	return p.ArrivedAt.After(p.ReceivedAt.Add(skew)) || p.ArrivedAt.Before(i.Began), err
}

// countMissing writes how many people of the manifest are not here.
func countMissing(tx *db.Tx, p *Party) error {
	if p.Offer == "" {
		return nil
	}
	o, err := deployment.ByID(tx, p.Offer)
	if err != nil {
		return err
	}
	var here int
	if err := tx.Get(`SELECT count(DISTINCT person) FROM presence WHERE party = $1 AND listed AND out_why <> 'mistaken'`, []any{p.ID}, &here); err != nil {
		return err
	}
	p.Missing = max(0, len(o.Edition.Persons)-here)
	_, err = tx.Exec(`UPDATE party SET missing = $1 WHERE id = $2`, p.Missing, p.ID)
	return err
}

// Join lets those in who come later: a second echelon, stragglers, more vehicles (S004-79).
func (s *Service) Join(ctx context.Context, id, party string, version int64, a Arrivals, arrived time.Time) error {
	var c input.Check
	a.check(&c)
	c.Bad(a.empty(), "persons", "missing", "请登记到场人员、车辆或装备", "write down who or what came")
	if err := c.Err(); err != nil {
		return err
	}
	p, o, err := s.before(ctx, party)
	if err != nil {
		return err
	}
	rows, wrong := s.prepare(ctx, party, p.Incident, p.Team, o, a)
	return s.on(ctx, party, command{id: id, verb: "join", past: "joined", version: version, said: []any{version, a, arrived}}, func(x *step) error {
		switch {
		case wrong != nil:
			return wrong
		case !x.Inside():
			return Parties.Refuse(x.State)
		}
		at, err := PointByID(x.tx, x.Point)
		if err != nil {
			return err
		}
		came := arrived
		if came.IsZero() {
			came = x.tx.Now
		}
		if err := rows.settle(x.tx, x.ID, x.Incident, at, since(came, x.tx.Now, x.incident)); err != nil {
			return err
		}
		x.about["apart"], x.about["persons"], x.about["rides"] = a.apart(), len(rows.people), len(rows.rides)
		return countMissing(x.tx, x.Party)
	})
}

// before is a party and its offer, for whoever receives teams, before a transaction writes.
func (s *Service) before(ctx context.Context, party string) (p Party, o deployment.Offer, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return p, o, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		var i incident.Incident
		if p, i, err = find(tx, actor, party); err != nil {
			return err
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		if p.Offer != "" {
			o, err = deployment.ByID(tx, p.Offer)
		}
		return err
	})
	return p, o, err
}
