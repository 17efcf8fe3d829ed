package api

import (
	"encoding/json"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/journal"
	"lianyuan/platform/live"
)

// sights say, kind by kind, whom a row concerns beside those whose grant to see it covers its place.
var sights = map[string]func(access.Actor, *journal.Row) bool{
	"report":       in(access.ReportSee),
	"need":         in(access.NeedSee),
	"incident":     touches,
	"handover":     touches,
	"directive":    touches,
	"summary":      seenIn(access.SummarySee),
	"enquiry":      either(seenIn(access.EnquirySee), own(access.EnquiryOwn)),
	"support":      either(touches, own(access.SupportOwn)),
	"notice":       in(access.NoticeSee),
	"offer":        offered,
	"pass":         passing,
	"site":         either(touches, passing, over(access.PassSee)),
	"escort":       either(passing, over(access.PassSee), travelling),
	"service_area": either(passing, over(access.PassSee), travelling),
	"party":        received,
	"point":        received,
	"withdrawal":   either(received, leaving),
	"mission":      either(tasked, own(access.MissionOwn)),
	"sector":       tasked,
	"team":         func(a access.Actor, r *journal.Row) bool { return slices.Contains(a.Teams(access.TeamOwn), r.Subject) },
}

// Those who receive teams see all that is received; those who give missions see all missions and sectors.
var (
	received = either(over(access.ReceptionSee), own(access.ReceptionOwn), seenIn(access.ReceptionSee))
	tasked   = either(over(access.MissionSee), seenIn(access.MissionSee))
)

// Visible is what a viewer of live pages learns of a row.
func Visible(a access.Actor, r *journal.Row) live.Verdict {
	concerns := sights[r.Kind]
	switch {
	case r.Scope == journal.Guard:
		return live.Nothing
	case over(access.Verb(r.Kind+".see"))(a, r), concerns != nil && concerns(a, r):
		return live.Change
	case left(a, r):
		return live.Gone
	case r.Scope == journal.Teams && r.Kind == "need" && len(a.Teams(access.NeedTeam)) > 0:
		if r.Verb == "need.withdrawn" || r.Verb == "need.closed" {
			return live.Gone
		}
		return live.Change
	}
	return live.Nothing
}

// either is true when one of the others is.
func either(any ...func(access.Actor, *journal.Row) bool) func(access.Actor, *journal.Row) bool {
	return func(a access.Actor, r *journal.Row) bool {
		return slices.ContainsFunc(any, func(concerns func(access.Actor, *journal.Row) bool) bool { return concerns(a, r) })
	}
}

// over: the actor may see at the place of the row.
func over(see access.Verb) func(access.Actor, *journal.Row) bool {
	return func(a access.Actor, r *journal.Row) bool { return a.May(see, place.Path(r.Place)) }
}

// seenIn: the actor may see in the incident of the row, by a grant for it or because it touches a place of theirs.
func seenIn(see access.Verb) func(access.Actor, *journal.Row) bool {
	return func(a access.Actor, r *journal.Row) bool {
		return touches(a, r) && (len(a.Spans(see)) > 0 || slices.Contains(a.Incidents(see), r.Incident))
	}
}

// in: the actor may see at the place of the row or in its incident, as of one record.
func in(see access.Verb) func(access.Actor, *journal.Row) bool {
	return func(a access.Actor, r *journal.Row) bool { return a.MayIn(see, place.Path(r.Place), r.Incident) }
}

// left: the row says that a record went from an incident of the actor into one that the actor does not see, or that an
// incident does not touch any place of the actor any more.
func left(a access.Actor, r *journal.Row) bool {
	if r.Verb == "incident.changed" {
		var b struct {
			Was struct {
				Places []place.Path `json:"places"`
			} `json:"was"`
		}
		return json.Unmarshal(r.Body, &b) == nil && incident.Incident{Places: b.Was.Places}.Seen(a)
	}
	if r.Verb != "report.joined" && r.Verb != "need.joined" {
		return false
	}
	var b struct {
		From string `json:"from"`
	}
	return json.Unmarshal(r.Body, &b) == nil && a.MayIn(access.Verb(r.Kind+".see"), place.Path(r.Place), b.From)
}

// own: the row is about a team that the actor acts for.
func own(act access.Verb) func(access.Actor, *journal.Row) bool {
	return func(a access.Actor, r *journal.Row) bool {
		teams := a.Teams(act)
		if len(teams) == 0 {
			return false
		}
		var b struct {
			Team string `json:"team"`
		}
		return json.Unmarshal(r.Body, &b) == nil && slices.Contains(teams, b.Team)
	}
}

// touches says whether a row of an incident concerns the actor: by a grant for it, or because it touches a place of theirs.
func touches(a access.Actor, r *journal.Row) bool {
	if slices.Contains(a.Incidents(access.IncidentSee), r.Incident) {
		return true
	}
	var b struct {
		Places []place.Path `json:"places"`
	}
	if a.May(access.IncidentSee, place.Path(r.Place)) {
		return true
	}
	return json.Unmarshal(r.Body, &b) == nil && incident.Incident{Places: b.Places}.Seen(a)
}

// offered says whether an offer concerns the actor: the own team's, or one from, to or decided at a place of theirs.
func offered(a access.Actor, r *journal.Row) bool {
	var b struct {
		Team   string       `json:"team"`
		Places []place.Path `json:"places"`
	}
	return slices.Contains(a.Incidents(access.OfferSee), r.Incident) || json.Unmarshal(r.Body, &b) == nil &&
		(slices.Contains(a.Teams(access.OfferSend), b.Team) || slices.ContainsFunc(b.Places, func(p place.Path) bool { return a.May(access.OfferSee, p) }))
}

// passing says whether a pass concerns the actor: the own team's, or one to a place or in an incident of theirs.
func passing(a access.Actor, r *journal.Row) bool {
	var b struct {
		Team        string     `json:"team"`
		Destination place.Path `json:"destination"`
	}
	return slices.Contains(a.Incidents(access.PassSee), r.Incident) || json.Unmarshal(r.Body, &b) == nil &&
		(slices.Contains(a.Teams(access.PassSee), b.Team) || (b.Destination != "" && a.May(access.PassSee, b.Destination)))
}

// leaving says whether a wave concerns the actor as the leader of a team in it.
func leaving(a access.Actor, r *journal.Row) bool {
	var b struct {
		Teams []string `json:"teams"`
	}
	own := a.Teams(access.ReceptionOwn)
	return json.Unmarshal(r.Body, &b) == nil && slices.ContainsFunc(b.Teams, func(t string) bool { return slices.Contains(own, t) })
}

// travelling says whether vehicles on their way, or what is said of the way, concern the actor: as the leader of one of
// the teams that the row names, or at a place that the incident touches.
func travelling(a access.Actor, r *journal.Row) bool {
	var b struct {
		Teams  []string     `json:"teams"`
		Places []place.Path `json:"places"`
	}
	own := a.Teams(access.PassSee)
	return json.Unmarshal(r.Body, &b) == nil && (slices.ContainsFunc(b.Teams, func(t string) bool { return slices.Contains(own, t) }) ||
		slices.ContainsFunc(b.Places, func(p place.Path) bool { return a.May(access.PassSee, p) }))
}
