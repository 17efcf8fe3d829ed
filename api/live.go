package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/platform/journal"
	"lianyuan/platform/live"
)

// live streams changes to a page. It is no huma operation: a stream has no one answer.
func (a *API) live(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		writeProblem(w, r, toHTTP(r.Context(), access.ErrNoSession))
		return
	}
	judge := func(ctx context.Context) (live.Viewer, error) {
		actor, err := a.s.Access.Resume(ctx, c.Value)
		if err != nil {
			return live.Viewer{}, err
		}
		if len(actor.Verbs()) == 0 {
			return live.Viewer{}, access.ErrNoSession
		}
		return live.Viewer{
			Account: actor.Account, Class: classOf(actor), Until: actor.Until(),
			Sees: func(row *journal.Row) live.Verdict { return Visible(actor, row) },
		}, nil
	}
	if err := a.s.Live.Serve(w, r, judge); err != nil {
		writeProblem(w, r, toHTTP(r.Context(), err))
	}
}

// classOf is equal for actors who may see the same.
func classOf(a access.Actor) string {
	var b strings.Builder
	for _, kind := range []access.Verb{access.ReportSee, access.NeedSee, access.OrderSee, access.TeamSee, access.OfferSee, access.PassSee, access.MechanismSee, access.IncidentSee, access.SupportSee, access.ReceptionSee, access.MissionSee, access.ParamSee} {
		fmt.Fprintf(&b, "%s%v;", kind, a.Spans(kind))
	}
	fmt.Fprintf(&b, "incidents%v%v;", a.Incidents(access.IncidentSee), a.Incidents(access.OfferSee))
	fmt.Fprintf(&b, "supports%v;passes%v;sites%v%v;", a.Teams(access.SupportOwn), a.Incidents(access.PassSee), a.Teams(access.ReceptionOwn), a.Incidents(access.ReceptionSee))
	fmt.Fprintf(&b, "missions%v%v;", a.Teams(access.MissionOwn), a.Incidents(access.MissionSee))
	fmt.Fprintf(&b, "teams:%t;own:%v", len(a.Teams(access.NeedTeam)) > 0, a.Teams(access.TeamOwn))
	return b.String()
}

// Concerned is the account whose rights a row changes.
func Concerned(r *journal.Row) string {
	switch r.Kind {
	case "account":
		return r.Subject
	case "session":
		if r.Verb == "session.ended" {
			return r.Actor
		}
	case "grant":
		var b struct {
			Account string `json:"account"`
		}
		if json.Unmarshal(r.Body, &b) == nil {
			return b.Account
		}
	}
	return ""
}
