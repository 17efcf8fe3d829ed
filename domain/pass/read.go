package pass

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Whole is a pass with what happened to it.
type Whole struct {
	Pass
	Lapsed     bool
	OfferState string
	DriverName string // for who issues passes, and the leader of the team; "" for others
	Passages   []Passage
	History    []journal.Row
	Actions    []string // verbs of Passes and Tolls that the actor may say now
}

// seenPass is a pass with its incident; not found for whoever may not see it.
func seenPass(tx *db.Tx, actor access.Actor, id string) (p Pass, i incident.Incident, err error) {
	if p, err = passByID(tx, id); err != nil {
		return p, i, err
	}
	if !seen(actor, p) {
		return p, i, fault.ErrNotFound
	}
	i, err = incident.ByID(tx, p.Incident)
	return p, i, err
}

// Get is one pass; not found for whoever may not see it.
func (s *Service) Get(ctx context.Context, id string) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	named := false
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, i, err := seenPass(tx, actor, id)
		if err != nil {
			return err
		}
		w = Whole{Pass: p, Lapsed: p.Lapsed(tx.Now)}
		named = knowsDriver(actor, i, p)
		if works(tx, actor, i) == nil {
			for _, m := range Passes.Possible(p.State) {
				if m.May == issue {
					w.Actions = append(w.Actions, m.Verb)
				}
			}
			for _, m := range Tolls.Possible(p.Toll.State) {
				w.Actions = append(w.Actions, m.Verb)
			}
		}
		if w.Passages, err = passagesWhere(tx, `pass = $1 ORDER BY at DESC, id LIMIT 100`, id); err != nil {
			return err
		}
		if w.OfferState, err = deployment.StateOf(tx, p.Offer); err != nil {
			return err
		}
		w.History, err = journal.Of(tx, "pass", id, 100)
		return err
	})
	if err == nil && named && w.Driver != "" {
		var names map[string]string
		names, err = s.drivers(ctx, []Pass{w.Pass})
		w.DriverName = names[w.ID]
	}
	return w, err
}

// drivers are the names of who drives, by pass. The caller has decided who asks.
func (s *Service) drivers(ctx context.Context, list []Pass) (map[string]string, error) {
	seat := func(p Pass) deployment.Seat {
		return deployment.Seat{Offer: p.Offer, Edition: p.Edition, Member: p.Driver}
	}
	var seats []deployment.Seat
	for _, p := range list {
		if p.Driver != "" {
			seats = append(seats, seat(p))
		}
	}
	known, err := s.offers.MemberNames(ctx, seats)
	names := map[string]string{}
	for _, p := range list {
		names[p.ID] = known[seat(p)]
	}
	return names, err
}

// Waiting is a vehicle of an offer that may set out and has no pass in force.
type Waiting struct {
	Offer       string
	OfferNumber string
	OfferState  string
	Team        string
	TeamName    string
	deployment.Vehicle
	Persons int
}

// Sheet is what the support group works with in an incident.
type Sheet struct {
	Passes  []Pass
	Waiting []Waiting
	Drivers map[string]string // names by pass, for who may issue; nil for others
	Issues  bool              // the actor may issue
	Part    bool              // there may be more in the incident than the actor may see
	Place   place.Path        // that commands the incident
	Drill   bool
	Total   int // passes and vehicles that wait, without the filter
}

// maxSheet bounds what one page shows of an incident.
const maxSheet = 2000

// Filter says which passes are wanted; empty: all.
type Filter struct {
	State string // of Standings
	Toll  string // a state of Tolls, or one of TollSets
	Text  string // a part of the plate, of the number, or of the name of the team
}

// Standings are how a pass stands by the clock: a valid one whose last moment has passed has lapsed. A vehicle that waits
// has none.
var Standings = []string{"waiting", "valid", "lapsed", "used", "revoked"}

// where adds the filter to a condition.
func (f Filter) where(where string, args []any, now time.Time) (string, []any) {
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	switch f.State {
	case "":
	case "valid":
		where += " AND state = 'valid' AND back_to >= " + arg(clock.Micro(now))
	case "lapsed":
		where += " AND state = 'valid' AND back_to < " + arg(clock.Micro(now))
	default: // of waiting ones there is no pass
		where += " AND state = " + arg(f.State)
	}
	if set := TollSets[f.Toll]; set != nil {
		where += " AND toll IN (" + db.List(len(args)+1, len(set)) + ")"
		for _, state := range set {
			args = append(args, state)
		}
	} else if f.Toll != "" {
		where += " AND toll = " + arg(f.Toll)
	}
	if f.Text != "" {
		plate, name := arg(like(plateOf(f.Text))), arg(like(strings.ToLower(f.Text)))
		where += " AND (plate LIKE " + plate + ` ESCAPE '\' OR number LIKE ` + plate + ` ESCAPE '\' OR lower(team_name) LIKE ` + name + ` ESCAPE '\')`
	}
	return where, args
}

// has says whether a vehicle that waits is wanted.
func (f Filter) has(w Waiting) bool {
	return (f.State == "" || f.State == "waiting") && f.Toll == "" &&
		(f.Text == "" || strings.Contains(w.Plate, plateOf(f.Text)) || strings.Contains(w.OfferNumber, plateOf(f.Text)) || strings.Contains(strings.ToLower(w.TeamName), strings.ToLower(f.Text)))
}

// plateOf is a text as plates and numbers are kept; a number keeps its dash.
func plateOf(text string) string {
	return strings.NewReplacer(" ", "", "·", "").Replace(strings.ToUpper(text))
}

// like is a text as a part of another, for LIKE.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// Of are the passes of an incident that the actor may see, newest first, and the vehicles whose passes they would see that wait
// for one.
func (s *Service) Of(ctx context.Context, incidentID string, f Filter) (sh Sheet, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return sh, err
	}
	all, seenArgs, err := seenWhere(actor)
	if err != nil {
		return sh, err
	}
	f.Text = strings.TrimSpace(f.Text)
	seenArgs = append(seenArgs, incidentID)
	named := false
	all += fmt.Sprintf(" AND incident = $%d", len(seenArgs))
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, incidentID)
		if err != nil {
			return err
		}
		sh = Sheet{Place: i.Place, Drill: i.Drill}
		if err := tx.Get(`SELECT count(*) FROM pass WHERE `+all, seenArgs, &sh.Total); err != nil {
			return err
		}
		where, args := f.where(all, slices.Clone(seenArgs), tx.Now)
		if sh.Passes, err = passesWhere(tx, where+fmt.Sprintf(" ORDER BY created_at DESC, id DESC LIMIT %d", maxSheet), args...); err != nil {
			return err
		}
		if sh.Waiting, err = waiting(tx, incidentID, func(o deployment.Offer) bool {
			return seen(actor, Pass{Incident: i.ID, Place: i.Place, Destination: o.Destination, Team: o.Team})
		}); err != nil {
			return err
		}
		sh.Total += len(sh.Waiting)
		sh.Waiting = slices.DeleteFunc(sh.Waiting, func(w Waiting) bool { return !f.has(w) })
		if sh.Part = !at(actor, access.PassSee, i.ID, i.Place); sh.Part && sh.Total == 0 {
			return fault.ErrNotFound
		}
		named = at(actor, access.PassIssue, i.ID, i.Place)
		sh.Issues = works(tx, actor, i) == nil
		return nil
	})
	if err == nil && named {
		sh.Drivers, err = s.drivers(ctx, sh.Passes)
	}
	return sh, err
}

// waiting are the vehicles of these offers without a pass in force.
func waiting(tx *db.Tx, incidentID string, of func(deployment.Offer) bool) (list []Waiting, err error) {
	live, err := passesWhere(tx, `incident = $1 AND live`, incidentID)
	if err != nil {
		return nil, err
	}
	offers, err := deployment.VouchedIn(tx, incidentID)
	for _, o := range offers {
		if !of(o) {
			continue
		}
		for _, v := range o.Edition.Vehicles {
			if !slices.ContainsFunc(live, func(p Pass) bool { return p.Plate == v.Plate && p.Colour == v.Colour && !p.Lapsed(tx.Now) }) {
				list = append(list, Waiting{o.ID, o.Number, o.State, o.Team, o.TeamName, v, len(o.Edition.Persons)})
			}
		}
	}
	return list, err
}

// seenWhere is seen as a condition; forbidden when the actor can see no pass anywhere.
func seenWhere(a access.Actor) (string, []any, error) {
	spans, teams, incidents := a.Spans(access.PassSee), a.Teams(access.PassSee), a.Incidents(access.PassSee)
	if len(spans)+len(teams)+len(incidents) == 0 {
		return "", nil, fault.ErrForbidden
	}
	here, args := place.Where("place", 1, spans)
	there, more := place.Where("destination", len(args)+1, spans)
	args = append(args, more...)
	parts := []string{here, there}
	for _, x := range []struct {
		column string
		ids    []string
	}{{"team", teams}, {"incident", incidents}} {
		for _, id := range x.ids {
			args = append(args, id)
			parts = append(parts, fmt.Sprintf("%s = $%d", x.column, len(args)))
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")", args, nil
}

// Meant are the offers, by id, of the vehicle that a text names: the code of its pass, the number of the pass, or the
// plate. What it returns is no more than ids; whoever looks them up decides who asks.
func (s *Service) Meant(ctx context.Context, text string) (offers []string, err error) {
	no := strings.ToUpper(strings.TrimSpace(text))
	if token, err := Open(strings.TrimSpace(text), append([]ed25519.PublicKey{s.public()}, s.keys.good...)...); err == nil {
		no = token.Number
	}
	if len(no) > maxNo {
		return nil, nil
	}
	plate, _ := equipment.Plate(no)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list, err := passesWhere(tx, `number = $1 OR plate = $2 ORDER BY created_at DESC, id LIMIT 20`, no, plate)
		offers = nil
		for _, p := range list {
			if !slices.Contains(offers, p.Offer) {
				offers = append(offers, p.Offer)
			}
		}
		return err
	})
	return offers, err
}

// maxNo bounds what is looked up as a number or a plate.
const maxNo = 40
