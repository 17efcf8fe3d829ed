package reception

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// decides is the right of the coordination group: a desk does not decide who may stay, and nobody about the own team.
func decides(tx *db.Tx, a access.Actor, i incident.Incident, p Party) error {
	err := leads(tx, a, i)
	if err == nil && a.Belongs(p.side(), p.Incident) {
		err = access.ErrOwnTeam
	}
	return err
}

// The faults of regularising. Who cannot be approved joins a host team.
var (
	ErrUnknownGroup = fault.New(fault.Conflict, "reception.unknown_group", "该队伍不在名册中，不能补办批准；其人员可编入已办理到场报备的队伍", "the register does not know this group: it is not regularised; its people may join a team that is checked in")
	ErrUninsured    = fault.InvalidField("body.waiver", "uninsured", "有在场人员保险未覆盖任务期，补办批准须填写豁免理由", "somebody here is not insured for the whole time; regularising takes a waiver with its reason")
)

// ErrNotApproved says that an offer does not stand for an approval.
var ErrNotApproved = fault.InvalidField("body.offer", "not_approved", "该报名未获批准，不能据此补办", "this offer is not approved")

// Regularisation is how a team that came without approval gets one: by an approved offer of it, or by a decision that
// is recorded with its reason (S001-39).
type Regularisation struct {
	ID      string // of the command
	Version int64
	Offer   string // "" by decision
	Reason  string
	Waiver  string // why people without insurance may stay (S004-42)
}

// Regularise approves a team that is on site already. That it came without approval stays on record. What would refuse an
// approval refuses this too: a group that is not registered, or not known at all, and people without insurance.
func (s *Service) Regularise(ctx context.Context, party string, r Regularisation) error {
	var c input.Check
	c.Text(&r.Reason, "reason", 200, r.Offer == "")
	c.Text(&r.Waiver, "waiver", 200, false)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, party, command{id: r.ID, verb: "regularise", past: "regularised", version: r.Version, reason: r.Reason, said: r, moves: true, may: decides}, func(x *step) error {
		if r.Offer == "" {
			x.about["by"] = "decision"
			return sound(x, deployment.Offer{}, r.Waiver)
		}
		o, err := deployment.Hold(x.tx, r.Offer)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotApproved
		}
		switch {
		case err != nil:
			return err
		case o.Incident != x.Incident || (x.Team != "" && o.Team != x.Team) || !o.Arriving():
			return ErrNotApproved
		case x.actor.Belongs(o.Team, o.Incident):
			return access.ErrOwnTeam
		}
		if err := sound(x, o, r.Waiver); err != nil {
			return err
		}
		x.about["by"] = "offer"
		x.Offer, x.Team, x.TeamName = o.ID, o.Team, o.TeamName
		if err := list(x.tx, x.ID, o); err != nil {
			return err
		}
		if err := attach(x.tx, x.ID, o); err != nil {
			return err
		}
		if err := countMissing(x.tx, x.Party); err != nil {
			return err
		}
		return deployment.Arrived(x.tx, x.actor.Account, o.ID)
	})
}

// sound refuses to regularise a group that cannot be approved, and people without insurance unless somebody answers for
// it now or did when the offer was signed (S000-13, S004-42). o is the offer; one without an id: by decision.
func sound(x *step, o deployment.Offer, waiver string) error {
	if err := approvable(x.tx, cmp.Or(o.Team, x.Team)); err != nil {
		return err
	}
	bare, err := uninsured(x.tx, *x.Party, o)
	if err != nil || bare == 0 {
		return err
	}
	x.about["uninsured"] = bare
	switch {
	case waiver != "":
		x.Waiver = Mark{x.tx.Now, x.actor.Account, waiver}
	case o.Waiver.Reason == "":
		return ErrUninsured
	}
	return nil
}

// approvable says whether a team on site can be approved; "" is a group that the register does not know.
func approvable(tx *db.Tx, teamID string) error {
	if teamID == "" {
		return ErrUnknownGroup
	}
	t, err := team.ByID(tx, teamID)
	if err != nil {
		return err
	}
	return t.Approvable()
}

// uninsured is how many people inside are not insured from now until the team said it would stay. Of somebody whom the
// register does not know, nobody knows an insurance.
func uninsured(tx *db.Tx, p Party, o deployment.Offer) (bare int, err error) {
	people, err := presencesWhere(tx, `party = $1 AND out_at = 0`, p.ID)
	if err != nil {
		return 0, err
	}
	policies, err := team.Policies(tx, cmp.Or(o.Team, p.Team))
	if err != nil {
		return 0, err
	}
	until := p.ArrivedAt.AddDate(0, 0, p.Days)
	if o.ID != "" {
		until = o.Edition.ETA.AddDate(0, 0, o.Edition.Days)
	}
	if until.Before(tx.Now) {
		until = tx.Now
	}
	var members []string
	for _, x := range people {
		if x.Member == "" {
			bare++
		} else {
			members = append(members, x.Member)
		}
	}
	return bare + len(team.Insured(policies, members, tx.Now, until)), nil
}

// attach gives a party its offer; an offer has one party.
func attach(tx *db.Tx, party string, o deployment.Offer) error {
	others, err := partiesWhere(tx, `offer = $1 AND offer <> '' AND id <> $2`, o.ID, party)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return ErrAlreadyHere.WithCurrent(map[string]any{"party": others[0].ID, "number": others[0].Number, "state": others[0].State})
	}
	_, err = tx.Exec(`UPDATE party SET offer = $1, team = $2, team_name = $3 WHERE id = $4`, o.ID, o.Team, o.TeamName, party)
	return err
}

// list marks who and what of a party stands on the manifest of its new offer.
func list(tx *db.Tx, party string, o deployment.Offer) error {
	people, err := presencesWhere(tx, `party = $1 AND member <> ''`, party)
	if err != nil {
		return err
	}
	for _, x := range people {
		on := slices.ContainsFunc(o.Edition.Persons, func(p deployment.Person) bool { return p.Member == x.Member })
		if _, err := tx.Exec(`UPDATE presence SET listed = $1 WHERE id = $2`, on, x.ID); err != nil {
			return err
		}
	}
	for _, v := range o.Edition.Vehicles {
		if _, err := tx.Exec(`UPDATE presence_vehicle SET listed = $1, vehicle = $2 WHERE party = $3 AND plate = $4 AND colour = $5`, true, v.Vehicle, party, v.Plate, v.Colour); err != nil {
			return err
		}
	}
	for _, e := range o.Edition.Equipment {
		if _, err := tx.Exec(`INSERT INTO party_item (party, kind, listed, came, out) VALUES ($1, $2, $3, 0, -1) ON CONFLICT (party, kind) DO UPDATE SET listed = $3`,
			party, e.Key, e.Count); err != nil {
			return err
		}
	}
	return nil
}

// TurnBack asks a team that came without approval to leave again, with a reason. It is inside until it is counted out.
func (s *Service) TurnBack(ctx context.Context, id, party string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, party, command{
		id: id, verb: "turn_back", past: "turned_back", version: version, reason: reason, said: []any{version, reason}, moves: true, may: decides,
	}, func(x *step) error {
		x.TurnedBack = true
		return nil
	})
}
