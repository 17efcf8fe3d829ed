package api_test

import (
	"net/http"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// partyAfter is a team that came without approval, after some verbs; it is registered and insured.
func partyAfter(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		g, office := groundOf(t, w), w.As("office")
		p := cameUnasked(t, w, g.incident, g.team)
		path := "/parties/" + p.ID
		for _, verb := range verbs {
			if say := partyVerbs()[verb]; say != nil {
				rest, body := say(t, w)
				office.Post(path+rest, body).Want(http.StatusOK)
			} else if err := partyMoves()[verb](w, path); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
}

// keep is a decision that a team may stay, also with people whom nobody knows to be insured.
func keep() fields {
	return merge(because("指挥部同意留用"), fields{"waiver": "现场统一投保"})
}

// cameUnasked is a party of one member of a registered team, who came without approval.
func cameUnasked(t *testing.T, w *apptest.World, incident, team string) api.PartyDetail {
	t.Helper()
	office := w.As("office")
	return received(office, incident, fields{"id": newID(), "point": atDesk(office, incident).Points[0].ID, "team": team, "persons": []string{enlist(office, team)}})
}

func partiesInEveryState() map[string]func(*testing.T, *apptest.World) string {
	return map[string]func(*testing.T, *apptest.World) string{
		"self_deployed": partyAfter(), "checked_in": partyAfter("regularise"), "turned_back": partyAfter("turn_back"), "leaving": partyAfter("regularise", "release"),
		"checked_out": partyAfter("turn_back", "check_out"), "home_safe": partyAfter("turn_back", "check_out", "arrive_home"),
	}
}

func partyVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	return map[string]func(*testing.T, *apptest.World) (string, fields){
		"regularise": func(*testing.T, *apptest.World) (string, fields) {
			return "/regularise", keep()
		},
		"join_host": func(t *testing.T, w *apptest.World) (string, fields) {
			t.Helper()
			return "/join-host", fields{"id": newID(), "version": 0, "host": strings.TrimPrefix(partyAfter("regularise")(t, w), "/parties/")}
		},
		"turn_back": func(*testing.T, *apptest.World) (string, fields) { return "/turn-back", because("无资质") },
		"recall":    func(*testing.T, *apptest.World) (string, fields) { return "/recall", because("留守排险") },
		"undo_check_out": func(*testing.T, *apptest.World) (string, fields) {
			return "/undo-check-out", because("点错队伍")
		},
		"arrive_home": func(*testing.T, *apptest.World) (string, fields) { return "/home", because("电话确认") },
	}
}

// partyMoves are the verbs that take more than words: a wave that is ordered, a head count.
func partyMoves() map[string]func(*apptest.World, string) error {
	return map[string]func(*apptest.World, string) error{"release": orderOut, "check_out": countOut}
}
