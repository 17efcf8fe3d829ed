package incident

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
)

// Handover is an item that one group gives to another (S004-106), or a matter that a group takes on by itself (S004-34:
// from a group to the same group).
type Handover struct {
	ID       string
	Incident string
	From, To org.Group
	ItemKind string // need, report, …; "matter" for words alone
	Item     string // id of the record
	Matter   string
	State    string
	By       string
	At       time.Time
	TakenBy  string
	TakenAt  time.Time
	Version  int64
}

// Handovers is the life cycle of a hand-over.
var Handovers = &lifecycle.Machine{
	Name: "handover",
	States: []lifecycle.State{
		{Key: "sent", Zh: "待接收", En: "sent", Chip: "todo"},
		{Key: "taken", Zh: "办理中", En: "taken over", Chip: "doing"},
		{Key: "returned", Zh: "已退回", En: "returned", Chip: "back"},
		{Key: "done", Zh: "已办结", En: "done", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "take", From: []string{"sent"}, To: "taken", Zh: "接收", En: "take over", May: string(access.IncidentHand)},
		{Verb: "return", From: []string{"sent"}, To: "returned", Zh: "退回", En: "return", May: string(access.IncidentHand), Needs: []string{"reason"}},
		{Verb: "finish", From: []string{"taken"}, To: "done", Zh: "办结", En: "finish", May: string(access.IncidentHand)},
	},
}

// ItemKinds are the kinds of records that are handed over; a matter is words alone.
var ItemKinds = []string{"matter", "need", "report", "offer", "pass", "mission", "support"}

// The faults of handing over.
var (
	ErrNotYourGroup = fault.New(fault.Forbidden, "handover.not_your_group", "该事项不由本组办理", "this is not for your group to do")
	ErrRosterAwaits = fault.New(fault.Conflict, "roster.awaits_approval", "名册未经指挥部批准，暂由协调机制办公室代行", "headquarters has not approved the roster: the coordination office acts for the groups")
)

// Works says whether the actor works the queue of a group in an incident: the coordination office always, a group once
// headquarters has approved the roster (S004-74). nil, ErrRosterAwaits or ErrNotYourGroup. For contexts above too.
func Works(tx *db.Tx, i Incident, actor access.Actor, g org.Group) error {
	if i.may(actor, access.IncidentLead) {
		return nil
	}
	if !i.may(actor, access.Verb("group."+string(g))) {
		return ErrNotYourGroup
	}
	approved, err := rosterApproved(tx, i.ID)
	if err == nil && !approved {
		return ErrRosterAwaits
	}
	return err
}

// worksIn are the groups of an incident whose queue the actor works now; of a closed one there are none.
func worksIn(tx *db.Tx, i Incident, actor access.Actor) (groups []org.Group) {
	for _, g := range org.Groups {
		if i.Open() && Works(tx, i, actor, g) == nil {
			groups = append(groups, g)
		}
	}
	return groups
}

// HandOver gives an item from one group to another.
func (s *Service) HandOver(ctx context.Context, incident string, h Handover) error {
	var c input.Check
	c.One(string(h.From), "from", groupKeys()...)
	c.One(string(h.To), "to", groupKeys()...)
	c.One(h.ItemKind, "itemKind", ItemKinds...)
	c.Bad((h.ItemKind == "matter") != (h.Item == ""), "item", "missing", "请选择移交的事项", "say which item is handed over")
	c.Text(&h.Matter, "matter", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentHand, h.ID, "hand_over", h, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Runs(); err != nil {
			return "", err
		}
		if err := Works(tx, *i, actor, h.From); err != nil {
			return "", err
		}
		if h.Item != "" {
			ours, err := s.owns(tx, i.ID, h.ItemKind, h.Item)
			if err != nil {
				return "", err
			}
			if !ours {
				return "", fault.InvalidField("body.item", "unknown", "本事件中没有这个事项", "there is no such item in this incident")
			}
		}
		h.Incident, h.State, h.By, h.At, h.Version = i.ID, "sent", actor.Account, tx.Now, 1
		if err := insertHandover(tx, h); err != nil {
			return "", err
		}
		return "", journal.Append(tx, handoverEntry(*i, h, "handover.sent", actor.Account, ""))
	})
}

// Answer takes a hand-over, returns it with a reason, or finishes it. The group that receives decides.
func (s *Service) Answer(ctx context.Context, command, incident, handover, verb string, version int64, reason string) error {
	var c input.Check
	c.One(verb, "verb", "take", "return", "finish")
	c.Text(&reason, "reason", 200, verb == "return")
	if err := c.Err(); err != nil {
		return err
	}
	said := []any{handover, verb, version, reason}
	return s.within(ctx, incident, access.IncidentHand, command, "handover_"+verb, said, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		h, err := handoverByID(tx, i.ID, handover)
		if err != nil {
			return "", err
		}
		if err := Works(tx, *i, actor, h.To); err != nil {
			return "", err
		}
		if err := i.Runs(); err != nil {
			return "", err
		}
		to, err := Handovers.To(h.State, verb)
		if err != nil {
			return "", err
		}
		if version != 0 && version != h.Version {
			return "", fault.ErrVersionStale.WithCurrent(map[string]any{"state": h.State, "version": h.Version})
		}
		was := handoverEntry(*i, h, "", "", "").Fields()
		h.State = to
		h.Version++
		if verb == "take" {
			h.TakenBy, h.TakenAt = actor.Account, tx.Now
		}
		if err := saveHandover(tx, h); err != nil {
			return "", err
		}
		past := map[string]string{"take": "taken", "return": "returned", "finish": "finished"}[verb]
		return "", journal.Append(tx, handoverEntry(*i, h, "handover."+past, actor.Account, reason).Since(was))
	})
}

// HandoversOf are the hand-overs of an incident, newest first; group "" means all, and only those that the group sent or
// receives otherwise.
func (s *Service) HandoversOf(ctx context.Context, incident string, g org.Group) (list []Handover, err error) {
	err = s.seen(ctx, incident, func(tx *db.Tx, i Incident, _ access.Actor) error {
		list, err = handovers(tx, i.ID)
		return err
	})
	if g != "" {
		list = slices.DeleteFunc(list, func(h Handover) bool { return h.From != g && h.To != g })
	}
	return list, err
}

func handoverEntry(i Incident, h Handover, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: verb, Kind: "handover", Subject: h.ID, Version: h.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID, Actor: actor, Reason: reason,
		Body: map[string]any{"from": h.From, "to": h.To, "itemKind": h.ItemKind, "item": h.Item, "state": h.State, "places": i.Places},
	}
}
