package apptest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
)

// Sent is a write that was carried out, as it went over the wire.
type Sent struct {
	World  *World
	Client *Client // who sent it; what it sends is not overheard
	Method string
	Path   string
	Kind   string // content type
	Body   []byte
	Answer *Answer
}

// Again sends a body as the write was sent, by whoever.
func (s Sent) Again(c *Client, path string, body []byte) *Answer {
	c.t.Helper()
	return c.Send(s.Method, path, s.Kind, body)
}

// Ear hears what is written in a world.
type Ear struct {
	Wrote func(Sent)
	Ended func(*World) // the story of the world is told
}

// Twin is somebody new with the grants of an account, or with none.
func (w *World) Twin(account, login string) {
	w.T.Helper()
	w.Account(login, "舒望川")
	var grants []access.Grant
	if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
		grants = nil
		return tx.Each(func(s db.Scanner) error {
			var g access.Grant
			err := s.Scan((*string)(&g.Role), (*string)(&g.Place), &g.Team, &g.Incident)
			grants = append(grants, g)
			return err
		}, `SELECT role, place, team, incident FROM role_grant WHERE account = $1 AND revoked_at IS NULL`, account)
	}); err != nil {
		w.T.Fatal(err)
	}
	for _, g := range grants {
		w.Grant(login, g)
	}
}

// Enters is a new session of somebody, which the limit of one address does not count and no ear hears.
func (w *World) Enters(login string) *Client {
	w.T.Helper()
	token, _, err := w.App.Access.SignIn(context.Background(), login, Password, "", "")
	if err != nil {
		w.T.Fatal(err)
	}
	return w.Stranger().Unheard().With("Cookie", "ly_session="+token)
}

// behind are the tables that others fill in the wake of a write: what people are told, what is searched, what is settled.
// A data key is made before the transaction that may need it.
var behind = []string{"notice", "notice_to", "notice_delivery", "report_pair", "report_token", "follower", "settled", "session", "data_key", "rate_count", "sequencer"}

// Tables says how many rows each table has. Of the journal it counts what somebody did, not what people were told of it.
func (w *World) Tables() map[string]int64 {
	w.T.Helper()
	names := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	if w.File == "" {
		names = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`
	}
	counts := map[string]int64{}
	if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
		var queries []string
		err := tx.Each(func(s db.Scanner) error {
			var table string
			err := s.Scan(&table)
			if !slices.Contains(behind, table) && !strings.HasPrefix(table, "report_fts") {
				where := map[string]string{"journal": ` WHERE kind NOT IN ('notice', 'session')`, "parameter_used": ` WHERE subject NOT IN (SELECT id FROM notice)`}[table]
				queries = append(queries, `SELECT '`+table+`', count(*) FROM "`+table+`"`+where)
			}
			return err
		}, names)
		if err != nil {
			return err
		}
		return tx.Each(func(s db.Scanner) error {
			var table string
			var n int64
			err := s.Scan(&table, &n)
			counts[table] = n
			return err
		}, strings.Join(queries, " UNION ALL "))
	}); err != nil {
		w.T.Fatal(err)
	}
	return counts
}

// ears are the ears by the name of the test that has them.
var ears sync.Map

// Overhear hears what is written in every world of a test and of the tests below it.
func Overhear(t *testing.T, e Ear) {
	t.Helper()
	ears.Store(t.Name(), e)
	t.Cleanup(func() { ears.Delete(t.Name()) })
}

// earOf is the ear that hears a test.
func earOf(t *testing.T) Ear {
	t.Helper()
	for name := t.Name(); name != ""; {
		if e, ok := ears.Load(name); ok {
			return e.(Ear)
		}
		name = name[:max(strings.LastIndexByte(name, '/'), 0)]
	}
	return Ear{}
}

// overheard tells the ear of a write.
func (c *Client) overheard(method, path, kind string, body []byte, a *Answer) {
	if c.world == nil || c.world.ear.Wrote == nil || method == http.MethodGet || a.Status >= http.StatusMultipleChoices {
		return
	}
	c.world.ear.Wrote(Sent{c.world, c.Unheard(), method, path, kind, body, a})
}

// Unheard is the same browser, which no ear hears.
func (c *Client) Unheard() *Client {
	quiet, browser := *c, *c.http
	browser.Transport, quiet.http, quiet.world = nil, &browser, nil
	return &quiet
}
