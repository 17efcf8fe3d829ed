package apptest

import (
	"context"
	"fmt"

	"lianyuan/platform/db"
)

// versioned are the records that count their versions: table, its key, the kind under which the journal knows them, and
// what says the incident they are of.
var versioned = [][4]string{
	{"report", "id", "report", "r.incident"},
	{"need", "id", "need", "r.incident"},
	{"instruction", "id", "instruction", "''"},
	{"incident", "id", "incident", "r.id"},
	{"handover", "id", "handover", "r.incident"},
	{"directive", "id", "directive", "r.incident"},
	{"enquiry", "id", "enquiry", "r.incident"},
	{"offer", "id", "offer", "r.incident"},
	{"pass", "id", "pass", "r.incident"},
	{"escort", "id", "escort", "r.incident"},
	{"service_area", "id", "service_area", "r.incident"},
	{"zone", "id", "site", "r.incident"},
	{"access_point", "id", "site", "r.incident"},
	{"site_point", "id", "point", "r.incident"},
	{"party", "id", "party", "r.incident"},
	{"withdrawal", "id", "withdrawal", "r.incident"},
	{"support_request", "id", "support", "r.incident"},
	{"sector", "id", "sector", "r.incident"},
	{"mission", "id", "mission", "r.incident"},
	{"summary", "incident", "summary", "r.incident"},
	{"team", "id", "team", "''"},
	{"mechanism", "id", "mechanism", "''"},
}

// originsAreTold looks whether every change says which node made it, and every incident which has the authority. A version
// is (counter, node): the counter stands in the record, and the node is the origin of the journal row with that counter. It
// names the incident of the record, too, so that no version was made past the authority.
func (w *World) originsAreTold() {
	w.T.Helper()
	for what, query := range map[string]string{
		"rows of the journal say no origin":     `SELECT count(*) FROM journal WHERE origin <> (SELECT node FROM instance)`,
		"numbers of an origin were given twice": `SELECT count(*) FROM (SELECT origin, coalesce(origin_seq, seq) AS own FROM journal GROUP BY origin, own HAVING count(*) > 1) AS x`,
		"incidents do not name this node": `SELECT count(*) FROM incident i WHERE NOT EXISTS
			(SELECT 1 FROM incident_node n JOIN instance o ON o.node = n.node WHERE n.incident = i.id AND n.kind = '')`,
	} {
		if n := w.count(query); n > 0 {
			w.T.Errorf("%d %s", n, what)
		}
	}
	for _, v := range versioned {
		if n := w.count(fmt.Sprintf(`SELECT count(*) FROM %s r WHERE NOT EXISTS
			(SELECT 1 FROM journal j WHERE j.subject = r.%s AND j.kind = '%s' AND j.version = r.version
				AND (%[4]s = '' OR j.incident = %[4]s))`, v[0], v[1], v[2], v[3])); n > 0 {
			w.T.Errorf("%s: %d versions were made by no node", v[0], n)
		}
	}
}

// Node is the id of the node that the world is.
func (w *World) Node() (node string) {
	w.T.Helper()
	if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
		return tx.Get(`SELECT node FROM instance WHERE id = 1`, nil, &node)
	}); err != nil {
		w.T.Fatal(err)
	}
	return node
}
