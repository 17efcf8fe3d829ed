package apptest

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"lianyuan/platform/db"
)

// grows are the tables that grow with the work. What a use case asks of them it finds by an index, or in the order of one
// until a page is full: with 200,000 needs and as many reports nothing else is quick.
var grows = map[string]bool{
	"report": true, "report_claim": true, "report_attempt": true, "report_token": true, "report_pair": true, "report_joining": true,
	"need": true, "need_at": true, "need_words": true, "need_seen": true, "need_edition": true,
	"offer": true, "offer_edition": true, "offer_need": true, "offer_person": true, "offer_vehicle": true, "offer_station": true, "offer_place": true, "offer_claim": true, "dispatch_order": true,
	"pass": true, "passage": true, "party": true, "presence": true, "presence_vehicle": true, "party_spell": true, "handback": true,
	"mission": true, "mission_item": true, "mission_progress": true, "support_request": true, "support_supply": true, "enquiry": true,
	"withdrawal_party": true, "notice": true, "notice_to": true, "notice_delivery": true,
	"team": true, "team_word": true, "team_ability": true, "member": true, "vehicle": true, "equipment_item": true,
	"account": true, "account_person": true, "role_grant": true, "session": true,
	"journal": true, "settled": true, "command": true, "parameter_used": true, "decision": true, "decision_scan": true,
}

// whole are the functions that read all of a table that grows, and why they may.
var whole = map[string]string{
	"lianyuan/platform/carry.":             "carries an installation over, row for row",
	"lianyuan/domain/need.Recount":         "doctor counts again",
	"lianyuan/platform/journal.unsettled":  "settles what was restored or carried over, once",
	"lianyuan/domain/need.countAgain":      "doctor counts again",
	"lianyuan/domain/need.shownAgain":      "doctor counts again",
	"lianyuan/domain/reception.Recount":    "doctor counts again",
	"lianyuan/domain/team.Recount":         "doctor counts again",
	"lianyuan/domain/mission.Recount":      "doctor counts again",
	"lianyuan/domain/support.Recount":      "doctor counts again",
	"lianyuan/domain/access.Restored":      "ends every session of what was restored, once",
	"lianyuan/domain/need.(*dots).refresh": "a node reads the map into memory once, and what changed afterwards",
}

var (
	scanned   = regexp.MustCompile(`^SCAN (\w+)( USING)?`)
	spaces    = regexp.MustCompile(`\s+`)
	plansMu   sync.Mutex
	unplanned []string // what was found and not told yet
	watch     = sync.OnceFunc(func() { db.WatchPlans(plannedAs) })
)

// plannedAs notes a statement of the program that reads all of a table that grows.
func plannedAs(query string, plan []string) {
	query = spaces.ReplaceAllString(query, " ")
	for _, line := range plan {
		m := scanned.FindStringSubmatch(line)
		if m == nil || m[2] != "" && strings.Contains(query, " LIMIT ") { // in the order of an index, until a page is full
			continue
		}
		table, asks := tableOf(query, m[1]), asking()
		if !grows[table] || allowed(asks) {
			continue
		}
		plansMu.Lock()
		unplanned = append(unplanned, fmt.Sprintf("%s reads all of %s: %s", asks, table, query))
		plansMu.Unlock()
	}
}

// tableOf is the table that an alias of a statement stands for.
func tableOf(query, alias string) string {
	if m := regexp.MustCompile(`(?:FROM|JOIN|UPDATE|,) (\w+) (?:AS )?` + alias + `\b`).FindStringSubmatch(query); m != nil {
		return m[1]
	}
	return alias
}

// allowed says whether a function may read all of a table: it is a test, or one of those that must.
func allowed(function string) bool {
	for may := range whole {
		if strings.HasPrefix(function, may) {
			return true
		}
	}
	return strings.Contains(function, "_test.") || strings.HasPrefix(function, "lianyuan/app/apptest.")
}

// asking is the function that asks: the nearest above platform/db.
func asking() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "lianyuan/") && !strings.HasPrefix(f.Function, "lianyuan/platform/db.") && !strings.HasSuffix(f.File, "/apptest/plan.go") || !more {
			return f.Function
		}
	}
}

// nothingReadsAll fails for every statement of the program that reads all of a table that grows, whichever story it was found in.
func (w *World) nothingReadsAll() {
	w.T.Helper()
	plansMu.Lock()
	defer plansMu.Unlock()
	for _, found := range unplanned {
		w.T.Error(found)
	}
	unplanned = nil
}
