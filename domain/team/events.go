package team

import (
	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// fields are the public fields of a team, as live pages receive them. A name of a team is no name of a person.
type fields struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	Legal      string   `json:"legal"`
	Kind       string   `json:"kind"`
	USCC       string   `json:"uscc,omitempty"`
	Level      string   `json:"level,omitempty"`
	Authority  string   `json:"authority,omitempty"`
	Supervisor string   `json:"supervisor,omitempty"`
	People     int      `json:"people"`
	Members    int      `json:"members"`
	Core       int      `json:"core"`
	Skills     []Skill  `json:"skills"`
	Equipment  []Item   `json:"equipment"`
	About      string   `json:"about,omitempty"` // id of the member, vehicle or policy that the change is about
	State      string   `json:"state,omitempty"` // of the member or vehicle
}

// said is one line of a team's history: everything that happens to its people, vehicles, equipment and insurance is
// told as a change of the team.
func said(t Team, verb, about string, a access.Actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "team." + verb, Kind: "team", Subject: t.ID, Version: t.Version, Place: string(t.Place), Scope: journal.Desk,
		Actor: a.Account, Reason: reason, Body: fields{
			Name: t.Name, Aliases: notNil(t.Aliases), Legal: t.Legal, Kind: t.Kind, USCC: t.USCC, Level: t.Level, Authority: t.Authority,
			Supervisor: t.Supervisor, People: t.People, Members: t.Members, Core: t.Core, Skills: notNil(t.Skills), Equipment: notNil(t.Equipment), About: about, State: t.to,
		},
	}
}

// Say writes a change of what belongs to a team: the team's version counts it, and its history tells it. about is the id
// of the record that changed. For this context and for those above that keep something of a team; t comes from Hold.
func Say(tx *db.Tx, t Team, verb, about string, a access.Actor, reason string) error {
	t.Version++
	if err := save(tx, t); err != nil {
		return err
	}
	was := t.was
	if t.from != "" {
		was = was.With("state", t.from)
	}
	return journal.Append(tx, said(t, verb, about, a, reason).Since(was))
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
