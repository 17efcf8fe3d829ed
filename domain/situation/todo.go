package situation

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/destruction"
	"lianyuan/domain/enquiry"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/domain/support"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Todo is something that waits for the actor, with how much of it is late and the page where it is done.
type Todo struct {
	Key      string
	Count    int
	Late     int
	Page     string // below /app, with what the page must show
	Incident string // id; "" for what belongs to none
	Name     string // of the incident
	Drill    bool
}

// Todos is everything that waits for the actor.
type Todos struct {
	At    time.Time
	Items []Todo
	Count int // of all items
	Late  int
}

// asker is who asks, and when.
type asker struct {
	access.Actor
	now time.Time
	s   *Service
}

// at says whether the actor may do v in an incident.
func (a asker) at(v access.Verb, i incident.Incident) bool {
	return a.May(v, i.Place) || slices.Contains(a.Incidents(v), i.ID)
}

// sees is what the actor may do v to in the list that opens without a choice; any is false when there is nothing.
func (a asker) sees(tx *db.Tx, v access.Verb) (x need.Sight, any bool, err error) {
	if len(a.Spans(v))+len(a.Incidents(v)) == 0 {
		return x, false, nil
	}
	x, err = need.SightOf(tx, a.Actor, v, "")
	return x, err == nil, err
}

// works says whether the actor works the queue of a group in an incident now.
func (a asker) works(tx *db.Tx, i incident.Incident, g org.Group) (bool, error) {
	err := incident.Works(tx, i, a.Actor, g)
	if k := fault.KindOf(err); err != nil && (k == fault.Forbidden || k == fault.Conflict) {
		return false, nil
	}
	return err == nil, err
}

// waits is how much waits, and how much of it is late.
type waits struct{ n, late int }

// elsewhere are the sources of what belongs to no incident. A new one is a line.
var elsewhere = []struct {
	key, page string
	count     func(tx *db.Tx, a asker) (waits, error)
}{
	{"order_acknowledge", "/myoffers", own("ordered")},
	{"offer_returned", "/myoffers", own("returned")},
	{"support_confirm", "/mysupport", func(tx *db.Tx, a asker) (w waits, err error) {
		w.n, err = support.ToConfirm(tx, a.Teams(access.SupportOwn))
		return w, err
	}},
	{"mission_accept", "/mymissions", func(tx *db.Tx, a asker) (w waits, err error) {
		w.n, err = mission.ToAccept(tx, a.Teams(access.MissionOwn))
		return w, err
	}},
	{"withdrawal_take", "/mywithdrawal", func(tx *db.Tx, a asker) (w waits, err error) {
		w.n, err = reception.ToTake(tx, a.Teams(access.ReceptionOwn))
		return w, err
	}},
	{"home_own", "/mywithdrawal", func(tx *db.Tx, a asker) (w waits, err error) {
		w.n, w.late, err = reception.ToArrive(tx, a.Teams(access.ReceptionOwn), a.now)
		return w, err
	}},
	{"insurance", "/myteam", insurance},
	{"grants", "/accounts", func(tx *db.Tx, a asker) (w waits, err error) {
		if a.May(access.AccountConfirm, place.Root) {
			w.n, err = a.s.access.ToConfirm(tx, a.Account)
		}
		return w, err
	}},
	{"destroy", "/destruction", func(tx *db.Tx, a asker) (w waits, err error) {
		w.n, err = a.s.destroyed.Due(tx, a.Actor)
		return w, err
	}},
	{"destroy_confirm", "/destruction", func(tx *db.Tx, a asker) (w waits, err error) {
		w.n, err = destruction.ToConfirm(tx, a.Actor)
		return w, err
	}},
	{"grant_ended", "/me", func(_ *db.Tx, a asker) (waits, error) { return waits{n: len(a.s.access.Ended(a.Actor))}, nil }},
	{"ended", "/accounts?ended=1", func(tx *db.Tx, a asker) (w waits, err error) {
		if a.May(access.AccountGrant, place.Root) {
			w.n, err = a.s.access.HoldersAtEnded(tx)
		}
		return w, err
	}},
	{"unidentified", "/accounts?unknown=1", func(tx *db.Tx, a asker) (w waits, err error) {
		if a.May(access.JournalSee, place.Root) || a.May(access.AccountGrant, place.Root) {
			w.n, err = access.Unidentified(tx)
		}
		return w, err
	}},
	{"reports", "/needs", func(tx *db.Tx, a asker) (w waits, err error) {
		x, any, err := a.sees(tx, access.ReportVerify)
		if !any || err != nil {
			return w, err
		}
		desk, err := x.Desk(tx)
		if err != nil {
			return w, err
		}
		limits, err := need.LooksAt(a.s.params, desk, a.now)
		if err != nil {
			return w, err
		}
		w.n, w.late, err = need.Unseen(tx, x, limits)
		return w, err
	}},
	{"publish", "/publish?state=open", func(tx *db.Tx, a asker) (w waits, err error) {
		x, any, err := a.sees(tx, access.NeedPublish)
		if !any || err != nil {
			return w, err
		}
		w.n, err = need.Unpublished(tx, x)
		return w, err
	}},
	{"instruction_papers", "/publish?instructions=1", func(tx *db.Tx, a asker) (w waits, err error) {
		if spans := place.Both(a.Spans(access.NeedPublish), a.Spans(access.OrderRecord)); len(spans) > 0 {
			w.n, err = need.AwaitingPaper(tx, spans)
		}
		return w, err
	}},
	{"sign", "/offers", sign},
	{"sign_above", "/offers", signAbove},
}

// source is one of what belongs to an incident. may, when given, is asked at the place that commands it; group, when given,
// says whose queue it is.
type source struct {
	key, page string
	may       access.Verb
	group     org.Group
	count     func(tx *db.Tx, a asker, i incident.Incident) (waits, error)
}

// within are the sources of what belongs to an incident that runs. A new one is a line.
var within = append([]source{
	{"roster", "/incident/{incident}?tab=roster", access.IncidentDecide, "", func(tx *db.Tx, _ asker, i incident.Incident) (waits, error) {
		t, err := incident.TodoOf(tx, i.ID)
		return waits{n: t.Rosters}, err
	}},
	{"handovers", "/incident/{incident}", access.IncidentHand, "", handovers},
	{"directives", "/incident/{incident}?tab=directives", access.IncidentHand, "", byGroup(incident.DirectivesFor)},
	{"enquiries", "/enquiries", access.EnquiryAnswer, "", byGroup(enquiry.Waiting)},
	{"coming", "/reception", "", "", func(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
		if !a.at(access.ReceptionDesk, i) && !slices.ContainsFunc(i.Places, func(p place.Path) bool { return a.May(access.ReceptionDesk, p) }) {
			return w, nil // a desk of the county receives for the city
		}
		t, err := reception.TallyOf(tx, i.ID, a.now)
		return waits{n: t.EnRoute}, err
	}},
	{"unapproved", "/reception?tab=unapproved", access.ReceptionWork, org.Coordination, func(tx *db.Tx, a asker, i incident.Incident) (waits, error) {
		t, err := reception.TallyOf(tx, i.ID, a.now)
		return waits{n: t.Unapproved}, err
	}},
	{"missions", "/missions?state=done", access.MissionGive, org.Coordination, func(tx *db.Tx, a asker, i incident.Incident) (waits, error) {
		t, err := mission.TallyOf(tx, i.ID, a.now)
		return waits{n: t.Done}, err
	}},
	{"mission_late", missions + "alarming&incident={incident}", access.MissionGive, org.Coordination, func(tx *db.Tx, a asker, i incident.Incident) (waits, error) {
		t, err := mission.TallyOf(tx, i.ID, a.now)
		return waits{n: t.Alarming, late: t.Alarming}, err
	}},
	{"needs_undone", missions + "undone&incident={incident}", access.MissionGive, org.Coordination, func(tx *db.Tx, _ asker, i incident.Incident) (waits, error) {
		n, err := mission.Dropped(tx, i.ID)
		return waits{n: n}, err
	}},
	{"match", "/offers", access.DeploymentAccept, org.Coordination, offersIn("offered", "matched")},
	{"sign_record", "/offers", access.DeploymentAccept, org.Coordination, func(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
		list, err := a.s.offers.ToRecord(tx, i.ID)
		for _, x := range list {
			w.n++
			if a.now.After(x.Due) {
				w.late++
			}
		}
		return w, err
	}},
	{"order", "/offers?tab=approved", access.DeploymentOrder, org.Coordination, offersIn("approved")},
	{"passes", "/passes?state=waiting", access.PassIssue, org.Support, func(tx *db.Tx, _ asker, i incident.Incident) (waits, error) {
		t, err := pass.TallyOf(tx, i.ID)
		return waits{n: t.Waiting}, err
	}},
	{"escorts", "/passes?tab=escorts", access.PassIssue, org.Support, func(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
		ahead, _, err := a.s.params.Minutes(i.Place, "pass.escort_ahead", a.now)
		if err != nil {
			return w, err
		}
		_, w.n, w.late, err = pass.EscortsWaiting(tx, i.ID, a.now, a.now.Add(ahead))
		return w, err
	}},
	{"support", "/support?state=open", access.SupportWork, org.Support, func(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
		w.n, w.late, err = support.Waiting(tx, i.ID, a.now)
		return w, err
	}},
}, lasting...)

// byGroup counts what waits for the groups whose queues the actor works: the most that waits for one of them, since the
// same thing may wait for several.
func byGroup(of func(*db.Tx, string, org.Group, time.Time) (n, late int, err error)) func(*db.Tx, asker, incident.Incident) (waits, error) {
	return func(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
		for _, g := range org.Groups {
			mine, err := a.works(tx, i, g)
			if err != nil || !mine {
				if err != nil {
					return w, err
				}
				continue
			}
			n, late, err := of(tx, i.ID, g, a.now)
			if err != nil {
				return w, err
			}
			w.n, w.late = max(w.n, n), max(w.late, late)
		}
		return w, nil
	}
}

// own counts the offers of the teams that the actor leads.
func own(state string) func(*db.Tx, asker) (waits, error) {
	return func(tx *db.Tx, a asker) (waits, error) {
		counts, err := deployment.StatesOf(tx, a.Teams(access.OfferSend))
		return waits{n: counts[state]}, err
	}
}

func offersIn(states ...string) func(*db.Tx, asker, incident.Incident) (waits, error) {
	return func(tx *db.Tx, _ asker, i incident.Incident) (w waits, err error) {
		counts, err := deployment.StatesIn(tx, i.ID)
		for _, s := range states {
			w.n += counts[s]
		}
		return w, err
	}
}

// insurance counts the own teams whose insurance ends soon; one that has ended is late.
func insurance(tx *db.Tx, a asker) (w waits, err error) {
	teams := a.Teams(access.TeamOwn)
	if len(teams) == 0 {
		return w, nil
	}
	t, err := team.ByID(tx, teams[0])
	if err != nil {
		return w, err
	}
	days, _, err := a.s.params.Number(t.Home, "todo.insurance_ahead", a.now)
	if err != nil {
		return w, err
	}
	w.n, w.late, err = team.Lapsing(tx, teams, a.now, a.now.AddDate(0, 0, int(days)))
	return w, err
}

// sign counts the approvals that the actor signs now.
func sign(tx *db.Tx, a asker) (w waits, err error) {
	list, err := a.s.offers.ToSign(tx, a.Actor)
	for _, x := range list {
		w.n++
		if a.now.After(x.Due) {
			w.late++
		}
	}
	return w, err
}

// signAbove counts the approvals that are overdue twice and that the actor may sign as the authority above. All are late.
func signAbove(tx *db.Tx, a asker) (w waits, err error) {
	list, err := a.s.offers.ToSignAbove(tx, a.Actor)
	return waits{n: len(list), late: len(list)}, err
}

// handovers counts what waits to be taken by the groups whose queues the actor works.
func handovers(tx *db.Tx, a asker, i incident.Incident) (w waits, err error) {
	t, err := incident.TodoOf(tx, i.ID)
	if err != nil {
		return w, err
	}
	for _, g := range org.Groups {
		if t.Handovers[g] == 0 {
			continue
		}
		mine, err := a.works(tx, i, g)
		if err != nil {
			return w, err
		}
		if mine {
			w.n += t.Handovers[g]
		}
	}
	return w, nil
}

// Todo is what waits for the actor, in all incidents that run and that the actor sees: what is late first.
func (s *Service) Todo(ctx context.Context) (t Todos, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return t, err
	}
	var running []incident.Listed
	if len(actor.Spans(access.IncidentSee))+len(actor.Incidents(access.IncidentSee)) > 0 {
		if running, err = s.incidents.List(ctx, incident.ListFilter{State: "open", Limit: 200}); err != nil {
			return t, err
		}
	}
	a := asker{Actor: actor, now: s.clock.Now(), s: s}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		t = Todos{At: a.now, Items: []Todo{}}
		for _, x := range elsewhere {
			w, err := x.count(tx, a)
			if err != nil {
				return err
			}
			t.add(Todo{Key: x.key, Page: x.page}, w)
		}
		for _, i := range running {
			if !i.Open() {
				continue
			}
			if err := t.in(tx, a, i.Incident, within); err != nil {
				return err
			}
		}
		if err := t.ended(tx, a); err != nil {
			return err
		}
		return t.summaries(tx, a)
	})
	slices.SortStableFunc(t.Items, func(a, b Todo) int { return min(b.Late, 1) - min(a.Late, 1) })
	return t, err
}

// summaries adds those that wait for what headquarters decides, or to be issued: long after their incidents were closed.
func (t *Todos) summaries(tx *db.Tx, a asker) error {
	waiting := map[string]string{} // incident → state
	err := tx.Each(func(r db.Scanner) error {
		var in, state string
		err := r.Scan(&in, &state)
		waiting[in] = state
		return err
	}, `SELECT incident, state FROM summary WHERE state IN ('submitted', 'approved')`)
	if err != nil {
		return err
	}
	for _, in := range slices.Sorted(maps.Keys(waiting)) {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		key, may := "summary_decide", access.IncidentDecide
		if waiting[in] == "approved" {
			key, may = "summary_issue", access.SummaryIssue
		}
		if a.at(may, i) {
			t.add(Todo{Key: key, Page: "/summary", Incident: i.ID, Name: i.Name, Drill: i.Drill}, waits{n: 1})
		}
	}
	return nil
}

// in adds what waits in one incident.
func (t *Todos) in(tx *db.Tx, a asker, i incident.Incident, from []source) error {
	for _, x := range from {
		if x.may != "" && !a.at(x.may, i) {
			continue
		}
		if x.group != "" {
			if mine, err := a.works(tx, i, x.group); err != nil {
				return err
			} else if !mine {
				continue
			}
		}
		w, err := x.count(tx, a, i)
		if err != nil {
			return err
		}
		t.add(Todo{Key: x.key, Page: filled(x.page, i.ID), Incident: i.ID, Name: i.Name, Drill: i.Drill}, w)
	}
	return nil
}

func (t *Todos) add(x Todo, w waits) {
	if w.n == 0 {
		return
	}
	x.Count, x.Late = w.n, w.late
	t.Items = append(t.Items, x)
	t.Count += w.n
	t.Late += w.late
}

// filled is a page with the id of an incident in it.
func filled(page, in string) string { return strings.ReplaceAll(page, "{incident}", in) }
