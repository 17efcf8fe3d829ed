package api_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/pass"
)

// drillGround is where offers are made in a drill: offers of this world belong to it from now on.
func drillGround(t *testing.T, w *apptest.World) ground {
	t.Helper()
	office, desk := w.As("office"), w.As("zonghe")
	found(t, office, "50")
	g := ground{incident: flood(t, w, office, fields{"drill": true}), team: enrolTeam(office, fields{"home": "500119"})}
	activate(office, g.incident).Want(http.StatusOK)
	report := newID()
	desk.Post("/reports", fields{"id": report, "kind": "trapped_water", "text": "演练：河边 2 人", "point": fields{"lon": 106.56, "lat": 28.95}, "incident": g.incident}).Want(http.StatusCreated)
	g.need = verified(t, desk, report, fields{"teams": 0, "equipment": []fields{}})
	publish(office, g.need, instruct(t, w, office, nil)).Want(http.StatusOK)
	insure(office, g.team, nil)
	grounds.Store(w, g)
	return g
}

// A pass of a drill says so in its code, on its page, on the list for toll stations and on that of the gates, so that none
// takes it for one in earnest. The code names its issuer and where it leads.
//
// proves: S004-55
func TestPassOfADrill(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		g := drillGround(t, w)
		c := approvedCars(t, w, 1)
		p := issued(office, passFor(w, c, nil))
		gate := guard(w, "gate", apptest.Qijiang)
		list, key := listed(t, gate)
		token, err := pass.Open(p.Code, key)
		if err != nil || !token.Drill || !p.Drill || token.Issuer != "市级现场抢险救援指挥部" || token.To != p.Destination.Full {
			t.Errorf("the code says %+v, %v; the page %+v", token, err, p)
		}
		if !slices.Contains(list.Drills, token.Incident) || len(list.Incidents) != 1 || list.Incidents[0].Number != token.Incident {
			t.Errorf("the list says drills %v, incidents %+v", list.Drills, list.Incidents)
		}
		if paper := office.Get("/passes/" + p.ID + "/paper").Want(http.StatusOK); paper.Status != http.StatusOK {
			t.Errorf("no paper: %d", paper.Status)
		}
		office.Post("/incidents/"+g.incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		office.Post("/passes/"+p.ID+"/toll", tollWords(w, "ask")).Want(http.StatusOK)
		file := office.Get("/incidents/" + g.incident + "/toll-list").Want(http.StatusOK)
		if lines := bytes.Split(bytes.TrimSpace(file.Body), []byte("\r\n")); len(lines) != 2 || !bytes.HasSuffix(lines[1], []byte("演练，不用于免费通行")) {
			t.Errorf("the list for toll stations: %s", file.Body)
		}

		real := flood(t, w, office, nil)
		activate(office, real).Want(http.StatusOK)
		list, _ = listed(t, gate)
		if len(list.Drills) != 1 || len(list.Incidents) != 2 {
			t.Errorf("beside one in earnest: drills %v of %+v", list.Drills, list.Incidents)
		}
	})
}

// A team that was stood down on its way is let out and not in: the gates of other counties know it too.
func TestPassOfATeamThatWasStoodDown(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		p := issued(office, passFor(w, c, nil))
		gate, far := guard(w, "gate", apptest.Qijiang), guard(w, "far", "/50/500102/")
		if list, _ := listed(t, gate); len(list.Homeward) != 0 {
			t.Fatalf("before: %+v", list)
		}
		office.Post("/offers/"+c.offer+"/stand_down", because("险情解除")).Want(http.StatusOK)
		if list, _ := listed(t, gate); !slices.Equal(list.Homeward, []string{p.Number}) || len(list.Passes) != 1 || len(list.Revoked) != 0 {
			t.Errorf("after: %+v", list)
		}
		if list, _ := listed(t, far); !slices.Equal(list.Homeward, []string{p.Number}) || len(list.Passes) != 0 {
			t.Errorf("elsewhere: %+v", list)
		}
		office.Post("/passages", fields{
			"id": newID(), "place": "500110", "gate": "北渡站卡口", "number": p.Number, "verdict": "go", "direction": "out", "at": w.Now(),
		}).Want(http.StatusOK)
		if now := apptest.Read[api.PassDetail](office.Get("/passes/" + p.ID).Want(http.StatusOK)); now.State != "used" {
			t.Errorf("after it went home its pass is %s", now.State)
		}
	})
}

// The columns of the list for toll stations are what the place that commands the incident has set, in both files.
func TestColumnsOfTheTollList(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		p := issued(office, passFor(w, c, nil))
		office.Post("/incidents/"+c.incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		office.Post("/passes/"+p.ID+"/toll", tollWords(w, "ask")).Want(http.StatusOK)
		set := func(value string) *apptest.Answer {
			return office.Post("/parameters", fields{"id": newID(), "key": "pass.toll_columns", "place": "50", "value": value, "source": "市交通局表样"})
		}
		set("车牌=licence").Want(http.StatusUnprocessableEntity).Names("body.value", "column_field")
		set("序号=index|号牌=plate|收费站=|依据=paper").Want(http.StatusNoContent)
		file := office.Get("/incidents/" + c.incident + "/toll-list").Want(http.StatusOK)
		if want := "\ufeff序号,号牌,收费站,依据\r\n1," + p.Plate + ",,函 8 号\r\n"; string(file.Body) != want {
			t.Errorf("the file says %q, want %q", file.Body, want)
		}
		book, err := excelize.OpenReader(bytes.NewReader(office.Get("/incidents/" + c.incident + "/toll-list?format=xlsx").Want(http.StatusOK).Body))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		if rows, err := book.GetRows("免费通行车辆名单"); err != nil || len(rows) < 3 || !slices.Equal(rows[1], []string{"序号", "号牌", "收费站", "依据"}) || rows[2][1] != p.Plate {
			t.Errorf("the workbook holds %q, %v", rows, err)
		}
	})
}

// The receipt of the list and the number of the refund stand side by side, each with its date. A pass given anew is on the
// list only as far as the list covers its window.
//
// proves: S004-67
func TestTollOfAPassGivenAnew(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 2)
		office.Post("/incidents/"+c.incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		onList := func(vehicle int) api.PassDetail {
			t.Helper()
			p := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[vehicle]}))
			for _, verb := range []string{"ask", "list"} {
				office.Post("/passes/"+p.ID+"/toll", tollWords(w, verb)).Want(http.StatusOK)
			}
			return p
		}
		anew := func(p api.PassDetail, from, to time.Time) api.PassDetail {
			t.Helper()
			return apptest.Read[api.PassDetail](office.Post("/passes/"+p.ID+"/return", fields{"id": newID(), "version": 0, "from": from, "to": to}).Want(http.StatusCreated))
		}
		first := onList(0)
		if got := anew(first, w.Now(), first.BackTo.Add(time.Hour)); got.Toll != "not_asked" || got.Receipt != "" || got.TollWhy == "" || got.TollCause != "not_on_list" {
			t.Errorf("past what the list covers: %+v", got)
		}
		second := onList(1)
		within := anew(second, w.Now(), second.BackTo.Add(-time.Hour))
		if within.Toll != "on_list" || within.Receipt != "JT-0001" {
			t.Errorf("within what the list covers: %+v", within)
		}
		listedAt := w.Now()
		office.Post("/passes/"+within.ID+"/toll", tollWords(w, "charge")).Want(http.StatusOK)
		w.Clock.Advance(2 * time.Hour)
		office.Post("/passes/"+within.ID+"/toll", merge(tollWords(w, "claim"), fields{"at": nil})).Want(http.StatusUnprocessableEntity).Names("body.at", "range")
		got := apptest.Read[api.PassDetail](office.Post("/passes/"+within.ID+"/toll", merge(tollWords(w, "claim"), fields{"receipt": "GD-77"})).Want(http.StatusOK))
		if got.Receipt != "JT-0001" || !got.ReceiptAt.Equal(listedAt) || got.Refund != "GD-77" || !got.RefundAt.Equal(w.Now()) {
			t.Errorf("after the refund was asked for: %+v", got)
		}
		again := anew(got, w.Now(), got.BackTo.Add(-time.Hour))
		if again.Toll != "on_list" || again.Refund != "" || again.Receipt != "JT-0001" {
			t.Errorf("the refund belongs to the pass it was charged under: %+v", again)
		}
	})
}
