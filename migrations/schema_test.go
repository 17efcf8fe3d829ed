package migrations_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// schema.golden is what both catalogues say, in words of neither. UPDATE_GOLDEN=1 writes it anew.
func TestBothEnginesHaveOneSchema(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		golden(t, "schema.golden", textOf(catalogue(t, d)))
	})
}

// words are the TEXT columns that hold words, keys of a fixed list or JSON. Every other one holds ids, paths or numbers
// and is compared byte by byte: a locale would put a sibling's rows into a range of paths.
var words = []string{
	"access_point.name", "access_point.why",
	"account.name", "account.password", "account.unit",
	"addendum.about", "addendum.words",
	"command.digest", "command.verb",
	"data_key.algorithm", "data_key.master",
	"decision.about", "decision.decided_by", "decision.how", "decision.reference", "decision.words",
	"decision_scan.kind",
	"destruction.decided_why", "destruction.reason", "destruction.state",
	"directive.halts", "directive_group.grp", "directive_group.state", "directive_group.words",
	"dispatch_order.contact", "dispatch_order.hazards", "dispatch_order.needs", "dispatch_order.report_at", "dispatch_order.report_to",
	"enquiry.situation", "enquiry.state", "enquiry.team_name", "enquiry.topic",
	"escort.assembly", "escort.contact", "escort.destination", "escort.duty", "escort.leads", "escort.note", "escort.origin", "escort.reason", "escort.route", "escort.state",
	"escort.unit_name", "escort.why", "escort_pass.left_why",
	"frozen_figures.figures",
	"handback.lender", "handback.unit", "handback.what",
	"handover.from_grp", "handover.item_kind", "handover.matter", "handover.state", "handover.to_grp",
	"incident.basis", "incident.class", "incident.commander", "incident.hq", "incident.lead", "incident.name", "incident.reason", "incident.state", "incident.suggested_by",
	"incident_contact.name", "incident_contact.number", "incident_group.grp", "incident_group.name",
	"instruction.how", "instruction.issuer", "instruction.kind", "instruction.note", "instruction.number", "instruction_paper.number", "instruction_scan.kind",
	"journal.body", "journal.kind", "journal.reason", "journal.verb",
	"left_behind.what",
	"liaison.name", "liaison.post",
	"mechanism.authority", "mechanism.basis", "mechanism.head", "mechanism.lead", "mechanism.name", "mechanism.phone",
	"mechanism_unit.duty", "mechanism_unit.role", "mechanism_unit.sits_in",
	"member.post", "member.state",
	"mission.contact", "mission.goal", "mission.hazards", "mission.location", "mission.state", "mission.team_name", "mission.why",
	"need.audience", "need.detail", "need.equipment", "need.hazards", "need.kind", "need.priority", "need.skills", "need.state", "need.title",
	"need_edition.draft", "need_words.words",
	"report_pair.hashes",
	"need.work",
	"notice.body", "notice_call.outcome", "notice_delivery.channel", "notice_delivery.state", "notice_delivery.why", "notice_to.outcome",
	"parameter_used.source", "parameter_used.value",
	"retention_hold.lawful", "retention_hold.lift_why", "retention_hold.necessary", "retention_hold.purpose", "retention_hold.secure",
	"offer.accepted_why", "offer.kind", "offer.rule", "offer.state", "offer.taken_up", "offer.team_name", "offer.urgent_cause", "offer.urgent_why", "offer.via", "offer.waiver_why", "offer.why",
	"offer_claim.kind", "offer_edition.items", "offer_edition.note", "offer_edition.origin", "offer_need.items", "offer_person.post",
	"offer_station.acted", "offer_station.decider", "offer_station.level", "offer_station.number", "offer_station.reason", "offer_station.result",
	"offer_vehicle.cargo", "offer_vehicle.colour", "offer_vehicle.kind",
	"parameter.source", "parameter.value",
	"party.state", "party.team_name", "party.waiver_why", "party.why",
	"pass.cargo", "pass.code", "pass.colour", "pass.kind", "pass.purpose", "pass.receipt", "pass.refund_no", "pass.route", "pass.state", "pass.team_name",
	"pass.toll", "pass.toll_by", "pass.toll_level", "pass.toll_paper", "pass.toll_why", "pass.why",
	"passage.colour", "passage.direction", "passage.gate", "passage.verdict", "passage.why",
	"place_overlay.body",
	"presence.kind", "presence.known", "presence.location", "presence.out_why", "presence.post", "presence_vehicle.colour", "presence_vehicle.kind",
	"report.channel", "report.flags", "report.kind", "report.outcome", "report.point_source", "report.stage", "report.vulnerable",
	"report_attempt.method", "report_attempt.result",
	"report_claim.kind",
	"response.expected", "response.measures", "response.name",
	"role_grant.role",
	"roster.state", "roster_person.duty", "roster_person.grp", "roster_person.name", "roster_person.post", "roster_person.unit",
	"sector.contact", "sector.hazards", "sector.name", "sector.outline",
	"sequencer.system",
	"service_area.direction", "service_area.name", "service_area.road", "service_area.why",
	"service_area_edition.contact", "service_area_edition.offers", "service_area_edition.state", "service_area_edition.words",
	"session.agent",
	"signing_key.algorithm", "signing_key.master", "signing_key.purpose",
	"site_point.contact", "site_point.kind", "site_point.name",
	"summary.paper", "summary.state", "summary_section.words",
	"support_request.category", "support_request.place_text", "support_request.routed", "support_request.state", "support_request.unit", "support_request.what",
	"support_supply.source",
	"tally.kind",
	"team.aliases", "team.authority", "team.equipment", "team.kind", "team.legal", "team.level", "team.name", "team.skills", "team.supervisor", "team.uscc_reason",
	"team_ability.kind", "team_policy.insurer",
	"unit.kind", "unit.name",
	"vehicle.cargo", "vehicle.colour", "vehicle.kind", "vehicle.state",
	"withdrawal.contact", "withdrawal.guidance", "withdrawal.reason", "withdrawal.route", "withdrawal.state",
	"zone.area", "zone.kind", "zone.name", "zone.rule", "zone.set_by", "zone.why",
	"working_group.head", "working_group.members", "working_group.task",
}

func TestIdsAndPathsAreComparedByteByByte(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var plain []string
		for _, table := range catalogue(t, d) {
			for _, c := range table.columns {
				if c.kind == "text" && !c.bytewise {
					plain = append(plain, table.name+"."+c.name)
				}
			}
		}
		slices.Sort(plain)
		for _, c := range plain {
			if !slices.Contains(words, c) {
				t.Errorf("%s has no COLLATE \"C\": an id or path needs it; words belong in the list of this test", c)
			}
		}
		if d.Engine() == db.SQLite {
			return // it orders every text byte by byte
		}
		for _, c := range words {
			if !slices.Contains(plain, c) {
				t.Errorf("%s is in the list of words and is no such column", c)
			}
		}
	})
}

// The same range of paths holds the same rows on both engines, and no sibling whose name differs in case only.
func TestPathRangesLeaveSiblingsOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Update(ctx, func(tx *db.Tx) error {
			for i, p := range []string{"/50/a/", "/50/a/1/", "/50/A/", "/50/a0/", "/50/ab/", "/50/b/", "/50/"} {
				if _, err := tx.Exec(`INSERT INTO team (id, name, aliases, place, lon, lat, people, skills, equipment, created_at, version)
					VALUES ($1, 'x', '', $2, 0, 0, 0, '', '', 0, 1)`, strconv.Itoa(i), p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		err = d.View(ctx, func(tx *db.Tx) error {
			return tx.Each(func(s db.Scanner) error {
				var p string
				err := s.Scan(&p)
				got = append(got, p)
				return err
			}, `SELECT place FROM team WHERE place >= $1 AND place < $2 ORDER BY place`, "/50/a/", "/50/a0")
		})
		if err != nil || !slices.Equal(got, []string{"/50/a/", "/50/a/1/"}) {
			t.Errorf("the range holds %v, %v", got, err)
		}
	})
}

// A migration never changes after a release: a new one is a new file, a changed one is a visible diff.
func TestMigrationsNeverChange(t *testing.T) {
	var b strings.Builder
	for _, dir := range []string{"common", "postgres", "sqlite"} {
		files, err := filepath.Glob(dir + "/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatal(err, "no migrations in", dir)
		}
		for _, f := range files { // Glob sorts
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(text)
			b.WriteString(hex.EncodeToString(sum[:]) + "  " + filepath.ToSlash(f) + "\n")
		}
	}
	golden(t, "sums.golden", b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d differs: run `make golden` and read the diff\ngot  %s\nwant %s", file, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s has %d lines, want %d: run `make golden` and read the diff", file, len(w), len(g))
}
