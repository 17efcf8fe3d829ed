package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/db"
)

// anywhere is what every node may write of an incident, and why. Everything else takes the authority over such records.
var anywhere = map[string]string{
	"report-send": "a cry for help is taken where it comes", "report-take": "a cry for help is taken where it comes",
	"report-reveal": "somebody looks", "roster-reveal": "somebody looks", "party-reveal": "somebody looks", "summary-export": "somebody looks", "inside-export": "somebody looks",
	"sms-receipt": "what a gateway says of a message that went out", "notice-read": "somebody was told", "outbox-call": "somebody was told", "outbox-resend": "somebody was told",
	"instruction-record": "it covers a place, not this incident", "instruction-file": "it covers a place, not this incident", "instruction-scan-attach": "it covers a place, not this incident",
	"incident-record": "it is another incident", "offer-preview": "nothing is written",
	"hold-set": "it is about the reports of a county in a month",
}

// Every operation that writes is tried by somebody who may do all of it while another node has the authority over the
// records of the incident: it answers so, with the node, and nothing is written.
func TestWritesTakeTheAuthority(t *testing.T) {
	all := everyProbe()
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		p := prepare(t, w)
		office := w.As("qijiang-office")
		p.need = inIncident(t, w, office, p, true)
		office.Post("/incidents/"+p.incident+"/reports", fields{"id": newID(), "reports": []string{p.report.id}}).Want(http.StatusOK)
		in := func(node string) func() {
			return func() {
				if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
					_, err := tx.Exec(`UPDATE incident_node SET node = $1`, node)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		}
		take, giveBack := in("tent"), in(w.Node())
		away := office.Through(func(r *http.Request) (*http.Response, error) {
			take()
			defer giveBack()
			return http.DefaultTransport.RoundTrip(r)
		})
		refused := 0
		for _, operation := range writes() {
			if slices.ContainsFunc(elsewhere, func(part string) bool { return strings.HasPrefix(operation, part) }) || all[operation] == nil {
				continue
			}
			answer, _ := all[operation](p, away)
			without := answer.Status == http.StatusConflict && apptest.Read[api.Problem](answer).Code == "node_no_authority"
			if without {
				refused++
			}
			switch why := anywhere[operation]; {
			case why == "" && answer.Status < 300:
				t.Errorf("%s writes without authority: %d %s", operation, answer.Status, answer.Body)
			case why != "" && without:
				t.Errorf("%s is refused, though %s", operation, why)
			}
		}
		if refused < 45 { // the others are refused for a reason of their own, as the records stand
			t.Errorf("only %d operations came so far as to ask for the authority", refused)
		}
	})
}
