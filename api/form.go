package api

import (
	"embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"lianyuan/domain/need"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

//go:embed form
var formFiles embed.FS

var formPages = template.Must(template.ParseFS(formFiles, "form/*.html"))

// plainStyle is how the pages without scripts look.
func plainStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.ServeFileFS(w, r, formFiles, "form/plain.css")
}

// plainReport takes the public form without scripts: a page for a page. Like the page with scripts it refuses nothing; of
// what is too long it takes the beginning.
func (a *API) plainReport(w http.ResponseWriter, r *http.Request) {
	raw, cut, err := readBody(r.Body)
	if err != nil {
		a.page(w, r, http.StatusBadRequest, "ask.html", formPage{Problem: formProblem(r, errBrokeOff)})
		return
	}
	form := formOf(raw)
	c := formCry(form)
	c.mark(cut, "cut")
	if err = a.identify(&c, raw, addressFrom(r.Context())); err == nil {
		var receipt need.Receipt
		receipt, err = a.take(r.Context(), c, "form", "")
		if errors.Is(err, fault.ErrIDReused) { // they went back and wrote something else: that is a report too
			c.ID = id.New()
			receipt, err = a.take(r.Context(), c, "form", "")
		}
		if err == nil {
			a.page(w, r, http.StatusCreated, "receipt.html", formPage{Receipt: receipt.Code.String(), Cut: cut || slices.Contains(receipt.Flags, "text_cut")})
			return
		}
	}
	again := formPage{ID: c.ID, Form: form, Asked: errors.Is(err, need.ErrAskOnce)}
	again.Problem = formProblem(r, err)
	a.page(w, r, statusOf(err), "ask.html", again)
}

// plainReceipt follows a receipt without scripts.
func (a *API) plainReceipt(w http.ResponseWriter, r *http.Request) {
	raw, _, err := readBody(r.Body)
	if err != nil {
		a.page(w, r, http.StatusBadRequest, "receipt.html", formPage{Problem: formProblem(r, errBrokeOff)})
		return
	}
	p, err := a.progress(r.Context(), formOf(raw).Get("receipt"))
	if err != nil {
		a.page(w, r, statusOf(err), "receipt.html", formPage{Problem: formProblem(r, err)})
		return
	}
	words := stageWords[p.Stage]
	stage := words[0]
	if languageFrom(r.Context()) == "en" {
		stage = words[1]
	}
	a.page(w, r, http.StatusOK, "receipt.html", formPage{Progress: &p, Stage: stage, Updated: p.UpdatedAt.In(clock.Beijing).Format("01-02 15:04")})
}

// errBrokeOff asks somebody whose connection broke off to send the form again.
var errBrokeOff = fault.New(fault.Invalid, "broke_off", "网络中断，请再次提交", "the connection broke off; please send it again")

type formPage struct {
	En, Demo bool
	ID       string
	Form     map[string][]string
	Asked    bool
	Problem  string
	Receipt  string
	Cut      bool
	Progress *ProgressOut
	Stage    string
	Updated  string
}

// One is the first value of a field, for the template.
func (p formPage) One(field string) string {
	if v := p.Form[field]; len(v) > 0 {
		return v[0]
	}
	return ""
}

var stageWords = map[string][2]string{
	"received": {"已收到，等待核实", "Received, waiting to be verified"}, "verifying": {"正在核实", "Being verified"},
	"verified": {"已核实，正在安排队伍", "Verified; a team is being found"}, "on_the_way": {"队伍在路上", "A team is on its way"}, "closed": {"已办结", "Closed"},
}

func statusOf(err error) int { return statuses[fault.KindOf(err)] }

// formProblem is what is wrong, in the language of who asks.
func formProblem(r *http.Request, err error) string {
	f := errPanic
	errors.As(err, &f)
	words := [2]string{f.Zh, f.En}
	if len(f.Fields) > 0 {
		words = [2]string{f.Fields[0].Zh, f.Fields[0].En}
	}
	if languageFrom(r.Context()) == "en" {
		return strings.ToUpper(words[1][:1]) + words[1][1:]
	}
	return words[0]
}

func (a *API) page(w http.ResponseWriter, r *http.Request, status int, name string, data formPage) {
	data.En, data.Demo = languageFrom(r.Context()) == "en", a.s.Demo
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = formPages.ExecuteTemplate(w, name, data) // the client went away: nobody is left to tell
}
