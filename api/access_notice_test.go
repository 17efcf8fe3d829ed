package api_test

import (
	"context"
	"net/http"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/platform/db"
)

// told is an addressee of a notice, and its short message, which no gateway took.
type told struct{ recipient, message string }

// prepareNotice publishes the contacts of the incident of 綦江区: the teams that have signed up are told.
func prepareNotice(t *testing.T, p prepared) (x told) {
	t.Helper()
	p.As("qijiang-office").Post("/incidents/"+p.incident+"/contacts", fields{"id": newID(), "contacts": []fields{{"name": "值守电话", "number": "023-00000110", "public": true}}}).Want(http.StatusOK)
	p.Eventually("the teams are told", func() bool {
		return p.App.DB.View(context.Background(), func(tx *db.Tx) error {
			return tx.Get(`SELECT d.recipient, d.id FROM notice_delivery d JOIN notice n ON n.id = d.notice
				WHERE n.incident = $1 AND n.kind = 'contacts_published' AND d.channel = 'sms' ORDER BY d.id LIMIT 1`, []any{p.incident}, &x.recipient, &x.message)
		}) == nil
	})
	return x
}

var noticeProbes = map[string]probe{
	"notice-mine": get(at("/me/notices")),
	"notice-read": post(at("/me/notices/read"), given(func() fields { return fields{"notices": []string{newID()}} })),
	"sms-receipt": post(at("/sms/receipts"), given(func() fields { return fields{"id": newID(), "status": "delivered"} })),
	"todo":        get(at("/me/todo")),
	"outbox-list": list2(onIncident("/outbox?state=failed"), func(p prepared) string { return p.told.message }),
	"outbox-read": get(func(p prepared) string { return "/outbox/" + p.told.message }),
	"outbox-call": post(func(p prepared) string { return "/outbox/phone/" + p.told.recipient + "/call" }, given(func() fields {
		return fields{"id": newID(), "outcome": "no_answer"}
	})),
	"outbox-resend": plain(func(p prepared, c *apptest.Client) *apptest.Answer {
		return c.Post("/outbox/"+p.told.message+"/resend", fields{"id": newID(), "version": apptest.Stale})
	}),
}
