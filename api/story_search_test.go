package api_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/domain/need"
	"lianyuan/platform/db"
)

// searchable waits until everything said so far can be found: what reports are found by is filled behind intake.
func searchable(w *apptest.World) {
	w.T.Helper()
	w.Eventually("what was said can be found", func() bool {
		var open int
		if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
			return tx.Get(`SELECT count(*) FROM journal j LEFT JOIN settled s ON s.seq = j.seq WHERE j.verb IN ('report.received','report.claimed','report.joined')
				AND (s.position IS NULL OR s.position > (SELECT coalesce(max(position), 0) FROM follower WHERE name LIKE 'need.search %'))`, nil, &open)
		}); err != nil {
			w.T.Fatal(err)
		}
		return open == 0
	})
}

// seeks is what somebody finds in the list of all reports, and by what.
func seeks(t *testing.T, c *apptest.Client, query string) (ids []string, in []string) {
	t.Helper()
	for _, r := range queue(t, c, "?stage=all&q="+url.QueryEscape(query)).Items {
		ids = append(ids, r.ID)
		if r.Found == nil {
			t.Fatalf("%q: %s does not say by what it was found", query, r.ID)
		}
		in = append(in, r.Found.In)
	}
	return ids, in
}

// The words of callers stand sealed and are found all the same: in text, address, name and what was added, by those who
// may see the report, and for name and number by those alone who may reveal them.
func TestSealedWordsAreFound(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		duty, group, coordination := w.As("qijiang"), w.As("zonghe"), w.As("xietiao")
		school := ask(t, w, fields{"text": "我们在老 人民小学，3号楼ＢＯＡＴ旁边，水已到腰", "address": "正街 12 号", "name": "闻人听雨", "phone": phone1})
		apart := ask(t, w, fields{"text": "老人、民兵和小学生都在人民公园", "phone": "02385550009"})
		there := ask(t, w, fields{"text": "老人民小学后面的桥断了", "point": inNanchuan, "phone": phone2})
		searchable(w)
		for _, tt := range []struct {
			who   *apptest.Client
			query string
			want  []asked
			in    string
		}{
			{duty, "老人民小学", []asked{school}, "text"},
			{group, "老人民小学", []asked{school, there}, "text"},
			{w.As("nanchuan"), "老人民小学", []asked{there}, "text"},
			{duty, "小学3号楼boat", []asked{school}, "text"},
			{duty, "水已到腰 小学", []asked{school}, "text"},
			{duty, "水已到腰 公园", nil, ""},
			{duty, "正街12", []asked{school}, "address"},
			{duty, "闻人听雨", []asked{school}, "name"},
			{coordination, "闻人听雨", nil, ""},
			{coordination, "老人民小学", []asked{school, there}, "text"},
			{duty, phone1, []asked{school}, "phone"},
			{coordination, phone1, nil, ""},
			{coordination, phone1[7:], []asked{school}, "tail"},
			{duty, phone2, nil, ""},
			{duty, phone2[7:], nil, ""},
			{group, "小学生", []asked{apart}, "text"},
			{group, there.receipt, []asked{there}, "receipt"},
			{group, "没有这样的话", nil, ""},
		} {
			got, in := seeks(t, tt.who, tt.query)
			var want []string
			for _, r := range tt.want {
				want = append(want, r.id)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || slices.ContainsFunc(in, func(s string) bool { return s != tt.in }) {
				t.Errorf("%q: found %v in %v, want %v in %s", tt.query, got, in, want, tt.in)
			}
		}
		row := queue(t, duty, "?q="+url.QueryEscape("人民小学3号")).Items[0]
		if row.Found.Excerpt != "我们在老 人民小学，3号楼ＢＯＡＴ旁边，水已到腰" {
			t.Errorf("excerpt %q", row.Found.Excerpt)
		}
		if c := queue(t, duty, "?q="+url.QueryEscape("老人民小学")).Counts; c["received"] != 2 {
			t.Errorf("a search changes the counts: %v", c)
		}
		for _, query := range []string{"水", "，。", "a b", " "} {
			if a := seek(duty, "/reports?q="+url.QueryEscape(query)); query != " " {
				a.Want(http.StatusUnprocessableEntity).Names("header.Search", "query_short")
			} else {
				a.Want(http.StatusOK)
			}
		}
	})
}

// Whoever comes to a caller by name or number stands in the history of the report, as with a reveal, without the words;
// what was added is found; and all of it still after the report has joined an incident and is sealed anew.
func TestFindingACallerIsRecorded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		duty, group := w.As("qijiang"), w.As("zonghe")
		incident := running(t, w)
		r := ask(t, w, fields{"name": "闻人听雨"})
		claim(w, r.receipt, "add", "阁楼上还有一只橘猫").Want(http.StatusNoContent)
		searchable(w)
		seeks(t, duty, "沙溪路")
		seeks(t, duty, "闻人听雨")
		seeks(t, group, phone1)
		h := reportHistory(t, w, duty, r.id, "report.received", "report.claimed", "report.found_by_name", "report.found_by_phone")
		if h[2].Who != "罗知远" || h[2].Note != "" {
			t.Errorf("history %+v", h)
		}
		if ids, in := seeks(t, duty, "阁楼上"); !slices.Equal(ids, []string{r.id}) || in[0] != "claim" {
			t.Errorf("what was added: %v in %v", ids, in)
		}
		of := "&incident=" + incident
		if in := queue(t, duty, "?stage=all&q="+url.QueryEscape("阁楼上")+of).Items; len(in) != 0 {
			t.Errorf("found in an incident that it has not joined: %v", idsOf(in))
		}
		group.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{r.id}}).Want(http.StatusOK)
		searchable(w)
		for _, query := range []string{"阁楼上", "沙溪路"} {
			if in := queue(t, duty, "?stage=all&q="+url.QueryEscape(query)+of).Items; !slices.Equal(idsOf(in), []string{r.id}) {
				t.Errorf("%q of the incident: %v", query, idsOf(in))
			}
			if ids, _ := seeks(t, duty, query); !slices.Equal(ids, []string{r.id}) {
				t.Errorf("%q of all: %v", query, ids)
			}
		}
	})
}

// What a search finds is paged like the list that it is in, however many candidates do not hold the words.
func TestSearchPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		duty := w.As("qijiang")
		var sent []string
		for i := range 14 {
			w.Clock.Advance(61e9)
			text := "桥头有人招手"
			if i%2 == 1 {
				text = "桥头上，头有一点痛；有人，人招手，招手" // every pair and not the words
			}
			if r := ask(t, w, fields{"text": text}); i%2 == 0 {
				sent = append(sent, r.id)
			}
		}
		searchable(w)
		query := "&q=" + url.QueryEscape("桥头有人招手")
		if got, pages := walk(t, duty, "?limit=3"+query); !slices.Equal(got, sent) || pages != 3 {
			t.Errorf("the queue: %v in %d pages, want %v", got, pages, sent)
		}
		slices.Reverse(sent)
		if got, _ := walk(t, duty, "?stage=all&limit=2"+query); !slices.Equal(got, sent) {
			t.Errorf("all: %v, want %v", got, sent)
		}
	})
}

func TestSearchesAreLimited(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		duty := w.As("qijiang")
		search := "/reports?q=" + url.QueryEscape("沙溪路")
		for range 60 {
			seek(duty, search).Want(http.StatusOK)
		}
		seek(duty, search).Refused(http.StatusTooManyRequests, "too_many")
		duty.Get("/reports").Want(http.StatusOK)
		duty.Get("/reports?q=" + url.QueryEscape("沙溪路")).Want(http.StatusOK) // what stands in an address is not looked for
		w.As("zonghe").With("Search", "%zz").Get("/reports").Want(http.StatusUnprocessableEntity).Names("header.Search", "shape")
		w.As("zonghe").With("Search", strings.Repeat("x", 81)).Get("/reports").Want(http.StatusUnprocessableEntity).Names("header.Search", "too_long")
		seek(w.As("zonghe"), search).Want(http.StatusOK)
	})
}

// What a report is found by goes with it, from the index of SQLite's search too; no pair of what was said stands in clear.
func TestTokensAreForgotten(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		duty := w.As("qijiang")
		kept := ask(t, w, fields{"text": "灶台上那只蓝壶", "phone": phone2})
		gone := ask(t, w, fields{"text": "灶台上那只蓝壶"})
		searchable(w)
		if ids, _ := seeks(t, duty, "那只蓝壶"); len(ids) != 2 {
			t.Fatalf("found %v", ids)
		}
		ctx := context.Background()
		var hashes string
		if err := w.App.DB.View(ctx, func(tx *db.Tx) error {
			return tx.Get(`SELECT hashes FROM report_pair WHERE report = $1`, []any{gone.id}, &hashes)
		}); err != nil {
			t.Fatal(err)
		}
		all := everythingKept(t, w)
		for _, pair := range []string{"灶台", "台上", "那只", "只蓝", "蓝壶"} {
			if bytes.Contains(all, []byte(pair)) {
				t.Errorf("%q stands in clear", pair)
			}
		}
		if err := w.App.DB.Update(ctx, func(tx *db.Tx) error {
			_, err := need.ForgetTokens(tx, gone.id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if ids, _ := seeks(t, duty, "那只蓝壶"); !slices.Equal(ids, []string{kept.id}) {
			t.Errorf("found after its tokens were deleted: %v", ids)
		}
		if ids, _ := seeks(t, duty, phone1); len(ids) != 0 {
			t.Errorf("found by number after its tokens were deleted: %v", ids)
		}
	})
}
