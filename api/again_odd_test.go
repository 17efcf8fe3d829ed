package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// oddTexts are put in the place of every text: too long, with what ends a text or turns it round, and what is no text.
var oddTexts = []string{"\x00\u202e\u0007😀" + strings.Repeat("长", 10_001), "a\x00b\u202e😀", "broken"}

// oddWords sends a write as a new command, with a value in each field that no page sends. Nothing of it is the fault of the
// program, and what is refused names its field in both languages.
func (r *repetition) oddWords(s written) {
	r.Helper()
	if s.file {
		return
	}
	c := r.by(s)
	_, fresh, _ := underNewID(r.T, s)
	s.Body = fresh
	for field, bodies := range oddBodies(r, s) {
		for _, body := range bodies {
			a := s.Again(c, s.Path, body)
			if a.Status >= 500 {
				r.Errorf("%s with an odd %s: %d %s\n%.300s", s.id, field, a.Status, a.Body, body)
			}
			if a.Status != http.StatusUnprocessableEntity {
				continue
			}
			p := apptest.Read[api.Problem](a)
			if p.DetailZh == "" || p.DetailEn == "" || slices.ContainsFunc(p.Errors, func(e api.ProblemField) bool { return e.Location == "" || e.MessageZh == "" || e.MessageEn == "" }) {
				r.Errorf("%s with an odd %s says not in both languages what is wrong: %s", s.id, field, a.Body)
			}
		}
	}
}

// oddBodies are the body with odd values in one field at a time.
func oddBodies(r *repetition, s written) map[string][][]byte {
	r.Helper()
	all := map[string][][]byte{}
	var body map[string]any
	if err := json.Unmarshal(s.Body, &body); err != nil {
		r.Fatal(err)
	}
	var walk func(at string, v any, set func(any))
	walk = func(at string, v any, set func(any)) {
		put := func(odd ...any) {
			for _, x := range odd {
				set(x)
				text, err := json.Marshal(body)
				if err != nil {
					r.Fatal(err)
				}
				if x == "broken" {
					text = bytes.Replace(text, []byte(`"broken"`), []byte("\"a\xff\xfe\""), 1)
				}
				all[at] = append(all[at], text)
			}
			set(v)
		}
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(strings.TrimPrefix(at+"."+k, "."), x, func(x any) { v[k] = x })
			}
		case []any:
			if len(v) > 0 {
				walk(at+"[]", v[0], func(x any) { v[0] = x })
			}
		case string:
			if _, err := time.Parse(time.RFC3339Nano, v); err == nil {
				put("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
				return
			}
			for _, x := range oddTexts {
				put(x)
			}
		case float64:
			put(1e18, -1)
		}
	}
	walk("", body, nil)
	return all
}
