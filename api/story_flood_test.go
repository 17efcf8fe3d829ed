package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/bits"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// setFor sets a parameter for this installation.
func setFor(w *apptest.World, key, value string) {
	w.As("office").Post("/parameters", fields{"id": newID(), "key": key, "place": "50", "value": value, "source": "本市规定"}).Want(http.StatusNoContent)
}

// challenged is the challenge that an answer to the public pages brings; "" in calm.
func challenged(w *apptest.World) string {
	return w.Public().Get("/public/contacts").Want(http.StatusOK).Header.Get("Lianyuan-Proof")
}

// work does what a page does with a challenge.
func work(t *testing.T, challenge, report string) string {
	t.Helper()
	part := strings.Split(challenge, ".")
	if len(part) != 3 {
		t.Fatalf("the challenge is %q", challenge)
	}
	want := 0
	if _, err := fmt.Sscan(part[1], &want); err != nil {
		t.Fatal(err)
	}
	head, err := hex.DecodeString(part[2] + strings.ReplaceAll(report, "-", ""))
	if err != nil {
		t.Fatal(err)
	}
	for n := uint32(0); ; n++ {
		sum := sha256.Sum256(append(slices.Clone(head), byte(n>>24), byte(n>>16), byte(n>>8), byte(n)))
		if bits.LeadingZeros16(uint16(sum[0])<<8|uint16(sum[1])) >= want {
			return fmt.Sprintf("%s.%d", challenge, n)
		}
	}
}

// proven asks for help with a proof and answers the flags.
func proven(w *apptest.World, report fields, proof string) []string {
	a := w.Public().With("Lianyuan-Proof", proof).Post("/public/reports", report).Want(http.StatusCreated)
	return apptest.Read[api.ReceiptOut](a).Flags
}

// pageReads is what the public form takes for a challenge, as its source says.
func pageReads(t *testing.T) *regexp.Regexp {
	t.Helper()
	source, err := os.ReadFile("../web/src/public/proof.ts")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`const form = /(.+)/`).FindSubmatch(source)
	if form == nil {
		t.Fatal("the page says nowhere what a challenge looks like")
	}
	return regexp.MustCompile(string(form[1]))
}

// In calm nothing is asked for. In a flood a report with proof of work is like any other; one without, or with a wrong
// one, is taken, marked, and stands behind the others until somebody looks.
func TestFloodAsksForProof(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		setFor(w, "need.flood_reports_per_minute", "3")
		for i := range 3 {
			if c := challenged(w); c != "" {
				t.Fatalf("before report %d: %q", i+1, c)
			}
			if flags := proven(w, call(nil), "what nobody asked for"); len(flags) != 0 {
				t.Fatalf("report %d in calm: %v", i+1, flags)
			}
		}
		none := call(nil)
		if flags := proven(w, none, ""); !slices.Equal(flags, []string{"no_proof"}) {
			t.Errorf("without proof: %v", flags)
		}
		challenge := challenged(w)
		if !pageReads(t).MatchString(challenge) {
			t.Errorf("the public form takes %q for no challenge and sends its reports without proof", challenge)
		}
		if c := w.Stranger().Get("/session").Header.Get("Lianyuan-Proof"); c != "" {
			t.Errorf("staff are asked for proof: %q", c)
		}
		w.Clock.Advance(time.Second)
		late := call(nil)
		done := work(t, challenge, late["id"].(string))
		if flags := proven(w, late, done); len(flags) != 0 {
			t.Errorf("with proof: %v", flags)
		}
		for name, proof := range map[string]string{"of another report": done, "without the work": challenge + ".1", "of any kind": strings.Repeat("水", 3000)} {
			if flags := proven(w, call(nil), proof); !slices.Equal(flags, []string{"no_proof"}) {
				t.Errorf("with a proof %s: %v", name, flags)
			}
		}
		if a := w.Public().Form("/report", url.Values{"text": {"水到胸口"}, "phone": {phone1}}).Want(http.StatusCreated); !contains(string(a.Body), "回执") {
			t.Errorf("the plain form: %s", a.Body)
		}

		all := queue(t, w.As("zonghe"), "").Items
		if len(all) != 9 || all[3].ID != late["id"] || all[4].ID != none["id"] {
			t.Errorf("the queue: %d rows, the one with proof stands at %d", len(all), slices.IndexFunc(all, func(r api.ReportRow) bool { return r.ID == late["id"] }))
		}
		if got, _ := walk(t, w.As("zonghe"), "?limit=2"); !slices.Equal(got, idsOf(all)) {
			t.Error("page by page the queue is in another order")
		}
		held := queue(t, w.As("zonghe"), "?stage=quarantine")
		if !slices.Equal(idsOf(held.Items), idsOf(all[4:])) || held.Counts["quarantine"] != 5 {
			t.Errorf("in quarantine %v of %v, counted %d", idsOf(held.Items), idsOf(all), held.Counts["quarantine"])
		}
		again := proven(w, none, work(t, challenge, none["id"].(string)))
		if !slices.Equal(again, []string{"no_proof"}) || len(queue(t, w.As("zonghe"), "").Items) != 9 {
			t.Errorf("sent again with a proof: %v", again)
		}
		metrics := string(w.Stranger().JSON(http.MethodGet, "/metrics", nil).Want(http.StatusOK).Body)
		for _, line := range []string{"lianyuan_proof_bits 11", "lianyuan_public_reports_minute 10", "lianyuan_reports_proven_total 2", "lianyuan_reports_unproven_total 5"} {
			if !contains(metrics, line+"\n") {
				t.Errorf("the metrics do not say %q", line)
			}
		}

		setFor(w, "need.proof_bits_most", "0")
		if flags := proven(w, call(nil), ""); len(flags) != 0 || challenged(w) != "" {
			t.Errorf("switched off: %v", flags)
		}
		setFor(w, "need.proof_bits_most", "12")
		w.Clock.Advance(time.Minute)
		if challenged(w) == "" {
			t.Error("the flood is over as its minute ends")
		}
		w.Clock.Advance(time.Minute)
		if flags := proven(w, call(nil), ""); len(flags) != 0 || challenged(w) != "" {
			t.Errorf("a quiet minute later: %v", flags)
		}
	})
}

// A report in quarantine is late when nobody has looked at it, as any other, and once somebody has, its turn comes as theirs.
func TestQuarantineIsNotForgotten(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		setFor(w, "need.flood_reports_per_minute", "0")
		held := ask(t, w, nil)
		setFor(w, "need.proof_bits_most", "0")
		w.Clock.Advance(time.Minute)
		free := ask(t, w, nil)
		desk := w.As("qijiang")
		if got, _ := walk(t, desk, "?limit=50"); !slices.Equal(got, []string{free.id, held.id}) {
			t.Errorf("the queue: %v", got)
		}
		w.Clock.Advance(11 * time.Minute)
		todo := apptest.Read[api.TodosOut](desk.Get("/me/todo").Want(http.StatusOK))
		if todo.Late != 2 {
			t.Errorf("late: %+v", todo)
		}
		look(t, desk, held.id)
		w.Clock.Advance(time.Minute)
		look(t, desk, free.id)
		if got, _ := walk(t, desk, "?limit=50"); !slices.Equal(got, []string{held.id, free.id}) {
			t.Errorf("after a look at each: %v", got)
		}
		claim(w, held.receipt, "add", "水又涨了").Want(http.StatusNoContent)
		if got, _ := walk(t, desk, "?limit=50"); got[0] != held.id {
			t.Errorf("with a claim: %v", got)
		}
	})
}
