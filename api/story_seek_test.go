package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
)

// everywhere is what a search over everything answers.
func everywhere(c *apptest.Client, text, query string) api.SearchOut {
	return apptest.Read[api.SearchOut](c.With("Search", url.PathEscape(text)).Get("/search?" + query).Want(http.StatusOK))
}

// hitsOf are the ids that a search found of one kind.
func hitsOf(out api.SearchOut, kind string) (ids []string) {
	for _, g := range out.Groups {
		for _, h := range g.Hits {
			if g.Kind == kind {
				ids = append(ids, h.ID)
			}
		}
	}
	return ids
}

// sought are the records of the world of the access golden, with a word that names each, and where it is read.
type soughtFor struct{ kind, id, text, path string }

func (p prepared) named(t *testing.T) []soughtFor {
	t.Helper()
	office := p.As("office")
	numbered := func(kind, id, path string) soughtFor {
		n, _ := office.Get(path + id).Want(http.StatusOK).Map()["number"].(string)
		if n == "" {
			t.Fatalf("%s%s has no number", path, id)
		}
		return soughtFor{kind, id, n, path + id}
	}
	return []soughtFor{
		numbered("incident", p.incident, "/incidents/"), numbered("need", p.published, "/needs/"), numbered("report", p.report.id, "/reports/"),
		numbered("offer", p.offer, "/offers/"), numbered("party", p.party, "/parties/"), numbered("pass", p.pass, "/passes/"), numbered("mission", p.mission, "/missions/"),
		numbered("support", p.request, "/support/"), numbered("enquiry", p.enquiry, "/enquiries/"),
		{"team", p.team, "綦江水域队", "/teams/" + p.team},
	}
}

// Every kind of record is found by its number or name, by whoever may read it and by nobody else; and nothing that is found is
// something that the actor may not read.
func TestSearchFindsWhatMayBeRead(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		look(t, w.As("zonghe"), p.report.id)
		records := p.named(t)
		for _, who := range everybody(w, p.team) {
			if who.role == "public" {
				continue
			}
			for _, col := range who.columns {
				c := col.fresh()
				for _, r := range records {
					out := everywhere(c, r.text, "")
					found, reads := slices.Contains(hitsOf(out, r.kind), r.id), c.Get(r.path).Status == http.StatusOK
					switch own := who.role == string(access.Leader); {
					case own && r.kind == "need": // published to teams: read in their list
						reads = bytes.Contains(c.Get("/team/needs?limit=200").Want(http.StatusOK).Body, []byte(r.id))
					case own && (r.kind == "party" || r.kind == "enquiry"): // on one short page of their own
						reads = false
					}
					if found != reads {
						t.Errorf("%s %s: %s %s found %t, read %t", who.role, col.name, r.kind, r.text, found, reads)
					}
					for _, g := range out.Groups {
						if g.Total < len(g.Hits) || !slices.Contains(out.Kinds, g.Kind) {
							t.Errorf("%s %s: %+v", who.role, col.name, g)
						}
					}
				}
			}
		}
	})
}

// A search finds by a part of a name or plate, by words of what stands sealed, the exact number first; and says where it did not look.
func TestSearchByWords(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		searchable(w)
		office := w.As("qijiang-office")
		plate := apptest.Read[api.PassDetail](office.Get("/passes/" + p.pass).Want(http.StatusOK)).Plate
		for _, tt := range []struct{ text, kind, id string }{
			{"沙溪路", "report", p.seen.id},
			{"水域", "team", p.team},
			{"綦江 水域队", "offer", p.offer},
			{"綦江水域队", "party", p.party},
			{"ｓｊ－", "incident", p.incident},
			{plate, "pass", p.pass},
			{strings.ReplaceAll(plate, "·", ""), "pass", p.pass},
			{plate[len(plate)-4:], "pass", p.pass},
			{"孙望舒", "person", p.presence},
			{"望舒", "person", p.presence},
		} {
			if out := everywhere(office, tt.text, "limit=50"); !slices.Contains(hitsOf(out, tt.kind), tt.id) {
				t.Errorf("%q does not find the %s: %+v", tt.text, tt.kind, out)
			}
		}
		for _, text := range []string{plate, "渝B20219", "b20219"} {
			if out := everywhere(office, text, ""); len(hitsOf(out, "vehicle")) == 0 {
				t.Errorf("%q finds no vehicle: %+v", text, out)
			}
		}
		number := readNeed(t, office, p.published).Number
		if out := everywhere(office, strings.ToLower(number), ""); out.Groups[0].Kind != "need" || out.Groups[0].Hits[0].ID != p.published || !out.Groups[0].Hits[0].Exact {
			t.Errorf("what was meant is not first: %+v", out.Groups)
		}
		if out := everywhere(office, "綦江", ""); len(hitsOf(out, "place")) == 0 || len(hitsOf(out, "need")) == 0 || !slices.ContainsFunc(out.Groups, func(g api.SearchGroup) bool { return g.Total > 0 && len(g.Hits) <= 5 }) {
			t.Errorf("a name of a place finds %+v", out.Groups)
		}
		one := everywhere(office, "綦江", "kind=team&limit=50")
		if len(one.Groups) != 1 || one.Groups[0].Kind != "team" || !slices.Equal(one.Kinds, []string{"team"}) {
			t.Errorf("one kind: %+v", one)
		}
		if out := everywhere(office, "水", ""); !slices.Contains(out.Left, api.SearchLeft{Kind: "report", Why: "short"}) || slices.Contains(out.Kinds, "report") {
			t.Errorf("one character: %+v", out.Left)
		}
	})
}

// Where a page masks the names of people on site, nobody is found by one; who leads a team finds its members.
func TestSearchKeepsNamesMasked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		w.Account("desk", "卢远航")
		w.Grant("desk", access.Grant{Role: access.Reception, Place: apptest.Qijiang})
		w.Account("figures", "沈知行")
		w.Grant("figures", access.Grant{Role: access.General, Place: apptest.Qijiang})
		if ids := hitsOf(everywhere(w.As("desk"), "孙望舒", ""), "person"); !slices.Contains(ids, p.presence) {
			t.Errorf("the desk finds %v", ids)
		}
		if out := everywhere(w.As("figures"), "孙望舒", ""); len(out.Groups) != 0 {
			t.Errorf("found by a masked name: %+v", out.Groups)
		}
		lead := w.Leader("captain", p.team)
		m := someone(fields{"name": "闻人听雨"})
		w.As("office").Post("/teams/"+p.team+"/members", m).Want(http.StatusCreated)
		for c, want := range map[*apptest.Client]int{lead: 1, w.Leader("other", w.Team(team.Team{Name: "水上应急2队", Place: apptest.Qijiang})): 0} {
			out := everywhere(c, "听雨", "")
			if ids := hitsOf(out, "person"); len(ids) != want {
				t.Errorf("found %v, want %d", ids, want)
			}
		}
		w.As("figures").With("Search", url.PathEscape("听雨")).Get("/search").Want(http.StatusOK).Without("闻人听雨")
	})
}

func TestSearchAsksForEnough(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		for text, code := range map[string]string{"": "query_short", "x": "query_short", "，。": "query_short", strings.Repeat("水", 61): "too_long", strings.Repeat("x", 90): "too_long"} {
			office.With("Search", url.PathEscape(text)).Get("/search").Want(http.StatusUnprocessableEntity).Names("header.Search", code)
		}
		office.With("Search", "%zz").Get("/search").Want(http.StatusUnprocessableEntity).Names("header.Search", "shape")
		office.With("Search", url.PathEscape(strings.Repeat("水", 60))).Get("/search").Want(http.StatusOK)
		w.Stranger().With("Search", "xx").Get("/search").Refused(http.StatusUnauthorized, "signed_out")
		duty := w.As("qijiang")
		for range 60 {
			everywhere(duty, "沙溪路", "kind=report")
		}
		out := everywhere(duty, "沙溪路", "")
		if !slices.Contains(out.Left, api.SearchLeft{Kind: "report", Why: "too_many"}) || !slices.Contains(out.Kinds, "need") {
			t.Errorf("after 60 searches: %+v", out)
		}
		seek(duty, "/reports?q="+url.QueryEscape("沙溪路")).Refused(http.StatusTooManyRequests, "too_many")
	})
}

// What belongs to a drill is found and marked; what a district that ended has left is found by whoever took over.
func TestSearchInDrillsAndAfterSuccession(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		office := w.As("office")
		running(t, w)
		drill := flood(t, w, nil, fields{"name": "金佛山联合演练", "drill": true})
		activate(office, drill).Want(http.StatusOK)
		report := ask(t, w, fields{"text": "演练用的那只蓝壶", "point": nil, "place": "500105001"})
		earnest := ask(t, w, fields{"text": "灶台上那只蓝壶", "point": nil, "place": "500105001"})
		office.Post("/incidents/"+drill+"/reports", fields{"id": newID(), "reports": []string{report.id}}).Want(http.StatusOK)
		searchable(w)
		drills := map[string]bool{}
		for _, g := range everywhere(office, "那只蓝壶", "kind=report").Groups {
			for _, h := range g.Hits {
				drills[h.ID] = h.Drill
				if h.Drill && (h.Incident == nil || h.Incident.Name != "金佛山联合演练") {
					t.Errorf("a hit of a drill: %+v", h)
				}
			}
		}
		if is, found := drills[report.id]; !is || !found || drills[earnest.id] || len(drills) != 2 {
			t.Errorf("found %v", drills)
		}
		after()
		next := liangjiang(t, w)
		if ids := hitsOf(everywhere(next, "灶台上那只蓝壶", ""), "report"); !slices.Equal(ids, []string{earnest.id}) {
			t.Errorf("who took over finds %v", ids)
		}
		w.Account("elsewhere", "何汀")
		w.Grant("elsewhere", access.Grant{Role: access.Office, Place: apptest.Nanchuan})
		if ids := hitsOf(everywhere(w.As("elsewhere"), "灶台上那只蓝壶", ""), "report"); len(ids) != 0 {
			t.Errorf("found elsewhere: %v", ids)
		}
	})
}

// A kind that cannot be searched is named, and takes no other kind down.
func TestSearchSaysWhichKindFailed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		verified(t, w.As("zonghe"), ask(t, w, nil).id, fields{"title": "转移养老院老人"})
		rename := func(from, to string) {
			if err := w.App.DB.Update(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`ALTER TABLE ` + from + ` RENAME TO ` + to)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		rename("mission", "mission_away")
		out := everywhere(w.As("office"), "养老院", "")
		rename("mission_away", "mission")
		if want := []api.SearchLeft{{Kind: "mission", Why: "failed"}}; !slices.Equal(out.Left, want) || slices.Contains(out.Kinds, "mission") || len(hitsOf(out, "need")) != 1 {
			t.Errorf("left out %v, searched %v, needs found %v", out.Left, out.Kinds, hitsOf(out, "need"))
		}
		if out := everywhere(w.As("office"), "养老院", ""); len(out.Left) != 0 || !slices.Contains(out.Kinds, "mission") {
			t.Errorf("mended, it still leaves out %v", out.Left)
		}
	})
}
