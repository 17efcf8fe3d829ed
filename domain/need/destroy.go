package need

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// What a report holds of persons is destroyed after the response, lot by lot (突发事件应对法 art. 85; domain/destruction
// decides when): who called, the words, the address, the point and who is vulnerable, what was added and noted, the receipt and
// every hash by which it was found; of the need behind it the point. That somebody called, when, for what kind of help, and
// what became of it stays, so that every figure still leads to its rows.

// ErrDestroyed says that what the report said of persons was destroyed, so that nothing more is done about it.
var ErrDestroyed = fault.New(fault.Conflict, "report_destroyed", "该报告的个人信息已依法销毁，不能再办理", "the personal data of this report were destroyed; nothing more can be done about it")

// Lot is what is destroyed together: the reports of an incident, or those of a county and month that joined none.
type Lot struct {
	Scope    string // of its data key
	Key      string // id of that key
	Incident string
	Place    place.Path // of the reports without an incident
}

const lotPrefix = "report:"

// LotsWithin is the range of the scopes of reports without an incident, of places in a span.
func LotsWithin(p place.Span) (from, until string) { return lotPrefix + p.From, lotPrefix + p.To }

// LotOf is where and when the reports of a scope came in: the first moment of the month after. ok is false for other scopes.
func LotOf(scope string) (at place.Path, end time.Time, ok bool) {
	rest, ok := strings.CutPrefix(scope, lotPrefix)
	path, month, cut := strings.Cut(rest, ":")
	begin, err := time.Parse("2006-01", month)
	return place.Path(path), begin.AddDate(0, 1, 0), ok && cut && err == nil
}

const incidentPrefix = "incident:"

// The range of the scopes of incidents.
const (
	IncidentsFrom  = incidentPrefix
	IncidentsUntil = "incident;"
)

// IncidentScope is the scope of what stands sealed of an incident.
func IncidentScope(incident string) string { return incidentPrefix + incident }

// IncidentOfScope is the incident of a scope; ok is false for other scopes.
func IncidentOfScope(scope string) (incident string, ok bool) {
	return strings.CutPrefix(scope, incidentPrefix)
}

// where is the condition of the reports of a lot: what stands under its key.
func (l Lot) where() (string, []any, error) {
	under, err := seal.Under(l.Key)
	if err != nil {
		return "", nil, err
	}
	if l.Incident != "" {
		return fmt.Sprintf(`substr(person, 1, %d) = $1 AND incident = $2 AND incident <> ''`, len(under)), []any{under, l.Incident}, nil
	}
	from, to := l.Place.Range()
	return fmt.Sprintf(`substr(person, 1, %d) = $1 AND incident = '' AND place >= $2 AND place < $3`, len(under)), []any{under, from, to}, nil
}

// Held is what there is of persons in a lot, and what keeps it from being destroyed.
type Held struct {
	Reports   int
	Undecided int // of them, without outcome
	Open      int // needs behind them that are not closed
	Claims    int
	Notes     int // of attempts
	Points    int // of needs
}

// HeldIn counts a lot. For contexts above, which decide who asks.
func HeldIn(tx *db.Tx, l Lot) (h Held, err error) {
	where, args, err := l.where()
	if err != nil {
		return h, err
	}
	err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN stage NOT IN ('done', 'merged') THEN 1 ELSE 0 END), 0) FROM report WHERE `+where, args, &h.Reports, &h.Undecided)
	if err != nil {
		return h, err
	}
	reports := `(SELECT id FROM report WHERE ` + where + `)`
	for _, x := range []struct {
		to    *int
		query string
	}{
		{&h.Open, `need WHERE state <> 'closed' AND id IN (SELECT need FROM report WHERE need <> '' AND ` + where + `)`},
		{&h.Claims, `report_claim WHERE report IN ` + reports},
		{&h.Notes, `report_attempt WHERE report IN ` + reports},
		{&h.Points, `need WHERE lon IS NOT NULL AND id IN (SELECT need FROM report WHERE need <> '' AND ` + where + `)`},
	} {
		if err := tx.Get(`SELECT count(*) FROM `+x.query, args, x.to); err != nil {
			return h, err
		}
	}
	return h, nil
}

// Left are the next reports of a lot that still hold something of persons, after an id in the order of ids.
func Left(tx *db.Tx, l Lot, after string, limit int) (ids []string, err error) {
	where, args, err := l.where()
	if err != nil {
		return nil, err
	}
	args = append(args, after)
	err = tx.Each(func(sc db.Scanner) error {
		var id string
		err := sc.Scan(&id)
		ids = append(ids, id)
		return err
	}, fmt.Sprintf(`SELECT id FROM report WHERE %s AND id > $%d ORDER BY id LIMIT %d`, where, len(args), limit), args...)
	return ids, err
}

// Destroyed is what of some reports was destroyed.
type Destroyed struct{ Reports, Texts, Tokens, Points int }

// Destroy destroys what some reports of a lot hold of persons, in the caller's transaction; by is who let it be done. What
// was destroyed before is left alone.
func (s *Service) Destroy(tx *db.Tx, l Lot, reports []string, by string) (d Destroyed, err error) {
	for _, id := range reports {
		r, err := reportToChange(tx, id)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return d, err
		}
		if !r.Destroyed.IsZero() || r.Incident != l.Incident { // it was destroyed, or moved, meanwhile
			continue
		}
		if err := s.destroyOne(tx, r, by, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (s *Service) destroyOne(tx *db.Tx, r stored, by string, d *Destroyed) error {
	none := []byte{}
	r.Version++ // no code leads to what stands in place of the receipt: it is the id
	if _, err := tx.Exec(`UPDATE report SET person = $1, message = NULL, receipt = $2, digest = $1, lon = NULL, lat = NULL, accuracy = NULL, point_source = '',
			point_at = 0, client_at = 0, vulnerable = '', destroyed_at = $3, version = $4 WHERE id = $5`,
		none, []byte(r.ID), clock.Micro(tx.Now), r.Version, r.ID); err != nil {
		return err
	}
	d.Reports++
	d.Texts++
	if len(r.message) > 0 {
		d.Texts++
	}
	for _, query := range []string{
		`UPDATE report_claim SET text = $1, digest = $1 WHERE report = $2`,
		`UPDATE report_attempt SET note = $1 WHERE report = $2`,
	} {
		n, err := tx.Exec(query, none, r.ID)
		if err != nil {
			return err
		}
		d.Texts += int(n)
	}
	tokens, err := ForgetTokens(tx, r.ID)
	if err != nil {
		return err
	}
	d.Tokens += tokens
	r.Point, r.Vulnerable, r.Destroyed = nil, nil, tx.Now
	if err := journal.Append(tx, reportEntry(r.Report, "destroyed", by, "")); err != nil || r.Need == "" {
		return err
	}
	return s.dropPoint(tx, r.Need, by, d)
}

// dropPoint takes the point of a need away: it is that of who called. The need stands at its place from then on.
func (s *Service) dropPoint(tx *db.Tx, need, by string, d *Destroyed) error {
	if err := holdNeed(tx, need); err != nil {
		return err
	}
	n, err := needByID(tx, need)
	if err != nil || n.Point == nil {
		return err
	}
	before := n
	n.Point = nil
	n.Version++
	if _, err := tx.Exec(`UPDATE need SET lon = NULL, lat = NULL WHERE id = $1`, need); err != nil {
		return err
	}
	if err := saveNeed(tx, n); err != nil {
		return err
	}
	d.Points++
	if err := s.shelve(tx, change{&before, &n}); err != nil {
		return err
	}
	return journal.Append(tx, needEntry(n, "point_destroyed", by, ""))
}

// ForgetTokens deletes all that a report is found by, and says how much that was.
func ForgetTokens(tx *db.Tx, report string) (n int, err error) {
	for _, query := range []string{`DELETE FROM report_pair WHERE report = $1`, `DELETE FROM report_token WHERE report = $1`} {
		deleted, err := tx.Exec(query, report)
		if err != nil {
			return n, err
		}
		n += int(deleted)
	}
	return n, nil
}

// openText opens a text of a report; "" when it was destroyed, or its key was: an old copy of the data that was read back
// holds texts that nobody can open any more.
func (s *Service) openText(ctx context.Context, sealed []byte, row string) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	text, err := s.keeper.Open(ctx, sealed, row)
	if errors.Is(err, seal.ErrGone) {
		return nil, nil
	}
	return text, err
}
