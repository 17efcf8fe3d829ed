package reception

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/seal"
)

// A party is counted out person by person against who is inside of it. It does not leave while a person or vehicle of it
// has a mission, while anybody is not counted or not explained, or while a line of its hand-back list is open. Who is
// missing is written down and keeps the party open: others of it leave, a person unaccounted for is never closed away.

// Heads are what the desk may say of a person: here and leaving, or why not.
var Heads = []string{"present", "rotated", "injured", "hospital", "transferred", "left_unseen", "missing"}

// Head is what was found of one person who is inside.
type Head struct {
	Presence string // id
	Why      string // of Heads; "" nobody has said
	Note     string // who saw the person, when and where; asked for unless the person is present
}

// Gone is what was found of one vehicle that is inside.
type Gone struct {
	Ride string // id
	With bool   // it leaves with the party
	Note string // why not
}

// Took is how much of a kind of equipment the party takes with it.
type Took struct {
	Kind string
	Out  int
	Note string // asked for when it is less than came
}

// Departure is a party as it is counted out.
type Departure struct {
	ID       string // of the command
	Version  int64
	Heads    []Head
	Vehicles []Gone
	Items    []Took
	At       time.Time // by the clock of the desk, which may be without network; zero: now
	// Lent is what logistics has brought to the team of the party; all of it must stand on the hand-back lists of the team's
	// parties. The desk does not say it.
	Lent []Lent
}

// check brings what the desk said into the form in which it is kept.
func (d *Departure) check() error {
	d.Heads, d.Vehicles, d.Items = slices.Clone(d.Heads), slices.Clone(d.Vehicles), slices.Clone(d.Items)
	var c input.Check
	for i := range d.Heads {
		h, at := &d.Heads[i], fmt.Sprintf("heads[%d]", i)
		c.Bad(h.Why == "", at+".why", "unexplained", "未清点，请说明去向", "not counted: say where this person is")
		c.Bad(h.Why != "" && !slices.Contains(Heads, h.Why), at+".why", "unknown", "请从列出的项目中选择", "choose one of those listed")
		c.Text(&h.Note, at+".note", 200, h.Why != "" && h.Why != "present")
		c.Bad(slices.ContainsFunc(d.Heads[:i], func(x Head) bool { return x.Presence == h.Presence }), at, "twice", "重复", "it stands twice")
	}
	for i := range d.Vehicles {
		v, at := &d.Vehicles[i], fmt.Sprintf("vehicles[%d]", i)
		c.Text(&v.Note, at+".note", 200, !v.With)
		c.Bad(slices.ContainsFunc(d.Vehicles[:i], func(x Gone) bool { return x.Ride == v.Ride }), at, "twice", "重复", "it stands twice")
	}
	for i := range d.Items {
		at := fmt.Sprintf("items[%d]", i)
		c.Text(&d.Items[i].Note, at+".note", 200, false)
		c.Bad(slices.ContainsFunc(d.Items[:i], func(x Took) bool { return x.Kind == d.Items[i].Kind }), at, "twice", "重复", "it stands twice")
	}
	return c.Err()
}

// against says everything that keeps a party from leaving, row by row: what is inside and was not counted, who has a
// mission, what was not handed back.
func (d Departure) against(people []Presence, vehicles []Ride, items []Item, lines []Handback, listed map[string]int) error {
	var c input.Check
	for i, h := range d.Heads {
		n := slices.IndexFunc(people, func(x Presence) bool { return x.ID == h.Presence })
		c.Bad(n < 0, fmt.Sprintf("heads[%d]", i), "not_inside", "不在现场", "not inside")
		c.Bad(n >= 0 && people[max(n, 0)].Mission != "", fmt.Sprintf("heads[%d]", i), "busy", "正在执行任务，任务结束后才能离场", "has a mission: it must end first")
	}
	for _, x := range people {
		c.Bad(!slices.ContainsFunc(d.Heads, func(h Head) bool { return h.Presence == x.ID }), "heads."+x.ID, "uncounted", "有人员未清点", "a person was not counted")
	}
	for i, v := range d.Vehicles {
		n := slices.IndexFunc(vehicles, func(x Ride) bool { return x.ID == v.Ride })
		c.Bad(n < 0, fmt.Sprintf("vehicles[%d]", i), "not_inside", "不在现场", "not inside")
		c.Bad(n >= 0 && vehicles[max(n, 0)].Mission != "", fmt.Sprintf("vehicles[%d]", i), "busy", "正在执行任务，任务结束后才能离场", "has a mission: it must end first")
	}
	for _, x := range vehicles {
		c.Bad(!slices.ContainsFunc(d.Vehicles, func(v Gone) bool { return v.Ride == x.ID }), "vehicles."+x.ID, "uncounted", "有车辆未清点", "a vehicle was not counted")
	}
	for i, t := range d.Items {
		n := slices.IndexFunc(items, func(x Item) bool { return x.Kind == t.Kind })
		if n < 0 {
			c.Bad(true, fmt.Sprintf("items[%d]", i), "unknown", "该队未登记此类装备", "the party came without this equipment")
			continue
		}
		c.Bad(t.Out < 0 || t.Out > items[n].Came, fmt.Sprintf("items[%d].out", i), "range", "应为 0 至到场数量", "between 0 and what came")
		c.Bad(t.Out >= 0 && t.Out < items[n].Came && t.Note == "", fmt.Sprintf("items[%d].note", i), "missing", "少于到场数量，请说明", "less than came: say why")
	}
	for _, x := range items {
		c.Bad(x.Came > 0 && !slices.ContainsFunc(d.Items, func(t Took) bool { return t.Kind == x.Kind }), "items."+x.Kind, "uncounted", "有装备未清点", "equipment was not counted")
	}
	for _, h := range lines {
		c.Bad(h.Open(), "handbacks."+h.ID, "open", "归还清单有未登记的项目", "a line of the hand-back list is open")
	}
	for _, r := range d.Lent {
		c.Bad(listed[r.Request] < r.Quantity, "lent."+r.Request, "not_listed", "后勤借出物资未全部列入归还清单", "not all that logistics lent is on the hand-back list")
	}
	return c.Err()
}

// CheckOut counts a party out. With somebody missing the others leave and the party stays open, to be counted again.
func (s *Service) CheckOut(ctx context.Context, party string, d Departure) error {
	if err := d.check(); err != nil {
		return err
	}
	key, err := s.keyOf(ctx, party)
	if err != nil {
		return err
	}
	said := d
	said.Lent = nil
	cmd := command{id: d.ID, verb: "check_out", past: "checked_out", version: d.Version, said: said, moves: true, first: holdLeaving}
	return s.on(ctx, party, cmd, func(x *step) error {
		people, vehicles, err := Inside(x.tx, x.ID)
		if err != nil {
			return err
		}
		items, err := itemsOf(x.tx, x.ID)
		if err != nil {
			return err
		}
		lines, err := handbacksOf(x.tx, x.ID)
		if err != nil {
			return err
		}
		listed, err := listedOf(x.tx, *x.Party)
		if err != nil {
			return err
		}
		if err := d.against(people, vehicles, items, lines, listed); err != nil {
			return err
		}
		if s.leaves != nil {
			if err := s.leaves(x.tx, x.ID); err != nil {
				return err
			}
		}
		d.At = leftAt(d.At, x.tx.Now, people, vehicles)
		missing, err := d.letOut(x, key)
		if err != nil {
			return err
		}
		if missing > 0 {
			before, err := ByID(x.tx, x.ID)
			x.State, x.Why, x.past, x.about["unaccounted"] = x.from, before.Why, "counted", missing
			return err
		}
		within, used, err := s.params.Minutes(x.incident.Place, "reception.home_within", x.tx.Now)
		if err != nil {
			return err
		}
		x.LeftAt, x.HomeDue = d.At, d.At.Add(within)
		if err := parameter.Keep(x.tx, x.ID, "", used); err != nil {
			return err
		}
		if err := endSpell(x.tx, x.ID, d.At); err != nil {
			return err
		}
		if x.Withdrawal == "" {
			return nil
		}
		return leaveWave(x, x.Withdrawal, "")
	})
}

// leftAt is when a party left: by the clock of the desk, unless that cannot be right: after now, or before everybody who
// leaves was where they are.
func leftAt(said, now time.Time, people []Presence, vehicles []Ride) time.Time {
	if said.IsZero() || said.After(now) {
		return now
	}
	for _, x := range people {
		if said.Before(x.Since) {
			said = x.Since
		}
	}
	for _, v := range vehicles {
		if said.Before(v.InAt) {
			said = v.InAt
		}
	}
	return said
}

// letOut writes who and what left, and counts who is missing.
func (d Departure) letOut(x *step, key *seal.Key) (missing int, err error) {
	for _, h := range d.Heads {
		why := h.Why
		note, err := key.Text(h.Note, noteOf(h.Presence))
		if err != nil {
			return 0, err
		}
		switch {
		case why == "missing":
			missing++
			if err := unaccounted(x.tx, x.ID, h.Presence, note); err != nil {
				return 0, err
			}
			continue
		case why == "present" && x.TurnedBack:
			why = "turned_back"
		case why == "present":
			why = "checked_out"
		}
		gone, err := out(x.tx, Presence{ID: h.Presence, Party: x.ID, OutAt: d.At, OutWhy: why, OutNote: note})
		if err != nil {
			return 0, err
		}
		if !gone {
			return 0, fault.ErrVersionStale.WithCurrent(map[string]any{"state": x.from, "version": x.Version})
		}
	}
	for _, v := range d.Vehicles {
		gone, err := rideOut(x.tx, x.ID, v.Ride, d.At)
		if err != nil {
			return 0, err
		}
		if !gone {
			return 0, fault.ErrVersionStale.WithCurrent(map[string]any{"state": x.from, "version": x.Version})
		}
		if !v.With {
			if err := leaveBehind(x, key, "vehicle", v.Ride, v.Note); err != nil {
				return 0, err
			}
		}
	}
	for _, t := range d.Items {
		if err := countItem(x.tx, x.ID, t.Kind, t.Out); err != nil {
			return 0, err
		}
		if t.Note != "" {
			if err := leaveBehind(x, key, "item", t.Kind, t.Note); err != nil {
				return 0, err
			}
		}
	}
	return missing, nil
}

// ArriveHome says that a party is safely home: its leader, or the group that was told by phone. Its people and vehicles
// are free for the next incident. It may be said when the incident is closed.
func (s *Service) ArriveHome(ctx context.Context, id, party string, version int64, note string) error {
	var c input.Check
	c.Text(&note, "note", 200, false)
	if err := c.Err(); err != nil {
		return err
	}
	key, err := s.keyOf(ctx, party)
	if err != nil {
		return err
	}
	sealed, err := key.Text(note, "party:"+party+":home")
	if err != nil {
		return err
	}
	cmd := command{id: id, verb: "arrive_home", past: "home", version: version, said: []any{version, note}, moves: true, may: mine, after: true}
	return s.on(ctx, party, cmd, func(x *step) error {
		x.HomeAt, x.HomeDue, x.HomeNote = x.tx.Now, clock.FromMicro(0), sealed
		if x.Offer == "" {
			return nil
		}
		return deployment.Finished(x.tx, x.actor.Account, x.Offer)
	})
}

// Unaccounted is how many people of an incident nobody knows the whereabouts of: they were not there when their party
// was counted out. For contexts above.
func Unaccounted(tx *db.Tx, in string) (int, error) {
	n, err := peopleParts.Count(tx, tx.Now, []string{"unaccounted"}, people, "x.incident = $1", in)
	return n["unaccounted"], err
}

// Clear says whether everybody has left an incident and nobody is on the way to it, who could not be received any more: it
// cannot be closed before. It is a guard of domain/incident.
func Clear(tx *db.Tx, in string) error {
	var people, parties int
	err := tx.Get(`SELECT coalesce(sum(people), 0), count(*) FROM party WHERE incident = $1 AND (people > 0 OR state = 'leaving')`, []any{in}, &people, &parties)
	if err != nil {
		return err
	}
	if parties == 0 {
		return noneComes(tx, in)
	}
	return fault.New(fault.Conflict, "incident.people_inside",
		fmt.Sprintf("现场还有 %d 人、%d 支队伍未离场，不能结束机制", people, parties),
		fmt.Sprintf("%d people of %d teams have not left: the mechanism cannot be closed", people, parties)).WithCurrent(map[string]any{"people": people, "parties": parties})
}

// noneComes refuses while teams are ordered out that have not come.
func noneComes(tx *db.Tx, in string) error {
	n, err := enRoute(tx, in)
	if err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Conflict, "incident.teams_on_the_way",
		fmt.Sprintf("还有 %d 支队伍已下达调度令、未到场报备，请先办理到场或解除调度", n),
		fmt.Sprintf("%d teams are ordered out and have not come: receive them or stand them down first", n)).WithCurrent(map[string]any{"teams": n})
}

var _ incident.Guard = Clear
