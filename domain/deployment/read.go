package deployment

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
)

// Stop is a station with who signs there.
type Stop struct {
	Station
	Desk  Desk
	Limit time.Duration // how long it may take, for one that is not open yet
}

// Fact is something to know before a decision; it decides nothing.
type Fact struct {
	Key  string // registered, insured, booked, eta, distance, relation
	Good bool
	N    int // people without insurance, minutes since the time of arrival was stated, metres; 1: nobody knows the tie
}

// Match is what one need wants and gets.
type Match struct {
	need.Need
	Lines  []Line
	Metres int // from the base of the team; -1: a point is missing
}

// Whole is an offer with everything around it.
type Whole struct {
	Offer
	Incident incident.Incident
	TeamNow  team.Team
	Stops    []Stop
	Order    Order // without an id: none
	Editions []Edition
	Facts    []Fact
	Bare     []string // members without insurance
	Matches  []Match
	Rivals   []Rival
	History  []journal.Row
	Allowed  []string
	SignsAs  string // officer, deputy, above: as what the actor may sign the open station now; "" not at all
	Records  bool   // the actor may record what the open station decided
	Works    bool   // the actor works the queue of the coordination group
}

// Get is one offer with everything around it; not found when the actor may not see it. edition 0 is the one in force.
func (s *Service) Get(ctx context.Context, offer string, edition int) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		o, i, err := load(tx, actor, offer)
		if err != nil {
			return err
		}
		w = Whole{Offer: o, Incident: i}
		if edition > 0 && edition != o.Edition.No {
			if w.Edition, err = editionOf(tx, offer, edition); err != nil {
				return err
			}
		}
		if w.TeamNow, err = team.ByID(tx, o.Team); err != nil {
			return err
		}
		if w.Editions, err = editions(tx, offer); err != nil {
			return err
		}
		if w.Order, err = orderOf(tx, offer, w.Edition.No); err != nil {
			return err
		}
		w.Works = at(actor, access.DeploymentAccept, i)
		if err := s.stops(tx, actor, &w); err != nil {
			return err
		}
		if err := s.matches(tx, &w); err != nil {
			return err
		}
		if err := s.facts(tx, actor, &w); err != nil {
			return err
		}
		if err := s.allowed(tx, actor, &w); err != nil {
			return err
		}
		w.History, err = journal.Of(tx, "offer", offer, 200)
		return err
	})
	if err != nil {
		return w, err
	}
	return w, s.OpenNames(ctx, &w.Offer)
}

// stops are the stations with who signs; before the approval begins they are those that it will have.
func (s *Service) stops(tx *db.Tx, actor access.Actor, w *Whole) error {
	list, err := stationsOf(tx, w.ID, w.Edition.No)
	if err != nil {
		return err
	}
	begun := len(list) > 0
	if !begun {
		planned, found, err := s.chain(w.Home, w.Destination, tx.Now)
		if err != nil {
			return err
		}
		list, w.Case, w.Rule = planned, found.Case, found.Rule
	}
	if w.Stops, err = s.staffed(tx, list); err != nil || !begun {
		return err
	}
	st := current(list)
	if st == nil || st.Opened.IsZero() || !slices.ContainsFunc(Offers.Possible(w.State), func(m lifecycle.Move) bool { return m.Verb == "agree" }) {
		return nil
	}
	switch acted, err := s.signer(tx, actor, w.Offer, *st); {
	case err == nil:
		w.SignsAs = acted
	case fault.KindOf(err) == fault.Internal:
		return err
	}
	w.Records = s.Outside(st.Place) && right(tx, w.Incident, actor, w.Offer, "agree") == nil
	return nil
}

func (s *Service) staffed(tx *db.Tx, list []Station) (stops []Stop, err error) {
	for _, st := range list {
		x := Stop{Station: st}
		if x.Desk, err = deskOf(tx, st.Place); err != nil {
			return nil, err
		}
		if x.Limit, _, err = s.deadline(st.Authority, tx.Now); err != nil {
			return nil, err
		}
		stops = append(stops, x)
	}
	return stops, nil
}

// matches compares what each need wants with what comes, and the offer with others for the same needs. Those are for
// the coordination group alone.
func (s *Service) matches(tx *db.Tx, w *Whole) error {
	ids := needsOf(w.Edition)
	wanted, err := need.Named(tx, ids)
	if err != nil {
		return err
	}
	others, waiting, err := promised(tx, ids, w.ID)
	if err != nil {
		return err
	}
	for i, n := range wanted {
		ours := force{w.TeamNow.Skills, w.Edition.Needs[i].People, w.Edition.Needs[i].Equipment}
		w.Matches = append(w.Matches, Match{n, weigh(n, others[n.ID], waiting[n.ID], &ours), metres(w.TeamNow, n)})
	}
	if w.Works {
		w.Rivals, err = rivals(tx, w)
	}
	return err
}

// facts are what a person should know before deciding.
func (s *Service) facts(tx *db.Tx, actor access.Actor, w *Whole) error {
	bare, err := uninsured(tx, w.Offer)
	if err != nil {
		return err
	}
	w.Bare = bare
	var claimed int
	if err := tx.Get(`SELECT count(*) FROM offer_claim WHERE offer = $1`, []any{w.ID}, &claimed); err != nil {
		return err
	}
	fresh, _, err := s.params.Minutes(w.Destination, "dispatch.eta_fresh", tx.Now)
	if err != nil {
		return err
	}
	age := tx.Now.Sub(w.Edition.At)
	w.Facts = []Fact{
		{Key: "registered", Good: w.TeamNow.Approvable() == nil},
		{Key: "insured", Good: len(bare) == 0, N: len(bare)},
		{Key: "booked", Good: ended(w.State) || claimed == len(w.Edition.Persons)+len(w.Edition.Vehicles)},
		{Key: "eta", Good: age <= fresh && w.Edition.ETA.After(tx.Now), N: int(age / time.Minute)},
		{Key: "distance", Good: true, N: w.nearest()},
		{Key: "relation", Good: actor.Identified && !actor.Belongs(w.Team, w.Offer.Incident), N: unknownTie(actor, w.Offer)},
	}
	return nil
}

// unknownTie is 1 when nobody can tell whether the actor is a member of a team, because it is not known who the actor is.
func unknownTie(a access.Actor, o Offer) int {
	if a.Identified || a.Belongs(o.Team, o.Incident) {
		return 0
	}
	return 1
}

// metres is how far, in a straight line, the base of a team is from the nearest of some needs; -1 when either place is not
// known.
func metres(t team.Team, needs ...need.Need) int {
	base := geo.Point{Lon: t.Lon, Lat: t.Lat}
	nearest := -1
	for _, n := range needs {
		if n.Point == nil || base == (geo.Point{}) {
			continue
		}
		if d := int(geo.Distance(base, geo.Point{Lon: n.Point.Lon, Lat: n.Point.Lat})); nearest < 0 || d < nearest {
			nearest = d
		}
	}
	return nearest
}

// nearest is metres to the nearest need of the offer.
func (w *Whole) nearest() int {
	needs := make([]need.Need, len(w.Matches))
	for i, m := range w.Matches {
		needs[i] = m.Need
	}
	return metres(w.TeamNow, needs...)
}

// allowed are the verbs of the life cycle that the actor may use now.
func (s *Service) allowed(tx *db.Tx, actor access.Actor, w *Whole) error {
	for _, m := range Offers.Possible(w.State) {
		switch {
		case m.May == onSite: // reception says so
			continue
		case m.May == sign:
			if w.SignsAs == "" && !w.Records {
				continue
			}
		case right(tx, w.Incident, actor, w.Offer, m.Verb) != nil:
			continue
		case m.Verb == "order" && w.State == "approving" && w.Urgent.At.IsZero():
			continue
		}
		w.Allowed = append(w.Allowed, m.Verb)
	}
	return nil
}

// Filter says which offers a list shows.
type Filter struct {
	Incident string // id; "": everything that is no drill, unless a team is asked for
	Team     string
	State    string // a state, "open" for those that are not over, "all" or ""
	Overdue  bool
	Figure   string // what this figure counts, in any state
	Cursor   string
	Limit    int
}

// Row is an offer in a list, without its manifest.
type Row struct {
	Offer
	Open Station // whose turn it is; without a number: nobody's
}

// Page is a part of the list.
type Page struct {
	Items  []Row
	Next   string
	Counts map[string]int // by state; what is over and waits for a signature after stands under unsigned
}

// List is the offers that the actor may see, the newest first.
func (s *Service) List(ctx context.Context, f Filter) (p Page, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return p, err
	}
	where, args, err := seenWhere(actor)
	if err != nil {
		return p, err
	}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	parts := []string{where}
	for column, id := range map[string]string{"incident": f.Incident, "team": f.Team} {
		if id != "" {
			parts = append(parts, fmt.Sprintf("o.%s = %s", column, arg(id)))
		}
	}
	if f.Incident == "" && f.Team == "" {
		parts = append(parts, "NOT EXISTS (SELECT 1 FROM incident d WHERE d.id = o.incident AND d.drill = TRUE)")
	}
	where = strings.Join(parts, " AND ")
	counted, countedArgs := where, slices.Clone(args)
	more, err := f.chosen(s.clock.Now(), arg)
	if err != nil {
		return p, err
	}
	where += more
	if f.Cursor != "" {
		at, last, err := parseCursor(f.Cursor)
		if err != nil {
			return p, err
		}
		where += fmt.Sprintf(" AND (o.created_at, o.id) < (%s, %s)", arg(at), arg(last))
	}
	limit := max(1, min(cmp.Or(f.Limit, 50), 200))
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p = Page{Counts: map[string]int{}}
		if err := tx.Each(func(sc db.Scanner) error {
			var state string
			var n int
			err := sc.Scan(&state, &n)
			p.Counts[state] = n
			return err
		}, `SELECT CASE WHEN `+unsignedAfter+` THEN 'unsigned' ELSE o.state END, count(*) FROM offer o WHERE `+counted+` GROUP BY 1`, countedArgs...); err != nil {
			return err
		}
		if err := tx.Each(func(sc db.Scanner) error {
			o, err := scanOffer(sc)
			p.Items = append(p.Items, Row{Offer: o})
			return err
		}, fmt.Sprintf(`SELECT `+offerColumns+` FROM offer o WHERE %s ORDER BY o.created_at DESC, o.id DESC LIMIT %d`, where, limit+1), args...); err != nil {
			return err
		}
		if len(p.Items) > limit {
			p.Items = p.Items[:limit]
			last := p.Items[limit-1]
			p.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", clock.Micro(last.CreatedAt), last.ID))
		}
		return turns(tx, p.Items)
	})
	return p, err
}

// chosen is the condition of the offers that a filter chooses by figure, state and deadline; arg takes its arguments.
func (f Filter) chosen(now time.Time, arg func(any) string) (string, error) {
	where, err := offerParts.And(f.Figure, now)
	switch {
	case f.Figure != "":
	case f.State == "open":
		where += " AND (o.state NOT IN ('refused', 'withdrawn', 'stood_down', 'finished') OR " + unsignedAfter + ")"
	case f.State != "" && f.State != "all":
		where += " AND o.state = " + arg(f.State)
	}
	if f.Overdue {
		where += " AND o.due_at <> 0 AND o.due_at < " + arg(clock.Micro(now))
	}
	return where, err
}

// turns fills in whose turn it is in each row of a list.
func turns(tx *db.Tx, rows []Row) error {
	for i := range rows {
		list, err := stationsOf(tx, rows[i].ID, rows[i].Edition.No)
		if err != nil {
			return err
		}
		if st := current(list); st != nil {
			rows[i].Open = *st
		}
	}
	return nil
}

func parseCursor(c string) (at int64, last string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %s", &at, &last)
	}
	if err != nil {
		return 0, "", fault.InvalidField("query.cursor", "cursor_invalid", "翻页参数有误，请回到第一页", "this page cannot be found; go back to the first one")
	}
	return at, last, nil
}

// seenWhere is seen as a condition; forbidden when the actor can see no offer anywhere.
func seenWhere(a access.Actor) (string, []any, error) {
	spans, teams, incidents := a.Spans(access.OfferSee), a.Teams(access.OfferSend), a.Incidents(access.OfferSee)
	if len(spans)+len(teams)+len(incidents) == 0 {
		return "", nil, fault.ErrForbidden
	}
	var parts []string
	var args []any
	if len(spans) > 0 {
		var inside string
		inside, args = place.Where("x.place", 1, spans)
		parts = []string{"EXISTS (SELECT 1 FROM offer_place x WHERE x.offer = o.id AND " + inside + ")"}
	}
	for column, ids := range map[string][]string{"o.team": teams, "o.incident": incidents} {
		for _, id := range ids {
			args = append(args, id)
			parts = append(parts, fmt.Sprintf("%s = $%d", column, len(args)))
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")", args, nil
}

// Plan is the chain that a deployment will take.
type Plan struct {
	Case              string
	Rule              parameter.Used
	Home, Destination place.Path
	Stops             []Stop
	Registered        bool
	Saturated         bool // the offer would go to standby
}

// Preview shows the chain before an offer is sent: for the leader of the team, and for whoever may sign it up.
func (s *Service) Preview(ctx context.Context, teamID, incidentID string, needs []string) (p Plan, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return p, err
	}
	if err := s.mayName(ctx, actor, teamID); err != nil {
		return p, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, i, wanted, err := s.aim(tx, actor, teamID, incidentID, needs)
		if err != nil {
			return err
		}
		to := s.destination(i, wanted, tx.Now)
		list, found, err := s.chain(t.Home, to, tx.Now)
		if err != nil {
			return err
		}
		p = Plan{Case: found.Case, Rule: found.Rule, Home: t.Home, Destination: to, Registered: t.Approvable() == nil}
		if p.Saturated, _, err = s.enough(tx, &Offer{}, wanted); err != nil {
			return err
		}
		p.Stops, err = s.staffed(tx, list)
		return err
	})
	return p, err
}
