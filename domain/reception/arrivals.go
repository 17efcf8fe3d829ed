package reception

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/seal"
)

// Arrivals are who and what comes in at once, as the desk counts them.
type Arrivals struct {
	Persons  []string   // members of the team who are there, by id
	Apart    []string   // of them, those whom the desk has told apart from somebody inside who gave the same phone
	Extra    []Newcomer // people whom the manifest and the register do not name
	Vehicles []string   // of the manifest, by id in the register
	Cars     []Car      // others
	Items    []Count    // equipment that is there
}

// Newcomer is a person as the desk writes them down. Whoever has no paper and no phone with them is let in all the same.
type Newcomer struct {
	Name   string
	Phone  string
	Number string // of the resident identity card, or another paper; only its keyed hash is kept
	Post   string // of team.Posts; of a walk-in, what they can do
	Apart  bool   // the desk has made sure that this is nobody who is inside
}

// Car is a vehicle as the desk writes it down.
type Car struct {
	Plate  string
	Colour string
	Kind   string
}

// Count is a kind of equipment and how many came.
type Count struct {
	Kind string
	Came int
}

const (
	maxPersons = 500
	maxExtra   = 200
	maxCars    = 100
)

// proper brings a person into the form in which they are kept.
func (n *Newcomer) proper(c *input.Check, field string) {
	c.Line(&n.Name, field+".name", 40, true)
	phone, ok := team.Phone(n.Phone)
	n.Phone = phone
	c.Bad(phone != "" && !ok, field+".phone", "phone_invalid", "电话号码格式不正确", "not a phone number")
	c.Line(&n.Number, field+".number", 40, false)
	c.Line(&n.Post, field+".post", 40, false)
}

// check refuses rows that nobody could work with, naming each.
func (a *Arrivals) check(c *input.Check) {
	c.Bad(len(a.Apart) > len(a.Persons), "apart", "too_many", "多于到场队员", "more than the members who are there")
	c.Bad(len(a.Persons) > maxPersons, "persons", "too_many", "一次不超过 500 人", "at most 500 people")
	c.Bad(len(a.Extra) > maxExtra, "extra", "too_many", "一次不超过 200 人", "at most 200 people")
	c.Bad(len(a.Vehicles)+len(a.Cars) > maxCars, "vehicles", "too_many", "一次不超过 100 辆车", "at most 100 vehicles")
	twice := func(ids []string, field string) {
		for i, one := range ids {
			c.Bad(slices.Contains(ids[:i], one), fmt.Sprintf("%s[%d]", field, i), "twice", "重复", "it stands twice")
		}
	}
	twice(a.Persons[:min(len(a.Persons), maxPersons)], "persons")
	twice(a.Vehicles[:min(len(a.Vehicles), maxCars)], "vehicles")
	for i := range a.Extra[:min(len(a.Extra), maxExtra)] {
		a.Extra[i].proper(c, fmt.Sprintf("extra[%d]", i))
	}
	for i := range a.Cars[:min(len(a.Cars), maxCars)] {
		car := &a.Cars[i]
		car.Plate, _ = equipment.Plate(car.Plate)
		field := fmt.Sprintf("cars[%d]", i)
		c.Line(&car.Plate, field+".plate", 16, true)
		c.One(car.Colour, field+".colour", equipment.Colours...)
		car.Kind = cmp.Or(car.Kind, "other")
		c.One(car.Kind, field+".kind", equipment.VehicleKinds...)
	}
	var kinds []string
	for i, x := range a.Items {
		kinds = append(kinds, x.Kind)
		c.Bad(!slices.Contains(equipment.Kinds, x.Kind) || x.Came < 0 || x.Came > 99999, fmt.Sprintf("items[%d]", i), "unknown", "没有这种装备或数量有误", "there is no such equipment, or the number is not right")
	}
	twice(kinds, "items")
}

// apart is how many of them the desk has told apart from those inside.
func (a *Arrivals) apart() int {
	n := len(a.Apart)
	for _, x := range a.Extra {
		if x.Apart {
			n++
		}
	}
	return n
}

func (a *Arrivals) empty() bool {
	return len(a.Persons)+len(a.Extra)+len(a.Vehicles)+len(a.Cars) == 0 && !slices.ContainsFunc(a.Items, func(x Count) bool { return x.Came > 0 })
}

// ready is what comes in, sealed and keyed, as rows that are not written yet.
type ready struct {
	people []Presence
	fields []string // of the people, in the body of the command
	rides  []Ride
	spots  []string // of the rides, in the body of the command
	items  []Item
}

// prepare makes rows of what comes in: it opens the register, seals the names for their new places and finds out who is
// on the manifest. Not inside a transaction; the caller has decided who asks. o is the offer of the party; one without
// an id: none.
func (s *Service) prepare(ctx context.Context, party, incidentID, teamID string, o deployment.Offer, a Arrivals) (r ready, err error) {
	key, err := s.keeper.For(ctx, "party:"+party)
	if err != nil {
		return r, err
	}
	var members, all []team.Member
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if members, err = team.MembersByID(tx, teamID, a.Persons); err != nil || teamID == "" || len(a.Extra) == 0 {
			return err
		}
		all, err = team.Members(tx, teamID)
		return err
	}); err != nil {
		return r, err
	}
	listed := func(member string) bool {
		return member != "" && slices.ContainsFunc(o.Edition.Persons, func(p deployment.Person) bool { return p.Member == member })
	}
	var c input.Check
	for i, one := range a.Persons {
		field := fmt.Sprintf("persons[%d]", i)
		at := slices.IndexFunc(members, func(m team.Member) bool { return m.ID == one })
		c.Bad(at < 0, field, "not_member", "不是本队在队队员", "not a member of the team")
		if at < 0 {
			continue
		}
		m := members[at]
		if err := s.teams.Open(ctx, &m); err != nil {
			return r, err
		}
		x := Presence{ID: id.New(), Party: party, Person: m.Key(), Known: "paper", Phone: s.phoneKey(m.Person.Phone), Member: m.ID, Kind: "member", Who: Who{m.Person.Name, m.Person.Phone}, Post: m.Post, Listed: listed(m.ID)}
		if slices.Contains(a.Apart, m.ID) {
			x.Phone = ""
		}
		if err := r.add(key, x, field); err != nil {
			return r, err
		}
	}
	for i, n := range a.Extra {
		x, err := s.newcomer(ctx, n, incidentID, all)
		if err != nil {
			return r, err
		}
		x.Party, x.Listed = party, listed(x.Member)
		if err := r.add(key, x, fmt.Sprintf("extra[%d]", i)); err != nil {
			return r, err
		}
	}
	r.vehicles(&c, party, o, a)
	for _, x := range o.Edition.Equipment {
		r.items = append(r.items, Item{Kind: x.Key, Listed: x.Count})
	}
	for _, x := range a.Items {
		at := slices.IndexFunc(r.items, func(i Item) bool { return i.Kind == x.Kind })
		if at < 0 {
			r.items = append(r.items, Item{Kind: x.Kind, Came: x.Came})
			continue
		}
		r.items[at].Came = x.Came
	}
	return r, c.Err()
}

func (r *ready) add(key *seal.Key, x Presence, field string) error {
	var err error
	x.sealed, err = sealWho(key, x.Who, "presence:"+x.ID)
	r.people, r.fields = append(r.people, x), append(r.fields, field)
	return err
}

// vehicles makes rows of the vehicles; a plate that stands on the manifest is that vehicle, however it was written down.
func (r *ready) vehicles(c *input.Check, party string, o deployment.Offer, a Arrivals) {
	for i, one := range a.Vehicles {
		field := fmt.Sprintf("vehicles[%d]", i)
		at := slices.IndexFunc(o.Edition.Vehicles, func(v deployment.Vehicle) bool { return v.Vehicle == one })
		c.Bad(at < 0, field, "not_listed", "不在报名车辆中", "not a vehicle of the offer")
		if at < 0 {
			continue
		}
		v := o.Edition.Vehicles[at]
		r.rides = append(r.rides, Ride{ID: id.New(), Party: party, Vehicle: v.Vehicle, Plate: v.Plate, Colour: v.Colour, Kind: v.Kind, Listed: true})
		r.spots = append(r.spots, field)
	}
	for i, car := range a.Cars {
		v := Ride{ID: id.New(), Party: party, Plate: car.Plate, Colour: car.Colour, Kind: car.Kind}
		if at := slices.IndexFunc(o.Edition.Vehicles, func(v deployment.Vehicle) bool { return v.Plate == car.Plate && v.Colour == car.Colour }); at >= 0 {
			v.Vehicle, v.Listed = o.Edition.Vehicles[at].Vehicle, true
		}
		r.rides, r.spots = append(r.rides, v), append(r.spots, fmt.Sprintf("cars[%d]", i))
	}
}

// settle writes down that they are inside with a party, at a point, since a moment. Everyone writes in one order, so that two who let
// the same people in wait for each other and do not lock up. A refusal names the rows, and not where somebody is.
func (r *ready) settle(tx *db.Tx, party, incidentID string, at Point, since time.Time) error {
	// Nobody comes into an incident that is being closed.
	if err := incident.Writing(tx, incidentID); err != nil {
		return err
	}
	var wrong []fault.Field
	order := make([]int, len(r.people))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(r.people[a].Person, r.people[b].Person) })
	for _, i := range order {
		x := r.people[i]
		x.Incident, x.InAt, x.Since, x.Location = incidentID, since, since, at.Name
		f, err := letIn(tx, x, "body."+r.fields[i])
		if err != nil {
			return err
		}
		if f != nil {
			wrong = append(wrong, *f)
		}
	}
	order = make([]int, len(r.rides))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(r.rides[a].Plate, r.rides[b].Plate), cmp.Compare(r.rides[a].Colour, r.rides[b].Colour))
	})
	for _, i := range order {
		v := r.rides[i]
		v.Incident, v.InAt = incidentID, since
		in, err := insertRide(tx, v)
		if err != nil {
			return err
		}
		if !in {
			wrong = append(wrong, fault.Field{Location: "body." + r.spots[i], Code: "inside", Zh: "此车已登记在现场，请先核对车牌", En: "this vehicle is inside already"})
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		slices.SortFunc(f.Fields, func(a, b fault.Field) int { return cmp.Compare(a.Location, b.Location) })
		return f
	}
	for _, x := range r.items {
		if err := saveItem(tx, party, x); err != nil {
			return err
		}
	}
	return nil
}

func sealWho(key *seal.Key, w Who, row string) ([]byte, error) {
	plain, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, row)
}

// open opens a name. Not inside a transaction.
func (s *Service) open(ctx context.Context, sealed []byte, row string) (w Who, err error) {
	if len(sealed) == 0 {
		return w, nil
	}
	plain, err := s.keeper.Open(ctx, sealed, row)
	if err != nil {
		return w, fault.Wrap(err, "a name on site")
	}
	return w, json.Unmarshal(plain, &w)
}
