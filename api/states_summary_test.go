package api_test

import (
	"net/http"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func summaryWords(w *apptest.World, verb string) fields {
	switch verb {
	case "approve", "return":
		return onBehalf(w, fields{"version": 0})
	case "issue":
		return fields{"id": newID(), "version": 0, "paper": "渝应急〔2026〕18号"}
	case "submit":
		return fields{"id": newID(), "version": now}
	}
	return because("补充情况")
}

// writeAll writes every section of a summary.
func writeAll(c *apptest.Client, incident, words string) {
	for _, x := range apptest.Read[api.SummaryOut](c.Get("/incidents/" + incident + "/summary").Want(http.StatusOK)).Sections {
		c.Post("/incidents/"+incident+"/summary/sections", fields{"id": newID(), "section": x.Key, "version": x.Version, "words": words + x.Label}).Want(http.StatusOK)
	}
}

// summaryAfter is the summary of a closed incident, written, whose office has said some verbs.
func summaryAfter(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		office, incident := w.As("office"), running(t, w)
		office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
		writeAll(office, incident, "")
		for _, v := range verbs {
			words := summaryWords(w, v)
			words["version"] = readSummary(office, incident).Version
			office.Post("/incidents/"+incident+"/summary/"+v, words).Want(http.StatusOK)
		}
		return "/incidents/" + incident + "/summary"
	}
}

func summaryVerb(verb string) func(*testing.T, *apptest.World) (string, fields) {
	return func(_ *testing.T, w *apptest.World) (string, fields) { return "/" + verb, summaryWords(w, verb) }
}
