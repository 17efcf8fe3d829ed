package api_test

import (
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

// prepareOffer is an offer of the team of 綦江区 to the incident of 綦江区.
func prepareOffer(t *testing.T, p prepared) string {
	t.Helper()
	return offer(t, p.As("office"), fields{
		"id": newID(), "team": p.team, "incident": p.incident, "persons": []string{p.person}, "days": 3, "eta": p.Now().AddDate(0, 0, 1), "origin": "队部",
	}).ID
}

func onOffer(rest string, body func(p prepared) fields) probe {
	return post(func(p prepared) string { return "/offers/" + p.offer + rest }, body)
}

func reason(rest string) probe {
	return onOffer(rest, given(func() fields { return because("情况有变") }))
}

// offerProbes are how the operations of offers are tried. The right is asked before the state: a conflict shows that it
// was there.
var offerProbes = map[string]probe{
	"offer-list": list("/offers?state=all&limit=200", func(p prepared) string { return p.offer }),
	"offer-read": get(func(p prepared) string { return "/offers/" + p.offer }),
	"offer-preview": post(at("/offer-preview"), func(p prepared) fields {
		return fields{"team": p.team, "needs": []string{p.published}}
	}),
	"offer-send": post(at("/offers"), func(p prepared) fields {
		return fields{
			"id": newID(), "team": p.team, "needs": []string{p.published}, "persons": []string{enlist(p.As("office"), p.team)}, "days": 1,
			"eta": p.Now().AddDate(0, 0, 1), "origin": "队部",
		}
	}),
	"offer-correct": onOffer("/correct", func(p prepared) fields {
		o := readOffer(p.As("office"), p.offer)
		return fields{
			"id": newID(), "version": 0, "persons": []string{o.Persons[0].Member}, "days": 1, "eta": p.Now().AddDate(0, 0, 1), "origin": "队部",
		}
	}),
	"offer-withdraw":     reason("/withdraw"),
	"offer-acknowledge":  onOffer("/acknowledge", given(func() fields { return fields{"id": newID(), "version": 0} })),
	"offer-begin":        onOffer("/begin", given(func() fields { return fields{"id": newID(), "version": 0} })),
	"offer-match":        onOffer("/match", func(p prepared) fields { return fields{"id": newID(), "version": 0, "needs": []string{p.published}} }),
	"offer-stand-by":     reason("/stand_by"),
	"offer-take-up":      reason("/take_up"),
	"offer-send-back":    reason("/send_back"),
	"offer-decline":      reason("/decline"),
	"offer-accept":       reason("/accept"),
	"offer-deploy-first": onOffer("/deploy_first", stale(fields{"reason": "救人", "cause": "trapped"})),
	"offer-stand-down":   reason("/stand_down"),
	"offer-sign": onOffer("/sign", given(func() fields {
		return fields{"id": newID(), "version": 0, "station": 1, "result": "refuse", "reason": "人手不足"}
	})),
	"offer-sign-for": onOffer("/sign-for", func(p prepared) fields {
		return fields{"id": newID(), "version": 0, "station": 1, "result": "refuse", "reason": "人手不足", "decision": onBehalf(p.World, nil)}
	}),
	"offer-order": onOffer("/order", func(p prepared) fields {
		return fields{"id": newID(), "version": 0, "reportTo": "接待员", "reportAt": "北渡集结区", "by": p.Now().AddDate(0, 0, 1), "contact": "023-00000110"}
	}),
	"signing-desk-read": get(at("/signing-desks/500110")),
	"signing-desk-set": post(at("/signing-desks/500110"), func(p prepared) fields {
		if p.ID("signs-here") == "" {
			p.Account("signs-here", "某人")
			p.Grant("signs-here", access.Grant{Role: access.Office, Place: apptest.Qijiang})
		}
		return fields{"id": newID(), "version": 0, "officer": p.ID("signs-here")}
	}),
}
