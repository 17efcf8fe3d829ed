package pass

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"slices"
	"strconv"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of passes.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	places  *place.Service
	params  *parameter.Service
	offers  *deployment.Service
	once    once.Log
	private ed25519.PrivateKey
	keys    keys
	letter  string

	Anew int // passes that were signed anew at the start, because the key of their codes counts no more
}

// Deps are what the service works with. Letter is the node's letter in human numbers.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Offers     *deployment.Service
	Keeper     *seal.Keeper
	Letter     string
}

// New is the service; it makes the key that signs passes on the first start, and signs anew what one signed that counts no more.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	_, private, err := d.Keeper.Signing(ctx, keyPurpose)
	if err != nil {
		return nil, err
	}
	known, err := d.Keeper.SigningKeys(ctx, keyPurpose)
	if err != nil {
		return nil, err
	}
	d.Parameters.Check(tollColumns, func(value string) error {
		_, err := ColumnsOf(value)
		return err
	})
	d.Parameters.Check(papersMost, func(value string) error {
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > maxPapers {
			return fault.InvalidField("body.value", "range", "应为 1 至 1000 的整数", "a whole number from 1 to 1000 is expected")
		}
		return nil
	})
	s := &Service{
		db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, offers: d.Offers, once: once.NewLog(lookup), private: private, keys: keysOf(known), letter: d.Letter,
	}
	if len(s.keys.ended) > 0 {
		s.Anew, err = s.signAnew(ctx)
	}
	return s, err
}

// The refusals.
var (
	ErrNotVouched   = fault.New(fault.Conflict, "pass.not_vouched", "报名未获批准，不能签发通行证", "the offer is not approved: no pass is issued")
	ErrHasPass      = fault.InvalidField("body.vehicle", "has_pass", "该车牌在本次事件中已有有效通行证", "this plate has a pass in force in this incident")
	ErrLapsed       = fault.New(fault.Conflict, "pass.lapsed", "通行证已过期或已不再有效", "the pass has run out or is in force no more")
	ErrCommercial   = fault.New(fault.Conflict, "toll.commercial", "商业物流车辆不适用免费通行", "commercial carriers are not free of toll")
	ErrOwnWay       = fault.New(fault.Conflict, "toll.own_way", "自行前往的车辆不适用免费通行", "vehicles that come on their own account are not free of toll")
	ErrNoResponse   = fault.New(fault.Conflict, "toll.no_response", "本次事件没有正在执行的应急响应，不能申请免费通行", "no response is in force in this incident: free passage cannot be asked for")
	ErrTollVouched  = fault.New(fault.Conflict, "toll.not_vouched", "该队报名未获批准或已不含该车，不能申请免费通行", "the offer is not approved or has this vehicle no more: free passage cannot be asked for")
	ErrTollColour   = fault.New(fault.Conflict, "toll.colour", "收费系统没有该号牌颜色，不能列入名单", "toll systems do not know this colour of plate")
	ErrTollMinistry = fault.InvalidField("body.level", "ministry", "跨省车辆应报应急管理部", "vehicles from another province are for the ministry")
)

const (
	maxCrew = 99
	// maxAhead bounds times that people write beside passes: what is further is a slip.
	maxAhead = 60 * 24 * time.Hour
)

// longest is how long the windows of a pass may span in all, where its incident is commanded.
func (s *Service) longest(p place.Path, now time.Time) (time.Duration, parameter.Used, error) {
	return s.params.Days(p, "pass.window_most", now)
}

// tooLong says of windows that they span more than they may.
func tooLong(c *input.Check, field string, spans, most time.Duration) {
	days := strconv.FormatFloat(most.Hours()/24, 'f', -1, 64)
	c.Bad(spans > most, field, "too_long", "通行时段不超过 "+days+" 天", "at most "+days+" days in all")
}

// at says whether the actor may do v in an incident: at the place that commands it, or by a grant for it.
func at(a access.Actor, v access.Verb, incident string, p place.Path) bool {
	return a.May(v, p) || slices.Contains(a.Incidents(v), incident)
}

// seen says whether the actor may see a pass: where it is commanded, where it leads, by a grant, or as the team's leader.
func seen(a access.Actor, p Pass) bool {
	return at(a, access.PassSee, p.Incident, p.Place) || a.May(access.PassSee, p.Destination) || slices.Contains(a.Teams(access.PassSee), p.Team)
}

// works says whether the actor issues passes in an incident, as one who works the queue of the support group.
func works(tx *db.Tx, a access.Actor, i incident.Incident) error {
	if !at(a, access.PassIssue, i.ID, i.Place) {
		return fault.ErrForbidden
	}
	return incident.Works(tx, i, a, org.Support)
}

// proper brings what a person wrote of a pass into the form in which it is kept, and says what is wrong.
func (p *Pass) proper(now time.Time, most time.Duration) error {
	var c input.Check
	c.One(p.Purpose, "purpose", Purposes...)
	c.Bad(p.Crew < 1 || p.Crew > maxCrew, "crew", "range", "随车人数为 1 至 99", "1 to 99 people in it")
	c.Line(&p.Load, "load", 100, false)
	c.Line(&p.Route, "route", 200, true)
	c.Bad(!p.OutFrom.Before(p.OutTo), "outTo", "range", "去程结束应晚于开始", "the way out must end after it begins")
	c.Bad(p.BackFrom.Before(p.OutFrom), "backFrom", "range", "返程不能早于去程", "the way back cannot begin before the way out")
	c.Bad(!p.BackFrom.Before(p.BackTo) || p.BackTo.Before(p.OutTo), "backTo", "range", "返程结束时间有误", "the end of the way back is not right")
	c.Bad(!p.OutTo.After(now), "outTo", "past", "去程时段已过", "the way out lies in the past")
	tooLong(&c, "backTo", p.BackTo.Sub(p.OutFrom), most)
	for _, at := range []*time.Time{&p.OutFrom, &p.OutTo, &p.BackFrom, &p.BackTo} {
		*at = at.UTC().Truncate(time.Second)
	}
	return c.Err()
}

// Issue gives a pass to a vehicle of an offer that may set out. p says offer, vehicle, driver, crew, load, route,
// purpose and windows; the rest is on record. The same id twice is one pass.
func (s *Service) Issue(ctx context.Context, p Pass) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	whole := p
	return s.db.Update(ctx, func(tx *db.Tx) error {
		p := whole
		o, err := deployment.Hold(tx, p.Offer)
		if err != nil {
			return err
		}
		i, err := incident.ByID(tx, o.Incident)
		if err != nil {
			return err
		}
		if !at(actor, access.PassSee, i.ID, i.Place) && !actor.May(access.PassSee, o.Destination) {
			return fault.ErrNotFound
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, p.ID, actor.Account, "pass_issue", p.Offer, whole); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		if !o.Vouched() {
			return ErrNotVouched
		}
		most, used, err := s.longest(i.Place, tx.Now)
		if err != nil {
			return err
		}
		if err := p.proper(tx.Now, most); err != nil {
			return err
		}
		if err := p.of(o, i); err != nil {
			return err
		}
		if err := parameter.Keep(tx, p.ID, "", used); err != nil {
			return err
		}
		return s.write(tx, p, i, actor)
	})
}

// of fills in what the offer and the incident say.
func (p *Pass) of(o deployment.Offer, i incident.Incident) error {
	n := slices.IndexFunc(o.Edition.Vehicles, func(v deployment.Vehicle) bool { return v.Vehicle == p.Vehicle })
	var c input.Check
	c.Bad(n < 0, "vehicle", "not_listed", "该车不在报名车辆中", "this vehicle is not in the offer")
	c.Bad(p.Driver != "" && !slices.ContainsFunc(o.Edition.Persons, func(x deployment.Person) bool { return x.Member == p.Driver }),
		"driver", "not_listed", "驾驶员不在报名人员中", "the driver is not in the offer")
	if err := c.Err(); err != nil {
		return err
	}
	v := o.Edition.Vehicles[n]
	p.Incident, p.Place, p.Destination, p.Edition, p.Team, p.TeamName = i.ID, i.Place, o.Destination, o.Edition.No, o.Team, o.TeamName
	p.Plate, p.Colour, p.Kind = v.Plate, v.Colour, v.Kind
	p.State, p.Toll.State, p.Live, p.Version, p.Drill = "valid", "not_asked", true, 1, i.Drill
	return nil
}

// write numbers, signs and keeps a pass.
func (s *Service) write(tx *db.Tx, p Pass, i incident.Incident, actor access.Actor) (err error) {
	if err := lapse(tx, p.Incident, p.Plate, p.Colour); err != nil {
		return err
	}
	if p.Number, err = number.Next(tx, "TX", s.letter); err != nil {
		return err
	}
	p.CreatedAt, p.CreatedBy = tx.Now, actor.Account
	if err := s.sign(&p, i); err != nil {
		return err
	}
	n, err := insertPass(tx, p)
	if err != nil {
		return err
	}
	if n == 0 {
		return taken(tx, p.ID)
	}
	if err := nextList(tx); err != nil {
		return err
	}
	return journal.Append(tx, entry(p, "issued", actor.Account, ""))
}

// sign writes the code of a pass.
func (s *Service) sign(p *Pass, i incident.Incident) (err error) {
	d, _ := s.places.Tree().ByPath(p.Destination)
	p.Code, err = Token{
		Number: p.Number, Plate: p.Plate, Colour: p.Colour, Kind: p.Kind, OutFrom: p.OutFrom, OutTo: p.OutTo, BackFrom: p.BackFrom, BackTo: p.BackTo,
		Destination: string(d.Code), Incident: i.Number, To: nameInCode(s.places.Tree().FullNameOf(p.Destination)), Issuer: nameInCode(s.issuer(i)), Drill: p.Drill,
	}.Sign(s.private)
	return err
}

// issuer is the headquarters in whose name the passes of an incident are issued; the place that commands it where none is known.
func (s *Service) issuer(i incident.Incident) string {
	return cmp.Or(i.HQ, i.Lead, s.places.Tree().FullNameOf(i.Place))
}

// taken says which it was: the id of another command, or a plate that has a pass.
func taken(tx *db.Tx, id string) error {
	var n int
	if err := tx.Get(`SELECT count(*) FROM pass WHERE id = $1`, []any{id}, &n); err != nil {
		return err
	}
	if n > 0 {
		return fault.ErrIDReused
	}
	return ErrHasPass
}

// entry is what the journal may know of a pass: nobody's name, and no plate.
func entry(p Pass, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "pass." + verb, Kind: "pass", Subject: p.ID, Version: p.Version, Place: string(p.Place), Scope: journal.Desk, Incident: p.Incident, Actor: actor, Reason: reason,
		Body: map[string]any{"number": p.Number, "team": p.Team, "state": p.State, "toll": p.Toll.State, "destination": p.Destination},
	}
}

// on is the walk of every use case on one pass: hold it, may the actor, was it done before, is it the version the actor
// saw; change, write, say so.
func (s *Service) on(ctx context.Context, id, pass, verb string, version int64, said any, change func(tx *db.Tx, p *Pass) (reason string, err error)) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, pass); err != nil {
			return err
		}
		p, err := passByID(tx, pass)
		if err != nil {
			return err
		}
		if !seen(actor, p) {
			return fault.ErrNotFound
		}
		i, err := incident.ByID(tx, p.Incident)
		if err != nil {
			return err
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "pass_"+verb, pass, said); again || err != nil {
			return err
		}
		if !afterwards(verb) {
			if err := incident.Writing(tx, i.ID); err != nil {
				return err
			}
		}
		from, toll, was := p.State, p.Toll.State, entry(p, "", "", "").Fields()
		reason, err := change(tx, &p)
		if err != nil {
			return err
		}
		if version != 0 && version != p.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": from, "toll": toll, "version": p.Version})
		}
		p.Version++
		if err := updatePass(tx, p); err != nil {
			return err
		}
		return journal.Append(tx, entry(p, past[verb], actor.Account, reason).Since(was))
	})
}

// afterwards says whether a verb goes on when the incident is closed: what the province answers, what was charged and its
// refund; and a pass that must not be used on the way back is revoked.
func afterwards(verb string) bool { return verb != "ask" }

// Revoke takes a pass back, with a reason that the gates read out.
func (s *Service) Revoke(ctx context.Context, id, pass string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.on(ctx, id, pass, "revoke", version, []any{version, reason}, func(tx *db.Tx, p *Pass) (string, error) {
		to, err := Passes.To(p.State, "revoke")
		if err != nil {
			return "", err
		}
		p.State, p.Why, p.RevokedAt, p.Live = to, reason, tx.Now, false
		if err := leave(tx, *p, "revoked", "", actor.Account); err != nil {
			return "", err
		}
		return reason, nextList(tx)
	})
}

// TollStep is one step of the exemption: which fields it takes, Tolls says.
type TollStep struct {
	Verb    string
	Level   string    // ask: province, ministry
	By      string    // ask: who organised or agreed
	At      time.Time // ask: when; list: when it came on the list; claim: when the refund was asked for
	Paper   string    // ask: number or other reference
	Receipt string    // list: number under which it stands there; claim: number of the refund
	Reason  string    // refuse, charge
}

func (t *TollStep) check(now time.Time) error {
	var c input.Check
	verbs := []string{}
	for _, m := range Tolls.Moves {
		verbs = append(verbs, m.Verb)
	}
	c.One(t.Verb, "verb", verbs...)
	if t.Verb == "ask" {
		c.One(t.Level, "level", "province", "ministry")
	}
	if t.Verb == "ask" || t.Verb == "list" || t.Verb == "claim" {
		c.Bad(t.At.IsZero() || t.At.After(now.Add(time.Hour)), "at", "range", "时间有误", "the time is not right")
	}
	c.Line(&t.By, "by", 60, t.Verb == "ask")
	c.Line(&t.Paper, "paper", 80, t.Verb == "ask")
	c.Line(&t.Receipt, "receipt", 80, t.Verb == "list" || t.Verb == "claim")
	c.Text(&t.Reason, "reason", 200, t.Verb == "refuse" || t.Verb == "charge")
	return c.Err()
}

// Toll takes the exemption one step on. It is asked for only while a response is in force and when the province, or the
// ministry for vehicles from another province, has organised or agreed (交办公路〔2025〕64号).
func (s *Service) Toll(ctx context.Context, id, pass string, version int64, t TollStep) error {
	if err := t.check(s.clock.Now()); err != nil {
		return err
	}
	return s.on(ctx, id, pass, t.Verb, version, []any{version, t}, func(tx *db.Tx, p *Pass) (string, error) {
		to, err := Tolls.To(p.Toll.State, t.Verb)
		if err != nil {
			return "", err
		}
		if t.Verb == "ask" {
			if err := askable(tx, *p, t); err != nil {
				return "", err
			}
		}
		x := &p.Toll
		x.State, x.Why = to, t.Reason
		switch t.Verb {
		case "ask":
			x.Level, x.By, x.Agreed, x.Paper, x.Receipt, x.ReceiptAt = t.Level, t.By, t.At, t.Paper, "", time.Time{}
		case "list":
			x.Receipt, x.ReceiptAt = t.Receipt, t.At
		case "claim":
			x.Refund, x.RefundAt = t.Receipt, t.At
		}
		return t.Reason, nil
	})
}

// askable says why a pass may not be asked for, if it may not.
func askable(tx *db.Tx, p Pass, t TollStep) error {
	o, err := deployment.Hold(tx, p.Offer)
	if err != nil {
		return err
	}
	responding, err := incident.Responding(tx, p.Incident)
	if err != nil {
		return err
	}
	_, known := equipment.TollCode(p.Colour)
	switch {
	case p.Purpose == "commercial":
		return ErrCommercial
	case p.Purpose == "own_way":
		return ErrOwnWay
	case p.State != "valid" || p.Lapsed(tx.Now):
		return ErrLapsed
	case !p.Vouched:
		return ErrTollVouched
	case !responding:
		return ErrNoResponse
	case !known:
		return ErrTollColour
	case o.Case == "cross_province" && t.Level != "ministry":
		return ErrTollMinistry
	}
	return nil
}
