package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/team"
)

// prepared is the world of the access golden: records in 綦江区, one of each kind.
type prepared struct {
	*apptest.World
	report, seen asked  // worked on; only read
	need         string // worked on, published
	published    string // only read
	order        string
	orderScan    string // of the order
	account      string // of somebody to be granted something
	pass         string // of a vehicle of another team of the place, deployed first
	zone, gate   string // of the incident
	escort, area string // of the pass; on its way
	mechanism    string // of 綦江区, with a liaison officer
	unit         string
	liaison      string
	incident     string // commanded by 綦江区, with a roster in force, a hand-over and a working group
	quiet        string // recorded only, worked on
	handover     string
	directive    string
	enquiry      string // of the team of the place
	decision     string
	scan         string // of the decision
	response     string
	request      string // for support of a team of the place
	team, person string // of the place, and a member of it
	policy, car  string
	party        string // of a team of the place, without approval; a person of it, and the point
	presence     string
	point        string
	offer        string // of a team of 綦江区 to its incident
	leaver, wave string // a party on site of the team of the place, and the wave that it is planned in
	told         told   // of what went out in the incident
	mission      string // of a team of the place, in the sector
	sector       string
	crew         api.PartyDetail // the party that has it, with one who is free
	doomed       doomed
}

func prepare(t *testing.T, w *apptest.World) prepared {
	t.Helper()
	group := w.As("zonghe")
	p := prepared{World: w, report: ask(t, w, nil), seen: ask(t, w, nil), order: instruct(t, w, group, nil)}
	p.need, p.published = verified(t, group, ask(t, w, nil).id, nil), verified(t, group, ask(t, w, nil).id, nil)
	publish(group, p.need, p.order).Want(http.StatusOK)
	publish(group, p.published, p.order).Want(http.StatusOK)
	p.orderScan = newID()
	attachesPaper(group, p.order, p.orderScan, "image/png", pngOf(3)).Want(http.StatusNoContent)
	p.account = w.Account("subject", "某人")
	p.team = w.Team(team.Team{Name: "綦江水域队", Place: apptest.Qijiang, Legal: "registered", Level: "county", Authority: "綦江区民政局"})
	office := w.As("office")
	p.person = enlist(office, p.team)
	p.policy = insure(office, p.team, nil)
	p.car = drive(office, p.team)
	p.prepareIncident(t)
	p.offer = prepareOffer(t, p)
	p.pass = preparePass(t, p)
	p.escort, p.area = prepareEscort(p)
	p.party, p.presence, p.point = prepareParty(t, p)
	zone, point := cordon(w, nil), accessPoint(nil)
	p.zone, p.gate = zone["id"].(string), point["id"].(string)
	w.As("qijiang-office").Post("/incidents/"+p.incident+"/zones", zone).Want(http.StatusOK)
	w.As("qijiang-office").Post("/incidents/"+p.incident+"/access-points", point).Want(http.StatusOK)
	p.prepareWithdrawal(t)
	p.told = prepareNotice(t, p)
	p.mission, p.sector, p.crew = prepareMission(t, p)
	p.doomed = prepareDestruction(t, w)
	return p
}

// prepareIncident founds the mechanism of 綦江区 and runs an incident of its own, all in the name of its office.
func (p *prepared) prepareIncident(t *testing.T) {
	t.Helper()
	w := p.World
	w.Account("qijiang-office", "罗知远")
	w.Grant("qijiang-office", access.Grant{Role: access.Office, Place: apptest.Qijiang})
	office := w.As("qijiang-office")
	p.mechanism = found(t, office, "500110")
	p.unit = apptest.Read[api.MechanismDetail](office.Get("/mechanisms/" + p.mechanism).Want(http.StatusOK)).Members[0].Unit
	p.liaison = newID()
	office.Post("/mechanisms/"+p.mechanism+"/liaisons", fields{"id": p.liaison, "unit": p.unit, "name": "江若川", "phone": phone1}).Want(http.StatusOK)
	p.quiet = flood(t, w, office, fields{"place": "500110", "places": []string{"500110"}})
	p.incident = flood(t, w, office, fields{"place": "500110", "places": []string{"500110"}})
	activate(office, p.incident).Want(http.StatusOK)
	approveRoster(t, w, office, p.incident)
	p.handover, p.decision, p.response, p.directive = newID(), newID(), newID(), newID()
	directs(office, w, p.incident, fields{"id": p.directive, "halts": []string{}}).Want(http.StatusOK)
	office.Post("/incidents/"+p.incident+"/handovers", fields{"id": p.handover, "from": "general", "to": "coordination", "itemKind": "matter", "matter": "复核人数"}).Want(http.StatusOK)
	office.Post("/incidents/"+p.incident+"/decisions", onBehalf(w, fields{"id": p.decision, "about": "other", "how": "phone", "reference": nil, "words": "加大力量"})).Want(http.StatusOK)
	p.scan = newID()
	attaches(office, p.incident, p.decision, p.scan, "image/png", pngOf(3)).Want(http.StatusNoContent)
	office.Post("/incidents/"+p.incident+"/responses", startOf(w, fields{"id": p.response})).Want(http.StatusOK)
	p.request = askSupport(office, p.incident, p.team, nil)
	p.enquiry = newID()
	asks(office, p.incident, fields{"id": p.enquiry, "team": p.team}).Want(http.StatusCreated)
}

// probe makes one real request of an operation. sees, when not empty, must stand in the answer of a list: a list that
// leaves the record out hides it.
type probe func(p prepared, c *apptest.Client) (a *apptest.Answer, sees string)

func plain(ask func(p prepared, c *apptest.Client) *apptest.Answer) probe {
	return func(p prepared, c *apptest.Client) (*apptest.Answer, string) { return ask(p, c), "" }
}

func post(path func(p prepared) string, body func(p prepared) fields) probe {
	return plain(func(p prepared, c *apptest.Client) *apptest.Answer { return c.Post(path(p), body(p)) })
}

func at(path string) func(prepared) string { return func(prepared) string { return path } }

func onReport(rest string) func(prepared) string {
	return func(p prepared) string { return "/reports/" + p.report.id + rest }
}

func onNeed(rest string) func(prepared) string {
	return func(p prepared) string { return "/needs/" + p.need + rest }
}

func onIncident(rest string) func(prepared) string {
	return func(p prepared) string { return "/incidents/" + p.incident + rest }
}

func onHandover(rest string) func(prepared) string {
	return func(p prepared) string { return "/incidents/" + p.incident + "/handovers/" + p.handover + rest }
}

func onDirective(rest string) func(prepared) string {
	return func(p prepared) string { return "/incidents/" + p.incident + "/directives/" + p.directive + rest }
}

func onSupport(rest string) func(prepared) string {
	return func(p prepared) string { return "/support/" + p.request + rest }
}

func onEnquiry(rest string) func(prepared) string {
	return func(p prepared) string { return "/enquiries/" + p.enquiry + rest }
}

// invited is an account whose link nobody has used yet.
func (p prepared) invited() string {
	account := newID()
	if _, err := p.App.Access.Invite(p.System(), access.Account{ID: account, Login: "new-" + account[24:], Name: "卢远航"}); err != nil {
		panic(err)
	}
	return account
}

func onMechanism(rest string) func(prepared) string {
	return func(p prepared) string { return "/mechanisms/" + p.mechanism + rest }
}

func onTeam(rest string) func(prepared) string {
	return func(p prepared) string { return "/teams/" + p.team + rest }
}

func given(with func() fields) func(prepared) fields { return func(prepared) fields { return with() } }

func get(path func(prepared) string) probe {
	return plain(func(p prepared, c *apptest.Client) *apptest.Answer { return c.Get(path(p)) })
}

func list(path string, record func(prepared) string) probe {
	return func(p prepared, c *apptest.Client) (*apptest.Answer, string) {
		return seek(c, strings.ReplaceAll(path, "{incident}", p.incident)), record(p)
	}
}

func list2(path, record func(prepared) string) probe {
	return func(p prepared, c *apptest.Client) (*apptest.Answer, string) { return c.Get(path(p)), record(p) }
}

// countBoats says anew how many boats the team has, going by the version that is on record.
func countBoats(p prepared, c *apptest.Client) *apptest.Answer {
	version := int64(0)
	for _, i := range apptest.Read[api.StockOut](p.As("office").Get("/teams/" + p.team + "/equipment").Want(http.StatusOK)).Equipment {
		version = i.Version
	}
	return c.Post("/teams/"+p.team+"/equipment", fields{"id": newID(), "version": version, "kind": "boat", "count": 2, "usable": 1})
}

// probes are how each operation is tried; the OpenAPI document says which must be here. "live" is no operation of it.
var probes = map[string]probe{
	"account-list":   get(at("/accounts")),
	"account-course": get(func(p prepared) string { return "/accounts/" + p.account + "/course" }),
	"incident-names": list("/incident-names", func(p prepared) string { return p.incident }),
	"account-invite": post(at("/accounts"), given(func() fields {
		return fields{"id": newID(), "login": "n" + strings.ReplaceAll(newID(), "-", ""), "name": "某人"}
	})),
	"account-link": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/accounts/"+p.invited()+"/link", nil)
	}),
	"account-identify": post(func(p prepared) string { return "/accounts/" + p.account + "/identity" }, given(func() fields {
		return fields{"id": newID(), "number": inventNumber(serial()), "why": "登记有误"}
	})),
	"grant-give": post(func(p prepared) string { return "/accounts/" + p.account + "/grants" }, given(func() fields {
		return fields{"id": newID(), "role": "duty", "place": "500110"}
	})),
	"grant-confirm": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/grants/"+p.Grant("subject", access.Grant{Role: access.Duty, Place: apptest.Qijiang})+"/confirm", nil)
	}),
	"grant-revoke": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/grants/"+p.Grant("subject", access.Grant{Role: access.Duty, Place: apptest.Qijiang})+"/revoke", fields{"reason": "离岗"})
	}),
	"setup-read": get(at("/setup")),
	"setup": post(at("/setup"), given(func() fields {
		one := fields{"role": "auditor", "login": "abc", "name": "某人"}
		return fields{"code": "none", "administrators": []fields{one, one, one}}
	})),
	"enrolment-read":       post(at("/enrolments/read"), given(func() fields { return fields{"token": "none"} })),
	"enrolment-end":        post(at("/enrolments"), given(func() fields { return fields{"token": "none", "password": apptest.Password} })),
	"place-search-public":  get(at("/public/places?q=qijiang")),
	"place-outline-public": get(at("/public/places/500110/outline")),
	"report-merge": post(onReport("/merge"), func(p prepared) fields {
		return fields{"id": newID(), "version": 0, "into": p.seen.id}
	}),
	"report-unmerge":   post(onReport("/unmerge"), given(func() fields { return because("两处") })),
	"instruction-list": list("/instructions", func(p prepared) string { return p.order }),
	"instruction-record": post(at("/instructions"), func(p prepared) fields {
		return fields{"id": newID(), "number": "1 号", "issuer": "区政府", "how": "paper", "issuedAt": p.Now(), "place": "500110"}
	}),
	"instruction-file": post(func(p prepared) string { return "/instructions/" + p.order + "/papers" }, func(p prepared) fields {
		return fields{"id": newID(), "number": "2 号", "dated": p.Now()}
	}),
	"lifecycles": get(at("/lifecycles")),
	"search": func(p prepared, c *apptest.Client) (*apptest.Answer, string) {
		return c.With("Search", url.PathEscape("綦江水域队")).Get("/search?limit=50"), p.team
	},

	"mechanism-list": list("/mechanisms", func(p prepared) string { return p.mechanism }),
	"mechanism-read": get(onMechanism("")),
	"mechanism-found": post(at("/mechanisms"), given(func() fields {
		return fields{"id": newID(), "place": "500110", "says": mechanism(nil)}
	})),
	"mechanism-change": post(onMechanism("/change"), given(func() fields {
		return merge(because("调整"), fields{"version": apptest.Stale, "says": mechanism(nil)})
	})),
	"liaison-name": post(onMechanism("/liaisons"), func(p prepared) fields {
		return fields{"id": newID(), "unit": newID(), "name": "某人", "phone": phone2}
	}),
	"liaison-try": post(func(p prepared) string { return "/mechanisms/" + p.mechanism + "/liaisons/" + p.liaison + "/try" }, given(func() fields {
		return fields{"id": newID(), "reached": true}
	})),
	"liaison-reveal": post(func(p prepared) string { return "/mechanisms/" + p.mechanism + "/liaisons/" + p.liaison + "/reveal" }, given(func() fields {
		return fields{"purpose": "联络"}
	})),
	"enquiry-list":       list("/incidents/{incident}/enquiries", func(p prepared) string { return p.enquiry }),
	"enquiry-own":        get(at("/team/enquiries")),
	"enquiry-ask":        post(onIncident("/enquiries"), func(p prepared) fields { return question(fields{"team": p.team}) }),
	"enquiry-read":       get(onEnquiry("")),
	"enquiry-answer":     post(onEnquiry("/answer"), given(func() fields { return enquiryStep("可以") })),
	"enquiry-ask-again":  post(onEnquiry("/ask-again"), given(func() fields { return enquiryStep("何时") })),
	"enquiry-settle":     post(onEnquiry("/settle"), given(func() fields { return enquiryStep("") })),
	"support-categories": get(at("/support/categories")),
	"support-list":       list("/incidents/{incident}/support", func(p prepared) string { return p.request }),
	"support-own":        get(at("/team/support")),
	"support-raise": post(onIncident("/support"), func(p prepared) fields {
		return supportBody(p.team, nil)
	}),
	"support-read":     get(onSupport("")),
	"support-route":    post(onSupport("/route"), given(func() fields { return merge(because(""), fields{"to": "商务局"}) })),
	"support-return":   post(onSupport("/return"), given(func() fields { return because("无货") })),
	"support-supply":   post(onSupport("/supply"), given(func() fields { return merge(because(""), fields{"quantity": 1}) })),
	"support-complete": post(onSupport("/complete"), given(func() fields { return because("") })),
	"support-confirm":  post(onSupport("/confirm"), given(func() fields { return because("") })),
	"support-dispute":  post(onSupport("/dispute"), given(func() fields { return merge(because("未到"), fields{"quantity": 1}) })),
	"support-miss":     post(onSupport("/miss"), given(func() fields { return because("未到") })),
	"support-cancel":   post(onSupport("/cancel"), given(func() fields { return because("不需要") })),
	"contact-list":     get(at("/public/contacts?place=500110")),
	"incident-list":    list("/incidents?state=all", func(p prepared) string { return p.incident }),
	"incident-read":    get(onIncident("")),
	"incident-record": post(at("/incidents"), func(p prepared) fields {
		return merge(floodBody(p.World), fields{"place": "500110", "places": []string{"500110"}})
	}),
	"incident-change": post(onIncident("/change"), given(func() fields {
		return merge(because("扩大"), fields{"name": "綦江区暴雨", "severity": 2})
	})),
	"incident-activate": post(onIncident("/activate"), given(func() fields { return merge(because("严重"), fields{"basis": "预案"}) })),
	"incident-drop":     post(onIncident("/drop"), given(func() fields { return because("不启动") })),
	"incident-withdraw": post(func(p prepared) string { return "/incidents/" + p.quiet + "/withdraw" }, given(func() fields { return because("撤离") })),
	"incident-resume":   post(onIncident("/resume"), given(func() fields { return because("恢复") })),
	"incident-close":    post(func(p prepared) string { return "/incidents/" + p.quiet + "/close" }, given(func() fields { return because("结束") })),
	"incident-reopen": post(onIncident("/reopen"), func(p prepared) fields {
		return fields{"version": 0, "reason": "反复", "decision": onBehalf(p.World, nil)}
	}),
	"incident-board":  get(onIncident("/board")),
	"incident-course": get(onIncident("/course")),
	"incident-map":    get(onIncident("/map?west=105&south=28&east=111&north=33&zoom=8")),
	"decision-record": post(onIncident("/decisions"), func(p prepared) fields {
		return onBehalf(p.World, fields{"about": "other", "words": "加大力量"})
	}),
	"decision-confirm": post(func(p prepared) string { return "/incidents/" + p.incident + "/decisions/" + p.decision + "/confirm" }, given(func() fields {
		return fields{"id": newID(), "reference": "1 号"}
	})),
	"scan-attach": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return attaches(c, p.incident, p.decision, newID(), "image/png", pngOf(3))
	}),
	"instruction-course": get(func(p prepared) string { return "/instructions/" + p.order + "/course" }),
	"instruction-scan-attach": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return attachesPaper(c, p.order, newID(), "image/png", pngOf(2))
	}),
	"instruction-scan-list": get(func(p prepared) string { return papersOf(p.order) }),
	"instruction-scan-read": get(func(p prepared) string { return papersOf(p.order) + "/" + p.orderScan }),
	"scan-list":             get(func(p prepared) string { return scansOf(p.incident, p.decision) }),
	"scan-read":             get(func(p prepared) string { return scansOf(p.incident, p.decision) + "/" + p.scan }),
	"response-record":       post(onIncident("/responses"), func(p prepared) fields { return startOf(p.World, nil) }),
	"response-end": post(func(p prepared) string { return "/incidents/" + p.incident + "/responses/" + p.response + "/end" }, func(p prepared) fields {
		return onBehalf(p.World, nil)
	}),
	"roster-save": post(onIncident("/roster"), given(func() fields {
		return fields{"id": newID(), "version": 99, "persons": three(nil)}
	})),
	"roster-submit":  post(onIncident("/roster/submit"), given(func() fields { return fields{"id": newID(), "version": 0} })),
	"roster-approve": post(onIncident("/roster/approve"), func(p prepared) fields { return onBehalf(p.World, fields{"version": 0}) }),
	"roster-return":  post(onIncident("/roster/return"), func(p prepared) fields { return onBehalf(p.World, fields{"version": 0}) }),
	"roster-reveal":  post(onIncident("/roster/1/0/reveal"), given(func() fields { return fields{"purpose": "联络"} })),
	"contact-publish": post(onIncident("/contacts"), given(func() fields {
		return fields{"id": newID(), "contacts": []fields{{"name": "值班", "number": "023-00000119", "public": true}}}
	})),
	"report-join": post(onIncident("/reports"), func(p prepared) fields {
		return fields{"id": newID(), "reports": []string{p.seen.id}}
	}),
	"directive-list": get(onIncident("/directives")),
	"directive-record": post(onIncident("/directives"), given(func() fields {
		return fields{"id": newID(), "groups": []string{"general"}, "decision": fields{"id": newID(), "decidedBy": "指挥部", "how": "paper", "reference": "指令 2 号", "words": "加强核实", "decidedAt": apptest.Start}}
	})),
	"directive-lift": post(onDirective("/lift"), given(func() fields {
		return fields{"id": newID(), "version": 0, "decidedBy": "指挥部", "how": "paper", "reference": "指令 3 号", "decidedAt": apptest.Start}
	})),
	"directive-take":   post(onDirective("/coordination/take"), given(func() fields { return fields{"id": newID(), "version": 0} })),
	"directive-report": post(onDirective("/coordination/report"), given(func() fields { return fields{"id": newID(), "version": 0, "words": "已办"} })),
	"handover-list":    get(onIncident("/handovers")),
	"handover-send": post(onIncident("/handovers"), given(func() fields {
		return fields{"id": newID(), "from": "general", "to": "support", "itemKind": "matter", "matter": "送水"}
	})),
	"handover-take":   post(onHandover("/take"), given(func() fields { return fields{"id": newID(), "version": 0} })),
	"handover-return": post(onHandover("/return"), given(func() fields { return fields{"id": newID(), "version": 0, "reason": "不属本组"} })),
	"handover-finish": post(onHandover("/finish"), given(func() fields { return fields{"id": newID(), "version": 0} })),
	"working-group-send": post(onIncident("/working-groups"), given(func() fields {
		return fields{"id": newID(), "place": "500110", "head": "秦可舟", "task": "指导"}
	})),
	"working-group-back": post(onIncident("/working-groups/"+"00000000-0000-7000-8000-000000000000"+"/back"), given(func() fields { return fields{"id": newID()} })),
	"live":               plain(func(_ prepared, c *apptest.Client) *apptest.Answer { return c.LiveStatus() }),
	"need-list":          list("/needs?state=all", func(p prepared) string { return p.need }),
	"need-map":           list("/needs/map?state=all&zoom=8&west=105&south=28&east=111&north=33", func(p prepared) string { return p.published }),
	"need-public":        get(at("/public/needs")),
	"need-read":          get(onNeed("")),
	"need-close":         post(onNeed("/close"), given(func() fields { return because("已转移") })),
	"need-correct": post(onNeed("/correct"), given(func() fields {
		return fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(nil)}
	})),
	"need-publish": post(onNeed("/publish"), func(p prepared) fields {
		return fields{"id": newID(), "version": 0, "instruction": p.order, "audience": []string{"teams"}}
	}),
	"need-withdraw":  post(onNeed("/withdraw"), given(func() fields { return because("地点有误") })),
	"parameter-list": get(at("/parameters?place=500110")),
	"parameter-set": post(at("/parameters"), given(func() fields {
		return fields{"id": newID(), "key": "need.look_again", "place": "500110", "value": "20", "source": "区局规定"}
	})),
	"place-search":  get(at("/places?q=qijiang")),
	"place-read":    get(at("/places/500110")),
	"place-outline": get(at("/places/500110/outline")),
	"place-at":      get(at("/public/place?lon=106.65&lat=29.02")),
	"receipt-read":  post(at("/public/receipts"), func(p prepared) fields { return fields{"receipt": p.seen.receipt} }),
	"receipt-claim": post(at("/public/receipts/claims"), func(p prepared) fields {
		return fields{"receipt": p.seen.receipt, "id": newID(), "kind": "safe"}
	}),
	"report-send": post(at("/public/reports"), given(func() fields { return call(nil) })),
	"report-list": list("/reports?stage=all", func(p prepared) string { return p.seen.id }),
	"report-take": post(at("/reports"), given(func() fields { return call(nil) })),
	"report-read": get(onReport("")),
	"report-look": post(onReport("/look"), given(func() fields { return nil })),
	"report-attempt": post(onReport("/attempts"), given(func() fields {
		return fields{"id": newID(), "method": "drone", "result": "confirmed"}
	})),
	"report-decide": post(onReport("/outcome"), given(func() fields { return fields{"id": newID(), "version": 0, "outcome": "false"} })),
	"report-reopen": post(onReport("/reopen"), given(func() fields { return because("再核") })),
	"report-reveal": post(onReport("/reveal"), given(func() fields { return fields{"purpose": "回拨"} })),
	"session-open":  post(at("/session"), given(func() fields { return fields{"login": "zonghe", "password": apptest.Password} })),
	"session-read":  get(at("/session")),
	"session-list":  get(at("/sessions")),
	"session-end": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		a := c.Get("/sessions")
		if a.Status != http.StatusOK {
			return a
		}
		own := apptest.Read[api.PageOf[api.SessionOut]](a).Items
		if len(own) < 2 {
			return c.Delete("/sessions/" + newID())
		}
		return c.Delete("/sessions/" + own[slices.IndexFunc(own, func(s api.SessionOut) bool { return !s.Mine })].ID)
	}),
	"session-close": plain(func(_ prepared, c *apptest.Client) *apptest.Answer { return c.Delete("/session") }),
	"team-list":     list("/teams", func(p prepared) string { return p.team }),
	"team-names":    list("/team-names?q=綦江水域队", func(p prepared) string { return p.team }),
	"team-register": post(at("/teams"), given(func() fields { return newTeam(nil) })),
	"team-read":     get(onTeam("")),
	"team-mine":     get(at("/team")),
	"team-change": post(onTeam("/change"), given(func() fields {
		return newTeam(fields{"name": "綦江水域队", "legal": nil, "version": 0})
	})),
	"team-legal":  post(onTeam("/legal"), given(func() fields { return fields{"id": newID(), "version": 0, "verb": "resume", "reason": "整改完成"} })),
	"team-reveal": post(onTeam("/reveal"), given(func() fields { return fields{"purpose": "联系出队"} })),
	"member-list": list2(onTeam("/members?limit=200"), func(p prepared) string { return p.person }),
	"member-add":  post(onTeam("/members"), given(func() fields { return someone(nil) })),
	"member-read": get(func(p prepared) string { return "/members/" + p.person }),
	"member-change": post(func(p prepared) string { return "/members/" + p.person + "/change" }, given(func() fields {
		return fields{"id": newID(), "version": 0, "name": "余知秋", "post": "boat"}
	})),
	"member-leave": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/members/"+enlist(p.As("office"), p.team)+"/leave", because("离队"))
	}),
	"member-reveal": post(func(p prepared) string { return "/members/" + p.person + "/reveal" }, given(func() fields { return fields{"purpose": "核对身份"} })),
	"policy-list":   list2(onTeam("/policies"), func(p prepared) string { return p.policy }),
	"policy-add":    post(onTeam("/policies"), given(func() fields { return insurance(nil) })),
	"policy-change": post(func(p prepared) string { return "/teams/" + p.team + "/policies/" + p.policy + "/change" }, given(func() fields {
		return insurance(fields{"version": 0})
	})),
	"equipment-list":  list2(onTeam("/equipment"), func(p prepared) string { return p.car }),
	"equipment-count": plain(countBoats),
	"vehicle-add":     post(onTeam("/vehicles"), given(func() fields { return car(nil) })),
	"vehicle-read":    get(func(p prepared) string { return "/vehicles/" + p.car }),
	"vehicle-change": post(func(p prepared) string { return "/vehicles/" + p.car + "/change" }, given(func() fields {
		return car(fields{"version": 0})
	})),
	"vehicle-retire": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/vehicles/"+drive(p.As("office"), p.team)+"/retire", because("报废"))
	}),
	"team-needs": list("/team/needs?limit=200", func(p prepared) string { return p.published }),
}

// ends lists the operations after which a client is signed in as somebody else or not at all.
var ends = []string{"session-open", "session-close", "session-end"}
