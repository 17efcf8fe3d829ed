package api_test

import (
	"net/http"
	"testing"
	"time"

	"lianyuan/app/apptest"
)

// guest is a party of the team of the place that came without approval and was kept.
func (p prepared) guest() string {
	office, id := p.As("qijiang-office"), newID()
	office.Post("/incidents/"+p.incident+"/parties", fields{
		"id": id, "point": atDesk(office, p.incident).Points[0].ID, "team": p.team, "extra": []fields{{"name": "孙望舒", "apart": true}}, "arrivedAt": p.Now(),
	}).Want(http.StatusCreated)
	office.Post("/parties/"+id+"/regularise", keep()).Want(http.StatusOK)
	return id
}

// lent puts a line on the hand-back list of the party that is to leave.
func (p prepared) lent() string {
	line := newID()
	p.As("qijiang-office").Post("/parties/"+p.leaver+"/handbacks", handbackLine(line)).Want(http.StatusOK)
	return line
}

func handbackLine(id string) fields {
	return fields{"id": newID(), "lines": []fields{{"id": id, "what": "卫星电话", "unit": "部", "lent": 1, "lender": "市通信管理局"}}}
}

func (p prepared) wavePlan(with fields, parties ...string) fields {
	return merge(fields{
		"id": newID(), "parties": parties, "reason": "任务完成", "point": atDesk(p.As("qijiang-office"), p.incident).Points[0].ID, "from": p.Now(), "to": p.Now().Add(6 * time.Hour),
		"route": "G75 北上", "contact": "协调组 023-00000112",
	}, with)
}

// prepareWithdrawal plans a wave of one party.
func (p *prepared) prepareWithdrawal(t *testing.T) {
	t.Helper()
	p.leaver = p.guest()
	wave := p.wavePlan(nil, p.leaver)
	p.As("qijiang-office").Post("/incidents/"+p.incident+"/withdrawals", wave).Want(http.StatusCreated)
	p.wave, _ = wave["id"].(string)
}

func onWave(rest string) func(prepared) string {
	return func(p prepared) string { return "/withdrawals/" + p.wave + rest }
}

func onLeaver(rest string) func(prepared) string {
	return func(p prepared) string { return "/parties/" + p.leaver + rest }
}

func outdated(prepared) fields {
	return fields{"id": newID(), "version": apptest.Stale, "reason": "上游来水"}
}

// outdatedBare is one that takes no reason.
func outdatedBare(prepared) fields { return fields{"id": newID(), "version": apptest.Stale} }

// withdrawalProbes are how the operations of withdrawals are tried. The right is asked before the state: a conflict shows
// that it was there.
var withdrawalProbes = map[string]probe{
	"withdrawal-list": list2(onIncident("/withdrawals"), func(p prepared) string { return p.wave }),
	"withdrawal-desk": get(onIncident("/departures")),
	"withdrawal-own":  list2(at("/team/withdrawal"), func(p prepared) string { return p.team }),
	"withdrawal-plan": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/incidents/"+p.incident+"/withdrawals", p.wavePlan(nil, p.guest()))
	}),
	"withdrawal-read":   get(onWave("")),
	"withdrawal-change": post(onWave("/change"), func(p prepared) fields { return p.wavePlan(fields{"version": apptest.Stale}, p.leaver) }),
	"withdrawal-order":  post(onWave("/order"), outdatedBare),
	"withdrawal-cancel": post(onWave("/cancel"), outdated),
	"departure-read":    get(onLeaver("/departure")),
	"departure-take":    post(onLeaver("/take-order"), outdatedBare),
	"departure-recall":  post(onLeaver("/recall"), outdated),
	"departure-undo":    post(onLeaver("/undo-check-out"), outdated),
	"departure-home":    post(onLeaver("/home"), outdated),
	"departure-check-out": post(onLeaver("/check-out"), func(prepared) fields {
		return fields{"id": newID(), "version": 0, "heads": []fields{}, "vehicles": []fields{}, "items": []fields{}}
	}),
	"handback-list": post(onLeaver("/handbacks"), func(prepared) fields { return handbackLine(newID()) }),
	"handback-record": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/parties/"+p.leaver+"/handbacks/"+p.lent()+"/record", fields{"id": newID(), "version": apptest.Stale, "back": 1, "damaged": 0, "lost": 0})
	}),
	"handback-remove": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/parties/"+p.leaver+"/handbacks/"+p.lent()+"/remove", fields{"id": newID(), "version": 0})
	}),
	"pass-return": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/passes/"+p.pass+"/return", fields{"id": newID(), "version": apptest.Stale, "from": p.Now(), "to": p.Now().Add(time.Hour)})
	}),
}
