package incident

import (
	"slices"
	"strings"

	"lianyuan/domain/org"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

const directiveColumns = `id, number, incident, decision, due_at, halts, lifted_at, lift_decision, version`

func scanDirective(sc db.Scanner) (d Directive, err error) {
	var due, lifted int64
	var halts, by string
	err = sc.Scan(&d.ID, &d.Number, &d.Incident, &d.Decision.ID, &due, &halts, &lifted, &by, &d.Version)
	d.Due, d.Lifted, d.Halts = clock.FromMicro(due), clock.FromMicro(lifted), haltsOf(halts)
	if by != "" {
		d.LiftedBy = &Decision{ID: by}
	}
	return d, err
}

func insertDirective(tx *db.Tx, d Directive) error {
	n, err := tx.Exec(`INSERT INTO directive (`+directiveColumns+`) VALUES ($1, $2, $3, $4, $5, $6, 0, '', $7) ON CONFLICT (id) DO NOTHING`,
		d.ID, d.Number, d.Incident, d.Decision.ID, clock.Micro(d.Due), strings.Join(d.Halts, ","), d.Version)
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	if err != nil {
		return err
	}
	for _, e := range d.Errands {
		if _, err := tx.Exec(`INSERT INTO directive_group (directive, grp, state, taken_by, taken_at, done_by, done_at, words, version)
			VALUES ($1, $2, 'sent', '', 0, '', 0, '', 1)`, d.ID, string(e.Group)); err != nil {
			return err
		}
	}
	return nil
}

func liftDirective(tx *db.Tx, d Directive) error {
	_, err := tx.Exec(`UPDATE directive SET lifted_at = $1, lift_decision = $2, version = $3 WHERE id = $4`, clock.Micro(d.Lifted), d.LiftedBy.ID, d.Version, d.ID)
	return err
}

func saveErrand(tx *db.Tx, directive string, e Errand) error {
	_, err := tx.Exec(`UPDATE directive_group SET state = $1, taken_by = $2, taken_at = $3, done_by = $4, done_at = $5, words = $6, version = $7
		WHERE directive = $8 AND grp = $9`,
		e.State, e.TakenBy, clock.Micro(e.TakenAt), e.DoneBy, clock.Micro(e.DoneAt), e.Words, e.Version, directive, string(e.Group))
	return err
}

func directiveByID(tx *db.Tx, incident, directive string) (d Directive, err error) {
	if err = tx.One(func(sc db.Scanner) error {
		d, err = scanDirective(sc)
		return err
	}, `SELECT `+directiveColumns+` FROM directive WHERE id = $1 AND incident = $2`, directive, incident); err != nil {
		return d, err
	}
	return d, fillDirective(tx, &d)
}

// directivesOf are the directives of an incident, those in force first, or those alone.
func directivesOf(tx *db.Tx, incident string, inForce bool) (list []Directive, err error) {
	where := ``
	if inForce {
		where = ` AND lifted_at = 0`
	}
	if err = tx.Each(func(sc db.Scanner) error {
		d, err := scanDirective(sc)
		list = append(list, d)
		return err
	}, `SELECT `+directiveColumns+` FROM directive WHERE incident = $1`+where+`
		ORDER BY CASE WHEN lifted_at = 0 THEN 0 ELSE 1 END, number DESC LIMIT 500`, incident); err != nil {
		return nil, err
	}
	for i := range list {
		if err := fillDirective(tx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fillDirective reads what a directive says and what each group does about it.
func fillDirective(tx *db.Tx, d *Directive) (err error) {
	if d.Decision, err = decisionByID(tx, d.Incident, d.Decision.ID); err != nil {
		return err
	}
	if d.LiftedBy != nil {
		if *d.LiftedBy, err = decisionByID(tx, d.Incident, d.LiftedBy.ID); err != nil {
			return err
		}
	}
	d.Errands = nil
	err = tx.Each(func(sc db.Scanner) error {
		var e Errand
		var g string
		var taken, done int64
		err := sc.Scan(&g, &e.State, &e.TakenBy, &taken, &e.DoneBy, &done, &e.Words, &e.Version)
		e.Group, e.TakenAt, e.DoneAt = org.Group(g), clock.FromMicro(taken), clock.FromMicro(done)
		d.Errands = append(d.Errands, e)
		return err
	}, `SELECT grp, state, taken_by, taken_at, done_by, done_at, words, version FROM directive_group WHERE directive = $1`, d.ID)
	slices.SortFunc(d.Errands, func(a, b Errand) int { return slices.Index(org.Groups, a.Group) - slices.Index(org.Groups, b.Group) })
	return err
}
