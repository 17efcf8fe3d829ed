package api_test

import (
	"net/http"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// preparePass is a pass of a vehicle of a team of 綦江区 that was deployed first.
func preparePass(t *testing.T, p prepared) string {
	t.Helper()
	office := p.As("office")
	of := enrolTeam(office, fields{"home": "500110", "name": "石角救援队"})
	insure(office, of, nil)
	driver, ride := enlist(office, of), drive(office, of)
	o := offer(t, office, fields{
		"id": newID(), "team": of, "incident": p.incident, "needs": []string{p.published}, "persons": []string{driver}, "days": 3,
		"vehicles": []fields{{"id": ride, "crew": 2}}, "eta": p.Now().AddDate(0, 0, 1), "origin": "队部",
	})
	does(office, o.ID, "match", fields{"needs": []string{p.published}}).Want(http.StatusOK)
	does(office, o.ID, "begin", nil).Want(http.StatusOK)
	does(office, o.ID, "deploy_first", fields{"cause": "trapped", "reason": "救人"}).Want(http.StatusOK)
	c := cars{incident: p.incident, offer: o.ID, team: of, driver: driver, vehicles: []string{ride}}
	return issued(office, passFor(p.World, c, fields{"backTo": p.Now().Add(50 * 24 * time.Hour)})).ID
}

// prepareEscort asks the police to lead the vehicle of the pass, and tells of a service area on its way.
func prepareEscort(p prepared) (escort, area string) {
	ask, said := escortOf(p.World, p.incident, fields{"passes": []string{p.pass}}), serviceArea(p.World, nil)
	p.As("qijiang-office").Post("/incidents/"+p.incident+"/escorts", ask).Want(http.StatusCreated)
	p.As("qijiang-office").Post("/incidents/"+p.incident+"/service-areas", said).Want(http.StatusCreated)
	return ask["id"].(string), said["id"].(string)
}

// freePass is a pass of the incident that is in no escort; of a team that comes anew when all are, while the incident runs.
func (p prepared) freePass() string {
	list := apptest.Read[api.EscortsOut](p.As("qijiang-office").Get("/incidents/" + p.incident + "/escorts").Want(http.StatusOK))
	switch {
	case !list.Asks:
		return p.pass
	case len(list.Free) > 0:
		return list.Free[0].ID
	}
	return preparePass(p.T, p)
}

// passProbes are how the operations of passes are tried. The right is asked before the state: a conflict, or a field that
// is wrong, shows that it was there.
var passProbes = map[string]probe{
	"pass-list":      list2(onIncident("/passes"), func(p prepared) string { return p.pass }),
	"pass-toll-list": get(onIncident("/toll-list")),
	"pass-papers":    get(onIncident("/passes/paper")),
	"pass-read":      get(func(p prepared) string { return "/passes/" + p.pass }),
	"pass-paper":     get(func(p prepared) string { return "/passes/" + p.pass + "/paper" }),
	"pass-issue": post(at("/passes"), func(p prepared) fields {
		return passFor(p.World, cars{offer: p.offer, vehicles: []string{p.car}}, fields{"driver": ""})
	}),
	"pass-revoke": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/passes/"+p.pass+"/revoke", fields{"id": newID(), "version": apptest.Stale, "reason": "改派"})
	}),
	"pass-toll": post(func(p prepared) string { return "/passes/" + p.pass + "/toll" }, func(p prepared) fields {
		return tollWords(p.World, "refund")
	}),
	"escort-list": list2(onIncident("/escorts"), func(p prepared) string { return p.escort }),
	"escort-read": get(func(p prepared) string { return "/escorts/" + p.escort }),
	"escort-ask": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		free := p.freePass()
		a := c.Post("/incidents/"+p.incident+"/escorts", escortOf(p.World, p.incident, fields{"passes": []string{free}}))
		if a.Status == http.StatusCreated { // the next one who tries asks for the same vehicle
			p.As("office").Post("/escorts/"+apptest.Read[api.EscortDetail](a).ID+"/step", escortWords(p.World, "cancel")).Want(http.StatusOK)
		}
		return a
	}),
	"escort-step": post(func(p prepared) string { return "/escorts/" + p.escort + "/step" }, func(p prepared) fields {
		return escortWords(p.World, "finish")
	}),
	"service-area-list":    list2(onIncident("/service-areas"), func(p prepared) string { return p.area }),
	"service-area-publish": post(onIncident("/service-areas"), func(p prepared) fields { return serviceArea(p.World, fields{"name": newID()}) }),
	"service-area-correct": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/incidents/"+p.incident+"/service-areas/"+p.area+"/correct", areaSaid(p.World, fields{"id": newID(), "version": apptest.Stale}))
	}),
	"service-area-withdraw": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/incidents/"+p.incident+"/service-areas/"+p.area+"/withdraw", fields{"id": newID(), "version": apptest.Stale, "reason": "恢复正常"})
	}),
	"gate-list": get(at("/gate")),
	"passage-note": post(at("/passages"), func(p prepared) fields {
		return fields{"id": newID(), "place": "500110", "gate": "北渡站卡口", "plate": "渝A00017", "verdict": "stop", "direction": "refused", "at": p.Now()}
	}),
	"site-read":    get(onIncident("/site")),
	"passage-list": get(onIncident("/passages")),
	"zone-set": post(onIncident("/zones"), func(p prepared) fields {
		return cordon(p.World, fields{"name": newID(), "begins": p.Now()})
	}),
	"zone-lift": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/incidents/"+p.incident+"/zones/"+p.zone+"/lift", fields{"id": newID(), "version": apptest.Stale, "reason": "解除"})
	}),
	"access-point-open": post(onIncident("/access-points"), func(prepared) fields { return accessPoint(fields{"name": newID()}) }),
	"access-point-close": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/incidents/"+p.incident+"/access-points/"+p.gate+"/close", fields{"id": newID(), "version": apptest.Stale, "reason": "撤卡"})
	}),
}
