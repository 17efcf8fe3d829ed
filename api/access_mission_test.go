package api_test

import (
	"net/http"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// prepareMission is a mission of a team of the place in a sector, and a party of the team with one who is free.
func prepareMission(t *testing.T, p prepared) (mission, sector string, party api.PartyDetail) {
	t.Helper()
	office := p.As("qijiang-office")
	party = received(office, p.incident, fields{"id": newID(), "point": p.point, "team": p.team, "extra": []fields{{"name": "李见山", "apart": true}, {"name": "陈岸", "apart": true}, {"name": "何汀", "apart": true}}})
	office.Post("/parties/"+party.ID+"/regularise", keep()).Want(http.StatusOK)
	sector = newID()
	office.Post("/incidents/"+p.incident+"/sectors", aSector(p, fields{"id": sector})).Want(http.StatusCreated)
	m := tell(office, p.incident, task(p.World, party, fields{"sector": sector}))
	return m.ID, sector, party
}

func aSector(_ prepared, with fields) fields {
	return merge(fields{"id": newID(), "name": "作业区 " + newID(), "place": "500110"}, with)
}

func onTask(rest string) func(prepared) string {
	return func(p prepared) string { return "/missions/" + p.mission + rest }
}

// tellAnother gives a mission and cancels it, so that the one who is free is free again for the next.
func tellAnother(p prepared, c *apptest.Client) *apptest.Answer {
	body := task(p.World, p.crew, fields{"persons": people(p.crew)[2:]})
	a := c.Post("/incidents/"+p.incident+"/missions", body)
	if a.Status == http.StatusCreated {
		onMission(p.As("qijiang-office"), body["id"].(string), "cancel", fields{"reason": "试"}).Want(http.StatusOK)
	}
	return a
}

// missionProbes are how the operations of missions and sectors are tried.
var missionProbes = map[string]probe{
	"mission-list":     list2(onIncident("/missions?state=all"), func(p prepared) string { return p.mission }),
	"mission-board":    list2(onIncident("/task-board"), func(p prepared) string { return p.mission }),
	"mission-own":      list2(at("/team/missions"), func(p prepared) string { return p.mission }),
	"mission-give":     plain(tellAnother),
	"mission-read":     get(onTask("")),
	"mission-accept":   post(onTask("/accept"), stale(nil)),
	"mission-decline":  post(onTask("/decline"), stale(fields{"reason": "无船"})),
	"mission-set-out":  post(onTask("/set-out"), stale(nil)),
	"mission-arrive":   post(onTask("/arrive"), stale(nil)),
	"mission-progress": post(onTask("/progress"), stale(fields{"words": "平安"})),
	"mission-block":    post(onTask("/block"), stale(fields{"reason": "路断"})),
	"mission-resume":   post(onTask("/resume"), stale(nil)),
	"mission-finish":   post(onTask("/finish"), stale(nil)),
	"mission-confirm":  post(onTask("/confirm"), stale(nil)),
	"mission-correct":  post(onTask("/correct"), stale(fields{"reason": "多写一个 0", "moved": 2})),
	"mission-return":   post(onTask("/return"), stale(fields{"reason": "未完"})),
	"mission-cancel":   post(onTask("/cancel"), stale(fields{"reason": "水退"})),
	"mission-reassign": post(onTask("/reassign"), func(p prepared) fields {
		return fields{"id": newID(), "version": apptest.Stale, "reason": "改派", "successor": newID(), "party": p.party, "persons": []string{p.presence}}
	}),
	"sector-list":   list2(onIncident("/sectors"), func(p prepared) string { return p.sector }),
	"sector-add":    post(onIncident("/sectors"), func(p prepared) fields { return aSector(p, nil) }),
	"sector-change": post(func(p prepared) string { return "/sectors/" + p.sector + "/change" }, func(p prepared) fields { return aSector(p, fields{"version": apptest.Stale}) }),
	"sector-close":  post(func(p prepared) string { return "/sectors/" + p.sector + "/close" }, stale(fields{"reason": "水退"})),
}
