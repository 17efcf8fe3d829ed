// Package apptest starts the whole program in process, on each database, for stories that are told through HTTP.
//
// A World has a clock that only the test moves, two servers (staff and public), and people who are made by the use cases
// that make real ones. When a story ends, its world must still hold what always holds (invariant.go).
package apptest

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianyuan/app"
	"lianyuan/domain/access"
	"lianyuan/domain/equipment"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
)

// Start is when every world begins: a morning in Chongqing.
var Start = time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC)

// Password is everybody's.
const Password = "many-small-boats-2026"

// The places of the stories.
const (
	City     place.Path = "/50/"
	Qijiang  place.Path = "/50/500110/"
	Nanchuan place.Path = "/50/500119/"
	Gunan    place.Path = "/50/500110/500110001/"
)

// World is a running installation.
type World struct {
	T      *testing.T
	App    *app.App
	Clock  *clock.Fake
	Staff  *httptest.Server
	public *httptest.Server
	// File is the SQLite file; "" on PostgreSQL.
	File string

	config  app.Config
	served  atomic.Pointer[served]
	mu      sync.Mutex
	ids     map[string]string
	clients map[string]*Client
	anyone  *Client
	ear     Ear
}

// Each tells a story on a fresh world on each database, beside other stories, and then looks whether the world is still sound.
func Each(t *testing.T, fn func(t *testing.T, w *World)) {
	t.Helper()
	t.Parallel()
	watch()
	dbtest.EachAtOnce(t, func(t *testing.T, o db.Options) {
		t.Helper()
		w := New(t, o)
		fn(t, w)
		if w.ear.Ended != nil {
			w.ear.Ended(w)
		}
		w.Sound()
	})
}

// New opens a world on one database; it ends with the test.
func New(t *testing.T, o db.Options) *World {
	t.Helper()
	dir := t.TempDir()
	if o.File != "" {
		dir = filepath.Dir(o.File)
	}
	w := &World{T: t, Clock: clock.NewFake(Start), ids: map[string]string{}, clients: map[string]*Client{}, ear: earOf(t)}
	if o.File != "" { // the program looks for its file where it keeps its data
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(o.File, filepath.Join(dir, "data", "lianyuan.db")); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	w.config = app.Config{
		Data: filepath.Join(dir, "data"), DatabaseURL: o.URL, Home: "50", Listen: "127.0.0.1:0", ListenPublic: "127.0.0.1:0", Clock: w.Clock, Conns: o.Conns,
		PasswordKiB: 64, NoFactors: true,
	}
	w.serve()
	if o.URL == "" {
		w.File = filepath.Join(dir, "data", "lianyuan.db")
	}
	// By way of the world, so that an address outlives the program that answered there.
	w.Staff = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.served.Load().staff.ServeHTTP(rw, r) }))
	w.public = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.served.Load().public.ServeHTTP(rw, r) }))
	t.Cleanup(func() {
		w.App.Live.Close()
		w.Staff.Close()
		w.public.Close()
		if err := w.App.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// served is what answers at the two addresses.
type served struct{ staff, public http.Handler }

func (w *World) serve() {
	w.T.Helper()
	w.App = w.open()
	w.served.Store(&served{w.App.Handler(), w.App.PublicHandler()})
}

func (w *World) open() *app.App {
	w.T.Helper()
	a, err := app.Open(context.Background(), w.config)
	if err != nil {
		w.T.Fatal(err)
	}
	return a
}

// Down ends the program, does what happens meanwhile, and starts it again on the same data. No request may be under way.
func (w *World) Down(meanwhile func()) {
	w.T.Helper()
	if err := w.App.Close(); err != nil {
		w.T.Fatal(err)
	}
	meanwhile()
	w.serve()
}

// Another is a second node on the same database, until the test ends. On SQLite there is one node, and it is that.
func (w *World) Another() *app.App {
	w.T.Helper()
	if w.File != "" {
		return w.App
	}
	a := w.open()
	w.T.Cleanup(func() {
		if err := a.Close(); err != nil {
			w.T.Error(err)
		}
	})
	return a
}

// Now is what the world's clock says.
func (w *World) Now() time.Time { return w.Clock.Now() }

// System is the context of an installer: it may make accounts, grants and teams everywhere.
func (w *World) System() context.Context {
	return w.acting("system", access.Grant{Role: access.Security, Place: place.Root}, access.Grant{Role: access.Office, Place: place.Root})
}

// second confirms what System proposes and two must grant.
func (w *World) second() context.Context {
	return w.acting("system, a second person", access.Grant{Role: access.SystemAdmin, Place: place.Root})
}

func (w *World) acting(account string, grants ...access.Grant) context.Context {
	for i := range grants {
		grants[i].Sees = w.App.Places.Tree().Scope(grants[i].Place.Code(), w.Now())
	}
	return access.With(context.Background(), access.Actor{Account: account, Name: account, Grants: grants, At: w.Now()})
}

// cast are the people of the stories, all invented. They come into being when a story first asks for them.
var cast = map[string]struct {
	name  string
	role  access.Role
	place place.Path
}{
	"office":   {"秦可舟", access.Office, City},
	"zonghe":   {"江若川", access.General, City},
	"xietiao":  {"何听澜", access.Coordination, City},
	"baozhang": {"邓明川", access.Support, City},
	"qijiang":  {"罗知远", access.Duty, Qijiang},
	"nanchuan": {"柳如砚", access.Duty, Nanchuan},
	"secadmin": {"薛静安", access.Security, place.Root},
	"auditor":  {"孟怀瑾", access.Auditor, place.Root},
}

// As is the client of somebody who is signed in. Logins of the cast are made at first use, others with Account.
func (w *World) As(login string) *Client {
	w.T.Helper()
	w.mu.Lock()
	c, ok := w.clients[login]
	_, known := w.ids[login]
	w.mu.Unlock()
	if ok {
		return c
	}
	if p, inCast := cast[login]; inCast && !known {
		w.Account(login, p.name)
		w.Grant(login, access.Grant{Role: p.role, Place: p.place})
	}
	c = w.SignIn(login, Password)
	w.mu.Lock()
	w.clients[login] = c
	w.mu.Unlock()
	return c
}

// SignIn opens a further session.
func (w *World) SignIn(login, password string) *Client {
	w.T.Helper()
	c := w.client(w.Staff.URL)
	c.Post("/session", map[string]any{"login": login, "password": password}).Want(http.StatusOK)
	return c
}

// Account makes an account without any grant.
func (w *World) Account(login, name string) string {
	w.T.Helper()
	account := id.New()
	token, err := w.App.Access.Invite(w.System(), access.Account{ID: account, Login: login, Name: name, Unit: "应急局"})
	if err != nil {
		w.T.Fatal(err)
	}
	if err := w.App.Access.Enrol(context.Background(), token, Password, "", nil); err != nil {
		w.T.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids[login] = account
	return account
}

// ID is the account id of a login.
func (w *World) ID(login string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ids[login]
}

// Grant gives a role and is the grant's id.
func (w *World) Grant(login string, g access.Grant) string {
	w.T.Helper()
	g.ID = id.New()
	if err := w.App.Access.Give(w.System(), w.ID(login), g); err != nil {
		w.T.Fatal(err)
	}
	if g.Role.TakesTwo() {
		if err := w.App.Access.Confirm(w.second(), g.ID); err != nil {
			w.T.Fatal(err)
		}
	}
	return g.ID
}

// Revoke ends a grant.
func (w *World) Revoke(grant string) {
	w.T.Helper()
	if err := w.App.Access.Revoke(w.System(), grant, "离岗"); err != nil {
		w.T.Fatal(err)
	}
}

// Team registers a team with its equipment and is its id.
func (w *World) Team(t team.Team) string {
	w.T.Helper()
	t.ID = id.New()
	if err := w.App.Teams.Register(w.System(), t); err != nil {
		w.T.Fatal(err)
	}
	for _, i := range t.Equipment {
		if err := w.App.Equipment.Count(w.System(), id.New(), equipment.Item{Team: t.ID, Kind: i.Key, Count: i.Count, Usable: i.Count}); err != nil {
			w.T.Fatal(err)
		}
	}
	return t.ID
}

// Leader makes an account that leads a team, and signs it in.
func (w *World) Leader(login, teamID string) *Client {
	w.T.Helper()
	w.Account(login, "卢远航")
	w.Grant(login, access.Grant{Role: access.Leader, Team: teamID})
	return w.As(login)
}

// Public is a phone without an account, at the public listener.
func (w *World) Public() *Client {
	if w.anyone == nil {
		w.anyone = w.client(w.public.URL)
	}
	return w.anyone
}

// Stranger is a browser without an account, at the staff listener.
func (w *World) Stranger() *Client { return w.client(w.Staff.URL) }

func (w *World) client(base string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.T.Fatal(err)
	}
	return &Client{t: w.T, base: base, world: w, settled: w.Settled, versions: &sync.Map{}, http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Config is what the world's program was started with: for a second one on a copy of its data.
func (w *World) Config() app.Config { return w.config }

// Later is the world after a time in which every session has ended: whoever comes back signs in again.
func (w *World) Later(d time.Duration) {
	w.Clock.Advance(d)
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.clients)
}
