package incident

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// Listed is an incident as a list shows it.
type Listed struct {
	Incident
	Works []org.Group // the groups whose queue the actor works now
}

// Whole is an incident with everything around it.
type Whole struct {
	Listed
	Hint      Suggestion
	Responses []Response
	Decisions []Decision
	Seats     []Seat
	InForce   Roster // the roster that headquarters approved; without an id while there is none
	Open      Roster // the edition that is worked on; without an id when there is none
	Contacts  []Contact
	Groups    []WorkingGroup
	Allowed   []string // verbs of the life cycle that the actor may use now
	Rights    []string // edit, decide, hand
	Acting    bool     // the coordination office acts for all three groups
	Escalate  []string // why a working group of the upper level is suggested (S004-47)
}

// seen loads an incident for somebody who may see it and hands it to read.
func (s *Service) seen(ctx context.Context, incident string, read func(tx *db.Tx, i Incident, actor access.Actor) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.View(ctx, func(tx *db.Tx) error {
		i, err := ByID(tx, incident)
		if err != nil {
			return err
		}
		if !i.Seen(actor) {
			return fault.ErrNotFound
		}
		return read(tx, i, actor)
	})
}

// Get is one incident with everything around it; not found when the actor may not see it.
func (s *Service) Get(ctx context.Context, incident string) (w Whole, err error) {
	err = s.seen(ctx, incident, func(tx *db.Tx, i Incident, actor access.Actor) (err error) {
		w = Whole{Listed: Listed{Incident: i, Works: worksIn(tx, i, actor)}}
		if err := s.around(tx, &w); err != nil {
			return err
		}
		approved := w.InForce.ID != ""
		w.Acting = i.Open() && !approved
		for _, m := range Incidents.Possible(i.State) {
			if i.may(actor, access.Verb(m.May)) {
				w.Allowed = append(w.Allowed, m.Verb)
			}
		}
		for _, x := range []struct {
			verb access.Verb
			word string
		}{{access.IncidentEdit, "edit"}, {access.IncidentDecide, "decide"}, {access.IncidentHand, "hand"}, {access.IncidentLead, "lead"}} {
			if i.may(actor, x.verb) {
				w.Rights = append(w.Rights, x.word)
			}
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	if w.Hint, err = s.suggestion(w.Incident); err != nil {
		return w, err
	}
	if w.Escalate, err = s.escalation(w.Incident); err != nil {
		return w, err
	}
	for _, r := range []*Roster{&w.InForce, &w.Open} {
		for i := range r.Persons {
			open, err := s.keeper.Open(ctx, []byte(r.Persons[i].Phone), "roster:"+incident)
			if err != nil {
				return w, err
			}
			r.Persons[i].Phone = string(open)
		}
	}
	return w, nil
}

func (s *Service) around(tx *db.Tx, w *Whole) (err error) {
	if w.Responses, err = responsesOf(tx, w.ID); err != nil {
		return err
	}
	if w.Decisions, err = decisionsOf(tx, w.ID); err != nil {
		return err
	}
	if w.Seats, err = seatsOf(tx, w.ID); err != nil {
		return err
	}
	if w.InForce, err = rosterInForce(tx, w.ID); err != nil {
		return err
	}
	if w.Open, err = openRoster(tx, w.ID); err != nil {
		return err
	}
	if w.Contacts, err = Contacts(tx, w.ID); err != nil {
		return err
	}
	if w.Groups, err = workingGroupsOf(tx, w.ID); err != nil {
		return err
	}
	byID := map[string]*Decision{}
	for i := range w.Decisions {
		byID[w.Decisions[i].ID] = &w.Decisions[i]
	}
	whole := func(d *Decision) {
		if d != nil && byID[d.ID] != nil {
			*d = *byID[d.ID]
		}
	}
	for i := range w.Responses {
		whole(&w.Responses[i].Decision)
		whole(w.Responses[i].EndedBy)
	}
	whole(w.InForce.Decision)
	whole(w.Open.Decision)
	return nil
}

// escalation says why the upper level might send a working group; a person decides (S004-47).
func (s *Service) escalation(i Incident) (why []string, err error) {
	u, err := s.params.For(i.Place, "coord.escalation.severity", s.clock.Now())
	if err == nil && i.Open() && suggest(i.Severity, u.Value) {
		why = append(why, "coord.escalation.severity="+u.Value)
	}
	return why, err
}

// EscalationByTeams says the same of how many teams have been sent. For who can count them, after Get.
func (s *Service) EscalationByTeams(i Incident, sent int) (why []string, err error) {
	u, err := s.params.For(i.Place, teamsToEscalate, s.clock.Now())
	if err != nil || u.Value == "" || !i.Open() {
		return nil, err
	}
	least, err := strconv.Atoi(u.Value)
	if err != nil {
		return nil, fault.Wrap(err, "parameter")
	}
	if sent >= least {
		why = append(why, teamsToEscalate+"="+u.Value)
	}
	return why, nil
}

// ListFilter says which incidents a list shows.
type ListFilter struct {
	State string // a state, "open" (recorded, active, withdrawing) or "all"
	Limit int
}

// List is the incidents that the actor may see, the newest first.
func (s *Service) List(ctx context.Context, f ListFilter) (list []Listed, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	if len(actor.Spans(access.IncidentSee)) == 0 && len(actor.Incidents(access.IncidentSee)) == 0 {
		return nil, fault.ErrForbidden
	}
	states := map[string]string{"open": "'recorded','active','withdrawing'", "all": "'recorded','active','withdrawing','closed','dropped'"}[f.State]
	for _, st := range Incidents.States {
		if st.Key == f.State {
			states = "'" + st.Key + "'"
		}
	}
	if states == "" {
		return nil, fault.InvalidField("query.state", "unknown", "没有这种状态", "there is no such state")
	}
	where, args := seenWhere(actor, access.IncidentSee)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = list[:0]
		if err := tx.Each(func(sc db.Scanner) error {
			i, err := scanIncident(sc)
			list = append(list, Listed{Incident: i})
			return err
		}, fmt.Sprintf(`SELECT `+incidentColumns+` FROM incident WHERE state IN (%s) AND %s ORDER BY created_at DESC, id LIMIT %d`, states, where, max(1, min(f.Limit, 200))), args...); err != nil {
			return err
		}
		for n := range list {
			if list[n].Places, err = placesOf(tx, list[n].ID); err != nil {
				return err
			}
			list[n].Works = worksIn(tx, list[n].Incident, actor)
		}
		return nil
	})
	return list, err
}

// seenWhere is Seen as a condition, of what may be done by v: an incident that touches a place of the actor's, or one of those
// above it, or that the actor has a grant for.
func seenWhere(actor access.Actor, v access.Verb) (where string, args []any) {
	spans := actor.Spans(v)
	inside, args := place.Where("x.place", 1, spans)
	touched, granted := []string{inside}, []string{}
	for _, s := range spans {
		args = append(args, s.From)
		touched = append(touched, fmt.Sprintf("substr($%d, 1, length(x.place)) = x.place", len(args)))
	}
	for _, one := range actor.Incidents(v) {
		args = append(args, one)
		granted = append(granted, fmt.Sprintf("incident.id = $%d", len(args)))
	}
	ways := append([]string{"EXISTS (SELECT 1 FROM incident_place x WHERE x.incident = incident.id AND (" + strings.Join(touched, " OR ") + "))"}, granted...)
	return "(" + strings.Join(ways, " OR ") + ")", args
}

// Course is what happened in an incident, newest first, before a seq (0: from the newest on): the incident itself, and
// what the actor may see of the records in it. only chooses rows. Whoever sees few of them is read on for, so far as
// mostRead rows go, so that a page is full while there is more.
func (s *Service) Course(ctx context.Context, incident string, before int64, limit int, only journal.Only, sees func(*journal.Row) bool) (rows []journal.Row, err error) {
	limit = max(1, min(limit, 200))
	err = s.seen(ctx, incident, func(tx *db.Tx, i Incident, _ access.Actor) error {
		rows = nil
		for read, from := 0, before; read < mostRead && len(rows) < limit; {
			more, err := journal.OfIncident(tx, i.ID, from, 200, only)
			if err != nil || len(more) == 0 {
				return err
			}
			read, from = read+len(more), more[len(more)-1].Seq
			rows = append(rows, slices.DeleteFunc(more, func(r journal.Row) bool { return r.Kind != "incident" && !sees(&r) })...)
		}
		rows = rows[:min(len(rows), limit)]
		return nil
	})
	return rows, err
}

// mostRead bounds how many rows are read for one page of the course.
const mostRead = 4000

// PublicContacts are the numbers that a caller at a place is given: of the running incidents that touch it, otherwise
// of the standing mechanism of who answers for it now (S004-50): a district that ended has a number no more.
func PublicContacts(tx *db.Tx, tree *place.Tree, p place.Path) (list []Contact, err error) {
	running, err := Running(tx, tree, p)
	if err != nil {
		return nil, err
	}
	for _, i := range running {
		if i.Drill {
			continue
		}
		all, err := Contacts(tx, i.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if c.Public && !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	if len(list) > 0 {
		return list, nil
	}
	m, err := org.Nearest(tx, tree.Seats(p, tx.Now)[0])
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil
	case err == nil && m.Phone != "":
		list = append(list, Contact{Name: m.Name, Number: m.Phone, Public: true})
	}
	return list, err
}

// ContactsAt is PublicContacts for everyone.
func (s *Service) ContactsAt(ctx context.Context, tree *place.Tree, p place.Path) (list []Contact, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list, err = PublicContacts(tx, tree, p)
		return err
	})
	return list, err
}

// RevealPerson shows the number of somebody on the roster in force, or on the open edition. It takes a purpose, and the
// journal keeps who saw it and what for.
func (s *Service) RevealPerson(ctx context.Context, incident string, edition, no int, purpose string) (phone string, err error) {
	var c input.Check
	c.Text(&purpose, "purpose", 200, true)
	if err := c.Err(); err != nil {
		return "", err
	}
	var sealed []byte
	err = s.within(ctx, incident, access.MechanismCall, "", "", nil, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := tx.Get(`SELECT p.phone FROM roster_person p JOIN roster r ON r.id = p.roster WHERE r.incident = $1 AND r.edition = $2 AND p.no = $3`,
			[]any{i.ID, edition, no}, &sealed); err != nil {
			return "", err
		}
		e := entry(*i, "phone_revealed", actor.Account, purpose)
		e.Anywhere = true
		e.Body = map[string]any{"edition": edition, "no": no, "places": i.Places}
		return "", journal.Append(tx, e)
	})
	if err != nil {
		return "", err
	}
	open, err := s.keeper.Open(ctx, sealed, "roster:"+incident)
	return string(open), err
}
