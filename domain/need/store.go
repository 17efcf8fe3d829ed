package need

import (
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/seal"
)

// beforeAll is taken from the time of an unread claim, so that it stands before every report in the order of waiting;
// afterAll is added to the time of a report in quarantine until somebody has looked at it.
const (
	beforeAll = int64(1) << 55
	afterAll  = beforeAll
)

// LookupHashes are the columns of look-up hashes.
var LookupHashes = []seal.Column{
	{Table: "report", ID: []string{"id"}, Hash: "receipt", Where: "destroyed_at = 0"},
	{Table: "report_token", ID: []string{"hash", "report"}, Hash: "hash"},
}

// since is the time from which a report waits, wherever in the order it stands.
var since = fmt.Sprintf(`CASE WHEN waiting > %d THEN waiting - %d ELSE waiting END`, afterAll, afterAll)

// insertReports writes those that are not there yet, and marks them as fresh. Of two with one id one is.
func insertReports(tx *db.Tx, arrivals []*arrival) error {
	return db.InRuns(len(arrivals), func(from, n int) error {
		run := arrivals[from : from+n]
		args := make([]any, 0, n*reportWidth)
		for _, a := range run {
			a.fresh = false
			args = a.values(args, tx.Now)
		}
		insert := `INSERT INTO report (id, kind, severity, people, vulnerable, place, lon, lat, accuracy, point_source, point_at,
				channel, flags, received_at, client_at, stage, waiting, person, receipt, digest, sender, version, incident, drill)
			VALUES ` + db.Tuples(n, reportWidth) + ` ON CONFLICT DO NOTHING` // the receipt follows from the id: either may be found first
		if n == 1 { // the ordinary one: PostgreSQL begins the transaction with it
			rows, err := tx.Exec(insert, args...)
			run[0].fresh = rows == 1
			return err
		}
		return tx.Each(func(s db.Scanner) error {
			var id string
			if err := s.Scan(&id); err != nil {
				return err
			}
			i := slices.IndexFunc(run, func(a *arrival) bool { return a.report.ID == id })
			run[i].fresh = true
			return nil
		}, insert+` RETURNING id`, args...)
	})
}

// reportWidth is how many values a new report has.
const reportWidth = 24

// values are the columns of a new report, as insertReports names them.
func (a *arrival) values(to []any, now time.Time) []any {
	r := &a.report
	lon, lat, accuracy, source, at := pointColumns(r.Point)
	received := clock.Micro(now)
	waiting := received
	if r.quarantined() {
		waiting += afterAll
	}
	return append(to, r.ID, string(r.Kind), r.Severity, nullInt(r.People), join(r.Vulnerable), string(r.Place), lon, lat, accuracy, source, at,
		r.Channel, join(r.Flags), received, clock.Micro(r.ClientAt), r.Stage, waiting, a.person, a.hash, a.digest, a.sender, r.Version, r.Incident, r.Drill)
}

const reportColumns = `id, number, kind, severity, people, vulnerable, place, lon, lat, accuracy, point_source, point_at, channel, flags,
	received_at, client_at, stage, outcome, decided_at, looked_at, looked_by, claims, safe_claim, need, merged_into, version, incident, drill, destroyed_at, waiting, person, message`

// stored is a report with its sealed columns still sealed: they are opened outside the transaction.
type stored struct {
	Report
	waiting         int64 // since when nobody looked, in microseconds; 0: nothing to look at; negative: an unread claim; past afterAll: in quarantine
	person, message []byte
}

func scanReport(s db.Scanner) (stored, error) {
	var r stored
	var kind, path, vulnerable, flags, source string
	var people, lon, lat, accuracy sql.NullInt64
	var pointAt, received, client, decided, looked, destroyed int64
	err := s.Scan(&r.ID, &r.Number, &kind, &r.Severity, &people, &vulnerable, &path, &lon, &lat, &accuracy, &source, &pointAt, &r.Channel, &flags,
		&received, &client, &r.Stage, &r.Outcome, &decided, &looked, &r.LookedBy, &r.Claims, &r.SafeClaim, &r.Need, &r.MergedInto, &r.Version,
		&r.Incident, &r.Drill, &destroyed, &r.waiting, &r.person, &r.message)
	r.Kind, r.Place, r.Vulnerable, r.Flags = Kind(kind), place.Path(path), split(vulnerable), split(flags)
	r.People = intOf(people)
	r.Point = pointOf(lon, lat, accuracy, source, pointAt)
	r.ReceivedAt, r.ClientAt, r.Decided, r.Looked = clock.FromMicro(received), clock.FromMicro(client), clock.FromMicro(decided), clock.FromMicro(looked)
	r.Destroyed = clock.FromMicro(destroyed)
	return r, err
}

func reportByID(tx *db.Tx, id string) (r stored, err error) {
	err = tx.One(func(s db.Scanner) error {
		r, err = scanReport(s)
		return err
	}, `SELECT `+reportColumns+` FROM report WHERE id = $1`, id)
	return r, err
}

// reportToChange is reportByID for a step that changes it. On PostgreSQL the row is held until the commit, so that the
// steps of two people follow each other as they do with SQLite's one writer: neither a look of staff nor "已脱险" of a
// caller fails because of the other.
func reportToChange(tx *db.Tx, id string) (r stored, err error) {
	query := `SELECT ` + reportColumns + ` FROM report WHERE id = $1`
	if tx.Engine() == db.Postgres {
		query += ` FOR NO KEY UPDATE` // what refers to the report (a claim) may be inserted meanwhile
	}
	err = tx.One(func(s db.Scanner) error {
		r, err = scanReport(s)
		return err
	}, query, id)
	return r, err
}

func reportByReceipt(tx *db.Tx, hash []byte) (r stored, err error) {
	err = tx.One(func(s db.Scanner) error {
		r, err = scanReport(s)
		return err
	}, `SELECT `+reportColumns+` FROM report WHERE receipt = $1`, hash)
	return r, err
}

// saveReport writes what a step changed, if nobody wrote since r was read: its version is one above the stored one.
func saveReport(tx *db.Tx, r stored) error {
	n, err := tx.Exec(`UPDATE report SET number = $1, stage = $2, outcome = $3, decided_at = $4, looked_at = $5, looked_by = $6, waiting = $7,
			claims = $8, safe_claim = $9, need = $10, merged_into = $11, message = $12, version = $13 WHERE id = $14 AND version = $15`,
		r.Number, r.Stage, r.Outcome, clock.Micro(r.Decided), clock.Micro(r.Looked), r.LookedBy, r.waiting,
		r.Claims, r.SafeClaim, r.Need, r.MergedInto, r.message, r.Version, r.ID, r.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("report", "id", r.ID, "stage", "outcome")
	}
	return err
}

// holdNeed makes others who would write the need wait until this transaction ends. Publishing a need and taking back
// the reports behind it are one rule over two tables: both hold the need first.
func holdNeed(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE need SET version = version WHERE id = $1`, id)
	return err
}

// verifiedBehind is how many verified reports a need answers.
func verifiedBehind(tx *db.Tx, need string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM report WHERE need = $1 AND need <> '' AND outcome = 'verified'`, []any{need}, &n)
	return n, err
}

func insertClaim(tx *db.Tx, report string, c Claim, sealed, digest []byte) (int64, error) {
	return tx.Exec(`INSERT INTO report_claim (id, report, kind, text, digest, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		c.ID, report, c.Kind, sealed, digest, clock.Micro(tx.Now))
}

func insertAttempt(tx *db.Tx, report string, a Attempt, sealed []byte) error {
	_, err := tx.Exec(`INSERT INTO report_attempt (id, report, method, result, note, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, report, a.Method, a.Result, sealed, a.By, clock.Micro(tx.Now))
	return err
}

func pointColumns(p *Point) (lon, lat, accuracy any, source string, at int64) {
	if p == nil {
		return nil, nil, nil, "", 0
	}
	return fixed(p.Lon), fixed(p.Lat), int64(min(max(p.Accuracy, 0), 1e9)), p.Source, clock.Micro(p.At)
}

func pointOf(lon, lat, accuracy sql.NullInt64, source string, at int64) *Point {
	if !lon.Valid || !lat.Valid {
		return nil
	}
	return &Point{Lon: float64(lon.Int64) / 1e7, Lat: float64(lat.Int64) / 1e7, Accuracy: float64(accuracy.Int64), Source: source, At: clock.FromMicro(at)}
}

// fixed is a coordinate in units of 1e-7 degree, about a centimetre.
func fixed(deg float64) int64 { return int64(math.Round(deg * 1e7)) }

func nullInt(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

func intOf(n sql.NullInt64) *int {
	if !n.Valid {
		return nil
	}
	v := int(n.Int64)
	return &v
}

func join(keys []string) string { return strings.Join(keys, ",") }

func split(keys string) []string {
	if keys == "" {
		return nil
	}
	return strings.Split(keys, ",")
}

// IncidentOf is the incident that a need belongs to, "" when it has joined none. For domain/incident, which asks before it is handed over.
func IncidentOf(tx *db.Tx, need string) (in string, err error) {
	err = tx.Get(`SELECT incident FROM need WHERE id = $1`, []any{need}, &in)
	return in, err
}

// IncidentOfReport is the incident that a report belongs to, "" when it has joined none.
func IncidentOfReport(tx *db.Tx, report string) (in string, err error) {
	err = tx.Get(`SELECT incident FROM report WHERE id = $1`, []any{report}, &in)
	return in, err
}
