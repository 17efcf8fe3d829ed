package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/mission"
	"lianyuan/domain/place"
)

// SectorIn is what is said of a sector.
type SectorIn struct {
	ID      string   `json:"id" format:"uuid"`
	Version int64    `json:"version,omitempty" doc:"change: of the sector as the actor saw it"`
	Name    string   `json:"name"`
	Place   string   `json:"place" doc:"division code"`
	Outline []Corner `json:"outline,omitempty" maxItems:"201"`
	Hazards string   `json:"hazards,omitempty"`
	Contact string   `json:"contact,omitempty"`
}

func (s SectorIn) domain(at place.Path) mission.Sector {
	return mission.Sector{ID: s.ID, Name: s.Name, Place: at, Outline: ring(s.Outline), Hazards: s.Hazards, Contact: s.Contact, Version: s.Version}
}

// TakenIn is who and what a mission takes of a party.
type TakenIn struct {
	Party    string      `json:"party" format:"uuid"`
	Persons  []string    `json:"persons" nullable:"false" maxItems:"500" doc:"rows of people inside"`
	Vehicles []string    `json:"vehicles,omitempty" maxItems:"500" doc:"rows of vehicles inside"`
	Items    []KindCount `json:"items,omitempty" maxItems:"50"`
}

func (t TakenIn) order() mission.Order {
	o := mission.Order{Mission: mission.Mission{Party: t.Party}, Persons: t.Persons, Rides: t.Vehicles}
	for _, x := range t.Items {
		o.Items = append(o.Items, mission.Item(x))
	}
	return o
}

// MissionIn is a mission to be given.
type MissionIn struct {
	ID string `json:"id" format:"uuid"`
	TakenIn
	Need     string    `json:"need,omitempty"`
	Sector   string    `json:"sector,omitempty"`
	Place    string    `json:"place,omitempty" doc:"division code; of no effect with a need or a sector; absent: where the incident is commanded"`
	Location string    `json:"location,omitempty" doc:"absent with a sector: its name"`
	Goal     string    `json:"goal"`
	Hazards  string    `json:"hazards,omitempty"`
	Contact  string    `json:"contact"`
	Priority int       `json:"priority"`
	Until    time.Time `json:"until"`
}

// MissionStep is what the verbs on a mission ask for.
type MissionStep struct {
	ID      string    `json:"id" format:"uuid"`
	Version int64     `json:"version,omitempty" minimum:"0" doc:"of the mission as the actor saw it; what the team itself does may leave it out, a phone keeps that without signal, and then it is not compared"`
	Reason  string    `json:"reason,omitempty" doc:"decline, block, return, cancel, reassign, correct"`
	Words   string    `json:"words,omitempty" doc:"progress, finish"`
	Rescued int       `json:"rescued,omitempty" doc:"since the report before; negative corrects what was reported, with words that say why; of correct, what is to be added to what was confirmed, or taken from it"`
	Moved   int       `json:"moved,omitempty" doc:"as rescued"`
	Treated int       `json:"treated,omitempty" doc:"as rescued"`
	SaidAt  time.Time `json:"saidAt,omitzero" doc:"by the clock of the phone"`
}

func (b MissionStep) domain(verb string) mission.Step {
	return mission.Step{
		ID: b.ID, Verb: verb, Version: b.Version, Reason: b.Reason, Words: b.Words, Told: mission.Told{Rescued: b.Rescued, Moved: b.Moved, Treated: b.Treated}, SaidAt: b.SaidAt,
	}
}

func (a *API) missions(h huma.API) {
	a.sectors(h)
	huma.Register(h, op("mission-list", http.MethodGet, "/incidents/{id}/missions", "Missions of an incident, the most urgent first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			State  string `query:"state" enum:"live,running,late,silent,given,accepted,under_way,on_scene,blocked,done,confirmed,declined,cancelled,reassigned,ended,all" default:"live"`
			Party  string `query:"party" maxLength:"36"`
			Sector string `query:"sector" maxLength:"36"`
			Need   string `query:"need" maxLength:"36"`
			Figure string `query:"figure" maxLength:"40" doc:"the missions behind this figure, in any state"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"200"`
		},
		) (*body[MissionsOut], error) {
			state := in.State
			if state == "live" {
				state = ""
			}
			p, err := a.s.Missions.Of(ctx, in.ID, mission.ListFilter{State: state, Party: in.Party, Sector: in.Sector, Need: in.Need, Figure: in.Figure, Limit: in.Limit})
			out := MissionsOut{PageOf: PageOf[MissionOut]{Items: a.missionsOut(p.Items), Counts: p.Counts}, Tally: MissionTally(p.Tally), Closable: []NeedRef{}, Gives: p.Gives}
			for _, n := range p.Closable {
				out.Closable = append(out.Closable, NeedRef{n.ID, n.Number, n.Title, n.State})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("mission-board", http.MethodGet, "/incidents/{id}/task-board", "Teams on site by missions and equipment: who is free", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Near string `query:"near" maxLength:"80" doc:"path of a place: of equally free teams, those near it come first"`
		},
		) (*body[TaskBoard], error) {
			rows, at, err := a.s.Missions.BoardOf(ctx, in.ID, place.Path(in.Near))
			out := TaskBoard{At: at, Items: []TaskRow{}}
			for _, r := range rows {
				row := TaskRow{Party: partyOut(r.Party), Free: r.Free, FreeVehicles: r.FreeVehicles, Stock: []PartyStock{}, Missions: a.missionsOut(r.Missions), Ready: r.Ready, Near: r.Near}
				for _, x := range r.Stock {
					row.Stock = append(row.Stock, PartyStock(x))
				}
				out.Items = append(out.Items, row)
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("mission-own", http.MethodGet, "/team/missions", "Missions of the teams I lead, those that have not ended first", 200),
		func(ctx context.Context, _ *struct{}) (*body[PageOf[MissionDetail]], error) {
			list, err := a.s.Missions.Own(ctx)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			items, err := a.missionWholes(ctx, list...)
			return answer(ctx, PageOf[MissionDetail]{Items: items}, err)
		})
	a.missionGiving(h)
	a.missionSteps(h)
}

// missionGiving are giving a mission and reading it.
func (a *API) missionGiving(h huma.API) {
	huma.Register(h, op("mission-give", http.MethodPost, "/incidents/{id}/missions", "Give a mission to a team on site", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body MissionIn
		},
		) (*body[MissionDetail], error) {
			b := in.Body
			o := b.order()
			if b.Place != "" {
				at, err := a.placeAsked(b.Place)
				if err != nil {
					return nil, toHTTP(ctx, err)
				}
				o.Place = at
			}
			o.ID, o.Incident, o.Need, o.Sector, o.Location = b.ID, in.ID, b.Need, b.Sector, b.Location
			o.Goal, o.Hazards, o.Contact, o.Priority, o.Until = b.Goal, b.Hazards, b.Contact, b.Priority, b.Until
			return a.missionDetail(ctx, b.ID, a.s.Missions.Give(ctx, o))
		})
	huma.Register(h, op("mission-read", http.MethodGet, "/missions/{id}", "One mission with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[MissionDetail], error) {
			return a.missionDetail(ctx, in.ID, nil)
		})
}

// missionSteps are the verbs on a mission.
func (a *API) missionSteps(h huma.API) {
	for _, m := range []struct{ verb, path, summary string }{
		{"accept", "accept", "Accept a mission"},
		{"decline", "decline", "Decline a mission, with a reason"},
		{"set_out", "set-out", "Set out for a mission"},
		{"arrive", "arrive", "Arrive at the scene"},
		{"progress", "progress", "Report progress: words and people rescued, moved, treated"},
		{"block", "block", "Report that a mission cannot go on, with the reason"},
		{"resume", "resume", "Go on with a mission"},
		{"finish", "finish", "Report a mission done"},
		{"confirm", "confirm", "Confirm that a mission is done; its people are free"},
		{"correct", "correct", "Correct the figures of a confirmed mission, with the reason; its team is told"},
		{"return", "return", "Say that a mission is not done yet, with the reason"},
		{"cancel", "cancel", "Cancel a mission, with a reason; its people are free"},
	} {
		huma.Register(h, op("mission-"+m.path, http.MethodPost, "/missions/{id}/"+m.path, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body MissionStep
			},
			) (*body[MissionDetail], error) {
				if desk := []string{"confirm", "correct", "return", "cancel"}; slices.Contains(desk, m.verb) {
					if err := seen(in.Body.Version); err != nil {
						return nil, toHTTP(ctx, err)
					}
				}
				return a.missionDetail(ctx, in.ID, a.s.Missions.Take(ctx, in.ID, in.Body.domain(m.verb)))
			})
	}
	huma.Register(h, op("mission-reassign", http.MethodPost, "/missions/{id}/reassign", "End a mission and give its task to another team, whose mission is the successor", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				MissionStep
				TakenIn
				Successor string    `json:"successor" format:"uuid" doc:"id of the new mission"`
				Until     time.Time `json:"until,omitzero" doc:"absent: as it was"`
			}
		},
		) (*body[MissionDetail], error) {
			b := in.Body
			if err := seen(b.Version); err != nil {
				return nil, toHTTP(ctx, err)
			}
			o := b.order()
			o.ID, o.Until = b.Successor, b.Until
			return a.missionDetail(ctx, in.ID, a.s.Missions.Reassign(ctx, in.ID, b.domain("reassign"), o))
		})
}

func (a *API) sectors(h huma.API) {
	huma.Register(h, op("sector-list", http.MethodGet, "/incidents/{id}/sectors", "Sectors of an incident with what runs in them", 200),
		func(ctx context.Context, in *RecordID) (*body[PageOf[SectorOut]], error) {
			return a.sectorsOut(ctx, in.ID, nil)
		})
	huma.Register(h, op("sector-add", http.MethodPost, "/incidents/{id}/sectors", "Open a sector", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body SectorIn
		},
		) (*body[PageOf[SectorOut]], error) {
			at, err := a.placeAsked(in.Body.Place)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			x := in.Body.domain(at)
			x.Incident = in.ID
			return a.sectorsOut(ctx, in.ID, a.s.Missions.AddSector(ctx, x))
		})
	huma.Register(h, op("sector-change", http.MethodPost, "/sectors/{id}/change", "Put right what is said of a sector", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body SectorIn
		},
		) (*body[PageOf[SectorOut]], error) {
			at, err := a.placeAsked(in.Body.Place)
			if err := cmp.Or(seen(in.Body.Version), err); err != nil {
				return nil, toHTTP(ctx, err)
			}
			incident, err := a.s.Missions.ChangeSector(ctx, in.ID, in.Body.domain(at))
			return a.sectorsOut(ctx, incident, err)
		})
	huma.Register(h, op("sector-close", http.MethodPost, "/sectors/{id}/close", "Close a sector, with a reason", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[PageOf[SectorOut]], error) {
			incident, err := a.s.Missions.CloseSector(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason)
			return a.sectorsOut(ctx, incident, err)
		})
}
