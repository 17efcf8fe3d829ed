package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/team"
	"lianyuan/platform/geo"
)

// TeamEdit is what a person writes of a team.
type TeamEdit struct {
	Name       string      `json:"name"`
	Aliases    []string    `json:"aliases,omitempty"`
	Home       string      `json:"home" doc:"division code of where the team is at home"`
	Lon        float64     `json:"lon,omitempty" minimum:"-180" maximum:"180" doc:"of its base; 0, 0 not known"`
	Lat        float64     `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	People     int         `json:"people,omitempty" doc:"as the team states"`
	Skills     []SkillOut  `json:"skills,omitempty"`
	Kind       string      `json:"kind" enum:"social_group,non_enterprise,foundation,mass_org,enterprise,volunteer,other"`
	USCC       string      `json:"uscc,omitempty" doc:"unified social credit code"`
	USCCReason string      `json:"usccReason,omitempty" doc:"why a code with a wrong check character is kept"`
	Level      string      `json:"level,omitempty" doc:"at which it is registered: county, city, province, nation"`
	Authority  string      `json:"authority,omitempty" doc:"that registered it"`
	Supervisor string      `json:"supervisor,omitempty" doc:"its supervising unit"`
	Contact    *ContactOut `json:"contact,omitempty" doc:"without one, the contact on record stays"`
}

// ContactOut is who answers for a team.
type ContactOut struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty" doc:"masked in answers but that of a reveal"`
}

func (a *API) teamFrom(e TeamEdit) (t team.Team, err error) {
	t = team.Team{
		Name: e.Name, Aliases: e.Aliases, Lon: e.Lon, Lat: e.Lat, People: e.People, Kind: e.Kind, USCC: e.USCC, USCCReason: e.USCCReason,
		Level: e.Level, Authority: e.Authority, Supervisor: e.Supervisor,
	}
	for _, k := range e.Skills {
		t.Skills = append(t.Skills, team.Skill(k))
	}
	if e.Contact != nil {
		t.Contact = team.Contact(*e.Contact)
	}
	t.Home, err = a.pathIn(e.Home, "body.home")
	return t, err
}

// TeamRow is a team in a list.
type TeamRow struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Aliases   []string   `json:"aliases" nullable:"false"`
	Home      Place      `json:"home"`
	Outside   bool       `json:"outside" doc:"at home beyond the jurisdiction whose register holds it"`
	Point     *Point     `json:"point,omitempty"`
	Kind      string     `json:"kind"`
	Legal     string     `json:"legal"`
	USCC      string     `json:"uscc,omitempty"`
	People    int        `json:"people" doc:"as the team states"`
	Members   int        `json:"members" doc:"active members on record"`
	Core      int        `json:"core" doc:"of them core members"`
	Skills    []SkillOut `json:"skills" nullable:"false"`
	Equipment []ItemOut  `json:"equipment" nullable:"false" doc:"that works"`
	Distance  float64    `json:"distance" doc:"metres from the point asked for; -1 without one"`
	Version   int64      `json:"version"`
}

// TeamDetail is a team with everything around it.
type TeamDetail struct {
	TeamRow
	USCCReason string     `json:"usccReason,omitempty"`
	Level      string     `json:"level,omitempty"`
	Authority  string     `json:"authority,omitempty"`
	Supervisor string     `json:"supervisor,omitempty"`
	Contact    ContactOut `json:"contact"`
	Approvable bool       `json:"approvable" doc:"registered by law, so that it can be approved"`
	History    []History  `json:"history" nullable:"false"`
	Actions    []string   `json:"actions" nullable:"false" doc:"verbs of the legal status that are possible for the actor now"`
	Keeps      bool       `json:"keeps" doc:"the actor may change what the record says"`
	Edits      bool       `json:"edits" doc:"the actor may change members, vehicles, equipment and insurance"`
	Reveals    bool       `json:"reveals" doc:"the actor may see a number, for a purpose"`
}

// TeamName is a team as those name it who do not see it.
type TeamName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Home Place  `json:"home"`
}

func (a *API) teamRow(t team.Team, metres float64) TeamRow {
	row := TeamRow{
		ID: t.ID, Name: t.Name, Aliases: orEmpty(t.Aliases), Home: a.placeOf(t.Home), Outside: t.Outside(), Kind: t.Kind, Legal: t.Legal, USCC: t.USCC,
		People: t.People, Members: t.Members, Core: t.Core, Skills: []SkillOut{}, Equipment: []ItemOut{}, Distance: metres, Version: t.Version,
	}
	if t.Lon != 0 || t.Lat != 0 {
		row.Point = &Point{Lon: t.Lon, Lat: t.Lat}
	}
	for _, k := range t.Skills {
		row.Skills = append(row.Skills, SkillOut(k))
	}
	for _, i := range t.Equipment {
		row.Equipment = append(row.Equipment, ItemOut(i))
	}
	return row
}

// afterTeam answers a step on a team with the team as it is now.
func (a *API) afterTeam(ctx context.Context, id string, err error) (*body[TeamDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Teams.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	names, err := a.names(ctx, who...)
	return answer(ctx, TeamDetail{
		TeamRow: a.teamRow(w.Team, -1), USCCReason: w.USCCReason, Level: w.Level, Authority: w.Authority, Supervisor: w.Supervisor,
		Contact: ContactOut{w.Contact.Name, maskPhone(w.Contact.Phone)}, Approvable: w.Approvable() == nil, History: historyOut(w.History, names),
		Actions: orEmpty(w.Allowed), Keeps: w.Keeps, Edits: w.Edits, Reveals: w.Reveals,
	}, err)
}

// PurposeIn is a reveal: what the number is needed for.
type PurposeIn struct {
	Purpose string `json:"purpose"`
}

func (a *API) teams(h huma.API) {
	huma.Register(h, op("team-list", http.MethodGet, "/teams", "The register of teams", 200), a.teamList)
	huma.Register(h, op("team-names", http.MethodGet, "/team-names", "Teams by name, for those who name one without seeing it", 200), a.teamNames)
	huma.Register(h, op("team-register", http.MethodPost, "/teams", "Put a team on record", 201),
		func(ctx context.Context, in *struct {
			Body struct {
				ID    string `json:"id" format:"uuid"`
				Legal string `json:"legal" enum:"never_registered,preparing,applied,registered,suspended,deregistered"`
				TeamEdit
			}
		},
		) (*body[TeamDetail], error) {
			t, err := a.teamFrom(in.Body.TeamEdit)
			if err == nil {
				t.ID, t.Legal = in.Body.ID, in.Body.Legal
				err = a.s.Teams.Register(ctx, t)
			}
			return a.afterTeam(ctx, in.Body.ID, err)
		})
	huma.Register(h, op("team-read", http.MethodGet, "/teams/{id}", "One team with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[TeamDetail], error) {
			return a.afterTeam(ctx, in.ID, nil)
		})
	huma.Register(h, op("team-mine", http.MethodGet, "/team", "The team I lead", 200),
		func(ctx context.Context, _ *struct{}) (*body[TeamDetail], error) {
			t, err := a.s.Teams.Led(ctx)
			return a.afterTeam(ctx, t.ID, err)
		})
	huma.Register(h, op("team-change", http.MethodPost, "/teams/{id}/change", "Change what the record says of a team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				TeamEdit
			}
		},
		) (*body[TeamDetail], error) {
			t, err := a.teamFrom(in.Body.TeamEdit)
			if err == nil {
				t.ID, t.Version = in.ID, in.Body.Version
				err = a.s.Teams.Change(ctx, in.Body.ID, t)
			}
			return a.afterTeam(ctx, in.ID, err)
		})
	huma.Register(h, op("team-legal", http.MethodPost, "/teams/{id}/legal", "Move the legal status of a team", 200), a.teamLegal)
	huma.Register(h, op("team-reveal", http.MethodPost, "/teams/{id}/reveal", "See the phone of a team's contact, for a purpose that is recorded", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body PurposeIn
		},
		) (*body[ContactOut], error) {
			c, err := a.s.Teams.Reveal(ctx, in.ID, in.Body.Purpose)
			return answer(ctx, ContactOut(c), err)
		})
}

func (a *API) teamLegal(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID         string `json:"id" format:"uuid" doc:"of the command"`
		Version    int64  `json:"version" minimum:"1"`
		Verb       string `json:"verb" enum:"prepare,apply,send_back,register,suspend,resume,deregister,abandon"`
		Reason     string `json:"reason,omitempty"`
		Level      string `json:"level,omitempty"`
		Authority  string `json:"authority,omitempty"`
		USCC       string `json:"uscc,omitempty"`
		USCCReason string `json:"usccReason,omitempty"`
	}
},
) (*body[TeamDetail], error) {
	b := in.Body
	return a.afterTeam(ctx, in.ID, a.s.Teams.Legal(ctx, b.ID, in.ID, b.Version, team.Step{
		Verb: b.Verb, Reason: b.Reason, Level: b.Level, Authority: b.Authority, USCC: b.USCC, USCCReason: b.USCCReason,
	}))
}

// teamList finds by words of names and aliases, or by the beginning of a credit code.
func (a *API) teamList(ctx context.Context, in *struct {
	Sought
	Place     string  `query:"place" maxLength:"12" doc:"at home there or below"`
	Skill     string  `query:"skill" maxLength:"40"`
	Grade     int     `query:"grade" minimum:"0" maximum:"3" doc:"of the skill, this or better"`
	Equipment string  `query:"equipment" maxLength:"40" doc:"a kind of which at least one works"`
	Legal     string  `query:"legal" enum:"all,never_registered,preparing,applied,registered,suspended,deregistered" default:"all"`
	Lon       float64 `query:"lon" minimum:"-180" maximum:"180"`
	Lat       float64 `query:"lat" minimum:"-90" maximum:"90"`
	Within    float64 `query:"within" minimum:"0" maximum:"500" doc:"kilometres around the point; 0: 200"`
	Cursor    string  `query:"cursor" maxLength:"800"`
	Limit     int     `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[PageOf[TeamRow]], error) {
	path, err := a.pathOf(in.Place)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	query, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	f := team.Filter{
		Place: path, Skill: in.Skill, Grade: in.Grade, Equipment: in.Equipment, Legal: in.Legal, Query: query, Within: in.Within * 1000, Cursor: in.Cursor, Limit: in.Limit,
	}
	if in.Lon != 0 || in.Lat != 0 {
		f.Near = &geo.Point{Lon: in.Lon, Lat: in.Lat}
	}
	page, err := a.s.Teams.List(ctx, f)
	out := PageOf[TeamRow]{Items: []TeamRow{}, Next: page.Next, Counts: page.Counts}
	for _, t := range page.Items {
		out.Items = append(out.Items, a.teamRow(t.Team, t.Metres))
	}
	return answer(ctx, out, err)
}

func (a *API) teamNames(ctx context.Context, in *struct {
	Sought
	IDs []string `query:"id,explode" maxItems:"100" doc:"these teams"`
},
) (*body[PageOf[TeamName]], error) {
	query, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.s.Teams.Names(ctx, query, in.IDs)
	out := PageOf[TeamName]{Items: []TeamName{}}
	for _, t := range list {
		out.Items = append(out.Items, TeamName{t.ID, t.Name, a.placeOf(t.Home)})
	}
	return answer(ctx, out, err)
}
