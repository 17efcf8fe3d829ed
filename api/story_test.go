package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/id"
)

// fields is a JSON body.
type fields = map[string]any

// The words of the calls. No one of them is real.
const (
	phone1 = "13800000001"
	phone2 = "13800000002"
)

// call is a call for help out of 綦江区, with what the test changes.
func call(with fields) fields {
	c := fields{
		"id": newID(), "kind": "trapped_water", "text": "一楼进水，老人独居", "address": "文龙街道沙溪路", "people": 2,
		"vulnerable": []string{"elder"}, "phone": phone1, "name": "余知秋",
		"point": fields{"lon": 106.6512, "lat": 29.0281, "accuracy": 15, "source": "gps"},
	}
	return merge(c, with)
}

// inNanchuan is where a call comes from that is 南川区's.
var inNanchuan = fields{"lon": 107.0984, "lat": 29.1579, "source": "gps"}

func merge(base, with fields) fields {
	for k, v := range with {
		base[k] = v
		if v == nil {
			delete(base, k)
		}
	}
	return base
}

// draft is a need as an officer writes it, with what the test changes.
func draft(with fields) fields {
	return merge(fields{
		"title": "沙溪路老人需转移", "detail": "需担架和冲锋舟", "hazards": "路面暗流", "people": 2, "teams": 1,
		"skills": []fields{{"key": "water", "grade": 3}}, "equipment": []fields{{"key": "boat", "count": 1}},
	}, with)
}

// asked is a report that somebody has sent: its id and its receipt.
type asked struct{ id, receipt string }

func ask(t *testing.T, w *apptest.World, with fields) asked {
	t.Helper()
	c := call(with)
	a := w.Public().Post("/public/reports", c).Want(http.StatusCreated)
	return asked{c["id"].(string), apptest.Read[api.ReceiptOut](a).Receipt}
}

func look(t *testing.T, c *apptest.Client, report string) api.ReportDetail {
	t.Helper()
	return apptest.Read[api.ReportDetail](c.Post("/reports/"+report+"/look", nil).Want(http.StatusOK))
}

func readReport(t *testing.T, c *apptest.Client, report string) api.ReportDetail {
	t.Helper()
	return apptest.Read[api.ReportDetail](c.Get("/reports/" + report).Want(http.StatusOK))
}

func readNeed(t *testing.T, c *apptest.Client, need string) api.NeedDetail {
	t.Helper()
	return apptest.Read[api.NeedDetail](c.Get("/needs/" + need).Want(http.StatusOK))
}

func decide(t *testing.T, c *apptest.Client, report string, with fields) api.ReportDetail {
	t.Helper()
	body := merge(fields{"id": newID(), "version": 0}, with)
	return apptest.Read[api.ReportDetail](c.Post("/reports/"+report+"/outcome", body).Want(http.StatusOK))
}

// verified takes a report up and decides that it is true: it returns the new need's id.
func verified(t *testing.T, c *apptest.Client, report string, with fields) string {
	t.Helper()
	look(t, c, report)
	return decide(t, c, report, fields{"outcome": "verified", "need": draft(with)}).Need
}

// instruct records an instruction of a government and is its id.
func instruct(t *testing.T, w *apptest.World, c *apptest.Client, with fields) string {
	t.Helper()
	body := merge(fields{
		"id": newID(), "number": "綦江府指〔2026〕12 号", "issuer": "綦江区人民政府", "how": "paper", "issuedAt": w.Now().Add(-time.Hour), "place": "500110",
	}, with)
	return apptest.Read[api.Instruction](c.Post("/instructions", body).Want(http.StatusCreated)).ID
}

func publish(c *apptest.Client, need, instruction string) *apptest.Answer {
	return c.Post("/needs/"+need+"/publish", fields{"id": newID(), "version": 0, "instruction": instruction, "audience": []string{"teams"}})
}

func because(reason string) fields {
	return fields{"id": newID(), "version": 0, "reason": reason}
}

func progress(t *testing.T, w *apptest.World, receipt string) api.ProgressOut {
	t.Helper()
	return apptest.Read[api.ProgressOut](w.Public().Post("/public/receipts", fields{"receipt": receipt}).Want(http.StatusOK))
}

func claim(w *apptest.World, receipt, kind, text string) *apptest.Answer {
	return w.Public().Post("/public/receipts/claims", fields{"receipt": receipt, "id": newID(), "kind": kind, "text": text})
}

func queue(t *testing.T, c *apptest.Client, query string) api.ReportList {
	t.Helper()
	return apptest.Read[api.ReportList](seek(c, "/reports"+query).Want(http.StatusOK))
}

// seek reads a list and looks for what stands under q: it travels in a header, and in no address.
func seek(c *apptest.Client, path string) *apptest.Answer {
	at, query, _ := strings.Cut(path, "?")
	says, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	if says.Has("q") {
		c = c.With("Search", url.PathEscape(says.Get("q")))
		says.Del("q")
	}
	return c.Get(at + "?" + says.Encode())
}

func idsOf(rows []api.ReportRow) []string {
	list := make([]string, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.ID)
	}
	return list
}

// reportHistory is the history of a report once it says these verbs; on PostgreSQL a change is settled a moment later.
func reportHistory(t *testing.T, w *apptest.World, c *apptest.Client, report string, verbs ...string) (h []api.History) {
	t.Helper()
	return history(w, verbs, func() []api.History { return readReport(t, c, report).History })
}

func needHistory(t *testing.T, w *apptest.World, c *apptest.Client, need string, verbs ...string) (h []api.History) {
	t.Helper()
	return history(w, verbs, func() []api.History { return readNeed(t, c, need).History })
}

func history(w *apptest.World, verbs []string, read func() []api.History) (h []api.History) {
	w.T.Helper()
	w.Eventually(fmt.Sprintf("the history is %v", verbs), func() bool {
		h = read()
		got := make([]string, 0, len(h))
		for _, x := range h {
			got = append(got, x.Verb)
		}
		return slices.Equal(got, verbs)
	})
	return h
}

func newID() string { return id.New() }

func contains(text, word string) bool { return strings.Contains(text, word) }
