package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/need"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
)

// PublicNeed is a need as everybody sees it.
type PublicNeed struct {
	Title       string    `json:"title"`
	Kind        string    `json:"kind"`
	Place       Place     `json:"place" doc:"nothing below a town"`
	PublishedAt time.Time `json:"publishedAt"`
	Teams       int       `json:"teams" doc:"how many teams are still wanted; 0: as many as it takes"`
	Corrections int       `json:"corrections" doc:"how often it was corrected or taken back since it was first published"`
}

// PublicNeeds is a part of what is published to the public.
type PublicNeeds struct {
	Items []PublicNeed `json:"items" nullable:"false"`
	Total int          `json:"total"`
	At    time.Time    `json:"at" doc:"when it was read; some seconds old at most"`
}

type publicNeedsIn struct {
	Place string `query:"place" maxLength:"12" doc:"code of a division, no finer than parameter need.public_coarse_level"`
	From  int    `query:"from" minimum:"0" maximum:"2000" doc:"how many to leave out at the beginning"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// published adds the list of what is published to the public, for programs and as a page that takes no script.
func (a *API) published(h huma.API, mux *http.ServeMux) {
	huma.Register(h, op("need-public", http.MethodGet, "/public/needs", "Needs published to the public, newest first", 200),
		func(ctx context.Context, in *publicNeedsIn) (*body[PublicNeeds], error) {
			out, err := a.publicNeeds(ctx, *in)
			return answer(ctx, out, err)
		})
	mux.HandleFunc("GET /published", a.publishedPage)
}

func (a *API) publicNeeds(ctx context.Context, in publicNeedsIn) (PublicNeeds, error) {
	path, err := a.pathOf(in.Place)
	if err != nil {
		return PublicNeeds{}, err
	}
	if path != a.s.Needs.Coarse(path) {
		return PublicNeeds{}, fault.InvalidField("query.place", "place_too_fine", "所选地区过细，请选择上一级地区", "this place is finer than what is public; choose a larger one")
	}
	page, err := a.s.Needs.Public(ctx, path, in.From, in.Limit)
	out := PublicNeeds{Items: []PublicNeed{}, Total: page.Total, At: page.At}
	for _, n := range page.Items {
		out.Items = append(out.Items, a.publicNeed(n))
	}
	return out, err
}

func (a *API) publicNeed(n need.PublicNeed) PublicNeed {
	return PublicNeed{
		Title: n.Title, Kind: string(n.Kind), Place: a.placeOf(a.s.Needs.Coarse(n.Place)), PublishedAt: n.PublishedAt, Teams: n.Teams, Corrections: n.Corrections,
	}
}

// publishedPerPage is how many needs one page shows: what a phone reads without tiring, some 20 KB.
const publishedPerPage = 30

// publishedView is what the page is made of.
type publishedView struct {
	PublicNeeds
	En, Demo bool
	Problem  string
	Where    string // name of the place that was chosen
	Next     string // address of what is older
	Previous string
	Other    string // address of the same in the other language
	All      string // address of every place
}

// publishedPage is the public list as a page: plain HTML, so that every phone shows it at once.
func (a *API) publishedPage(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	in := publicNeedsIn{Place: asked.Get("place"), Limit: publishedPerPage}
	in.From, _ = strconv.Atoi(asked.Get("from")) // what is no number is the beginning
	v := publishedView{En: cmp.Or(asked.Get("lang"), languageFrom(r.Context())) == "en", Demo: a.s.Demo}
	address := func(place string, from int, en bool) string {
		q := url.Values{}
		if place != "" {
			q.Set("place", place)
		}
		if from > 0 {
			q.Set("from", strconv.Itoa(from))
		}
		q.Set("lang", spoken(en))
		return "/published?" + q.Encode()
	}
	var err error
	v.PublicNeeds, err = a.publicNeeds(r.Context(), in)
	status := http.StatusOK
	if err != nil {
		status, v.Problem = statusOf(err), formProblem(r, err)
	}
	if path, err := a.pathOf(in.Place); err == nil && path != "" {
		v.Where = a.placeOf(path).Full
	}
	in.From = max(in.From, 0)
	if end := in.From + len(v.Items); end < v.Total && len(v.Items) > 0 {
		v.Next = address(in.Place, end, v.En)
	}
	if in.From > 0 {
		v.Previous = address(in.Place, max(in.From-publishedPerPage, 0), v.En)
	}
	v.Other, v.All = address(in.Place, in.From, !v.En), address("", 0, v.En)
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "public, max-age=5")
	head.Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_ = formPages.ExecuteTemplate(w, "published.html", v) // the client went away: nobody is left to tell
}

func spoken(en bool) string {
	if en {
		return "en"
	}
	return "zh"
}

// Time is a moment as the page writes it.
func (v publishedView) Time(t time.Time) string { return t.In(clock.Beijing).Format("01-02 15:04") }

// ByPlace is the address of the needs of one place.
func (v publishedView) ByPlace(code string) string {
	q := url.Values{"place": {code}, "lang": {spoken(v.En)}}
	return "/published?" + q.Encode()
}

// Word is the name of a kind.
func (v publishedView) Word(kind string) string {
	w := kindWords[kind]
	if v.En {
		return w[1]
	}
	return w[0]
}

var kindWords = map[string][2]string{
	"trapped_water": {"被水围困", "trapped by water"}, "injured": {"有人受伤", "people injured"}, "missing": {"找人", "people missing"},
	"no_water_food": {"缺水缺粮", "no water or food"}, "house_danger": {"房屋危险", "house in danger"}, "other": {"其他", "other"},
}
