package api

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/domain/team"
	"lianyuan/platform/fault"
)

// seekers are the kinds, in the order in which a page shows them.
var seekers = []seeker{
	{"incident", true, (*API).seekIncidents},
	{"need", false, (*API).seekNeeds},
	{"report", false, (*API).seekReports},
	{"team", true, (*API).seekTeams},
	{"offer", false, (*API).seekOffers},
	{"party", false, (*API).seekParties},
	{"person", false, (*API).seekPeople},
	{"vehicle", false, (*API).seekVehicles},
	{"pass", false, (*API).seekPasses},
	{"mission", false, (*API).seekMissions},
	{"support", false, (*API).seekSupport},
	{"enquiry", false, (*API).seekEnquiries},
	{"account", false, (*API).seekAccounts},
	{"place", false, (*API).seekPlaces},
}

const (
	maxDrills      = 3   // that are searched besides everything in earnest, the newest
	maxCounted     = 100 // needs that are counted
	maxSoughtTeams = 50  // teams whose offers are found by the name in the register
)

func (a *API) seekIncidents(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	found, n, all, err := a.s.Incidents.Seek(ctx, s.Sought, s.limit)
	g.Total = n
	for _, i := range found {
		g.Hits = append(g.Hits, SearchHit{
			ID: i.ID, Exact: i.Number == s.Whole, Number: i.Number, Title: i.Name, Place: a.placeRef(i.Place), State: i.State, Severity: i.Severity, Drill: i.Drill, At: i.Began,
		})
	}
	for _, i := range all {
		if i.Drill && i.Open() && len(s.drills) < maxDrills {
			s.drills = append(s.drills, i.ID)
		}
	}
	return g, err
}

// seekNeeds looks through everything in earnest and the drills that run; who leads a team looks through what is published to teams.
func (a *API) seekNeeds(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	hit := func(n need.Need) SearchHit {
		return SearchHit{
			ID: n.ID, Exact: n.Number == s.Whole, Number: n.Number, Title: n.Title, Place: a.placeRef(n.Place), State: n.State, Severity: n.Severity,
			Incident: inIncident(n.Incident), Drill: n.Drill, At: n.CreatedAt,
		}
	}
	if len(s.actor.Spans(access.NeedSee))+len(s.actor.Incidents(access.NeedSee)) == 0 {
		t, err := a.s.Teams.Led(ctx)
		if err != nil {
			return g, err
		}
		list, n, err := a.s.Needs.SeekForTeam(ctx, t, s.Sought, s.limit)
		for _, x := range list {
			g.Hits = append(g.Hits, hit(x))
		}
		g.Total = n
		return g, err
	}
	for _, in := range append([]string{""}, s.drills...) {
		page, err := a.s.Needs.Needs(ctx, need.ListFilter{Selection: need.Selection{State: "all", Incident: in}, Query: s.text, Limit: maxCounted})
		if in != "" && outOfSight(err) {
			continue
		}
		if err != nil {
			return g, err
		}
		g.Total += len(page.Items)
		g.More = g.More || page.Next != ""
		for _, n := range page.Items {
			g.Hits = append(g.Hits, hit(n))
		}
	}
	slices.SortStableFunc(g.Hits, exactFirst)
	g.Hits = g.Hits[:min(len(g.Hits), s.limit)]
	return g, nil
}

func outOfSight(err error) bool {
	return fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden
}

func exactFirst(x, y SearchHit) int {
	switch {
	case x.Exact == y.Exact:
		return 0
	case x.Exact:
		return -1
	}
	return 1
}

// seekReports looks where the list of reports looks, within the same limit of searches; whom a name or number leads to stands in
// the journal as there.
func (a *API) seekReports(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	if len(s.actor.Spans(access.ReportSee))+len(s.actor.Incidents(access.ReportSee)) == 0 {
		return g, fault.ErrForbidden
	}
	if a.limits.Over("search", s.actor.Account, maxSearches) {
		return g, errTooMany
	}
	for _, in := range append([]string{""}, s.drills...) {
		page, err := a.s.Needs.Queue(ctx, need.Filter{Stage: "all", Incident: in, Query: s.text, Limit: s.limit})
		if in != "" && outOfSight(err) {
			continue
		}
		if err != nil {
			return g, err
		}
		g.Total += len(page.Items)
		g.More = g.More || page.Next != ""
		for _, r := range page.Items {
			row := a.reportRow(r, nil)
			g.Hits = append(g.Hits, SearchHit{
				ID: row.ID, Exact: r.Found.In == "number" || r.Found.In == "receipt", Number: row.Number, Title: row.Text, Place: &row.Place, State: row.Stage, Outcome: row.Outcome,
				Severity: row.Severity, Incident: inIncident(row.Incident), Drill: row.Drill, Found: row.Found, At: row.ReceivedAt,
			})
		}
	}
	if len(g.Hits) > s.limit {
		g.Hits, g.More = g.Hits[:s.limit], true
	}
	return g, nil
}

// seekTeams looks through the register; who leads a team finds the own one.
func (a *API) seekTeams(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	var found []team.Team
	if len(s.actor.Spans(access.TeamSee)) > 0 {
		page, err := a.s.Teams.List(ctx, team.Filter{Query: s.text, Limit: maxSoughtTeams})
		if err != nil {
			return g, err
		}
		for _, f := range page.Items {
			found = append(found, f.Team)
			s.teams = append(s.teams, f.ID)
		}
		g.More = page.Next != ""
	} else {
		own, err := a.s.Teams.Led(ctx)
		if err != nil {
			return g, err
		}
		if s.In(append([]string{own.Name, own.USCC}, own.Aliases...)...) {
			found = append(found, own)
		}
	}
	g.Total = len(found)
	for _, t := range found[:min(len(found), s.limit)] {
		g.Hits = append(g.Hits, SearchHit{ID: t.ID, Exact: t.USCC != "" && t.USCC == s.Whole, Title: t.Name, Place: a.placeRef(t.Home), State: t.Legal})
	}
	return g, nil
}

func (a *API) seekOffers(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, n, err := a.s.Deployments.Seek(ctx, s.Sought, s.teams, s.limit)
	g.Total = n
	for _, o := range list {
		g.Hits = append(g.Hits, SearchHit{
			ID: o.ID, Exact: o.Number == s.Whole, Number: o.Number, Title: o.TeamName, Team: &TeamRef{o.Team, o.TeamName}, Place: a.placeRef(o.Destination), State: o.State,
			Incident: inIncident(o.Incident), At: o.CreatedAt,
		})
	}
	return g, err
}

func (a *API) seekParties(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, n, err := a.s.Receptions.Seek(ctx, s.Sought, s.limit)
	g.Total = n
	for _, p := range list {
		g.Hits = append(g.Hits, SearchHit{
			ID: p.ID, Exact: p.Number == s.Whole, Number: p.Number, Title: p.TeamName, Team: &TeamRef{p.Team, p.TeamName}, Place: a.placeRef(p.Place), State: p.State,
			Party: p.ID, PartyIn: p.State, Incident: inIncident(p.Incident), At: p.ArrivedAt,
		})
	}
	return g, err
}

// onSite is what a person or vehicle on site has of its party.
func (a *API) onSite(h SearchHit, p reception.Party) SearchHit {
	h.Team, h.Place, h.Party, h.PartyIn, h.Incident = &TeamRef{p.Team, p.TeamName}, a.placeRef(p.Place), p.ID, p.State, inIncident(p.Incident)
	return h
}

// seekPeople looks among those on site whose names the actor sees whole, and among the members of the own team.
func (a *API) seekPeople(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	inside, n, err := a.s.Receptions.SeekPeople(ctx, s.Sought, s.limit)
	if err != nil && !outOfSight(err) {
		return g, err
	}
	members, m, also := a.s.Teams.SeekMembers(ctx, s.Sought, s.limit)
	if also != nil && !outOfSight(also) || err != nil && also != nil {
		return g, also
	}
	for _, x := range inside {
		g.Hits = append(g.Hits, a.onSite(SearchHit{ID: x.Person.ID, Title: x.Person.Who.Name, Post: x.Person.Post, At: x.Person.InAt}, x.Party))
	}
	for _, x := range members {
		g.Hits = append(g.Hits, SearchHit{ID: x.ID, Title: x.Person.Name, Post: x.Post, State: x.State})
	}
	g.Total = n + m
	g.Hits = g.Hits[:min(len(g.Hits), s.limit)]
	return g, nil
}

// seekVehicles looks among the vehicles on site, then in the register.
func (a *API) seekVehicles(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	inside, n, err := a.s.Receptions.SeekVehicles(ctx, s.Sought, s.limit)
	if err != nil && !outOfSight(err) {
		return g, err
	}
	owned, m, also := a.s.Equipment.Seek(ctx, s.Sought, s.limit)
	if also != nil && !outOfSight(also) || err != nil && also != nil {
		return g, also
	}
	g.Total = n + m
	for _, x := range inside {
		g.Hits = append(g.Hits, a.onSite(plateHit(x.Ride.ID, x.Ride.Plate, x.Ride.Colour, s), x.Party))
	}
	for _, v := range owned {
		if slices.ContainsFunc(inside, func(x reception.Sighted) bool { return x.Ride.Plate == v.Plate && x.Ride.Colour == v.Colour }) {
			g.Total--
			continue
		}
		h := plateHit(v.ID, v.Plate, v.Colour, s)
		h.Team, h.State = &TeamRef{v.Team, v.TeamName}, v.State
		g.Hits = append(g.Hits, h)
	}
	slices.SortStableFunc(g.Hits, exactFirst)
	g.Hits = g.Hits[:min(len(g.Hits), s.limit)]
	return g, nil
}

func (a *API) seekPasses(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, n, err := a.s.Passes.Seek(ctx, s.Sought, s.limit)
	g.Total = n
	for _, p := range list {
		h := plateHit(p.ID, p.Plate, p.Colour, s)
		h.Exact = h.Exact || p.Number == s.Whole
		h.Number, h.Team, h.State, h.Lapsed, h.Offer = p.Number, &TeamRef{p.Team, p.TeamName}, p.State, p.Lapsed(a.s.Clock.Now()), p.Offer
		h.Incident, h.Drill, h.At = inIncident(p.Incident), p.Drill, p.CreatedAt
		g.Hits = append(g.Hits, h)
	}
	return g, err
}

func (a *API) seekMissions(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, n, err := a.s.Missions.Seek(ctx, s.Sought, s.limit)
	g.Total = n
	for _, m := range list {
		g.Hits = append(g.Hits, SearchHit{
			ID: m.ID, Exact: m.Number == s.Whole, Number: m.Number, Title: m.Goal, Team: &TeamRef{m.Team, m.TeamName}, Place: a.placeRef(m.Place), State: m.State,
			Severity: m.Priority, Incident: inIncident(m.Incident), At: m.GivenAt,
		})
	}
	return g, err
}

func (a *API) seekSupport(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, n, err := a.s.Support.Seek(ctx, s.Sought, s.limit)
	g.Total = n
	for _, r := range list {
		g.Hits = append(g.Hits, SearchHit{
			ID: r.ID, Exact: r.Number == s.Whole, Number: r.Number, Title: r.What, Team: &TeamRef{r.Team, r.TeamName}, State: r.State, Severity: r.Priority,
			Incident: inIncident(r.Incident), At: r.At,
		})
	}
	return g, err
}

func (a *API) seekEnquiries(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, n, err := a.s.Enquiries.Seek(ctx, s.Sought, s.limit)
	g.Total = n
	for _, e := range list {
		g.Hits = append(g.Hits, SearchHit{
			ID: e.ID, Exact: e.Number == s.Whole, Number: e.Number, Title: e.TeamName, Team: &TeamRef{e.Team, e.TeamName}, State: e.State, Incident: inIncident(e.Incident), At: e.At,
		})
	}
	return g, err
}

func (a *API) seekAccounts(ctx context.Context, s *seeking) (g SearchGroup, err error) {
	list, err := a.s.Access.Holders(ctx, access.HolderFilter{Query: s.text, Limit: maxCounted + 1})
	g.Total, g.More = min(len(list), maxCounted), len(list) > maxCounted
	for _, h := range list[:min(len(list), s.limit)] {
		g.Hits = append(g.Hits, SearchHit{ID: h.ID, Exact: h.Login == s.text, Title: h.Name, Number: h.Login, Team: &TeamRef{Name: h.Unit}})
	}
	return g, err
}

// seekPlaces looks among the places whose needs the actor sees, for whose needs a page can be asked.
func (a *API) seekPlaces(_ context.Context, s *seeking) (g SearchGroup, err error) {
	spans := s.actor.Spans(access.NeedSee)
	if len(spans) == 0 {
		return g, fault.ErrForbidden
	}
	found, err := a.search(PlaceQuery{Query: s.text, Limit: maxCounted}, a.own(s.actor), "place.search_counties")
	for _, p := range found.Items {
		if !slices.ContainsFunc(spans, func(x place.Span) bool { return x.Contains(place.Path(p.Path)) }) {
			continue
		}
		if g.Total++; len(g.Hits) < s.limit {
			g.Hits = append(g.Hits, SearchHit{ID: p.Code, Exact: p.Code == s.Whole, Title: p.Name, Place: &p})
		}
	}
	return g, err
}
