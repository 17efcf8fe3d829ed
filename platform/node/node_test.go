package node_test

import (
	"context"
	"errors"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/node"
)

// founded is an installation, node a, with two incidents.
func founded(t *testing.T, d *db.DB) {
	t.Helper()
	do(t, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO instance (id, node, letter, demo, unfinished, created_at) VALUES (1, 'a', 'A', FALSE, FALSE, 1)`); err != nil {
			return err
		}
		for _, incident := range []string{"flood", "quake"} {
			if _, err := tx.Exec(`INSERT INTO incident (id, number, name, class, severity, place, hq, commander, began_at, drill, state, mechanism, lead, activated_at, activated_by,
				reason, basis, suggested_by, closed_at, created_at, created_by, version) VALUES ($1, $1, '', 'natural', 2, '/50/', '', '', 1, FALSE, 'recorded', '', '', 0, '', '', '', '', 0, 1, '', 1)`, incident); err != nil {
				return err
			}
			if err := node.Founded(tx, incident); err != nil {
				return err
			}
		}
		return nil
	})
}

func do(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// give lets another node have a kind of records of the flood.
func give(t *testing.T, d *db.DB, kind, to string) {
	t.Helper()
	do(t, d, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO incident_node (incident, kind, node) VALUES ('flood', $1, $2) ON CONFLICT (incident, kind) DO UPDATE SET node = excluded.node`, kind, to)
		return err
	})
}

// refused says of which records this node may write none, by asking with a write.
func refused(t *testing.T, d *db.DB) (list []string) {
	t.Helper()
	for _, incident := range []string{"flood", "quake"} {
		for _, kind := range []string{"mission", "need"} {
			err := d.Update(context.Background(), func(tx *db.Tx) error {
				return journal.Append(tx, journal.Entry{Verb: kind + ".done", Kind: kind, Subject: "x", Place: "/50/", Scope: journal.Desk, Incident: incident, Actor: "system"})
			})
			var f *fault.Error
			switch {
			case errors.Is(err, node.ErrNoAuthority) && errors.As(err, &f):
				if f.Kind != fault.Conflict || f.Current.(map[string]any)["node"] != "tent" {
					t.Errorf("the refusal: %+v", f)
				}
				list = append(list, incident+" "+kind)
			case err != nil:
				t.Fatal(err)
			}
		}
	}
	return list
}

// Every incident names this node from the beginning; a kind of records, or all that have no node of their own, may be
// another's.
func TestWhoHasTheAuthority(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		founded(t, d)
		wants := func(what string, want ...string) {
			t.Helper()
			if got := refused(t, d); len(got) != len(want) || len(want) > 0 && (got[0] != want[0] || got[len(got)-1] != want[len(want)-1]) {
				t.Errorf("%s: refused are %v, want %v", what, got, want)
			}
		}
		wants("on one server")
		give(t, d, "mission", "tent")
		wants("the tent has the missions of one", "flood mission")
		give(t, d, "", "tent")
		give(t, d, "mission", "a")
		wants("all but the missions", "flood need")
		give(t, d, "mission", "tent")
		wants("all of it", "flood mission", "flood need")

		do(t, d, func(tx *db.Tx) error { // what only looks at a record, or cries for help, takes no authority
			return journal.Append(tx, journal.Entry{Verb: "need.seen", Kind: "need", Subject: "x", Place: "/50/", Scope: journal.Desk, Incident: "flood", Actor: "system", Anywhere: true})
		})
	})
}
