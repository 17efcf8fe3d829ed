package api_test

import (
	"net/http"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func onSummary(rest string) func(prepared) string { return onIncident("/summary" + rest) }

// writeSituation writes the first section over what the office reads of it.
func writeSituation(p prepared, c *apptest.Client) *apptest.Answer {
	s := apptest.Read[api.SummaryOut](p.As("office").Get("/incidents/" + p.incident + "/summary").Want(http.StatusOK))
	return c.Post("/incidents/"+p.incident+"/summary/sections", fields{"id": newID(), "section": "situation", "version": s.Sections[0].Version, "words": "雨后"})
}

// summaryProbes are how the operations of figures and summaries are tried. The right is asked before the state.
var summaryProbes = map[string]probe{
	"figures-read":   get(onIncident("/figures")),
	"summary-read":   get(onSummary("")),
	"summary-write":  plain(writeSituation),
	"summary-submit": post(onSummary("/submit"), given(func() fields { return fields{"id": newID(), "version": 0} })),
	"summary-approve": post(onSummary("/approve"), func(p prepared) fields {
		return onBehalf(p.World, fields{"version": 0})
	}),
	"summary-return": post(onSummary("/return"), func(p prepared) fields { return onBehalf(p.World, fields{"version": 0}) }),
	"summary-issue":  post(onSummary("/issue"), given(func() fields { return fields{"id": newID(), "version": 0, "paper": "渝应急〔2026〕18号"} })),
	"summary-revise": post(onSummary("/revise"), given(func() fields { return because("补充") })),
	"summary-add": post(onSummary("/addenda"), given(func() fields {
		return fields{"id": newID(), "about": "other", "words": "另有 2 人自行返回"}
	})),
	"summary-export": post(onSummary("/export"), given(func() fields { return fields{"id": newID(), "format": "docx", "purpose": "报送"} })),
}
