package api

import (
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"lianyuan/domain/need"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

//go:embed form/*.html
var formFiles embed.FS

var formPages = template.Must(template.ParseFS(formFiles, "form/*.html"))

// plainReport takes the public form without scripts: a page for a page.
func (a *API) plainReport(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.page(w, http.StatusRequestEntityTooLarge, "ask.html", formPage{Problem: "内容过大，请删减后再提交"})
		return
	}
	f := r.PostForm
	n := NewReport{
		ID: f.Get("id"), Kind: f.Get("kind"), Text: f.Get("text"), Address: f.Get("address"), Vulnerable: f["vulnerable"], Phone: f.Get("phone"),
		Name: f.Get("name"), Place: f.Get("place"), Asked: f.Get("asked") != "",
	}
	if people, err := strconv.Atoi(f.Get("people")); err == nil {
		n.People = &people
	}
	if _, err := id.Parse(n.ID, ""); err != nil {
		n.ID = id.New()
	}
	receipt, err := a.take(r.Context(), n, "form", "")
	if errors.Is(err, fault.ErrIDReused) { // they went back and wrote something else: that is a report too
		n.ID = id.New()
		receipt, err = a.take(r.Context(), n, "form", "")
	}
	if err == nil {
		a.page(w, http.StatusCreated, "receipt.html", formPage{Receipt: receipt.Code.String()})
		return
	}
	again := formPage{ID: n.ID, Form: f, Asked: errors.Is(err, need.ErrAskOnce)}
	again.Problem = formProblem(err)
	a.page(w, statusOf(err), "ask.html", again)
}

// plainReceipt follows a receipt without scripts.
func (a *API) plainReceipt(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.page(w, http.StatusBadRequest, "receipt.html", formPage{Problem: "请重新输入回执码"})
		return
	}
	p, err := a.progress(r.Context(), r.PostForm.Get("receipt"))
	if err != nil {
		a.page(w, statusOf(err), "receipt.html", formPage{Problem: formProblem(err)})
		return
	}
	a.page(w, http.StatusOK, "receipt.html", formPage{Progress: &p, Stage: stageWords[p.Stage], Updated: p.UpdatedAt.In(clock.Beijing).Format("01-02 15:04")})
}

type formPage struct {
	ID       string
	Form     map[string][]string
	Asked    bool
	Problem  string
	Receipt  string
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

var stageWords = map[string]string{
	"received": "已收到，等待核实", "verifying": "正在核实", "verified": "已核实，正在安排队伍", "on_the_way": "队伍在路上", "closed": "已办结",
}

func statusOf(err error) int { return statuses[fault.KindOf(err)] }

func formProblem(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return errPanic.Zh
	}
	if len(f.Fields) > 0 {
		return f.Fields[0].Zh
	}
	return f.Zh
}

func (a *API) page(w http.ResponseWriter, status int, name string, data formPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = formPages.ExecuteTemplate(w, name, data) // the client went away: nobody is left to tell
}
