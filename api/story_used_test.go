package api_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/parameter"
)

// usedBy are the values that stand with a record, read as a page reads it.
func usedBy(c *apptest.Client, page string) []api.UsedOut {
	return apptest.Read[struct {
		Used []api.UsedOut `json:"used"`
	}](c.Get(page).Want(http.StatusOK)).Used
}

// decisions are taken one by one, each by the values that its keys name; run answers where they are read.
var decisions = []struct {
	name, keys string
	run        func(t *testing.T, w *apptest.World) []api.UsedOut
}{
	{"an approval begins", "dispatch.approval.cross_county dispatch.deadline.province", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		_, _, o := approving(t, w, nil)
		return usedBy(w.As("office"), "/offers/"+o.ID)
	}},
	{"in the own county", "dispatch.approval.same_county dispatch.deadline.county", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		inc, need := running(t, w), publishedNeed(t, w, nil)
		o := submit(w.As("office"), offer(t, w.As("office"), signup(w, muster(w, fields{"home": "500110"}), fields{"incident": inc, "needs": []string{need}})).ID, need)
		return usedBy(w.As("office"), "/offers/"+o.ID)
	}},
	{"from another province", "dispatch.approval.cross_province dispatch.deadline.ministry", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		inc, need := running(t, w), publishedNeed(t, w, nil)
		o := submit(w.As("office"), offer(t, w.As("office"), signup(w, muster(w, fields{"home": xishui}), fields{"incident": inc, "needs": []string{need}})).ID, need)
		does(w.As("office"), o.ID, "sign-for", fields{"station": 1, "result": "agree", "decision": fields{
			"id": newID(), "decidedBy": "贵州省应急管理厅值班室", "how": "phone", "decidedAt": w.Now(),
		}}).Want(http.StatusOK)
		return usedBy(w.As("office"), "/offers/"+o.ID)
	}},
	{"between cities", "dispatch.approval.cross_city dispatch.deadline.city", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		province := bureau(w, "guizhou", "/52/")
		found(t, province, "52")
		inc := flood(t, w, province, fields{"place": "52", "places": []string{"520103"}})
		activate(province, inc).Want(http.StatusOK)
		need := verified(t, province, ask(t, w, fields{"place": "520103", "point": nil}).id, nil)
		publish(province, need, instruct(t, w, province, fields{"place": "520103"})).Want(http.StatusOK)
		crew := muster(w, fields{"home": xishui})
		o := submit(province, offer(t, w.Leader("xishui-captain", crew.team), signup(w, crew, fields{"incident": inc, "needs": []string{need}})).ID, need)
		return usedBy(province, "/offers/"+o.ID)
	}},
	{"deployed first", "dispatch.sign_after", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		_, _, o := approving(t, w, nil)
		does(w.As("office"), o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		does(w.As("office"), o.ID, "deploy_first", fields{"cause": "trapped", "reason": "水位上涨"}).Want(http.StatusOK)
		dispatched(w, w.As("office"), o.ID).Want(http.StatusOK)
		return usedBy(w.As("office"), "/offers/"+o.ID)
	}},
	{"a need has enough", "dispatch.saturation", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		_, need, o := approving(t, w, fields{"equipment": []fields{{"key": "boat", "count": 2}}})
		waiting := offer(t, w.As("office"), signup(w, muster(w, fields{"name": "黔江峡谷救援队"}), fields{"needs": []string{need}}))
		if got := keysOf(usedBy(w.As("office"), "/offers/"+waiting.ID)); got != "" {
			t.Errorf("before it is on standby: %s", got)
		}
		agrees(w.As("office"), o.ID, 1, nil).Want(http.StatusOK)
		if got := keysOf(usedBy(w.As("office"), "/offers/"+waiting.ID)); got != "dispatch.saturation" {
			t.Errorf("the offer on standby: %q", got)
		}
		return usedBy(w.As("office"), "/needs/"+need)
	}},
	{"the mechanism is activated", "coord.trigger_severity_min coord.groups", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		return usedBy(w.As("office"), "/incidents/"+running(t, w))
	}},
	{"two reports are one", "need.duplicate_distance need.duplicate_window", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		lead, second := ask(t, w, nil), ask(t, w, nil)
		w.As("zonghe").Post("/reports/"+second.id+"/merge", into(lead.id)).Want(http.StatusOK)
		return usedBy(w.As("zonghe"), "/reports/"+second.id)
	}},
	{"a report waited too long", "need.look_within need.look_again", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		r := ask(t, w, nil)
		w.Clock.Advance(11 * time.Minute)
		look(t, w.As("qijiang"), r.id)
		w.Clock.Advance(10 * time.Minute)
		look(t, w.As("qijiang"), r.id)
		if got := keysOf(usedBy(w.As("qijiang"), "/reports/"+r.id)); got != "need.look_within" {
			t.Errorf("the second look was in time: %q", got)
		}
		w.Clock.Advance(31 * time.Minute)
		look(t, w.As("qijiang"), r.id)
		return usedBy(w.As("qijiang"), "/reports/"+r.id)
	}},
	{"an address is over its limit", "need.report_rate_per_address", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		setFor(w, "need.report_rate_per_address", "0")
		r := ask(t, w, nil)
		look(t, w.As("qijiang"), r.id)
		return usedBy(w.As("qijiang"), "/reports/"+r.id)
	}},
	{"a flood", "need.flood_reports_per_minute", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		setFor(w, "need.flood_reports_per_minute", "0")
		r := ask(t, w, nil)
		look(t, w.As("qijiang"), r.id)
		return usedBy(w.As("qijiang"), "/reports/"+r.id)
	}},
	{"a team asks", "enquiry.answer_within", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		return usedBy(w.As("office"), enquiryAfter()(t, w))
	}},
	{"a pass is issued", "pass.window_most", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		return usedBy(w.As("office"), "/passes/"+issued(w.As("office"), passFor(w, approvedCars(t, w, 1), nil)).ID)
	}},
	{"a gate cannot tell", "pass.list_max_age pass.clock_skew", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		p, gate := issued(w.As("office"), passFor(w, approvedCars(t, w, 1), nil)), guard(w, "gate", apptest.Qijiang)
		for _, why := range []string{"list_old", "clock", "in_window"} {
			gate.Post("/passages", passageAt(w, fields{"number": p.Number, "verdict": "unknown", "why": why, "direction": "in"})).Want(http.StatusOK)
		}
		var all []api.UsedOut
		for _, x := range apptest.Read[api.PassDetail](w.As("office").Get("/passes/" + p.ID).Want(http.StatusOK)).Passages {
			all = append(all, x.Used...)
		}
		return all
	}},
	{"a wave is planned", "reception.wave_window_most", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		inc, need := running(t, w), publishedNeed(t, w, nil)
		x := comes(t, w, inc, need, "金佛山救援队")
		return usedBy(w.As("office"), "/withdrawals/"+planned(w, w.As("office"), inc, x.party).ID)
	}},
	{"a team leaves", "reception.home_within", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		inc, need, office := running(t, w), publishedNeed(t, w, nil), w.As("office")
		x := comes(t, w, inc, need, "金佛山救援队")
		wave := planned(w, office, inc, x.party)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		office.Post(x.path("/check-out"), counted(sheetOf(office, x), nil)).Want(http.StatusOK)
		return usedBy(office, x.path(""))
	}},
	{"a team is told", "notice.read_within", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		_, _, o := approving(t, w, nil)
		agrees(w.As("office"), o.ID, 1, nil).Want(http.StatusOK)
		does(w.As("office"), o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		dispatched(w, w.As("office"), o.ID).Want(http.StatusOK)
		var rings []api.RingOut
		w.Eventually("the team is told", func() bool {
			w.Clock.Advance(11 * time.Minute)
			rings = outbox(w.As("office"), o.Incident, "phone").Phone
			return len(rings) > 0
		})
		return rings[0].Used
	}},
	{"personal data are destroyed", "destruction.keep_days", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		id, _ := actIn(t, w, "proposed")
		setFor(w, "destruction.keep_days", "20")
		w.Clock.Advance(time.Second)
		if u := theAct(w, id).Used; keysOf(u) != "destruction.keep_days" || u[0].Value != "30" {
			t.Errorf("when it was proposed: %+v", u)
		}
		takeDestruction(secondOffice(w), id, "confirm", theAct(w, id).Version, "").Want(http.StatusOK)
		if u := theAct(w, id).Used; keysOf(u) != "destruction.keep_days" || u[0].Value != "20" {
			t.Errorf("when it was confirmed: %+v", u)
		}
		return theAct(w, id).Used
	}},
	{"personal data are held back", "destruction.hold_days_max", func(t *testing.T, w *apptest.World) []api.UsedOut {
		t.Helper()
		scope := dueMonth(t, w)
		holdBack(w, w.As("office"), scope, nil).Want(http.StatusOK)
		return tried(w.As("office"), scope).Lot.Holds[0].Used
	}},
}

// provenIn are the keys whose decision takes more than the API has: where their tests stand.
var provenIn = map[string]string{
	"notice.sms_tries": "../domain/notice/send_test.go", // a gateway
}

func keysOf(list []api.UsedOut) string {
	var keys []string
	for _, u := range list {
		keys = append(keys, u.Key)
	}
	return strings.Join(keys, " ")
}

// Every key by which something is decided is stored with what it decided, as it was then, with the place and source it came
// from, and is read where the decision is read.
//
// proves: S003-13
func TestDecisionsKeepWhatTheyWereTakenBy(t *testing.T) {
	tied := map[string]bool{}
	for _, d := range decisions {
		for key := range strings.FieldsSeq(d.keys) {
			tied[key] = true
		}
		t.Run(d.name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, w *apptest.World) {
				list := d.run(t, w)
				got := keysOf(list)
				for key := range strings.FieldsSeq(d.keys) {
					if !strings.Contains(" "+got+" ", " "+key+" ") {
						t.Errorf("%s is not kept; kept are: %s", key, got)
					}
				}
				for _, u := range list {
					if u.Value == "" || u.Unit == "" || u.Source == "" || u.Place.Name == "" || u.At.IsZero() {
						t.Errorf("not whole: %+v", u)
					}
				}
			})
		})
	}
	for _, k := range parameter.Keys() {
		if (k.Decides != "") != (tied[k.Name] || provenIn[k.Name] != "") {
			t.Errorf("%s decides %q: tied to a decision %t", k.Name, k.Decides, tied[k.Name])
		}
		if file := provenIn[k.Name]; file != "" {
			if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"`+k.Name+`"`) {
				t.Errorf("%s is not tested in %s: %v", k.Name, file, err)
			}
		}
	}
}

// What is set later changes nothing of a decision; the next one is taken by it, and shows it.
func TestDecisionsStandWhateverIsSetLater(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		setFor(w, "enquiry.answer_within", "45")
		w.Clock.Advance(time.Second)
		page := enquiryAfter()(t, w)
		setFor(w, "enquiry.answer_within", "5")
		w.Clock.Advance(time.Second)
		office := w.As("office")
		if u := usedBy(office, page); len(u) != 1 || u[0].Value != "45" || u[0].Unit != "min" || u[0].Place.Path != string(apptest.City) || u[0].Source != "本市规定" {
			t.Errorf("the first question: %+v", u)
		}
		office.Post(page+"/answer", enquiryStep("可以")).Want(http.StatusOK)
		office.Post(page+"/ask-again", enquiryStep("从哪里下道")).Want(http.StatusOK)
		if u := usedBy(office, page); len(u) != 1 || u[0].Value != "5" {
			t.Errorf("asked again: %+v", u)
		}
	})
}
