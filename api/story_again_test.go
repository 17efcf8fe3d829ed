package api_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

// A command whose transaction was run again, because another of its group failed, is the same command when it comes twice.
func TestACommandRunAgainIsTheSame(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		ctx, account := w.System(), w.Account("somebody", "凌若水")
		place := []org.Mechanism{{Place: apptest.Qijiang}, {Place: apptest.Nanchuan}, {Place: apptest.Gunan}}
		failed := errors.New("this one fails after it has written")
		for n := range place {
			m := place[n]
			m.ID, m.Name, m.Basis, m.Authority, m.Lead, m.Phone = newID(), "现场协调机制办公室", "减办〔2022〕5号", "减灾委员会", "应急局", "023-00000110"
			m.Members = []org.Member{{Unit: org.Unit{Name: "应急局", Kind: "government"}, Role: "lead", Groups: org.Groups}}
			ids := []string{newID(), newID(), newID(), newID()}
			changed := m
			changed.Version, changed.Name = 1, "协调机制办公室"
			commands := []func() error{
				func() error { return w.App.Orgs.Found(ctx, ids[0], m) },
				func() error {
					return w.App.Needs.Record(ctx, need.Instruction{ID: ids[1], Issuer: "綦江区人民政府", How: "phone", IssuedAt: w.Now(), Place: apptest.Qijiang})
				},
				func() error {
					return w.App.Access.Give(ctx, account, access.Grant{ID: ids[2], Role: access.Duty, Place: apptest.Qijiang})
				},
				func() error { return w.App.Orgs.Change(ctx, ids[3], "更名", changed) },
			}
			atOnce := func(commands ...func() error) {
				t.Helper()
				var all sync.WaitGroup
				for _, c := range commands {
					all.Go(func() {
						if err := c(); err != nil {
							t.Error(err)
						}
					})
					for range 3 {
						all.Go(func() {
							if err := w.App.DB.Update(ctx, func(tx *db.Tx) error {
								_, err := tx.Exec(`UPDATE account SET version = version WHERE id = $1`, account)
								return errors.Join(err, failed)
							}); !errors.Is(err, failed) {
								t.Error(err)
							}
						})
					}
				}
				all.Wait()
			}
			atOnce(commands[:3]...)
			atOnce(commands[3])
			for i, c := range commands {
				if err := c(); err != nil {
					t.Errorf("command %d said again: %v", i, err)
				}
			}
		}
	})
}

// What was asked for before the incident closed is answered as it was, when a phone sends it again afterwards.
func TestSupportSentAgainAfterClosing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		incident := running(t, w)
		body := supportBody(enrolTeam(office, nil), nil)
		office.Post("/incidents/"+incident+"/support", body).Want(http.StatusCreated)
		office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
		office.Post("/incidents/"+incident+"/support", body).Want(http.StatusCreated)
		office.Post("/incidents/"+incident+"/support", supportBody(enrolTeam(office, nil), nil)).Refused(http.StatusConflict, "incident_closed")
	})
}

// Reports that were taken into an incident are not fetched back when the command comes again after somebody has moved them,
// and nobody who called later is taken along. A command that never came to its end goes on where it was.
func TestReportsJoinOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, first := w.As("office"), ask(t, w, nil)
		one, other := running(t, w), flood(t, w, nil)
		join := func(in string, body fields, joined int) {
			t.Helper()
			if got := apptest.Read[api.JoinedOut](office.Post("/incidents/"+in+"/reports", body).Want(http.StatusOK)); got.Joined != joined || got.More {
				t.Errorf("%+v joined, want %d", got, joined)
			}
		}
		in := func(report, want string) {
			t.Helper()
			if got := readReport(t, office, report).Incident; got != want {
				t.Errorf("the report is in %q, want %q", got, want)
			}
		}
		area, named := fields{"id": newID(), "area": "500110"}, fields{"id": newID(), "reports": []string{first.id}}
		join(one, area, 1)
		join(other, named, 1)
		later := ask(t, w, nil)
		join(one, area, 1)
		in(first.id, other)
		in(later.id, "")
		join(one, fields{"id": newID(), "reports": []string{first.id}}, 1)
		join(other, named, 1)
		in(first.id, one)
		if err := w.App.DB.Update(w.System(), func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM report_joining WHERE command = $1`, area["id"])
			return err
		}); err != nil {
			t.Fatal(err)
		}
		join(one, area, 1)
		in(later.id, one)
	})
}

// An edition of a roster goes on from the versions of the one before: who saw that one neither submits nor approves this one.
func TestTheNextRosterIsAnother(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, incident := w.As("office"), running(t, w)
		path := "/incidents/" + incident + "/roster"
		save := func() {
			office.Post(path, fields{"id": newID(), "version": 0, "persons": three(nil)}).Want(http.StatusOK)
		}
		save()
		office.Post(path+"/submit", fields{"id": newID(), "version": 1}).Want(http.StatusOK)
		office.Post(path+"/approve", onBehalf(w, fields{"version": 2})).Want(http.StatusOK)
		save()
		office.Post(path+"/submit", fields{"id": newID(), "version": 1}).Refused(http.StatusConflict, "version_stale")
	})
}

// An invitation is answered with a new link for whoever invited, and for nobody else.
func TestAnInvitationIsOnePersons(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.Account("second", "舒望川")
		w.Grant("second", access.Grant{Role: access.Security, Place: place.Root})
		body := fields{"id": newID(), "login": "newcomer", "name": "凌若水"}
		w.As("secadmin").Post("/accounts", body).Want(http.StatusCreated)
		w.As("secadmin").Post("/accounts", body).Want(http.StatusCreated)
		w.As("second").Post("/accounts", body).Refused(http.StatusConflict, "id_reused")
		w.As("secadmin").Post("/accounts", fields{"id": newID(), "login": "newcomer", "name": "凌若水"}).Refused(http.StatusConflict, "login_taken")
	})
}
