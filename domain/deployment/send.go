package deployment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
)

// Manifest is what a team signs up with.
type Manifest struct {
	Needs     []string // ids, the most important first; may be none yet
	Persons   []string // ids of members
	Vehicles  []Ride
	Equipment []Item
	Days      int
	ETA       time.Time
	Origin    string
	Note      string
}

// Ride is a vehicle that comes, with how many people in it and what on it.
type Ride struct {
	Vehicle string
	Crew    int
	Load    string
}

const (
	maxPersons  = 500
	maxVehicles = 100
	maxNeeds    = 20
	maxDays     = 90
)

// check refuses a manifest that nobody could work with, naming each field and row.
func (m *Manifest) check() error {
	var c input.Check
	c.Bad(len(m.Persons) == 0, "persons", "missing", "请填写出队人员", "say who comes")
	c.Bad(len(m.Persons) > maxPersons, "persons", "too_many", "一次报名不超过 500 人", "at most 500 people")
	c.Bad(len(m.Vehicles) > maxVehicles, "vehicles", "too_many", "一次报名不超过 100 辆车", "at most 100 vehicles")
	c.Bad(len(m.Needs) > maxNeeds, "needs", "too_many", "一次报名不超过 20 条需求", "at most 20 needs")
	c.Bad(m.Days < 1 || m.Days > maxDays, "days", "range", "自我保障天数为 1 至 90", "self-sufficient for 1 to 90 days")
	c.Line(&m.Origin, "origin", 60, true)
	c.Text(&m.Note, "note", 500, false)
	twice := func(ids []string, field string) {
		for i, id := range ids {
			c.Bad(slices.Contains(ids[:i], id), fmt.Sprintf("%s[%d]", field, i), "twice", "重复", "it stands twice")
		}
	}
	var rides []string
	for i := range m.Vehicles[:min(len(m.Vehicles), maxVehicles)] {
		v := &m.Vehicles[i]
		rides = append(rides, v.Vehicle)
		c.Bad(v.Crew < 1 || v.Crew > 99, fmt.Sprintf("vehicles[%d].crew", i), "range", "随车人数有误", "the number of people in it is not right")
		c.Line(&v.Load, fmt.Sprintf("vehicles[%d].load", i), 100, false)
	}
	var kinds []string
	for i, x := range m.Equipment {
		kinds = append(kinds, x.Key)
		c.Bad(!slices.Contains(equipment.Kinds, x.Key) || x.Count < 1, fmt.Sprintf("equipment[%d]", i), "unknown", "没有这种装备或数量有误", "there is no such equipment, or the number is not right")
	}
	twice(m.Persons[:min(len(m.Persons), maxPersons)], "persons")
	twice(rides, "vehicles")
	twice(kinds, "equipment")
	twice(m.Needs[:min(len(m.Needs), maxNeeds)], "needs")
	return c.Err()
}

// inTime refuses a time of arrival that cannot be right now. It is asked once it is known that this is no command that came
// long ago and is sent again.
func (m *Manifest) inTime(now time.Time) error {
	if m.ETA.Before(now.Add(-time.Hour)) || m.ETA.After(now.Add(30*24*time.Hour)) {
		return fault.InvalidField("body.eta", "range", "预计到达时间有误", "the time of arrival is not right")
	}
	return nil
}

// Send signs a team up for an incident: by its leader, or registered by the general group on its behalf (S004-28). The
// id of the offer is the command's. An incident that is not named is the one that its first need belongs to. Where
// enough have come it goes to standby at once and says so.
func (s *Service) Send(ctx context.Context, id, teamID, incidentID string, m Manifest) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	said := []any{teamID, incidentID, m}
	if err := m.check(); err != nil {
		return err
	}
	if err := s.mayName(ctx, actor, teamID); err != nil {
		return err
	}
	sealed, err := s.sealNames(ctx, id, teamID, m.Persons)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if again, err := s.once.Again(tx, id, actor.Account, "offer_send", id, said); again || err != nil {
			return err
		}
		t, i, wanted, err := s.aim(tx, actor, teamID, incidentID, m.Needs)
		if err != nil {
			return err
		}
		if err := m.inTime(tx.Now); err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		o := Offer{
			ID: id, Incident: i.ID, Team: t.ID, TeamName: t.Name, Home: t.Home, Destination: s.destination(i, wanted, tx.Now), Via: "general", State: "offered",
			CreatedAt: tx.Now, CreatedBy: actor.Account, Version: 1,
		}
		if slices.Contains(actor.Teams(access.OfferSend), t.ID) {
			o.Via = "leader"
		}
		if o.Number, err = number.Next(tx, "CD", s.letter); err != nil {
			return err
		}
		o.Edition.No = 1
		if err := s.fill(tx, &o, actor, m, sealed); err != nil {
			return err
		}
		if err := s.ease(tx, &o, wanted); err != nil {
			return err
		}
		if err := insertOffer(tx, o); err != nil {
			return err
		}
		for _, p := range []place.Path{o.Home, o.Destination, i.Place} {
			if err := see(tx, o.ID, p); err != nil {
				return err
			}
		}
		if err := s.keep(tx, o); err != nil {
			return err
		}
		places, err := placesOf(tx, o.ID)
		if err != nil {
			return err
		}
		return journal.Append(tx, entry(o, places, "sent", actor.Account, "", nil))
	})
}

// Correct sends an offer again with what was put right; the edition before is kept.
func (s *Service) Correct(ctx context.Context, id, offer string, version int64, m Manifest) error {
	said := []any{version, m}
	if err := m.check(); err != nil {
		return err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var teamID string
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		o, _, err := load(tx, actor, offer)
		teamID = o.Team
		return err
	}); err != nil {
		return err
	}
	sealed, err := s.sealNames(ctx, offer, teamID, m.Persons)
	if err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: id, verb: "correct", version: version, said: said}, func(x *step) error {
		if err := m.inTime(x.tx.Now); err != nil {
			return err
		}
		wanted, err := s.wantedIn(x.tx, x.incident, m.Needs)
		if err != nil {
			return err
		}
		x.Destination, x.Case, x.TakenUp = s.destination(x.incident, wanted, x.tx.Now), "", ""
		x.Due, x.Urgent, x.Cause, x.Accepted, x.Waiver = time.Time{}, Mark{}, "", Mark{}, Mark{}
		x.Edition = Edition{No: x.Edition.No + 1}
		if err := release(x.tx, x.ID); err != nil {
			return err
		}
		if err := s.fill(x.tx, x.Offer, x.actor, m, sealed); err != nil {
			return err
		}
		if err := s.ease(x.tx, x.Offer, wanted); err != nil {
			return err
		}
		if err := see(x.tx, x.ID, x.Destination); err != nil {
			return err
		}
		return s.keep(x.tx, *x.Offer)
	})
}

// mayName says whether the actor may sign up a team at all: its leader, or whoever sees it in the register.
func (s *Service) mayName(ctx context.Context, actor access.Actor, teamID string) error {
	if slices.Contains(actor.Teams(access.OfferSend), teamID) {
		return nil
	}
	if len(actor.Spans(access.OfferSend)) == 0 {
		if len(actor.Teams(access.OfferSend)) > 0 {
			return fault.ErrNotFound
		}
		return fault.ErrForbidden
	}
	return s.db.View(ctx, func(tx *db.Tx) error {
		_, err := team.See(tx, actor, access.TeamSee, teamID)
		return err
	})
}

// ErrOver says that a team signs up for a need of an incident that has ended.
var ErrOver = fault.New(fault.Conflict, "offer.incident_over", "该事件的现场协调机制已结束，不再接受报名", "the coordination mechanism of this incident has ended; no team can sign up any more")

// aim finds the team, the incident and the needs of an offer, and whether the actor may sign the team up for it.
func (s *Service) aim(tx *db.Tx, actor access.Actor, teamID, incidentID string, needs []string) (t team.Team, i incident.Incident, wanted []need.Need, err error) {
	if t, err = team.ByID(tx, teamID); err != nil {
		return t, i, nil, err
	}
	named := incidentID != ""
	if !named {
		if incidentID, err = s.incidentOf(tx, needs); err != nil {
			return t, i, nil, err
		}
	}
	leads := slices.Contains(actor.Teams(access.OfferSend), teamID)
	if i, err = incident.ByID(tx, incidentID); err != nil {
		return t, i, nil, err
	}
	switch {
	case leads && !named && i.State == "closed": // the phone may have read the need before
		return t, i, nil, ErrOver
	case !i.Open() && (leads || !i.Seen(actor)):
		return t, i, nil, fault.ErrNotFound
	case leads:
	case !i.Seen(actor):
		return t, i, nil, fault.ErrNotFound
	default:
		if err := works(tx, i, actor, access.OfferSend, org.General); err != nil {
			return t, i, nil, err
		}
	}
	if err := i.Runs(); err != nil {
		return t, i, nil, err
	}
	wanted, err = s.wantedIn(tx, i, needs)
	return t, i, wanted, err
}

// incidentOf is the incident of the first need, or the running one that touches its place.
func (s *Service) incidentOf(tx *db.Tx, needs []string) (string, error) {
	missing := fault.InvalidField("body.incident", "missing", "请选择事件", "choose the incident")
	if len(needs) == 0 {
		return "", missing
	}
	first, err := need.Named(tx, needs[:1])
	switch {
	case err != nil:
		return "", err
	case len(first) == 0 || !published(first[0]):
		return "", ErrNotPublished
	case first[0].Incident != "":
		return first[0].Incident, nil
	}
	running, err := incident.Running(tx, s.places.Tree(), first[0].Place)
	running = slices.DeleteFunc(running, func(i incident.Incident) bool { return i.Drill })
	if err != nil || len(running) == 0 {
		return "", cmp.Or(err, error(missing))
	}
	return running[0].ID, nil
}

// wantedIn are the needs of an offer: published, and of the incident or in one of its places.
func (s *Service) wantedIn(tx *db.Tx, i incident.Incident, ids []string) ([]need.Need, error) {
	wanted, err := need.Named(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range wanted {
		if !n.In(i, s.places.Tree(), tx.Now) || !published(n) {
			return nil, ErrNotPublished
		}
	}
	if len(wanted) != len(ids) {
		return nil, ErrNotPublished
	}
	return wanted, nil
}

func published(n need.Need) bool { return n.State != "open" && n.State != "closed" }

// destination is what all needs lie in now, no wider than the place that commands the incident.
func (s *Service) destination(i incident.Incident, wanted []need.Need, at time.Time) place.Path {
	if len(wanted) == 0 {
		return i.Place
	}
	tree := s.places.Tree()
	p := tree.Seats(wanted[0].Place, at)[0]
	for _, n := range wanted[1:] {
		for !p.Contains(tree.Seats(n.Place, at)[0]) {
			p = p.Parent()
		}
	}
	return p
}

// sealNames seals the names of the people of a manifest, so that it keeps them as they were. Not inside a transaction.
func (s *Service) sealNames(ctx context.Context, offer, teamID string, persons []string) (map[string][]byte, error) {
	var members []team.Member
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		members, err = team.MembersByID(tx, teamID, persons)
		return err
	}); err != nil {
		return nil, err
	}
	if err := strangers(persons, members); err != nil {
		return nil, err
	}
	key, err := s.keeper.For(ctx, "offer:"+offer)
	if err != nil {
		return nil, err
	}
	sealed := map[string][]byte{}
	for _, m := range members {
		if err := s.teams.Open(ctx, &m); err != nil {
			return nil, err
		}
		if sealed[m.ID], err = key.Seal([]byte(m.Person.Name), "offer:"+offer+":"+m.ID); err != nil {
			return nil, err
		}
	}
	return sealed, nil
}

// strangers names the rows of people who are no members of the team.
func strangers(persons []string, members []team.Member) error {
	var c input.Check
	for i, p := range persons {
		c.Bad(!slices.ContainsFunc(members, func(m team.Member) bool { return m.ID == p }), fmt.Sprintf("persons[%d]", i), "not_member", "不是本队在队队员", "not a member of the team")
	}
	return c.Err()
}

// fill makes the edition of an offer from a manifest and claims its people and vehicles. A refusal names the rows, and
// not the offer in which somebody stands.
func (s *Service) fill(tx *db.Tx, o *Offer, actor access.Actor, m Manifest, sealed map[string][]byte) error {
	members, err := team.MembersByID(tx, o.Team, m.Persons)
	if err != nil {
		return err
	}
	if err := strangers(m.Persons, members); err != nil {
		return err
	}
	var rides []string
	for _, v := range m.Vehicles {
		rides = append(rides, v.Vehicle)
	}
	vehicles, err := equipment.VehiclesByID(tx, o.Team, rides)
	if err != nil {
		return err
	}
	stock, err := equipment.Items(tx, o.Team)
	if err != nil {
		return err
	}
	e := &o.Edition
	e.Days, e.ETA, e.Origin, e.Note, e.Equipment, e.At, e.By = m.Days, m.ETA, m.Origin, m.Note, m.Equipment, tx.Now, actor.Account
	var c input.Check
	for i, id := range m.Persons {
		p := members[slices.IndexFunc(members, func(x team.Member) bool { return x.ID == id })]
		e.Persons = append(e.Persons, Person{No: i, Member: id, Post: p.Post, Core: p.Core, sealed: sealed[id]})
	}
	for i, r := range m.Vehicles {
		at := slices.IndexFunc(vehicles, func(v equipment.Vehicle) bool { return v.ID == r.Vehicle })
		if at < 0 {
			c.Bad(true, fmt.Sprintf("vehicles[%d]", i), "not_ours", "不是本队在用车辆", "not a vehicle of the team")
			continue
		}
		v := vehicles[at]
		c.Bad(v.Seats > 0 && r.Crew > v.Seats, fmt.Sprintf("vehicles[%d].crew", i), "over_seats", "随车人数超过座位数", "more people than seats")
		e.Vehicles = append(e.Vehicles, Vehicle{
			No: i, Vehicle: v.ID, Plate: v.Plate, Colour: v.Colour, Kind: v.Kind, Seats: v.Seats, Crew: r.Crew, Load: cmp.Or(r.Load, v.Load), Borrowed: v.Borrowed,
		})
	}
	for i, x := range m.Equipment {
		has := slices.ContainsFunc(stock, func(h equipment.Item) bool { return h.Kind == x.Key && h.Usable >= x.Count })
		c.Bad(!has, fmt.Sprintf("equipment[%d]", i), "not_enough", "超过本队可用数量", "more than the team has that work")
	}
	for _, n := range m.Needs {
		e.Needs = append(e.Needs, Share{Need: n})
	}
	o.People, o.Vehicles = len(e.Persons), len(e.Vehicles)
	return c.Err()
}

// keep writes the edition of an offer and claims what is in it.
func (s *Service) keep(tx *db.Tx, o Offer) error {
	members := make([]string, len(o.Edition.Persons))
	for i, p := range o.Edition.Persons {
		members[i] = p.Member
	}
	known, err := team.MembersByID(tx, o.Team, members)
	if err != nil {
		return err
	}
	type row struct{ kind, item, field string }
	var rows []row
	for _, m := range known {
		rows = append(rows, row{"person", m.Key(), fmt.Sprintf("persons[%d]", slices.Index(members, m.ID))})
	}
	for i, v := range o.Edition.Vehicles {
		rows = append(rows, row{"vehicle", v.Vehicle, fmt.Sprintf("vehicles[%d]", i)})
	}
	// Everyone claims in one order, so that two who want the same people wait for each other and do not lock up.
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.item, b.item)) })
	var wrong []fault.Field
	for _, r := range rows {
		free, err := claim(tx, r.kind, r.item, o.ID)
		if err != nil {
			return err
		}
		if !free {
			wrong = append(wrong, fault.Field{Location: "body." + r.field, Code: "taken", Zh: "已列入另一份未结束的报名", En: "this stands in another offer that is not over"})
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		slices.SortFunc(f.Fields, func(a, b fault.Field) int { return cmp.Compare(a.Location, b.Location) })
		return f
	}
	return insertEdition(tx, o.ID, o.Edition)
}

// Withdraw takes an offer back, with a reason. What was ordered out is stood down instead.
func (s *Service) Withdraw(ctx context.Context, id, offer string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: id, verb: "withdraw", version: version, reason: reason, said: []any{version, reason}}, s.uncommit)
}
