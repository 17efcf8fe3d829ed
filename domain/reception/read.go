package reception

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Expected is a team that is on its way, with its manifest. Names are open for whoever receives it.
type Expected struct {
	deployment.Coming
	Late bool // its stated time of arrival has passed by more than reception.late_arrival
}

// Desk is what a reception desk works with, also when it is without network: the points and who is expected.
type Desk struct {
	At       time.Time
	Points   []Point
	Expected []Expected
	Works    bool // the actor receives teams; nobody does when the mechanism has ended
	Leads    bool // the actor decides who may stay, and keeps the points
}

// DeskOf is the desk of an incident; the names of the people expected are for whoever receives them.
func (s *Service) DeskOf(ctx context.Context, in string) (d Desk, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return d, err
	}
	var coming []deployment.Coming
	var i incident.Incident
	err = s.db.View(ctx, func(tx *db.Tx) error {
		d = Desk{At: tx.Now}
		if i, err = incident.ByID(tx, in); err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		d.Works, d.Leads = i.Open() && works(tx, actor, i) == nil, i.Open() && leads(tx, actor, i) == nil
		if d.Points, err = pointsOf(tx, in); err != nil {
			return err
		}
		if coming, err = deployment.EnRoute(tx, in); err != nil {
			return err
		}
		coming, err = notHere(tx, coming)
		return err
	})
	if err != nil {
		return d, err
	}
	d.Expected, err = s.expected(ctx, i, coming, d.Works)
	return d, err
}

// notHere leaves out offers whose team was received already.
func notHere(tx *db.Tx, list []deployment.Coming) (rest []deployment.Coming, err error) {
	for _, c := range list {
		var n int
		if err := tx.Get(`SELECT count(*) FROM party WHERE offer = $1 AND offer <> ''`, []any{c.ID}, &n); err != nil {
			return nil, err
		}
		if n == 0 {
			rest = append(rest, c)
		}
	}
	return rest, nil
}

// expected opens the names of who comes, when the actor may see them, and marks who is late. The first comes first.
func (s *Service) expected(ctx context.Context, i incident.Incident, list []deployment.Coming, named bool) (out []Expected, err error) {
	now := s.clock.Now()
	limit, _, err := s.params.Minutes(i.Place, "reception.late_arrival", now)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if named {
			if err := s.offers.OpenNames(ctx, &c.Offer); err != nil {
				return nil, err
			}
		}
		out = append(out, Expected{c, now.After(c.Edition.ETA.Add(limit))})
	}
	slices.SortStableFunc(out, func(a, b Expected) int { return a.Edition.ETA.Compare(b.Edition.ETA) })
	return out, nil
}

// Found is what a text leads to at the desk: teams to be received, and those that are here.
type Found struct {
	Expected []Expected
	Parties  []Party
}

// Find looks a team up by a text: number of an offer, an order or a party, or part of the name of the team. Other offers
// are ids that the text means elsewhere: the pass of a vehicle. For whoever receives teams.
func (s *Service) Find(ctx context.Context, in, text string, others []string) (f Found, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return f, err
	}
	text = strings.TrimSpace(text)
	if text == "" && len(others) == 0 {
		return f, fault.InvalidField("header.Search", "missing", "请输入编号或队名", "give a number or a name")
	}
	var coming []deployment.Coming
	var i incident.Incident
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		if i, err = incident.ByID(tx, in); err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		coming = nil
		if text != "" {
			if coming, err = deployment.Find(tx, in, text); err != nil {
				return err
			}
		}
		for _, one := range others {
			c, err := deployment.ComingByID(tx, one)
			if err != nil {
				return err
			}
			if c.Incident == in && !slices.ContainsFunc(coming, func(x deployment.Coming) bool { return x.ID == one }) {
				coming = append(coming, c)
			}
		}
		f.Parties, err = found(tx, in, text, coming)
		if err != nil {
			return err
		}
		coming, err = notHere(tx, coming)
		return err
	}); err != nil {
		return f, err
	}
	f.Expected, err = s.expected(ctx, i, coming[:min(len(coming), 20)], true)
	return f, err
}

// found are the parties that a text or the offers it led to mean.
func found(tx *db.Tx, in, text string, offers []deployment.Coming) ([]Party, error) {
	args := []any{in}
	var parts []string
	if text != "" {
		args = append(args, strings.ToUpper(text), "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)+"%")
		parts = append(parts, `number = $2`, `team_name LIKE $3 ESCAPE '\'`)
	}
	for _, o := range offers {
		args = append(args, o.ID)
		parts = append(parts, fmt.Sprintf("offer = $%d", len(args)))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return partiesWhere(tx, `incident = $1 AND (`+strings.Join(parts, " OR ")+`) ORDER BY arrived_at DESC, id LIMIT 20`, args...)
}

// ListFilter says which parties a list shows.
type ListFilter struct {
	State  string // a state; "here" for those with people inside that are approved, "unapproved", "out", "all"
	Point  string
	Team   string
	Figure string // what this figure counts, in any state
	Limit  int
}

// groups are the states that the tabs of the page stand for.
var groups = map[string][]string{
	"here": {"checked_in", "leaving"}, "unapproved": {"self_deployed", "turned_back"}, "out": {"checked_out", "home_safe"},
}

// Page is a list of parties with what there is on site.
type Page struct {
	Items  []Party
	Counts map[string]int // by state
	Tally  Tally
}

// Of is the parties of an incident, the last to come first.
func (s *Service) Of(ctx context.Context, in string, f ListFilter) (p Page, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return p, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		if p.Counts, err = countStates(tx, in); err != nil {
			return err
		}
		if p.Tally, err = TallyOf(tx, in, s.clock.Now()); err != nil {
			return err
		}
		parts, args := []string{`incident = $1`}, []any{in}
		if f.Figure != "" {
			cond, err := partyParts.Of(f.Figure, s.clock.Now())
			if err != nil {
				return err
			}
			parts, f.State = append(parts, cond), "all"
		}
		states := groups[f.State]
		if len(states) == 0 && f.State != "" && f.State != "all" {
			states = []string{f.State}
		}
		if len(states) > 0 {
			parts = append(parts, `state IN (`+db.List(2, len(states))+`)`)
			for _, st := range states {
				args = append(args, st)
			}
		}
		for column, value := range map[string]string{"point": f.Point, "team": f.Team} {
			if value != "" {
				args = append(args, value)
				parts = append(parts, fmt.Sprintf("%s = $%d", column, len(args)))
			}
		}
		p.Items, err = partiesWhere(tx, fmt.Sprintf(`%s ORDER BY arrived_at DESC, id DESC LIMIT %d`, strings.Join(parts, " AND "), max(1, min(cmp.Or(f.Limit, 300), 500))), args...)
		if err == nil {
			p.Items, err = s.counted(tx, in, f.Figure, p.Items)
		}
		return err
	})
	return p, err
}

// Whole is a party with everything around it.
type Whole struct {
	Party
	At          Point
	OfferNumber string // "" without one
	OfferState  string
	Refused     string // the words of a station that did not sign after; ""
	Order       string // number of the dispatch order; ""
	Persons     []Presence
	Rides       []Ride
	Items       []Item
	MissingWho  []deployment.Person  // on the manifest, and never here; names are open where Named
	MissingCars []deployment.Vehicle // on the manifest, and never here
	Named       bool                 // the actor sees names; otherwise they are masked
	Odd         bool                 // the desk's clock could not be right
	Blocked     string               // why it cannot be regularised by decision: unknown_group, not_registered; ""
	Bare        int                  // people inside without insurance, of a party that may be regularised
	HostNumber  string               // of the party that took its people in; ""
	HostName    string
	History     []journal.Row
	Allowed     []string // verbs of the life cycle, and join, walk_in, person_out, reveal
}

// Get is one party with everything around it; not found for whoever may not see it.
func (s *Service) Get(ctx context.Context, party string) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	var o deployment.Offer
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, i, err := find(tx, actor, party)
		if err != nil {
			return err
		}
		w = Whole{Party: p, Named: reveals(tx, actor, i, p) == nil}
		if w.At, err = PointByID(tx, p.Point); err != nil {
			return err
		}
		if w.Odd, err = s.odd(p, i); err != nil {
			return err
		}
		if w.Persons, err = presencesWhere(tx, `party = $1 ORDER BY out_at > 0, in_at, id LIMIT 1000`, party); err != nil {
			return err
		}
		if w.Rides, err = ridesWhere(tx, `party = $1 ORDER BY out_at > 0, in_at, id LIMIT 300`, party); err != nil {
			return err
		}
		if w.Items, err = itemsOf(tx, party); err != nil {
			return err
		}
		if o, err = s.manifest(tx, &w); err != nil {
			return err
		}
		if err := w.approval(tx); err != nil {
			return err
		}
		w.Allowed = allowed(tx, actor, i, p)
		if w.Blocked == "not_registered" {
			w.Allowed = slices.DeleteFunc(w.Allowed, func(v string) bool { return v == "regularise" })
		}
		w.History, err = journal.Of(tx, "party", party, 200)
		return err
	})
	if err != nil {
		return w, err
	}
	return w, s.openAll(ctx, &w, o)
}

// approval finds out what stands against regularising a party, and who took its people in.
func (w *Whole) approval(tx *db.Tx) error {
	if w.Host != "" {
		h, err := ByID(tx, w.Host)
		w.HostNumber, w.HostName = h.Number, h.TeamName
		return err
	}
	if w.State != "self_deployed" {
		return nil
	}
	switch err := approvable(tx, w.Team); {
	case errors.Is(err, ErrUnknownGroup):
		w.Blocked = "unknown_group"
	case errors.Is(err, team.ErrNotRegistered):
		w.Blocked = "not_registered"
	case err != nil:
		return err
	}
	bare, err := uninsured(tx, w.Party, deployment.Offer{})
	w.Bare = bare
	return err
}

// manifest compares a party with its offer.
func (s *Service) manifest(tx *db.Tx, w *Whole) (o deployment.Offer, err error) {
	if w.Offer == "" {
		return o, nil
	}
	c, err := deployment.ComingByID(tx, w.Offer)
	if err != nil {
		return o, err
	}
	o = c.Offer
	w.OfferNumber, w.OfferState, w.Order = o.Number, o.State, c.Order.Number
	if o.State == "on_site" || o.State == "finished" {
		w.Refused = o.Why
	}
	o.Edition.Persons = slices.DeleteFunc(o.Edition.Persons, func(p deployment.Person) bool {
		return slices.ContainsFunc(w.Persons, func(x Presence) bool { return x.Member == p.Member && x.OutWhy != "mistaken" })
	})
	for _, v := range o.Edition.Vehicles {
		if !slices.ContainsFunc(w.Rides, func(r Ride) bool { return r.Plate == v.Plate && r.Colour == v.Colour }) {
			w.MissingCars = append(w.MissingCars, v)
		}
	}
	return o, nil
}

// openAll opens the names of a party and, for whoever may not see them, masks them again.
func (s *Service) openAll(ctx context.Context, w *Whole, o deployment.Offer) (err error) {
	for n := range w.Persons {
		if err := s.show(ctx, &w.Persons[n], w.Named); err != nil {
			return err
		}
	}
	if err := s.offers.OpenNames(ctx, &o); err != nil {
		return err
	}
	w.MissingWho = o.Edition.Persons
	if w.Contact, err = s.open(ctx, w.sealed, "party:"+w.ID+":contact"); err != nil {
		return err
	}
	w.Contact.Phone = ""
	if err := s.openNotes(ctx, &w.Party); err != nil {
		return err
	}
	if !w.Named {
		w.Contact.Name = Masked(w.Contact.Name)
		for n := range w.MissingWho {
			w.MissingWho[n].Name = Masked(w.MissingWho[n].Name)
		}
	}
	return nil
}

// show opens the name of a person, without the number, which takes a purpose; it is masked for whoever may not see it.
func (s *Service) show(ctx context.Context, x *Presence, named bool) (err error) {
	if x.Who, err = s.open(ctx, x.sealed, "presence:"+x.ID); err != nil {
		return err
	}
	x.Who.Phone = ""
	if !named {
		x.Who.Name = Masked(x.Who.Name)
	}
	return s.keeper.OpenText(ctx, &x.OutNote, noteOf(x.ID))
}

// openNotes opens what was written about a party.
func (s *Service) openNotes(ctx context.Context, p *Party) error {
	return errors.Join(s.keeper.OpenText(ctx, &p.Note, "party:"+p.ID+":note"), s.keeper.OpenText(ctx, &p.HomeNote, "party:"+p.ID+":home"))
}

// Masked is a name of which the family name is left: 张**.
func Masked(name string) string {
	rs := []rune(name)
	if len(rs) < 2 {
		return strings.Repeat("*", len(rs))
	}
	return string(rs[:1]) + strings.Repeat("*", min(len(rs)-1, 2))
}

// allowed are the verbs that the actor may use on a party now.
func allowed(tx *db.Tx, a access.Actor, i incident.Incident, p Party) (verbs []string) {
	desk, group := works(tx, a, i) == nil, leads(tx, a, i) == nil
	if i.Open() {
		for _, m := range Parties.Possible(p.State) {
			switch {
			case p.Host != "", p.State == "self_deployed" && decides(tx, a, i, p) != nil:
			case m.Verb == "check_out" && desk, m.Verb == "arrive_home" && (group || owns(a, p.Team)), m.Verb != "check_out" && m.Verb != "arrive_home" && group:
				verbs = append(verbs, m.Verb)
			}
		}
		if desk && p.Inside() {
			verbs = append(verbs, "join", "person_out")
		}
		if desk && p.State == "checked_in" {
			verbs = append(verbs, "walk_in")
		}
	}
	if desk || owns(a, p.Team) {
		verbs = append(verbs, "reveal")
	}
	return verbs
}
