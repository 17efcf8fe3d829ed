package deployment

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
)

// chain is the stations of a deployment as the parameters of the home say, none of them open; o holds its case and rule.
func (s *Service) chain(home, destination place.Path, at time.Time) (list []Station, o Offer, err error) {
	tree := s.places.Tree()
	o.Case = Case(tree, home, destination, at)
	if o.Rule, err = s.params.For(home, "dispatch.approval."+o.Case, at); err != nil {
		return nil, o, err
	}
	for i, a := range Chain(tree, home, destination, o.Rule.Value, at) {
		list = append(list, Station{No: i + 1, Authority: a})
	}
	return list, o, nil
}

// Begin sends a matched offer through its chain; the first station opens. A group that is not registered by law is
// refused (S000-13).
func (s *Service) Begin(ctx context.Context, id, offer string, version int64) error {
	return s.on(ctx, offer, command{id: id, verb: "begin", version: version, said: version}, func(x *step) error {
		if len(x.Edition.Needs) == 0 {
			return ErrNothingToDo
		}
		t, err := team.ByID(x.tx, x.Team)
		if err != nil {
			return err
		}
		if err := t.Approvable(); err != nil {
			return err
		}
		list, found, err := s.chain(x.Home, x.Destination, x.tx.Now)
		if err != nil {
			return err
		}
		x.Case, x.Rule = found.Case, found.Rule
		if err := parameter.Keep(x.tx, x.ID, "", x.Rule); err != nil {
			return err
		}
		x.about["case"], x.about["rule"], x.about["stations"] = x.Case, x.Rule, len(list)
		return s.start(x, list)
	})
}

// start opens the first station that has not signed. Of an edition that was on standby in between, what was signed
// counts, unless it goes somewhere else now and other authorities decide.
func (s *Service) start(x *step, list []Station) error {
	before, err := stationsOf(x.tx, x.ID, x.Edition.No)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(before, list, func(a, b Station) bool { return a.Authority == b.Authority })
	if same {
		list = before
	}
	st := current(list)
	if err := s.opens(x, st); err != nil {
		return err
	}
	x.Due = st.Due
	if same {
		return saveStation(x.tx, x.ID, x.Edition.No, *st)
	}
	if err := dropStations(x.tx, x.ID, x.Edition.No); err != nil {
		return err
	}
	for _, st := range list {
		if err := see(x.tx, x.ID, st.Place); err != nil {
			return err
		}
	}
	return insertStations(x.tx, x.ID, x.Edition.No, list)
}

// Verdict is what a station decides.
type Verdict struct {
	ID      string // of the command
	Version int64
	Station int
	Result  string // agree, return, refuse
	Reason  string
	Waiver  string // why people without insurance may go; with agree
	// Decision is set when somebody without an account decided: a ministry, another province.
	Decision *incident.Decision
}

func (v *Verdict) check(now time.Time) error {
	var c input.Check
	c.One(v.Result, "result", "agree", "return", "refuse")
	c.Text(&v.Reason, "reason", 500, v.Result != "agree")
	c.Text(&v.Waiver, "waiver", 200, false)
	if v.Decision != nil {
		v.Decision.Check(&c, "decision.", now)
	}
	return c.Err()
}

// Sign decides for the station whose turn it is (S001-35…38). Only the officer of exactly that authority may, the deputy
// when it is overdue, the level above when it is overdue twice; never somebody of the team.
func (s *Service) Sign(ctx context.Context, offer string, v Verdict) error {
	if err := v.check(s.clock.Now()); err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: v.ID, verb: v.Result, version: v.Version, reason: v.Reason, said: v, may: maySign}, func(x *step) error {
		return s.decide(x, v, func(st *Station) (err error) {
			st.Acted, err = s.signer(x.tx, x.actor, *x.Offer, *st)
			return err
		})
	})
}

// SignFor records what an authority without accounts here decided, with the number of its own system. For the
// coordination group of the incident. What the ministry decides always has a number.
func (s *Service) SignFor(ctx context.Context, offer string, v Verdict) error {
	if err := v.check(s.clock.Now()); err != nil {
		return err
	}
	if v.Decision.ID == "" {
		v.Decision.ID = id.New()
	}
	return s.on(ctx, offer, command{id: v.ID, verb: v.Result, version: v.Version, reason: v.Reason, said: v}, func(x *step) error {
		return s.decide(x, v, func(st *Station) error {
			d := *v.Decision
			switch {
			case !s.Outside(st.Place):
				return ErrHere
			case st.Level == place.Nation && d.Reference == "":
				return fault.InvalidField("body.decision.reference", "missing", "请填写部级系统编号", "give the number of the ministry's system")
			}
			st.Acted, st.Decision, st.Decider, st.Number = "behalf", d.ID, d.DecidedBy, d.Reference
			return incident.RecordOther(x.tx, x.Incident, &d, x.actor.Account)
		})
	})
}

// decide writes what the open station decided and opens the next, or ends the chain.
func (s *Service) decide(x *step, v Verdict, who func(*Station) error) error {
	list, err := stationsOf(x.tx, x.ID, x.Edition.No)
	if err != nil {
		return err
	}
	st := current(list)
	if st == nil || st.No != v.Station || st.Opened.IsZero() {
		return ErrStationShut
	}
	if err := who(st); err != nil {
		return err
	}
	if v.Result == "agree" && !ended(x.from) { // of what is over, the record is completed
		if err := s.sound(x, v.Waiver); err != nil {
			return err
		}
	}
	st.Result, st.Reason, st.By, st.At = v.Result, v.Reason, x.actor.Account, x.tx.Now
	st.Late = max(0, int(x.tx.Now.Sub(st.Due)/time.Minute))
	x.about["station"], x.about["level"], x.about["acted"], x.about["late"] = st.No, st.Level.String(), st.Acted, st.Late
	if err := saveStation(x.tx, x.ID, x.Edition.No, *st); err != nil {
		return err
	}
	if v.Result != "agree" {
		x.Due = time.Time{}
		if x.State == "on_site" || x.State == "finished" { // the team came: the refusal is on record
			x.Why = v.Reason
		}
		return s.uncommit(x)
	}
	next := current(list)
	if next == nil {
		x.Due = time.Time{}
		if x.State == "approved" {
			return s.after(x)
		}
		return nil
	}
	if x.from == "approving" {
		x.State = x.from
	}
	if err := s.opens(x, next); err != nil {
		return err
	}
	if x.State == "approving" { // of what was deployed first, the last signature is due as it was
		x.Due = next.Due
	}
	return saveStation(x.tx, x.ID, x.Edition.No, *next)
}

// sound refuses to agree to a group that is not registered, and to people without insurance unless somebody answers for
// it (S000-13, S004-42).
func (s *Service) sound(x *step, waiver string) error {
	t, err := team.ByID(x.tx, x.Team)
	if err != nil {
		return err
	}
	if err := t.Approvable(); err != nil {
		return err
	}
	bare, err := uninsured(x.tx, *x.Offer)
	if err != nil || len(bare) == 0 {
		return err
	}
	if waiver != "" {
		x.Waiver = Mark{x.tx.Now, x.actor.Account, waiver}
		x.about["uninsured"] = len(bare)
	}
	if x.Waiver.Reason == "" {
		return ErrUninsured
	}
	return nil
}

// uninsured are the members of an offer who are not insured from now until they are back: ids.
func uninsured(tx *db.Tx, o Offer) ([]string, error) {
	policies, err := team.Policies(tx, o.Team)
	if err != nil {
		return nil, err
	}
	members := make([]string, len(o.Edition.Persons))
	for i, p := range o.Edition.Persons {
		members[i] = p.Member
	}
	return team.Insured(policies, members, tx.Now, o.Edition.ETA.AddDate(0, 0, o.Edition.Days)), nil
}

// Move takes an offer along its life cycle by a verb that asks no more than a reason: stand_by, take_up, send_back,
// decline, accept, stand_down.
func (s *Service) Move(ctx context.Context, verb, id, offer string, version int64, reason string) error {
	var c input.Check
	c.One(verb, "verb", "stand_by", "take_up", "send_back", "decline", "accept", "stand_down")
	c.Text(&reason, "reason", 500, verb != "accept")
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: id, verb: verb, version: version, reason: reason, said: []any{version, reason}}, func(x *step) error {
		switch verb {
		case "stand_by", "send_back":
			x.Due, x.TakenUp = time.Time{}, ""
			x.Urgent, x.Cause = Mark{}, "" // it does not go: to go before it is signed for is decided anew
		case "take_up":
			x.TakenUp = reason
		case "accept":
			x.Accepted = Mark{x.tx.Now, x.actor.Account, reason}
		case "stand_down":
			return s.uncommit(x)
		}
		return nil
	})
}

// Urgency is why a team goes before it is signed for.
type Urgency struct {
	ID      string // of the command
	Version int64
	Cause   string // of Causes
	Reason  string // the case in words
	Waiver  string // why people without insurance may go
}

// DeployFirst lets a team go before every station has signed, to save lives and for nothing else. What the stations would
// refuse is refused here too: a group that is not registered, and people without insurance unless somebody answers for it.
func (s *Service) DeployFirst(ctx context.Context, offer string, u Urgency) error {
	var c input.Check
	c.One(u.Cause, "cause", Causes...)
	c.Text(&u.Reason, "reason", 500, true)
	c.Text(&u.Waiver, "waiver", 200, false)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: u.ID, verb: "deploy_first", version: u.Version, reason: u.Reason, said: u}, func(x *step) error {
		if err := s.sound(x, u.Waiver); err != nil {
			return err
		}
		x.Urgent, x.Cause = Mark{x.tx.Now, x.actor.Account, u.Reason}, u.Cause
		x.about["cause"] = u.Cause
		return nil
	})
}
