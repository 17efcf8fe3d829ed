package api_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"

	"lianyuan/api"
	"lianyuan/app"
	"lianyuan/app/apptest"
	"lianyuan/domain/pass"
	"lianyuan/platform/db"
)

// vouches says whether a key signed the public half of one, under a domain.
func vouches(t *testing.T, by, domain, of, signature string) bool {
	t.Helper()
	var raw [3][]byte
	for i, text := range []string{by, of, signature} {
		var err error
		if raw[i], err = base64.StdEncoding.DecodeString(text); err != nil {
			t.Fatal(err)
		}
	}
	return ed25519.Verify(raw[0], append([]byte(domain+"\x00"), raw[1]...), raw[2])
}

func gateAnswer(c *apptest.Client) api.GateListOut {
	return apptest.Read[api.GateListOut](c.Get("/gate").Want(http.StatusOK))
}

// The key that signs passes is replaced while the system stands still. What was signed stays good, and a gate is led to the new key
// by the old one. Where a key was copied all so far are ended: what is in force is signed anew, once, the team and who issues passes
// are told to print, and the gates hear it from the key itself.
func TestTheKeyOfPassesIsReplaced(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 2)
		lead, gate := w.Leader("captain", c.team), guard(w, "gate", apptest.Qijiang)
		old := issued(office, passFor(w, c, nil))
		shown := func(id string) api.PassDetail {
			return apptest.Read[api.PassDetail](office.Get("/passes/" + id).Want(http.StatusOK))
		}
		before, first := gateAnswer(gate), shown(old.ID)
		list, _ := listed(t, gate)
		if len(before.Handed)+len(before.Ended)+len(list.Keys) != 0 {
			t.Errorf("nothing was replaced yet: %+v", before)
		}
		if w.File == "" {
			if err := app.ReplacePassKey(t.Context(), w.Config(), false); !errors.Is(err, db.ErrServed) {
				t.Errorf("replaced while a node runs: %v", err)
			}
		}
		replace := func(end bool) {
			w.Settled()
			w.Down(func() {
				if err := app.ReplacePassKey(t.Context(), w.Config(), end); err != nil {
					t.Fatal(err)
				}
				if w.File != "" {
					return // one node
				}
				var both sync.WaitGroup
				for range 2 { // that start in the same moment
					both.Go(func() {
						a, err := app.Open(context.Background(), w.Config())
						if err == nil {
							err = a.Close()
						}
						if err != nil {
							t.Error(err)
						}
					})
				}
				both.Wait()
			})
		}

		replace(false)
		planned := gateAnswer(gate)
		after, key := listed(t, gate)
		if planned.Key == before.Key || after.No <= list.No || !slices.Equal(after.Keys, []string{before.Key}) || len(planned.Ended) != 0 || len(planned.Handed) != 1 {
			t.Fatalf("replaced: %+v", planned)
		}
		if h := planned.Handed[0]; h.By != before.Key || h.Key != planned.Key || !vouches(t, h.By, "lianyuan pass key handed on", h.Key, h.Signature) {
			t.Errorf("handed on: %+v", h)
		}
		if p := shown(old.ID); p.Code != first.Code || p.Version != first.Version {
			t.Errorf("a pass of the key before: %+v", p)
		}
		if ids, err := w.App.Passes.Meant(t.Context(), first.Code); err != nil || !slices.Equal(ids, []string{c.offer}) {
			t.Errorf("its code names the offers %v, %v", ids, err)
		}
		fresh := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1]}))
		if _, err := pass.Open(fresh.Code, key); err != nil {
			t.Errorf("a new pass: %v", err)
		}

		replace(true)
		ended := gateAnswer(gate)
		after, key = listed(t, gate)
		if ended.Key == planned.Key || len(after.Keys) != 0 || len(ended.Handed) != 0 || len(ended.Ended) != 2 {
			t.Fatalf("ended: %+v", ended)
		}
		for n, was := range []string{before.Key, planned.Key} {
			if e := ended.Ended[n]; e.Key != was || !vouches(t, e.Key, "lianyuan pass key ended", e.Key, e.Signature) {
				t.Errorf("a key says of itself %+v", e)
			}
		}
		anew := shown(fresh.ID)
		if token, err := pass.Open(anew.Code, key); err != nil || token.Number != fresh.Number || anew.Version != fresh.Version+1 || anew.State != "valid" {
			t.Errorf("signed anew: %+v, %v", anew, err)
		}
		if verb := anew.History[len(anew.History)-1].Verb; verb != "pass.signed_anew" {
			t.Errorf("its history ends with %s", verb)
		}
		if _, err := pass.Open(shown(old.ID).Code, key); err != nil {
			t.Errorf("the pass of the first key: %v", err)
		}
		if ids, err := w.App.Passes.Meant(t.Context(), first.Code); err != nil || len(ids) != 0 {
			t.Errorf("a code of a key that is ended names the offers %v, %v", ids, err)
		}
		if n := hears(w, lead, "pass_signed_anew"); !contains(n.Text, fresh.Number) && !contains(n.Text, old.Number) {
			t.Errorf("the leader is told %+v", n)
		}
		if n := hears(w, office, "passes_signed_anew"); !contains(n.Text, "2 张") || !contains(n.TextEn, "anew: 2.") {
			t.Errorf("the office, which works for the group until the roster is approved, is told %+v", n)
		}

		w.Down(func() {})
		if again := shown(fresh.ID); w.App.Passes.Anew != 0 || again.Code != anew.Code || again.Version != anew.Version {
			t.Errorf("signed anew at every start: %d, %+v", w.App.Passes.Anew, again)
		}
	})
}
