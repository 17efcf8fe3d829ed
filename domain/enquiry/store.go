package enquiry

import (
	"fmt"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

const columns = `id, number, incident, team, team_name, situation, topic, state, shared, due_at, by, at, version`

func scan(sc db.Scanner) (e Enquiry, err error) {
	var due, at int64
	err = sc.Scan(&e.ID, &e.Number, &e.Incident, &e.Team, &e.TeamName, &e.Situation, &e.Topic, &e.State, &e.Shared, &due, &e.By, &at, &e.Version)
	e.Due, e.At = clock.FromMicro(due), clock.FromMicro(at)
	return e, err
}

func insert(tx *db.Tx, e Enquiry) error {
	n, err := tx.Exec(`INSERT INTO enquiry (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING`,
		e.ID, e.Number, e.Incident, e.Team, e.TeamName, e.Situation, e.Topic, e.State, e.Shared, clock.Micro(e.Due), e.By, clock.Micro(e.At), e.Version)
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	if err != nil {
		return err
	}
	for no, l := range e.Lines {
		if err := insertLine(tx, e.ID, no, l); err != nil {
			return err
		}
	}
	return nil
}

func insertLine(tx *db.Tx, enquiry string, no int, l Line) error {
	_, err := tx.Exec(`INSERT INTO enquiry_line (enquiry, no, answer, words, by, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		enquiry, no, l.Answer, l.Words, l.By, clock.Micro(l.At))
	return err
}

func save(tx *db.Tx, e Enquiry) error {
	_, err := tx.Exec(`UPDATE enquiry SET state = $1, shared = $2, due_at = $3, version = $4 WHERE id = $5`, e.State, e.Shared, clock.Micro(e.Due), e.Version, e.ID)
	return err
}

// hold makes others who would write the enquiry wait until this transaction ends.
func hold(tx *db.Tx, enquiry string) error {
	_, err := tx.Exec(`UPDATE enquiry SET version = version WHERE id = $1`, enquiry)
	return err
}

func byID(tx *db.Tx, enquiry string) (e Enquiry, err error) {
	if err = tx.One(func(sc db.Scanner) error {
		e, err = scan(sc)
		return err
	}, `SELECT `+columns+` FROM enquiry WHERE id = $1`, enquiry); err != nil {
		return e, err
	}
	e.Lines, err = linesOf(tx, enquiry)
	return e, err
}

func linesOf(tx *db.Tx, enquiry string) (list []Line, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var l Line
		var at int64
		err := sc.Scan(&l.Answer, &l.Words, &l.By, &at)
		l.At = clock.FromMicro(at)
		list = append(list, l)
		return err
	}, `SELECT answer, words, by, at FROM enquiry_line WHERE enquiry = $1 ORDER BY no LIMIT 200`, enquiry)
	return list, err
}

func countStates(tx *db.Tx, in string) (map[string]int, error) {
	return Enquiries.Count(tx, `SELECT state, count(*) FROM enquiry WHERE incident = $1 GROUP BY state`, in)
}

// where reads enquiries with their lines.
func where(tx *db.Tx, condition string, args ...any) (list []Enquiry, err error) {
	if err = tx.Each(func(sc db.Scanner) error {
		e, err := scan(sc)
		list = append(list, e)
		return err
	}, `SELECT `+columns+` FROM enquiry WHERE `+condition, args...); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Lines, err = linesOf(tx, list[i].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func listOf(tx *db.Tx, in, state string, limit int) ([]Enquiry, error) {
	limit = max(1, min(limit, 200))
	if state == "all" {
		return where(tx, fmt.Sprintf(`incident = $1 ORDER BY at DESC, id DESC LIMIT %d`, limit), in)
	}
	return where(tx, fmt.Sprintf(`incident = $1 AND state = $2 ORDER BY at, id LIMIT %d`, limit), in, state)
}

func ofTeams(tx *db.Tx, teams []string) ([]Enquiry, error) {
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	return where(tx, `team IN (`+db.List(1, len(teams))+`) AND incident IN (SELECT id FROM incident WHERE state IN ('active','withdrawing'))
		ORDER BY at DESC, id DESC LIMIT 100`, args...)
}

// shared is what was shared with every team in the incidents that run, but for what these teams asked themselves.
func shared(tx *db.Tx, teams []string) ([]Enquiry, error) {
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	return where(tx, `shared AND state <> 'asked' AND team NOT IN (`+db.List(1, len(teams))+`) AND incident IN (SELECT id FROM incident WHERE state IN ('active','withdrawing'))
		ORDER BY at DESC, id DESC LIMIT 100`, args...)
}
