package api

import (
	"context"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/domain/mission"
	"lianyuan/platform/geo"
)

// Corner is a corner of an outline, in WGS-84 degrees.
type Corner struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// SectorOut is a part of the site that teams are given.
type SectorOut struct {
	ID       string   `json:"id"`
	Incident string   `json:"incident"`
	Name     string   `json:"name"`
	Place    Place    `json:"place"`
	Outline  []Corner `json:"outline" nullable:"false" doc:"empty: not drawn"`
	Outside  int      `json:"outside" doc:"corners that lie beyond the places of the incident; a warning"`
	Hazards  string   `json:"hazards"`
	Contact  string   `json:"contact" doc:"of a desk, no person's"`
	Open     bool     `json:"open"`
	Missions int      `json:"missions" doc:"that have not ended"`
	People   int      `json:"people" doc:"with those missions"`
	Version  int64    `json:"version"`
}

// MissionOut is what a party is told to do.
type MissionOut struct {
	ID         string    `json:"id"`
	Number     string    `json:"number"`
	Incident   string    `json:"incident"`
	Party      string    `json:"party"`
	Team       TeamRef   `json:"team" doc:"without an id: a group that the register does not know"`
	Need       string    `json:"need,omitempty"`
	Sector     string    `json:"sector,omitempty"`
	Place      Place     `json:"place"`
	Location   string    `json:"location"`
	Goal       string    `json:"goal"`
	Hazards    string    `json:"hazards,omitempty"`
	Contact    string    `json:"contact"`
	Priority   int       `json:"priority" doc:"1 highest … 4"`
	Until      time.Time `json:"until"`
	State      string    `json:"state"`
	Why        string    `json:"why,omitempty" doc:"the reason of the state, where it has one"`
	People     int       `json:"people"`
	Vehicles   int       `json:"vehicles"`
	Rescued    int       `json:"rescued"`
	Moved      int       `json:"moved"`
	Treated    int       `json:"treated"`
	Late       bool      `json:"late" doc:"should have been done by now"`
	Silent     bool      `json:"silent" doc:"the team has said nothing for too long"`
	GivenAt    time.Time `json:"givenAt"`
	AcceptedAt time.Time `json:"acceptedAt,omitzero"`
	StartedAt  time.Time `json:"startedAt,omitzero"`
	OnSceneAt  time.Time `json:"onSceneAt,omitzero"`
	DoneAt     time.Time `json:"doneAt,omitzero"`
	EndedAt    time.Time `json:"endedAt,omitzero"`
	HeardAt    time.Time `json:"heardAt" doc:"when the team last said something; at first, when the mission was given"`
	Version    int64     `json:"version"`
}

// MissionSums are the figures of a mission, in people.
type MissionSums struct {
	Rescued int `json:"rescued"`
	Moved   int `json:"moved"`
	Treated int `json:"treated"`
}

// MissionRef names a mission.
type MissionRef struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	TeamName string `json:"teamName"`
}

// NeedRef names a need.
type NeedRef struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
	State  string `json:"state"`
}

// MissionProgress is what a team reported.
type MissionProgress struct {
	ID      string    `json:"id"`
	Words   string    `json:"words"`
	Gone    bool      `json:"gone,omitempty" doc:"the words were destroyed with the personal data of the incident"`
	Rescued int       `json:"rescued"`
	Moved   int       `json:"moved"`
	Treated int       `json:"treated"`
	By      string    `json:"by"`
	At      time.Time `json:"at" doc:"when we heard of it"`
	SaidAt  time.Time `json:"saidAt" doc:"by the clock of the phone"`
}

// MissionSupport is what a team asks for on a mission.
type MissionSupport struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	What     string `json:"what"`
	Quantity int    `json:"quantity"`
	Unit     string `json:"unit"`
	Supplied int    `json:"supplied"`
	State    string `json:"state"`
}

// MissionDetail is a mission with everything around it.
type MissionDetail struct {
	MissionOut
	SectorName  string            `json:"sectorName,omitempty"`
	NeedRef     *NeedRef          `json:"needRef,omitempty"`
	NeedDone    bool              `json:"needDone" doc:"every mission of the need is confirmed; a person may close it"`
	Successor   *MissionRef       `json:"successor,omitempty"`
	Predecessor *MissionRef       `json:"predecessor,omitempty"`
	GivenBy     string            `json:"givenBy"`
	ConfirmedBy string            `json:"confirmedBy,omitempty"`
	StandsIn    bool              `json:"standsIn" doc:"another of the giver's group confirmed it"`
	Persons     []PresenceOut     `json:"persons" nullable:"false"`
	Rides       []RideOut         `json:"rides" nullable:"false"`
	Items       []KindCount       `json:"items" nullable:"false"`
	Named       bool              `json:"named" doc:"names are whole"`
	Progress    []MissionProgress `json:"progress" nullable:"false"`
	Support     []MissionSupport  `json:"support" nullable:"false" doc:"what was asked for on this mission, as far as the actor may see it"`
	History     []History         `json:"history" nullable:"false"`
	Actions     []string          `json:"actions" nullable:"false"`
}

// MissionTally is what missions count.
type MissionTally struct {
	Running   int     `json:"running" doc:"given or taken, and not done"`
	Done      int     `json:"done" doc:"to be confirmed"`
	Confirmed int     `json:"confirmed"`
	Late      int     `json:"late" doc:"should have been done by now"`
	Silent    int     `json:"silent" doc:"the team said nothing for too long"`
	Alarming  int     `json:"alarming" doc:"late, silent, or both"`
	Rescued   int     `json:"rescued"`
	Moved     int     `json:"moved"`
	Treated   int     `json:"treated"`
	Hours     float64 `json:"hours" doc:"people × hours from setting out until it was done"`
}

// MissionsOut is the missions of an incident.
type MissionsOut struct {
	PageOf[MissionOut]
	Tally    MissionTally `json:"tally"`
	Closable []NeedRef    `json:"closable" nullable:"false" doc:"needs whose missions are all confirmed and that are not closed"`
	Gives    bool         `json:"gives" doc:"the actor gives missions"`
}

// PartyStock is equipment of a party.
type PartyStock struct {
	Kind  string `json:"kind"`
	Came  int    `json:"came"`
	Taken int    `json:"taken" doc:"by its missions"`
}

// TaskRow is a party on the task board.
type TaskRow struct {
	Party        PartyOut     `json:"party"`
	Free         int          `json:"free" doc:"people without a mission"`
	FreeVehicles int          `json:"freeVehicles"`
	Stock        []PartyStock `json:"stock" nullable:"false"`
	Missions     []MissionOut `json:"missions" nullable:"false" doc:"that have not ended"`
	Ready        bool         `json:"ready" doc:"it takes missions"`
	Near         bool         `json:"near" doc:"received in the place that was asked for, or around it"`
}

// TaskBoard is parties by missions and equipment.
type TaskBoard struct {
	At    time.Time `json:"at"`
	Items []TaskRow `json:"items" nullable:"false"`
}

func (a *API) sectorOut(x mission.Sector) SectorOut {
	out := SectorOut{
		ID: x.ID, Incident: x.Incident, Name: x.Name, Place: a.placeOf(x.Place), Outline: []Corner{}, Outside: x.Outside, Hazards: x.Hazards, Contact: x.Contact, Open: x.Open,
		Missions: x.Missions, People: x.People, Version: x.Version,
	}
	for _, p := range x.Outline {
		out.Outline = append(out.Outline, Corner(p))
	}
	return out
}

func (a *API) sectorsOut(ctx context.Context, incident string, err error) (*body[PageOf[SectorOut]], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.s.Missions.Sectors(ctx, incident)
	out := PageOf[SectorOut]{Items: []SectorOut{}}
	for _, x := range list {
		out.Items = append(out.Items, a.sectorOut(x))
	}
	return answer(ctx, out, err)
}

func ring(corners []Corner) geo.Ring {
	var r geo.Ring
	for _, c := range corners {
		r = append(r, geo.Point(c))
	}
	return r
}

func (a *API) missionOut(m mission.Mission) MissionOut {
	now := a.s.Clock.Now()
	return MissionOut{
		ID: m.ID, Number: m.Number, Incident: m.Incident, Party: m.Party, Team: TeamRef{m.Team, m.TeamName}, Need: m.Need, Sector: m.Sector,
		Place: a.placeOf(m.Place), Location: m.Location, Goal: m.Goal, Hazards: m.Hazards, Contact: m.Contact, Priority: m.Priority, Until: m.Until,
		State: m.State, Why: m.Why, People: m.People, Vehicles: m.Vehicles, Rescued: m.Rescued, Moved: m.Moved, Treated: m.Treated,
		Late: m.Late(now), Silent: m.Silent(now), GivenAt: m.GivenAt, AcceptedAt: m.Accepted, StartedAt: m.Started, OnSceneAt: m.OnScene, DoneAt: m.Done,
		EndedAt: m.Ended, HeardAt: m.Heard, Version: m.Version,
	}
}

func (a *API) missionsOut(list []mission.Mission) []MissionOut {
	out := []MissionOut{}
	for _, m := range list {
		out = append(out, a.missionOut(m))
	}
	return out
}

func missionRef(m mission.Mission) *MissionRef {
	if m.ID == "" {
		return nil
	}
	return &MissionRef{m.ID, m.Number, m.TeamName}
}

func (a *API) missionWhole(w mission.Whole, names map[string]string) MissionDetail {
	out := MissionDetail{
		MissionOut: a.missionOut(w.Mission), SectorName: w.SectorName, NeedDone: w.NeedDone, Successor: missionRef(w.Successor), Predecessor: missionRef(w.Previous),
		GivenBy: named(names, w.GivenBy), StandsIn: w.Settled != "" && w.Settled != w.GivenBy, Persons: []PresenceOut{}, Rides: []RideOut{}, Items: []KindCount{}, Named: w.Named, Progress: []MissionProgress{}, Support: []MissionSupport{},
		History: historyOut(w.History, names), Actions: orEmpty(w.Allowed),
	}
	for n, row := range w.History {
		if c, ok := mission.CorrectedIn(row); ok {
			before, after := MissionSums(c.Before), MissionSums(c.After)
			out.History[n].SumsBefore, out.History[n].SumsAfter = &before, &after
		}
	}
	if w.Settled != "" {
		out.ConfirmedBy = named(names, w.Settled)
	}
	if w.Wanted.ID != "" {
		out.NeedRef = &NeedRef{w.Wanted.ID, w.Wanted.Number, w.Wanted.Title, w.Wanted.State}
	}
	for _, x := range w.Persons {
		out.Persons = append(out.Persons, presenceOut(x))
	}
	for _, v := range w.Rides {
		out.Rides = append(out.Rides, RideOut{v.ID, v.Vehicle, equipment.Shown(v.Plate), v.Colour, v.Kind, v.Listed, v.InAt, v.OutAt, v.Mission})
	}
	for _, x := range w.Items {
		out.Items = append(out.Items, KindCount(x))
	}
	for _, p := range w.Progress {
		out.Progress = append(out.Progress, MissionProgress{p.ID, p.Words.Plain, p.Words.Gone, p.Rescued, p.Moved, p.Treated, named(names, p.By), p.At, p.SaidAt})
	}
	return out
}

// missionWholes are missions with everything around them; one look-up names all accounts.
func (a *API) missionWholes(ctx context.Context, list ...mission.Whole) ([]MissionDetail, error) {
	var who, ids []string
	for _, w := range list {
		ids = append(ids, w.ID)
		who = append(who, w.GivenBy, w.Settled)
		for _, p := range w.Progress {
			who = append(who, p.By)
		}
		for _, r := range w.History {
			who = append(who, r.Actor)
		}
	}
	names, err := a.names(ctx, who...)
	if err != nil {
		return nil, err
	}
	asked, err := a.s.Support.ForMissions(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := []MissionDetail{}
	for _, w := range list {
		m := a.missionWhole(w, names)
		for _, r := range asked[w.ID] {
			m.Support = append(m.Support, MissionSupport{r.ID, r.Number, r.What, r.Quantity, r.Unit, r.Supplied, r.State})
		}
		out = append(out, m)
	}
	return out, nil
}

func (a *API) missionDetail(ctx context.Context, id string, err error) (*body[MissionDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Missions.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.missionWholes(ctx, w)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &body[MissionDetail]{list[0]}, nil
}
