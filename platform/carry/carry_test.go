package carry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lianyuan/platform/carry"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// fill writes rows of every kind of value that tables hold.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(context.Background(), func(tx *db.Tx) error {
		for _, s := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO instance (id, node, letter, demo, created_at) VALUES (1, 'n', 'A', $1, 1795386797442143)`, []any{true}},
			{`INSERT INTO account (id, login, name, unit, password, factor, active, created_at, version) VALUES ('a', 'l', '江若川', '', '', $1, $2, 1, 1)`, []any{[]byte{0, 1, 255}, true}},
			{`INSERT INTO account (id, login, name, unit, password, active, created_at, version) VALUES ('b', 'm', 'emoji 🚣', '', '', $1, 1, 1)`, []any{false}},
			{`INSERT INTO session (id, account, token_hash, agent, opened_at, seen_at, expires_at) VALUES ('s', 'a', $1, '', 1, 1, 9007199254740993)`, []any{[]byte("x")}},
			{`INSERT INTO need_words (pos, words) VALUES (1, '被困 困 老人 人')`, nil},
			{`INSERT INTO settled (position, seq, link) VALUES (1, 1, $1)`, []any{[]byte{1}}},
			{`INSERT INTO journal (at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin) VALUES (1, 'a', 'v', 'k', 's', 1, '/', 'desk', '', '', '{}', 'n')`, nil},
		} {
			if _, err := tx.Exec(s.sql, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, d *db.DB) (string, carry.Counts) {
	t.Helper()
	var b bytes.Buffer
	counts, err := carry.Dump(context.Background(), d, 9, carry.Whole, &b)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), counts
}

// schema9 is what a database that is migrated already says to a stream of the schema that dump names.
func schema9(h carry.Header) error {
	if h.Schema != 9 {
		return fmt.Errorf("schema %d", h.Schema)
	}
	return nil
}

// rows is a dump without what tells the engines apart.
func rows(stream string) string {
	var keep []string
	for l := range strings.Lines(stream) {
		if !strings.Contains(l, `"header"`) && !strings.Contains(l, `"end"`) {
			keep = append(keep, strings.NewReplacer(":1,", ":true,", "[1,", "[true,").Replace(l))
		}
	}
	return strings.Join(keep, "")
}

// found is how many rows the full-text search finds.
func found(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	query := `SELECT count(*) FROM need_fts WHERE need_fts MATCH '"老人"'`
	if d.Engine() == db.Postgres {
		query = `SELECT count(*) FROM need_words WHERE array_to_tsvector(string_to_array(words, ' ')) @@ '老人'::tsquery`
	}
	if err := d.View(context.Background(), func(tx *db.Tx) error { return tx.Get(query, nil, &n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// Rows go from either engine to either engine and back without a change.
func TestRoundTrip(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, from *db.DB) {
		fill(t, from)
		stream, counts := dump(t, from)
		if counts.Total() != 7 {
			t.Fatalf("%d rows", counts.Total())
		}
		dbtest.Each(t, func(t *testing.T, to *db.DB) {
			_, got, err := carry.Load(context.Background(), to, schema9, strings.NewReader(stream))
			if err != nil {
				t.Fatal(err)
			}
			if got.Total() != counts.Total() {
				t.Errorf("%v of %v", got, counts)
			}
			if found(t, to) != 1 {
				t.Error("the index of words was not filled again")
			}
			again, _ := dump(t, to)
			if to.Engine() == from.Engine() && rows(again) != rows(stream) {
				t.Errorf("rows changed:\n%s\n%s", stream, again)
			}
			if _, _, err := carry.Load(context.Background(), to, schema9, strings.NewReader(stream)); !errors.Is(err, carry.ErrNotEmpty) {
				t.Errorf("loaded over an installation: %v", err)
			}
			err = to.Update(context.Background(), func(tx *db.Tx) error { // new rows are numbered after the loaded ones
				_, err := tx.Exec(`INSERT INTO journal (at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin) VALUES (1, 'a', 'v', 'k', 's', 1, '/', 'desk', '', '', '{}', 'n')`)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	})
}

func TestDamagedStreamsAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, from *db.DB) {
		fill(t, from)
		stream, _ := dump(t, from)
		lines := strings.SplitAfter(strings.TrimSuffix(stream, "\n"), "\n")
		last := len(lines) - 1
		for name, bad := range map[string]string{
			"cut":      strings.Join(lines[:last], ""),
			"changed":  strings.Replace(stream, "江若川", "江若山", 1),
			"row out":  strings.Replace(stream, lines[last-1], "", 1),
			"no JSON":  "hello\n",
			"empty":    "",
			"headless": strings.Join(lines[1:], ""),
		} {
			t.Run(name, func(t *testing.T) {
				to := dbtest.Open(t, db.Options{File: t.TempDir() + "/to.db"})
				if _, _, err := carry.Load(context.Background(), to, schema9, strings.NewReader(bad)); !errors.Is(err, carry.ErrDamaged) {
					t.Errorf("%v", err)
				}
			})
		}
		to := dbtest.Open(t, db.Options{File: t.TempDir() + "/to.db"})
		other := errors.New("another schema")
		if _, _, err := carry.Load(context.Background(), to, func(carry.Header) error { return other }, strings.NewReader(stream)); !errors.Is(err, other) {
			t.Errorf("a stream of another schema was loaded: %v", err)
		}
	})
}
