package app

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/team"
	"lianyuan/migrations"
	"lianyuan/platform/carry"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/seal"
)

// The look-up key of a whole world turns: receipts, phones and people of before are found, what is sent again is known
// again, one person stays one, and nothing but digests, which name their key, stands under the key of before.
func TestRekey(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		ctx := t.Context()
		cfg := Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Demo: true, Home: "50", Conns: o.Conns, PasswordKiB: 64}
		a := opened(t, cfg)
		if err := a.SeedDemo(ctx); err != nil {
			t.Fatal(err)
		}
		call := need.Call{ID: id.New(), Kind: need.TrappedWater, Text: cried, Phone: "13800000017", Place: "500110", Channel: "web"}
		claim := need.Claim{ID: id.New(), Kind: "add", Text: "水还在涨"}
		receipt := must(a.Needs.Report(ctx, call))(t)
		if err := a.Needs.Add(ctx, receipt.Code, claim); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Access.SignIn(ctx, "nobody", "wrong", "", ""); !errors.Is(err, access.ErrLogin) {
			t.Fatal(err)
		}
		before := must(a.Keeper.Lookup(ctx))(t)
		if _, err := Rekey(ctx, cfg); cfg.DatabaseURL != "" && !errors.Is(err, db.ErrServed) {
			t.Errorf("rekeyed while a node runs: %v", err)
		}
		closed(t, a)

		key := must(age.GenerateX25519Identity())(t)
		backup, keys := filepath.Join(t.TempDir(), "rows.age"), filepath.Join(t.TempDir(), "keys.age")
		saved := func(rows string) {
			d := must(OpenData(ctx, cfg))(t)
			_, err := Backup(ctx, d, rows, keys, key.Recipient())
			if err := errors.Join(err, d.Close()); err != nil {
				t.Fatal(err)
			}
		}
		saved(backup)

		rows := must(Rekey(ctx, cfg))(t)
		saved(filepath.Join(t.TempDir(), "later.age"))
		fromBefore(t, cfg, backup, keys, key, receipt.Code)
		a = opened(t, cfg)
		defer closed(t, a)
		now := must(a.Keeper.Lookup(ctx))(t)
		stands := under(t, a.DB, now, before)
		if rows == 0 {
			t.Error("no row has changed")
		}
		for _, c := range lookupHashes {
			if at := c.Table + "." + c.Hash; stands[at] == 0 {
				t.Errorf("nothing stands in %s under the new key", at)
			}
		}
		if p, err := a.Needs.Progress(ctx, receipt.Code); err != nil || p.Stage != "received" {
			t.Errorf("the receipt of before: %+v, %v", p, err)
		}
		if again, err := a.Needs.Report(ctx, call); err != nil || again.Code != receipt.Code {
			t.Errorf("sent again: %+v, %v; it was %s", again, err, receipt.Code)
		}
		if err := a.Needs.Add(ctx, receipt.Code, claim); err != nil {
			t.Errorf("added again: %v", err)
		}
		call.Text = "另一处"
		if _, err := a.Needs.Report(ctx, call); !errors.Is(err, fault.ErrIDReused) {
			t.Errorf("with other words: %v", err)
		}
		oneStaysOne(t, a)
	})
}

// fromBefore restores a backup of before the turn with the keys of after it: it is not served until it is turned, too.
func fromBefore(t *testing.T, cfg Config, rows, keys string, with age.Identity, receipt id.Receipt) {
	t.Helper()
	target := Config{Data: filepath.Join(t.TempDir(), "data"), Demo: true, Home: "50", PasswordKiB: 64, MasterKey: (&App{cfg: cfg}).masterFile()}
	d := must(OpenEmpty(t.Context(), target))(t)
	_, err := Restore(t.Context(), d, rows, keys, "", with)
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	if a, err := Open(t.Context(), target); !errors.Is(err, seal.ErrTurning) {
		t.Fatalf("served under another key than its rows: %v", errors.Join(err, a.Close()))
	}
	must(Rekey(t.Context(), target))(t)
	a := opened(t, target)
	defer closed(t, a)
	if p, err := a.Needs.Progress(t.Context(), receipt); err != nil || p.Stage != "received" {
		t.Errorf("the receipt of before, restored: %+v, %v", p, err)
	}
}

// under looks for the heads of look-up hashes in every column of every row: how many begin as those of now; none as those
// of before, but for digests.
func under(t *testing.T, d *db.DB, now, before *seal.Lookup) map[string]int {
	t.Helper()
	var stream bytes.Buffer
	if _, err := carry.Dump(t.Context(), d, must(migrations.Latest())(t), carry.Whole, &stream); err != nil {
		t.Fatal(err)
	}
	head, old := now.Hash("", "")[:5], before.Hash("", "")[:5]
	compared := []string{"report.digest", "report_claim.digest", "command.digest"}
	stands, table, columns := map[string]int{}, "", []string(nil)
	for text := range bytes.Lines(stream.Bytes()) {
		var line struct {
			Table   string
			Columns []string
			Row     []json.RawMessage
		}
		if err := json.Unmarshal(text, &line); err != nil {
			t.Fatal(err)
		}
		if line.Table != "" {
			table, columns = line.Table, line.Columns
		}
		for i, v := range line.Row {
			at, hash := table+"."+columns[i], hashIn(v)
			if bytes.HasPrefix(hash, head) {
				stands[at]++
			}
			if bytes.HasPrefix(hash, old) && !slices.Contains(compared, at) {
				t.Fatalf("%s still stands under the key of before", at)
			}
		}
	}
	return stands
}

// hashIn is a value of a dump as bytes, if it can be a look-up hash.
func hashIn(v json.RawMessage) []byte {
	var text string
	var raw struct{ Bytes string }
	if json.Unmarshal(v, &text) == nil {
		hash, _ := hex.DecodeString(text)
		return hash
	}
	if json.Unmarshal(v, &raw) == nil {
		hash, _ := base64.StdEncoding.DecodeString(raw.Bytes)
		return hash
	}
	return nil
}

// oneStaysOne: every member of the register has the key that paper and number give today, so none can be added again.
func oneStaysOne(t *testing.T, a *App) {
	t.Helper()
	var members []team.Member
	if err := a.DB.View(t.Context(), func(tx *db.Tx) error {
		var of string
		if err := tx.Get(`SELECT team FROM member WHERE state = 'active' GROUP BY team ORDER BY count(*) DESC, team LIMIT 1`, nil, &of); err != nil {
			return err
		}
		var err error
		members, err = team.Members(tx, of)
		return err
	}); err != nil || len(members) == 0 {
		t.Fatalf("%d members, %v", len(members), err)
	}
	for i := range members {
		m := &members[i]
		if err := a.Teams.Open(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if key := a.Teams.KeyOf(m.Person.Paper, m.Person.Number); key != m.Key() {
			t.Fatalf("member %d has key %s and is known as %s", i, m.Key(), key)
		}
	}
}

// Hashes that an older program wrote bare are found after the upgrade, under the same key, by their new form.
func TestBareHashesAreMarked(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		ctx := t.Context()
		const bare = 43 // the last schema in which they were
		file := filepath.Join(t.TempDir(), "lianyuan.db")
		d := must(db.Open(ctx, db.Options{File: file, URL: o.URL, Clock: clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC)), Conns: o.Conns}))(t)
		defer func() { _ = d.Close() }()
		must(migrations.UpTo(ctx, d, bare))(t)
		keeper := seal.NewKeeper(d, must(seal.NewMaster(bytes.Repeat([]byte{1}, 32)))(t))
		key := must(keeper.For(ctx, "lookup"))(t)
		text := func(purpose, value string) string { return hex.EncodeToString(key.Hash(purpose, value)) }
		if err := d.Update(ctx, func(tx *db.Tx) error {
			for _, q := range []struct {
				query string
				args  []any
			}{
				{`INSERT INTO report (id, kind, severity, vulnerable, place, channel, flags, received_at, client_at, stage, waiting, person, receipt, digest, sender, version)
					VALUES ('r', 'other', 3, '', '/50/', 'web', '', 1, 1, 'received', 1, $1, $2, $3, 'public', 1)`, []any{[]byte{0}, key.Hash("receipt", "c"), key.Hash("body", "b")}},
				{`INSERT INTO report_claim (id, report, kind, text, digest, at) VALUES ('c', 'r', 'add', $1, $2, 1)`, []any{[]byte{0}, key.Hash("claim", "c")}},
				{`INSERT INTO report_token (hash, report) VALUES ($1, 'r')`, []any{key.Hash("phone", "1")}},
				{`INSERT INTO stranger (hash, wrong, locked_until, at) VALUES ($1, 1, 0, 1)`, []any{key.Hash("login", "l")}},
				{`INSERT INTO command (id, actor, verb, digest, subject, at) VALUES ('k', 'a', 'v', $1, 's', 1)`, []any{text("command", "w")}},
				{`INSERT INTO account (id, login, name, unit, password, active, created_at, version) VALUES ('a', 'a', '', '', '', TRUE, 1, 1)`, nil},
				{`INSERT INTO session (id, account, token_hash, agent, opened_at, seen_at, expires_at) VALUES ('s', 'a', $1, '', 1, 1, 2)`, []any{seal.TokenHash("t")[5:]}},
			} {
				if _, err := tx.Exec(q.query, q.args...); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		must(migrations.Up(ctx, d))(t)
		l := must(keeper.Lookup(ctx))(t)
		if err := d.View(ctx, func(tx *db.Tx) error {
			for query, want := range map[string]any{
				`SELECT count(*) FROM report WHERE receipt = $1`:      l.Hash("receipt", "c"),
				`SELECT count(*) FROM report WHERE digest = $1`:       l.Hash("body", "b"),
				`SELECT count(*) FROM report_claim WHERE digest = $1`: l.Hash("claim", "c"),
				`SELECT count(*) FROM report_token WHERE hash = $1`:   l.Hash("phone", "1"),
				`SELECT count(*) FROM stranger WHERE hash = $1`:       l.Hash("login", "l"),
				`SELECT count(*) FROM command WHERE digest = $1`:      hex.EncodeToString(l.Hash("command", "w")),
				`SELECT count(*) FROM session WHERE token_hash = $1`:  seal.TokenHash("t"),
			} {
				var n int
				if err := tx.Get(query, []any{want}, &n); err != nil || n != 1 {
					t.Errorf("%s: %d, %v", query, n, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
