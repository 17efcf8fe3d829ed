package notice_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/notice"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/seal"
	"lianyuan/platform/sms"
)

const phone = "13800000001"

// world is two nodes on one database, with a clock that only the test moves, an incident, and a team with a number and a
// leader.
type world struct {
	t       *testing.T
	db      *db.DB
	clock   *clock.Fake
	journal *journal.Journal
	on      [2]*notice.Service
	params  *parameter.Service
	teams   *team.Service
	access  *access.Service
	people  *incident.Service
	office  context.Context //nolint:containedctx // an officer of the city, for every call
	team    string
	lead    string // account
	flood   string // incident
}

// each tells a story on a fresh world on each database. sender nil: no gateway.
func each(t *testing.T, sender func(t *testing.T) sms.Sender, fn func(w *world)) {
	t.Helper()
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		t.Helper()
		c := clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))
		o.Clock = c
		w := &world{t: t, clock: c, db: dbtest.Open(t, o)}
		var s sms.Sender
		if sender != nil {
			s = sender(t)
		}
		w.build(s)
		fn(w)
		w.journalled()
	})
}

// journalled holds that every message that went on stands in the journal with its state before and after, as the table says.
func (w *world) journalled() {
	w.must(w.db.View(context.Background(), func(tx *db.Tx) error {
		return tx.Each(func(sc db.Scanner) error {
			var text string
			if err := sc.Scan(&text); err != nil {
				return err
			}
			var body struct {
				Delivery, State string
				Was             struct{ State string }
			}
			if err := json.Unmarshal([]byte(text), &body); err != nil || body.Delivery == "" {
				return err
			}
			if !slices.ContainsFunc(notice.Deliveries.Possible(body.Was.State), func(m lifecycle.Move) bool { return m.To == body.State }) {
				w.t.Errorf("from %q to %q: %s", body.Was.State, body.State, text)
			}
			return nil
		}, `SELECT body FROM journal WHERE kind = 'notice'`)
	}))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) build(sender sms.Sender) {
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	w.must(err)
	_, private, err := ed25519.GenerateKey(nil)
	w.must(err)
	w.journal, err = journal.Open(ctx, w.db, "node", journal.Signer{KeyID: "key", Private: private})
	w.must(err)
	places, err := place.Open(ctx, w.db)
	w.must(err)
	params, err := parameter.Open(ctx, w.db, places)
	w.must(err)
	w.params = params
	keeper := seal.NewKeeper(w.db, master)
	w.teams, err = team.New(ctx, team.Deps{DB: w.db, Clock: w.clock, Places: places, Keeper: keeper})
	w.must(err)
	w.people, err = incident.New(ctx, incident.Deps{DB: w.db, Clock: w.clock, Places: places, Parameters: params, Keeper: keeper, Letter: "A"})
	w.must(err)
	w.access = access.New(w.db, places, keeper, w.clock, access.Config{NoFactors: true, PasswordKiB: 64})
	w.access.GoBy(func(time.Time) (access.Limits, error) {
		return access.Limits{SessionIdle: time.Hour, SessionWhole: time.Hour, WrongBefore: 5, LockedFor: time.Minute, EnrolWithin: time.Hour, StrangersKept: time.Hour}, nil
	})
	for i := range w.on {
		w.on[i], err = notice.New(ctx, notice.Deps{
			DB: w.db, Clock: w.clock, Places: places, Parameters: params, Teams: w.teams, Journal: w.journal, Keeper: seal.NewKeeper(w.db, master), Sender: sender,
		})
		w.must(err)
	}
	now := w.clock.Now()
	w.office = access.With(ctx, access.Actor{Account: "staff", At: now, Grants: []access.Grant{
		{Role: access.Office, Place: "/50/", Sees: places.Tree().Scope("50", now)}, {Role: access.Security, Place: place.Root, Sees: places.Tree().Scope("cn", now)},
	}})
	w.team = w.register("山城水上应急队", phone)
	w.lead = w.leads(w.team)
	w.flood = w.incident(false)
}

func (w *world) register(name, number string) string {
	w.t.Helper()
	of := id.New()
	w.must(w.teams.Register(w.office, team.Team{ID: of, Name: name, Place: "/50/500110/", Contact: team.Contact{Name: "卢远航", Phone: number}}))
	return of
}

// leads makes an account that leads a team.
func (w *world) leads(of string) string {
	w.t.Helper()
	account := id.New()
	token, err := w.access.Invite(w.office, access.Account{ID: account, Login: "n" + account[len(account)-12:], Name: "卢远航"})
	w.must(err)
	w.must(w.access.Enrol(w.office, token, "many-small-boats-2026", "", nil))
	w.must(w.access.Give(w.office, account, access.Grant{ID: id.New(), Role: access.Leader, Team: of}))
	return account
}

func (w *world) incident(drill bool) string {
	w.t.Helper()
	of := id.New()
	w.must(w.people.Record(w.office, incident.Incident{ID: of, Name: "綦江暴雨", Class: "natural", Severity: 2, Place: "/50/", Began: w.clock.Now(), Drill: drill}))
	return of
}

// as is the context of an account without further grants.
func (w *world) as(account string) context.Context {
	return access.With(context.Background(), access.Actor{Account: account, At: w.clock.Now()})
}

// happens appends what a context would have said of a pass of the team.
func (w *world) happens(verb, subject, in string) {
	w.t.Helper()
	w.must(w.db.Update(context.Background(), func(tx *db.Tx) error {
		return journal.Append(tx, journal.Entry{
			Verb: verb, Kind: "pass", Subject: subject, Version: 1, Place: "/50/500110/", Scope: journal.Desk, Incident: in, Actor: "staff",
			Body: map[string]any{"number": "TX-A0001", "team": w.team},
		})
	}))
}

// settles waits until the last row that was written has its position on this node.
func (w *world) settles() {
	w.t.Helper()
	var written int64
	w.must(w.db.View(context.Background(), func(tx *db.Tx) error { return tx.Get(`SELECT count(*) FROM journal`, nil, &written) }))
	deadline := time.After(15 * time.Second)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for w.journal.Position() < written {
		select {
		case <-again.C:
		case <-deadline:
			w.t.Fatal("the journal did not settle")
		}
	}
}

// follows has a node follow the journal to its end.
func (w *world) follows(node int) {
	w.t.Helper()
	w.settles()
	for more := true; more; {
		var err error
		more, err = w.on[node].Follow(context.Background())
		w.must(err)
	}
}

func (w *world) outbox(in, shelf string) notice.Outbox {
	w.t.Helper()
	o, err := w.on[0].Outbox(w.office, in, shelf, 100)
	w.must(err)
	return o
}

// gateway is a gateway that counts the messages it is asked to send, by id.
type gateway struct {
	mu    sync.Mutex
	asked map[string]int
	last  sms.Message
	reply func(try int) (status int, body string)
}

func newGateway(reply func(try int) (int, string)) *gateway {
	return &gateway{asked: map[string]int{}, reply: reply}
}

// gatewayToken is what the gateway is asked with.
const gatewayToken = "a token of an invented gateway"

func (g *gateway) sender(t *testing.T) sms.Sender {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m sms.Message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		g.mu.Lock()
		g.asked[m.ID]++
		g.last = m
		status, body := g.reply(g.asked[m.ID])
		g.mu.Unlock()
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(gatewayToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sms.New(sms.Config{URL: server.URL, TokenFile: token, Sign: "市应急局"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (g *gateway) total() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, x := range g.asked {
		n += x
	}
	return n
}
