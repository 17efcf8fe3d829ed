package need

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Figures are what reports and needs of an incident come to, from its first call to now.
type Figures struct {
	Received  int // reports
	Undecided int // reports without outcome
	Merged    int // reports that another one leads
	// decided reports by outcome; unclear: unreachable or unverifiable, passed: to police or medical care
	Verified, False, Unclear, SelfRescued, Passed int

	Made   int // needs
	Open   int // needs that are not published now
	Shown  int // needs that are published now, matched and in progress among them
	Closed int
	// Published, Corrected and Withdrawn are needs to which that happened at least once; a need may be in all three. A
	// change before the publication is no correction.
	Published, Corrected, Withdrawn int
	FirstReport, FirstPublished     time.Time // zero: none
}

// reportParts are the reports behind each figure; that of the late ones depends on their limits, see Looks.
var reportParts = db.Parts{ //nolint:gosec // "passed" is an outcome, no password
	"received": "incident <> ''", "waiting": "waiting <> 0",
	"undecided": "stage NOT IN ('done', 'merged')", "merged": "stage = 'merged'",
	"verified": "stage = 'done' AND outcome = 'verified'", "false": "stage = 'done' AND outcome = 'false'",
	"unclear": "stage = 'done' AND outcome IN ('unreachable', 'unverifiable')", "self_rescued": "stage = 'done' AND outcome = 'self_rescued'",
	"passed": "stage = 'done' AND outcome IN ('passed_police', 'passed_medical')",
	// reports that came in the same moment are written together: one of them is the first
	"first": "id = (SELECT f.id FROM report f WHERE f.incident = report.incident AND f.incident <> '' ORDER BY f.received_at, f.id LIMIT 1)",
}

// needParts are the needs behind each figure.
var needParts = db.Parts{
	"made": "incident <> ''", "open": "state = 'open'", "shown": "state = 'published'", "closed": "state = 'closed'", "published": "first_published > 0",
	"corrected": "first_corrected > 0", "withdrawn": "first_withdrawn > 0", "amended": "first_amended > 0",
	"first": "first_published = (SELECT min(f.first_published) FROM need f WHERE f.incident = need.incident AND f.first_published > 0)",
}

const ofIncident = `incident = $1 AND incident <> ''`

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	r, err := reportParts.Count(tx, tx.Now, []string{"received", "undecided", "merged", "verified", "false", "unclear", "self_rescued", "passed"}, "report", ofIncident, incident)
	if err != nil {
		return f, err
	}
	n, err := needParts.Count(tx, tx.Now, []string{"made", "open", "shown", "closed", "published", "corrected", "withdrawn"}, "need", ofIncident, incident)
	if err != nil {
		return f, err
	}
	f = Figures{
		Received: r["received"], Undecided: r["undecided"], Merged: r["merged"], Verified: r["verified"], False: r["false"], Unclear: r["unclear"],
		SelfRescued: r["self_rescued"], Passed: r["passed"], Made: n["made"], Open: n["open"], Shown: n["shown"], Closed: n["closed"],
		Published: n["published"], Corrected: n["corrected"], Withdrawn: n["withdrawn"],
	}
	var report, shown int64
	if err := tx.Get(`SELECT coalesce((SELECT min(received_at) FROM report WHERE `+ofIncident+`), 0),
			coalesce((SELECT min(first_published) FROM need WHERE `+ofIncident+` AND first_published > 0), 0)`, []any{incident}, &report, &shown); err != nil {
		return f, err
	}
	f.FirstReport, f.FirstPublished = clock.FromMicro(report), clock.FromMicro(shown)
	return f, nil
}
