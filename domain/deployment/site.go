package deployment

import (
	"context"
	"fmt"
	"strings"

	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Arrived says that the team of an offer has come: one that is approved, whether it was ordered out or not. For
// reception, in the transaction in which the team is received; actor is the account that receives it.
func Arrived(tx *db.Tx, actor, offer string) error { return bySite(tx, actor, offer, "arrive") }

// Finished says that the team of an offer is home: its people and vehicles are free for another one. What it did counts
// for its needs as it did. An offer that is not on site is left as it is.
func Finished(tx *db.Tx, actor, offer string) error {
	o, err := Hold(tx, offer)
	if err != nil || o.State != "on_site" {
		return err
	}
	if err := release(tx, offer); err != nil {
		return err
	}
	return bySite(tx, actor, offer, "finish")
}

// bySite moves an offer as reception says.
func bySite(tx *db.Tx, actor, offer, verb string) error {
	o, err := Hold(tx, offer)
	if err != nil {
		return err
	}
	was := entry(o, nil, "", "", "", nil).Fields().Without("places")
	if o.State, err = Offers.To(o.State, verb); err != nil {
		return err
	}
	if verb == "arrive" {
		o.Why = ""
	}
	o.Version++
	if err := updateOffer(tx, o); err != nil {
		return err
	}
	places, err := placesOf(tx, o.ID)
	if err != nil {
		return err
	}
	return journal.Append(tx, entry(o, places, past[verb], actor, "", nil).Since(was))
}

// Arriving says whether reception may move the offer to on_site.
func (o Offer) Arriving() bool {
	_, err := Offers.To(o.State, "arrive")
	return err == nil
}

// ByID is one offer, names sealed. For contexts above, which decide who asks.
func ByID(tx *db.Tx, offer string) (Offer, error) { return offerByID(tx, offer) }

// Coming is an offer with its order; without an id of the order, none was given.
type Coming struct {
	Offer
	Order Order
}

// EnRoute are the offers to an incident that are ordered out and have not come, the first expected first, names sealed.
// For contexts above.
func EnRoute(tx *db.Tx, incident string) ([]Coming, error) {
	return coming(tx, `o.incident = $1 AND o.state IN ('ordered', 'acknowledged')`, 300, incident)
}

// EnRouteOf are the offers of some teams that are ordered out and have not come, in incidents that run. For contexts above.
func EnRouteOf(tx *db.Tx, teams []string) ([]Coming, error) {
	if len(teams) == 0 {
		return nil, nil
	}
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	return coming(tx, `o.team IN (`+db.List(1, len(args))+`) AND o.state IN ('ordered', 'acknowledged')
		AND o.incident IN (SELECT id FROM incident WHERE state IN ('active', 'withdrawing'))`, 50, args...)
}

// Find are the offers to an incident, not over, that a text names: by their number, the number of their order, or a part
// of the name of the team. Names are sealed. For contexts above.
func Find(tx *db.Tx, incident, text string) ([]Coming, error) {
	part := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
	return coming(tx, `o.incident = $1 AND o.state NOT IN ('refused', 'withdrawn', 'stood_down', 'finished') AND (o.number = $2 OR o.team_name LIKE $3 ESCAPE '\'
		OR EXISTS (SELECT 1 FROM dispatch_order d WHERE d.offer = o.id AND d.number = $2))`, 21, incident, strings.ToUpper(text), part)
}

func coming(tx *db.Tx, where string, most int, args ...any) (list []Coming, err error) {
	if err = tx.Each(func(sc db.Scanner) error {
		o, err := scanOffer(sc)
		list = append(list, Coming{Offer: o})
		return err
	}, fmt.Sprintf(`SELECT `+offerColumns+` FROM offer o WHERE %s ORDER BY o.created_at DESC, o.id LIMIT %d`, where, most), args...); err != nil {
		return nil, err
	}
	for i := range list {
		c := &list[i]
		if c.Edition, err = editionOf(tx, c.ID, c.Edition.No); err != nil {
			return nil, err
		}
		if c.Order, err = orderOf(tx, c.ID, c.Edition.No); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// OpenNames opens the names of the people on the manifest of an offer. Not inside a transaction; the caller has decided
// who asks.
func (s *Service) OpenNames(ctx context.Context, o *Offer) error {
	for n := range o.Edition.Persons {
		p := &o.Edition.Persons[n]
		name, err := s.keeper.Open(ctx, p.sealed, "offer:"+o.ID+":"+p.Member)
		if err != nil {
			return fault.Wrap(err, "a name in an offer")
		}
		p.Name = string(name)
	}
	return nil
}

// ComingByID is one offer with its order, names sealed. For contexts above, which decide who asks.
func ComingByID(tx *db.Tx, offer string) (Coming, error) {
	list, err := coming(tx, `o.id = $1`, 1, offer)
	if err == nil && len(list) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return Coming{}, err
	}
	return list[0], nil
}

// IncidentOf is the incident that an offer belongs to. For domain/incident, which asks before it is handed over.
func IncidentOf(tx *db.Tx, offer string) (in string, err error) {
	err = tx.Get(`SELECT incident FROM offer WHERE id = $1`, []any{offer}, &in)
	return in, err
}
