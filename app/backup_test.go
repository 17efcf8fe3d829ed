package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/migrations"
	"lianyuan/platform/carry"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
)

// cried is the text of the report that must be readable wherever its row is carried, and ordered the scan of an instruction.
const (
	cried   = "二楼有三位老人，水已到楼梯口"
	ordered = "%PDF-1.4\ntrailer <</Root 1 0 R>>\n%%EOF\n"
)

// An installation goes into a backup and comes out of it, and moves, on and between both engines: every row, the chain of the
// journal, the sealed words of a report, the scan of an instruction and the account that worked on it; and it goes on working there.
func TestAnInstallationIsCarried(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, from db.Options) {
		ctx, at := t.Context(), clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))
		install := func(o db.Options) Config {
			return Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: at}
		}
		cfg := install(from)
		if cfg.DatabaseURL == "" {
			if d, err := OpenData(ctx, cfg); !errors.Is(err, ErrNoData) {
				t.Fatalf("a backup of nothing: %v, %v", d, err)
			}
		}
		report := lived(t, cfg)

		key, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		file, keys := filepath.Join(t.TempDir(), "of.age"), filepath.Join(t.TempDir(), "keys.age")
		served := opened(t, cfg) // the system goes on working
		d := must(OpenData(ctx, cfg))(t)
		saved := must(Backup(ctx, d, file, keys, key.Recipient()))(t)
		if cfg.DatabaseURL != "" { // a SQLite file is claimed
			to := must(OpenEmpty(ctx, install(db.Options{})))(t)
			if _, err := Move(ctx, d, to); !errors.Is(err, db.ErrServed) {
				t.Errorf("moved while it is served: %v", err)
			}
			if err := to.Close(); err != nil {
				t.Fatal(err)
			}
		}
		closed(t, served)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		dbtest.EachOptions(t, func(t *testing.T, into db.Options) {
			t.Run("restored", func(t *testing.T) {
				target := install(into)
				target.MasterKey = served.masterFile()
				to := must(OpenEmpty(ctx, target))(t)
				if other, err := age.GenerateX25519Identity(); err != nil {
					t.Fatal(err)
				} else if _, err := Restore(ctx, to, file, keys, "", other); err == nil {
					t.Error("read with another key")
				}
				if _, err := Restore(ctx, to, file, "", "", key); !errors.Is(err, ErrNoKeys) {
					t.Errorf("read without its keys: %v", err)
				}
				if _, err := Restore(ctx, to, file, keys, "b", key); !errors.Is(err, ErrNoLetter) {
					t.Errorf("under no letter: %v", err)
				}
				got := must(Restore(ctx, to, file, keys, "B", key))(t)
				if got.Total() != saved.Total() || got["report"] != 1 || got["journal"] == 0 {
					t.Errorf("%v of %v", got, saved)
				}
				if _, err := Restore(ctx, to, file, keys, "", key); !errors.Is(err, carry.ErrNotEmpty) {
					t.Errorf("restored over an installation: %v", err)
				}
				d := must(OpenData(ctx, cfg))(t)
				if lost, now := gateList(t, d)+1, gateList(t, to); now <= lost { // a pass that was issued after the backup made the list of the gates a new one
					t.Errorf("gates that had list %d take no list %d", lost, now)
				}
				if err := errors.Join(to.Close(), d.Close()); err != nil {
					t.Fatal(err)
				}
				goesOn(t, target, report, 1)
			})
		})
		dbtest.EachOptions(t, func(t *testing.T, into db.Options) {
			t.Run("moved", func(t *testing.T) {
				target := install(into)
				target.MasterKey = served.masterFile()
				of, to := must(OpenData(ctx, cfg))(t), must(OpenEmpty(ctx, target))(t)
				held := must(carry.Dump(ctx, of, must(migrations.Latest())(t), carry.Whole, io.Discard))(t) // what follows the journal may have written since the backup
				got, err := Move(ctx, of, to)
				if err != nil || got.Total() != held.Total() || got["report"] != 1 {
					t.Errorf("%v of %v, %v", got, held, err)
				}
				if nodeOf(t, to) != nodeOf(t, of) {
					t.Error("what was moved is another node")
				}
				if err := errors.Join(of.Close(), to.Close()); err != nil {
					t.Fatal(err)
				}
				goesOn(t, target, report, 0)
			})
		})
	})
}

// A backup that an older program wrote is read by this one, and what it holds is brought up to date; of a newer one nothing is taken.
func TestABackupOfAnOlderProgram(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		ctx, at := t.Context(), clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))
		cfg := Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: at}
		latest := must(migrations.Latest())(t)
		before := older(t, cfg, latest-1)
		key := must(age.NewScryptRecipient("a passphrase of some length"))(t)
		key.SetWorkFactor(10)
		with := must(age.NewScryptIdentity("a passphrase of some length"))(t)
		file, keys := filepath.Join(t.TempDir(), "of.age"), filepath.Join(t.TempDir(), "keys.age")
		d := must(OpenData(ctx, cfg))(t)
		must(Backup(ctx, d, file, keys, key))(t)
		if have := must(migrations.Applied(ctx, d))(t); have != before {
			t.Errorf("the backup brought what it read to schema %d", have)
		}
		target := Config{Data: filepath.Join(t.TempDir(), "data"), Home: "50", PasswordKiB: 64, NoFactors: true, Clock: at, MasterKey: (&App{cfg: cfg}).masterFile()}
		to := must(OpenEmpty(ctx, target))(t)
		must(Restore(ctx, to, file, keys, "", with))(t)
		if err := errors.Join(d.Close(), to.Close()); err != nil {
			t.Fatal(err)
		}
		a := opened(t, target)
		whole(t, a, written+1) // that it was restored
		if n := dumped(t, target); len(n) != 0 || a.Fresh {
			t.Errorf("it was upgraded once more: %v, fresh %t", n, a.Fresh)
		}
		closed(t, a)
	})
}

func nodeOf(t *testing.T, d *db.DB) (node string) {
	t.Helper()
	if err := d.View(t.Context(), func(tx *db.Tx) error { return tx.Get(`SELECT node FROM instance WHERE id = 1`, nil, &node) }); err != nil {
		t.Fatal(err)
	}
	return node
}

// must is the value of a call that has to succeed.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (a *App) acting(t *testing.T, role access.Role) access.Actor {
	t.Helper()
	now := a.cfg.Clock.Now()
	return access.Actor{Account: "office", Name: "秦可舟", At: now, Grants: []access.Grant{{Role: role, Place: "/50/", Sees: a.Places.Tree().Scope("50", now)}}}
}

// livedRows is what the journal holds after lived.
const livedRows = 4

// lived is an installation with an incident, an instruction with its scan and a report in it; it says the id of the report.
func lived(t *testing.T, cfg Config) (report string) {
	t.Helper()
	a := opened(t, cfg)
	flood := incident.Incident{ID: id.New(), Name: "暴雨洪涝", Class: "natural", Severity: 2, Place: "/50/", Places: []place.Path{"/50/500110/"}, HQ: "市级现场抢险救援指挥部", Commander: "秦可舟", Began: a.cfg.Clock.Now()}
	if err := a.Incidents.Record(access.With(t.Context(), a.acting(t, access.Office)), flood); err != nil {
		t.Fatal(err)
	}
	order, office := id.New(), access.With(t.Context(), a.acting(t, access.Office))
	if err := a.Needs.Record(office, need.Instruction{ID: order, Issuer: "市人民政府", How: "phone", IssuedAt: a.cfg.Clock.Now(), Place: "/50/"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Needs.AttachScan(office, order, incident.Scan{ID: id.New(), Content: []byte(ordered)}, "application/pdf"); err != nil {
		t.Fatal(err)
	}
	report = id.New()
	if _, err := a.Needs.Report(t.Context(), need.Call{ID: report, Kind: need.TrappedWater, Text: cried, Phone: "13800000017", Place: "500110", Channel: "web"}); err != nil {
		t.Fatal(err)
	}
	whole(t, a, livedRows)
	filled(t, a)
	closed(t, a)
	return report
}

// filled waits until what follows the journal has come to its end, so that it writes nothing more.
func filled(t *testing.T, a *App) {
	t.Helper()
	for more := true; more; {
		more = must(a.Notices.Follow(t.Context()))(t)
	}
	deadline := time.After(20 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for n := 0; n == 0; {
		if err := a.DB.View(t.Context(), func(tx *db.Tx) error { return tx.Get(`SELECT count(*) FROM report_pair`, nil, &n) }); err != nil {
			t.Fatal(err)
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal("the report cannot be found")
		}
	}
}

// readsScan opens the scan of the one instruction.
func readsScan(ctx context.Context, t *testing.T, a *App) {
	t.Helper()
	list := must(a.Needs.Instructions(ctx))(t)
	if len(list) != 1 || list[0].Scans != 1 {
		t.Fatalf("the instruction: %+v", list)
	}
	scans := must(a.Needs.Scans(ctx, list[0].ID))(t)
	if x := must(a.Needs.Scan(ctx, list[0].ID, scans[0].ID))(t); string(x.Content) != ordered {
		t.Errorf("its scan: %q", x.Content)
	}
}

// gateList is the number of the list of gates that an installation gives.
func gateList(t *testing.T, d *db.DB) (no int64) {
	t.Helper()
	if err := d.View(t.Context(), func(tx *db.Tx) error {
		return tx.Get(`SELECT coalesce(max(no), 0) FROM gate_list`, nil, &no)
	}); err != nil {
		t.Fatal(err)
	}
	return no
}

// goesOn looks whether what was carried is whole, and writes to it; told is how many rows its start wrote.
func goesOn(t *testing.T, cfg Config, report string, told int64) {
	t.Helper()
	a := opened(t, cfg)
	defer closed(t, a)
	if a.Fresh || a.MasterMade != "" {
		t.Errorf("it began anew: fresh %t, key %q", a.Fresh, a.MasterMade)
	}
	whole(t, a, livedRows+told)
	ctx := access.With(t.Context(), a.acting(t, access.General))
	r, err := a.Needs.Get(ctx, report)
	if err != nil || r.Person.Text != cried {
		t.Errorf("the report: %+v, %v", r, err)
	}
	readsScan(ctx, t, a)
	if _, wrong, err := a.Needs.Recount(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the counts: %v, %v", wrong, err)
	}
	if _, err := a.Needs.Report(t.Context(), need.Call{ID: id.New(), Kind: need.TrappedWater, Text: "又一处", Place: "500110", Channel: "web"}); err != nil {
		t.Error(err)
	}
	whole(t, a, livedRows+told+1)
	if _, err := os.Stat(filepath.Join(cfg.Data, "lianyuan.db")); cfg.DatabaseURL == "" && err != nil {
		t.Error(err)
	}
}

// A restored copy may run beside the original: it is another node with the authority of that one, no row and no number of the
// two is alike, and its keys open the rows that it came from, but none that the other wrote since.
func TestACopyRunsBesideTheOriginal(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		at := clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))
		original := Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: at}
		lived(t, original)
		key := must(age.GenerateX25519Identity())(t)
		file, keys := filepath.Join(t.TempDir(), "of.age"), filepath.Join(t.TempDir(), "keys.age")
		d := must(OpenData(t.Context(), original))(t)
		must(Backup(t.Context(), d, file, keys, key.Recipient()))(t)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		for _, letter := range []string{"B", ""} { // "": nobody thought of it; the numbers differ all the same
			copied := Config{Data: filepath.Join(t.TempDir(), "data"), Home: "50", PasswordKiB: 64, NoFactors: true, Clock: at, MasterKey: (&App{cfg: original}).masterFile()}
			to := must(OpenEmpty(t.Context(), copied))(t)
			must(Restore(t.Context(), to, file, keys, letter, key))(t)
			if err := to.Close(); err != nil {
				t.Fatal(err)
			}
			besides(t, copied, original, cmp.Or(letter, "A"), file, keys, key)
		}
	})
}

func besides(t *testing.T, copied, original Config, letter, file, keys string, key *age.X25519Identity) {
	t.Helper()
	ctx := t.Context()
	of, to := opened(t, original), opened(t, copied)
	defer closed(t, of)
	defer closed(t, to)
	if nodeOf(t, of.DB) == nodeOf(t, to.DB) || of.Letter != "A" || to.Letter != letter {
		t.Errorf("two nodes: %s, %s, letters %s, %s", nodeOf(t, of.DB), nodeOf(t, to.DB), of.Letter, to.Letter)
	}
	kept := ownRows(t, to.DB, nodeOf(t, of.DB)) // what the backup held is the original's
	numbers, rows := map[string]bool{}, map[string]bool{}
	for _, a := range []*App{of, to} {
		a.cfg.Clock.(*clock.Fake).Advance(time.Minute)
		fire := incident.Incident{ID: id.New(), Name: "山火", Class: "natural", Severity: 3, Place: "/50/", Places: []place.Path{"/50/500119/"}, Began: a.cfg.Clock.Now()}
		office := access.With(ctx, a.acting(t, access.Office))
		if err := a.Incidents.Record(office, fire); err != nil {
			t.Fatal(err)
		}
		for _, i := range must(a.Incidents.List(office, incident.ListFilter{State: "open", Limit: 10}))(t) {
			if err := a.Incidents.Change(office, i.ID, incident.Changes{ID: id.New(), Reason: "更名", Name: i.Name + "（续）", Severity: i.Severity, HQ: i.HQ}); err != nil {
				t.Errorf("node %s has no authority over an incident: %v", nodeOf(t, a.DB), err)
			}
			if i.ID == fire.ID && numbers[i.Number] {
				t.Errorf("%s names two incidents", i.Number)
			}
			numbers[i.Number] = true
		}
		for _, r := range ownRows(t, a.DB, nodeOf(t, a.DB)) {
			if rows[r] || a == to && slices.Contains(kept, r) {
				t.Errorf("two rows are %s", r)
			}
			rows[r] = true
		}
	}
	theirs, own := filepath.Join(t.TempDir(), "theirs.age"), filepath.Join(t.TempDir(), "keys.age")
	saves := func(cfg Config, file, keys string) {
		d := must(OpenData(ctx, cfg))(t)
		must(Backup(ctx, d, file, keys, key.Recipient()))(t)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	saves(copied, theirs, own)
	if err := fit(file, own, []age.Identity{key}); err != nil {
		t.Errorf("the keys of the copy do not open the backup it is of: %v", err)
	}
	late := filepath.Join(t.TempDir(), "late.age")
	saves(original, late, filepath.Join(t.TempDir(), "k.age"))
	if err := fit(late, own, []age.Identity{key}); !errors.Is(err, carry.ErrOtherKeys) {
		t.Errorf("the keys of the copy open what the original wrote since: %v", err)
	}
	if err := fit(theirs, keys, []age.Identity{key}); !errors.Is(err, carry.ErrOtherKeys) {
		t.Errorf("the keys of the original open what the copy wrote: %v", err)
	}
}

// ownRows are the rows of the journal of a node, by origin and its own number.
func ownRows(t *testing.T, d *db.DB, node string) (list []string) {
	t.Helper()
	if err := d.View(t.Context(), func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(s db.Scanner) error {
			var origin string
			var own int64
			err := s.Scan(&origin, &own)
			list = append(list, fmt.Sprintf("%s %d", origin, own))
			return err
		}, `SELECT origin, coalesce(origin_seq, seq) FROM journal WHERE origin = $1 ORDER BY seq`, node)
	}); err != nil {
		t.Fatal(err)
	}
	return list
}
