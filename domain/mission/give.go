package mission

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/reception"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
)

// ErrPartyNotReady says that a party takes no missions: it came without approval, is to leave, or has left.
var ErrPartyNotReady = fault.New(fault.Conflict, "mission.party_not_ready", "该队伍未经批准或不在可用状态，不能下达任务", "this team is not checked in, and gets no mission")

// Order is a mission to be given: what is to be done, by whom and with what.
type Order struct {
	Mission
	Persons []string // rows of people inside
	Rides   []string // rows of vehicles inside
	Items   []Item
}

const (
	maxTaken  = 500
	maxAmount = 100_000
)

// errPast says that a mission should have been done before it is given.
var errPast = fault.InvalidField("body.until", "range", "完成时限应晚于现在", "the time to be done by has passed")

func (o *Order) check() error {
	var c input.Check
	c.Line(&o.Goal, "goal", 100, true)
	c.Line(&o.Location, "location", 100, o.Sector == "")
	c.Text(&o.Hazards, "hazards", 500, false)
	c.Line(&o.Contact, "contact", 60, true)
	c.Bad(o.Priority < 1 || o.Priority > 4, "priority", "range", "紧急程度为 1 至 4", "priority is 1 to 4")
	o.take(&c)
	return c.Err()
}

// take checks who and what is given to a mission.
func (o *Order) take(c *input.Check) {
	c.Bad(len(o.Persons) == 0, "persons", "missing", "请至少选择 1 人", "choose at least one person")
	c.Bad(len(o.Persons) > maxTaken, "persons", "too_long", "人数过多", "too many people")
	c.Bad(len(o.Rides) > maxTaken, "vehicles", "too_long", "车辆过多", "too many vehicles")
	for i, x := range o.Items {
		twice := slices.ContainsFunc(o.Items[:i], func(y Item) bool { return y.Kind == x.Kind })
		c.Bad(twice || x.Count < 1 || x.Count > maxAmount, fmt.Sprintf("items[%d]", i), "range", "装备数量有误", "this amount is not right")
	}
	o.People, o.Vehicles = len(o.Persons), len(o.Rides)
}

// Give tells a party what to do. Its people and vehicles must be inside and free; the fault names those that are not. The
// first mission of a published need marks the need as in progress.
func (s *Service) Give(ctx context.Context, o Order) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	said := o
	if err := o.check(); err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		o := o
		i, err := seen(tx, actor, o.Incident)
		if err != nil {
			return err
		}
		if err := gives(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, o.ID, actor.Account, "mission_give", o.ID, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		if err := incident.Halted(tx, i.ID, "mission"); err != nil {
			return err
		}
		if !o.Until.After(tx.Now) {
			return errPast
		}
		if err := s.places.Tree().RefuseEnded(o.Place, tx.Now, "body.place"); err != nil { // that was named; one without lies in what is under way
			return err
		}
		if err := s.aim(tx, i, &o); err != nil {
			return err
		}
		if err := s.place(tx, &o, actor); err != nil {
			return err
		}
		if err := s.begin(tx, o.Need, actor.Account); err != nil {
			return err
		}
		return journal.Append(tx, entry(o.Mission, i, "given", actor.Account, "", nil))
	})
	if err == nil && o.Need != "" {
		s.needs.Changed(o.Need)
	}
	return err
}

// wanted says whether missions may be given from a need: it is published, and what the incident works on.
func (s *Service) wanted(tx *db.Tx, i incident.Incident, n need.Need) bool {
	return n.In(i, s.places.Tree(), tx.Now) && n.State != "open" && n.State != "closed"
}

// aim finds out where a mission is: in its sector, else at its need, else where the incident is commanded.
func (s *Service) aim(tx *db.Tx, i incident.Incident, o *Order) error {
	if o.Place == "" {
		o.Place = i.Place
	}
	if o.Need != "" {
		list, err := need.Named(tx, []string{o.Need})
		if err != nil {
			return err
		}
		if len(list) == 0 || !s.wanted(tx, i, list[0]) {
			return fault.InvalidField("body.need", "unknown", "该需求不在本次事件的已发布需求中", "this need is not among those published for the incident")
		}
		o.Place = list[0].Place
	}
	if o.Sector != "" {
		if err := holdSector(tx, o.Sector); err != nil {
			return err
		}
		x, err := sectorByID(tx, o.Sector)
		switch {
		case errors.Is(err, sql.ErrNoRows) || (err == nil && (x.Incident != i.ID || !x.Open)):
			return fault.InvalidField("body.sector", "unknown", "没有这个作业区，或已停用", "there is no such open sector")
		case err != nil:
			return err
		}
		if o.Need == "" {
			o.Place = x.Place
		}
		if o.Location == "" {
			o.Location = x.Name
		}
	}
	if !i.Covers(s.places.Tree(), o.Place, tx.Now) {
		return errOutside
	}
	return nil
}

// place writes the mission and takes the people, vehicles and equipment of its party.
func (s *Service) place(tx *db.Tx, o *Order, by access.Actor) error {
	p, err := reception.Hold(tx, o.Party)
	switch {
	case errors.Is(err, sql.ErrNoRows) || (err == nil && p.Incident != o.Incident):
		return fault.InvalidField("body.party", "unknown", "没有这支到场队伍", "there is no such team on site")
	case err != nil:
		return err
	case p.State != "checked_in":
		return ErrPartyNotReady.WithCurrent(map[string]any{"state": p.State})
	}
	if by.Belongs(cmp.Or(p.Team, p.ID), p.Incident) {
		return access.ErrOwnTeam
	}
	o.Team, o.TeamName = p.Team, p.TeamName
	o.State, o.GivenBy, o.GivenAt, o.Version = "given", by.Account, tx.Now, 1
	if o.Number, err = number.Next(tx, "RW", s.letter); err != nil {
		return err
	}
	if err := s.heard(&o.Mission, tx.Now); err != nil {
		return err
	}
	if err := enough(tx, *o); err != nil {
		return err
	}
	if err := insertMission(tx, o.Mission); err != nil {
		return err
	}
	if err := reception.Occupy(tx, o.Party, o.ID, o.Location, o.Persons, o.Rides); err != nil {
		return err
	}
	return insertTaken(tx, o.ID, o.Persons, o.Rides, o.Items)
}

// enough refuses more equipment than the party has left. The caller holds the party.
func enough(tx *db.Tx, o Order) error {
	if len(o.Items) == 0 {
		return nil
	}
	stock, err := stockOf(tx, o.Incident, o.Party)
	if err != nil {
		return err
	}
	var wrong []fault.Field
	for n, x := range o.Items {
		left := 0
		for _, st := range stock[o.Party] {
			if st.Kind == x.Kind {
				left = st.Came - st.Taken
			}
		}
		if x.Count > left {
			wrong = append(wrong, fault.Field{Location: fmt.Sprintf("body.items[%d]", n), Code: "busy", Zh: fmt.Sprintf("可用 %d，不足", left), En: fmt.Sprintf("only %d are free", left)})
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return nil
}

// begin marks a need as in progress when it is not yet.
func (s *Service) begin(tx *db.Tx, needID, by string) error {
	if needID == "" {
		return nil
	}
	if err := need.Hold(tx, []string{needID}); err != nil {
		return err
	}
	list, err := need.Named(tx, []string{needID})
	if err != nil || len(list) == 0 || (list[0].State != "published" && list[0].State != "matched") {
		return err
	}
	return s.needs.Advance(tx, list[0], "start", by)
}

// Reassign ends a mission that runs and gives its task to another party, which begins with a mission of its own: o has its
// id, the party and what is taken of it; what is to be done is as it was. For the coordination group.
func (s *Service) Reassign(ctx context.Context, mission string, x Step, o Order) error {
	said := []any{x, o}
	var c input.Check
	c.Text(&x.Reason, "reason", 200, true)
	c.Bad(o.Party == "", "party", "missing", "请选择接替的队伍", "choose the team that takes over")
	o.take(&c)
	if err := c.Err(); err != nil {
		return err
	}
	x.Verb = "reassign"
	return s.on(ctx, mission, x, said, func(w *walk) error {
		o := o
		if err := incident.Halted(w.tx, w.Incident, "mission"); err != nil {
			return err
		}
		if o.Party == w.Party {
			return fault.InvalidField("body.party", "same", "请选择另一支队伍", "choose another team")
		}
		parties := []string{o.Party, w.Party}
		slices.Sort(parties)
		for _, p := range parties {
			if _, err := reception.Hold(w.tx, p); err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		switch own := !o.Until.IsZero(); {
		case own && !o.Until.After(w.tx.Now):
			return errPast
		case own:
		case !w.Until.After(w.tx.Now):
			return fault.InvalidField("body.until", "range", "原时限已过，请重新填写完成时限", "the time to be done by has passed; give another")
		default:
			o.Until = w.Until
		}
		o.Incident, o.Need, o.Sector, o.Place, o.Location, o.Goal = w.Incident, w.Need, w.Sector, w.Place, w.Location, w.Goal
		o.Hazards, o.Contact, o.Priority, o.Before = w.Hazards, w.Contact, w.Priority, w.ID
		if err := s.end(w); err != nil {
			return err
		}
		if err := s.place(w.tx, &o, w.actor); err != nil {
			return err
		}
		w.about["successor"] = o.ID
		return journal.Append(w.tx, entry(o.Mission, w.incident, "given", w.actor.Account, x.Reason, nil))
	})
}
