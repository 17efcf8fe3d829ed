package api_test

import (
	"testing"

	"lianyuan/app/apptest"
)

// prepareParty is a team of the place on site, who came without approval, with one person; and the point that received it.
func prepareParty(t *testing.T, p prepared) (party, presence, point string) {
	t.Helper()
	office := p.As("qijiang-office")
	point = atDesk(office, p.incident).Points[0].ID
	x := received(office, p.incident, fields{"id": newID(), "point": point, "team": p.team, "extra": []fields{{"name": "孙望舒", "apart": true}}, "cars": []fields{{"plate": "渝B·20219", "colour": "blue"}}})
	return x.ID, x.Persons[0].ID, point
}

func onParty(rest string) func(prepared) string {
	return func(p prepared) string { return "/parties/" + p.party + rest }
}

// stale is a command that goes by a version that never was: the right is asked before it.
func stale(with fields) func(prepared) fields {
	return func(prepared) fields { return merge(fields{"id": newID(), "version": apptest.Stale}, with) }
}

func aPoint(version int) func(prepared) fields {
	return func(prepared) fields {
		return fields{"id": newID(), "version": version, "kind": "staging", "name": "集结区", "place": "500110"}
	}
}

// receptionProbes are how the operations of teams on site are tried.
var receptionProbes = map[string]probe{
	"reception-desk":    list2(onIncident("/reception"), func(p prepared) string { return p.point }),
	"site-point-add":    post(onIncident("/points"), aPoint(0)),
	"site-point-change": post(func(p prepared) string { return "/points/" + p.point + "/change" }, aPoint(apptest.Stale)),
	"site-point-close":  post(func(p prepared) string { return "/points/" + p.point + "/close" }, stale(fields{"reason": "撤点"})),
	"party-list":        list2(onIncident("/parties?state=all"), func(p prepared) string { return p.party }),
	"party-find": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return seek(c, onIncident("/arrivals?q=DD-A0001")(p))
	}),
	"party-check-in": post(onIncident("/parties"), func(p prepared) fields {
		return fields{"id": newID(), "point": p.point, "teamName": "车友群", "extra": []fields{{"name": "某人", "apart": true}}}
	}),
	"party-read":       get(onParty("")),
	"party-regularise": post(onParty("/regularise"), stale(fields{"reason": "留用"})),
	"party-join-host":  post(onParty("/join-host"), func(p prepared) fields { return fields{"id": newID(), "version": apptest.Stale, "host": p.leaver} }),
	"party-turn-back":  post(onParty("/turn-back"), stale(fields{"reason": "无资质"})),
	"party-join":       post(onParty("/join"), stale(fields{"extra": []fields{{"name": "某人", "apart": true}}})),
	"party-walk-in":    post(onParty("/walk-in"), stale(fields{"person": fields{"name": "某人", "phone": phone2}})),
	"party-person-out": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/parties/"+p.party+"/person-out", fields{"id": newID(), "version": apptest.Stale, "presence": p.presence, "why": "rotated"})
	}),
	"party-person-back": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/parties/"+p.party+"/person-back", fields{"id": newID(), "version": apptest.Stale, "presence": p.presence})
	}),
	"party-ride-out": post(onParty("/ride-out"), stale(fields{"ride": newID()})),
	"party-reveal":   post(onParty("/reveal"), given(func() fields { return fields{"purpose": "核对联系人"} })),
	"party-own":      get(at("/team/site")),
	"inside-list":    list2(onIncident("/inside"), func(p prepared) string { return p.presence }),
	"inside-export":  post(onIncident("/inside/export"), given(func() fields { return fields{"id": newID(), "purpose": "点名"} })),
}
