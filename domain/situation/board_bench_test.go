package situation_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/situation"
	"lianyuan/migrations"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// BenchmarkBoard reads the whole board of an incident as its page does, the nine steps and the pulse: 200,000 needs, of
// which 10,000 are published and 1,000 corrected, 1,000 people of 50 teams inside, who have had two missions each.
func BenchmarkBoard(b *testing.B) {
	s, ctx := flood(b)
	for b.Loop() {
		if _, err := s.Board(ctx, "flood"); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Pulse(ctx, "flood"); err != nil {
			b.Fatal(err)
		}
	}
}

// flood is a service over an invented incident, on SQLite.
func flood(b *testing.B) (*situation.Service, context.Context) {
	b.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{File: filepath.Join(b.TempDir(), "bench.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := migrations.Up(ctx, d); err != nil {
		b.Fatal(err)
	}
	for _, query := range world() {
		if err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(query)
			return err
		}); err != nil {
			b.Fatalf("%.60s: %v", query, err)
		}
	}
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		b.Fatal(err)
	}
	places, err := place.Open(ctx, d)
	if err != nil {
		b.Fatal(err)
	}
	params, err := parameter.Open(ctx, d, places)
	if err != nil {
		b.Fatal(err)
	}
	keeper := seal.NewKeeper(d, master)
	incidents, err := incident.New(ctx, incident.Deps{DB: d, Clock: clock.System{}, Places: places, Parameters: params, Keeper: keeper, Letter: "A"})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	office := access.Actor{Account: "office", At: now, Grants: []access.Grant{{Role: access.Office, Place: "/50/", Sees: places.Tree().Scope("50", now)}}}
	s, err := situation.New(ctx, situation.Deps{DB: d, Clock: clock.System{}, Places: places, Keeper: keeper, Incidents: incidents, Parameters: params})
	if err != nil {
		b.Fatal(err)
	}
	return s, access.With(ctx, office)
}

// world writes the rows that use cases would have written, and the counts that they would have kept.
func world() []string {
	hour := time.Hour.Microseconds()
	now := clock.Micro(time.Now())
	numbers := func(n int) string {
		return fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) `, n-1)
	}
	queries := []string{
		`INSERT INTO incident (id, number, name, class, severity, place, hq, commander, began_at, drill, state, mechanism, lead, activated_at, activated_by, reason,
			basis, suggested_by, closed_at, created_at, created_by, version)
			VALUES ('flood', 'SJ-1', '暴雨', 'natural', 2, '/50/', '', '', 1, false, 'active', '', '', 1, 'office', '', '', '', 0, 1, 'office', 1)`,
		`INSERT INTO incident_place (incident, place) VALUES ('flood', '/50/')`,
	}
	for from := 0; from < 200_000; from += 5_000 {
		queries = append(queries, needs(from, now)...)
	}
	counts := []string{
		`INSERT INTO tally (kind, place, incident, key, slot, n) SELECT 'need', '#flood', '', CASE state WHEN 'open' THEN 'open' ELSE 'teams' END || '.' || severity || '.other',
			0, count(*) FROM need GROUP BY state, severity`,
		`INSERT INTO tally (kind, place, incident, key, slot, n) SELECT 'need.shown', '#flood', '', 'published.' || CAST(first_published / 3600000000 AS TEXT), 0, count(*) FROM need
			WHERE first_published > 0 GROUP BY first_published / 3600000000`,
		`INSERT INTO tally (kind, place, incident, key, slot, n) SELECT 'need.shown', '#flood', '', 'amended.' || CAST(first_amended / 3600000000 AS TEXT), 0, count(*) FROM need
			WHERE first_amended > 0 GROUP BY first_amended / 3600000000`,
		`INSERT INTO site_point (id, incident, kind, name, place, contact, open, created_at, version) VALUES ('point', 'flood', 'reception', '接待点', '/50/', '', true, 1, 1)`,
		numbers(50) + fmt.Sprintf(`INSERT INTO party (id, number, incident, offer, team, team_name, point, place, state, unapproved, why, people, vehicles, busy, came, missing, extra,
			days, arrived_at, received_at, idle_since, left_at, home_at, home_due, withdrawal, created_by, version)
			SELECT 'party' || i, 'DC-' || i, 'flood', '', '', '队' || i, 'point', '/50/', 'checked_in', false, '', 20, 0, 10, 20, 0, 0, 3, %d, %d, 0, 0, 0, 0, '', '', 1 FROM n`,
			now-8*hour, now-8*hour),
		numbers(200) + fmt.Sprintf(`INSERT INTO party_spell (party, incident, began, ended, busy) SELECT 'party' || (i %% 50), 'flood', %d + (i / 50) * %d,
			CASE WHEN i < 150 THEN %d + (i / 50 + 1) * %d ELSE 0 END, i / 50 %% 2 = 1 FROM n`, now-8*hour, hour, now-8*hour, hour),
		numbers(1_000) + fmt.Sprintf(`INSERT INTO presence (id, party, incident, person, member, kind, sealed, post, listed, in_at, out_at, out_why, mission, location, since, version)
			SELECT 'one' || i, 'party' || (i %% 50), 'flood', 'p' || i, '', 'member', '', '', true, %d, 0, '', '', '', 0, 1 FROM n`, now-8*hour),
		numbers(100) + fmt.Sprintf(`INSERT INTO mission (id, number, incident, party, team, team_name, need, sector, place, location, goal, hazards, contact, priority, until, state, why, before,
			people, vehicles, rescued, moved, treated, given_by, given_at, accepted_at, started_at, on_scene_at, done_at, ended_at, heard_at, version)
			SELECT 'm' || i, 'RW-' || i, 'flood', 'party' || (i %% 50), '', '', '', '', '/50/', '', '', '', '', 2, 0, 'on_scene', '', '', 20, 0, 0, 0, 0, '', %d, 0, 0, 0, 0,
			CASE WHEN i < 50 THEN %d ELSE 0 END, 0, 1 FROM n`, now-5*hour, now-3*hour),
		numbers(2_000) + `INSERT INTO mission_person (mission, presence) SELECT 'm' || (i % 50 + 50 * (i / 1000)), 'one' || (i % 1000) FROM n`,
		numbers(2_000) + fmt.Sprintf(`INSERT INTO passage (id, incident, pass, place, gate, number, plate, colour, verdict, why, direction, list_no, at, received_at, by)
			SELECT 'g' || i, 'flood', '', '/50/500110/', '卡口', '', 'A' || i, 'blue', CASE i %% 5 WHEN 0 THEN 'stop' ELSE 'go' END, '', 'in', 1, %d - i * 10000000, 1, '' FROM n`, now),
	}
	return slices.Concat(queries, counts)
}

// needs are 5,000 needs with their places in the list of the incident.
func needs(from int, now int64) []string {
	return []string{
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO need (id, number, kind, title, detail, hazards, severity,
			priority, skills, teams, equipment, window_from, window_to, place, state, published_at, audience, created_at, created_by, version, moment, incident,
			first_published, first_amended, corrections)
			SELECT 'need' || i, 'XQ-A' || i, 'other', '老人需转移', '', '', 1 + i %% 4, '{}', '[]', 2, '[{"key":"boat","count":3}]', 0, 0, '/50/500110/',
				CASE WHEN i < 10000 THEN 'published' ELSE 'open' END, 0, 'teams', 1, 'office', 1, i + 1, 'flood', CASE WHEN i < 10000 THEN %d - i * 1000000 ELSE 0 END,
				CASE WHEN i < 1000 THEN %d - i * 500000 ELSE 0 END, 0 FROM n`, from, from+4_999, now, now),
		fmt.Sprintf(`INSERT INTO need_at (area, shelf, kind, pos, version) SELECT '#flood', CASE state WHEN 'open' THEN 'open' ELSE 'teams' END, kind,
			severity * %d + moment, 1 FROM need WHERE moment > %d AND moment <= %d`, int64(1)<<60, from, from+5_000),
	}
}
