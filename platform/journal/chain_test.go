package journal

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"
)

// A link that was made before the number at the origin was kept still fits its row, and one that is made now covers it.
func TestLinksOfBeforeFit(t *testing.T) {
	before := []byte{hashSHA256}
	r := Row{
		Position: 7, Seq: 9, OriginSeq: 9, At: time.UnixMicro(1781740800000000), Origin: "node-a", Body: json.RawMessage(`{"n":1}`),
		Entry: Entry{Verb: "thing.done", Kind: "thing", Subject: "x", Version: 3, Place: "/50/", Scope: Desk, Incident: "i", Actor: "system", Reason: "r"},
	}
	old, err := hex.DecodeString("01d17fd8a06291af860fac0eb167880ea5b1f0af66675b1b6599bc3b92ed9807cf")
	if err != nil {
		t.Fatal(err)
	}
	now := chain(hashOrigin, before, &r)
	if !fits(old, before, &r) || !fits(now, before, &r) {
		t.Error("a link does not fit its row")
	}
	r.OriginSeq++
	if fits(now, before, &r) {
		t.Error("the number at the origin was changed unseen")
	}
	r.Reason = "q"
	if fits(old, before, &r) || fits(nil, before, &r) || fits([]byte{3}, before, &r) {
		t.Error("a link fits another row")
	}
}
