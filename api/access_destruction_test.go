package api_test

import (
	"context"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// doomed is a destruction that was proposed for reports of the place, and a hold on them.
type doomed struct{ scope, act, hold string }

// prepareDestruction writes both down as they stand long after a response, which the world of the golden does not wait for.
func prepareDestruction(t *testing.T, w *apptest.World) doomed {
	t.Helper()
	d := doomed{scope: "report:" + string(apptest.Qijiang) + ":2026-06", act: newID(), hold: newID()}
	if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO destruction (id, number, lot, key, place, incident, state, reason, by, at, due_at, version)
			SELECT $1, 'XH-A-1', scope, id, $2, '', 'proposed', '期限届满', 'somebody', $3, $3, 1 FROM data_key WHERE scope = $4`,
			d.act, string(apptest.Qijiang), clock.Micro(tx.Now), d.scope); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO retention_hold (id, lot, place, incident, purpose, lawful, necessary, secure, until_at, by, at, version)
			VALUES ($1, $2, $3, '', 'evidence', '依法', '必要', '加密', $4, 'somebody', $4, 1)`, d.hold, d.scope, string(apptest.Qijiang), clock.Micro(tx.Now))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

func onDestruction(rest string) func(prepared) string {
	return func(p prepared) string { return "/destructions/" + p.doomed.act + rest }
}

var destructionProbes = map[string]probe{
	"destruction-list": list("/destructions", func(p prepared) string { return p.doomed.act }),
	"destruction-try":  get(func(p prepared) string { return "/destructions/count?scope=" + p.doomed.scope }),
	"destruction-propose": post(at("/destructions"), func(p prepared) fields {
		return fields{"id": newID(), "scope": p.doomed.scope, "reason": "期限届满"}
	}),
	"destruction-confirm": post(onDestruction("/confirm"), given(func() fields { return fields{"id": newID(), "version": apptest.Stale} })),
	"destruction-refuse":  post(onDestruction("/refuse"), given(func() fields { return fields{"id": newID(), "version": apptest.Stale, "reason": "再核"} })),
	"hold-set":            plain(func(p prepared, c *apptest.Client) *apptest.Answer { return holdBack(p.World, c, p.doomed.scope, nil) }),
	"hold-lift": post(func(p prepared) string { return "/holds/" + p.doomed.hold + "/lift" }, given(func() fields {
		return fields{"id": newID(), "version": apptest.Stale, "reason": "评估结束"}
	})),
}
